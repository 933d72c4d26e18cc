"""Compares what two calls return or raise; the fuzz and ``tests/native`` use it."""

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

import attrs

from rtmodels import RtmodelsError

__all__ = ["outcome", "same"]


def outcome(call: Any, *args: Any) -> Any:
    """Return what *call* returns, or the `RtmodelsError` that it raises."""
    try:
        return call(*args)
    except RtmodelsError as exc:
        return exc


_GETTERS: dict[type, Any] = {}


def _attributes(value: Any) -> tuple[Any, ...]:
    """Return the attributes of an instance, ``extra`` included."""
    cls = type(value)
    getter = _GETTERS.get(cls)
    if getter is None:
        # Two names at least, so that the getter returns a tuple.
        names = [field.name for field in attrs.fields(cls)]
        getter = _GETTERS[cls] = attrgetter(*names, names[0])
    attributes: tuple[Any, ...] = getter(value)
    return attributes


def same(one: Any, two: Any) -> bool:
    """Check whether two results are the same: in type, in order of keys, in sign."""
    cls = one.__class__
    if cls is not two.__class__:
        return False
    if cls is str or cls is int or cls is bytes:
        return bool(one == two)

    if isinstance(one, RtmodelsError):
        return str(one) == str(two)
    if isinstance(one, Mapping):
        return (
            len(one) == len(two)
            and all(map(same, one, two))
            and all(map(same, one.values(), two.values()))
        )
    if isinstance(one, tuple | list):
        return len(one) == len(two) and all(map(same, one, two))
    if cls is float:
        return repr(one) == repr(two)
    if attrs.has(cls):
        return all(map(same, _attributes(one), _attributes(two)))
    return bool(one == two)
