"""Events of the telephone call that a Live session is connected to."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import UNSET, Expected, Model, Unset

__all__ = [
    "LiveServerTransportDTMFSend",
    "LiveTransportAnswered",
    "LiveTransportDTMFReceived",
    "LiveTransportDTMFSend",
    "LiveTransportDTMFSent",
    "LiveTransportFailed",
    "LiveTransportFailedError",
    "LiveTransportRinging",
]


@frozen(kw_only=True, repr=False)
class LiveTransportDTMFSend(Model):
    """Presses a key of the telephone, on a sideband connection."""

    event: str
    """The key: ``0`` to ``9``, ``A`` to ``D``, ``*`` or ``#``."""

    type: Literal["transport.dtmf.send"] = "transport.dtmf.send"

    event_id: str | None | Unset = UNSET


@frozen(kw_only=True, repr=False)
class LiveServerTransportDTMFSend(Model):
    """A key was sent, as older servers say it.

    `LiveTransportDTMFSent` has replaced it.
    """

    event: str
    """The key: ``0`` to ``9``, ``A`` to ``D``, ``*`` or ``#``."""

    event_id: Expected[str] = None

    type: Literal["transport.dtmf.send"] = "transport.dtmf.send"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""


@frozen(kw_only=True, repr=False)
class LiveTransportDTMFSent(Model):
    """The key of a `LiveTransportDTMFSend` was sent."""

    event: str
    """The key: ``0`` to ``9``, ``A`` to ``D``, ``*`` or ``#``."""

    event_id: Expected[str] = None

    type: Literal["transport.dtmf.sent"] = "transport.dtmf.sent"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""


@frozen(kw_only=True, repr=False)
class LiveTransportDTMFReceived(Model):
    """The caller has pressed a key."""

    event: str
    """The key: ``0`` to ``9``, ``A`` to ``D``, ``*`` or ``#``."""

    event_id: Expected[str] = None

    type: Literal["transport.dtmf.received"] = "transport.dtmf.received"


@frozen(kw_only=True, repr=False)
class LiveTransportRinging(Model):
    """The telephone that the session calls is ringing."""

    event_id: Expected[str] = None

    session_id: str
    """The id of the session: ``live_...``."""

    type: Literal["transport.ringing"] = "transport.ringing"


@frozen(kw_only=True, repr=False)
class LiveTransportAnswered(Model):
    """The telephone that the session calls has been answered."""

    event_id: Expected[str] = None

    session_id: str
    """The id of the session: ``live_...``."""

    type: Literal["transport.answered"] = "transport.answered"


@frozen(kw_only=True, repr=False)
class LiveTransportFailedError(Model):
    """Why a call could not be made."""

    code: str
    """A short code for programs."""

    message: str
    """An explanation for people."""

    type: Literal["call_error"] = "call_error"
    """The kind of error: always one of a call."""

    param: str | None = None
    """The parameter that was wrong, if one was."""


@frozen(kw_only=True, repr=False)
class LiveTransportFailed(Model):
    """The call that the session tried to make has failed."""

    error: LiveTransportFailedError
    """What went wrong."""

    event_id: Expected[str] = None

    session_id: str
    """The id of the session: ``live_...``."""

    type: Literal["transport.failed"] = "transport.failed"
