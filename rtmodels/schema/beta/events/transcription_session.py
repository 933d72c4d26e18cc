"""Events about the settings of a beta session that only transcribes."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import Model
from rtmodels.schema.beta.session import (
    RealtimeBetaTranscriptionSessionCreateRequest,
    RealtimeBetaTranscriptionSessionCreateResponse,
)

__all__ = [
    "BetaTranscriptionSessionCreatedEvent",
    "BetaTranscriptionSessionUpdateEvent",
    "BetaTranscriptionSessionUpdatedEvent",
]


@frozen(kw_only=True, repr=False)
class BetaTranscriptionSessionCreatedEvent(Model):
    """The transcription session has begun: its first event."""

    event_id: str

    session: RealtimeBetaTranscriptionSessionCreateResponse
    """The settings that the session starts with."""

    type: Literal["transcription_session.created"] = "transcription_session.created"


@frozen(kw_only=True, repr=False)
class BetaTranscriptionSessionUpdateEvent(Model):
    """Asks to change the settings of a transcription session."""

    session: RealtimeBetaTranscriptionSessionCreateRequest
    """The settings to change; those left out stay as they are."""

    type: Literal["transcription_session.update"] = "transcription_session.update"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class BetaTranscriptionSessionUpdatedEvent(Model):
    """What a `BetaTranscriptionSessionUpdateEvent` asked for is in force."""

    event_id: str

    session: RealtimeBetaTranscriptionSessionCreateResponse
    """All settings, changed or not."""

    type: Literal["transcription_session.updated"] = "transcription_session.updated"
