"""Conversion of error events, and of responses that failed, to rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from rtmodels import (
    ConversationItemInputAudioTranscriptionFailedEvent,
    ErrorEvent,
    Issue,
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
    """Build the row of an ``error`` event."""
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
    """Build the row of a failed transcription."""
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
    """Build the row of a response that failed or is incomplete; None for others."""
    response = event.response
    if response.status not in {"failed", "incomplete"}:
        return None

    details = response.status_details or NO_DETAILS
    error = details.error or NO_ERROR

    # An incomplete response has no error code; its reason answers the same question.
    return ErrorRow(
        kind=f"response_{response.status}",
        code=error.code or details.reason,
        type=error.type,
        message=error.message,
        response_id=response.id,
    )


def describe_repeat(event: ResponseDoneEvent) -> ErrorRow:
    """Build the row of a response that ended again, and counts only once."""
    return ErrorRow(kind="response_repeated", response_id=event.response.id)


def describe_call(event: ResponseMcpCallFailedEvent) -> ErrorRow:
    """Build the row of a failed call of a remote tool."""
    return ErrorRow(kind="mcp_call_failed", item_id=event.item_id)


def describe_list(event: McpListToolsFailedEvent) -> ErrorRow:
    """Build the row of a list of remote tools that could not be fetched."""
    return ErrorRow(kind="mcp_list_tools_failed", item_id=event.item_id)


def describe_issues(issues: Sequence[Issue]) -> ErrorRow:
    """Build the row of a message that could not be decoded, from its first issue."""
    row = ErrorRow(kind="undecodable")
    if issues:
        row.path = issues[0].path
        row.message = f"expected {issues[0].expected}, got {issues[0].got}"
    return row


DESCRIBERS: Final[Mapping[type, Callable[[Any], ErrorRow | None]]] = {
    ErrorEvent: describe_error,
    ConversationItemInputAudioTranscriptionFailedEvent: describe_transcription,
    ResponseDoneEvent: describe_end,
    ResponseMcpCallFailedEvent: describe_call,
    McpListToolsFailedEvent: describe_list,
}
"""The function that builds the row of each event, without the source of the message.

It returns None if nothing went wrong.
"""
