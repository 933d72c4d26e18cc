"""The contenders: one file for each, with ``label``, ``decode`` and ``encode``.

``decode`` accepts the input from the wire, and ``encode`` returns the output. For most
that is JSON; `WIRES` lists the others. A file whose name begins with ``floor`` makes no
classes. A file whose library is missing raises ImportError.
"""

from importlib import import_module
from pathlib import Path
from types import ModuleType

WIRES = {"rtmodels_dicts": "dict", "rtmodels_msgpack": "msgpack"}
"""The format that a contender uses in place of JSON."""

LIBRARY = "rtmodels_json"
"""The library itself, on JSON and in its default mode."""

FLOOR = "floor_orjson"
"""The contender that all ratios are relative to."""


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
