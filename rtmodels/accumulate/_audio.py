"""The size of audio: bytes per second, and audio cut to a duration.

Any module of `rtmodels.accumulate` may import it; it imports none of them.
"""

from rtmodels.schema.audio import (
    RealtimeAudioFormats,
    RealtimeAudioFormatsPcm,
    RealtimeAudioFormatsPcma,
    RealtimeAudioFormatsPcmu,
)

__all__ = ["bytes_per_second"]

PCM_RATE = 24000
PCM_WIDTH = 2
G711_RATE = 8000


def bytes_per_second(audio_format: RealtimeAudioFormats | None) -> int | None:
    """Return the size of one second of audio in bytes; ``None`` if that is unknown.

    Args:
        audio_format: How samples are encoded; ``None`` is the default of a session,
            PCM at 24 kHz.
    """
    match audio_format:
        case None:
            return PCM_WIDTH * PCM_RATE
        # The rate is whatever a server sent, and zero would cut all audio off.
        case RealtimeAudioFormatsPcm(rate=rate):
            return PCM_WIDTH * (rate if rate and rate > 0 else PCM_RATE)
        case RealtimeAudioFormatsPcmu() | RealtimeAudioFormatsPcma():
            return G711_RATE
        case _:
            return None


def truncate_audio(audio: bytes, milliseconds: int, rate: int) -> bytes:
    """Return the first *milliseconds* of *audio*, at *rate* bytes per second."""
    size = max(milliseconds, 0) * rate // 1000

    # Half a sample of PCM would be noise. G.711 has 8 bytes per millisecond, which is
    # always even.
    return audio[: size - size % PCM_WIDTH]
