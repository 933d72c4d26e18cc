"""Tells what went wrong, event by event."""

from rtmodels import (
    ConversationItemInputAudioTranscriptionFailedEvent,
    ErrorEvent,
    McpListToolsFailedEvent,
    RealtimeClientEvent,
    RealtimeResponse,
    RealtimeResponseStatusDetails,
    RealtimeResponseStatusDetailsError,
    RealtimeServerEvent,
    ResponseDoneEvent,
    ResponseMcpCallFailedEvent,
)
from rtmodels.adapters.archive._rows import ErrorRow

NO_DETAILS = RealtimeResponseStatusDetails()
NO_ERROR = RealtimeResponseStatusDetailsError()
"""What stands for an error that nobody described."""


def describe_error(event: RealtimeClientEvent | RealtimeServerEvent) -> ErrorRow | None:
    """Make the row for what *event* says went wrong, if it says so.

    Where it is from is left open.
    """
    match event:
        case ErrorEvent(error=error):
            return ErrorRow(
                kind="error",
                code=error.code or None,
                type=error.type,
                message=error.message,
                param=error.param or None,
                event_id=error.event_id or None,
            )
        case ConversationItemInputAudioTranscriptionFailedEvent(error=error):
            return ErrorRow(
                kind="transcription_failed",
                code=error.code,
                type=error.type,
                message=error.message,
                param=error.param,
                item_id=event.item_id,
            )
        case ResponseDoneEvent(response=response):
            return _describe_end(response)
        case ResponseMcpCallFailedEvent(item_id=item_id):
            return ErrorRow(kind="mcp_call_failed", item_id=item_id)
        case McpListToolsFailedEvent(item_id=item_id):
            return ErrorRow(kind="mcp_list_tools_failed", item_id=item_id)
        case _:
            return None


def _describe_end(response: RealtimeResponse) -> ErrorRow | None:
    """Make the row for *response*, if it failed or was left incomplete."""
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
