"""Events of the session itself: its start and end, its audio, context and transcripts.

Positions are milliseconds since the session started, on one timeline for both sides.
"""

from typing import Literal, TypeAlias

from attrs import frozen

from rtmodels.schema._model import UNSET, Expected, Model, Unset
from rtmodels.schema.live.session import (
    LiveForkSessionConfig,
    LiveSessionConfig,
    LiveSessionResource,
    LiveSessionUpdateConfig,
)
from rtmodels.schema.live.usage import LiveSessionUsage

__all__ = [
    "LiveCloseReason",
    "LiveCommentaryAppend",
    "LiveCommentaryAppended",
    "LiveDelegationCreated",
    "LiveDelegationCreatedDelegation",
    "LiveDelegationTarget",
    "LiveForkSessionStart",
    "LiveInputAudioAppend",
    "LiveInputAudioMute",
    "LiveInputAudioMuted",
    "LiveInputAudioUnmute",
    "LiveInputAudioUnmuted",
    "LiveInputTranscriptDelta",
    "LiveInstructionsAppend",
    "LiveInstructionsAppended",
    "LiveOutputAudioDelta",
    "LiveOutputAudioFixturePlay",
    "LiveOutputAudioFixturePlayed",
    "LiveOutputAudioFixturePlaying",
    "LiveOutputTranscriptDelta",
    "LiveServerInputAudioAppend",
    "LiveSessionClose",
    "LiveSessionClosed",
    "LiveSessionPaused",
    "LiveSessionResumed",
    "LiveSessionStart",
    "LiveSessionStarted",
    "LiveSessionUpdate",
    "LiveSessionUpdated",
    "LiveSessionUsageUpdated",
    "LiveSessionUsageUpdatedContextWindow",
    "LiveThinkingAppend",
    "LiveThinkingAppended",
]


@frozen(kw_only=True, repr=False)
class LiveSessionStart(Model):
    """Starts the session of a new WebSocket: the first event that a client sends."""

    session: LiveSessionConfig
    """What the model is, knows and does."""

    type: Literal["session.start"] = "session.start"

    event_id: str | None | Unset = UNSET


@frozen(kw_only=True, repr=False)
class LiveForkSessionStart(Model):
    """Starts a session that continues a stored one: the first event of a fork."""

    session: LiveForkSessionConfig
    """The settings that differ from those of the stored session."""

    type: Literal["session.start"] = "session.start"

    event_id: str | None | Unset = UNSET


@frozen(kw_only=True, repr=False)
class LiveSessionUpdate(Model):
    """Changes the settings of a running session.

    What it leaves out stays as it is.
    """

    session: LiveSessionUpdateConfig
    """The settings to change."""

    type: Literal["session.update"] = "session.update"

    event_id: str | None | Unset = UNSET


@frozen(kw_only=True, repr=False)
class LiveSessionClose(Model):
    """Ends the session.

    The server answers with `LiveSessionClosed`.
    """

    type: Literal["session.close"] = "session.close"

    event_id: str | None | Unset = UNSET


@frozen(kw_only=True, repr=False)
class LiveInputAudioAppend(Model):
    """Sends the next piece of the user's audio.

    There is no answer.
    """

    audio: bytes
    """Samples in the session's format."""

    type: Literal["session.input_audio.append"] = "session.input_audio.append"

    event_id: str | None | Unset = UNSET


@frozen(kw_only=True, repr=False)
class LiveServerInputAudioAppend(Model):
    """The user's audio as the server has received it, repeated to other connections."""

    audio: bytes
    """Signed 16-bit little-endian PCM, one channel, 24000 samples per second."""

    type: Literal["session.input_audio.append"] = "session.input_audio.append"


@frozen(kw_only=True, repr=False)
class LiveInputAudioMute(Model):
    """Stops the user's audio from reaching the model."""

    type: Literal["session.input_audio.mute"] = "session.input_audio.mute"

    event_id: str | None | Unset = UNSET


@frozen(kw_only=True, repr=False)
class LiveInputAudioMuted(Model):
    """The user's audio does not reach the model any more."""

    event_id: Expected[str] = None

    type: Literal["session.input_audio.muted"] = "session.input_audio.muted"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""


@frozen(kw_only=True, repr=False)
class LiveInputAudioUnmute(Model):
    """Lets the user's audio reach the model again."""

    type: Literal["session.input_audio.unmute"] = "session.input_audio.unmute"

    event_id: str | None | Unset = UNSET


@frozen(kw_only=True, repr=False)
class LiveInputAudioUnmuted(Model):
    """The user's audio reaches the model again."""

    event_id: Expected[str] = None

    type: Literal["session.input_audio.unmuted"] = "session.input_audio.unmuted"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""


@frozen(kw_only=True, repr=False)
class LiveInputTranscriptDelta(Model):
    """More of what the user says.

    No event marks the end of a turn.
    """

    delta: str
    """The text to append to the transcript."""

    end_ms: int
    """Where on the timeline this ends, in milliseconds."""

    event_id: Expected[str] = None

    start_ms: int
    """Where on the timeline this begins, in milliseconds."""

    type: Literal["session.input_transcript.delta"] = "session.input_transcript.delta"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""


@frozen(kw_only=True, repr=False)
class LiveInstructionsAppend(Model):
    """Adds instructions for the model."""

    content: str
    """The instructions."""

    delegation_id: str | None
    """The delegation that they belong to.

    Null, which is sent, means none.
    """

    type: Literal["session.instructions.append"] = "session.instructions.append"

    event_id: str | None | Unset = UNSET


@frozen(kw_only=True, repr=False)
class LiveInstructionsAppended(Model):
    """The instructions are part of the session."""

    end_ms: int
    """Where on the timeline this ends, in milliseconds."""

    event_id: Expected[str] = None

    start_ms: int
    """Where on the timeline this begins, in milliseconds."""

    type: Literal["session.instructions.appended"] = "session.instructions.appended"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""


@frozen(kw_only=True, repr=False)
class LiveThinkingAppend(Model):
    """Adds context that the model knows and does not say."""

    content: str
    """The context."""

    delegation_id: str | None
    """The delegation that it belongs to.

    Null, which is sent, means none.
    """

    type: Literal["session.thinking.append"] = "session.thinking.append"

    event_id: str | None | Unset = UNSET


@frozen(kw_only=True, repr=False)
class LiveThinkingAppended(Model):
    """The silent context is part of the session."""

    end_ms: int
    """Where on the timeline this ends, in milliseconds."""

    event_id: Expected[str] = None

    start_ms: int
    """Where on the timeline this begins, in milliseconds."""

    type: Literal["session.thinking.appended"] = "session.thinking.appended"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""


@frozen(kw_only=True, repr=False)
class LiveCommentaryAppend(Model):
    """Adds context that the model is to tell the user, such as the result of a task."""

    content: str
    """The context, in words that can be spoken."""

    delegation_id: str | None
    """The delegation that it belongs to.

    Null, which is sent, means none.
    """

    type: Literal["session.commentary.append"] = "session.commentary.append"

    event_id: str | None | Unset = UNSET


@frozen(kw_only=True, repr=False)
class LiveCommentaryAppended(Model):
    """The context to speak is part of the session.

    It may not have been spoken yet.
    """

    end_ms: int
    """Where on the timeline this ends, in milliseconds."""

    event_id: Expected[str] = None

    start_ms: int
    """Where on the timeline this begins, in milliseconds."""

    type: Literal["session.commentary.appended"] = "session.commentary.appended"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""


@frozen(kw_only=True, repr=False)
class LiveOutputAudioDelta(Model):
    """The next piece of the model's speech.

    Play it after what came before.
    """

    delta: bytes
    """Samples in the session's format.

    On a sideband: 16-bit PCM, 24000 samples per second.
    """

    type: Literal["session.output_audio.delta"] = "session.output_audio.delta"

    end_ms: int | None = None
    """Where on the timeline the audio ends, in milliseconds.

    Only a sideband has it.
    """

    start_ms: int | None = None
    """Where on the timeline the audio begins, in milliseconds.

    Only a sideband has it.
    """


@frozen(kw_only=True, repr=False)
class LiveOutputTranscriptDelta(Model):
    """More of what the model says.

    No event marks the end of a turn.
    """

    delta: str
    """The text to append to the transcript."""

    end_ms: int
    """Where on the timeline this ends, in milliseconds."""

    event_id: Expected[str] = None

    start_ms: int
    """Where on the timeline this begins, in milliseconds."""

    type: Literal["session.output_transcript.delta"] = "session.output_transcript.delta"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""


@frozen(kw_only=True, repr=False)
class LiveOutputAudioFixturePlay(Model):
    """Plays a recording in place of the model's speech, with the user's audio muted."""

    audio: bytes
    """Signed 16-bit little-endian PCM, one channel, 24000 samples per second."""

    type: Literal["session.output_audio.fixture.play"] = (
        "session.output_audio.fixture.play"
    )

    event_id: str | None | Unset = UNSET


@frozen(kw_only=True, repr=False)
class LiveOutputAudioFixturePlaying(Model):
    """The recording has started to play."""

    event_id: Expected[str] = None

    type: Literal["session.output_audio.fixture.playing"] = (
        "session.output_audio.fixture.playing"
    )

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""


@frozen(kw_only=True, repr=False)
class LiveOutputAudioFixturePlayed(Model):
    """The server has sent the whole recording.

    The user may not have heard all of it yet.
    """

    event_id: Expected[str] = None

    type: Literal["session.output_audio.fixture.played"] = (
        "session.output_audio.fixture.played"
    )

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""


LiveDelegationTarget: TypeAlias = Literal["client", "responses", "decisions"]
"""Who works on a delegated task."""


@frozen(kw_only=True, repr=False)
class LiveDelegationCreatedDelegation(Model):
    """A task that the model has delegated.

    The task's text is not part of it.
    """

    id: str
    """The id of the delegation, for `LiveCommentaryAppend` and the like."""

    target: LiveDelegationTarget | str
    """Who works on the task."""

    type: Literal["delegation"] = "delegation"
    """The kind of object: always a delegation."""

    response_id: str | None = None
    """The response that works on the task, if a Responses model does."""


@frozen(kw_only=True, repr=False)
class LiveDelegationCreated(Model):
    """The model has delegated a task."""

    delegation: LiveDelegationCreatedDelegation
    """The id of the task, and who works on it."""

    event_id: Expected[str] = None

    offset_ms: int
    """Where on the timeline the model delegated the task, in milliseconds."""

    type: Literal["session.delegation.created"] = "session.delegation.created"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""


@frozen(kw_only=True, repr=False)
class LiveSessionStarted(Model):
    """The session has started: its first event."""

    event_id: Expected[str] = None

    session: LiveSessionResource
    """All settings of the session."""

    type: Literal["session.started"] = "session.started"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""


@frozen(kw_only=True, repr=False)
class LiveSessionUpdated(Model):
    """The settings that a `LiveSessionUpdate` asked for are in force."""

    event_id: Expected[str] = None

    session: LiveSessionResource
    """All settings of the session, changed or not."""

    type: Literal["session.updated"] = "session.updated"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""


@frozen(kw_only=True, repr=False)
class LiveSessionPaused(Model):
    """Inference has paused after a time of silence.

    The connection stays open.
    """

    event_id: Expected[str] = None

    type: Literal["session.paused"] = "session.paused"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""


@frozen(kw_only=True, repr=False)
class LiveSessionResumed(Model):
    """Speech has resumed inference."""

    event_id: Expected[str] = None

    type: Literal["session.resumed"] = "session.resumed"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""


@frozen(kw_only=True, repr=False)
class LiveSessionUsageUpdatedContextWindow(Model):
    """How full the context of the model is."""

    usage_ratio: float
    """The share of the context that is in use, from 0.0 to 1.0."""


@frozen(kw_only=True, repr=False)
class LiveSessionUsageUpdated(Model):
    """What the session has used so far."""

    event_id: Expected[str] = None

    usage: LiveSessionUsage
    """The totals since the session started."""

    type: Literal["session.usage.updated"] = "session.usage.updated"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""

    context_window: LiveSessionUsageUpdatedContextWindow | None = None
    """How full the context of the model is."""


LiveCloseReason: TypeAlias = Literal[
    "close_requested", "expired", "content", "remote_hangup", "connection_lost"
]
"""Why a session has ended."""


@frozen(kw_only=True, repr=False)
class LiveSessionClosed(Model):
    """The session is over: its last event."""

    event_id: Expected[str] = None

    reason: LiveCloseReason | str
    """Why the session has ended."""

    session: Expected[LiveSessionResource] = None
    """The settings of the session.

    Its *status* may still be ``active``.
    """

    usage: LiveSessionUsage
    """The totals of the session."""

    type: Literal["session.closed"] = "session.closed"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""
