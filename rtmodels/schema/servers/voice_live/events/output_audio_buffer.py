"""The event about an avatar's audio that is not to be played any more."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import Model

__all__ = ["VoiceLiveOutputAudioBufferClearedEvent"]


@frozen(kw_only=True, repr=False)
class VoiceLiveOutputAudioBufferClearedEvent(Model):
    """The avatar stopped speaking, because the client asked for that.

    Voice Live does not say in which response.
    """

    event_id: str

    type: Literal["output_audio_buffer.cleared"] = "output_audio_buffer.cleared"

    response_id: str | None = None
    """The response that the audio belongs to."""
