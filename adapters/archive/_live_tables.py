"""The tables of the Live API: sessions, turns, delegated tasks and errors."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final, TypeAlias

from attrs import define, field

from rtmodels import (
    Issue,
    LiveAccumulator,
    LiveDecisionEvent,
    LiveDelegatedTask,
    LiveDelegationCreated,
    LiveErrorEvent,
    LiveInputTranscriptDelta,
    LiveOutputTranscriptDelta,
    LiveResponseEvent,
    LiveSessionClosed,
    LiveSessionUsage,
    LiveSessionUsageUpdated,
    LiveTransportFailed,
    LiveTurn,
    Unknown,
)
from rtmodels.adapters._recordings.events import (
    read_audio_setting,
    read_settings,
    starts_session,
)
from rtmodels.adapters._recordings.protocols import (
    load_protocol,
)
from rtmodels.adapters._recordings.session import RecordedSession
from rtmodels.adapters.archive._errors import describe_issues
from rtmodels.adapters.archive._rows import (
    DelegationRow,
    ErrorRow,
    EventRow,
    ItemRow,
    MessageSource,
    SessionRow,
)
from rtmodels.adapters.archive._tables import Rows, TableHandler

LIVE = load_protocol("live")

MAX_OPEN = 500
"""Maximum number of delegated tasks of a session that may still change."""

FAILURES = {"failed", "incomplete"}
"""The statuses of delegated tasks that are errors."""

TaskEvent: TypeAlias = LiveDelegationCreated | LiveDecisionEvent | LiveResponseEvent
"""An event about a delegated task."""

SessionHandler: TypeAlias = Callable[[Any, MessageSource, Any], None]


@define(eq=False)
class LiveSession:
    """The state of one session, and its rows."""

    row: SessionRow

    state: RecordedSession = field(factory=RecordedSession)
    """Its settings and its usage."""

    accumulator: LiveAccumulator = field(factory=lambda: LiveAccumulator(audio=False))
    """Its turns and its delegated tasks."""

    counts: dict[str, int] = field(factory=dict)
    """Number of events by type."""

    unmeasured: set[str] = field(factory=set)
    """The columns of the lengths that are not known in full."""

    turn: ItemRow | None = None
    """The row of the turn that still grows, without its text."""

    items: list[ItemRow] = field(factory=list)
    """The rows of the turns that have ended."""

    tasks: dict[str, DelegationRow] = field(factory=dict)
    """The rows of the delegated tasks that may still change."""

    done: list[DelegationRow] = field(factory=list)
    """The rows of all others."""

    @property
    def name(self) -> str | None:
        """Its name in the tables."""
        return self.row.session or self.state.id

    @property
    def has_begun(self) -> bool:
        """Whether the server has sent any event of it."""
        return not LIVE.server_types.isdisjoint(self.counts.keys() - LIVE.client_types)

    def add(self, source: MessageSource, event: Any) -> None:
        """Add the *event* from *source*."""
        if self.row.line is None:
            self.row.file, self.row.line = source.file, source.line
        if self.row.started_at is None:
            self.row.started_at = source.received_at

        self.counts[event.type] = self.counts.get(event.type, 0) + 1
        self.state.follow(event, LIVE)
        self._take_settings(read_settings(event, LIVE))
        self._measure(event)

        self.accumulator.feed(event)
        handler = self._handlers.get(event.__class__)
        if handler is not None:
            handler(self, source, event)

    def _take_settings(self, settings: Any) -> None:
        """Record the model and the voice in *settings*, if there are any."""
        self.row.model = getattr(settings, "model", None) or self.row.model
        voice = read_audio_setting(settings, "output", "voice")
        # A custom voice is an object with an id.
        self.row.voice = getattr(voice, "id", voice) or self.row.voice

    def _measure(self, event: Any) -> None:
        """Add the length of the audio in *event*, if it has any."""
        sound = LIVE.sounds.get(event.type)
        if sound is None:
            return

        column = f"{sound.way}_audio_seconds"
        rate = self.state.find_rate(event, sound.way, LIVE)
        known = getattr(self.row, column)
        if rate is None:
            self.unmeasured.add(column)
        else:
            length = len(getattr(event, sound.key)) / rate
            setattr(self.row, column, (known or 0.0) + length)

    def _take_words(
        self,
        source: MessageSource,
        event: LiveInputTranscriptDelta | LiveOutputTranscriptDelta,
    ) -> None:
        """Record where a turn begins, and that the one before has ended."""
        self._end_turns()
        if self.turn is None and event.delta:
            self.turn = ItemRow(
                file=source.file, line=source.line, received_at=source.received_at
            )

    def _end_turns(self) -> None:
        """Complete the rows of the turns that have ended."""
        for turn in self.accumulator.pop_turns():
            if self.turn is not None:
                self.items.append(_fill_turn(self.turn, turn))
            self.turn = None

    def _follow_task(self, source: MessageSource, event: TaskEvent) -> None:
        """Record where a delegated task begins."""
        match event:
            case LiveDelegationCreated():
                id_: object = event.delegation.id
            case _:
                id_ = event.delegation_id
        if not isinstance(id_, str) or id_ in self.tasks:
            return

        self.tasks[id_] = DelegationRow(
            file=source.file, line=source.line, received_at=source.received_at
        )
        # The accumulator keeps a limited number, and a log may have any.
        if len(self.tasks) > MAX_OPEN:
            oldest = next(iter(self.tasks))
            task = self.accumulator.pop_delegation(oldest)
            self.done.append(_fill_task(self.tasks.pop(oldest), task))

    def _report_usage(self, _: MessageSource, event: LiveSessionUsageUpdated) -> None:
        """Record how full the context is."""
        if event.context_window is not None:
            self.row.context_ratio = event.context_window.usage_ratio

    def _close(self, source: MessageSource, event: LiveSessionClosed) -> None:
        """Record the end of the session."""
        self._end_turns()
        self.row.ended_at = source.received_at
        self.row.reason = event.reason

    _handlers: ClassVar[Mapping[type, SessionHandler]] = {
        LiveInputTranscriptDelta: _take_words,
        LiveOutputTranscriptDelta: _take_words,
        LiveDelegationCreated: _follow_task,
        LiveDecisionEvent: _follow_task,
        LiveResponseEvent: _follow_task,
        LiveSessionUsageUpdated: _report_usage,
        LiveSessionClosed: _close,
    }
    """The handler of each event whose place or time is in a row."""

    def list_rows(self) -> Iterator[Any]:
        """Iterate over the rows of the session as far as known."""
        row, usage = self.row, self.state.usage
        row.session, row.session_id = self.name, self.state.id
        if isinstance(usage, LiveSessionUsage):
            row.seconds = usage.seconds
            row.active_seconds = usage.active_seconds
            row.paused_seconds = usage.paused_seconds
        for column in self.unmeasured:
            setattr(row, column, None)
        yield row

        growing = self.accumulator.turn
        if self.turn is not None and growing is not None:
            _fill_turn(self.turn, growing)
        for id_, task in self.tasks.items():
            _fill_task(task, self.accumulator.delegation(id_))

        tasks: list[DelegationRow] = [*self.done, *self.tasks.values()]
        turns: list[ItemRow] = [
            *self.items,
            *([] if self.turn is None else [self.turn]),
        ]
        failures = [_describe_task(task) for task in tasks if task.status in FAILURES]
        parts: list[ItemRow | DelegationRow | ErrorRow] = [*turns, *tasks, *failures]
        for part in parts:
            part.session = self.name
            yield part

        for type_, count in self.counts.items():
            yield EventRow(file=row.file, session=self.name, type=type_, count=count)


def _fill_turn(row: ItemRow, turn: LiveTurn) -> ItemRow:
    """Complete *row* with what was said in *turn*, and return it."""
    row.type, row.role, row.text = "message", turn.role, turn.transcript
    row.audio_seconds = (turn.end_ms - turn.start_ms) / 1000
    return row


def _fill_task(row: DelegationRow, task: LiveDelegatedTask | None) -> DelegationRow:
    """Complete *row* with what is known of *task*, and return it."""
    if task is not None:
        row.delegation_id, row.target = task.id, task.target
        row.offset_ms, row.response_id = task.offset_ms, task.response_id
        row.status, row.text = task.status, task.text or None
    return row


def _describe_task(task: DelegationRow) -> ErrorRow:
    """Build the row of a delegated task that failed or is incomplete."""
    return ErrorRow(
        kind=f"delegation_{task.status}",
        file=task.file,
        line=task.line,
        received_at=task.received_at,
        response_id=task.response_id,
    )


def _describe_error(event: LiveErrorEvent) -> ErrorRow:
    """Build the row of an ``error`` event."""
    error = event.error
    return ErrorRow(
        kind="error",
        code=error.code or None,
        type=error.type,
        message=error.message,
        param=error.param or None,
        event_id=error.client_event_id or event.client_event_id or None,
    )


def _describe_call(event: LiveTransportFailed) -> ErrorRow:
    """Build the row of a call that could not be made."""
    error = event.error
    return ErrorRow(
        kind="transport_failed",
        code=error.code,
        type=error.type,
        message=error.message,
        param=error.param or None,
    )


DESCRIBERS: Final[Mapping[type, Callable[[Any], ErrorRow]]] = {
    LiveErrorEvent: _describe_error,
    LiveTransportFailed: _describe_call,
}
"""The function that builds the row of each event that is an error."""


class LiveTabulator:
    """The tables of the Live API while they grow; no event is kept.

    Sessions are told apart as those of the Realtime API are: see `Tabulator`.
    """

    def __init__(self, rows: Rows) -> None:
        """Add to *rows*."""
        self._rows = rows
        self._open: dict[tuple[bool, str | None], LiveSession] = {}

    @classmethod
    def find_handler(cls, _: type) -> TableHandler:
        """Return `add`, which counts events of every class."""
        return cls.add

    def add(self, source: MessageSource, event: Any) -> None:
        """Add the *event* from *source*."""
        session = self._find(source)
        if isinstance(event, Unknown):
            return

        known = session.state.id
        if starts_session(event, LIVE, known, has_begun=session.has_begun):
            for row in session.list_rows():
                self._rows.add(row)
            session = self._begin(source)

        session.add(source, event)
        describe = DESCRIBERS.get(event.__class__)
        if describe is not None:
            self._add_error(source, describe(event))

    def skip(self, source: MessageSource, issues: Sequence[Issue]) -> None:
        """Record that the message from *source* could not be decoded."""
        self._add_error(source, describe_issues(issues))

    def list_unfinished(self) -> list[Any]:
        """Return the rows of the sessions that are open, as far as known."""
        sessions = self._open.values()
        return [row for each in sessions if each.counts for row in each.list_rows()]

    def _find(self, source: MessageSource) -> LiveSession:
        """Return the session that *source* belongs to, and create it if it is new."""
        session = self._open.get(_locate(source))
        return self._begin(source) if session is None else session

    def _begin(self, source: MessageSource) -> LiveSession:
        """Create a session, and make it the current one of *source*."""
        session = LiveSession(SessionRow(session=source.session))
        self._open[_locate(source)] = session
        return session

    def _add_error(self, source: MessageSource, row: ErrorRow) -> None:
        """Add *row* with its source."""
        row.file, row.line = source.file, source.line
        row.session = self._find(source).name
        row.received_at = source.received_at
        self._rows.add(row)


def _locate(source: MessageSource) -> tuple[bool, str | None]:
    """Return what all messages of a session have in common."""
    # A key may be equal to the name of a file.
    has_key = source.session is not None
    return has_key, source.session if has_key else source.file
