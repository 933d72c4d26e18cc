"""Events about the model's audio on its way to the caller, on WebRTC and SIP only.

There the server plays the audio at the speed of speech and knows how far it has come;
on a websocket the client does that, and none of these occur.
"""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import Model

__all__ = [
    "OutputAudioBufferClearEvent",
    "OutputAudioBufferClearedEvent",
    "OutputAudioBufferStartedEvent",
    "OutputAudioBufferStoppedEvent",
]


@frozen(kw_only=True, repr=False)
class OutputAudioBufferStartedEvent(Model):
    """The caller begins to hear a response."""

    event_id: str

    response_id: str
    """The response that the audio belongs to."""

    type: Literal["output_audio_buffer.started"] = "output_audio_buffer.started"


@frozen(kw_only=True, repr=False)
class OutputAudioBufferStoppedEvent(Model):
    """The caller has heard a response to its end, often long after it was generated."""

    event_id: str

    response_id: str
    """The response that the audio belongs to."""

    type: Literal["output_audio_buffer.stopped"] = "output_audio_buffer.stopped"


@frozen(kw_only=True, repr=False)
class OutputAudioBufferClearEvent(Model):
    """Asks to stop playback at once; send a `ResponseCancelEvent` before it."""

    type: Literal["output_audio_buffer.clear"] = "output_audio_buffer.clear"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class OutputAudioBufferClearedEvent(Model):
    """Playback broke off: the caller interrupted, or the client asked for it."""

    event_id: str

    response_id: str
    """The response that the audio belongs to."""

    type: Literal["output_audio_buffer.cleared"] = "output_audio_buffer.cleared"
