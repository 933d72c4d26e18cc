"""Bodies of the requests that create, fork, accept, refer and reject a Live session."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import UNSET, Model, Unset
from rtmodels.schema.live.decision import LiveDecisionTrigger
from rtmodels.schema.live.delegation import LiveDelegation
from rtmodels.schema.live.session import (
    LiveInitialItem,
    LiveMediaSessionConfig,
    LiveMediaSessionConfigAudio,
    LiveMediaSessionForkConfig,
    LiveModel,
)

__all__ = [
    "LiveSessionAcceptRequest",
    "LiveSessionAcceptRequestSession",
    "LiveSessionCreateRequest",
    "LiveSessionCreateRequestTransport",
    "LiveSessionCreateResponse",
    "LiveSessionCreateResponseSession",
    "LiveSessionForkRequest",
    "LiveSessionForkResponse",
    "LiveSessionReferRequest",
    "LiveSessionRejectRequest",
]


@frozen(kw_only=True, repr=False)
class LiveSessionCreateRequestTransport(Model):
    """One side's description of a WebRTC connection."""

    sdp: str
    """The offer or the answer, in the Session Description Protocol."""

    type: Literal["webrtc"] = "webrtc"
    """The kind of transport: always WebRTC."""


@frozen(kw_only=True, repr=False)
class LiveSessionCreateRequest(Model):
    """A client's offer to speak over WebRTC, ``POST /live/sessions``."""

    session: LiveMediaSessionConfig
    """The settings for the session."""

    transport: LiveSessionCreateRequestTransport
    """The client's offer."""


@frozen(kw_only=True, repr=False)
class LiveSessionCreateResponseSession(Model):
    """The session that a request has created."""

    id: str
    """The id of the session, for requests and sideband connections: ``live_...``."""


@frozen(kw_only=True, repr=False)
class LiveSessionCreateResponse(Model):
    """The server's answer to an offer to speak over WebRTC."""

    session: LiveSessionCreateResponseSession
    """The new session."""

    transport: LiveSessionCreateRequestTransport
    """The server's answer."""


@frozen(kw_only=True, repr=False)
class LiveSessionForkRequest(Model):
    """An offer to continue a session, ``POST /live/sessions/{session_id}/fork``."""

    transport: LiveSessionCreateRequestTransport
    """The client's offer."""

    session: LiveMediaSessionForkConfig | None = None
    """The settings that differ from those of the stored session."""


@frozen(kw_only=True, repr=False)
class LiveSessionForkResponse(Model):
    """The server's answer to an offer to continue a stored session."""

    session: LiveSessionCreateResponseSession
    """The new session."""

    transport: LiveSessionCreateRequestTransport
    """The server's answer."""


@frozen(kw_only=True, repr=False)
class LiveSessionAcceptRequestSession(Model):
    """The settings of a session that answers a SIP call."""

    model: LiveModel
    """The model, which cannot change once the session has started."""

    type: Literal["live"] = "live"
    """The kind of session: always Live."""

    audio: LiveMediaSessionConfigAudio | None = None
    """Which voice speaks."""

    delegation: LiveDelegation | None | Unset = UNSET
    """Who works on delegated tasks.

    The client does, if absent or null.
    """

    input: tuple[LiveInitialItem, ...] | None = None
    """The conversation from before the session, in order."""

    instructions: str | None | Unset = UNSET
    """How to speak and when to delegate, for the model.

    They cannot change later.
    """

    safety_identifier: str | None | Unset = UNSET
    """A stable id for the end user, by which abuse can be detected."""

    store: bool | None = None
    """Whether the session is stored, so that it can be forked later."""

    triggers: tuple[LiveDecisionTrigger, ...] | None = None
    """Questions to answer as the transcript grows, one trigger for each event type."""


@frozen(kw_only=True, repr=False)
class LiveSessionAcceptRequest(Model):
    """The acceptance of a SIP call, ``POST /live/sessions/{session_id}/accept``."""

    session: LiveSessionAcceptRequestSession
    """The settings for the session."""


@frozen(kw_only=True, repr=False)
class LiveSessionReferRequest(Model):
    """The transfer of a SIP call, ``POST /live/sessions/{session_id}/refer``."""

    target_uri: str
    """Who takes over: ``tel:+14155550123`` or ``sip:agent@example.com``."""


@frozen(kw_only=True, repr=False)
class LiveSessionRejectRequest(Model):
    """The refusal of a SIP call, ``POST /live/sessions/{session_id}/reject``."""

    status_code: int
    """The SIP status that the caller gets, such as 486 for busy."""
