"""What is measured: one file for each, with ``label``, ``decode`` and ``encode``.

``decode`` accepts what was read from the wire, and ``encode`` returns what is sent. For
most that is JSON; `WIRES` names the others. A file whose name begins with ``floor``
makes no classes; one whose library is missing says so when it is imported.
"""

from importlib import import_module
from pathlib import Path
from types import ModuleType

WIRES = {"rtmodels_dicts": "dict", "rtmodels_msgpack": "msgpack"}
"""What contenders take and give in place of JSON."""

LIBRARY = "rtmodels_json"
"""The library itself, on JSON and in its default mode."""

FLOOR = "floor_orjson"
"""Whose time all ratios are relative to."""


def list_contenders() -> list[str]:
    """Return the names of all contenders, rtmodels first and the floors last."""
    names = [path.stem for path in Path(__file__).parent.glob("[a-z]*.py")]
    return sorted(
        names,
        key=lambda name: (name.startswith("floor"), "rtmodels" not in name, name),
    )


def load_contender(name: str) -> ModuleType:
    """Import the contender *name*; raises ImportError if its library is missing."""
    return import_module(f"{__name__}.{name}")
