"""Values that no parser returns, but that a program may pass in.

They are written in JSON: an object with one key, such as ``{"~tuple": [1, 2]}``, is
replaced with what `MAKERS` builds for that key. JSON mutators work on them, too.
"""

import base64
import re
from collections import OrderedDict, UserDict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Never


class Text(str):
    """A string only by descent."""

    __slots__ = ()


class Number(int):
    """An integer only by descent."""


class Real(float):
    """A float only by descent."""

    __slots__ = ()


class Broken(Mapping[str, Any]):
    """A mapping that raises, as one on a closed connection does."""

    def __init__(self, kind: type[Exception]) -> None:
        """Raise *kind* from now on."""
        self.kind = kind

    def __getitem__(self, key: str) -> Never:
        """Raise."""
        raise self.kind(key * 100)

    def __iter__(self) -> Iterator[str]:
        """Name one key, which is not there."""
        return iter(["type"])

    def __len__(self) -> int:
        """Count it."""
        return 1


class Twin(Mapping[str, Any]):
    """A mapping that is no dict, and gives its items twice."""

    def __init__(self, items: dict[str, Any]) -> None:
        """Hold *items*."""
        self.data = items

    def __getitem__(self, key: str) -> Any:
        """Look it up."""
        return self.data[key]

    def __iter__(self) -> Iterator[str]:
        """Name each key twice."""
        return iter([*self.data, *self.data])

    def __len__(self) -> int:
        """Count them."""
        return 2 * len(self.data)


def _released(data: bytes) -> memoryview:
    """Make a view that can no longer be read."""
    view = memoryview(data)
    view.release()
    return view


def _cycle(item: Any) -> Any:
    """Make a dict or a list that contains itself."""
    if isinstance(item, list):
        item.append(item)
        return item
    around = item if isinstance(item, dict) else {"type": "x", "item": item}
    around["self"] = around
    return around


def _nest(item: Any) -> Any:
    """Put *item* into many lists, as many as it has characters."""
    for _ in range(10 * len(str(item))):
        item = [item]
    return item


def _data(item: Any) -> bytes:
    """Make bytes of what may be base64 text."""
    try:
        return base64.b64decode(item, validate=True)
    except (ValueError, TypeError):
        return _describe(item).encode(errors="surrogatepass")


def _describe(item: Any) -> str:
    """Return the text of *item*, which is the same for each that is built alike."""
    return re.sub(r" at 0x[0-9a-f]+", "", str(item))


def _dict(item: Any) -> dict[Any, Any]:
    """Return *item*, or a dict with it."""
    return item if isinstance(item, dict) else {"type": item}


def _items(item: Any) -> list[Any]:
    """Return *item*, or a list with it."""
    return item if isinstance(item, list) else [item]


MAKERS: dict[str, Callable[[Any], Any]] = {
    "~tuple": lambda item: tuple(_items(item)),
    "~set": lambda item: frozenset(map(_describe, _items(item))),
    "~generator": lambda item: iter(_items(item)),
    "~ordered": lambda item: OrderedDict(_dict(item)),
    "~proxy": lambda item: MappingProxyType(_dict(item)),
    "~user": lambda item: UserDict(_dict(item)),
    "~twin": lambda item: Twin(_dict(item)),
    "~text": lambda item: Text(_describe(item)),
    "~keys": lambda item: {Text(key): value for key, value in _dict(item).items()},
    "~int": lambda item: Number(len(str(item))),
    "~float": lambda item: Real(len(str(item)) / 2),
    "~decimal": lambda item: Decimal(len(str(item))),
    "~big": lambda item: 2 ** (10 * len(str(item))) * (-1) ** len(str(item)),
    "~nan": lambda _: float("nan"),
    "~inf": lambda _: float("-inf"),
    "~surrogate": lambda item: f"{_describe(item)}\ud800",
    "~bytes": _data,
    "~bytearray": lambda item: bytearray(_data(item)),
    "~view": lambda item: memoryview(_data(item)),
    "~slice": lambda item: memoryview(_data(item))[::2],
    "~released": lambda item: _released(_data(item)),
    "~number": lambda item: {5: item, "type": "x"},
    "~bytekey": lambda item: {**_dict(item), b"type": item},
    "~nonekey": lambda item: {**_dict(item), None: item},
    "~object": lambda _: object(),
    "~class": lambda _: dict,
    "~error": lambda item: Broken(OSError if item else RecursionError),
    "~lookup": lambda item: Broken(KeyError if item else AttributeError),
    "~cycle": _cycle,
    "~nest": _nest,
}


def build(item: Any) -> Any:
    """Build the value that *item*, parsed from JSON, describes."""
    match item:
        case dict():
            built = {key: build(value) for key, value in item.items()}
            if len(built) == 1:
                ((key, value),) = built.items()
                if key in MAKERS:
                    return MAKERS[key](value)
            return built
        case list():
            return list(map(build, item))
        case _:
            return item


def flatten(item: Any, depth: int = 100) -> Any:
    """Make the JSON value that *item* is read as; what is none of them stays."""
    match item:
        case Mapping() | list() | tuple() if not depth:
            return object()
        case Broken():
            return object()
        case Mapping():
            return {key: flatten(value, depth - 1) for key, value in item.items()}
        case list() | tuple():
            return [flatten(value, depth - 1) for value in item]
        case bytearray() | memoryview():
            try:
                return bytes(item)
            except ValueError:
                return object()
        case _:
            return item
