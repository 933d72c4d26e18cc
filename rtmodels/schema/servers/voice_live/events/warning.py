"""The event that warns of something that Voice Live can cope with."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import UNSET, Model, Unset

__all__ = ["VoiceLiveWarningDetails", "VoiceLiveWarningEvent"]


@frozen(kw_only=True, repr=False)
class VoiceLiveWarningDetails(Model):
    """What the server warns of."""

    message: str
    """The warning in words, made for people."""

    code: str | None | Unset = UNSET
    """A short name for the cause, made for programs."""

    param: str | None | Unset = UNSET
    """The key concerned in the client's event, where one is."""


@frozen(kw_only=True, repr=False)
class VoiceLiveWarningEvent(Model):
    """The server noticed something wrong; the conversation continues."""

    warning: VoiceLiveWarningDetails
    """What it noticed."""

    type: Literal["warning"] = "warning"

    event_id: str | None = None
