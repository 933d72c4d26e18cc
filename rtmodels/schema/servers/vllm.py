"""The dialect of vLLM, which transcribes: a session without items and responses."""

from typing import Literal, TypeAlias

from attrs import frozen

from rtmodels.schema._model import Model, Unknown
from rtmodels.schema.events.input_audio_buffer import InputAudioBufferAppendEvent

__all__ = [
    "VllmClientEvent",
    "VllmErrorEvent",
    "VllmInputAudioBufferCommitEvent",
    "VllmServerEvent",
    "VllmSessionCreatedEvent",
    "VllmSessionUpdateEvent",
    "VllmTranscriptionDeltaEvent",
    "VllmTranscriptionDoneEvent",
    "VllmUsage",
]


@frozen(kw_only=True, repr=False)
class VllmUsage(Model):
    """What a transcription cost."""

    prompt_tokens: int | None = None
    """Tokens read."""

    completion_tokens: int | None = None
    """Tokens of the transcript."""

    total_tokens: int | None = None
    """Both together."""


@frozen(kw_only=True, repr=False)
class VllmSessionCreatedEvent(Model):
    """A session has begun; it has no settings to report."""

    id: str
    """Which session: ``sess-...``."""

    type: Literal["session.created"] = "session.created"

    created: int | None = None
    """When it began, in Unix seconds."""


@frozen(kw_only=True, repr=False)
class VllmSessionUpdateEvent(Model):
    """Chooses the model that transcribes."""

    type: Literal["session.update"] = "session.update"

    model: str | None = None
    """The model that transcribes."""

    language: str | None = None
    """The language spoken, as an ISO 639-1 code such as ``en``."""

    prompt: str | None = None
    """Text that steers the transcript."""


@frozen(kw_only=True, repr=False)
class VllmInputAudioBufferCommitEvent(Model):
    """Has the audio sent so far transcribed."""

    type: Literal["input_audio_buffer.commit"] = "input_audio_buffer.commit"

    final: bool | None = None
    """Whether no more audio follows."""


@frozen(kw_only=True, repr=False)
class VllmTranscriptionDeltaEvent(Model):
    """A piece of the transcript has become available."""

    delta: str
    """The text to append to what came before."""

    type: Literal["transcription.delta"] = "transcription.delta"

    language: str | None = None
    """The language recognised, as an ISO 639-1 code such as ``en``."""


@frozen(kw_only=True, repr=False)
class VllmTranscriptionDoneEvent(Model):
    """The transcript is complete."""

    text: str
    """All that was said."""

    type: Literal["transcription.done"] = "transcription.done"

    usage: VllmUsage | None = None
    """What it cost."""

    language: str | None = None
    """The language recognised, as an ISO 639-1 code such as ``en``."""


@frozen(kw_only=True, repr=False)
class VllmErrorEvent(Model):
    """Something went wrong; vLLM sends the message as plain text."""

    error: str
    """What went wrong, in words."""

    type: Literal["error"] = "error"

    code: str | None = None
    """A short name for the cause, made for programs."""


VllmClientEvent: TypeAlias = (
    VllmSessionUpdateEvent
    | InputAudioBufferAppendEvent
    | VllmInputAudioBufferCommitEvent
    | Unknown
)
"""What a client of vLLM sends."""

VllmServerEvent: TypeAlias = (
    VllmSessionCreatedEvent
    | VllmTranscriptionDeltaEvent
    | VllmTranscriptionDoneEvent
    | VllmErrorEvent
    | Unknown
)
"""What vLLM's server sends."""
