"""Placeholders for responses, items and parts whose first event was not seen.

Any module of `rtmodels.accumulate` may import it; it imports none of them.
"""

from typing import Final, TypeAlias

from rtmodels.schema.content import (
    RealtimeConversationItemMessageAssistantContent,
    RealtimeConversationItemMessageUserContent,
)
from rtmodels.schema.events.response import (
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseFunctionCallArgumentsDoneEvent,
    ResponseMcpCallArgumentsDeltaEvent,
    ResponseMcpCallArgumentsDoneEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputAudioDoneEvent,
    ResponseOutputAudioTranscriptDeltaEvent,
    ResponseOutputAudioTranscriptDoneEvent,
    ResponseOutputTextDeltaEvent,
    ResponseOutputTextDoneEvent,
)
from rtmodels.schema.items import (
    RealtimeConversationItem,
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemMessageAssistant,
    RealtimeConversationItemMessageUser,
)
from rtmodels.schema.mcp import RealtimeMCPToolCall
from rtmodels.schema.response import RealtimeResponse

PartEvent: TypeAlias = (
    ResponseContentPartAddedEvent
    | ResponseContentPartDoneEvent
    | ResponseOutputTextDeltaEvent
    | ResponseOutputTextDoneEvent
    | ResponseOutputAudioDeltaEvent
    | ResponseOutputAudioDoneEvent
    | ResponseOutputAudioTranscriptDeltaEvent
    | ResponseOutputAudioTranscriptDoneEvent
)
"""An event about one part of a message."""

ArgumentsDelta: TypeAlias = (
    ResponseFunctionCallArgumentsDeltaEvent | ResponseMcpCallArgumentsDeltaEvent
)
ArgumentsDone: TypeAlias = (
    ResponseFunctionCallArgumentsDoneEvent | ResponseMcpCallArgumentsDoneEvent
)
"""The events about the arguments of a call."""

EMPTY_ASSISTANT_CONTENT: Final = RealtimeConversationItemMessageAssistantContent()
EMPTY_USER_CONTENT: Final = RealtimeConversationItemMessageUserContent(
    type="input_audio"
)
"""Placeholders for a part of a message, by the role of the message."""


def placeholder_response(response_id: str) -> RealtimeResponse:
    """Return a placeholder for a response that an event mentions."""
    return RealtimeResponse(
        id=response_id, object="realtime.response", status="in_progress"
    )


def placeholder_user_message(item_id: str) -> RealtimeConversationItemMessageUser:
    """Return a placeholder for a message of which only the transcription is known."""
    return RealtimeConversationItemMessageUser(id=item_id, content=())


def placeholder_item(
    event: PartEvent | ArgumentsDelta | ArgumentsDone,
) -> RealtimeConversationItem:
    """Return a placeholder for the item that *event* mentions, of the right class."""
    # Only calls have events of their own; all other deltas are those of messages.
    match event:
        case (
            ResponseFunctionCallArgumentsDeltaEvent()
            | ResponseFunctionCallArgumentsDoneEvent()
        ):
            return RealtimeConversationItemFunctionCall(
                id=event.item_id,
                call_id=event.call_id,
                name=getattr(event, "name", ""),
                arguments="",
                status="in_progress",
            )

        case ResponseMcpCallArgumentsDeltaEvent() | ResponseMcpCallArgumentsDoneEvent():
            return RealtimeMCPToolCall(
                id=event.item_id, server_label="", name="", arguments=""
            )

        case _:
            return RealtimeConversationItemMessageAssistant(
                id=event.item_id, status="in_progress", content=()
            )
