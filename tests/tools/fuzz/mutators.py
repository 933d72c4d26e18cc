"""Mutates documents as trees, so that most of what comes out still parses."""

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from ...exact_json import OUT_OF_RANGE, dump_exactly, load_exactly
from .laws import parse
from .odd import MAKERS

AGAIN = "\0again"
"""Marks a key that shall be written without it, and so stand there twice."""

SCALARS = [None, True, False, 0, 1, -1, 12, 12.0, -0.0, 12.5, 2.0**53, 2.0**53 + 2]
SCALARS += [float("nan"), float("-inf")]  # null on JSON
SCALARS += [2**53, 2**63, 2**64 - 1, -(2**63), 1e300, 24000, 16000.0, "", "x", "inf"]
SCALARS += ["Inf", "AA==", "AB==", "AAA=", "AAB=", "AAAA", "AA", "A-_=", "AA==\n", "é"]
SCALARS += [
    "null",
    "true",
    "12",
    "a\n" * 99,
    "message",
    "user",
    "a" * 41,
    "\u2118",
    "\0",
    "'\"",
]
SCALARS += [2**64, -(2**63) - 1, 2**64 + 1, 10**30 + 1, -(10**310), OUT_OF_RANGE]
SCALARS += ["\ud83d", "\ude00", "a\ud83d\ud83d", "\udfff\n"]  # no text in UTF-8
CONTAINERS: list[Any] = [{}, [], [None], [{}], {"type": None}, {"type": 5}]
CONTAINERS += [{"type": "x"}, {"": 1}, {"a" * 50: []}, {"\u2118": {"x y": [[]]}}]

Place = tuple[Any, Any]
"""A container, and the key or index of an element."""


class TreeMutator:
    """Mutates what *loads* parses and *dumps* writes.

    Values of other documents come from *seeds*: those that stand there under the same
    key rather than others.
    """

    def __init__(
        self,
        seeds: list[bytes],
        mutate_bytes: Callable[[bytes, int], bytes],
        *,
        loads: Callable[[Any], Any] = load_exactly,
        dumps: Callable[[Any], bytes] = dump_exactly,
        odd: bool = False,
    ) -> None:
        """Gather what to splice; *odd* is whether to use forms for odd values."""
        self.mutate_bytes = mutate_bytes
        self.loads, self.dumps, self.odd = loads, dumps, odd
        self.values: dict[Any, list[Any]] = {}
        trees = [parse(seed, loads) for seed in seeds]
        self.trees = [tree for tree in trees if isinstance(tree, dict | list)]
        for tree in self.trees:
            for place, key in places(tree):
                known = self.values.setdefault(key, [])
                if place[key] not in known[-50:]:
                    known.append(place[key])
        self.keys = [key for key in self.values if isinstance(key, str)]

    def __call__(self, data: bytes, max_size: int, seed: int) -> bytes:
        """Mutate *data*, by *seed* alone."""
        rng = Random(seed)
        tree = parse(data, self.loads)
        if not isinstance(tree, dict | list) or rng.random() < 0.1:
            return self.mutate_bytes(data, max_size)
        for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 6))):
            tree = self.change(tree, rng)
        try:
            text = self.dumps(tree)
        except Exception:  # noqa: BLE001 - too deep, or no text: bytes will do
            return self.mutate_bytes(data, max_size)
        text = text.replace(b'\\u0000again"', b'"')
        return text if len(text) <= max_size else self.mutate_bytes(data, max_size)

    def change(self, tree: Any, rng: Random) -> Any:
        """Change one place in *tree*."""
        found = list(places(tree))
        if not found or rng.random() < 0.02:
            return copy.deepcopy(rng.choice(self.trees)) if self.trees else tree
        place, key = rng.choice(found)
        if isinstance(place, dict) and rng.random() < 0.4:
            self.change_keys(place, key, rng)
        elif isinstance(place, list) and rng.random() < 0.4:
            self.change_items(place, key, rng)
        else:
            place[key] = self.replace(place[key], key, rng)
        return tree

    def change_keys(self, obj: dict[Any, Any], key: Any, rng: Random) -> None:
        """Drop, rename, add, repeat or move a key of *obj*."""
        other = rng.choice(self.keys) if self.keys else "x"
        match rng.randrange(6):
            case 0:
                del obj[key]
            case 1:
                obj[other] = obj.pop(key)
            case 2:
                obj[other] = self.splice(other, rng)
            case 3 if isinstance(key, str):
                value = self.replace(obj[key], key, rng)
                rest = dict(obj)
                if rng.random() < 0.5:
                    obj.clear()
                obj[key + AGAIN] = value
                obj.update(rest)
            case 4:
                obj[key] = obj.pop(key)
            case _:
                obj[rng.choice(["x", "", "type", "extra", "a b"])] = self.leaf(rng)

    def change_items(self, array: list[Any], at: int, rng: Random) -> None:
        """Drop, repeat, swap or add an item of *array*."""
        match rng.randrange(4):
            case 0:
                del array[at]
            case 1:
                array[at:at] = copy.deepcopy(array[at : at + 1]) * rng.choice((1, 2, 9))
            case 2:
                other = rng.randrange(len(array))
                array[at], array[other] = array[other], array[at]
            case _:
                array.insert(at, self.splice(at, rng))

    def replace(self, value: Any, key: Any, rng: Random) -> Any:
        """Make something else of *value*."""
        match rng.randrange(9):
            case 0:
                return None
            case 1 | 2:
                return self.leaf(rng)
            case 3 | 4:
                return self.splice(key, rng)
            case 5:
                return {"type": value} if rng.random() < 0.5 else [value]
            case 6 if self.odd:
                return {rng.choice(list(MAKERS)): value}
            case 7 if isinstance(value, str):
                return self.scramble(value, rng)
            case _:
                return self.twist(value, rng)

    def twist(self, value: Any, rng: Random) -> Any:
        """Return a value of nearly the same meaning, in another type."""
        match value:
            case bool():
                return int(value)
            case int() if abs(value) < 2**1000:
                return rng.choice([float(value), str(value), value + 1, -value, True])
            case float():
                return rng.choice([-value, str(value), value * 2, value // 1])
            case str():
                return rng.choice([value.upper(), value + " ", [value], value[:-1]])
            case dict() if value:
                return rng.choice([list(value.values()), list(value), [value]])
            case list() if value:
                return rng.choice([value[0], dict(zip("abc", value, strict=False))])
        return self.leaf(rng)

    def scramble(self, text: str, rng: Random) -> str:
        """Change a character or two of *text*."""
        at = rng.randrange(len(text) + 1)
        end = at + rng.randrange(2)
        return (
            text[:at]
            + rng.choice(["", "=", "A", "é", "\n", "_", ".", '"', "\\"])
            + (text[end:])
        )

    def splice(self, key: Any, rng: Random) -> Any:
        """Return a value from another document, of the same key if possible."""
        values = self.values.get(key)
        if not values or rng.random() < 0.2:
            values = rng.choice(list(self.values.values())) if self.values else [None]
        return copy.deepcopy(rng.choice(values))

    def leaf(self, rng: Random) -> Any:
        """Return a value at the edge of what fits somewhere."""
        if rng.random() < 0.3:
            return copy.deepcopy(rng.choice(CONTAINERS))
        return rng.choice(SCALARS)


def places(tree: Any) -> Iterator[Place]:
    """Yield every container and key in *tree*."""
    level = [tree]
    while level:
        item = level.pop()
        steps = item.items() if isinstance(item, dict) else enumerate(item)
        for key, value in list(steps):
            yield item, key
            if isinstance(value, dict | list):
                level.append(value)
