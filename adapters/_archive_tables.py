"""Sums up the events of an archive as tables: responses, items and errors."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

from attrs import frozen

from rtmodels import (
    ConversationItemAddedEvent,
    ConversationItemCreatedEvent,
    ConversationItemCreateEvent,
    ConversationItemDoneEvent,
    ConversationItemInputAudioTranscriptionCompletedEvent,
    ConversationItemInputAudioTranscriptionFailedEvent,
    ConversationItemTruncatedEvent,
    ErrorEvent,
    InputAudioBufferCommittedEvent,
    InputAudioBufferSpeechStartedEvent,
    InputAudioBufferSpeechStoppedEvent,
    Issue,
    McpListToolsFailedEvent,
    RealtimeClientEvent,
    RealtimeConversationItemMessageUser,
    RealtimeServerEvent,
    ResponseCreatedEvent,
    ResponseCreateEvent,
    ResponseDoneEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseMcpCallArgumentsDeltaEvent,
    ResponseMcpCallFailedEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputAudioTranscriptDeltaEvent,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputTextDeltaEvent,
    SessionCreatedEvent,
    SessionUpdatedEvent,
    SessionUpdateEvent,
)
from rtmodels.adapters._archive_errors import describe_error
from rtmodels.adapters._archive_packing import Rows
from rtmodels.adapters._archive_rows import ErrorRow, ItemRow, ResponseRow
from rtmodels.adapters._archive_sessions import Session, Source, read_text
from rtmodels.errors import MissingDependencyError

try:
    import pyarrow as pa
except ImportError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

Event: TypeAlias = RealtimeClientEvent | RealtimeServerEvent
Handler: TypeAlias = Callable[[Any, Source, Any], None]


@frozen
class Tables:
    """What an archive holds, as three Arrow tables whose columns are always the same.

    No price is built in. To know what the responses cost, join a table of your own::

        import pyarrow as pa
        import pyarrow.compute as pc

        prices = pa.table(  # dollars for a million tokens
            {"model": ["gpt-realtime"], "input_price": [4.0], "output_price": [16.0]}
        )
        priced = tables.responses.join(prices, keys="model")
        taken = pc.multiply(priced["input_tokens"], priced["input_price"])
        made = pc.multiply(priced["output_tokens"], priced["output_price"])
        cost = pc.divide(pc.add(taken, made), 1_000_000)
        priced = priced.append_column("cost", cost)
    """

    responses: pa.Table
    """A row for each response, with the columns that `ResponseRow` explains.

    They come in the order in which they ended; those that never did come last.
    """

    items: pa.Table
    """A row for each item of a conversation, with the columns of `ItemRow`."""

    errors: pa.Table
    """A row for each thing that went wrong, with the columns of `ErrorRow`."""


class Tabulator:
    """Sums up events, whatever their order and number; it holds only rows.

    Events belong to one session if they have the same key, in whatever files they are.
    Without a key they do if they are in the same file; there, ``session.created`` ends
    the session before, and so does ``session.updated`` with another id.
    """

    def __init__(self) -> None:
        """Begin with empty tables."""
        self._by_key: dict[str | None, Session] = {}
        self._by_file: dict[str | None, Session] = {}
        self._responses = Rows(ResponseRow)
        self._items = Rows(ItemRow)
        self._errors = Rows(ErrorRow)

    def add(self, source: Source, event: Event) -> None:
        """Take the *event* from *source*."""
        handler = self._handlers.get(event.__class__)
        if handler is not None:
            handler(self, source, event)

    def skip(self, source: Source, issues: Sequence[Issue]) -> None:
        """Take the message from *source*, which has *issues* and could not be decoded.

        The first of them gets into the table.
        """
        row = ErrorRow(kind="undecodable")
        if issues:
            issue = issues[0]
            row.path = issue.path
            row.message = f"expected {issue.expected}, got {issue.got}"
        self._add_error(source, row)

    def tables(self) -> Tables:
        """Give the tables as they are by now."""
        responses: list[ResponseRow] = []
        items: list[ItemRow] = []
        for session in (*self._by_file.values(), *self._by_key.values()):
            more_responses, more_items = session.settle()
            responses += more_responses
            items += more_items
        return Tables(
            self._responses.to_table(responses),
            self._items.to_table(items),
            self._errors.to_table(),
        )

    # Sessions

    def _find(self, source: Source) -> Session:
        """Give the session that *source* is part of, which may be new."""
        key = source.session
        sessions, name = (
            (self._by_file, source.file) if key is None else (self._by_key, key)
        )
        session = sessions.get(name)
        if session is None:
            session = sessions[name] = Session(key)
        return session

    def _begin_session(self, source: Source, event: SessionCreatedEvent) -> None:
        """Begin a session, unless only its client was heard so far."""
        if self._find(source).has_begun:
            self._end_session(source)
        self._find(source).follow(event.session)

    def _end_session(self, source: Source) -> None:
        """Hold the session no longer, and begin anew."""
        responses, items = self._find(source).settle()
        for response in responses:
            self._responses.add(response)
        for item in items:
            self._items.add(item)
        if source.session is None:
            del self._by_file[source.file]
        else:
            del self._by_key[source.session]

    def _update_session(
        self, source: Source, event: SessionUpdatedEvent | SessionUpdateEvent
    ) -> None:
        """Follow the settings; another id than before is another session."""
        known, id_ = self._find(source).id, getattr(event.session, "id", None)
        if known is not None and id_ not in (None, known):
            self._end_session(source)
        self._find(source).follow(event.session)

    # Turns of the caller

    def _start_speech(
        self, source: Source, event: InputAudioBufferSpeechStartedEvent
    ) -> None:
        """Note where the caller's audio begins."""
        item = self._find(source).find_item(source, event.item_id)
        item.speech_start_ms = event.audio_start_ms

    def _stop_speech(
        self, source: Source, event: InputAudioBufferSpeechStoppedEvent
    ) -> None:
        """Note when, and after how much audio, the caller's turn ended."""
        session = self._find(source)
        session.speech_stopped_at = source.received_at
        item = session.find_item(source, event.item_id)
        if item.speech_start_ms is not None:
            length = event.audio_end_ms - item.speech_start_ms
            item.row.audio_seconds = length / 1000

    def _commit(self, source: Source, _: InputAudioBufferCommittedEvent) -> None:
        """Note when the audio was complete."""
        self._find(source).committed_at = source.received_at

    def _ask(self, source: Source, _: ResponseCreateEvent) -> None:
        """Note when the client asked for an answer."""
        self._find(source).asked_at = source.received_at

    def _type(self, source: Source, event: ConversationItemCreateEvent) -> None:
        """Forget what the caller said before a message that the client creates."""
        if isinstance(event.item, RealtimeConversationItemMessageUser):
            session = self._find(source)
            session.speech_stopped_at = session.committed_at = None

    # Responses

    def _begin_response(self, source: Source, event: ResponseCreatedEvent) -> None:
        """Take a response in its first state."""
        session, said = self._find(source), event.response
        response = session.find_response(source, said.id)
        if response.row.created_at is None:
            response.row.created_at = source.received_at
            response.turn_ended_at = session.end_turn()
        response.describe(said)

    def _take_words(self, source: Source, event: Any) -> None:
        """Take a delta of words, or of arguments."""
        response = self._find(source).find_response(source, event.response_id)
        if response.first_token_at is None:
            response.first_token_at = source.received_at

    def _take_audio(self, source: Source, event: ResponseOutputAudioDeltaEvent) -> None:
        """Take a delta of audio."""
        session = self._find(source)
        response = session.find_response(source, event.response_id)
        if event.item_id not in response.sizes:
            session.join_item(source, response, event.item_id)
        response.sizes[event.item_id] += len(event.delta)
        if response.first_audio_at is None:
            response.first_audio_at = source.received_at

    def _take_item(
        self,
        source: Source,
        event: ResponseOutputItemAddedEvent | ResponseOutputItemDoneEvent,
    ) -> None:
        """Take an item that a response makes."""
        session = self._find(source)
        response = session.find_response(source, event.response_id)
        item_id = read_text(event.item, "id")
        if item_id is not None:
            session.join_item(source, response, item_id).take(event.item)

    def _finish_response(self, source: Source, event: ResponseDoneEvent) -> None:
        """Take a response in its final state."""
        session, said = self._find(source), event.response
        if said.id in session.over:
            return
        response = session.find_response(source, said.id)
        response.row.ended_at = source.received_at
        response.finish(said)
        for item in said.output or ():
            item_id = read_text(item, "id")
            if item_id is not None:
                found = session.join_item(source, response, item_id)
                found.placed = found.placed or said.conversation_id is not None
                found.take(item)
        self._responses.add(response.settle(session.items))
        session.close_response(said.id)
        self._report(source, event)

    # Items

    def _place_item(
        self,
        source: Source,
        event: ConversationItemAddedEvent
        | ConversationItemCreatedEvent
        | ConversationItemDoneEvent,
    ) -> None:
        """Take an item that is in the conversation."""
        item_id = read_text(event.item, "id")
        if item_id is not None:
            item = self._find(source).find_item(source, item_id)
            item.placed = True
            item.take(event.item)

    def _truncate_item(
        self, source: Source, event: ConversationItemTruncatedEvent
    ) -> None:
        """Note how much of an answer the caller heard."""
        item = self._find(source).find_item(source, event.item_id)
        item.truncated = True
        item.row.audio_seconds = event.audio_end_ms / 1000

    def _take_transcript(
        self,
        source: Source,
        event: ConversationItemInputAudioTranscriptionCompletedEvent,
    ) -> None:
        """Take what the caller said, in an item that may not have been announced."""
        item = self._find(source).find_item(source, event.item_id)
        item.placed = True
        item.row.type = item.row.type or "message"
        item.row.role = item.row.role or "user"
        item.texts[event.content_index] = event.transcript

    # Errors

    def _report(self, source: Source, event: Event) -> None:
        """Take an event that may be about something that went wrong."""
        row = describe_error(event)
        if row is not None:
            self._add_error(source, row)

    def _add_error(self, source: Source, row: ErrorRow) -> None:
        """Add *row*, and say in it where it is from."""
        row.file, row.line = source.file, source.line
        row.session = self._find(source).name
        row.received_at = source.received_at
        self._errors.add(row)

    _handlers: ClassVar[Mapping[type, Handler]] = {
        SessionCreatedEvent: _begin_session,
        SessionUpdatedEvent: _update_session,
        SessionUpdateEvent: _update_session,
        InputAudioBufferSpeechStartedEvent: _start_speech,
        InputAudioBufferSpeechStoppedEvent: _stop_speech,
        InputAudioBufferCommittedEvent: _commit,
        ResponseCreateEvent: _ask,
        ConversationItemCreateEvent: _type,
        ResponseCreatedEvent: _begin_response,
        ResponseOutputTextDeltaEvent: _take_words,
        ResponseOutputAudioTranscriptDeltaEvent: _take_words,
        ResponseFunctionCallArgumentsDeltaEvent: _take_words,
        ResponseMcpCallArgumentsDeltaEvent: _take_words,
        ResponseOutputAudioDeltaEvent: _take_audio,
        ResponseOutputItemAddedEvent: _take_item,
        ResponseOutputItemDoneEvent: _take_item,
        ResponseDoneEvent: _finish_response,
        ConversationItemAddedEvent: _place_item,
        ConversationItemCreatedEvent: _place_item,
        ConversationItemDoneEvent: _place_item,
        ConversationItemTruncatedEvent: _truncate_item,
        ConversationItemInputAudioTranscriptionCompletedEvent: _take_transcript,
        ConversationItemInputAudioTranscriptionFailedEvent: _report,
        ErrorEvent: _report,
        ResponseMcpCallFailedEvent: _report,
        McpListToolsFailedEvent: _report,
    }
    """What to do with each event; those of other classes change no row."""
