"""The converter behind JSON, MessagePack and dicts, and inside other frameworks.

Each module needs one outside library at most, that for archives a few more, and is
loaded when somebody first asks for it: a library that is missing breaks nobody else.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rtmodels.adapters.dicts import DictAdapter
    from rtmodels.adapters.json import JsonAdapter
    from rtmodels.adapters.msgpack import MsgpackAdapter

__all__ = ["DictAdapter", "JsonAdapter", "MsgpackAdapter"]

_HOMES = {"DictAdapter": "dicts", "JsonAdapter": "json", "MsgpackAdapter": "msgpack"}


if not TYPE_CHECKING:  # or checkers would take any name

    def __getattr__(name: str) -> Any:
        """Load the file that *name* comes from."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
