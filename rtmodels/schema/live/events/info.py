"""The event that reports something that is no error."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import Expected, Model

__all__ = [
    "LiveInfoEvent",
]


@frozen(kw_only=True, repr=False)
class LiveInfoEvent(Model):
    """A note of the server about the session."""

    code: str
    """A short code for programs."""

    event_id: Expected[str] = None

    message: str
    """An explanation for people."""

    type: Literal["info"] = "info"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""
