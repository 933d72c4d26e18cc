"""Events about the buffer where the caller's audio waits to become a message."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import UNSET, Model, Unset

__all__ = [
    "InputAudioBufferAppendEvent",
    "InputAudioBufferClearEvent",
    "InputAudioBufferClearedEvent",
    "InputAudioBufferCommitEvent",
    "InputAudioBufferCommittedEvent",
    "InputAudioBufferDtmfEventReceivedEvent",
    "InputAudioBufferSpeechStartedEvent",
    "InputAudioBufferSpeechStoppedEvent",
    "InputAudioBufferTimeoutTriggeredEvent",
]


@frozen(kw_only=True, repr=False)
class InputAudioBufferAppendEvent(Model):
    """Adds some of the caller's audio to the buffer; the server does not answer."""

    audio: bytes
    """Audio in the session's input format, at most 15 MiB an event."""

    type: Literal["input_audio_buffer.append"] = "input_audio_buffer.append"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class InputAudioBufferCommitEvent(Model):
    """Asks to turn the buffered audio into a user message.

    Only needed where turn detection is off. The model does not react to the message
    until a `ResponseCreateEvent` asks it to; an empty buffer gives an error.
    """

    type: Literal["input_audio_buffer.commit"] = "input_audio_buffer.commit"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class InputAudioBufferCommittedEvent(Model):
    """The buffered audio becomes a user message, on request or because a turn ended."""

    event_id: str

    item_id: str
    """The user message that the audio becomes."""

    type: Literal["input_audio_buffer.committed"] = "input_audio_buffer.committed"

    previous_item_id: str | None | Unset = UNSET
    """The item that the message will follow; ``None`` where it is the first."""


@frozen(kw_only=True, repr=False)
class InputAudioBufferClearEvent(Model):
    """Asks to throw the buffered audio away."""

    type: Literal["input_audio_buffer.clear"] = "input_audio_buffer.clear"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class InputAudioBufferClearedEvent(Model):
    """The buffer is empty, because the client asked for that."""

    event_id: str

    type: Literal["input_audio_buffer.cleared"] = "input_audio_buffer.cleared"


@frozen(kw_only=True, repr=False)
class InputAudioBufferSpeechStartedEvent(Model):
    """Turn detection heard the caller begin to speak: the moment to stop playback."""

    event_id: str

    audio_start_ms: int
    """Where the speech begins, in milliseconds of audio appended in this session.

    The padding that turn detection keeps from before the speech is included.
    """

    item_id: str
    """The user message that will be made when the speech ends."""

    type: Literal["input_audio_buffer.speech_started"] = (
        "input_audio_buffer.speech_started"
    )


@frozen(kw_only=True, repr=False)
class InputAudioBufferSpeechStoppedEvent(Model):
    """Turn detection heard the caller finish; the audio is committed next."""

    event_id: str

    audio_end_ms: int
    """Where the speech ends, in milliseconds of audio appended in this session.

    The silence that turn detection waited for is included.
    """

    item_id: str
    """The user message that the speech becomes."""

    type: Literal["input_audio_buffer.speech_stopped"] = (
        "input_audio_buffer.speech_stopped"
    )


@frozen(kw_only=True, repr=False)
class InputAudioBufferTimeoutTriggeredEvent(Model):
    """The caller stayed silent for ``idle_timeout_ms``, so the model will speak up.

    The silence is committed as a user message, and a response to it follows.
    """

    event_id: str

    audio_start_ms: int
    """Where the silence begins, in milliseconds of audio appended in this session."""

    audio_end_ms: int
    """Where the silence ends, in milliseconds of audio appended in this session."""

    item_id: str
    """The user message that holds the silence."""

    type: Literal["input_audio_buffer.timeout_triggered"] = (
        "input_audio_buffer.timeout_triggered"
    )


@frozen(kw_only=True, repr=False)
class InputAudioBufferDtmfEventReceivedEvent(Model):
    """A caller on the telephone pressed a key; sent on SIP calls, without an id."""

    event: str
    """The key: a digit, ``*``, ``#``, or a letter from ``A`` to ``D``."""

    received_at: int
    """When the server received it, in Unix seconds."""

    type: Literal["input_audio_buffer.dtmf_event_received"] = (
        "input_audio_buffer.dtmf_event_received"
    )
