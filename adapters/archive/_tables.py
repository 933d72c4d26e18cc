"""Tables that sum up the events of an archive: responses, items, errors and more."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

from attrs import frozen

from rtmodels import (
    Issue,
    ResponseDoneEvent,
    SessionCreatedEvent,
    SessionUpdatedEvent,
    SessionUpdateEvent,
    TokenUsage,
)
from rtmodels.adapters._recordings.events import Event, starts_session
from rtmodels.adapters._recordings.protocols import (
    load_protocol,
)
from rtmodels.adapters.archive._errors import (
    DESCRIBERS,
    describe_issues,
    describe_repeat,
)
from rtmodels.adapters.archive._events import HANDLERS, SessionHandler
from rtmodels.adapters.archive._packing import TableRows
from rtmodels.adapters.archive._periods import Period, sum_up
from rtmodels.adapters.archive._rows import (
    DelegationRow,
    ErrorRow,
    EventRow,
    ItemRow,
    MessageSource,
    ResponseRow,
    SessionRow,
)
from rtmodels.adapters.archive._sessions import Session, read_id
from rtmodels.adapters.archive._usage import add_usage
from rtmodels.errors import MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

REALTIME = load_protocol("realtime")

TableHandler: TypeAlias = Callable[[Any, MessageSource, Any], None]
"""Adds an event from a source to the tables of a tabulator."""


@frozen
class Tables:
    """The contents of an archive as Arrow tables with fixed columns.

    The last three have rows for the Live API only. Its turns are among the items.

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

    sessions: pa.Table
    """A row for each session of the Live API, with the columns of `SessionRow`."""

    delegations: pa.Table
    """A row for each task that a Live model has delegated, as `DelegationRow` says."""

    events: pa.Table
    """A row for each type of event in each Live session, as `EventRow` says."""

    def per(self, period: Period) -> pa.Table:
        """Return a table with a row for each hour or day, with columns of `PeriodRow`.

        Rows are in order of time, UTC. Hours and days without any event in a table have
        no row. What has no time is counted in a last row, whose ``start`` is null.

        Args:
            period: ``hour`` or ``day``.

        Raises:
            ValueError: The events have no times: read them with a *time_key*.
        """
        return sum_up(self.responses, self.items, self.errors, period)

    def usage(self) -> TokenUsage:
        """Return what the responses used, added up.

        Transcriptions are not in the tables, so they are not counted. For a part of the
        archive, filter the responses first: ``evolve(tables, responses=part).usage()``.
        """
        return add_usage(self.responses)


class Rows:
    """The rows of all tables while they grow."""

    def __init__(self) -> None:
        """Create empty tables."""
        self.of = {row: TableRows(row) for row in ROWS.values()}
        """The rows of each class."""

    def add(self, row: Any) -> None:
        """Append *row*, which must not change afterwards."""
        self.of[row.__class__].add(row)

    def to_tables(self, unfinished: Iterable[Any] = ()) -> Tables:
        """Return the rows added so far, followed by the *unfinished* ones."""
        rest: dict[type, list[Any]] = {row: [] for row in self.of}
        for row in unfinished:
            rest[row.__class__].append(row)
        return Tables(
            **{name: self.of[row].to_table(rest[row]) for name, row in ROWS.items()}
        )


ROWS: Mapping[str, type[Any]] = {
    "responses": ResponseRow,
    "items": ItemRow,
    "errors": ErrorRow,
    "sessions": SessionRow,
    "delegations": DelegationRow,
    "events": EventRow,
}
"""The class of the rows of each table."""


def _in_session(change: SessionHandler) -> TableHandler:
    """Return the function that calls *change* with the session of an event."""

    def handle(tabulator: "Tabulator", source: MessageSource, event: Any) -> None:
        change(tabulator.find_session(source), source, event)

    return handle


class Tabulator:
    """The tables of the Realtime API while they grow; no event is kept.

    Events with the same key belong to one session, in one file or in several. Events
    without a key belong to one session if they are in the same file. In both cases,
    ``session.created`` ends the session before it, and so does ``session.updated`` with
    a new id.
    """

    def __init__(self, rows: Rows | None = None) -> None:
        """Add to *rows*; by default, to empty tables."""
        # Two registries, since a key may be equal to the name of a file.
        self._by_key: dict[str, Session] = {}
        self._by_file: dict[str | None, Session] = {}
        self._rows = Rows() if rows is None else rows

    def add(self, source: MessageSource, event: Event) -> None:
        """Add the *event* from *source*."""
        handler = self.find_handler(event.__class__)
        if handler is not None:
            handler(self, source, event)

    @classmethod
    def find_handler(cls, kind: type) -> TableHandler | None:
        """Return the function that `add` calls for events of a class, if any."""
        return cls._handlers.get(kind)

    def skip(self, source: MessageSource, issues: Sequence[Issue]) -> None:
        """Record that the message from *source* could not be decoded.

        Only the first of its *issues* is kept.
        """
        self._add_error(source, describe_issues(issues))

    def tables(self) -> Tables:
        """Return the tables of the events added so far."""
        return self._rows.to_tables(self.list_unfinished())

    def list_unfinished(self) -> list[ResponseRow | ItemRow]:
        """Return the rows of what has not ended, as far as known."""
        # Open sessions are read and not ended, so that events can still be added.
        rows: list[ResponseRow | ItemRow] = []
        for session in (*self._by_file.values(), *self._by_key.values()):
            responses, items = session.to_rows()
            rows += [*responses, *items]
        return rows

    # Sessions

    def find_session(self, source: MessageSource) -> Session:
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
        responses, items = self.find_session(source).to_rows()
        for row in (*responses, *items):
            self._rows.add(row)
        self._open_session(source)

    def _follow_session(
        self,
        source: MessageSource,
        event: SessionCreatedEvent | SessionUpdatedEvent | SessionUpdateEvent,
    ) -> None:
        """Record the settings of a session, which may be a new one."""
        session = self.find_session(source)
        if starts_session(event, REALTIME, session.id, has_begun=session.has_begun):
            self._end_session(source)
        self.find_session(source).follow(event.session)

    def _finish_response(self, source: MessageSource, event: ResponseDoneEvent) -> None:
        """Complete the row of a response that has ended."""
        # A log that was written twice must not count its tokens twice.
        session, final = self.find_session(source), event.response
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

        self._rows.add(response.to_row(session.items))
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
        row.session = self.find_session(source).name
        row.received_at = source.received_at
        self._rows.add(row)

    _handlers: ClassVar[Mapping[type, TableHandler]] = {
        **{cls: _in_session(change) for cls, change in HANDLERS.items()},
        **dict.fromkeys(DESCRIBERS, _report),
        SessionCreatedEvent: _follow_session,
        SessionUpdatedEvent: _follow_session,
        SessionUpdateEvent: _follow_session,
        ResponseDoneEvent: _finish_response,
    }
    """The handler of each event that the tables need."""
