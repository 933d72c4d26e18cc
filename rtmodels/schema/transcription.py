"""Transcription sessions, in which the server writes down speech and never answers.

`ClientSession` and `ServerSession` stand for a session of either kind.
"""

from typing import Literal, TypeAlias

from attrs import frozen

from rtmodels.schema._model import UNSET, Model, Unknown, Unset
from rtmodels.schema.audio import (
    AudioTranscription,
    AudioTranscriptionResponse,
    NoiseReduction,
    RealtimeAudioFormats,
    RealtimeTurnDetection,
    SemanticVadEagerness,
)
from rtmodels.schema.session import (
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateResponse,
    SessionInclude,
)

__all__ = [
    "ClientSession",
    "RealtimeTranscriptionSessionCreateRequest",
    "RealtimeTranscriptionSessionCreateRequestAudio",
    "RealtimeTranscriptionSessionCreateRequestAudioInput",
    "RealtimeTranscriptionSessionCreateResponse",
    "RealtimeTranscriptionSessionCreateResponseAudio",
    "RealtimeTranscriptionSessionCreateResponseAudioInput",
    "RealtimeTranscriptionSessionCreateResponseAudioInputTurnDetection",
    "ServerSession",
]


@frozen(kw_only=True, repr=False)
class RealtimeTranscriptionSessionCreateRequestAudioInput(Model):
    """How a client wants the speech to be read and written down."""

    format: RealtimeAudioFormats | None = None
    """How the samples are encoded."""

    transcription: AudioTranscription | None | Unset = UNSET
    """How to transcribe the speech."""

    noise_reduction: NoiseReduction | None | Unset = UNSET
    """How to filter noise; null switches that off."""

    turn_detection: RealtimeTurnDetection | None | Unset = UNSET
    """How to find turns; null leaves it to the client to commit audio."""


@frozen(kw_only=True, repr=False)
class RealtimeTranscriptionSessionCreateRequestAudio(Model):
    """The audio settings that a client asks for; there is only input."""

    input: RealtimeTranscriptionSessionCreateRequestAudioInput | None = None
    """How to read the speech."""


@frozen(kw_only=True, repr=False)
class RealtimeTranscriptionSessionCreateRequest(Model):
    """The settings that a client gives a session that only transcribes."""

    type: Literal["transcription"] = "transcription"
    """Tells sessions that only transcribe from those that speak."""

    audio: RealtimeTranscriptionSessionCreateRequestAudio | None = None
    """How audio is read."""

    include: tuple[SessionInclude | str, ...] | None = None
    """What to send that the server otherwise leaves out."""


ClientSession: TypeAlias = (
    RealtimeSessionCreateRequest | RealtimeTranscriptionSessionCreateRequest | Unknown
)
"""Settings as a client asks for them: of a session that talks, or only transcribes."""


@frozen(kw_only=True, repr=False)
class RealtimeTranscriptionSessionCreateResponseAudioInputTurnDetection(Model):
    """How the server cuts the speech into turns."""

    type: Literal["server_vad", "semantic_vad"] | str | None = None
    """The kind of turn detection: by loudness or by meaning."""

    threshold: float | None = None
    """How loud counts as speech, from 0.0 to 1.0; higher suits noisy places."""

    prefix_padding_ms: int | None = None
    """Audio to keep from before the detected start, in milliseconds."""

    silence_duration_ms: int | None = None
    """Silence that ends a turn, in milliseconds."""

    create_response: bool | None = None
    """Whether the end of a turn starts a response; none does in these sessions."""

    interrupt_response: bool | None = None
    """Whether the start of a turn ends a response, likewise."""

    idle_timeout_ms: int | None | Unset = UNSET
    """Silence after which the server reports a timeout, in milliseconds."""

    eagerness: SemanticVadEagerness | str | None = None
    """How soon a turn counts as ended by its meaning."""


@frozen(kw_only=True, repr=False)
class RealtimeTranscriptionSessionCreateResponseAudioInput(Model):
    """How the server reads the speech and writes it down."""

    format: RealtimeAudioFormats | None = None
    """How the samples are encoded."""

    transcription: AudioTranscriptionResponse | None = None
    """How the speech is transcribed."""

    noise_reduction: NoiseReduction | None = None
    """How noise is filtered, if it is."""

    turn_detection: (
        RealtimeTranscriptionSessionCreateResponseAudioInputTurnDetection | None | Unset
    ) = UNSET
    """How turns are found; null means that the client commits audio itself."""


@frozen(kw_only=True, repr=False)
class RealtimeTranscriptionSessionCreateResponseAudio(Model):
    """The audio settings of a transcription session; there is only input."""

    input: RealtimeTranscriptionSessionCreateResponseAudioInput | None = None
    """How the speech is read."""


@frozen(kw_only=True, repr=False)
class RealtimeTranscriptionSessionCreateResponse(Model):
    """The settings of a transcription session as the server reports them."""

    id: str
    """Which session this is: ``sess_...``."""

    object: str
    """What the object is: ``realtime.transcription_session``."""

    type: Literal["transcription"] = "transcription"
    """Tells sessions that only transcribe from those that speak."""

    expires_at: int | None = None
    """When the session ends by itself, in Unix seconds."""

    include: tuple[SessionInclude | str, ...] | None = None
    """What the server sends on top of the usual."""

    audio: RealtimeTranscriptionSessionCreateResponseAudio | None = None
    """How audio is read."""


ServerSession: TypeAlias = (
    RealtimeSessionCreateResponse | RealtimeTranscriptionSessionCreateResponse | Unknown
)
"""Settings as the server reports them: of a session that talks, or only transcribes."""
