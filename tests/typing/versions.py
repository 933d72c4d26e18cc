"""What type checkers make of `upgrade` and `downgrade`; checked, and never run."""

from typing import Any, assert_type

from rtmodels import (
    BetaResponseAudioDeltaEvent,
    ErrorEvent,
    Loss,
    RealtimeBetaClientEvent,
    RealtimeBetaResponse,
    RealtimeBetaResponseCreateParams,
    RealtimeBetaServerEvent,
    RealtimeBetaSessionCreateRequest,
    RealtimeBetaSessionCreateResponse,
    RealtimeClientEvent,
    RealtimeConversationItem,
    RealtimeConversationItemWithReference,
    RealtimeResponse,
    RealtimeResponseCreateParams,
    RealtimeServerEvent,
    RealtimeSession,
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateResponse,
    ResponseDoneEvent,
    Unknown,
    downgrade,
    upgrade,
)
from rtmodels.adapters import JsonAdapter


def upgrade_events(
    server: RealtimeBetaServerEvent,
    client: RealtimeBetaClientEvent,
    delta: BetaResponseAudioDeltaEvent,
    unknown: Unknown,
    event: ErrorEvent,
) -> None:
    """Events stay events of their side."""
    assert_type(upgrade(server), RealtimeServerEvent)
    assert_type(upgrade(client), RealtimeClientEvent)
    assert_type(upgrade(delta), RealtimeServerEvent)
    assert_type(upgrade(unknown), Unknown)
    assert_type(upgrade(event), RealtimeServerEvent)


def upgrade_sessions(
    session: RealtimeSession, request: RealtimeBetaSessionCreateRequest
) -> None:
    """Check that server reports and client requests have different types."""
    lost: list[Loss] = []
    assert_type(upgrade(session, lost=lost), RealtimeSessionCreateResponse)
    assert_type(upgrade(request, strict=True), RealtimeSessionCreateRequest)


def upgrade_responses(
    response: RealtimeBetaResponse, params: RealtimeBetaResponseCreateParams
) -> None:
    """Do the same for responses."""
    assert_type(upgrade(response), RealtimeResponse)
    assert_type(upgrade(params), RealtimeResponseCreateParams)


def upgrade_others(
    item: RealtimeConversationItem, reference: RealtimeConversationItemWithReference
) -> None:
    """Leave everything else what it is."""
    assert_type(upgrade(item), RealtimeConversationItem)
    assert_type(upgrade(reference), RealtimeConversationItem)
    assert_type(upgrade("pcm16"), str)


def downgrade_events(
    server: RealtimeServerEvent, client: RealtimeClientEvent, done: ResponseDoneEvent
) -> None:
    """Go the other way."""
    assert_type(downgrade(server), RealtimeBetaServerEvent)
    assert_type(downgrade(client), RealtimeBetaClientEvent)
    assert_type(downgrade(done), RealtimeBetaServerEvent)


def downgrade_objects(
    session: RealtimeSessionCreateResponse,
    response: RealtimeResponse,
    item: RealtimeConversationItem,
) -> None:
    """Go the other way with objects."""
    assert_type(downgrade(session), RealtimeSession | RealtimeBetaSessionCreateResponse)
    assert_type(downgrade(response), RealtimeBetaResponse)
    assert_type(downgrade(item), RealtimeConversationItem)


def read_both_versions(frame: bytes) -> None:
    """Check that adapters with and without these options have the same types."""
    adapter = JsonAdapter(RealtimeServerEvent, upgrade=True, downgrade=True)
    assert_type(adapter.decode(frame), RealtimeServerEvent)
    upgrade(frame, strict="yes")  # type: ignore[call-overload]
    JsonAdapter(RealtimeServerEvent, upgrade="yes")  # type: ignore[arg-type]


def losses_tell_where_and_what(loss: Loss) -> None:
    """Have a location, its text and a value."""
    assert_type(loss.loc, tuple[str | int, ...])
    assert_type(loss.path, str)
    assert_type(loss.value, Any)
    Loss(("voice",), None)  # type: ignore[call-arg]
