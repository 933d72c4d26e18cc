"""Bodies of the requests that start a call over WebRTC or answer one over SIP.

To accept a call takes the settings of its session, a `RealtimeSessionCreateRequest`; to
hang up takes nothing.
"""

from attrs import frozen

from rtmodels.schema._model import Model
from rtmodels.schema.session import RealtimeSessionCreateRequest

__all__ = [
    "RealtimeCallCreateRequest",
    "RealtimeCallReferRequest",
    "RealtimeCallRejectRequest",
]


@frozen(kw_only=True, repr=False)
class RealtimeCallCreateRequest(Model):
    """A client's offer to speak over WebRTC, ``POST /realtime/calls``.

    The answer is no JSON: its body is SDP, and its ``Location`` header names the call.
    """

    sdp: str
    """The offer that the WebRTC stack has made, in the Session Description Protocol."""

    session: RealtimeSessionCreateRequest | None = None
    """The settings for the session; not needed with a client secret that has them."""


@frozen(kw_only=True, repr=False)
class RealtimeCallReferRequest(Model):
    """The wish to hand a SIP call on, ``POST /realtime/calls/{call_id}/refer``."""

    target_uri: str
    """Who takes over: ``tel:+14155550123`` or ``sip:agent@example.com``."""


@frozen(kw_only=True, repr=False)
class RealtimeCallRejectRequest(Model):
    """The refusal of a SIP call, ``POST /realtime/calls/{call_id}/reject``."""

    status_code: int | None = None
    """The SIP status that the caller gets, such as 486 for busy; 603 by default."""
