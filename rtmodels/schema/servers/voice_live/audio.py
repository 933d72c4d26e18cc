"""How Voice Live encodes, cleans and transcribes audio."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from attrs import field, frozen

from rtmodels.schema._model import UNSET, Model, OpenStr, Unset

__all__ = [
    "VoiceLiveAudioEchoCancellation",
    "VoiceLiveAudioInputTranscriptionOptions",
    "VoiceLiveAudioNoiseReduction",
    "VoiceLiveAudioTimestampType",
    "VoiceLiveEchoCancellationReferenceSource",
    "VoiceLiveNoiseReductionType",
    "VoiceLiveOutputAudioFormat",
    "VoiceLiveTranscriptionModel",
    "VoiceLiveTranscriptionPhrase",
    "VoiceLiveTranscriptionWord",
]

VoiceLiveOutputAudioFormat: TypeAlias = Literal[
    "pcm16",
    "pcm16_8000hz",
    "pcm16_16000hz",
    "pcm16-8000hz",
    "pcm16-16000hz",
    "g711_ulaw",
    "g711_alaw",
]
"""16-bit PCM, at 24000 hertz or as named, or G.711 at 8000 hertz.

Older versions of the service wrote a hyphen before the rate.
"""

VoiceLiveAudioTimestampType: TypeAlias = Literal["word"]
"""What gets timestamps in the model's speech."""

VoiceLiveNoiseReductionType: TypeAlias = Literal[
    "azure_deep_noise_suppression", "near_field", "far_field"
]
"""Azure's own filter, or one of OpenAI's for the microphone to expect."""


@frozen(kw_only=True, repr=False)
class VoiceLiveAudioNoiseReduction(Model):
    """Filtering of noise by Voice Live, ahead of turn detection and model."""

    type: VoiceLiveNoiseReductionType | str
    """The filter to use."""


VoiceLiveEchoCancellationReferenceSource: TypeAlias = Literal["server", "client"]
"""Where the echo's original comes from: the audio sent out, or the client."""


@frozen(kw_only=True, repr=False)
class VoiceLiveAudioEchoCancellation(Model):
    """Removal of the model's own voice from the caller's audio."""

    type: Literal["server_echo_cancellation"] | str = "server_echo_cancellation"
    """Where the echo is removed: always on the server."""

    reference_source: VoiceLiveEchoCancellationReferenceSource | str | None = None
    """Where the server takes the audio from that it removes."""

    channels: int | None = None
    """Channels of the input: 2 if the client sends what it plays beside the speech."""


VoiceLiveTranscriptionModel: TypeAlias = (
    Literal[
        "whisper-1",
        "gpt-4o-transcribe",
        "gpt-4o-mini-transcribe",
        "gpt-4o-transcribe-diarize",
        "mai-transcribe-1",
        "azure-speech",
    ]
    | OpenStr
)
"""A model of OpenAI's or Microsoft's that turns speech into text."""


@frozen(kw_only=True, repr=False)
class VoiceLiveAudioInputTranscriptionOptions(Model):
    """How Voice Live transcribes the caller's speech."""

    model: VoiceLiveTranscriptionModel
    """The model that transcribes."""

    language: str | None | Unset = UNSET
    """The language spoken, such as ``en`` or ``en-US``; several with commas between."""

    custom_speech: Mapping[str, str] | None | Unset = field(default=UNSET, hash=False)
    """The custom speech model to use for each language."""

    phrase_list: tuple[str, ...] | None | Unset = UNSET
    """Words to listen for: names, products, jargon."""

    prompt: str | None | Unset = UNSET
    """Text that steers the style of the transcript or hands it context."""


@frozen(kw_only=True, repr=False)
class VoiceLiveTranscriptionWord(Model):
    """A word of a transcript and its place in the audio."""

    text: str
    """The word as it is written."""

    offset_milliseconds: int
    """Where the word begins in the audio, in milliseconds."""

    duration_milliseconds: int
    """How long the word takes, in milliseconds."""


@frozen(kw_only=True, repr=False)
class VoiceLiveTranscriptionPhrase(Model):
    """A phrase of a transcript and its place in the audio."""

    offset_milliseconds: int
    """Where the phrase begins in the audio, in milliseconds."""

    duration_milliseconds: int
    """How long the phrase takes, in milliseconds."""

    text: str
    """The phrase as it is written."""

    words: tuple[VoiceLiveTranscriptionWord, ...] | None = None
    """The words of the phrase, each with its place."""

    locale: str | None = None
    """The language recognised, such as ``en-US``."""

    confidence: float | None = None
    """How sure the transcription is, from 0.0 to 1.0."""
