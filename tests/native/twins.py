"""One call of an adapter, made twice: as users make it, and in Python only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from rtmodels import RtmodelsError
from rtmodels.adapters import JsonAdapter
from rtmodels.native import available

from ..tools.native.comparison import outcome, same

__all__ = [
    "MODES",
    "Counter",
    "check_encoding",
    "compare",
    "counting",
    "needs_extension",
    "outcome",
    "pure",
    "same",
]

MODES = ("strict", "tolerant", "forgiving")

needs_extension = pytest.mark.skipif(
    not available, reason="the extension is not installed, or is switched off"
)


class Counter:
    """How often the native program gave up."""

    give_ups = 0


@contextmanager
def counting() -> Iterator[Counter]:
    """Count how often the native program gives up inside the ``with`` statement."""
    from rtmodels.native._extension import count_give_ups  # noqa: PLC0415 - optional

    counter, before = Counter(), count_give_ups()
    yield counter
    counter.give_ups = count_give_ups() - before


def compare(adapter: JsonAdapter[Any], data: Any) -> Any:
    """Decode *data* twice, encode the results twice, and return the instance.

    The errors are equal as well; one is returned in place of the instance.
    """
    value = outcome(adapter.decode, data)
    expected = outcome(pure(JsonAdapter.decode), adapter, data)
    assert same(value, expected), (data, value, expected)

    if not isinstance(value, RtmodelsError):
        check_encoding(adapter, value)
        check_encoding(adapter, expected)
    return value


def check_encoding(adapter: JsonAdapter[Any], value: Any) -> None:
    """Encode *value* twice, and check that the bytes or the errors are equal."""
    text = outcome(adapter.encode, value)
    expected = outcome(pure(JsonAdapter.encode), adapter, value)
    assert same(text, expected), (value, text, expected)


def pure(method: Any) -> Any:
    """Return the Python function of a method of `JsonAdapter`."""
    return getattr(method, "__wrapped__", method)
