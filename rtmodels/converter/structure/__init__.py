"""Structuring: parsed data into instances.

``_factory`` makes the hooks, ``_codegen`` writes the fast pass. When that gives up,
``_recovery`` keeps what forgiving mode can keep, and ``_errors`` collects all errors.

To follow one frame, begin with the sample of generated code in ``_codegen``. What leads
there is ``Hook.bind`` in ``_hook``, then ``Context.function``, which compiles on the
first call. `JsonAdapter.decode` calls what ``bind`` returned.
"""
