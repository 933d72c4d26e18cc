"""Event handlers that update one session; `_tables` handles the other events."""

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
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseCreatedEvent,
    ResponseCreateEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseFunctionCallArgumentsDoneEvent,
    ResponseMcpCallArgumentsDeltaEvent,
    ResponseMcpCallArgumentsDoneEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputAudioDoneEvent,
    ResponseOutputAudioTranscriptDeltaEvent,
    ResponseOutputAudioTranscriptDoneEvent,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputTextDeltaEvent,
    ResponseOutputTextDoneEvent,
)
from rtmodels.adapters.archive._rows import MessageSource
from rtmodels.adapters.archive._sessions import Session, read_id

SessionHandler: TypeAlias = Callable[[Session, MessageSource, Any], None]


# Turns of the caller. The wait for an answer is measured from the end of a turn, which
# different clients signal in different ways: `Session.end_turn` picks the best sign.


def start_speech(
    session: Session, source: MessageSource, event: InputAudioBufferSpeechStartedEvent
) -> None:
    """Record where the caller's speech begins."""
    item = session.find_item(source, event.item_id)
    item.speech_start_ms = event.audio_start_ms


def stop_speech(
    session: Session, source: MessageSource, event: InputAudioBufferSpeechStoppedEvent
) -> None:
    """Record the end of the caller's speech, and its length."""
    session.speech_stopped_at = source.received_at
    item = session.find_item(source, event.item_id)

    # A log that begins in the middle of a turn lacks the start.
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
    """Begin a new turn with a user message that the client creates."""
    # Typed text has no end of speech. Earlier signs belong to an earlier turn, and
    # would make the caller wait far too long.
    if isinstance(event.item, RealtimeConversationItemMessageUser):
        session.end_turn()


# Responses


def begin_response(
    session: Session, source: MessageSource, event: ResponseCreatedEvent
) -> None:
    """Record the first state of a response."""
    state = event.response
    response = session.find_response(source, state.id)

    # A repeated event must neither move the creation nor use up the next turn.
    if response.row.created_at is None:
        response.row.created_at = source.received_at
        response.turn_ended_at = session.end_turn()

    response.describe(state)


def mention(session: Session, source: MessageSource, event: Any) -> None:
    """Record a response of which the log may lack the beginning."""
    session.find_response(source, event.response_id)


def take_words(session: Session, source: MessageSource, event: Any) -> None:
    """Record a delta of text, or of arguments."""
    response = session.find_response(source, event.response_id)
    if response.first_token_at is None:
        response.first_token_at = source.received_at


def take_audio(
    session: Session, source: MessageSource, event: ResponseOutputAudioDeltaEvent
) -> None:
    """Record a delta of audio."""
    response = session.find_response(source, event.response_id)

    # Audio deltas are the bulk of most logs. Only the first one of an item needs the
    # look-up in `join_item`.
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
    """Record an item that a response outputs."""
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
    """Record an item that is part of the conversation."""
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
    """Record the transcript of what the caller said."""
    item = session.find_item(source, event.item_id)

    # Some logs lack the events that announce the item. Only a user message of the
    # conversation is transcribed, so the rest of its row can be inferred.
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
    ResponseOutputTextDoneEvent: mention,
    ResponseOutputAudioDoneEvent: mention,
    ResponseOutputAudioTranscriptDoneEvent: mention,
    ResponseFunctionCallArgumentsDoneEvent: mention,
    ResponseMcpCallArgumentsDoneEvent: mention,
    ResponseContentPartAddedEvent: mention,
    ResponseContentPartDoneEvent: mention,
    ResponseOutputItemAddedEvent: take_item,
    ResponseOutputItemDoneEvent: take_item,
    ConversationItemAddedEvent: place_item,
    ConversationItemCreatedEvent: place_item,
    ConversationItemDoneEvent: place_item,
    ConversationItemTruncatedEvent: truncate_item,
    ConversationItemInputAudioTranscriptionCompletedEvent: take_transcript,
}
"""The handler of each event that updates only its session."""

LIGHT_HANDLERS: Final = (mention, take_audio, take_words)
"""Those that use only the ``response_id``, the ``item_id`` and the length of audio."""
