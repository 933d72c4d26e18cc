"""Tables that sum up the events of an archive: responses, items and errors."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

from attrs import frozen

from rtmodels import (
    Issue,
    ResponseDoneEvent,
    SessionCreatedEvent,
    SessionUpdatedEvent,
    SessionUpdateEvent,
)
from rtmodels.adapters._recordings.events import Event, starts_session
from rtmodels.adapters.archive._errors import DESCRIBERS, describe_repeat
from rtmodels.adapters.archive._events import HANDLERS
from rtmodels.adapters.archive._packing import TableRows
from rtmodels.adapters.archive._rows import (
    ErrorRow,
    ItemRow,
    MessageSource,
    ResponseRow,
)
from rtmodels.adapters.archive._sessions import Session, read_id
from rtmodels.errors import MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

TableHandler: TypeAlias = Callable[[Any, MessageSource, Any], None]


@frozen
class Tables:
    """The contents of an archive as three Arrow tables with fixed columns.

    Prices are not built in. To compute what the responses cost, join your own table::

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
    """A row for each response, with the columns of `ResponseRow`.

    Rows are in the order in which the responses ended; those that never ended are last.
    """

    items: pa.Table
    """A row for each item of a conversation, with the columns of `ItemRow`.

    The rows of a session are adjacent, in the order in which items were first named.
    """

    errors: pa.Table
    """A row for each error, with the columns of `ErrorRow`."""


class Tabulator:
    """The tables while they grow, event by event; no event is kept.

    Events with the same key belong to one session, in one file or in several. Events
    without a key belong to one session if they are in the same file. In both cases,
    ``session.created`` ends the session before it, and so does ``session.updated`` with
    a new id.
    """

    def __init__(self) -> None:
        """Create empty tables."""
        # Two registries, since a key may be equal to the name of a file.
        self._by_key: dict[str, Session] = {}
        self._by_file: dict[str | None, Session] = {}
        self._responses = TableRows(ResponseRow)
        self._items = TableRows(ItemRow)
        self._errors = TableRows(ErrorRow)

    def add(self, source: MessageSource, event: Event) -> None:
        """Add the *event* from *source*."""
        change = HANDLERS.get(event.__class__)
        if change is not None:
            change(self._find(source), source, event)
            return

        handler = self._handlers.get(event.__class__)
        if handler is not None:
            handler(self, source, event)

    def skip(self, source: MessageSource, issues: Sequence[Issue]) -> None:
        """Record that the message from *source* could not be decoded.

        Only the first of its *issues* is kept.
        """
        row = ErrorRow(kind="undecodable")
        if issues:
            issue = issues[0]
            row.path = issue.path
            row.message = f"expected {issue.expected}, got {issue.got}"
        self._add_error(source, row)

    def tables(self) -> Tables:
        """Return the tables of the events added so far."""
        responses: list[ResponseRow] = []
        items: list[ItemRow] = []

        # Open sessions are read and not ended, so that events can still be added.
        for session in (*self._by_file.values(), *self._by_key.values()):
            more_responses, more_items = session.to_rows()
            responses += more_responses
            items += more_items

        return Tables(
            self._responses.to_table(responses),
            self._items.to_table(items),
            self._errors.to_table(),
        )

    # Sessions

    def _find(self, source: MessageSource) -> Session:
        """Return the session that *source* belongs to, and create it if it is new."""
        key = source.session
        if key is None:
            session = self._by_file.get(source.file)
        else:
            session = self._by_key.get(key)
        return self._open_session(source) if session is None else session

    def _open_session(self, source: MessageSource) -> Session:
        """Create a session, and make it the current one of *source*."""
        session = Session(source.session)
        if source.session is None:
            self._by_file[source.file] = session
        else:
            self._by_key[source.session] = session
        return session

    def _end_session(self, source: MessageSource) -> None:
        """Complete the rows of a session, and start a new one."""
        responses, items = self._find(source).to_rows()
        for response in responses:
            self._responses.add(response)
        for item in items:
            self._items.add(item)
        self._open_session(source)

    def _follow_session(
        self,
        source: MessageSource,
        event: SessionCreatedEvent | SessionUpdatedEvent | SessionUpdateEvent,
    ) -> None:
        """Record the settings of a session, which may be a new one."""
        session = self._find(source)
        if starts_session(event, session.id, has_begun=session.has_begun):
            self._end_session(source)
        self._find(source).follow(event.session)

    def _finish_response(self, source: MessageSource, event: ResponseDoneEvent) -> None:
        """Complete the row of a response that has ended."""
        # A log that was written twice must not count its tokens twice.
        session, final = self._find(source), event.response
        if final.id in session.over:
            self._add_error(source, describe_repeat(event))
            return

        response = session.find_response(source, final.id)
        response.row.ended_at = source.received_at
        response.finish(final)

        for item in final.output or ():
            item_id = read_id(item)
            if item_id is not None:
                found = session.join_item(source, response, item_id)
                found.placed = found.placed or response.row.conversation_id is not None
                found.take(item)

        self._responses.add(response.to_row(session.items))
        session.close_response(final.id)
        self._report(source, event)

    # Errors

    def _report(self, source: MessageSource, event: Event) -> None:
        """Add a row for *event* if it describes an error."""
        row = DESCRIBERS[event.__class__](event)
        if row is not None:
            self._add_error(source, row)

    def _add_error(self, source: MessageSource, row: ErrorRow) -> None:
        """Add *row* with its source."""
        row.file, row.line = source.file, source.line
        row.session = self._find(source).name
        row.received_at = source.received_at
        self._errors.add(row)

    _handlers: ClassVar[Mapping[type, TableHandler]] = {
        **dict.fromkeys(DESCRIBERS, _report),
        SessionCreatedEvent: _follow_session,
        SessionUpdatedEvent: _follow_session,
        SessionUpdateEvent: _follow_session,
        ResponseDoneEvent: _finish_response,
    }
    """The handler of each event that starts or ends something, or is an error."""
