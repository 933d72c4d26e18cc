"""Events: what accumulators accept.

Any module of `rtmodels.accumulate` may import it.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeAlias, TypeVar

from rtmodels.schema._model import Model, Unknown

Event = TypeVar("Event", bound=Model | Unknown)

RawEvent: TypeAlias = Mapping[str, Any] | bytes | bytearray | memoryview | str
"""An event that is not decoded: parsed JSON, or one frame of JSON."""

EventHandler: TypeAlias = Callable[[Any, Any], None]
"""A method that handles events of one class."""


def is_event(value: object) -> bool:
    """Check whether *value* is an event, and not one that has to be decoded first."""
    return isinstance(value, (Model, Unknown))


@cache
def raw_decoder(*, live: bool) -> Callable[[object], Any]:
    """Return the function that makes a `RawEvent` an event.

    It is one of the Live API if *live*, and else one of the Realtime API.
    """
    # It loads the converter, which a program that decodes events itself may not need.
    from rtmodels.accumulate._decode import make_decoder  # noqa: PLC0415 - slow

    return make_decoder(live=live)
