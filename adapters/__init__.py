"""The converter behind JSON, MessagePack and dicts, and inside other frameworks.

Each module needs at most one library beyond the core dependencies, except those for
archives, and is loaded on first use: a missing library affects only its own module.
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
