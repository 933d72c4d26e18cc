"""The webhook that tells a backend of a call, which came in over SIP."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import Model, OpenStr

__all__ = [
    "WebhookRealtimeCallIncoming",
    "WebhookRealtimeCallIncomingData",
    "WebhookRealtimeCallIncomingDataSipHeader",
]


@frozen(kw_only=True, repr=False)
class WebhookRealtimeCallIncomingDataSipHeader(Model):
    """One header of the SIP invitation."""

    name: str
    """Which header, such as ``From``."""

    value: str
    """What the header says."""


@frozen(kw_only=True, repr=False)
class WebhookRealtimeCallIncomingData(Model):
    """The call that waits to be accepted or rejected."""

    call_id: str
    """Which call, for the requests that answer it: ``rtc_...``."""

    sip_headers: tuple[WebhookRealtimeCallIncomingDataSipHeader, ...]
    """What the caller's side said about itself and about whom it wants."""

    sip_media_security: Literal["rtp", "srtp"] | OpenStr | None = None
    """Whether the audio of the call is encrypted: ``srtp`` is, ``rtp`` is not."""


@frozen(kw_only=True, repr=False)
class WebhookRealtimeCallIncoming(Model):
    """A call came in: OpenAI posts this to the webhook that the project has set up."""

    created_at: int
    """When the call came in, in Unix seconds."""

    id: str
    """Which notice this is, ``evt_...``; one that is posted again keeps it."""

    data: WebhookRealtimeCallIncomingData
    """The call itself."""

    type: Literal["realtime.call.incoming"] = "realtime.call.incoming"
    """Tells this notice from those of OpenAI's other products."""

    object: Literal["event"] | str | None = None
    """What kind of object this is: always an event."""
