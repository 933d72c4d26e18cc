"""Events about the settings of a beta session."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import Model
from rtmodels.schema.beta.session import (
    RealtimeBetaSessionCreateRequest,
    RealtimeSession,
)

__all__ = [
    "BetaSessionCreatedEvent",
    "BetaSessionUpdateEvent",
    "BetaSessionUpdatedEvent",
]


@frozen(kw_only=True, repr=False)
class BetaSessionCreatedEvent(Model):
    """The beta session has begun: its first event."""

    event_id: str

    session: RealtimeSession
    """The settings that the session starts with."""

    type: Literal["session.created"] = "session.created"


@frozen(kw_only=True, repr=False)
class BetaSessionUpdateEvent(Model):
    """Asks to change settings of a beta session; what it leaves out stays as it is."""

    session: RealtimeBetaSessionCreateRequest
    """The settings to change."""

    type: Literal["session.update"] = "session.update"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class BetaSessionUpdatedEvent(Model):
    """The settings that a `BetaSessionUpdateEvent` asked for are in force."""

    event_id: str

    session: RealtimeSession
    """All settings, changed or not."""

    type: Literal["session.updated"] = "session.updated"
