"""Events about a conversation's items, and transcripts of what the caller says."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import UNSET, Model, Unset
from rtmodels.schema.items import RealtimeConversationItem
from rtmodels.schema.usage import (
    LogProbProperties,
    TranscriptionLanguage,
    TranscriptTextUsage,
)

__all__ = [
    "ConversationCreatedEvent",
    "ConversationCreatedEventConversation",
    "ConversationItemAddedEvent",
    "ConversationItemCreateEvent",
    "ConversationItemCreatedEvent",
    "ConversationItemDeleteEvent",
    "ConversationItemDeletedEvent",
    "ConversationItemDoneEvent",
    "ConversationItemInputAudioTranscriptionCompletedEvent",
    "ConversationItemInputAudioTranscriptionDeltaEvent",
    "ConversationItemInputAudioTranscriptionFailedEvent",
    "ConversationItemInputAudioTranscriptionFailedEventError",
    "ConversationItemInputAudioTranscriptionSegmentEvent",
    "ConversationItemRetrieveEvent",
    "ConversationItemRetrievedEvent",
    "ConversationItemTruncateEvent",
    "ConversationItemTruncatedEvent",
]


@frozen(kw_only=True, repr=False)
class ConversationCreatedEventConversation(Model):
    """A conversation as such, without its items."""

    id: str | None = None
    """Set by the server: ``conv_...``."""

    object: Literal["realtime.conversation"] | str | None = None
    """What kind of object this is: always a conversation."""


@frozen(kw_only=True, repr=False)
class ConversationCreatedEvent(Model):
    """The session has got a conversation to put items into; comes once, if at all."""

    event_id: str

    conversation: ConversationCreatedEventConversation
    """The new conversation."""

    type: Literal["conversation.created"] = "conversation.created"


@frozen(kw_only=True, repr=False)
class ConversationItemCreateEvent(Model):
    """Asks to put an item into the conversation: a message, say, or a tool's output.

    The model does not react to it until a `ResponseCreateEvent` asks it to.
    """

    item: RealtimeConversationItem
    """What to put in; an id of one's own is allowed."""

    type: Literal["conversation.item.create"] = "conversation.item.create"

    event_id: str | None = None

    previous_item_id: str | None = None
    """The item to put it after: ``root`` for the very start, ``None`` for the end."""


@frozen(kw_only=True, repr=False)
class ConversationItemAddedEvent(Model):
    """An item has entered the conversation, though its content may still be growing."""

    event_id: str

    item: RealtimeConversationItem
    """The item so far."""

    type: Literal["conversation.item.added"] = "conversation.item.added"

    previous_item_id: str | None | Unset = UNSET
    """The item before it; ``None`` where it is the first."""


@frozen(kw_only=True, repr=False)
class ConversationItemDoneEvent(Model):
    """An item that was added before is complete, or was cut short."""

    event_id: str

    item: RealtimeConversationItem
    """The item in its final state, without the bytes of any audio."""

    type: Literal["conversation.item.done"] = "conversation.item.done"

    previous_item_id: str | None | Unset = UNSET
    """The item before it; may be ``None`` even where `ConversationItemAddedEvent` said.

    Go by that event for the order of items.
    """


@frozen(kw_only=True, repr=False)
class ConversationItemCreatedEvent(Model):
    """An item has entered the conversation: the older form of the *added* event."""

    event_id: str

    item: RealtimeConversationItem
    """The item so far."""

    type: Literal["conversation.item.created"] = "conversation.item.created"

    previous_item_id: str | None | Unset = UNSET
    """The item before it; ``None`` where it is the first."""


@frozen(kw_only=True, repr=False)
class ConversationItemRetrieveEvent(Model):
    """Asks for an item as the server holds it, its cleaned input audio included."""

    item_id: str
    """The item to send back."""

    type: Literal["conversation.item.retrieve"] = "conversation.item.retrieve"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class ConversationItemRetrievedEvent(Model):
    """The item that a `ConversationItemRetrieveEvent` asked for."""

    event_id: str

    item: RealtimeConversationItem
    """The item as the server holds it."""

    type: Literal["conversation.item.retrieved"] = "conversation.item.retrieved"


@frozen(kw_only=True, repr=False)
class ConversationItemTruncateEvent(Model):
    """Asks to forget the end of a spoken answer that the caller never got to hear.

    Send it when the caller interrupts: the model then knows how far playback came. The
    transcript of that answer is deleted along with the unheard audio.
    """

    item_id: str
    """The assistant message to shorten."""

    content_index: int
    """Which part of the message holds the audio, counted from 0; use 0."""

    audio_end_ms: int
    """How much audio to keep, in milliseconds; more than there is gives an error."""

    type: Literal["conversation.item.truncate"] = "conversation.item.truncate"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class ConversationItemTruncatedEvent(Model):
    """A spoken answer has been shortened to what the caller heard."""

    event_id: str

    item_id: str
    """The assistant message that is now shorter."""

    content_index: int
    """Which part of the message was cut, counted from 0."""

    audio_end_ms: int
    """How much audio is left, in milliseconds."""

    type: Literal["conversation.item.truncated"] = "conversation.item.truncated"


@frozen(kw_only=True, repr=False)
class ConversationItemDeleteEvent(Model):
    """Asks to take an item out of the conversation, so that the model forgets it."""

    item_id: str
    """The item to take out."""

    type: Literal["conversation.item.delete"] = "conversation.item.delete"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class ConversationItemDeletedEvent(Model):
    """An item has left the conversation, because the client asked for that."""

    event_id: str

    item_id: str
    """The item that is gone."""

    type: Literal["conversation.item.deleted"] = "conversation.item.deleted"


@frozen(kw_only=True, repr=False)
class ConversationItemInputAudioTranscriptionDeltaEvent(Model):
    """A piece of the transcript of what the caller said has become available."""

    event_id: str

    item_id: str
    """The user message that holds the audio."""

    type: Literal["conversation.item.input_audio_transcription.delta"] = (
        "conversation.item.input_audio_transcription.delta"
    )

    content_index: int | None = None
    """Which part of the message holds the audio, counted from 0."""

    delta: str | None = None
    """The text to append to what came before."""

    logprobs: tuple[LogProbProperties, ...] | None | Unset = UNSET
    """How sure the transcription is of each token; sent if ``include`` asks for it."""

    obfuscation: str | None = None
    """Random filler, so that a frame's size does not betray the length of the text."""


@frozen(kw_only=True, repr=False)
class ConversationItemInputAudioTranscriptionSegmentEvent(Model):
    """A stretch of speech by one voice has been transcribed.

    Only models that tell speakers apart send this.
    """

    event_id: str

    item_id: str
    """The user message that holds the audio."""

    content_index: int
    """Which part of the message holds the audio, counted from 0."""

    text: str
    """What was said."""

    id: str
    """Tells this stretch from the others."""

    speaker: str
    """A label for the voice, the same whenever that voice speaks."""

    start: float
    """Where the stretch begins in the audio, in seconds."""

    end: float
    """Where the stretch ends in the audio, in seconds."""

    type: Literal["conversation.item.input_audio_transcription.segment"] = (
        "conversation.item.input_audio_transcription.segment"
    )


@frozen(kw_only=True, repr=False)
class ConversationItemInputAudioTranscriptionCompletedEvent(Model):
    """The transcript of what the caller said is complete.

    Another model makes it while the first one answers, so it may come before, during or
    after the response, and may differ from what the answering model understood.
    """

    event_id: str

    item_id: str
    """The user message that holds the audio."""

    content_index: int
    """Which part of the message holds the audio, counted from 0."""

    transcript: str
    """All that was said."""

    usage: TranscriptTextUsage
    """What the transcription cost, in tokens or in seconds; billed on its own."""

    type: Literal["conversation.item.input_audio_transcription.completed"] = (
        "conversation.item.input_audio_transcription.completed"
    )

    languages: tuple[TranscriptionLanguage, ...] | None = None
    """The languages that were recognised."""

    logprobs: tuple[LogProbProperties, ...] | None | Unset = UNSET
    """How sure the transcription is of each token; sent if ``include`` asks for it."""


@frozen(kw_only=True, repr=False)
class ConversationItemInputAudioTranscriptionFailedEventError(Model):
    """Why there is no transcript."""

    type: str | None = None
    """The kind of error, such as ``server_error``."""

    code: str | None = None
    """A short name for the cause, made for programs."""

    message: str | None = None
    """The cause in words, made for people."""

    param: str | None = None
    """The setting at fault, where one is."""


@frozen(kw_only=True, repr=False)
class ConversationItemInputAudioTranscriptionFailedEvent(Model):
    """What the caller said could not be transcribed.

    The model may answer all the same, since it hears the audio itself.
    """

    event_id: str

    item_id: str
    """The user message that holds the audio."""

    content_index: int
    """Which part of the message holds the audio, counted from 0."""

    error: ConversationItemInputAudioTranscriptionFailedEventError
    """What went wrong."""

    type: Literal["conversation.item.input_audio_transcription.failed"] = (
        "conversation.item.input_audio_transcription.failed"
    )
