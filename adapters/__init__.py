"""Adapters that connect the converter to wire formats, libraries and frameworks.

Each module is loaded on first use, so a missing library affects only its own module.
All modules but those for archives need at most one library beyond the core
dependencies.
"""

from rtmodels._lazy import export_lazily

# `python -m tests.tools.api --write` writes the stub `__init__.pyi` from this index.
__getattr__, __dir__, __all__ = export_lazily(
    __name__,
    {
        "rtmodels.adapters.dicts": ["DictAdapter"],
        "rtmodels.adapters.json": ["JsonAdapter"],
        "rtmodels.adapters.msgpack": ["MsgpackAdapter"],
    },
)
