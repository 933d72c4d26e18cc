"""Structuring: parsed data into instances.

``_factory`` makes the hooks, ``_codegen`` writes the fast pass. When that gives up,
``_recovery`` keeps what forgiving mode can keep, and ``_errors`` collects all errors.
"""
