"""Client secrets: short-lived keys with which a browser or app opens its own session.

A backend asks for one with the account's key, by ``POST /realtime/client_secrets``, and
hands it on; the session begins with the settings that were given here.
"""

from typing import Literal

from attrs import field, frozen

from rtmodels._display import redact
from rtmodels.schema._model import Model
from rtmodels.schema.transcription import ClientSession, ServerSession

__all__ = [
    "ClientSecretExpiresAfter",
    "RealtimeCreateClientSecretRequest",
    "RealtimeCreateClientSecretResponse",
]


@frozen(kw_only=True, repr=False)
class ClientSecretExpiresAfter(Model):
    """How long a client secret can open a session; one that is open is not ended."""

    anchor: Literal["created_at"] | str | None = None
    """What the time is counted from: the moment when the secret is made."""

    seconds: int | None = None
    """The time in seconds, from 10 to 7200."""


@frozen(kw_only=True, repr=False)
class RealtimeCreateClientSecretRequest(Model):
    """What a backend asks of a client secret."""

    expires_after: ClientSecretExpiresAfter | None = None
    """How long the secret is to be of use; ten minutes, if left out."""

    session: ClientSession | None = None
    """The settings for the session, which the client may still change."""


@frozen(kw_only=True, repr=False)
class RealtimeCreateClientSecretResponse(Model):
    """A new client secret."""

    value: str = field(repr=redact)
    """The secret itself: ``ek_...``."""

    expires_at: int
    """Until when it can open a session, in Unix seconds."""

    session: ServerSession
    """The settings that the session will start with."""
