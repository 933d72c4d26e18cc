"""The dialect of Alibaba's Qwen: the names of the beta, and transcripts that change.

Where OpenAI sends deltas, Qwen may send all of a text anew: ``text`` is certain, and
``stash`` is what probably follows.
"""

from typing import Literal, TypeAlias

from attrs import field, frozen

from rtmodels.schema._model import UNSET, Model, Unknown, Unset
from rtmodels.schema.beta.events.response import (
    BetaResponseAudioDeltaEvent,
    BetaResponseAudioDoneEvent,
    BetaResponseAudioTranscriptDeltaEvent,
    BetaResponseAudioTranscriptDoneEvent,
    BetaResponseCreateEvent,
    BetaResponseFunctionCallArgumentsDoneEvent,
    BetaResponseTextDeltaEvent,
    BetaResponseTextDoneEvent,
)
from rtmodels.schema.beta.events.session import (
    BetaSessionCreatedEvent,
    BetaSessionUpdatedEvent,
    BetaSessionUpdateEvent,
)
from rtmodels.schema.events.conversation import (
    ConversationItemInputAudioTranscriptionFailedEvent,
)
from rtmodels.schema.events.error import ErrorEvent
from rtmodels.schema.events.input_audio_buffer import (
    InputAudioBufferAppendEvent,
    InputAudioBufferCommitEvent,
)
from rtmodels.schema.events.rate_limits import RateLimitsUpdatedEvent
from rtmodels.schema.events.response import (
    ResponseCancelEvent,
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
)
from rtmodels.schema.items import RealtimeConversationItem
from rtmodels.schema.response import (
    MaxOutputTokens,
    Metadata,
    OutputModality,
    RealtimeResponseStatusDetails,
    ResponseStatus,
)
from rtmodels.schema.servers._parts import (
    BufferEvent,
    ConversationEvent,
    ItemClientEvent,
    ItemEvent,
    OutputItemEvent,
    SpeechEvent,
)

__all__ = [
    "QwenClientEvent",
    "QwenConversationItemInputAudioTranscriptionCompletedEvent",
    "QwenConversationItemInputAudioTranscriptionDeltaEvent",
    "QwenConversationItemInputAudioTranscriptionTextEvent",
    "QwenInputImageBufferAppendEvent",
    "QwenRealtimeResponse",
    "QwenRealtimeResponseUsage",
    "QwenRealtimeResponseUsageTokensDetails",
    "QwenResponseAudioTranscriptTextEvent",
    "QwenResponseCreatedEvent",
    "QwenResponseDoneEvent",
    "QwenResponseTextTextEvent",
    "QwenServerEvent",
    "QwenSessionFinishEvent",
    "QwenSessionFinishedEvent",
]


@frozen(kw_only=True, repr=False)
class QwenRealtimeResponseUsageTokensDetails(Model):
    """The tokens that Qwen bills for one direction, by what they stood for."""

    text_tokens: int | None = None
    """Tokens of text."""

    audio_tokens: int | None = None
    """Tokens of audio."""

    image_tokens: int | None = None
    """Tokens of images."""


@frozen(kw_only=True, repr=False)
class QwenRealtimeResponseUsage(Model):
    """What a response cost; ``tokens`` is plural in the names of the details."""

    total_tokens: int | None = None
    """Input and output tokens together."""

    input_tokens: int | None = None
    """Tokens read."""

    output_tokens: int | None = None
    """Tokens produced."""

    input_tokens_details: QwenRealtimeResponseUsageTokensDetails | None = None
    """What the input tokens stood for."""

    output_tokens_details: QwenRealtimeResponseUsageTokensDetails | None = None
    """What the output tokens went into."""


@frozen(kw_only=True, repr=False)
class QwenRealtimeResponse(Model):
    """One turn of the model, as Qwen reports it."""

    id: str | None = None
    """Which response this is."""

    object: Literal["realtime.response"] | str | None = None
    """What the object is: always a Realtime response."""

    status: ResponseStatus | str | None = None
    """How far the response has come."""

    status_details: RealtimeResponseStatusDetails | None = None
    """Why it ended that way, when there is more to say than the status does."""

    output: tuple[RealtimeConversationItem, ...] | None = None
    """The items that the model produced, in order."""

    metadata: Metadata | None | Unset = field(default=UNSET, hash=False)
    """The notes that the client attached when it asked for the response."""

    usage: QwenRealtimeResponseUsage | None = None
    """The tokens that the response cost."""

    conversation_id: str | None = None
    """The conversation that the output joined; empty at first."""

    voice: str | None = None
    """The voice that speaks."""

    modalities: tuple[OutputModality | str, ...] | None = None
    """Whether the model was to speak or to write."""

    output_audio_format: str | None = None
    """How the speech is encoded: ``pcm`` is PCM of 16 bits."""

    temperature: float | None = None
    """How freely the model picks words."""

    max_output_tokens: MaxOutputTokens | None = None
    """The limit on output tokens that applied."""


@frozen(kw_only=True, repr=False)
class QwenConversationItemInputAudioTranscriptionTextEvent(Model):
    """The transcript of what the caller says has grown, or its end has changed."""

    event_id: str

    item_id: str
    """The user message that holds the audio."""

    text: str
    """What is certain of it; it replaces what came before."""

    type: Literal["conversation.item.input_audio_transcription.text"] = (
        "conversation.item.input_audio_transcription.text"
    )

    stash: str | None = None
    """What probably follows, and may still change."""

    content_index: int | None = None
    """Which part of the message holds the audio, counted from 0."""

    language: str | None = None
    """The language recognised, as a code such as ``en``."""

    emotion: str | None = None
    """The emotion recognised in the voice, such as ``neutral``."""


@frozen(kw_only=True, repr=False)
class QwenConversationItemInputAudioTranscriptionDeltaEvent(Model):
    """A piece of the transcript, in ``delta``, or all of it in ``text``."""

    event_id: str

    item_id: str
    """The user message that holds the audio."""

    type: Literal["conversation.item.input_audio_transcription.delta"] = (
        "conversation.item.input_audio_transcription.delta"
    )

    content_index: int | None = None
    """Which part of the message holds the audio, counted from 0."""

    delta: str | None = None
    """The text to append to what came before."""

    text: str | None = None
    """What is certain; it replaces what came before."""

    stash: str | None = None
    """What probably follows, and may still change."""

    language: str | None = None
    """The language recognised, as a code such as ``en``."""

    emotion: str | None = None
    """The emotion recognised in the voice, such as ``neutral``."""


@frozen(kw_only=True, repr=False)
class QwenConversationItemInputAudioTranscriptionCompletedEvent(Model):
    """Qwen has transcribed all that the caller said."""

    event_id: str

    item_id: str
    """The user message that holds the audio."""

    transcript: str
    """All that was said."""

    type: Literal["conversation.item.input_audio_transcription.completed"] = (
        "conversation.item.input_audio_transcription.completed"
    )

    content_index: int | None = None
    """Which part of the message holds the audio, counted from 0."""

    language: str | None = None
    """The language recognised, as a code such as ``en``."""

    emotion: str | None = None
    """The emotion recognised in the voice, such as ``neutral``."""


@frozen(kw_only=True, repr=False)
class QwenInputImageBufferAppendEvent(Model):
    """Sends a picture, such as one frame of a video, along with the caller's audio."""

    image: bytes
    """The picture, as a JPEG."""

    type: Literal["input_image_buffer.append"] = "input_image_buffer.append"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class QwenResponseTextTextEvent(Model):
    """The text of a response has changed while the model writes."""

    event_id: str

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the text belongs to."""

    text: str
    """What is certain of it; it replaces what came before."""

    type: Literal["response.text.text"] = "response.text.text"

    stash: str | None = None
    """What probably follows, and may still change."""

    output_index: int | None = None
    """The place of the message in the response's output, counted from 0."""

    content_index: int | None = None
    """The place of the part in the message, counted from 0."""


@frozen(kw_only=True, repr=False)
class QwenResponseAudioTranscriptTextEvent(Model):
    """The transcript of a response has changed while the model speaks."""

    event_id: str

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the transcript belongs to."""

    text: str
    """What is certain of it; it replaces what came before."""

    type: Literal["response.audio_transcript.text"] = "response.audio_transcript.text"

    stash: str | None = None
    """What probably follows, and may still change."""

    output_index: int | None = None
    """The place of the message in the response's output, counted from 0."""

    content_index: int | None = None
    """The place of the part in the message, counted from 0."""


@frozen(kw_only=True, repr=False)
class QwenResponseCreatedEvent(Model):
    """Qwen begins to respond."""

    event_id: str

    response: QwenRealtimeResponse
    """The response in its first state."""

    type: Literal["response.created"] = "response.created"


@frozen(kw_only=True, repr=False)
class QwenResponseDoneEvent(Model):
    """Qwen has finished its response, or was stopped."""

    event_id: str

    response: QwenRealtimeResponse
    """The response in its final state."""

    type: Literal["response.done"] = "response.done"


@frozen(kw_only=True, repr=False)
class QwenSessionFinishEvent(Model):
    """Announces that no more audio follows, and asks for the rest of the answers."""

    type: Literal["session.finish"] = "session.finish"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class QwenSessionFinishedEvent(Model):
    """All audio is dealt with, and the server is about to hang up."""

    event_id: str

    type: Literal["session.finished"] = "session.finished"


QwenClientEvent: TypeAlias = (
    ItemClientEvent
    | InputAudioBufferAppendEvent
    | InputAudioBufferCommitEvent
    | QwenInputImageBufferAppendEvent
    | BetaResponseCreateEvent
    | ResponseCancelEvent
    | BetaSessionUpdateEvent
    | QwenSessionFinishEvent
    | Unknown
)
"""What a client of Qwen sends."""

QwenServerEvent: TypeAlias = (
    ConversationEvent
    | ItemEvent
    | QwenConversationItemInputAudioTranscriptionTextEvent
    | QwenConversationItemInputAudioTranscriptionDeltaEvent
    | QwenConversationItemInputAudioTranscriptionCompletedEvent
    | ConversationItemInputAudioTranscriptionFailedEvent
    | ErrorEvent
    | BufferEvent
    | SpeechEvent
    | RateLimitsUpdatedEvent
    | QwenResponseCreatedEvent
    | QwenResponseDoneEvent
    | OutputItemEvent
    | ResponseContentPartAddedEvent
    | ResponseContentPartDoneEvent
    | BetaResponseTextDeltaEvent
    | BetaResponseTextDoneEvent
    | BetaResponseAudioDeltaEvent
    | BetaResponseAudioDoneEvent
    | BetaResponseAudioTranscriptDeltaEvent
    | BetaResponseAudioTranscriptDoneEvent
    | QwenResponseTextTextEvent
    | QwenResponseAudioTranscriptTextEvent
    | ResponseFunctionCallArgumentsDeltaEvent
    | BetaResponseFunctionCallArgumentsDoneEvent
    | BetaSessionCreatedEvent
    | BetaSessionUpdatedEvent
    | QwenSessionFinishedEvent
    | Unknown
)
"""What Qwen's server sends."""
