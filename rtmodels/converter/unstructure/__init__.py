"""Unstructuring: instances into what the wire holds.

``_factory`` makes the hooks. ``_codegen`` writes the fast pass, which takes exact
classes only. When that gives up, ``_fallback`` writes what can be written, and collects
what is wrong.
"""
