"""What each event changes in its session."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from rtmodels import (
    ConversationItemAddedEvent,
    ConversationItemCreatedEvent,
    ConversationItemCreateEvent,
    ConversationItemDoneEvent,
    ConversationItemInputAudioTranscriptionCompletedEvent,
    ConversationItemTruncatedEvent,
    InputAudioBufferCommittedEvent,
    InputAudioBufferSpeechStartedEvent,
    InputAudioBufferSpeechStoppedEvent,
    RealtimeConversationItemMessageUser,
    ResponseCreatedEvent,
    ResponseCreateEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseMcpCallArgumentsDeltaEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputAudioTranscriptDeltaEvent,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputTextDeltaEvent,
)
from rtmodels.adapters.archive._rows import MessageSource
from rtmodels.adapters.archive._sessions import Session, read_id

SessionHandler: TypeAlias = Callable[[Session, MessageSource, Any], None]


# Turns of the caller


def start_speech(
    session: Session, source: MessageSource, event: InputAudioBufferSpeechStartedEvent
) -> None:
    """Record where the caller's audio begins."""
    item = session.find_item(source, event.item_id)
    item.speech_start_ms = event.audio_start_ms


def stop_speech(
    session: Session, source: MessageSource, event: InputAudioBufferSpeechStoppedEvent
) -> None:
    """Record when, and after how much audio, the caller's turn ended."""
    session.speech_stopped_at = source.received_at
    item = session.find_item(source, event.item_id)
    if item.speech_start_ms is not None:
        length = event.audio_end_ms - item.speech_start_ms
        item.row.audio_seconds = length / 1000


def commit(
    session: Session, source: MessageSource, _: InputAudioBufferCommittedEvent
) -> None:
    """Record when the audio was complete."""
    session.committed_at = source.received_at


def ask(session: Session, source: MessageSource, _: ResponseCreateEvent) -> None:
    """Record when the client asked for an answer."""
    session.asked_at = source.received_at


def type_message(
    session: Session, _: MessageSource, event: ConversationItemCreateEvent
) -> None:
    """Begin the caller's turn anew with a message that the client creates."""
    if isinstance(event.item, RealtimeConversationItemMessageUser):
        session.end_turn()


# Responses


def begin_response(
    session: Session, source: MessageSource, event: ResponseCreatedEvent
) -> None:
    """Take a response in its first state."""
    state = event.response
    response = session.find_response(source, state.id)
    if response.row.created_at is None:
        response.row.created_at = source.received_at
        response.turn_ended_at = session.end_turn()
    response.describe(state)


def take_words(session: Session, source: MessageSource, event: Any) -> None:
    """Take a delta of words, or of arguments."""
    response = session.find_response(source, event.response_id)
    if response.first_token_at is None:
        response.first_token_at = source.received_at


def take_audio(
    session: Session, source: MessageSource, event: ResponseOutputAudioDeltaEvent
) -> None:
    """Take a delta of audio."""
    response = session.find_response(source, event.response_id)
    if event.item_id not in response.sizes:
        session.join_item(source, response, event.item_id)
    response.sizes[event.item_id] += len(event.delta)
    if response.first_audio_at is None:
        response.first_audio_at = source.received_at


def take_item(
    session: Session,
    source: MessageSource,
    event: ResponseOutputItemAddedEvent | ResponseOutputItemDoneEvent,
) -> None:
    """Take an item that a response makes."""
    response = session.find_response(source, event.response_id)
    item_id = read_id(event.item)
    if item_id is not None:
        session.join_item(source, response, item_id).take(event.item)


# Items


def place_item(
    session: Session,
    source: MessageSource,
    event: ConversationItemAddedEvent
    | ConversationItemCreatedEvent
    | ConversationItemDoneEvent,
) -> None:
    """Take an item that is in the conversation."""
    item_id = read_id(event.item)
    if item_id is not None:
        item = session.find_item(source, item_id)
        item.placed = True
        item.take(event.item)


def truncate_item(
    session: Session, source: MessageSource, event: ConversationItemTruncatedEvent
) -> None:
    """Record how much of an answer the caller heard."""
    item = session.find_item(source, event.item_id)
    item.truncated = True
    item.row.audio_seconds = event.audio_end_ms / 1000


def take_transcript(
    session: Session,
    source: MessageSource,
    event: ConversationItemInputAudioTranscriptionCompletedEvent,
) -> None:
    """Take what the caller said, in an item that may not have been announced."""
    item = session.find_item(source, event.item_id)
    item.placed = True
    item.row.type = item.row.type or "message"
    item.row.role = item.row.role or "user"
    item.texts[event.content_index] = event.transcript


HANDLERS: Final[Mapping[type, SessionHandler]] = {
    InputAudioBufferSpeechStartedEvent: start_speech,
    InputAudioBufferSpeechStoppedEvent: stop_speech,
    InputAudioBufferCommittedEvent: commit,
    ResponseCreateEvent: ask,
    ConversationItemCreateEvent: type_message,
    ResponseCreatedEvent: begin_response,
    ResponseOutputTextDeltaEvent: take_words,
    ResponseOutputAudioTranscriptDeltaEvent: take_words,
    ResponseFunctionCallArgumentsDeltaEvent: take_words,
    ResponseMcpCallArgumentsDeltaEvent: take_words,
    ResponseOutputAudioDeltaEvent: take_audio,
    ResponseOutputItemAddedEvent: take_item,
    ResponseOutputItemDoneEvent: take_item,
    ConversationItemAddedEvent: place_item,
    ConversationItemCreatedEvent: place_item,
    ConversationItemDoneEvent: place_item,
    ConversationItemTruncatedEvent: truncate_item,
    ConversationItemInputAudioTranscriptionCompletedEvent: take_transcript,
}
"""What to do with each event that changes no more than its session."""
