"""How type checkers follow a loop that dispatches on events; checked, and never run."""

from collections.abc import Callable
from typing import Any, assert_never, assert_type

from rtmodels import (
    ErrorEvent,
    InputTextContent,
    RealtimeBetaServerEvent,
    RealtimeClientEvent,
    RealtimeServerEvent,
    ResponseDoneEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputTextDeltaEvent,
    SessionCreatedEvent,
    SessionUpdatedEvent,
    Unknown,
)


def compare_types(event: RealtimeServerEvent) -> None:
    """Compare ``event.type``, as programs for openai-python do."""
    if event.type == "response.done":
        assert_type(event, ResponseDoneEvent)
        print(event.response.status)
    elif event.type == "response.output_audio.delta":
        assert_type(event.delta, bytes)
    elif event.type == "error":
        print(event.error.message, event.error.code)
    elif event.type in ("session.created", "session.updated"):
        assert_type(event, SessionCreatedEvent | SessionUpdatedEvent)
    elif event.type is None:
        assert_type(event, Unknown)
        print(event.tag, event.payload)
    else:
        print(event.type)


def compare_other_types(
    event: RealtimeClientEvent, beta: RealtimeBetaServerEvent
) -> None:
    """Compare types in the other unions, and one that no event has."""
    if event.type == "conversation.item.create" and event.item.type == "message":
        assert_type(event.item.extra, Any)
        for part in event.item.content:
            print(part.type)
    if beta.type == "response.audio.delta":
        assert_type(beta.delta, bytes)


def match_types(event: RealtimeServerEvent) -> None:
    """Match ``event.type``."""
    match event.type:
        case "response.done":
            assert_type(event, ResponseDoneEvent)
        case "error":
            print(event.error.message)
        case "session.created" | "session.updated":
            print(event.session)
        case other:
            print(other)


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


HANDLERS: dict[type[RealtimeServerEvent], Callable[[Any], None]] = {
    ResponseDoneEvent: lambda event: print(event.response.status),
    ResponseOutputTextDeltaEvent: lambda event: print(event.delta),
    ResponseOutputAudioDeltaEvent: lambda event: print(len(event.delta)),
    Unknown: lambda event: print(event.tag),
}


def look_up(event: RealtimeServerEvent) -> None:
    """Look the handler of a class up."""
    handler = HANDLERS.get(type(event))
    if handler is not None:
        handler(event)


def show(event: RealtimeServerEvent) -> str:
    """Return what to print for any event."""
    return event.tag or "?" if isinstance(event, Unknown) else event.type


_ = InputTextContent
