"""Sessions with a model that answers: as a client asks for and the server reports."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from rtmodels.schema._model import UNSET, Model, OpenStr, Unknown, Unset
from rtmodels.schema.audio import (
    AudioTranscription,
    AudioTranscriptionResponse,
    NoiseReduction,
    RealtimeAudioFormats,
    RealtimeTurnDetection,
    VoiceIdsOrCustomVoice,
)
from rtmodels.schema.content import Prompt
from rtmodels.schema.response import MaxOutputTokens, OutputModality, RealtimeReasoning
from rtmodels.schema.tools import RealtimeTool, ToolChoice

__all__ = [
    "RealtimeModel",
    "RealtimeSessionCreateRequest",
    "RealtimeSessionCreateRequestAudio",
    "RealtimeSessionCreateRequestAudioInput",
    "RealtimeSessionCreateRequestAudioOutput",
    "RealtimeSessionCreateResponse",
    "RealtimeSessionCreateResponseAudio",
    "RealtimeSessionCreateResponseAudioInput",
    "RealtimeSessionCreateResponseAudioOutput",
    "RealtimeTracing",
    "RealtimeTracingConfiguration",
    "RealtimeTruncation",
    "RealtimeTruncationRetentionRatio",
    "RealtimeTruncationRetentionRatioTokenLimits",
    "SessionInclude",
    "TruncationStrategy",
]

RealtimeModel: TypeAlias = (
    Literal[
        "gpt-realtime",
        "gpt-realtime-1.5",
        "gpt-realtime-2",
        "gpt-realtime-2.1",
        "gpt-realtime-2.1-mini",
        "gpt-realtime-2025-08-28",
        "gpt-4o-realtime-preview",
        "gpt-4o-realtime-preview-2024-10-01",
        "gpt-4o-realtime-preview-2024-12-17",
        "gpt-4o-realtime-preview-2025-06-03",
        "gpt-4o-mini-realtime-preview",
        "gpt-4o-mini-realtime-preview-2024-12-17",
        "gpt-realtime-mini",
        "gpt-realtime-mini-2025-10-06",
        "gpt-realtime-mini-2025-12-15",
        "gpt-audio-1.5",
        "gpt-audio-mini",
        "gpt-audio-mini-2025-10-06",
        "gpt-audio-mini-2025-12-15",
    ]
    | OpenStr
)
"""A model that hears and speaks.

The names of models that OpenAI has shut down stay, since recordings hold them. Its
deprecations page announces for 2027-01-20 the end of ``gpt-realtime``,
``gpt-realtime-2025-08-28``, ``gpt-realtime-mini``, ``gpt-realtime-mini-2025-12-15``,
``gpt-audio-mini`` and ``gpt-audio-mini-2025-12-15``.
"""

SessionInclude: TypeAlias = Literal["item.input_audio_transcription.logprobs"]
"""Something that the server sends only on request: how sure the transcriber was."""


@frozen(kw_only=True, repr=False)
class RealtimeTracingConfiguration(Model):
    """How a session shows up among the traces in OpenAI's dashboard."""

    workflow_name: str | None = None
    """The name of the trace."""

    group_id: str | None = None
    """What ties this trace to others, such as the id of a chat."""

    metadata: Mapping[str, Any] | None = field(default=None, hash=False)
    """Anything to note and to filter traces by."""


RealtimeTracing: TypeAlias = Literal["auto"] | str | RealtimeTracingConfiguration
"""Which trace a session leaves: one with default names, or one with chosen names."""


@frozen(kw_only=True, repr=False)
class RealtimeTruncationRetentionRatioTokenLimits(Model):
    """A tighter limit on the conversation than the model's own."""

    post_instructions: int | None = None
    """The most tokens that the conversation may take, instructions not counted."""


@frozen(kw_only=True, repr=False)
class RealtimeTruncationRetentionRatio(Model):
    """Truncation that drops more than it must, so that the cache serves for longer."""

    retention_ratio: float
    """The share of the conversation to keep when it is cut, from 0.0 to 1.0."""

    type: Literal["retention_ratio"] = "retention_ratio"
    """Tells this kind of truncation from others."""

    token_limits: RealtimeTruncationRetentionRatioTokenLimits | None = None
    """When to cut, if not only where the model's own limit is reached."""


TruncationStrategy: TypeAlias = Literal["auto", "disabled"]
"""Whether old items make room for new ones, or a full conversation is an error."""

RealtimeTruncation: TypeAlias = (
    TruncationStrategy | str | RealtimeTruncationRetentionRatio | Unknown
)
"""What happens when the conversation outgrows what the model can read."""


@frozen(kw_only=True, repr=False)
class RealtimeSessionCreateRequestAudioInput(Model):
    """How a client wants the caller's audio to be read."""

    format: RealtimeAudioFormats | None = None
    """How the samples are encoded."""

    transcription: AudioTranscription | None | Unset = UNSET
    """How to transcribe the speech for the client to read; null switches that off."""

    noise_reduction: NoiseReduction | None | Unset = UNSET
    """How to filter noise; null switches that off."""

    turn_detection: RealtimeTurnDetection | None | Unset = UNSET
    """How to find turns; null leaves it to the client to commit audio."""


@frozen(kw_only=True, repr=False)
class RealtimeSessionCreateRequestAudioOutput(Model):
    """How a client wants the model's speech to sound and to be encoded."""

    format: RealtimeAudioFormats | None = None
    """How to encode the samples."""

    voice: VoiceIdsOrCustomVoice | None = None
    """The voice to use; it cannot change once the model has spoken in the session."""

    speed: float | None = None
    """How fast to speak, from 0.25 to 1.5, where 1.0 is the voice's own pace."""


@frozen(kw_only=True, repr=False)
class RealtimeSessionCreateRequestAudio(Model):
    """The audio settings that a client asks for, in both directions."""

    input: RealtimeSessionCreateRequestAudioInput | None = None
    """How to read the caller's audio."""

    output: RealtimeSessionCreateRequestAudioOutput | None = None
    """How the model is to sound."""


@frozen(kw_only=True, repr=False)
class RealtimeSessionCreateRequest(Model):
    """The settings that a client gives a session, at its start or on the way."""

    type: Literal["realtime"] = "realtime"
    """Tells sessions that speak from those that only transcribe."""

    output_modalities: tuple[OutputModality | str, ...] | None = None
    """Whether the model speaks or writes; it cannot be asked for both."""

    model: RealtimeModel | None = None
    """The model to talk to."""

    instructions: str | None = None
    """What the model is told at the head of the conversation: role, tone, rules."""

    audio: RealtimeSessionCreateRequestAudio | None = None
    """How audio is read and made."""

    include: tuple[SessionInclude | str, ...] | None = None
    """What to send that the server otherwise leaves out."""

    tracing: RealtimeTracing | None | Unset = UNSET
    """Which trace to leave in the dashboard; null leaves none."""

    tools: tuple[RealtimeTool, ...] | None = None
    """What the model may call."""

    tool_choice: ToolChoice | None = None
    """Whether the model may, must or must not call a tool."""

    parallel_tool_calls: bool | None = None
    """Whether the model may call several tools at once."""

    reasoning: RealtimeReasoning | None = None
    """How hard the model is to think, if it is one that reasons."""

    max_output_tokens: MaxOutputTokens | None = None
    """The most tokens that any one response may take."""

    truncation: RealtimeTruncation | None = None
    """What to do when the conversation grows too long."""

    prompt: Prompt | None | Unset = UNSET
    """A stored prompt template to use."""


@frozen(kw_only=True, repr=False)
class RealtimeSessionCreateResponseAudioInput(Model):
    """How the server reads the caller's audio."""

    format: RealtimeAudioFormats | None = None
    """How the samples are encoded."""

    transcription: AudioTranscriptionResponse | None = None
    """How the speech is transcribed, if it is."""

    noise_reduction: NoiseReduction | None = None
    """How noise is filtered, if it is."""

    turn_detection: RealtimeTurnDetection | None | Unset = UNSET
    """How turns are found; null means that the client commits audio itself."""


@frozen(kw_only=True, repr=False)
class RealtimeSessionCreateResponseAudioOutput(Model):
    """How the model's speech sounds and is encoded."""

    format: RealtimeAudioFormats | None = None
    """How the samples are encoded."""

    voice: VoiceIdsOrCustomVoice | None = None
    """The voice in use."""

    speed: float | None = None
    """How fast the voice speaks, from 0.25 to 1.5, where 1.0 is its own pace."""


@frozen(kw_only=True, repr=False)
class RealtimeSessionCreateResponseAudio(Model):
    """The audio settings of a session, in both directions."""

    input: RealtimeSessionCreateResponseAudioInput | None = None
    """How the caller's audio is read."""

    output: RealtimeSessionCreateResponseAudioOutput | None = None
    """How the model sounds."""


@frozen(kw_only=True, repr=False)
class RealtimeSessionCreateResponse(Model):
    """The settings of a session as the server reports them, at its start and after."""

    id: str
    """Which session this is: ``sess_...``."""

    object: Literal["realtime.session"] | str = "realtime.session"
    """What the object is: always a Realtime session."""

    type: Literal["realtime"] = "realtime"
    """Tells sessions that speak from those that only transcribe."""

    expires_at: int | None = None
    """When the session ends by itself, in Unix seconds."""

    output_modalities: tuple[OutputModality | str, ...] | None = None
    """Whether the model speaks or writes."""

    model: RealtimeModel | None = None
    """The model at the other end."""

    instructions: str | None = None
    """What the model is told at the head of the conversation; there is a default."""

    audio: RealtimeSessionCreateResponseAudio | None = None
    """How audio is read and made."""

    include: tuple[SessionInclude | str, ...] | None = None
    """What the server sends on top of the usual."""

    tracing: RealtimeTracing | None | Unset = UNSET
    """Which trace the session leaves in the dashboard; null means none."""

    tools: tuple[RealtimeTool, ...] | None = None
    """What the model may call."""

    tool_choice: ToolChoice | None = None
    """Whether the model may, must or must not call a tool."""

    reasoning: RealtimeReasoning | None = None
    """How hard the model thinks, if it is one that reasons."""

    max_output_tokens: MaxOutputTokens | None = None
    """The most tokens that any one response may take."""

    truncation: RealtimeTruncation | None = None
    """What happens when the conversation grows too long."""

    prompt: Prompt | None | Unset = UNSET
    """The stored prompt template in use."""

    parallel_tool_calls: bool | None = None
    """Whether the model may call several tools in one response."""
