"""The transcript of what the caller said, as it grows."""

from typing import Literal, TypeAlias

from attrs import define, field, frozen

from rtmodels.accumulate._items import GrowingItem
from rtmodels.accumulate._parts import GrowingPart
from rtmodels.schema.events.conversation import (
    ConversationItemInputAudioTranscriptionCompletedEvent,
    ConversationItemInputAudioTranscriptionFailedEvent,
    ConversationItemInputAudioTranscriptionFailedEventError,
    ConversationItemInputAudioTranscriptionSegmentEvent,
)
from rtmodels.schema.usage import (
    LogProbProperties,
    TranscriptionLanguage,
    TranscriptTextUsage,
)

TranscriptionStatus: TypeAlias = Literal["in_progress", "completed", "failed"]
"""How far a transcription has come."""


@frozen(kw_only=True)
class Transcription:
    """What is known about the transcript of what the caller said, beside the words.

    The words themselves are in the item.
    """

    status: TranscriptionStatus
    """How far it has come."""

    logprobs: tuple[LogProbProperties, ...] = ()
    """How sure the transcriber is of each token, if the session includes that."""

    segments: tuple[ConversationItemInputAudioTranscriptionSegmentEvent, ...] = ()
    """Who said what and when, if the transcriber tells speakers apart."""

    languages: tuple[TranscriptionLanguage, ...] = ()
    """The languages recognised."""

    usage: TranscriptTextUsage | None = None
    """What it cost."""

    error: ConversationItemInputAudioTranscriptionFailedEventError | None = None
    """Why there is none, if it failed."""


@define(eq=False)
class GrowingTranscription:
    """One transcript, and the part of the item that its words go into."""

    item: GrowingItem
    part: GrowingPart

    logprobs: list[LogProbProperties] = field(factory=list)

    segments: list[ConversationItemInputAudioTranscriptionSegmentEvent] = field(
        factory=list
    )

    end: (
        ConversationItemInputAudioTranscriptionCompletedEvent
        | ConversationItemInputAudioTranscriptionFailedEvent
        | None
    ) = None
    """The event that ended it."""

    def freeze(self) -> Transcription:
        """Give what is known."""
        segments = tuple(self.segments)
        match self.end:
            case ConversationItemInputAudioTranscriptionCompletedEvent() as end:
                return Transcription(
                    status="completed",
                    logprobs=end.logprobs or tuple(self.logprobs),
                    segments=segments,
                    languages=end.languages or (),
                    usage=end.usage,
                )
            case ConversationItemInputAudioTranscriptionFailedEvent() as end:
                return Transcription(
                    status="failed", segments=segments, error=end.error
                )
            case _:
                return Transcription(
                    status="in_progress",
                    logprobs=tuple(self.logprobs),
                    segments=segments,
                )
