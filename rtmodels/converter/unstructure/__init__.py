"""Unstructuring: instances into data for encoders.

``_factory`` makes the hooks. ``_codegen`` writes the fast pass, which accepts only
exact classes. For other values, ``_fallback`` converts what can be converted, and
collects all errors.
"""
