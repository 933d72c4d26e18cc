"""What every event that a client sends has to be."""

from typing import TypeVar

from rtmodels import RealtimeClientEvent
from rtmodels.adapters import JsonAdapter

T = TypeVar("T", bound=RealtimeClientEvent)

STRICT = JsonAdapter(RealtimeClientEvent, mode="strict")


def sent(event: T) -> T:
    """Check that *event* encodes strictly and comes back as it was; return it."""
    frame = STRICT.encode(event)
    received = STRICT.decode(frame)

    assert type(received) is type(event)
    assert STRICT.encode(received) == frame
    assert received == event
    return event
