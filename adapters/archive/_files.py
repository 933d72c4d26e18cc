"""Reads events out of one file, in batches behind which the reading can go on."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Self

from attrs import frozen

from rtmodels.adapters._base import MAX_BYTES
from rtmodels.adapters._session_log import BOM
from rtmodels.adapters.archive._envelope import Envelope
from rtmodels.adapters.archive._found import Rows
from rtmodels.adapters.archive._split import HEAD_SIZE, find_splitter
from rtmodels.adapters.archive._text import Text
from rtmodels.errors import DecodeError, MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

BATCH_ROWS = 4096
BATCH_BYTES = 16 << 20
CHUNK_SIZE = 1 << 20

_TIME = pa.timestamp("us", tz="UTC")
_SOURCE = [
    pa.field("file", pa.string()),
    pa.field("line", pa.int64()),
    pa.field("received_at", _TIME),
    pa.field("session", pa.string()),
]
RAW_SCHEMA = pa.schema([("source", pa.struct(_SOURCE)), ("message", pa.binary())])
"""The schema of the batches that files are read in."""


@frozen
class Position:
    """A place between two messages of a file, which stays valid when it is closed."""

    offset: int = 0
    """Bytes of text before it, decompressed."""

    line: int = 0
    """Lines before it; in an array and in MessagePack, the messages before it."""


START = Position()


class EventFile:
    """One open file of events; iterating over it reads them once.

    It yields batches of `RAW_SCHEMA`, each with the position behind it, where another
    `EventFile` can go on. A batch ends also before whatever is reported.
    """

    def __init__(  # noqa: PLR0913 - each is an option, given by name
        self,
        file: str,
        *,
        start: Position = START,
        envelope: Envelope | None = None,
        batch_rows: int = BATCH_ROWS,
        batch_bytes: int = BATCH_BYTES,
        max_bytes: int = MAX_BYTES,
        report: Callable[[Exception], None] | None = None,
        chunk_size: int = CHUNK_SIZE,
    ) -> None:
        """Open *file*, a path or a URL, to read what is behind *start*.

        Args:
            file: The file, by the name that goes into the batches.
            start: Where to begin: behind a batch that was read before.
            envelope: Where the records have their events.
            batch_rows: A batch has no more messages.
            batch_bytes: A batch has no more bytes of text, unless a single message has.
            max_bytes: No message may have more bytes.
            report: Takes errors behind which the reading goes on; without it, they
                end it as all others do.
            chunk_size: How many bytes of text to look at together.

        Raises:
            OSError: The file cannot be opened.
        """
        self._text = Text(file, chunk_size)
        self._start = start
        self._envelope = envelope
        self._batch_rows = batch_rows
        self._batch_bytes = batch_bytes
        self._max_bytes = max_bytes
        self._report = report

    def __enter__(self) -> Self:
        """Leave the file open until the block ends."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._text.close()

    @property
    def length(self) -> int | None:
        """Bytes that the file has on disk; ``None`` where nobody knows."""
        return self._text.length

    @property
    def position(self) -> int:
        """Bytes of the file on disk that have been used up."""
        return self._text.consumed

    def __iter__(self) -> Iterator[tuple[pa.RecordBatch, Position]]:
        """Read batches; raise the error that ends the reading after the last of them.

        Raises:
            OSError: The file cannot be read to its end.
            DecodeError: Its contents cannot be; the error says where.
        """
        line = self._start.line
        for rows in self._collect():
            line = rows.lines[-1]
            yield self._make_batch(rows), Position(rows.ends[-1], line)
        failure = self._text.failure(max(1, line))
        if failure is not None:
            raise failure

    def _collect(self) -> Iterator[Rows]:
        """Collect messages until they fill a batch."""
        pending = Rows()
        failure: DecodeError | None = None
        try:
            for found in self._split():
                if isinstance(found, Rows):
                    pending.extend(found)
                    yield from self._take_full(pending)
                else:
                    yield from pending.take_all()
                    self._complain(found)
        except DecodeError as exc:
            failure = exc
        yield from pending.take_all()
        if failure is not None:
            raise failure

    def _split(self) -> Iterator[Rows | DecodeError]:
        """Find the messages behind the start."""
        head = self._text.peek(HEAD_SIZE)
        mark = BOM if head.startswith(BOM) else b""
        split = find_splitter(head.removeprefix(mark), self._text)
        offset = max(len(mark), self._start.offset)
        self._text.skip_to(offset, self._start.line)
        yield from split(self._text, self._start.line, self._max_bytes)

    def _take_full(self, rows: Rows) -> Iterator[Rows]:
        """Take full batches out of *rows*."""
        begin = 0
        while count := self._count_full(rows, begin):
            yield rows[begin : begin + count]
            begin += count
        rows.drop(begin)

    def _count_full(self, rows: Rows, begin: int) -> int:
        """Count the messages of a full batch from *begin* on; 0 if they do not fill it.

        It is full if it can take no more, or at least not the message that is next.
        What stands between messages counts as well, so that nobody adds up their sizes.
        """
        left = len(rows) - begin
        if not left:
            return 0
        limit = rows.ends[begin] - len(rows.messages[begin]) + self._batch_bytes
        fitting = max(1, bisect_right(rows.ends, limit, begin) - begin)
        count = min(fitting, self._batch_rows)
        return count if count < left or count == self._batch_rows else 0

    def _complain(self, error: DecodeError) -> None:
        """Report *error*, if somebody wants to know, and raise it if not."""
        if self._report is None:
            raise error
        self._report(error)

    def _make_batch(self, rows: Rows) -> pa.RecordBatch:
        """Make a batch of *rows*, whose events may have to be taken out of records."""
        messages: Iterable[bytes] = rows.messages
        times = pa.nulls(len(rows), _TIME)
        sessions = pa.nulls(len(rows), pa.string())
        if self._envelope is not None:
            opened = map(self._envelope.open, rows.messages)
            messages, received, named = zip(*opened, strict=True)
            times, sessions = pa.array(received, _TIME), pa.array(named, pa.string())
        files = pa.repeat(self._text.name, len(rows))
        lines = pa.array(rows.lines, pa.int64())
        source = pa.StructArray.from_arrays(
            [files, lines, times, sessions], fields=_SOURCE
        )
        return pa.record_batch(
            [source, pa.array(messages, pa.binary())], schema=RAW_SCHEMA
        )
