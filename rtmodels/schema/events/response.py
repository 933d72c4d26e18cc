"""Events about a response: asking for one, and watching it grow, piece by piece.

A response holds output items, and a message item holds content parts. Each level says
when it begins (*created*, *added*) and when it is complete (*done*); between the two,
*delta* events bring text, audio and arguments as the model makes them. The *done*
events come for a response that was interrupted as well.
"""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import UNSET, Model, Unset
from rtmodels.schema.content import ResponseContentPart
from rtmodels.schema.items import RealtimeConversationItem
from rtmodels.schema.response import RealtimeResponse, RealtimeResponseCreateParams

__all__ = [
    "ResponseCancelEvent",
    "ResponseContentPartAddedEvent",
    "ResponseContentPartDoneEvent",
    "ResponseCreateEvent",
    "ResponseCreatedEvent",
    "ResponseDoneEvent",
    "ResponseFunctionCallArgumentsDeltaEvent",
    "ResponseFunctionCallArgumentsDoneEvent",
    "ResponseMcpCallArgumentsDeltaEvent",
    "ResponseMcpCallArgumentsDoneEvent",
    "ResponseMcpCallCompletedEvent",
    "ResponseMcpCallFailedEvent",
    "ResponseMcpCallInProgressEvent",
    "ResponseOutputAudioDeltaEvent",
    "ResponseOutputAudioDoneEvent",
    "ResponseOutputAudioTranscriptDeltaEvent",
    "ResponseOutputAudioTranscriptDoneEvent",
    "ResponseOutputItemAddedEvent",
    "ResponseOutputItemDoneEvent",
    "ResponseOutputTextDeltaEvent",
    "ResponseOutputTextDoneEvent",
]


@frozen(kw_only=True, repr=False)
class ResponseCreateEvent(Model):
    """Asks the model to respond.

    Turn detection does this by itself when the caller finishes; send it where that is
    off, and after typed messages and tool outputs.
    """

    type: Literal["response.create"] = "response.create"

    event_id: str | None = None

    response: RealtimeResponseCreateParams | None = None
    """What this one response does differently from the session's settings."""


@frozen(kw_only=True, repr=False)
class ResponseCancelEvent(Model):
    """Asks to break off a response, whose status then becomes ``cancelled``."""

    type: Literal["response.cancel"] = "response.cancel"

    event_id: str | None = None

    response_id: str | None = None
    """Which response; ``None`` means the one under way in the default conversation."""


@frozen(kw_only=True, repr=False)
class ResponseCreatedEvent(Model):
    """The model begins to respond."""

    event_id: str

    response: RealtimeResponse
    """The response in its first state: ``in_progress``, and without output."""

    type: Literal["response.created"] = "response.created"


@frozen(kw_only=True, repr=False)
class ResponseDoneEvent(Model):
    """The response is over, whatever way it ended: its status says."""

    event_id: str

    response: RealtimeResponse
    """The response in its final state, with all output except the bytes of audio."""

    type: Literal["response.done"] = "response.done"


@frozen(kw_only=True, repr=False)
class ResponseOutputItemAddedEvent(Model):
    """The model begins an item of its output: a message or a call of a tool."""

    event_id: str

    response_id: str
    """The response that the item belongs to."""

    output_index: int
    """The place of the item in the response's output, counted from 0."""

    item: RealtimeConversationItem
    """The item so far."""

    type: Literal["response.output_item.added"] = "response.output_item.added"


@frozen(kw_only=True, repr=False)
class ResponseOutputItemDoneEvent(Model):
    """An item of the model's output is complete, or was cut short."""

    event_id: str

    response_id: str
    """The response that the item belongs to."""

    output_index: int
    """The place of the item in the response's output, counted from 0."""

    item: RealtimeConversationItem
    """The item in its final state, without the bytes of any audio."""

    type: Literal["response.output_item.done"] = "response.output_item.done"


@frozen(kw_only=True, repr=False)
class ResponseContentPartAddedEvent(Model):
    """The model begins a part of a message: text or speech."""

    event_id: str

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the part belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the part in the message, counted from 0."""

    part: ResponseContentPart
    """The part so far: its kind, and still no content."""

    type: Literal["response.content_part.added"] = "response.content_part.added"


@frozen(kw_only=True, repr=False)
class ResponseContentPartDoneEvent(Model):
    """A part of a message is complete, or was cut short."""

    event_id: str

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the part belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the part in the message, counted from 0."""

    part: ResponseContentPart
    """The part in its final state."""

    type: Literal["response.content_part.done"] = "response.content_part.done"


@frozen(kw_only=True, repr=False)
class ResponseOutputTextDeltaEvent(Model):
    """The model has written some more text."""

    event_id: str

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the text belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the text among the message's parts, counted from 0."""

    delta: str
    """The text to append to what came before."""

    type: Literal["response.output_text.delta"] = "response.output_text.delta"

    obfuscation: str | None = None
    """Random filler, so that a frame's size does not betray the length of the text."""


@frozen(kw_only=True, repr=False)
class ResponseOutputTextDoneEvent(Model):
    """A text is complete, or was cut short."""

    event_id: str

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the text belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the text among the message's parts, counted from 0."""

    text: str
    """The whole text."""

    type: Literal["response.output_text.done"] = "response.output_text.done"


@frozen(kw_only=True, repr=False)
class ResponseOutputAudioDeltaEvent(Model):
    """The model has spoken some more; play it after what came before."""

    event_id: str

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the speech belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the speech among the message's parts, counted from 0."""

    delta: bytes
    """The next stretch of audio, in the output format that the response uses."""

    type: Literal["response.output_audio.delta"] = "response.output_audio.delta"


@frozen(kw_only=True, repr=False)
class ResponseOutputAudioDoneEvent(Model):
    """The speech is complete, or was cut short; its audio is not repeated."""

    event_id: str

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the speech belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the speech among the message's parts, counted from 0."""

    type: Literal["response.output_audio.done"] = "response.output_audio.done"


@frozen(kw_only=True, repr=False)
class ResponseOutputAudioTranscriptDeltaEvent(Model):
    """Some more words of what the model says, often well ahead of the audio."""

    event_id: str

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the speech belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the speech among the message's parts, counted from 0."""

    delta: str
    """The text to append to what came before."""

    type: Literal["response.output_audio_transcript.delta"] = (
        "response.output_audio_transcript.delta"
    )

    obfuscation: str | None = None
    """Random filler, so that a frame's size does not betray the length of the text."""


@frozen(kw_only=True, repr=False)
class ResponseOutputAudioTranscriptDoneEvent(Model):
    """The words of what the model says are complete, or were cut short."""

    event_id: str

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the speech belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the speech among the message's parts, counted from 0."""

    transcript: str
    """All the words, including those that the caller may not have heard."""

    type: Literal["response.output_audio_transcript.done"] = (
        "response.output_audio_transcript.done"
    )


@frozen(kw_only=True, repr=False)
class ResponseFunctionCallArgumentsDeltaEvent(Model):
    """The model has written some more of the arguments for a client's function."""

    event_id: str

    response_id: str
    """The response that the call belongs to."""

    item_id: str
    """The item that stands for the call."""

    output_index: int
    """The place of that item in the response's output, counted from 0."""

    call_id: str
    """Which call it is; the function's output has to name it."""

    delta: str
    """The JSON text to append to what came before."""

    type: Literal["response.function_call_arguments.delta"] = (
        "response.function_call_arguments.delta"
    )

    obfuscation: str | None = None
    """Random filler, so that a frame's size does not betray the length of the text."""


@frozen(kw_only=True, repr=False)
class ResponseFunctionCallArgumentsDoneEvent(Model):
    """The arguments for a client's function are complete, or were cut short."""

    event_id: str

    response_id: str
    """The response that the call belongs to."""

    item_id: str
    """The item that stands for the call."""

    output_index: int
    """The place of that item in the response's output, counted from 0."""

    call_id: str
    """Which call it is; the function's output has to name it."""

    name: str
    """The function to call."""

    arguments: str
    """All the arguments as JSON text, which the server does not check."""

    type: Literal["response.function_call_arguments.done"] = (
        "response.function_call_arguments.done"
    )


@frozen(kw_only=True, repr=False)
class ResponseMcpCallArgumentsDeltaEvent(Model):
    """The model has written some more of the arguments for an MCP server's tool."""

    event_id: str

    response_id: str
    """The response that the call belongs to."""

    item_id: str
    """The item that stands for the call."""

    output_index: int
    """The place of that item in the response's output, counted from 0."""

    delta: str
    """The JSON text to append to what came before."""

    type: Literal["response.mcp_call_arguments.delta"] = (
        "response.mcp_call_arguments.delta"
    )

    obfuscation: str | None | Unset = UNSET
    """Random filler, so that a frame's size does not betray the length of the text."""


@frozen(kw_only=True, repr=False)
class ResponseMcpCallArgumentsDoneEvent(Model):
    """The arguments for an MCP server's tool are complete, or were cut short."""

    event_id: str

    response_id: str
    """The response that the call belongs to."""

    item_id: str
    """The item that stands for the call."""

    output_index: int
    """The place of that item in the response's output, counted from 0."""

    arguments: str
    """All the arguments, as JSON text."""

    type: Literal["response.mcp_call_arguments.done"] = (
        "response.mcp_call_arguments.done"
    )


@frozen(kw_only=True, repr=False)
class ResponseMcpCallInProgressEvent(Model):
    """The server is calling an MCP server's tool; the client has nothing to do."""

    event_id: str

    output_index: int
    """The place of the call's item in the response's output, counted from 0."""

    item_id: str
    """The item that stands for the call."""

    type: Literal["response.mcp_call.in_progress"] = "response.mcp_call.in_progress"


@frozen(kw_only=True, repr=False)
class ResponseMcpCallCompletedEvent(Model):
    """An MCP server's tool has returned; the call's item holds the output."""

    event_id: str

    output_index: int
    """The place of the call's item in the response's output, counted from 0."""

    item_id: str
    """The item that stands for the call."""

    type: Literal["response.mcp_call.completed"] = "response.mcp_call.completed"


@frozen(kw_only=True, repr=False)
class ResponseMcpCallFailedEvent(Model):
    """The call of an MCP server's tool went wrong; the call's item holds the error."""

    event_id: str

    output_index: int
    """The place of the call's item in the response's output, counted from 0."""

    item_id: str
    """The item that stands for the call."""

    type: Literal["response.mcp_call.failed"] = "response.mcp_call.failed"
