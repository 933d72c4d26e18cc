"""The beta's sessions, in which a model answers or only writes speech down."""

from typing import Literal, TypeAlias

from attrs import field, frozen

from rtmodels._display import redact
from rtmodels.schema._model import UNSET, Model, OpenStr, Unknown, Unset
from rtmodels.schema.audio import (
    AudioTranscription,
    AudioTranscriptionResponse,
    NoiseReduction,
    RealtimeAudioFormats,
    RealtimeTurnDetection,
)
from rtmodels.schema.beta.audio import (
    RealtimeBetaAudioFormat,
    RealtimeBetaTurnDetection,
    RealtimeBetaVoice,
)
from rtmodels.schema.client_secret import ClientSecretExpiresAfter
from rtmodels.schema.content import Prompt
from rtmodels.schema.mcp import ToolChoiceMCP
from rtmodels.schema.response import MaxOutputTokens, OutputModality
from rtmodels.schema.session import (
    RealtimeSessionCreateResponseAudioOutput,
    RealtimeTracing,
    RealtimeTruncation,
    SessionInclude,
)
from rtmodels.schema.tools import RealtimeTool, ToolChoiceFunction

__all__ = [
    "RealtimeBetaClientSecret",
    "RealtimeBetaModel",
    "RealtimeBetaSessionCreateRequest",
    "RealtimeBetaSessionCreateRequestClientSecret",
    "RealtimeBetaSessionCreateRequestInputAudioTranscription",
    "RealtimeBetaSessionCreateResponse",
    "RealtimeBetaSessionCreateResponseAudio",
    "RealtimeBetaSessionCreateResponseAudioInput",
    "RealtimeBetaToolChoice",
    "RealtimeBetaTranscriptionSessionCreateRequest",
    "RealtimeBetaTranscriptionSessionCreateRequestClientSecret",
    "RealtimeBetaTranscriptionSessionCreateResponse",
    "RealtimeSession",
]

RealtimeBetaModel: TypeAlias = (
    Literal[
        "gpt-realtime",
        "gpt-realtime-1.5",
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
"""A model that the beta can talk to."""

RealtimeBetaToolChoice: TypeAlias = str | ToolChoiceFunction | ToolChoiceMCP | Unknown
"""How free the model is to call tools: any word, or the tool that it must call."""


@frozen(kw_only=True, repr=False)
class RealtimeBetaClientSecret(Model):
    """A short-lived key with which a browser or app opens the session."""

    value: str = field(repr=redact)
    """The secret itself: ``ek_...``."""

    expires_at: int
    """Until when it can open a session, in Unix seconds."""


@frozen(kw_only=True, repr=False)
class RealtimeBetaSessionCreateRequestClientSecret(Model):
    """What a client asks of the key that opens the session."""

    value: str | None = field(default=None, repr=redact)
    """The key itself, which the server makes."""

    expires_at: int | None = None
    """Until when it can open a session, in Unix seconds; the server sets it."""

    expires_after: ClientSecretExpiresAfter | None = None
    """How long it is to be valid."""


@frozen(kw_only=True, repr=False)
class RealtimeBetaTranscriptionSessionCreateRequestClientSecret(Model):
    """The same for a session that only transcribes."""

    expires_at: ClientSecretExpiresAfter | None = None
    """How long it is to be valid; the name is OpenAI's."""


@frozen(kw_only=True, repr=False)
class RealtimeSession(Model):
    """The settings of a beta session as the server reports them in events."""

    id: str | None = None
    """Which session this is: ``sess_...``."""

    object: Literal["realtime.session"] | str | None = None
    """What the object is: always a Realtime session."""

    modalities: tuple[OutputModality | str, ...] | None = None
    """What the model answers in; speech comes with a transcript."""

    model: RealtimeBetaModel | None = None
    """The model at the other end."""

    instructions: str | None = None
    """What the model is told at the head of the conversation; there is a default."""

    voice: RealtimeBetaVoice | None = None
    """The voice in use."""

    input_audio_format: RealtimeBetaAudioFormat | str | None = None
    """How the caller's audio is encoded."""

    output_audio_format: RealtimeBetaAudioFormat | str | None = None
    """How the model's audio is encoded."""

    input_audio_transcription: AudioTranscriptionResponse | None | Unset = UNSET
    """How the caller's speech is transcribed; null means that it is not."""

    turn_detection: RealtimeTurnDetection | None | Unset = UNSET
    """How turns are found; null means that the client commits audio itself."""

    input_audio_noise_reduction: NoiseReduction | None = None
    """How noise is filtered, if it is."""

    speed: float | None = None
    """How fast the voice speaks, from 0.25 to 1.5, where 1.0 is its own pace."""

    tracing: RealtimeTracing | None | Unset = UNSET
    """Which trace the session leaves in the dashboard; null means none."""

    tools: tuple[RealtimeTool, ...] | None = None
    """What the model may call."""

    tool_choice: RealtimeBetaToolChoice | None = None
    """Whether the model may, must or must not call a tool."""

    temperature: float | None = None
    """How varied answers are, from 0.6 to 1.2."""

    max_response_output_tokens: MaxOutputTokens | None = None
    """The most tokens that any one response may take."""

    expires_at: int | None = None
    """When the session ends by itself, in Unix seconds."""

    prompt: Prompt | None | Unset = UNSET
    """The stored prompt template in use."""

    include: tuple[SessionInclude | str, ...] | None | Unset = UNSET
    """What the server sends on top of the usual."""

    custom_voice_id: str | None | Unset = UNSET
    """The custom voice in use; always null in what has been seen."""

    truncation: RealtimeTruncation | None = None
    """What happens when the conversation grows too long."""


@frozen(kw_only=True, repr=False)
class RealtimeBetaSessionCreateRequestInputAudioTranscription(Model):
    """What a client of the beta asks of the transcription of the caller's speech."""

    model: str | None = None
    """The model that transcribes."""

    language: str | None = None
    """The language spoken, as an ISO 639-1 code such as ``en``."""

    prompt: str | None = None
    """Text that steers the style of the transcript or hands it context."""


@frozen(kw_only=True, repr=False)
class RealtimeBetaSessionCreateRequest(Model):
    """The settings that a client gives a beta session, at its start or on the way."""

    client_secret: RealtimeBetaSessionCreateRequestClientSecret | None = None
    """Nothing that a client sends: upstream's schema has it here by mistake."""

    modalities: tuple[OutputModality | str, ...] | None = None
    """What to answer in: ``("text",)``, or ``("audio", "text")`` for speech."""

    instructions: str | None = None
    """What the model is told at the head of the conversation: role, tone, rules."""

    voice: RealtimeBetaVoice | None = None
    """The voice to use; it cannot change once the model has spoken in the session."""

    input_audio_format: str | None = None
    """How the caller's audio is encoded: ``pcm16``, ``g711_ulaw`` or ``g711_alaw``."""

    output_audio_format: str | None = None
    """How to encode the model's audio, in the same words."""

    input_audio_transcription: (
        RealtimeBetaSessionCreateRequestInputAudioTranscription | None | Unset
    ) = UNSET
    """How to transcribe the caller's speech; null switches that off."""

    speed: float | None = None
    """How fast to speak, from 0.25 to 1.5, where 1.0 is the voice's own pace."""

    tracing: RealtimeTracing | None = None
    """Which trace to leave in the dashboard."""

    turn_detection: RealtimeBetaTurnDetection | None | Unset = UNSET
    """How to find turns; null leaves it to the client to commit audio."""

    tools: tuple[RealtimeTool, ...] | None = None
    """What the model may call."""

    tool_choice: RealtimeBetaToolChoice | None = None
    """Whether the model may, must or must not call a tool."""

    temperature: float | None = None
    """How varied answers are to be, from 0.6 to 1.2."""

    max_response_output_tokens: MaxOutputTokens | None = None
    """The most tokens that any one response may take."""

    truncation: RealtimeTruncation | None = None
    """What to do when the conversation grows too long."""

    prompt: Prompt | None | Unset = UNSET
    """A stored prompt template to use."""

    model: RealtimeBetaModel | None = None
    """The model to talk to, where the request is for a client secret."""

    input_audio_noise_reduction: NoiseReduction | None | Unset = UNSET
    """How to filter noise; null switches that off."""


@frozen(kw_only=True, repr=False)
class RealtimeBetaSessionCreateResponseAudioInput(Model):
    """How a session made over REST reads the caller's audio."""

    format: RealtimeAudioFormats | None = None
    """How the samples are encoded."""

    transcription: AudioTranscriptionResponse | None = None
    """How the speech is transcribed, if it is."""

    noise_reduction: NoiseReduction | None = None
    """How noise is filtered, if it is."""

    turn_detection: RealtimeBetaTurnDetection | None = None
    """How turns are found."""


@frozen(kw_only=True, repr=False)
class RealtimeBetaSessionCreateResponseAudio(Model):
    """The audio settings of a session made over REST, in both directions."""

    input: RealtimeBetaSessionCreateResponseAudioInput | None = None
    """How the caller's audio is read."""

    output: RealtimeSessionCreateResponseAudioOutput | None = None
    """How the model sounds."""


@frozen(kw_only=True, repr=False)
class RealtimeBetaSessionCreateResponse(Model):
    """A session that the beta makes for a browser or app, ``POST /realtime/sessions``.

    The published schema has some names of the GA in here; OpenAI's SDK adds those that
    the beta sends.
    """

    id: str | None = None
    """Which session this is: ``sess_...``."""

    object: str | None = None
    """What the object is: ``realtime.session``."""

    expires_at: int | None = None
    """When the session ends by itself, in Unix seconds."""

    include: tuple[SessionInclude | str, ...] | None = None
    """What the server sends on top of the usual."""

    model: str | None = None
    """The model at the other end."""

    output_modalities: tuple[OutputModality | str, ...] | None = None
    """What the model answers in."""

    instructions: str | None = None
    """What the model is told at the head of the conversation; there is a default."""

    audio: RealtimeBetaSessionCreateResponseAudio | None = None
    """How audio is read and made."""

    tracing: RealtimeTracing | None = None
    """Which trace the session leaves in the dashboard."""

    turn_detection: RealtimeBetaTurnDetection | None = None
    """How turns are found, where *audio* does not say."""

    tools: tuple[RealtimeTool, ...] | None = None
    """What the model may call."""

    tool_choice: RealtimeBetaToolChoice | None = None
    """Whether the model may, must or must not call a tool."""

    max_output_tokens: MaxOutputTokens | None = None
    """The most tokens that any one response may take."""

    modalities: tuple[OutputModality | str, ...] | None = None
    """The same, by the name that the beta sends."""

    voice: RealtimeBetaVoice | None = None
    """The voice in use."""

    input_audio_format: str | None = None
    """How the caller's audio is encoded."""

    output_audio_format: str | None = None
    """How the model's audio is encoded."""

    input_audio_transcription: (
        RealtimeBetaSessionCreateRequestInputAudioTranscription | None
    ) = None
    """How the speech is transcribed, if it is."""

    temperature: float | None = None
    """How varied the answers are, from 0.6 to 1.2."""

    max_response_output_tokens: MaxOutputTokens | None = None
    """The limit of *max_output_tokens*, by the name that the beta sends."""

    speed: float | None = None
    """How fast the voice speaks, from 0.25 to 1.5, where 1.0 is its own pace."""

    client_secret: RealtimeBetaClientSecret | None = None
    """What the browser or app opens the session with."""


@frozen(kw_only=True, repr=False)
class RealtimeBetaTranscriptionSessionCreateRequest(Model):
    """The settings that a client gives a beta session that only transcribes."""

    turn_detection: RealtimeBetaTurnDetection | None | Unset = UNSET
    """How to find turns; null leaves it to the client to commit audio."""

    input_audio_noise_reduction: NoiseReduction | None | Unset = UNSET
    """How to filter noise; null switches that off."""

    input_audio_format: RealtimeBetaAudioFormat | str | None = None
    """How the speech is encoded."""

    input_audio_transcription: AudioTranscription | None = None
    """How to transcribe the speech."""

    include: tuple[SessionInclude | str, ...] | None = None
    """What to send that the server otherwise leaves out."""

    client_secret: RealtimeBetaTranscriptionSessionCreateRequestClientSecret | None = (
        None
    )
    """How long the key is to be valid that opens the session."""

    modalities: tuple[OutputModality | str, ...] | None = None
    """What the model answers in, though it answers nothing here."""


@frozen(kw_only=True, repr=False)
class RealtimeBetaTranscriptionSessionCreateResponse(Model):
    """The settings of a beta session that only transcribes, in events and over REST."""

    client_secret: RealtimeBetaClientSecret | None | Unset = UNSET
    """What a browser or app opens the session with; over REST only."""

    modalities: tuple[OutputModality | str, ...] | None = None
    """What the session could answer in, though it never does."""

    input_audio_format: str | None = None
    """How the speech is encoded: ``pcm16``, ``g711_ulaw`` or ``g711_alaw``."""

    input_audio_transcription: AudioTranscriptionResponse | None = None
    """How the speech is transcribed."""

    turn_detection: RealtimeBetaTurnDetection | None | Unset = UNSET
    """How turns are found; null means that the client commits audio itself."""

    id: str | None = None
    """Which session this is: ``sess_...``."""

    object: str | None = None
    """What the object is: ``realtime.transcription_session``."""

    expires_at: int | None = None
    """When the session ends by itself, in Unix seconds."""

    input_audio_noise_reduction: NoiseReduction | None | Unset = UNSET
    """How noise is filtered, if it is."""

    include: tuple[SessionInclude | str, ...] | None | Unset = UNSET
    """What the server sends on top of the usual."""
