"""The dialect of LocalAI: the GA without empty values, and events of its own.

LocalAI leaves out what is null, zero or empty, even where OpenAI requires a key.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from attrs import field, frozen

from rtmodels.schema._model import UNSET, Model, Unknown, Unset
from rtmodels.schema.content import (
    RealtimeConversationItemMessageAssistantContent,
    RealtimeConversationItemMessageSystemContent,
    RealtimeConversationItemMessageUserContent,
)
from rtmodels.schema.events.conversation import (
    ConversationItemInputAudioTranscriptionFailedEvent,
)
from rtmodels.schema.events.error import ErrorEventError
from rtmodels.schema.events.input_audio_buffer import (
    InputAudioBufferTimeoutTriggeredEvent,
)
from rtmodels.schema.events.rate_limits import RateLimitsUpdatedEvent
from rtmodels.schema.events.response import (
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseFunctionCallArgumentsDoneEvent,
)
from rtmodels.schema.events.session import SessionCreatedEvent, SessionUpdatedEvent
from rtmodels.schema.items import ItemStatus
from rtmodels.schema.response import (
    MaxOutputTokens,
    Metadata,
    OutputModality,
    RealtimeResponseAudio,
    RealtimeResponseStatusDetails,
    ResponseStatus,
)
from rtmodels.schema.servers._parts import (
    BufferEvent,
    ConversationEvent,
    McpEvent,
    SpeechEvent,
    StreamEvent,
)
from rtmodels.schema.usage import RealtimeResponseUsage, TranscriptTextUsage

__all__ = [
    "LocalAiClassifierResultEvent",
    "LocalAiClassifierResultEventScore",
    "LocalAiConversationItemAddedEvent",
    "LocalAiConversationItemDoneEvent",
    "LocalAiConversationItemInputAudioTranscriptionCompletedEvent",
    "LocalAiConversationItemInputAudioTranscriptionDeltaEvent",
    "LocalAiConversationItemInputAudioTranscriptionSegmentEvent",
    "LocalAiConversationItemRetrievedEvent",
    "LocalAiConversationItemSoundDetectionEvent",
    "LocalAiConversationItemSpeakerEvent",
    "LocalAiErrorEvent",
    "LocalAiLogProbProperties",
    "LocalAiRealtimeConversationItem",
    "LocalAiRealtimeConversationItemFunctionCall",
    "LocalAiRealtimeConversationItemFunctionCallOutput",
    "LocalAiRealtimeConversationItemMessageAssistant",
    "LocalAiRealtimeConversationItemMessageSystem",
    "LocalAiRealtimeConversationItemMessageUser",
    "LocalAiRealtimeResponse",
    "LocalAiResponseCreatedEvent",
    "LocalAiResponseDoneEvent",
    "LocalAiResponseOutputItemAddedEvent",
    "LocalAiResponseOutputItemDoneEvent",
    "LocalAiServerEvent",
    "LocalAiSoundDetection",
    "LocalAiSpeaker",
]


@frozen(kw_only=True, repr=False)
class LocalAiLogProbProperties(Model):
    """One token of a transcript of LocalAI, and how sure the transcriber was of it."""

    token: str | None = None
    """The text of the token; absent if empty."""

    logprob: float | None = None
    """The natural logarithm of the token's probability; absent if it is 0.0."""

    bytes: str | tuple[int, ...] | None = None
    """The token in UTF-8: base64 text, or one integer for each byte."""


@frozen(kw_only=True, repr=False)
class LocalAiSpeaker(Model):
    """Who LocalAI believes is speaking."""

    name: str | None = None
    """The name that the voice is known by."""

    id: str | None = None
    """Which known voice it is."""

    labels: Mapping[str, str] | None = field(default=None, hash=False)
    """Notes that were stored with the voice."""

    confidence: float | None = None
    """How sure the server is, from 0 to 100."""

    distance: float | None = None
    """How far the voice is from the known one; less is closer."""

    matched: bool | None = None
    """Whether it is close enough to be the same."""


@frozen(kw_only=True, repr=False)
class LocalAiRealtimeConversationItemMessageSystem(Model):
    """A message that instructs the model, maybe without content."""

    role: Literal["system"] = "system"
    """Tells system messages from the others."""

    type: Literal["message"] = "message"
    """Tells messages from other kinds of item."""

    content: tuple[RealtimeConversationItemMessageSystemContent, ...] | None = None
    """The pieces of the message; absent if there are none."""

    id: str | None = None
    """Which item this is."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    status: ItemStatus | str | None = None
    """How far the item has come."""


@frozen(kw_only=True, repr=False)
class LocalAiRealtimeConversationItemMessageUser(Model):
    """A message from the user, which may come before it has content."""

    role: Literal["user"] = "user"
    """Tells user messages from the others."""

    type: Literal["message"] = "message"
    """Tells messages from other kinds of item."""

    content: tuple[RealtimeConversationItemMessageUserContent, ...] | None = None
    """The pieces of the message; absent if there are none."""

    id: str | None = None
    """Which item this is."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    status: ItemStatus | str | None = None
    """How far the item has come."""

    speaker: LocalAiSpeaker | None = None
    """Who is speaking, if the server compares voices."""


@frozen(kw_only=True, repr=False)
class LocalAiRealtimeConversationItemMessageAssistant(Model):
    """A message from the model, which may come before it has content."""

    role: Literal["assistant"] = "assistant"
    """Tells the model's messages from the others."""

    type: Literal["message"] = "message"
    """Tells messages from other kinds of item."""

    content: tuple[RealtimeConversationItemMessageAssistantContent, ...] | None = None
    """The pieces of the message; absent if there are none."""

    id: str | None = None
    """Which item this is."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    status: ItemStatus | str | None = None
    """How far the item has come."""


@frozen(kw_only=True, repr=False)
class LocalAiRealtimeConversationItemFunctionCall(Model):
    """A call of one of the client's functions, maybe without arguments."""

    type: Literal["function_call"] = "function_call"
    """Tells this kind of item from the others."""

    name: str | None = None
    """The function to call."""

    arguments: str | None = None
    """What to call it with: a JSON object, as text; absent while empty."""

    id: str | None = None
    """Which item this is."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    status: ItemStatus | str | None = None
    """How far the item has come."""

    call_id: str | None = None
    """Which call this is, so that its output can be matched to it."""


@frozen(kw_only=True, repr=False)
class LocalAiRealtimeConversationItemFunctionCallOutput(Model):
    """What a function returned, which may be nothing."""

    type: Literal["function_call_output"] = "function_call_output"
    """Tells this kind of item from the others."""

    output: str | None = None
    """The result, as any text; absent if empty."""

    id: str | None = None
    """Which item this is."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    status: ItemStatus | str | None = None
    """How far the item has come."""

    call_id: str | None = None
    """The call that this answers."""


LocalAiRealtimeConversationItem: TypeAlias = (
    LocalAiRealtimeConversationItemMessageSystem
    | LocalAiRealtimeConversationItemMessageUser
    | LocalAiRealtimeConversationItemMessageAssistant
    | LocalAiRealtimeConversationItemFunctionCall
    | LocalAiRealtimeConversationItemFunctionCallOutput
    | Unknown
)
"""One entry of a conversation with LocalAI; items about MCP are read as `Unknown`."""


@frozen(kw_only=True, repr=False)
class LocalAiRealtimeResponse(Model):
    """One turn of the model, as LocalAI reports it."""

    id: str | None = None
    """Which response this is."""

    object: Literal["realtime.response"] | str | None = None
    """What the object is: always a Realtime response."""

    status: ResponseStatus | str | None = None
    """How far the response has come."""

    status_details: RealtimeResponseStatusDetails | None = None
    """Why it ended that way, when there is more to say than the status does."""

    output: tuple[LocalAiRealtimeConversationItem, ...] | None = None
    """The items that the model produced, in order."""

    metadata: Metadata | None | Unset = field(default=UNSET, hash=False)
    """The notes that the client attached when it asked for the response."""

    audio: RealtimeResponseAudio | None = None
    """The audio settings used."""

    usage: RealtimeResponseUsage | None = None
    """The tokens that the response cost."""

    conversation_id: str | None = None
    """The conversation that the output joined."""

    output_modalities: tuple[OutputModality | str, ...] | None = None
    """Whether the model was to speak or to write."""

    max_output_tokens: MaxOutputTokens | None = None
    """The limit on output tokens that applied."""


@frozen(kw_only=True, repr=False)
class LocalAiConversationItemInputAudioTranscriptionDeltaEvent(Model):
    """LocalAI has transcribed some more of what the caller says."""

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

    logprobs: tuple[LocalAiLogProbProperties, ...] | None | Unset = UNSET
    """How sure the transcription is of each token."""


@frozen(kw_only=True, repr=False)
class LocalAiConversationItemInputAudioTranscriptionSegmentEvent(Model):
    """A stretch of speech has been transcribed."""

    event_id: str

    item_id: str
    """The user message that holds the audio."""

    type: Literal["conversation.item.input_audio_transcription.segment"] = (
        "conversation.item.input_audio_transcription.segment"
    )

    content_index: int | None = None
    """Which part of the message holds the audio, counted from 0."""

    id: str | None = None
    """Tells this stretch from the others."""

    text: str | None = None
    """What was said."""

    speaker: str | None = None
    """A label for the voice, the same whenever that voice speaks."""

    speaker_name: str | None = None
    """The name of the speaker, if the voice is known."""

    start: float | None = None
    """Where the stretch begins in the audio, in seconds; absent if that is 0."""

    end: float | None = None
    """Where the stretch ends in the audio, in seconds."""

    logprobs: tuple[LocalAiLogProbProperties, ...] | None | Unset = UNSET
    """How sure the transcription is of each token."""


@frozen(kw_only=True, repr=False)
class LocalAiConversationItemInputAudioTranscriptionCompletedEvent(Model):
    """LocalAI has transcribed all that the caller said."""

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

    usage: TranscriptTextUsage | None = None
    """What the transcription cost, in tokens or in seconds."""

    logprobs: tuple[LocalAiLogProbProperties, ...] | None | Unset = UNSET
    """How sure the transcription is of each token."""


@frozen(kw_only=True, repr=False)
class LocalAiConversationItemSpeakerEvent(Model):
    """The voice in a user message has been compared with those that are known."""

    event_id: str

    item_id: str
    """The user message that holds the audio."""

    speaker: LocalAiSpeaker
    """Who is speaking."""

    type: Literal["conversation.item.speaker"] = "conversation.item.speaker"


@frozen(kw_only=True, repr=False)
class LocalAiSoundDetection(Model):
    """One kind of sound, and how likely it is in the audio."""

    label: str
    """The kind of sound, by its name in AudioSet, such as ``Speech``."""

    score: float
    """How likely it is, from 0.0 to 1.0; several sounds may be at once."""

    index: int | None = None
    """The number of this kind of sound in the model's list."""


@frozen(kw_only=True, repr=False)
class LocalAiConversationItemSoundDetectionEvent(Model):
    """The sounds in a stretch of audio have been recognised."""

    event_id: str

    item_id: str
    """The user message that holds the audio."""

    detections: tuple[LocalAiSoundDetection, ...]
    """The sounds, the most likely one first."""

    type: Literal["conversation.item.sound_detection"] = (
        "conversation.item.sound_detection"
    )

    content_index: int | None = None
    """Which part of the message holds the audio, counted from 0."""


@frozen(kw_only=True, repr=False)
class LocalAiErrorEvent(Model):
    """Something went wrong; LocalAI sends this event without an id."""

    error: ErrorEventError
    """What went wrong."""

    type: Literal["error"] = "error"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class LocalAiClassifierResultEventScore(Model):
    """How well one of the options fits what the caller said."""

    id: str
    """Which option."""

    score: float
    """How well it fits; the scores of all options add up to 1.0."""


@frozen(kw_only=True, repr=False)
class LocalAiClassifierResultEvent(Model):
    """What the caller said was matched with the options that the session gives."""

    event_id: str

    response_id: str
    """The response that the choice belongs to."""

    scores: tuple[LocalAiClassifierResultEventScore, ...]
    """How well each option fits, in the order of the options."""

    type: Literal["localai.classifier.result"] = "localai.classifier.result"

    chosen_id: str | None = None
    """The option chosen; absent if none fits well enough."""

    threshold: float | None = None
    """The score that an option needs."""

    fallback: str | None = None
    """What happens instead, if no option was chosen."""

    latency_ms: int | None = None
    """How long the choice took, in milliseconds."""


@frozen(kw_only=True, repr=False)
class LocalAiConversationItemAddedEvent(Model):
    """An item has entered the conversation."""

    event_id: str

    item: LocalAiRealtimeConversationItem
    """The item as it is now."""

    type: Literal["conversation.item.added"] = "conversation.item.added"

    previous_item_id: str | None | Unset = UNSET
    """The item that it follows."""


@frozen(kw_only=True, repr=False)
class LocalAiConversationItemDoneEvent(Model):
    """An item of the conversation is complete."""

    event_id: str

    item: LocalAiRealtimeConversationItem
    """The item as it is now."""

    type: Literal["conversation.item.done"] = "conversation.item.done"

    previous_item_id: str | None | Unset = UNSET
    """The item that it follows."""


@frozen(kw_only=True, repr=False)
class LocalAiConversationItemRetrievedEvent(Model):
    """An item, as the server holds it."""

    event_id: str

    item: LocalAiRealtimeConversationItem
    """The item as it is now."""

    type: Literal["conversation.item.retrieved"] = "conversation.item.retrieved"


@frozen(kw_only=True, repr=False)
class LocalAiResponseOutputItemAddedEvent(Model):
    """The model begins an item."""

    event_id: str

    response_id: str
    """The response that the item belongs to."""

    output_index: int
    """The place of the item in the response's output, counted from 0."""

    item: LocalAiRealtimeConversationItem
    """The item in its first state."""

    type: Literal["response.output_item.added"] = "response.output_item.added"


@frozen(kw_only=True, repr=False)
class LocalAiResponseOutputItemDoneEvent(Model):
    """An item of a response is complete."""

    event_id: str

    response_id: str
    """The response that the item belongs to."""

    output_index: int
    """The place of the item in the response's output, counted from 0."""

    item: LocalAiRealtimeConversationItem
    """The item in its final state."""

    type: Literal["response.output_item.done"] = "response.output_item.done"


@frozen(kw_only=True, repr=False)
class LocalAiResponseCreatedEvent(Model):
    """The model behind LocalAI begins to respond."""

    event_id: str

    response: LocalAiRealtimeResponse
    """The response in its first state."""

    type: Literal["response.created"] = "response.created"


@frozen(kw_only=True, repr=False)
class LocalAiResponseDoneEvent(Model):
    """The model behind LocalAI has finished its response, or was stopped."""

    event_id: str

    response: LocalAiRealtimeResponse
    """The response in its final state."""

    type: Literal["response.done"] = "response.done"


LocalAiServerEvent: TypeAlias = (
    ConversationEvent
    | LocalAiConversationItemAddedEvent
    | LocalAiConversationItemDoneEvent
    | LocalAiConversationItemRetrievedEvent
    | LocalAiConversationItemInputAudioTranscriptionDeltaEvent
    | LocalAiConversationItemInputAudioTranscriptionSegmentEvent
    | LocalAiConversationItemInputAudioTranscriptionCompletedEvent
    | ConversationItemInputAudioTranscriptionFailedEvent
    | LocalAiConversationItemSpeakerEvent
    | LocalAiConversationItemSoundDetectionEvent
    | LocalAiClassifierResultEvent
    | LocalAiErrorEvent
    | BufferEvent
    | SpeechEvent
    | InputAudioBufferTimeoutTriggeredEvent
    | McpEvent
    | RateLimitsUpdatedEvent
    | LocalAiResponseCreatedEvent
    | LocalAiResponseDoneEvent
    | LocalAiResponseOutputItemAddedEvent
    | LocalAiResponseOutputItemDoneEvent
    | ResponseContentPartAddedEvent
    | ResponseContentPartDoneEvent
    | StreamEvent
    | ResponseFunctionCallArgumentsDeltaEvent
    | ResponseFunctionCallArgumentsDoneEvent
    | SessionCreatedEvent
    | SessionUpdatedEvent
    | Unknown
)
"""What LocalAI's server sends; its clients send what OpenAI's do."""
