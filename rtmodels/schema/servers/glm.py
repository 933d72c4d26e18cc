"""The dialect of Zhipu's GLM: the names of the beta, mostly without ids of items.

A response has one message, so GLM names the response alone. Clients may add
``client_timestamp``, in Unix milliseconds, to each event; servers return it.
"""

from typing import Literal, TypeAlias

from attrs import frozen

from rtmodels.schema._model import Model, Unknown
from rtmodels.schema.beta.events.response import (
    BetaResponseCreatedEvent,
    BetaResponseCreateEvent,
)
from rtmodels.schema.beta.events.session import (
    BetaSessionCreatedEvent,
    BetaSessionUpdatedEvent,
    BetaSessionUpdateEvent,
)
from rtmodels.schema.beta.response import RealtimeBetaResponse
from rtmodels.schema.events.conversation import (
    ConversationItemInputAudioTranscriptionFailedEvent,
)
from rtmodels.schema.events.error import ErrorEventError
from rtmodels.schema.events.input_audio_buffer import (
    InputAudioBufferAppendEvent,
    InputAudioBufferCommitEvent,
)
from rtmodels.schema.events.response import ResponseCancelEvent
from rtmodels.schema.servers._parts import (
    BufferEvent,
    ConversationEvent,
    ItemClientEvent,
    ItemEvent,
)
from rtmodels.schema.usage import RealtimeResponseUsage

__all__ = [
    "GlmClientEvent",
    "GlmConversationItemInputAudioTranscriptionCompletedEvent",
    "GlmErrorEvent",
    "GlmHeartbeatEvent",
    "GlmInputAudioBufferAppendVideoFrameEvent",
    "GlmInputAudioBufferSpeechStartedEvent",
    "GlmInputAudioBufferSpeechStoppedEvent",
    "GlmResponseAudioDeltaEvent",
    "GlmResponseAudioDoneEvent",
    "GlmResponseAudioTranscriptDeltaEvent",
    "GlmResponseAudioTranscriptDoneEvent",
    "GlmResponseDoneEvent",
    "GlmResponseFunctionCallArgumentsDoneEvent",
    "GlmResponseFunctionCallSimpleBrowserEvent",
    "GlmResponseTextDeltaEvent",
    "GlmResponseTextDoneEvent",
    "GlmServerEvent",
]


@frozen(kw_only=True, repr=False)
class GlmErrorEvent(Model):
    """Something went wrong; GLM sends this event without an id."""

    error: ErrorEventError
    """What went wrong."""

    type: Literal["error"] = "error"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class GlmHeartbeatEvent(Model):
    """The connection is alive; it comes every 30 seconds."""

    type: Literal["heartbeat"] = "heartbeat"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class GlmConversationItemInputAudioTranscriptionCompletedEvent(Model):
    """GLM has transcribed all that the caller said."""

    event_id: str

    transcript: str
    """All that was said."""

    type: Literal["conversation.item.input_audio_transcription.completed"] = (
        "conversation.item.input_audio_transcription.completed"
    )

    item_id: str | None = None
    """The user message that holds the audio."""

    content_index: int | None = None
    """Which part of the message holds the audio, counted from 0."""

    client_timestamp: int | None = None
    """When the client sent the audio, in Unix milliseconds."""


@frozen(kw_only=True, repr=False)
class GlmInputAudioBufferAppendVideoFrameEvent(Model):
    """Sends one frame of a video, along with the caller's audio."""

    video_frame: bytes
    """The frame, as a JPEG."""

    type: Literal["input_audio_buffer.append_video_frame"] = (
        "input_audio_buffer.append_video_frame"
    )

    event_id: str | None = None

    client_timestamp: int | None = None
    """When the client sends it, in Unix milliseconds."""


@frozen(kw_only=True, repr=False)
class GlmInputAudioBufferSpeechStartedEvent(Model):
    """The caller has begun to speak."""

    event_id: str

    type: Literal["input_audio_buffer.speech_started"] = (
        "input_audio_buffer.speech_started"
    )

    item_id: str | None = None
    """The user message that the speech will be in."""

    audio_start_ms: int | None = None
    """Where in the audio of the session, in milliseconds."""


@frozen(kw_only=True, repr=False)
class GlmInputAudioBufferSpeechStoppedEvent(Model):
    """The caller has stopped speaking."""

    event_id: str

    type: Literal["input_audio_buffer.speech_stopped"] = (
        "input_audio_buffer.speech_stopped"
    )

    item_id: str | None = None
    """The user message that the speech will be in."""

    audio_end_ms: int | None = None
    """Where in the audio of the session, in milliseconds."""


@frozen(kw_only=True, repr=False)
class GlmResponseDoneEvent(Model):
    """GLM has finished its response, or was stopped."""

    event_id: str

    type: Literal["response.done"] = "response.done"

    response: RealtimeBetaResponse | None = None
    """The response in its final state, if the server sends it."""

    usage: RealtimeResponseUsage | None = None
    """The tokens that the response cost, where they are not in the response."""

    client_timestamp: int | None = None
    """When the client asked for it, in Unix milliseconds."""


@frozen(kw_only=True, repr=False)
class GlmResponseTextDeltaEvent(Model):
    """GLM has written some more text."""

    event_id: str

    response_id: str
    """The response that the text belongs to."""

    delta: str
    """The text to append to what came before."""

    type: Literal["response.text.delta"] = "response.text.delta"

    item_id: str | None = None
    """The message that the text belongs to."""

    output_index: int | None = None
    """The place of the message in the response's output, counted from 0."""

    content_index: int | None = None
    """The place of the part in the message, counted from 0."""

    client_timestamp: int | None = None
    """When the client asked for it, in Unix milliseconds."""


@frozen(kw_only=True, repr=False)
class GlmResponseTextDoneEvent(Model):
    """The text is complete; it does not come if the caller interrupts."""

    event_id: str

    response_id: str
    """The response that the text belongs to."""

    text: str
    """All of the text."""

    type: Literal["response.text.done"] = "response.text.done"

    item_id: str | None = None
    """The message that the text belongs to."""

    output_index: int | None = None
    """The place of the message in the response's output, counted from 0."""

    content_index: int | None = None
    """The place of the part in the message, counted from 0."""

    client_timestamp: int | None = None
    """When the client asked for it, in Unix milliseconds."""


@frozen(kw_only=True, repr=False)
class GlmResponseAudioDeltaEvent(Model):
    """The model has said some more."""

    event_id: str

    response_id: str
    """The response that the speech belongs to."""

    delta: bytes
    """The samples that follow, in the output format of the session."""

    type: Literal["response.audio.delta"] = "response.audio.delta"

    item_id: str | None = None
    """The message that the speech belongs to."""

    output_index: int | None = None
    """The place of the message in the response's output, counted from 0."""

    content_index: int | None = None
    """The place of the part in the message, counted from 0."""

    client_timestamp: int | None = None
    """When the client asked for it, in Unix milliseconds."""


@frozen(kw_only=True, repr=False)
class GlmResponseAudioDoneEvent(Model):
    """The speech of a response is complete."""

    event_id: str

    response_id: str
    """The response that the speech belongs to."""

    type: Literal["response.audio.done"] = "response.audio.done"

    item_id: str | None = None
    """The message that the speech belongs to."""

    output_index: int | None = None
    """The place of the message in the response's output, counted from 0."""

    content_index: int | None = None
    """The place of the part in the message, counted from 0."""

    client_timestamp: int | None = None
    """When the client asked for it, in Unix milliseconds."""


@frozen(kw_only=True, repr=False)
class GlmResponseAudioTranscriptDeltaEvent(Model):
    """Some more of what the model says, in words."""

    event_id: str

    response_id: str
    """The response that the speech belongs to."""

    delta: str
    """The text to append to what came before."""

    type: Literal["response.audio_transcript.delta"] = "response.audio_transcript.delta"

    item_id: str | None = None
    """The message that the speech belongs to."""

    output_index: int | None = None
    """The place of the message in the response's output, counted from 0."""

    content_index: int | None = None
    """The place of the part in the message, counted from 0."""

    client_timestamp: int | None = None
    """When the client asked for it, in Unix milliseconds."""


@frozen(kw_only=True, repr=False)
class GlmResponseAudioTranscriptDoneEvent(Model):
    """All of what the model said, in words."""

    event_id: str

    response_id: str
    """The response that the speech belongs to."""

    transcript: str
    """All of the words."""

    type: Literal["response.audio_transcript.done"] = "response.audio_transcript.done"

    item_id: str | None = None
    """The message that the speech belongs to."""

    output_index: int | None = None
    """The place of the message in the response's output, counted from 0."""

    content_index: int | None = None
    """The place of the part in the message, counted from 0."""

    client_timestamp: int | None = None
    """When the client asked for it, in Unix milliseconds."""


@frozen(kw_only=True, repr=False)
class GlmResponseFunctionCallArgumentsDoneEvent(Model):
    """The model calls a function; there are no deltas before this event."""

    event_id: str

    response_id: str
    """The response that the call belongs to."""

    arguments: str
    """What to call the function with: a JSON object, as text."""

    type: Literal["response.function_call_arguments.done"] = (
        "response.function_call_arguments.done"
    )

    name: str | None = None
    """The function to call."""

    item_id: str | None = None
    """The item that stands for the call."""

    output_index: int | None = None
    """The place of that item in the response's output, counted from 0."""

    call_id: str | None = None
    """Which call it is; the function's output has to name it."""

    client_timestamp: int | None = None
    """When the client asked for the response, in Unix milliseconds."""


@frozen(kw_only=True, repr=False)
class GlmResponseFunctionCallSimpleBrowserEvent(Model):
    """The model searches the web before it answers; the client need not act."""

    event_id: str

    type: Literal["response.function_call.simple_browser"] = (
        "response.function_call.simple_browser"
    )

    name: str | None = None
    """The name of the search."""


GlmClientEvent: TypeAlias = (
    ItemClientEvent
    | InputAudioBufferAppendEvent
    | GlmInputAudioBufferAppendVideoFrameEvent
    | InputAudioBufferCommitEvent
    | BetaResponseCreateEvent
    | ResponseCancelEvent
    | BetaSessionUpdateEvent
    | Unknown
)
"""What a client of GLM sends."""

GlmServerEvent: TypeAlias = (
    ConversationEvent
    | ItemEvent
    | GlmConversationItemInputAudioTranscriptionCompletedEvent
    | ConversationItemInputAudioTranscriptionFailedEvent
    | GlmErrorEvent
    | GlmHeartbeatEvent
    | BufferEvent
    | GlmInputAudioBufferSpeechStartedEvent
    | GlmInputAudioBufferSpeechStoppedEvent
    | BetaResponseCreatedEvent
    | GlmResponseDoneEvent
    | GlmResponseTextDeltaEvent
    | GlmResponseTextDoneEvent
    | GlmResponseAudioDeltaEvent
    | GlmResponseAudioDoneEvent
    | GlmResponseAudioTranscriptDeltaEvent
    | GlmResponseAudioTranscriptDoneEvent
    | GlmResponseFunctionCallArgumentsDoneEvent
    | GlmResponseFunctionCallSimpleBrowserEvent
    | BetaSessionCreatedEvent
    | BetaSessionUpdatedEvent
    | Unknown
)
"""What GLM's server sends."""
