"""What the twin fuzz compares: each call as users make it, and in Python only."""

from collections import Counter
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

import attrs

from rtmodels import Model, RtmodelsError, Unknown
from rtmodels.native._extension import count_give_ups

from .inputs import Input


class DifferenceError(Exception):
    """The native program and the Python code disagree."""


class Twins:
    """Tries inputs, and counts how they ended."""

    def __init__(self) -> None:
        """Start from zero."""
        self.counts: Counter[str] = Counter()

    def check(self, item: Input) -> None:
        """Raise `DifferenceError` if the twins treat *item* differently."""
        if item.kind == "odd":
            self._compare(item, "encode", item.data)
            return
        if item.before is not None:
            self._compare(item, "decode", item.before)
        value = self._compare(item, "decode", item.data)
        if not isinstance(value, RtmodelsError):
            self._compare(item, "encode", value)

    def _compare(self, item: Input, verb: str, argument: Any) -> Any:
        """Call the method *verb* twice, and return what it returns or raises.

        Where the program gives up, the call is the Python function's from the start.
        """
        method = getattr(item.adapter, verb)
        before = count_give_ups()
        result = outcome(method, argument)
        has_given_up = count_give_ups() > before
        self.counts[
            f"{verb} {item.kind} {'gave up' if has_given_up else 'native'}"
        ] += 1

        if not has_given_up:
            function = getattr(type(item.twin), verb)
            python = getattr(function, "__wrapped__", function)
            expected = outcome(python, item.twin, argument)
            if not same(result, expected):
                raise DifferenceError(
                    f"{verb}: native and Python disagree\n{item}\n"
                    f"native: {result!r}\nPython: {expected!r}"
                )
        return result


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
    if isinstance(one, Model | Unknown):
        return all(map(same, _attributes(one), _attributes(two)))
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
    if isinstance(one, RtmodelsError):
        return str(one) == str(two)
    return bool(one == two)
