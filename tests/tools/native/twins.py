"""What the twin fuzz compares: each call as users make it, and in Python only."""

from collections import Counter
from typing import Any

from rtmodels import RtmodelsError
from rtmodels.native._extension import count_give_ups

from .comparison import outcome, same
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
