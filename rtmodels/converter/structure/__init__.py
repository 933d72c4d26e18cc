"""Structuring: parsed data into instances.

``_factory`` makes the hooks. ``_codegen`` writes the fast pass, with ``_scalars`` and
``_unions``. When that gives up, ``_recovery`` keeps what forgiving mode can keep, and
``_errors`` collects what is wrong.
"""

from rtmodels.converter.structure._factory import StructureContext

__all__ = ["StructureContext"]
