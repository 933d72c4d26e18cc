"""The dialect of xAI's Grok: the names of the GA, with keys missing and some more.

The facts come from recorded sessions and xAI's reference of its events. Keys that xAI
adds to most events, such as ``previous_item_id`` and ``latency``, stay in ``extra``.
"""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from rtmodels.schema._model import UNSET, Model, Unknown, Unset
from rtmodels.schema.audio import AudioTranscription, RealtimeAudioFormats
from rtmodels.schema.content import (
    RealtimeConversationItemMessageAssistantContent,
    RealtimeConversationItemMessageUserContent,
    ResponseContentPart,
)
from rtmodels.schema.events.conversation import (
    ConversationItemDoneEvent,
    ConversationItemInputAudioTranscriptionDeltaEvent,
    ConversationItemInputAudioTranscriptionFailedEvent,
    ConversationItemRetrievedEvent,
)
from rtmodels.schema.events.error import ErrorEvent
from rtmodels.schema.events.input_audio_buffer import (
    InputAudioBufferAppendEvent,
    InputAudioBufferCommitEvent,
    InputAudioBufferTimeoutTriggeredEvent,
)
from rtmodels.schema.events.rate_limits import RateLimitsUpdatedEvent
from rtmodels.schema.events.response import (
    ResponseCancelEvent,
    ResponseContentPartAddedEvent,
    ResponseCreateEvent,
    ResponseFunctionCallArgumentsDoneEvent,
)
from rtmodels.schema.items import (
    ItemPhase,
    ItemStatus,
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemFunctionCallOutput,
    RealtimeConversationItemMessageSystem,
)
from rtmodels.schema.mcp import (
    MCPTool,
    RealtimeMCPApprovalRequest,
    RealtimeMCPApprovalResponse,
    RealtimeMCPListTools,
    RealtimeMCPToolCall,
)
from rtmodels.schema.response import (
    MaxOutputTokens,
    Metadata,
    OutputModality,
    RealtimeReasoning,
    RealtimeResponseAudio,
    RealtimeResponseStatusDetails,
    ResponseStatus,
)
from rtmodels.schema.servers._parts import (
    BufferEvent,
    ConversationEvent,
    ItemClientEvent,
    McpEvent,
    SpeechEvent,
    StreamEvent,
)
from rtmodels.schema.tools import ToolChoice
from rtmodels.schema.usage import (
    LogProbProperties,
    TranscriptionLanguage,
    TranscriptTextUsage,
)

__all__ = [
    "XaiClientEvent",
    "XaiConversationItemAddedEvent",
    "XaiConversationItemCreatedEvent",
    "XaiConversationItemInputAudioTranscriptionCompletedEvent",
    "XaiConversationItemInputAudioTranscriptionUpdatedEvent",
    "XaiInputAudioBufferDtmfEventReceivedEvent",
    "XaiPingEvent",
    "XaiPongEvent",
    "XaiRealtimeConversationItem",
    "XaiRealtimeConversationItemMessageAssistant",
    "XaiRealtimeConversationItemMessageUser",
    "XaiRealtimeFunctionTool",
    "XaiRealtimeFunctionToolFunction",
    "XaiRealtimeResponse",
    "XaiRealtimeResponseUsage",
    "XaiRealtimeResponseUsageTokenDetails",
    "XaiRealtimeSession",
    "XaiRealtimeSessionAudio",
    "XaiRealtimeSessionAudioInput",
    "XaiRealtimeSessionAudioOutput",
    "XaiRealtimeSessionResumption",
    "XaiRealtimeTool",
    "XaiRealtimeTurnDetection",
    "XaiResponseContentPartDoneEvent",
    "XaiResponseCreatedEvent",
    "XaiResponseDoneEvent",
    "XaiResponseFunctionCallArgumentsDeltaEvent",
    "XaiResponseOutputItemAddedEvent",
    "XaiResponseOutputItemDoneEvent",
    "XaiServerEvent",
    "XaiSessionCreatedEvent",
    "XaiSessionUpdateEvent",
    "XaiSessionUpdatedEvent",
]


@frozen(kw_only=True, repr=False)
class XaiRealtimeTurnDetection(Model):
    """How xAI finds the caller's turns."""

    type: Literal["server_vad"] | str | None | Unset = UNSET
    """``server_vad``; null leaves it to the client to end turns."""

    threshold: float | None = None
    """How loud counts as speech, from 0.0 to 1.0; higher suits noisy places."""

    prefix_padding_ms: int | None = None
    """Audio to keep from before the detected start, in milliseconds."""

    silence_duration_ms: int | None = None
    """Silence that ends a turn, in milliseconds."""

    create_response: bool | None = None
    """Whether the end of a turn starts a response."""

    interrupt_response: bool | None = None
    """Whether the start of speech cuts a running response short."""

    idle_timeout_ms: int | None | Unset = UNSET
    """Silence after a response that has the model speak up again, in milliseconds."""


@frozen(kw_only=True, repr=False)
class XaiRealtimeFunctionToolFunction(Model):
    """What the model knows of a function."""

    name: str
    """What the model calls the function."""

    description: str | None = None
    """When and how to call it, for the model."""

    parameters: Mapping[str, Any] | None = field(default=None, hash=False)
    """The arguments that it takes, as a JSON Schema."""


@frozen(kw_only=True, repr=False)
class XaiRealtimeFunctionTool(Model):
    """A function of the client's that the model may ask to have called.

    A client may write the keys of the function beside its type; xAI reports them as an
    object of their own.
    """

    type: Literal["function"] = "function"
    """Tells functions from other tools."""

    function: XaiRealtimeFunctionToolFunction | None = None
    """The function, as the server reports it."""

    name: str | None = None
    """What the model calls the function, as a client may write it."""

    description: str | None = None
    """When and how to call it, as a client may write it."""

    parameters: Mapping[str, Any] | None = field(default=None, hash=False)
    """The arguments that it takes, as a JSON Schema, as a client may write it."""


XaiRealtimeTool: TypeAlias = XaiRealtimeFunctionTool | MCPTool | Unknown
"""A function or an MCP server; xAI's own searches are read as `Unknown`."""


@frozen(kw_only=True, repr=False)
class XaiRealtimeSessionAudioInput(Model):
    """How the caller's audio arrives."""

    format: RealtimeAudioFormats | None = None
    """How the samples are encoded."""

    transport: Literal["json"] | str | None = None
    """Whether audio comes inside of JSON events."""

    transcription: AudioTranscription | None = None
    """The transcription of what the caller says."""


@frozen(kw_only=True, repr=False)
class XaiRealtimeSessionAudioOutput(Model):
    """How the model's speech is sent."""

    format: RealtimeAudioFormats | None = None
    """How the samples are encoded."""

    transport: Literal["json"] | str | None = None
    """Whether audio is sent inside of JSON events."""

    speed: float | None = None
    """How fast the voice speaks; 1.0 is its natural pace."""


@frozen(kw_only=True, repr=False)
class XaiRealtimeSessionAudio(Model):
    """The audio of a session, in both directions."""

    input: XaiRealtimeSessionAudioInput | None = None
    """The caller's audio."""

    output: XaiRealtimeSessionAudioOutput | None = None
    """The model's speech."""


@frozen(kw_only=True, repr=False)
class XaiRealtimeSessionResumption(Model):
    """Whether a session can go on after a lost connection."""

    enabled: bool
    """Whether it can."""


@frozen(kw_only=True, repr=False)
class XaiRealtimeSession(Model):
    """The settings of a session with xAI, as a client sets and a server reports them.

    It has no ``type``. Keys of the beta and of the GA stand side by side.
    """

    id: str | None = None
    """Which session."""

    object: Literal["realtime.session"] | str | None = None
    """What the object is: always a Realtime session."""

    model: str | None = None
    """The model, such as ``grok-voice-latest``."""

    instructions: str | None = None
    """What the model is told at the beginning."""

    voice: str | None = None
    """The voice, such as ``ara``."""

    modalities: tuple[OutputModality | str, ...] | None = None
    """What the model answers in."""

    turn_detection: XaiRealtimeTurnDetection | None | Unset = UNSET
    """How the server finds the caller's turns; null leaves that to the client."""

    tools: tuple[XaiRealtimeTool, ...] | None = None
    """What the model may call."""

    tool_choice: ToolChoice | None = None
    """Whether the model may, must or must not call a tool."""

    temperature: float | None = None
    """How freely the model picks words; -1.0 is the model's own setting."""

    max_response_output_tokens: MaxOutputTokens | None = None
    """The most tokens that a response may take."""

    audio: XaiRealtimeSessionAudio | None = None
    """The audio in both directions."""

    input_audio_format: str | None = None
    """The key of the beta for ``audio.input.format``; often ``not specified``."""

    output_audio_format: str | None = None
    """The key of the beta for ``audio.output.format``; often ``not specified``."""

    input_audio_transcription: AudioTranscription | None = None
    """The key of the beta for ``audio.input.transcription``."""

    reasoning: RealtimeReasoning | None = None
    """How hard the model thinks before it answers."""

    resumption: XaiRealtimeSessionResumption | None = None
    """Whether the session can go on after a lost connection."""

    keep_context: bool | None = None
    """Whether the server keeps the conversation for later sessions."""

    enable_noise_suppression: bool | None = None
    """Whether noise is filtered from the caller's audio."""

    enable_phonetic_spelling: bool | None = None
    """Whether the model may spell by sound."""


@frozen(kw_only=True, repr=False)
class XaiRealtimeConversationItemMessageUser(Model):
    """A message from the user, which xAI announces before it has content."""

    role: Literal["user"] = "user"
    """Tells user messages from the others."""

    type: Literal["message"] = "message"
    """Tells messages from other kinds of item."""

    content: tuple[RealtimeConversationItemMessageUserContent, ...] | None = None
    """The pieces of the message, once there are any."""

    id: str | None = None
    """Which item this is."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    status: ItemStatus | str | None = None
    """How far the item has come."""


@frozen(kw_only=True, repr=False)
class XaiRealtimeConversationItemMessageAssistant(Model):
    """A message from the model, which xAI announces before it has content."""

    role: Literal["assistant"] = "assistant"
    """Tells the model's messages from the others."""

    type: Literal["message"] = "message"
    """Tells messages from other kinds of item."""

    content: tuple[RealtimeConversationItemMessageAssistantContent, ...] | None = None
    """The pieces of the message, once there are any."""

    id: str | None = None
    """Which item this is."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    status: ItemStatus | str | None = None
    """How far the item has come."""

    phase: ItemPhase | str | None = None
    """Whether this is talk along the way or the answer, where the model says so."""


XaiRealtimeConversationItem: TypeAlias = (
    RealtimeConversationItemMessageSystem
    | XaiRealtimeConversationItemMessageUser
    | XaiRealtimeConversationItemMessageAssistant
    | RealtimeConversationItemFunctionCall
    | RealtimeConversationItemFunctionCallOutput
    | RealtimeMCPApprovalResponse
    | RealtimeMCPListTools
    | RealtimeMCPToolCall
    | RealtimeMCPApprovalRequest
    | Unknown
)
"""One entry of a conversation with xAI."""


@frozen(kw_only=True, repr=False)
class XaiRealtimeResponseUsageTokenDetails(Model):
    """The tokens that Grok counts in one direction, by what they stood for."""

    text_tokens: int | None = None
    """Tokens of text."""

    audio_tokens: int | None = None
    """Tokens of audio."""

    grok_tokens: int | None = None
    """Tokens as the model itself counts them."""

    cached_tokens: int | None = None
    """Tokens that the server took from its cache."""


@frozen(kw_only=True, repr=False)
class XaiRealtimeResponseUsage(Model):
    """What a response cost; xAI bills seconds of audio."""

    total_tokens: int | None = None
    """Input and output tokens together."""

    input_tokens: int | None = None
    """Tokens read."""

    output_tokens: int | None = None
    """Tokens produced."""

    input_token_details: XaiRealtimeResponseUsageTokenDetails | None = None
    """What the input tokens stood for."""

    output_token_details: XaiRealtimeResponseUsageTokenDetails | None = None
    """What the output tokens went into."""

    output_audio_seconds: float | None = None
    """How long the model spoke, in seconds."""

    billable_audio_seconds: float | None = None
    """How much audio is billed, in seconds."""


@frozen(kw_only=True, repr=False)
class XaiRealtimeResponse(Model):
    """One turn of the model, as xAI reports it."""

    id: str | None = None
    """Which response this is."""

    object: Literal["realtime.response"] | str | None = None
    """What the object is: always a Realtime response."""

    status: ResponseStatus | str | None = None
    """How far the response has come."""

    status_details: RealtimeResponseStatusDetails | str | None = None
    """Why it ended that way; xAI sends the text ``unimplemented``."""

    output: tuple[XaiRealtimeConversationItem, ...] | None = None
    """The items that the model produced, in order."""

    metadata: Metadata | None | Unset = field(default=UNSET, hash=False)
    """The notes that the client attached when it asked for the response."""

    audio: RealtimeResponseAudio | None = None
    """The audio settings used."""

    usage: XaiRealtimeResponseUsage | None = None
    """What the response cost; empty, since xAI reports it beside the response."""

    conversation_id: str | None = None
    """The conversation that the output joined."""

    output_modalities: tuple[OutputModality | str, ...] | None = None
    """Whether the model was to speak or to write."""

    max_output_tokens: MaxOutputTokens | None = None
    """The limit on output tokens that applied."""


@frozen(kw_only=True, repr=False)
class XaiPingEvent(Model):
    """Grok checks whether the client is still there."""

    timestamp: int
    """When the server sent it, in Unix milliseconds."""

    type: Literal["ping"] = "ping"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class XaiPongEvent(Model):
    """Answers a ping."""

    ping_timestamp: int
    """The ``timestamp`` of the ping, in Unix milliseconds."""

    type: Literal["pong"] = "pong"


@frozen(kw_only=True, repr=False)
class XaiSessionUpdateEvent(Model):
    """Changes the settings of a session with xAI."""

    session: XaiRealtimeSession
    """The settings to change."""

    type: Literal["session.update"] = "session.update"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class XaiSessionCreatedEvent(Model):
    """A session with xAI has begun."""

    event_id: str

    session: XaiRealtimeSession
    """The settings that it begins with."""

    type: Literal["session.created"] = "session.created"


@frozen(kw_only=True, repr=False)
class XaiSessionUpdatedEvent(Model):
    """The settings of a session with xAI have changed."""

    event_id: str

    session: XaiRealtimeSession
    """All settings as they are now."""

    type: Literal["session.updated"] = "session.updated"


@frozen(kw_only=True, repr=False)
class XaiConversationItemAddedEvent(Model):
    """An item has entered the conversation, maybe without content yet."""

    event_id: str

    item: XaiRealtimeConversationItem
    """The item as it is now."""

    type: Literal["conversation.item.added"] = "conversation.item.added"

    previous_item_id: str | None | Unset = UNSET
    """The item that it follows; null if it is the first."""


@frozen(kw_only=True, repr=False)
class XaiConversationItemCreatedEvent(Model):
    """An item of the conversation, which xAI replays when a session is resumed."""

    event_id: str

    item: XaiRealtimeConversationItem
    """The item as it is now."""

    type: Literal["conversation.item.created"] = "conversation.item.created"

    previous_item_id: str | None | Unset = UNSET
    """The item that it follows; null if it is the first."""


@frozen(kw_only=True, repr=False)
class XaiConversationItemInputAudioTranscriptionUpdatedEvent(Model):
    """Grok understands what the caller says in another way than before."""

    event_id: str

    item_id: str
    """The user message that holds the audio."""

    transcript: str
    """All that was understood so far; it replaces what came before."""

    type: Literal["conversation.item.input_audio_transcription.updated"] = (
        "conversation.item.input_audio_transcription.updated"
    )

    content_index: int | None = None
    """Which part of the message holds the audio, counted from 0."""


@frozen(kw_only=True, repr=False)
class XaiConversationItemInputAudioTranscriptionCompletedEvent(Model):
    """The transcript of what the caller said is complete; xAI does not say its cost."""

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

    status: ItemStatus | str | None = None
    """How far the user message has come."""

    usage: TranscriptTextUsage | None = None
    """What the transcription cost, in tokens or in seconds."""

    languages: tuple[TranscriptionLanguage, ...] | None = None
    """The languages that were recognised."""

    logprobs: tuple[LogProbProperties, ...] | None | Unset = UNSET
    """How sure the transcription is of each token."""


@frozen(kw_only=True, repr=False)
class XaiInputAudioBufferDtmfEventReceivedEvent(Model):
    """A caller on the telephone pressed a key; unlike OpenAI's, the event has an id."""

    event: str
    """The key: a digit, ``*`` or ``#``."""

    received_at: int
    """When the server received it, in Unix seconds."""

    type: Literal["input_audio_buffer.dtmf_event_received"] = (
        "input_audio_buffer.dtmf_event_received"
    )

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class XaiResponseCreatedEvent(Model):
    """Grok begins to respond."""

    event_id: str

    response: XaiRealtimeResponse
    """The response in its first state."""

    type: Literal["response.created"] = "response.created"


@frozen(kw_only=True, repr=False)
class XaiResponseDoneEvent(Model):
    """Grok has finished its response, or was stopped."""

    event_id: str

    response: XaiRealtimeResponse
    """The response in its final state."""

    type: Literal["response.done"] = "response.done"

    response_id: str | None = None
    """Which response, once more."""

    usage: XaiRealtimeResponseUsage | None = None
    """What the response cost."""


@frozen(kw_only=True, repr=False)
class XaiResponseOutputItemAddedEvent(Model):
    """The model begins an item, which has no content yet."""

    event_id: str

    response_id: str
    """The response that the item belongs to."""

    output_index: int
    """The place of the item in the response's output, counted from 0."""

    item: XaiRealtimeConversationItem
    """The item in its first state."""

    type: Literal["response.output_item.added"] = "response.output_item.added"


@frozen(kw_only=True, repr=False)
class XaiResponseOutputItemDoneEvent(Model):
    """An item of a response is complete; xAI leaves its content to other events."""

    event_id: str

    response_id: str
    """The response that the item belongs to."""

    output_index: int
    """The place of the item in the response's output, counted from 0."""

    item: XaiRealtimeConversationItem
    """The item in its final state."""

    type: Literal["response.output_item.done"] = "response.output_item.done"


@frozen(kw_only=True, repr=False)
class XaiResponseContentPartDoneEvent(Model):
    """A part of a message is complete; xAI does not repeat it."""

    event_id: str

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the part belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the part in the message, counted from 0."""

    type: Literal["response.content_part.done"] = "response.content_part.done"

    part: ResponseContentPart | None = None
    """The part in its final state, if the server sends it."""


@frozen(kw_only=True, repr=False)
class XaiResponseFunctionCallArgumentsDeltaEvent(Model):
    """Grok has written some more of the arguments for a client's function."""

    event_id: str

    response_id: str
    """The response that the call belongs to."""

    item_id: str
    """The item that stands for the call."""

    call_id: str
    """Which call it is; the function's output has to name it."""

    delta: str
    """The JSON text to append to what came before."""

    type: Literal["response.function_call_arguments.delta"] = (
        "response.function_call_arguments.delta"
    )

    output_index: int | None = None
    """The place of that item in the response's output, counted from 0."""


XaiClientEvent: TypeAlias = (
    ItemClientEvent
    | InputAudioBufferAppendEvent
    | InputAudioBufferCommitEvent
    | ResponseCreateEvent
    | ResponseCancelEvent
    | XaiSessionUpdateEvent
    | XaiPongEvent
    | Unknown
)
"""What a client of xAI sends."""

XaiServerEvent: TypeAlias = (
    ConversationEvent
    | XaiConversationItemAddedEvent
    | XaiConversationItemCreatedEvent
    | ConversationItemDoneEvent
    | ConversationItemRetrievedEvent
    | ConversationItemInputAudioTranscriptionDeltaEvent
    | XaiConversationItemInputAudioTranscriptionUpdatedEvent
    | XaiConversationItemInputAudioTranscriptionCompletedEvent
    | ConversationItemInputAudioTranscriptionFailedEvent
    | ErrorEvent
    | BufferEvent
    | SpeechEvent
    | InputAudioBufferTimeoutTriggeredEvent
    | XaiInputAudioBufferDtmfEventReceivedEvent
    | McpEvent
    | XaiPingEvent
    | RateLimitsUpdatedEvent
    | XaiResponseCreatedEvent
    | XaiResponseDoneEvent
    | XaiResponseOutputItemAddedEvent
    | XaiResponseOutputItemDoneEvent
    | ResponseContentPartAddedEvent
    | XaiResponseContentPartDoneEvent
    | StreamEvent
    | XaiResponseFunctionCallArgumentsDeltaEvent
    | ResponseFunctionCallArgumentsDoneEvent
    | XaiSessionCreatedEvent
    | XaiSessionUpdatedEvent
    | Unknown
)
"""What xAI's server sends."""
