"""How type checkers follow a loop that dispatches on events; checked, and never run."""

from collections.abc import Callable
from typing import Any, assert_never, assert_type

from rtmodels import (
    ErrorEvent,
    RealtimeBetaServerEvent,
    RealtimeClientEvent,
    RealtimeConversationItemMessageUser,
    RealtimeServerEvent,
    ResponseDoneEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputTextDeltaEvent,
    SessionCreatedEvent,
    SessionUpdatedEvent,
    Unknown,
    find,
)


def compare_types(event: RealtimeServerEvent) -> object:
    """Compare ``event.type``, as programs for openai-python do."""
    if event.type == "response.done":
        assert_type(event, ResponseDoneEvent)
        return event.response.status
    if event.type == "response.output_audio.delta":
        assert_type(event.delta, bytes)
    elif event.type == "error":
        return event.error.message
    elif event.type == "session.created" or event.type == "session.updated":  # noqa: PLR1714 - pyright follows it
        assert_type(event, SessionCreatedEvent | SessionUpdatedEvent)
    elif event.type is None:
        assert_type(event, Unknown)
        return event.tag
    return event.type


def compare_other_types(
    client: RealtimeClientEvent, beta: RealtimeBetaServerEvent
) -> None:
    """Compare types in other unions, and of what is inside an event."""
    if client.type == "conversation.item.create" and client.item.type == "message":
        assert isinstance(client.item, RealtimeConversationItemMessageUser)
    if beta.type == "response.audio.delta":
        assert_type(beta.delta, bytes)


def match_types(event: RealtimeServerEvent) -> object:
    """Match ``event.type``."""
    match event.type:
        case "response.done":
            assert_type(event, ResponseDoneEvent)
            return event.response.status
        case "error":
            return event.error.message
        case "session.created" | "session.updated":
            return event.session
        case other:
            return other


def match_events(event: ResponseDoneEvent | ErrorEvent | Unknown) -> str:
    """Match classes, and make sure that none is forgotten."""
    match event:
        case ResponseDoneEvent(response=response):
            return response.id or ""
        case ErrorEvent(error=error):
            return error.message
        case Unknown(tag=tag, payload=payload):
            return tag or str(payload)
    assert_never(event)


HANDLERS: dict[type[RealtimeServerEvent], Callable[[Any], object]] = {
    ResponseDoneEvent: lambda event: event.response.status,
    ResponseOutputTextDeltaEvent: lambda event: event.delta,
    ResponseOutputAudioDeltaEvent: lambda event: len(event.delta),
    Unknown: lambda event: event.tag,
}


def look_up(event: RealtimeServerEvent) -> object:
    """Look up the handler of a class."""
    handler = HANDLERS.get(type(event))
    return handler(event) if handler else None


def name_of(event: RealtimeServerEvent) -> str | None:
    """Return the type on the wire of any event."""
    return event.tag if isinstance(event, Unknown) else event.type


def class_of(wire_type: str) -> type:
    """Return the class of the events of a type."""
    return find(wire_type)
