"""Transcripts of what the caller says, as the beta sends them."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import UNSET, Model, Unset
from rtmodels.schema.usage import (
    LogProbProperties,
    TranscriptionLanguage,
    TranscriptTextUsage,
)

__all__ = ["BetaConversationItemInputAudioTranscriptionCompletedEvent"]


@frozen(kw_only=True, repr=False)
class BetaConversationItemInputAudioTranscriptionCompletedEvent(Model):
    """The transcript of what the caller said is complete.

    The beta does not always say what it cost.
    """

    event_id: str

    item_id: str
    """The user message that holds the audio."""

    content_index: int
    """Which part of the message holds the audio, counted from 0."""

    transcript: str
    """All that was said."""

    type: Literal["conversation.item.input_audio_transcription.completed"] = (
        "conversation.item.input_audio_transcription.completed"
    )

    languages: tuple[TranscriptionLanguage, ...] | None = None
    """The languages that were recognised."""

    logprobs: tuple[LogProbProperties, ...] | None | Unset = UNSET
    """How sure the transcription is of each token; sent if ``include`` asks for it."""

    usage: TranscriptTextUsage | None = None
    """What the transcription cost, in tokens or in seconds; billed on its own."""
