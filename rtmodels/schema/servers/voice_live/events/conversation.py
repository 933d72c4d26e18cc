"""Events about a conversation's items on Voice Live, and transcripts with times."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import UNSET, Model, Unset
from rtmodels.schema.servers.voice_live.audio import VoiceLiveTranscriptionPhrase
from rtmodels.schema.servers.voice_live.items import VoiceLiveConversationItem
from rtmodels.schema.usage import LogProbProperties

__all__ = [
    "VoiceLiveConversationItemAddedEvent",
    "VoiceLiveConversationItemCreateEvent",
    "VoiceLiveConversationItemCreatedEvent",
    "VoiceLiveConversationItemDoneEvent",
    "VoiceLiveConversationItemInputAudioTranscriptionCompletedEvent",
    "VoiceLiveConversationItemInputAudioTranscriptionFailedEvent",
    "VoiceLiveConversationItemRetrievedEvent",
    "VoiceLiveErrorDetails",
]


@frozen(kw_only=True, repr=False)
class VoiceLiveConversationItemCreateEvent(Model):
    """Asks Voice Live to put an item into the conversation."""

    item: VoiceLiveConversationItem
    """What to put in; an id of one's own is allowed."""

    type: Literal["conversation.item.create"] = "conversation.item.create"

    event_id: str | None = None

    previous_item_id: str | None = None
    """The item to put it after; ``None`` for the end."""


@frozen(kw_only=True, repr=False)
class VoiceLiveConversationItemAddedEvent(Model):
    """An item has entered a conversation on Voice Live, by the GA's name for that."""

    event_id: str

    item: VoiceLiveConversationItem
    """The item so far."""

    type: Literal["conversation.item.added"] = "conversation.item.added"

    previous_item_id: str | None | Unset = UNSET
    """The item before it; ``None`` where it is the first."""


@frozen(kw_only=True, repr=False)
class VoiceLiveConversationItemDoneEvent(Model):
    """An item of a conversation on Voice Live is complete, or was cut short."""

    event_id: str

    item: VoiceLiveConversationItem
    """The item in its final state, without the bytes of any audio."""

    type: Literal["conversation.item.done"] = "conversation.item.done"

    previous_item_id: str | None | Unset = UNSET
    """The item before it; may be ``None`` even where an event before this one said."""


@frozen(kw_only=True, repr=False)
class VoiceLiveConversationItemCreatedEvent(Model):
    """An item has entered a conversation on Voice Live."""

    event_id: str

    item: VoiceLiveConversationItem
    """The item so far."""

    type: Literal["conversation.item.created"] = "conversation.item.created"

    previous_item_id: str | None | Unset = UNSET
    """The item before it; ``None`` where it is the first."""


@frozen(kw_only=True, repr=False)
class VoiceLiveConversationItemRetrievedEvent(Model):
    """The item that a client of Voice Live asked for."""

    event_id: str

    item: VoiceLiveConversationItem
    """The item as the server holds it."""

    type: Literal["conversation.item.retrieved"] = "conversation.item.retrieved"


@frozen(kw_only=True, repr=False)
class VoiceLiveConversationItemInputAudioTranscriptionCompletedEvent(Model):
    """The transcript of what the caller said is complete, with times if asked for."""

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

    logprobs: tuple[LogProbProperties, ...] | None | Unset = UNSET
    """How sure the transcription is of each token; sent if ``include`` asks for it."""

    phrases: tuple[VoiceLiveTranscriptionPhrase, ...] | None | Unset = UNSET
    """The phrases with their times; sent if ``include`` asks for them."""


@frozen(kw_only=True, repr=False)
class VoiceLiveErrorDetails(Model):
    """Why Voice Live could not do something."""

    message: str
    """The cause in words, made for people."""

    code: str | None | Unset = UNSET
    """A short name for the cause, made for programs."""

    param: str | None | Unset = UNSET
    """The setting at fault, where one is."""

    type: str | None | Unset = UNSET
    """The kind of error, such as ``server_error``."""

    event_id: str | None | Unset = UNSET
    """The ``event_id`` of the client's event, if that event caused it and had one."""


@frozen(kw_only=True, repr=False)
class VoiceLiveConversationItemInputAudioTranscriptionFailedEvent(Model):
    """What the caller said could not be transcribed by Voice Live."""

    event_id: str

    item_id: str
    """The user message that holds the audio."""

    content_index: int
    """Which part of the message holds the audio, counted from 0."""

    error: VoiceLiveErrorDetails
    """What went wrong."""

    type: Literal["conversation.item.input_audio_transcription.failed"] = (
        "conversation.item.input_audio_transcription.failed"
    )
