"""Events: what accumulators accept.

Any module of `rtmodels.accumulate` may import it; it imports none of them.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias, TypeVar

from rtmodels.schema._model import Model, Unknown

Event = TypeVar("Event", bound=Model | Unknown)

RawEvent: TypeAlias = Mapping[str, Any] | bytes | bytearray | memoryview | str
"""An event that is not decoded: parsed JSON, or one frame of JSON."""

EventUnion: TypeAlias = Literal["RealtimeServerEvent", "LiveServerEvent"]
"""The name of the union whose events an accumulator is fed."""

EventHandler: TypeAlias = Callable[[Any, Any], None]
"""A method that handles events of one class."""


def is_event(value: object) -> bool:
    """Check whether *value* is an event, and not one that has to be decoded first."""
    return isinstance(value, (Model, Unknown))
