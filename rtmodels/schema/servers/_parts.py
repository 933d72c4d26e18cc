"""The parts of which the unions of servers consist.

Only the modules of this package import it.
"""

from typing import TypeAlias

from rtmodels.schema.events.conversation import (
    ConversationCreatedEvent,
    ConversationItemAddedEvent,
    ConversationItemCreatedEvent,
    ConversationItemCreateEvent,
    ConversationItemDeletedEvent,
    ConversationItemDeleteEvent,
    ConversationItemDoneEvent,
    ConversationItemRetrievedEvent,
    ConversationItemRetrieveEvent,
    ConversationItemTruncatedEvent,
    ConversationItemTruncateEvent,
)
from rtmodels.schema.events.input_audio_buffer import (
    InputAudioBufferClearedEvent,
    InputAudioBufferClearEvent,
    InputAudioBufferCommittedEvent,
    InputAudioBufferSpeechStartedEvent,
    InputAudioBufferSpeechStoppedEvent,
)
from rtmodels.schema.events.mcp_list_tools import (
    McpListToolsCompletedEvent,
    McpListToolsFailedEvent,
    McpListToolsInProgressEvent,
)
from rtmodels.schema.events.response import (
    ResponseMcpCallArgumentsDeltaEvent,
    ResponseMcpCallArgumentsDoneEvent,
    ResponseMcpCallCompletedEvent,
    ResponseMcpCallFailedEvent,
    ResponseMcpCallInProgressEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputAudioDoneEvent,
    ResponseOutputAudioTranscriptDeltaEvent,
    ResponseOutputAudioTranscriptDoneEvent,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputTextDeltaEvent,
    ResponseOutputTextDoneEvent,
)

__all__ = [
    "BufferEvent",
    "ConversationEvent",
    "ItemClientEvent",
    "ItemEvent",
    "McpEvent",
    "OutputItemEvent",
    "SpeechEvent",
    "StreamEvent",
]

ConversationEvent: TypeAlias = (
    ConversationCreatedEvent
    | ConversationItemTruncatedEvent
    | ConversationItemDeletedEvent
)
"""Changes of a conversation that carry no item."""

ItemEvent: TypeAlias = (
    ConversationItemAddedEvent
    | ConversationItemDoneEvent
    | ConversationItemCreatedEvent
    | ConversationItemRetrievedEvent
)
"""Changes of a conversation that carry an item."""

OutputItemEvent: TypeAlias = ResponseOutputItemAddedEvent | ResponseOutputItemDoneEvent
"""The items of a response, as they begin and as they end."""

BufferEvent: TypeAlias = InputAudioBufferCommittedEvent | InputAudioBufferClearedEvent
"""What became of the audio that the client sent."""

SpeechEvent: TypeAlias = (
    InputAudioBufferSpeechStartedEvent | InputAudioBufferSpeechStoppedEvent
)
"""The caller begins and stops speaking."""

StreamEvent: TypeAlias = (
    ResponseOutputTextDeltaEvent
    | ResponseOutputTextDoneEvent
    | ResponseOutputAudioDeltaEvent
    | ResponseOutputAudioDoneEvent
    | ResponseOutputAudioTranscriptDeltaEvent
    | ResponseOutputAudioTranscriptDoneEvent
)
"""Text and speech of a response."""

McpEvent: TypeAlias = (
    McpListToolsInProgressEvent
    | McpListToolsCompletedEvent
    | McpListToolsFailedEvent
    | ResponseMcpCallArgumentsDeltaEvent
    | ResponseMcpCallArgumentsDoneEvent
    | ResponseMcpCallInProgressEvent
    | ResponseMcpCallCompletedEvent
    | ResponseMcpCallFailedEvent
)
"""Calls of MCP servers."""

ItemClientEvent: TypeAlias = (
    ConversationItemCreateEvent
    | ConversationItemRetrieveEvent
    | ConversationItemTruncateEvent
    | ConversationItemDeleteEvent
    | InputAudioBufferClearEvent
)
"""What a client changes in the conversation, and in the audio that it sent."""
