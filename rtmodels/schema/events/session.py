"""Events about a session's settings."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import Model
from rtmodels.schema.transcription import ClientSession, ServerSession

__all__ = ["SessionCreatedEvent", "SessionUpdateEvent", "SessionUpdatedEvent"]


@frozen(kw_only=True, repr=False)
class SessionCreatedEvent(Model):
    """The session has begun: the first event, unless one joins a call under way."""

    event_id: str

    session: ServerSession
    """The settings that the session starts with."""

    type: Literal["session.created"] = "session.created"


@frozen(kw_only=True, repr=False)
class SessionUpdateEvent(Model):
    """Asks to change settings, at any time; those that it leaves out stay as they are.

    The model cannot be changed at all, and the voice only until the session has spoken.
    """

    session: ClientSession
    """The settings to change."""

    type: Literal["session.update"] = "session.update"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class SessionUpdatedEvent(Model):
    """The settings that a `SessionUpdateEvent` asked for are in force."""

    event_id: str

    session: ServerSession
    """All settings, changed or not."""

    type: Literal["session.updated"] = "session.updated"
