"""Reads events out of one file, in batches, and can resume behind each."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Self

from rtmodels.adapters._base import MAX_BYTES
from rtmodels.adapters._recordings.found import FoundMessages
from rtmodels.adapters._recordings.reader import (
    CHUNK_SIZE,
    START,
    Position,
    RecordingReader,
)
from rtmodels.adapters.archive._envelope import Envelope
from rtmodels.errors import MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

BATCH_ROWS = 4096
BATCH_BYTES = 16 << 20

_TIME = pa.timestamp("us", tz="UTC")
_SOURCE = [
    pa.field("file", pa.string()),
    pa.field("line", pa.int64()),
    pa.field("received_at", _TIME),
    pa.field("session", pa.string()),
]
RAW_SCHEMA = pa.schema([("source", pa.struct(_SOURCE)), ("message", pa.binary())])
"""The schema of the batches that files are read in."""


class EventFile:
    """One open file of events; iterating over it reads them once.

    It yields batches of `RAW_SCHEMA`, each with the position behind it, where another
    `EventFile` can resume. A batch ends also before an error that is reported.
    """

    def __init__(
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
        """Open *file*, a path or a URL, to read what follows *start*.

        Args:
            file: The file, by the name that goes into the batches.
            start: Where to begin: behind a batch that was read before.
            envelope: Where the records have their events.
            batch_rows: A batch has no more messages.
            batch_bytes: A batch has no more bytes of text, unless a single message has.
            max_bytes: No message may have more bytes.
            report: Takes the errors in place of raising them; the reading resumes
                behind those that are not the end of the file.
            chunk_size: How many bytes of text to look at together.

        Raises:
            OSError: The file cannot be opened.
        """
        self._recording = RecordingReader(
            file, start=start, max_bytes=max_bytes, chunk_size=chunk_size
        )
        self._envelope = envelope
        self._batch_rows = batch_rows
        self._batch_bytes = batch_bytes
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
        self._recording.__exit__(kind, exc, traceback)

    @property
    def length(self) -> int | None:
        """Bytes that the file has on disk; ``None`` if unknown, as for a pipe."""
        return self._recording.length

    @property
    def position(self) -> int:
        """Bytes of the file on disk that have been used up."""
        return self._recording.position

    def __iter__(self) -> Iterator[tuple[pa.RecordBatch, Position]]:
        """Iterate over batches; errors come between those that they are between.

        Raises:
            OSError: The file cannot be read to its end.
            DecodeError: Its contents cannot be; the error says where.
        """
        pending = FoundMessages()
        for found in self._recording:
            if isinstance(found, FoundMessages):
                pending.extend(found)
                yield from map(self._make_batch, self._take_full(pending))
                continue

            yield from map(self._make_batch, pending.take_all())
            if isinstance(found, OSError):
                self._complain(found)
            else:
                self._complain(found.to_error(self._recording.name))
        yield from map(self._make_batch, pending.take_all())

    def _take_full(self, rows: FoundMessages) -> Iterator[FoundMessages]:
        """Remove full batches from *rows*, one after the other."""
        begin = 0
        while count := self._count_full(rows, begin):
            yield rows[begin : begin + count]
            begin += count
        rows.drop(begin)

    def _count_full(self, rows: FoundMessages, begin: int) -> int:
        """Count the messages of a full batch from *begin* on; 0 if they do not fill it.

        It is full if it can take no more, or at least not the message that is next.
        What stands between messages counts as well, so that sizes need not be added up.
        """
        left = len(rows) - begin
        if not left:
            return 0
        limit = rows.ends[begin] - len(rows.messages[begin]) + self._batch_bytes
        fitting = max(1, bisect_right(rows.ends, limit, begin) - begin)
        count = min(fitting, self._batch_rows)
        return count if count < left or count == self._batch_rows else 0

    def _complain(self, error: Exception) -> None:
        """Report *error*, or raise it where nothing takes a report."""
        if self._report is None:
            raise error
        self._report(error)

    def _make_batch(self, rows: FoundMessages) -> tuple[pa.RecordBatch, Position]:
        """Build a batch of *rows*, which may be records, and the position behind it."""
        messages: Iterable[bytes] = rows.messages
        times = pa.nulls(len(rows), _TIME)
        sessions = pa.nulls(len(rows), pa.string())
        if self._envelope is not None:
            opened = map(self._envelope.open, rows.messages)
            messages, received, named = zip(*opened, strict=True)
            times, sessions = pa.array(received, _TIME), pa.array(named, pa.string())

        files = pa.repeat(self._recording.name, len(rows))
        lines = pa.array(rows.lines, pa.int64())
        source = pa.StructArray.from_arrays(
            [files, lines, times, sessions], fields=_SOURCE
        )

        batch = pa.record_batch(
            [source, pa.array(messages, pa.binary())], schema=RAW_SCHEMA
        )
        return batch, Position(rows.ends[-1], rows.lines[-1])
