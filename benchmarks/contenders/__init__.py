"""The contenders: one file for each, with ``label``, ``decode`` and ``encode``.

``decode`` accepts the input from the wire, and ``encode`` returns the output. For most
that is JSON; `WIRES` lists the others. A file whose name begins with ``floor`` makes no
classes. A file whose library is missing raises ImportError.

The library itself is there twice: as it is, and without its extension in C.
"""

from importlib import import_module
from inspect import unwrap
from pathlib import Path
from types import MethodType, ModuleType
from typing import Any

from rtmodels.native import available

WIRES = {
    "rtmodels_dicts": "dict",
    "rtmodels_dicts_pure": "dict",
    "rtmodels_msgpack": "msgpack",
    "rtmodels_msgpack_pure": "msgpack",
}
"""The format that a contender uses in place of JSON."""

PURE = "_pure"
"""The end of the name of a contender that does without the extension."""

NATIVE_LIBRARY = "rtmodels_json"
"""The library itself, on JSON and in its default mode."""

PURE_LIBRARY = NATIVE_LIBRARY + PURE
"""The same without the extension."""

LIBRARIES = (NATIVE_LIBRARY, PURE_LIBRARY)

STRICT = ("rtmodels_strict", "rtmodels_strict" + PURE)
"""The same two in strict mode."""

FLOOR = "floor_orjson"
"""The contender that all ratios are relative to."""


def list_contenders() -> list[str]:
    """Return the names of all contenders: rtmodels on JSON first, the floors last."""
    names = [path.stem for path in Path(__file__).parent.glob("[a-z]*.py")]
    groups = ("rtmodels_json", "rtmodels", "", "floor")

    def find_group(name: str) -> int:
        if name.startswith("floor"):
            return groups.index("floor")
        return next(i for i, start in enumerate(groups) if name.startswith(start))

    return sorted(names, key=lambda name: (find_group(name), name))


def load_contender(name: str) -> ModuleType:
    """Import the contender *name*; raises ImportError if its library is missing."""
    return import_module(f"{__name__}.{name}")


def native_methods(adapter: Any) -> tuple[Any, Any]:
    """Return ``decode`` and ``encode`` of *adapter*, which try the extension.

    Raises:
        ImportError: The extension is missing, or switched off.
    """
    if not available:
        raise ImportError("the extension in C; `nox -s native` compiles it")
    return adapter.decode, adapter.encode


def pure_methods(adapter: Any) -> tuple[Any, Any]:
    """Return ``decode`` and ``encode`` of *adapter* as they are without extension.

    Only those of `JsonAdapter` can do without it in a process that has it.
    """
    cls = type(adapter)
    decode, encode = unwrap(cls.decode), unwrap(cls.encode)
    return MethodType(decode, adapter), MethodType(encode, adapter)
