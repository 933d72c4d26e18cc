"""Frames that are large for no reason: one array or map, and one small value in it.

They are found in the plan: every array, map and value of unknown shape of every event,
filled with what fits there, what nearly fits, and what does not.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from rtmodels import Unknown
from rtmodels.converter._plan import plan_class, plan_type
from rtmodels.converter._shapes import (
    AnyJson,
    Array,
    Base64,
    Literals,
    Map,
    Nullable,
    Object,
    Scalar,
    TaggedUnion,
    UntaggedUnion,
)

ANYWHERE: tuple[Any, ...] = (
    0,
    None,
    "",
    [],
    {},
    {"": 0},
    {"type": 1},
    {"type": []},
    {"type": "x"},
)
"""Small values that fit nearly nowhere, and are the cheapest to send."""


class Place(NamedTuple):
    """A container in an event that may be of any size."""

    event: str
    """The name of the class."""

    steps: tuple[str | int, ...]
    payload: Any
    """An event with nothing but what it requires, and a container at *steps*."""

    shape: Any
    """The shape of the values in the container; ``None`` where any will do."""

    is_map: bool

    def fill(self, piece: Any, count: int) -> Any:
        """Return the event with *piece* in the container, so many times."""
        values = [piece] * count
        filled = {f"k{i}": v for i, v in enumerate(values)} if self.is_map else values
        return _replace(self.payload, self.steps, filled)


def find_places(union: Any) -> Iterator[Place]:
    """Find every container in the events of *union*."""
    for cls in getattr(plan_type(union), "classes", ()):
        if cls is not Unknown:
            for steps, payload, shape, is_map in _in_class(cls, ()):
                yield Place(cls.__name__, steps, payload, shape, is_map)


def make_pieces(shape: Any) -> Iterator[Any]:
    """Make values for a container of *shape*: valid, and with one field that is not."""
    yield from ANYWHERE
    for cls in _classes(shape):
        valid = make_minimal(Object(cls))
        yield valid
        yield {key: valid[key] for key in ("type", "role") if key in valid}
        yield {**valid, "x": []}
        for field in plan_class(cls).fields:
            for wrong in ANYWHERE[:5]:
                yield {**valid, field.name: wrong}


def make_minimal(shape: Any) -> Any:
    """Make the smallest value of *shape*."""
    match shape:
        case Scalar(kind):
            return kind()
        case Literals(values=values):
            return values[0]
        case Base64():
            return ""
        case Array():
            return []
        case Map() | AnyJson():
            return {}
        case Nullable():
            return None
        case UntaggedUnion(shapes):
            return make_minimal(shapes[0])
        case Object(cls):
            fields = plan_class(cls).fields
            needed = [field for field in fields if field.required or field.constant]
            return {field.name: make_minimal(field.shape) for field in needed}
        case TaggedUnion(members=members):
            return make_minimal(Object(members[0])) if members else {"type": "x"}
    raise TypeError(shape)


def _classes(shape: Any) -> list[type]:
    """List the classes of the objects that may stand at *shape*."""
    match shape:
        case Object(cls):
            return [cls]
        case TaggedUnion():
            return list(shape.members)
        case Nullable(inner):
            return _classes(inner)
        case UntaggedUnion(shapes):
            return [cls for each in shapes for cls in _classes(each)]
    return []


def _in_class(cls: type, outer: tuple[type, ...]) -> Iterator[Any]:
    """Find the containers in the fields of *cls*, and each object around them."""
    if cls in outer:
        return
    valid = make_minimal(Object(cls))
    for field in plan_class(cls).fields:
        for steps, inner, shape, is_map in _in_shape(field.shape, (*outer, cls)):
            payload = {**valid, field.name: inner}
            yield (field.name, *steps), payload, shape, is_map


def _in_shape(shape: Any, outer: tuple[type, ...]) -> Iterator[Any]:
    """Find the containers in a value of *shape*."""
    match shape:
        case Array(item):
            yield (), [], item, False
            for steps, inner, each, is_map in _in_shape(item, outer):
                yield (0, *steps), [inner], each, is_map
        case Map(item):
            yield (), {}, item, True
        case AnyJson():
            yield (), {}, None, True
        case _:
            for cls in _classes(shape):
                yield from _in_class(cls, outer)
            if isinstance(shape, UntaggedUnion):
                for each in shape.shapes:
                    if isinstance(each, Array | Map):
                        yield from _in_shape(each, outer)


def _replace(tree: Any, steps: tuple[Any, ...], value: Any) -> Any:
    """Return a copy of *tree* with *value* at *steps*."""
    if not steps:
        return value
    step, *rest = steps
    copy = tree.copy()
    copy[step] = _replace(tree[step], tuple(rest), value)
    return copy
