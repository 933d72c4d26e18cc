"""What an untrusted frontend may send and receive over the data channel of WebRTC."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import Model

__all__ = [
    "LiveClientConfig",
    "LiveDataChannelConfig",
    "LiveServerEventSelector",
]


@frozen(kw_only=True, repr=False)
class LiveServerEventSelector(Model):
    """A kind of server event that the frontend may receive."""

    type: str
    """The type of the event, such as ``session.started``."""

    response_event: str | None = None
    """The type of the nested event, if *type* is ``response.event``."""


@frozen(kw_only=True, repr=False)
class LiveDataChannelConfig(Model):
    """The events that may pass the data channel.

    Sideband connections have no such limits.
    """

    allowed_client_events: Literal["all"] | str | tuple[str, ...] | None = None
    """The types that the frontend may send.

    All, if absent; none, if empty.
    """

    allowed_server_events: (
        Literal["all"] | str | tuple[LiveServerEventSelector, ...] | None
    ) = None
    """The events that the frontend may receive.

    All, if absent; none, if empty.
    """


@frozen(kw_only=True, repr=False)
class LiveClientConfig(Model):
    """What the frontend of a WebRTC session is allowed to do."""

    data_channel: LiveDataChannelConfig
    """The events that the frontend may send and receive."""
