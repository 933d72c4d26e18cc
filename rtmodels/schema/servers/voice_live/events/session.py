"""Events about a session's settings on Voice Live, and about its avatar."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import Model
from rtmodels.schema.servers.voice_live.session import (
    VoiceLiveRequestSession,
    VoiceLiveResponseSession,
)

__all__ = [
    "VoiceLiveSessionAvatarConnectEvent",
    "VoiceLiveSessionAvatarConnectingEvent",
    "VoiceLiveSessionAvatarSwitchToIdleEvent",
    "VoiceLiveSessionAvatarSwitchToSpeakingEvent",
    "VoiceLiveSessionCreatedEvent",
    "VoiceLiveSessionUpdateEvent",
    "VoiceLiveSessionUpdatedEvent",
]


@frozen(kw_only=True, repr=False)
class VoiceLiveSessionCreatedEvent(Model):
    """A session on Voice Live has begun: the first event."""

    event_id: str

    session: VoiceLiveResponseSession
    """The settings that the session starts with."""

    type: Literal["session.created"] = "session.created"


@frozen(kw_only=True, repr=False)
class VoiceLiveSessionUpdateEvent(Model):
    """Asks Voice Live to change settings; those that it leaves out stay as they are."""

    session: VoiceLiveRequestSession
    """The settings to change."""

    type: Literal["session.update"] = "session.update"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveSessionUpdatedEvent(Model):
    """The settings that a `VoiceLiveSessionUpdateEvent` asked for are in force."""

    event_id: str

    session: VoiceLiveResponseSession
    """All settings, changed or not."""

    type: Literal["session.updated"] = "session.updated"


@frozen(kw_only=True, repr=False)
class VoiceLiveSessionAvatarConnectEvent(Model):
    """Asks for the WebRTC connection that carries the avatar's video."""

    client_sdp: str
    """The client's SDP offer, as base64 text."""

    type: Literal["session.avatar.connect"] = "session.avatar.connect"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveSessionAvatarConnectingEvent(Model):
    """The server answers a `VoiceLiveSessionAvatarConnectEvent`."""

    server_sdp: str
    """The server's SDP answer, as base64 text."""

    type: Literal["session.avatar.connecting"] = "session.avatar.connecting"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveSessionAvatarSwitchToSpeakingEvent(Model):
    """The avatar begins to speak."""

    type: Literal["session.avatar.switch_to_speaking"] = (
        "session.avatar.switch_to_speaking"
    )

    event_id: str | None = None

    turn_id: str | None = None
    """The turn in which it speaks."""


@frozen(kw_only=True, repr=False)
class VoiceLiveSessionAvatarSwitchToIdleEvent(Model):
    """The avatar has finished speaking, and waits."""

    type: Literal["session.avatar.switch_to_idle"] = "session.avatar.switch_to_idle"

    event_id: str | None = None

    turn_id: str | None = None
    """The turn in which it spoke."""
