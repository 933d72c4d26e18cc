"""The webhooks that tell a backend of a new connection to the Live API."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import Model, OpenStr
from rtmodels.schema.webhook import WebhookRealtimeCallIncomingDataSipHeader

__all__ = [
    "WebhookLiveCallIncoming",
    "WebhookLiveCallIncomingData",
    "WebhookLiveTransportConnected",
    "WebhookLiveTransportConnectedData",
    "WebhookLiveTransportIncoming",
    "WebhookLiveTransportIncomingData",
]


@frozen(kw_only=True, repr=False)
class WebhookLiveCallIncomingData(Model):
    """The SIP call of a `WebhookLiveCallIncoming`, which waits for an answer."""

    session_id: str
    """The session that the call waits for: ``live_...``."""

    sip_headers: tuple[WebhookRealtimeCallIncomingDataSipHeader, ...]
    """The headers of the SIP invitation.

    The caller's side sets them: do not trust them.
    """

    sip_media_security: Literal["rtp", "srtp"] | OpenStr | None = None
    """Whether the audio of the call is encrypted: ``srtp`` is, ``rtp`` is not."""


@frozen(kw_only=True, repr=False)
class WebhookLiveCallIncoming(Model):
    """A SIP call came in.

    `WebhookLiveTransportIncoming` has replaced this notice.
    """

    id: str
    """The id of the notice."""

    created_at: int
    """When the call came in, in Unix seconds."""

    data: WebhookLiveCallIncomingData
    """The call itself."""

    type: Literal["live.call.incoming"] = "live.call.incoming"
    """Tells this notice from those of OpenAI's other products."""

    object: Literal["event"] | str | None = None
    """What kind of object this is: always an event."""


@frozen(kw_only=True, repr=False)
class WebhookLiveTransportIncomingData(Model):
    """The SIP call of a `WebhookLiveTransportIncoming`, which waits for an answer."""

    session_id: str
    """The session that the call waits for: ``live_...``."""

    sip_headers: tuple[WebhookRealtimeCallIncomingDataSipHeader, ...]
    """The headers of the SIP invitation.

    The caller's side sets them: do not trust them.
    """

    type: Literal["sip"] = "sip"
    """The kind of transport: always SIP."""

    sip_media_security: Literal["rtp", "srtp"] | OpenStr | None = None
    """Whether the audio of the call is encrypted: ``srtp`` is, ``rtp`` is not."""


@frozen(kw_only=True, repr=False)
class WebhookLiveTransportIncoming(Model):
    """A SIP call came in: OpenAI posts this to the project's webhook."""

    id: str
    """The id of the notice."""

    created_at: int
    """When the call came in, in Unix seconds."""

    data: WebhookLiveTransportIncomingData
    """The call itself."""

    type: Literal["live.transport.incoming"] = "live.transport.incoming"
    """Tells this notice from those of OpenAI's other products."""

    object: Literal["event"] | str | None = None
    """What kind of object this is: always an event."""


@frozen(kw_only=True, repr=False)
class WebhookLiveTransportConnectedData(Model):
    """The session that has been connected."""

    session_id: str
    """The session, for a sideband connection: ``live_...``."""

    type: Literal["webrtc"] = "webrtc"
    """The kind of transport: always WebRTC."""


@frozen(kw_only=True, repr=False)
class WebhookLiveTransportConnected(Model):
    """A WebRTC session has started: OpenAI posts this to the project's webhook."""

    id: str
    """The id of the notice."""

    created_at: int
    """When the session started, in Unix seconds."""

    data: WebhookLiveTransportConnectedData
    """The session."""

    object: Literal["event"] | str = "event"
    """What kind of object this is: always an event."""

    type: Literal["live.transport.connected"] = "live.transport.connected"
    """Tells this notice from those of OpenAI's other products."""
