"""Structuring: parsed data into instances.

``_factory`` makes the hooks, and ``_codegen`` writes the fast pass. For values that the
fast pass rejects, forgiving mode has functions that keep as much as they can, which
``_codegen`` and ``_recovery`` make together. ``_fallback`` calls user-defined hooks and
collects all errors.

To follow one frame, begin with the sample of generated code in ``_codegen``. The way
there: `JsonAdapter.decode` calls the function that ``Hook.bind`` has returned, and that
function reaches ``Context.function``, which compiles on the first call.
"""
