"""How audio is encoded, cleaned, cut into turns, transcribed and voiced."""

from typing import Literal, TypeAlias

from attrs import frozen

from rtmodels.schema._model import UNSET, Model, OpenStr, Unknown, Unset

__all__ = [
    "AudioTranscription",
    "AudioTranscriptionResponse",
    "CustomVoice",
    "NoiseReduction",
    "NoiseReductionType",
    "RealtimeAudioFormats",
    "RealtimeAudioFormatsPcm",
    "RealtimeAudioFormatsPcma",
    "RealtimeAudioFormatsPcmu",
    "RealtimeTurnDetection",
    "RealtimeTurnDetectionSemanticVad",
    "RealtimeTurnDetectionServerVad",
    "SemanticVadEagerness",
    "TranscriptionDelay",
    "TranscriptionModel",
    "VoiceIdsOrCustomVoice",
    "VoiceIdsShared",
]


@frozen(kw_only=True, repr=False)
class RealtimeAudioFormatsPcm(Model):
    """Signed 16-bit little-endian PCM, one channel."""

    type: Literal["audio/pcm"] | None = "audio/pcm"
    """Tells this format from the others."""

    rate: Literal[24000] | int | None = None
    """Samples a second, in hertz."""


@frozen(kw_only=True, repr=False)
class RealtimeAudioFormatsPcmu(Model):
    """G.711 mu-law at 8000 hertz, as telephones in North America and Japan use it."""

    type: Literal["audio/pcmu"] | None = "audio/pcmu"
    """Tells this format from the others."""


@frozen(kw_only=True, repr=False)
class RealtimeAudioFormatsPcma(Model):
    """G.711 A-law at 8000 hertz, as telephones elsewhere use it."""

    type: Literal["audio/pcma"] | None = "audio/pcma"
    """Tells this format from the others."""


RealtimeAudioFormats: TypeAlias = (
    RealtimeAudioFormatsPcm
    | RealtimeAudioFormatsPcmu
    | RealtimeAudioFormatsPcma
    | Unknown
)
"""How samples are encoded, in either direction."""

NoiseReductionType: TypeAlias = Literal["near_field", "far_field"]
"""Which microphone to expect: a headset, or a laptop or room microphone."""


@frozen(kw_only=True, repr=False)
class NoiseReduction(Model):
    """Filtering of the caller's audio before turn detection and model hear it."""

    type: NoiseReductionType | str | None = None
    """The kind of microphone to filter for."""

    strength: float | None = None
    """How much noise to filter."""


TranscriptionModel: TypeAlias = (
    Literal[
        "whisper-1",
        "gpt-transcribe",
        "gpt-live-transcribe",
        "gpt-4o-mini-transcribe",
        "gpt-4o-mini-transcribe-2025-12-15",
        "gpt-4o-transcribe",
        "gpt-4o-transcribe-diarize",
        "gpt-realtime-whisper",
    ]
    | OpenStr
)
"""A model that turns speech into text.

OpenAI's deprecations page announces for 2027-02-26 the end of ``whisper-1``,
``gpt-4o-mini-transcribe``, ``gpt-4o-mini-transcribe-2025-12-15``, ``gpt-4o-transcribe``
and ``gpt-4o-transcribe-diarize``.
"""

TranscriptionDelay: TypeAlias = Literal["minimal", "low", "medium", "high", "xhigh"]
"""How long the transcription may wait for context: longer is more accurate."""


@frozen(kw_only=True, repr=False)
class AudioTranscription(Model):
    """What a client asks of the transcription of the caller's speech."""

    model: TranscriptionModel | None = None
    """The model that transcribes."""

    language: str | None = None
    """The language spoken, as an ISO 639-1 code such as ``en``."""

    languages: tuple[str, ...] | None = None
    """The languages that may be spoken, as ISO 639-1 codes; at least one."""

    keywords: tuple[str, ...] | None = None
    """Words to listen for: names, products, jargon."""

    prompt: str | None = None
    """Text that steers the style of the transcript or hands it context."""

    delay: TranscriptionDelay | str | None = None
    """How long to wait for context before a piece of transcript is sent."""


@frozen(kw_only=True, repr=False)
class AudioTranscriptionResponse(Model):
    """The transcription settings that the server reports."""

    model: TranscriptionModel | None = None
    """The model that transcribes."""

    language: str | None = None
    """The language expected, as an ISO 639-1 code such as ``en``."""

    languages: tuple[str, ...] | None = None
    """The languages expected, as ISO 639-1 codes."""

    prompt: str | None = None
    """The text that steers the transcript."""

    keywords: tuple[str, ...] | None = None
    """Words to expect, such as names."""

    delay: TranscriptionDelay | str | None = None
    """How long the transcript may take to become better."""


@frozen(kw_only=True, repr=False)
class RealtimeTurnDetectionServerVad(Model):
    """Turns cut by loudness: silence of a set length ends one."""

    type: Literal["server_vad"] = "server_vad"
    """Tells this kind of turn detection from the other."""

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


SemanticVadEagerness: TypeAlias = Literal["low", "medium", "high", "auto"]
"""How soon the model takes a thought for finished."""


@frozen(kw_only=True, repr=False)
class RealtimeTurnDetectionSemanticVad(Model):
    """Turns cut by meaning: a model judges whether the caller has finished."""

    type: Literal["semantic_vad"] = "semantic_vad"
    """Tells this kind of turn detection from the other."""

    eagerness: SemanticVadEagerness | str | None = None
    """How soon to answer: ``low`` lets callers take their time."""

    create_response: bool | None = None
    """Whether the end of a turn starts a response."""

    interrupt_response: bool | None = None
    """Whether the start of speech cuts a running response short."""


RealtimeTurnDetection: TypeAlias = (
    RealtimeTurnDetectionServerVad | RealtimeTurnDetectionSemanticVad | Unknown
)
"""How the server finds the caller's turns; ``None`` leaves that to the client."""

VoiceIdsShared: TypeAlias = (
    Literal[
        "alloy",
        "ash",
        "ballad",
        "coral",
        "echo",
        "sage",
        "shimmer",
        "verse",
        "marin",
        "cedar",
    ]
    | OpenStr
)
"""The name of a built-in voice."""


@frozen(kw_only=True, repr=False)
class CustomVoice(Model):
    """A voice of one's own, in place of a built-in one."""

    id: str
    """Which voice: ``voice_...``."""


VoiceIdsOrCustomVoice: TypeAlias = VoiceIdsShared | CustomVoice
"""A built-in voice by name, or a custom one by id."""
