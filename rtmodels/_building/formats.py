"""Audio formats by name, and how much space their audio takes."""

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from rtmodels._building.checks import check_word
from rtmodels.schema.audio import (
    RealtimeAudioFormats,
    RealtimeAudioFormatsPcm,
    RealtimeAudioFormatsPcma,
    RealtimeAudioFormatsPcmu,
)

__all__ = ["AudioFormat", "measure_audio", "measure_format", "to_format"]

AudioFormat: TypeAlias = Literal["audio/pcm", "audio/pcmu", "audio/pcma"]
"""The name of an audio format on the wire: PCM of 24,000 hertz, or one of G.711."""

PCM_RATE = 24_000
"""The only rate of PCM that OpenAI documents, in hertz."""

_FORMATS: Mapping[str, Callable[[], RealtimeAudioFormats]] = {
    "audio/pcm": lambda: RealtimeAudioFormatsPcm(rate=PCM_RATE),
    "audio/pcmu": RealtimeAudioFormatsPcmu,
    "audio/pcma": RealtimeAudioFormatsPcma,
}


def to_format(
    name: str, value: AudioFormat | RealtimeAudioFormats | None
) -> RealtimeAudioFormats | None:
    """Return the object for a format, which may be given by its own name.

    Raises:
        ValueError: The format of the argument *name* is none that OpenAI documents.
    """
    if isinstance(value, str):
        return _FORMATS[check_word(name, value, AudioFormat)]()
    if isinstance(value, RealtimeAudioFormatsPcm) and value.rate not in (
        None,
        PCM_RATE,
    ):
        raise ValueError(
            f"{name}: PCM must have a rate of {PCM_RATE} hertz, not {value.rate}"
        )
    return value


def measure_format(value: AudioFormat) -> tuple[int, int]:
    """Return the bytes in a millisecond, and those in a sample."""
    if check_word("format", value, AudioFormat) == "audio/pcm":
        return 48, 2
    return 8, 1


def measure_audio(value: RealtimeAudioFormats | None) -> tuple[int, int] | None:
    """Return the bytes in a second, and those in a sample; ``None`` if unknown.

    Other servers than OpenAI's have PCM of other rates.
    """
    match value:
        case RealtimeAudioFormatsPcm(rate=rate):
            return 2 * (rate if rate and rate > 0 else PCM_RATE), 2
        case RealtimeAudioFormatsPcmu() | RealtimeAudioFormatsPcma():
            return 8000, 1
        case _:
            return None
