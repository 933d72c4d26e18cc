"""Events about the model's audio on its way to the caller, by their first names.

The beta had them on WebRTC, until it took the names that they still have.
"""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import Model

__all__ = [
    "BetaOutputAudioBufferAudioClearedEvent",
    "BetaOutputAudioBufferAudioStartedEvent",
    "BetaOutputAudioBufferAudioStoppedEvent",
]


@frozen(kw_only=True, repr=False)
class BetaOutputAudioBufferAudioStartedEvent(Model):
    """The caller begins to hear a response: later `OutputAudioBufferStartedEvent`."""

    event_id: str

    type: Literal["output_audio_buffer.audio_started"] = (
        "output_audio_buffer.audio_started"
    )

    response_id: str | None = None
    """The response that the audio belongs to."""


@frozen(kw_only=True, repr=False)
class BetaOutputAudioBufferAudioStoppedEvent(Model):
    """The caller has heard a response: later `OutputAudioBufferStoppedEvent`."""

    event_id: str

    type: Literal["output_audio_buffer.audio_stopped"] = (
        "output_audio_buffer.audio_stopped"
    )

    response_id: str | None = None
    """The response that the audio belongs to."""


@frozen(kw_only=True, repr=False)
class BetaOutputAudioBufferAudioClearedEvent(Model):
    """Playback broke off: later `OutputAudioBufferClearedEvent`."""

    event_id: str

    type: Literal["output_audio_buffer.audio_cleared"] = (
        "output_audio_buffer.audio_cleared"
    )

    response_id: str | None = None
    """The response that the audio belongs to."""
