"""The event that reports an error."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import Expected, Model

__all__ = [
    "LiveError",
    "LiveErrorEvent",
]


@frozen(kw_only=True, repr=False)
class LiveError(Model):
    """What went wrong."""

    code: Expected[str] = None
    """A short code for programs, such as ``unknown_parameter``.

    Some servers send null.
    """

    message: str
    """An explanation for people."""

    type: str
    """The kind of error, such as ``invalid_request_error``."""

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that caused it, if that had one."""

    param: str | None = None
    """The parameter that was wrong, if one was."""


@frozen(kw_only=True, repr=False)
class LiveErrorEvent(Model):
    """An error.

    The session continues after most of them.
    """

    error: LiveError
    """What went wrong."""

    event_id: Expected[str] = None

    type: Literal["error"] = "error"

    client_event_id: str | None = None
    """The ``event_id`` of the client's event that led to this one, if it had one."""
