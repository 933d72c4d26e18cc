"""The Live API, as recordings have it."""

from rtmodels import (
    LiveAudioFormatPcm,
    LiveAudioFormatPcma,
    LiveAudioFormatPcmu,
    LiveClientEvent,
    LiveForkClientEvent,
    LiveForkServerEvent,
    LiveInputAudioAppend,
    LiveOutputAudioDelta,
    LiveServerEvent,
    LiveServerInputAudioAppend,
    LiveSidebandClientEvent,
    LiveSidebandServerEvent,
)
from rtmodels.adapters._recordings.protocol import (
    Protocol,
    Sound,
)

PCM_RATE = 24_000
"""Samples per second of PCM unless the format says otherwise."""

G711_RATE = 8000
"""The same of G.711."""


def measure_format(audio_format: object) -> int | None:
    """Return the bytes per second of an audio format; ``None`` if that is unknown."""
    # The rate is whatever a server sent: zero or less says nothing.
    match audio_format:
        case None:
            return 2 * PCM_RATE
        case LiveAudioFormatPcm(rate=rate):
            return 2 * (rate if rate > 0 else PCM_RATE)
        case LiveAudioFormatPcmu(rate=rate) | LiveAudioFormatPcma(rate=rate):
            return rate if rate > 0 else G711_RATE
        case _:
            return None


def is_relayed(event: object, has_joined: bool) -> bool:  # noqa: FBT001 - a callback
    """Check whether the audio of *event* is a copy for a sideband connection."""
    match event:
        case LiveServerInputAudioAppend():
            return True
        case LiveInputAudioAppend():
            # A client sends no audio on a sideband, so the server has sent this.
            return has_joined
        case LiveOutputAudioDelta():
            return event.start_ms is not None
        case _:
            return False


LIVE = Protocol(
    name="live",
    title="the Live API",
    client=(LiveClientEvent, LiveForkClientEvent, LiveSidebandClientEvent),
    server=(LiveServerEvent, LiveForkServerEvent, LiveSidebandServerEvent),
    starts=frozenset({"session.start", "session.started"}),
    settings=frozenset(
        {
            "session.closed",
            "session.start",
            "session.started",
            "session.update",
            "session.updated",
        }
    ),
    sounds={
        "session.input_audio.append": Sound("input", "audio"),
        "session.output_audio.delta": Sound("output", "delta"),
    },
    bytes_per_second=measure_format,
    is_relayed=is_relayed,
    totals=frozenset({"session.closed", "session.usage.updated"}),
    has_connections=True,
    has_responses=False,
)
