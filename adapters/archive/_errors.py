"""Tells what went wrong, event by event."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from rtmodels import (
    ConversationItemInputAudioTranscriptionFailedEvent,
    ErrorEvent,
    McpListToolsFailedEvent,
    RealtimeResponseStatusDetailsError,
    ResponseDoneEvent,
    ResponseMcpCallFailedEvent,
)
from rtmodels.adapters.archive._rows import ErrorRow
from rtmodels.adapters.archive._sessions import NO_DETAILS

NO_ERROR = RealtimeResponseStatusDetailsError()
"""Placeholder for an error without details."""


def describe_error(event: ErrorEvent) -> ErrorRow:
    """Describe what the server refused, or could not do."""
    error = event.error
    return ErrorRow(
        kind="error",
        code=error.code or None,
        type=error.type,
        message=error.message,
        param=error.param or None,
        event_id=error.event_id or None,
    )


def describe_transcription(
    event: ConversationItemInputAudioTranscriptionFailedEvent,
) -> ErrorRow:
    """Describe why the words of the caller are missing."""
    error = event.error
    return ErrorRow(
        kind="transcription_failed",
        code=error.code,
        type=error.type,
        message=error.message,
        param=error.param,
        item_id=event.item_id,
    )


def describe_end(event: ResponseDoneEvent) -> ErrorRow | None:
    """Describe why a response failed, or is incomplete, if it does or is."""
    response = event.response
    if response.status not in {"failed", "incomplete"}:
        return None

    details = response.status_details or NO_DETAILS
    error = details.error or NO_ERROR
    return ErrorRow(
        kind=f"response_{response.status}",
        code=error.code or details.reason,
        type=error.type,
        message=error.message,
        response_id=response.id,
    )


def describe_call(event: ResponseMcpCallFailedEvent) -> ErrorRow:
    """Describe which call of a remote tool failed."""
    return ErrorRow(kind="mcp_call_failed", item_id=event.item_id)


def describe_list(event: McpListToolsFailedEvent) -> ErrorRow:
    """Describe which list of remote tools could not be had."""
    return ErrorRow(kind="mcp_list_tools_failed", item_id=event.item_id)


DESCRIBERS: Final[Mapping[type, Callable[[Any], ErrorRow | None]]] = {
    ErrorEvent: describe_error,
    ConversationItemInputAudioTranscriptionFailedEvent: describe_transcription,
    ResponseDoneEvent: describe_end,
    ResponseMcpCallFailedEvent: describe_call,
    McpListToolsFailedEvent: describe_list,
}
"""What makes the row for an event, less where it is from; none if all is well."""
