"""Sessions on Voice Live: as a client asks for and the server reports."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from rtmodels.schema._model import UNSET, Model, Unset
from rtmodels.schema.beta.audio import RealtimeBetaAudioFormat
from rtmodels.schema.response import MaxOutputTokens, Metadata
from rtmodels.schema.servers.voice_live.audio import (
    VoiceLiveAudioEchoCancellation,
    VoiceLiveAudioInputTranscriptionOptions,
    VoiceLiveAudioNoiseReduction,
    VoiceLiveAudioTimestampType,
    VoiceLiveOutputAudioFormat,
)
from rtmodels.schema.servers.voice_live.avatar import (
    VoiceLiveAnimation,
    VoiceLiveAvatarConfig,
)
from rtmodels.schema.servers.voice_live.response import (
    VoiceLiveInterimResponseConfig,
    VoiceLiveModality,
    VoiceLiveReasoningEffort,
)
from rtmodels.schema.servers.voice_live.tools import VoiceLiveTool
from rtmodels.schema.servers.voice_live.turn_detection import VoiceLiveTurnDetection
from rtmodels.schema.servers.voice_live.voice import VoiceLiveVoice
from rtmodels.schema.tools import ToolChoice

__all__ = [
    "VoiceLiveAgentConfig",
    "VoiceLiveRequestSession",
    "VoiceLiveResponseSession",
    "VoiceLiveSessionIncludeOption",
]

VoiceLiveSessionIncludeOption: TypeAlias = Literal[
    "item.input_audio_transcription.logprobs",
    "item.input_audio_transcription.phrases",
    "file_search_call.results",
]
"""Something that the server sends only on request."""


@frozen(kw_only=True, repr=False)
class VoiceLiveRequestSession(Model):
    """The settings that a client gives a session on Voice Live."""

    model: str | None = None
    """The model to talk to."""

    modalities: tuple[VoiceLiveModality | str, ...] | None = None
    """What to answer in: ``("text",)``, or ``("text", "audio")`` and more."""

    animation: VoiceLiveAnimation | None = None
    """The data to send for animating a face."""

    voice: VoiceLiveVoice | None = None
    """The voice to use."""

    instructions: str | None = None
    """What the model is told at the head of the conversation: role, tone, rules."""

    input_audio_sampling_rate: int | None = None
    """Samples a second of the caller's audio, in hertz."""

    input_audio_format: RealtimeBetaAudioFormat | str | None = None
    """How the caller's audio is encoded."""

    output_audio_format: VoiceLiveOutputAudioFormat | str | None = None
    """How to encode the model's audio."""

    turn_detection: VoiceLiveTurnDetection | None | Unset = UNSET
    """How to find turns; null leaves it to the client to commit audio."""

    input_audio_noise_reduction: VoiceLiveAudioNoiseReduction | None | Unset = UNSET
    """How to filter noise; null switches that off."""

    input_audio_echo_cancellation: VoiceLiveAudioEchoCancellation | None | Unset = UNSET
    """How to remove echo; null switches that off."""

    avatar: VoiceLiveAvatarConfig | None = None
    """The avatar to show."""

    input_audio_transcription: (
        VoiceLiveAudioInputTranscriptionOptions | None | Unset
    ) = UNSET
    """How to transcribe the caller's speech; null switches that off."""

    output_audio_timestamp_types: (
        tuple[VoiceLiveAudioTimestampType | str, ...] | None
    ) = None
    """What is to get timestamps in the model's speech."""

    tools: tuple[VoiceLiveTool, ...] | None = None
    """What the model may call."""

    tool_choice: ToolChoice | None = None
    """Whether the model may, must or must not call a tool."""

    parallel_tool_calls: bool | None = None
    """Whether the model may call several tools at once."""

    temperature: float | None = None
    """How varied answers are to be, from 0.6 to 1.2."""

    max_response_output_tokens: MaxOutputTokens | None = None
    """The most tokens that any one response may take."""

    reasoning_effort: VoiceLiveReasoningEffort | str | None = None
    """How hard the model is to think, if it is one that reasons."""

    interim_response: VoiceLiveInterimResponseConfig | None = None
    """How to bridge the wait for a response."""

    include: tuple[VoiceLiveSessionIncludeOption | str, ...] | None = None
    """What to send that the server otherwise leaves out."""

    metadata: Metadata | None = field(default=None, hash=False)
    """Notes that Azure's logs keep with the session."""


@frozen(kw_only=True, repr=False)
class VoiceLiveAgentConfig(Model):
    """The agent that answers in place of a model."""

    name: str
    """What the agent is called."""

    agent_id: str
    """Which agent."""

    thread_id: str
    """The agent's own conversation."""

    type: Literal["agent"] | str = "agent"
    """What the object is: always an agent."""

    description: str | None = None
    """What the agent is for."""


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseSession(Model):
    """The settings of a session as Voice Live reports them.

    It sends null for most of what is not in use.
    """

    model: str | None = None
    """The model at the other end."""

    modalities: tuple[VoiceLiveModality | str, ...] | None = None
    """What the model answers in."""

    animation: VoiceLiveAnimation | None | Unset = UNSET
    """The data sent for animating a face."""

    voice: VoiceLiveVoice | None = None
    """The voice in use."""

    instructions: str | None = None
    """What the model is told at the head of the conversation; there is a default."""

    input_audio_sampling_rate: int | None = None
    """Samples a second of the caller's audio, in hertz."""

    input_audio_format: RealtimeBetaAudioFormat | str | None = None
    """How the caller's audio is encoded."""

    output_audio_format: VoiceLiveOutputAudioFormat | str | None | Unset = UNSET
    """How the model's audio is encoded; may be null until the client has chosen."""

    turn_detection: VoiceLiveTurnDetection | None | Unset = UNSET
    """How turns are found; null means that the client commits audio itself."""

    input_audio_noise_reduction: VoiceLiveAudioNoiseReduction | None | Unset = UNSET
    """How noise is filtered, if it is."""

    input_audio_echo_cancellation: VoiceLiveAudioEchoCancellation | None | Unset = UNSET
    """How echo is removed, if it is."""

    avatar: VoiceLiveAvatarConfig | None | Unset = UNSET
    """The avatar shown; its video comes from the servers named in there."""

    input_audio_transcription: (
        VoiceLiveAudioInputTranscriptionOptions | None | Unset
    ) = UNSET
    """How the caller's speech is transcribed; null means that it is not."""

    output_audio_timestamp_types: (
        tuple[VoiceLiveAudioTimestampType | str, ...] | None | Unset
    ) = UNSET
    """What gets timestamps in the model's speech."""

    tools: tuple[VoiceLiveTool, ...] | None = None
    """What the model may call."""

    tool_choice: ToolChoice | None = None
    """Whether the model may, must or must not call a tool."""

    parallel_tool_calls: bool | None = None
    """Whether the model may call several tools at once."""

    temperature: float | None | Unset = UNSET
    """How varied answers are, from 0.6 to 1.2."""

    max_response_output_tokens: MaxOutputTokens | None = None
    """The most tokens that any one response may take."""

    reasoning_effort: VoiceLiveReasoningEffort | str | None | Unset = UNSET
    """How hard the model thinks, if it is one that reasons."""

    interim_response: VoiceLiveInterimResponseConfig | None | Unset = UNSET
    """How the wait for a response is bridged."""

    include: tuple[VoiceLiveSessionIncludeOption | str, ...] | None | Unset = UNSET
    """What the server sends on top of the usual."""

    metadata: Metadata | None | Unset = field(default=UNSET, hash=False)
    """The notes that Azure's logs keep with the session."""

    agent: VoiceLiveAgentConfig | None | Unset = UNSET
    """The agent that answers in place of a model."""

    id: str | None = None
    """Which session this is: ``sess_...``."""

    expires_at: int | None = None
    """When the session ends by itself, in Unix seconds."""

    object: Literal["realtime.session"] | str | None = None
    """What the object is: always a Realtime session."""

    greeting: Mapping[str, Any] | str | None | Unset = field(default=UNSET, hash=False)
    """How the model greets the caller; always null in what has been seen."""

    handoff: Mapping[str, Any] | str | None | Unset = field(default=UNSET, hash=False)
    """Who takes the conversation over; always null in what has been seen."""

    truncation_strategy: Mapping[str, Any] | str | None | Unset = field(
        default=UNSET, hash=False
    )
    """How a long conversation is shortened; always null in what has been seen."""
