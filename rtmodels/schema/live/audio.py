"""How the audio of a Live session is encoded, and which voice speaks."""

from typing import Literal, TypeAlias

from attrs import frozen

from rtmodels.schema._model import Model, OpenStr, Unknown

__all__ = [
    "LiveAudioFormat",
    "LiveAudioFormatPcm",
    "LiveAudioFormatPcma",
    "LiveAudioFormatPcmu",
    "LiveBuiltInVoice",
    "LiveCustomVoice",
    "LiveVoice",
]


@frozen(kw_only=True, repr=False)
class LiveAudioFormatPcm(Model):
    """Signed 16-bit little-endian PCM, one channel, at a rate of choice."""

    rate: Literal[16000, 24000] | int
    """Samples per second, in hertz: 16000 or 24000."""

    type: Literal["audio/pcm"] = "audio/pcm"
    """Tells this format from the others."""


@frozen(kw_only=True, repr=False)
class LiveAudioFormatPcmu(Model):
    """G.711 mu-law, one channel, as telephones in North America and Japan use it."""

    rate: int
    """Samples per second, in hertz: 8000 for G.711."""

    type: Literal["audio/pcmu"] = "audio/pcmu"
    """Tells this format from the others."""


@frozen(kw_only=True, repr=False)
class LiveAudioFormatPcma(Model):
    """G.711 A-law, one channel, as telephones elsewhere use it."""

    rate: int
    """Samples per second, in hertz: 8000 for G.711."""

    type: Literal["audio/pcma"] = "audio/pcma"
    """Tells this format from the others."""


LiveAudioFormat: TypeAlias = (
    LiveAudioFormatPcm | LiveAudioFormatPcmu | LiveAudioFormatPcma | Unknown
)
"""How samples are encoded, in both directions of a WebSocket."""

LiveBuiltInVoice: TypeAlias = Literal[
    "alloy",
    "ash",
    "ballad",
    "beacon",
    "bossa",
    "cedar",
    "cinder",
    "coral",
    "delta",
    "echo",
    "gleam",
    "marin",
    "meridian",
    "quartz",
    "ripple",
    "sage",
    "shida",
    "shimmer",
    "stone",
    "tempo",
    "verse",
    "vesper",
    "willow",
]
"""The name of a built-in voice.

Fields accept other names as well.
"""


@frozen(kw_only=True, repr=False)
class LiveCustomVoice(Model):
    """A custom voice, in place of a built-in one."""

    id: str
    """The id of the voice."""


LiveVoice: TypeAlias = LiveBuiltInVoice | OpenStr | LiveCustomVoice
"""A built-in voice by name, or a custom one by id."""
