"""How type checkers see the events of other servers; checked, and never run."""

from typing import assert_type

from rtmodels import (
    ConversationAccumulator,
    RealtimeClientEvent,
    RealtimeServerEvent,
    ResponseDoneEvent,
    VoiceLiveClientEvent,
    VoiceLiveServerEvent,
    VoiceLiveWarningEvent,
    XaiPingEvent,
    XaiServerEvent,
    upgrade,
)
from rtmodels.adapters import JsonAdapter


def upgrade_events(frame: bytes, accumulator: ConversationAccumulator) -> object:
    """Upgrade what a server sends; what OpenAI has not is still the server's."""
    event = upgrade(JsonAdapter(XaiServerEvent).decode(frame))
    assert_type(event, RealtimeServerEvent | XaiServerEvent)

    match accumulator.feed(event):
        case XaiPingEvent(timestamp=timestamp):
            assert_type(timestamp, int)
        case ResponseDoneEvent(response=response):
            return response.output
    return None


def compare_types(event: VoiceLiveServerEvent) -> object:
    """Compare ``event.type``, in a union of classes of several families."""
    if event.type == "warning":
        assert_type(event, VoiceLiveWarningEvent)
        return event.warning.message
    return event.type


def upgrade_client_events(event: VoiceLiveClientEvent) -> object:
    """Upgrade what a client sends."""
    return assert_type(upgrade(event), RealtimeClientEvent | VoiceLiveClientEvent)
