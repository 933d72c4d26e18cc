"""Events with which a client of Voice Live sends audio turn by turn.

The client says where a turn begins and ends, in place of turn detection.
"""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import Model

__all__ = [
    "VoiceLiveInputAudioClearEvent",
    "VoiceLiveInputAudioTurnAppendEvent",
    "VoiceLiveInputAudioTurnCancelEvent",
    "VoiceLiveInputAudioTurnEndEvent",
    "VoiceLiveInputAudioTurnStartEvent",
]


@frozen(kw_only=True, repr=False)
class VoiceLiveInputAudioTurnStartEvent(Model):
    """Begins a turn of the caller."""

    turn_id: str
    """The turn to begin, by a name that the client chooses."""

    type: Literal["input_audio.turn.start"] = "input_audio.turn.start"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveInputAudioTurnAppendEvent(Model):
    """Adds some of the caller's audio to a turn."""

    turn_id: str
    """The turn that the audio belongs to."""

    audio: bytes
    """Audio in the session's input format."""

    type: Literal["input_audio.turn.append"] = "input_audio.turn.append"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveInputAudioTurnEndEvent(Model):
    """Ends a turn of the caller, whose audio is complete."""

    turn_id: str
    """The turn to end."""

    type: Literal["input_audio.turn.end"] = "input_audio.turn.end"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveInputAudioTurnCancelEvent(Model):
    """Gives up a turn of the caller, and its audio."""

    turn_id: str
    """The turn to give up."""

    type: Literal["input_audio.turn.cancel"] = "input_audio.turn.cancel"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveInputAudioClearEvent(Model):
    """Asks to throw away all audio that is being streamed."""

    type: Literal["input_audio.clear"] = "input_audio.clear"

    event_id: str | None = None
