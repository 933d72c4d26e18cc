"""What to take things for that no event announced."""

from typing import TypeAlias

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


def guess_response(response_id: str) -> RealtimeResponse:
    """Make a response that an event mentions."""
    return RealtimeResponse(
        id=response_id, object="realtime.response", status="in_progress"
    )


def guess_item(
    event: PartEvent | ArgumentsDelta | ArgumentsDone,
) -> RealtimeConversationItem:
    """Make an item that *event* mentions; what it does not tell is left empty."""
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
