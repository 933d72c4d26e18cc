"""The event that reports an error."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import UNSET, Model, Unset

__all__ = ["ErrorEvent", "ErrorEventError"]


@frozen(kw_only=True, repr=False)
class ErrorEventError(Model):
    """What went wrong, and which of the client's events caused it."""

    type: str
    """The kind of error, such as ``invalid_request_error`` or ``server_error``."""

    message: str
    """The cause in words, made for people."""

    code: str | None | Unset = UNSET
    """A short name for the cause, made for programs."""

    param: str | None | Unset = UNSET
    """The key at fault in the client's event, where one is."""

    event_id: str | None | Unset = UNSET
    """The ``event_id`` of the client's event, if that event caused it and had one."""


@frozen(kw_only=True, repr=False)
class ErrorEvent(Model):
    """The server rejected an event or failed; the session mostly continues."""

    event_id: str

    error: ErrorEventError
    """What went wrong."""

    type: Literal["error"] = "error"
