"""Reader for one file of events, in batches; reading can resume after each of them."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, Self

from attrs import frozen

from rtmodels.adapters._base import MAX_BYTES
from rtmodels.adapters._recordings.envelope import Envelope
from rtmodels.adapters._recordings.found import FoundMessages
from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters._recordings.protocol import (
    Protocol,
)
from rtmodels.adapters._recordings.reader import (
    CHUNK_SIZE,
    START,
    Position,
    RecordingReader,
)
from rtmodels.adapters._recordings.times import Instant
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
"""The schema of batches of raw messages."""


@frozen
class RawMessages:
    """Messages, and where each is from."""

    messages: list[Any]
    """The bytes of each; ``None`` for a row of Parquet that has none."""

    source: pa.StructArray
    """The source of each."""

    size: int
    """Bytes of the messages, in all."""

    def __len__(self) -> int:
        """Return the number of messages."""
        return len(self.messages)


class EventFile:
    """One open file of events, which can be iterated over once.

    It yields batches of `RAW_SCHEMA`, each with the position after it, where another
    `EventFile` can resume. A reported error also ends a batch.
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
        descriptor: int | None = None,
        options: ReadOptions | None = None,
    ) -> None:
        """Open *file*, a path or a URL, to read the messages after *start*.

        Args:
            file: The file; the batches hold this name.
            start: Where to begin: the position after a batch read earlier.
            envelope: Where the event is in each record of the log; None if the records
                are the events themselves.
            batch_rows: Maximum number of messages in a batch.
            batch_bytes: Maximum bytes of text in a batch; only a single message may
                exceed it.
            max_bytes: Maximum bytes of a message.
            report: Called with each error instead of raising it. Reading resumes
                after the error, unless nothing after it can be read.
            chunk_size: How many bytes of text to scan at once.
            descriptor: As for `RecordingReader`.
            options: As for `RecordingReader`.

        Raises:
            OSError: The file cannot be opened.
        """
        self._recording = RecordingReader(
            file,
            start=start,
            max_bytes=max_bytes,
            chunk_size=chunk_size,
            descriptor=descriptor,
            options=options,
        )
        self._envelope = envelope
        self._batch_rows = batch_rows
        self._batch_bytes = batch_bytes
        self._report = report

    def __enter__(self) -> Self:
        """Return the open file."""
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
    def protocol(self) -> Protocol | None:
        """As for `RecordingReader`."""
        return self._recording.protocol

    @property
    def position(self) -> int:
        """Bytes of the file on disk that have been read."""
        return self._recording.position

    def __iter__(self) -> Iterator[tuple[pa.RecordBatch, Position]]:
        """Iterate over batches, and report each error in its place among them.

        Raises:
            OSError: The file cannot be read to its end.
            DecodeError: The file is damaged; the error names the line.
        """
        for raw, position in self.read_raw():
            messages = pa.array(raw.messages, pa.binary())
            batch = pa.record_batch([raw.source, messages], schema=RAW_SCHEMA)
            yield batch, position

    def read_raw(self) -> Iterator[tuple[RawMessages, Position]]:
        """Iterate over the same messages, which are not copied into arrays."""
        # Memory stays flat: full batches leave `pending` as soon as they are complete.
        pending = FoundMessages()
        for found in self._recording:
            if isinstance(found, FoundMessages):
                pending.extend(found)
                yield from map(self._make_raw, self._take_full(pending))
                continue

            # The error may be raised, so everything before it has to be out by then.
            yield from map(self._make_raw, pending.take_all())
            if isinstance(found, OSError):
                self._complain(found)
            else:
                self._complain(found.to_error(self._recording.name))

        yield from map(self._make_raw, pending.take_all())

    def _take_full(self, rows: FoundMessages) -> Iterator[FoundMessages]:
        """Remove full batches from *rows*, and iterate over them."""
        # Dropping rows moves the rest of the list, so it happens once, at the end.
        begin = 0
        while count := self._count_full(rows, begin):
            yield rows[begin : begin + count]
            begin += count
        rows.drop(begin)

    def _count_full(self, rows: FoundMessages, begin: int) -> int:
        """Count the messages of a full batch from *begin* on; 0 if they do not fill it.

        A batch is full if the next message would exceed one of its limits.
        """
        left = len(rows) - begin
        if not left:
            return 0

        # Measured from offset to offset, the bytes between messages count too, but a
        # bisection replaces adding up the size of every message.
        limit = rows.ends[begin] - len(rows.messages[begin]) + self._batch_bytes
        fitting = max(1, bisect_right(rows.ends, limit, begin) - begin)
        count = min(fitting, self._batch_rows)
        return count if count < left or count == self._batch_rows else 0

    def _complain(self, error: Exception) -> None:
        """Report *error*, or raise it if there is no *report* callback."""
        if self._report is None:
            raise error
        self._report(error)

    def _make_raw(self, rows: FoundMessages) -> tuple[RawMessages, Position]:
        """Return the messages of *rows*, which may be records, and the position."""
        messages = rows.messages
        times = pa.nulls(len(rows), _TIME)
        sessions = pa.nulls(len(rows), pa.string())

        if self._envelope is not None:
            opened = [*map(self._envelope.open, messages)]
            messages = [event for event, _, _ in opened]
            times = pa.array([time for _, time, _ in opened], _TIME)
            sessions = pa.array([session for _, _, session in opened], pa.string())

        files = pa.repeat(self._recording.name, len(rows))
        lines = pa.array(rows.lines, pa.int64())
        source = pa.StructArray.from_arrays(
            [files, lines, times, sessions], fields=_SOURCE
        )
        size = sum(map(len, messages))
        return (
            RawMessages(messages, source, size),
            Position(rows.ends[-1], rows.lines[-1]),
        )


def stamp(
    source: pa.StructArray, stamps: Sequence[tuple[Instant | None, str | None]]
) -> pa.StructArray:
    """Return *source* with other times, in microseconds since 1970, and sessions."""
    times, sessions = zip(*stamps, strict=True)
    columns = [
        *source.flatten()[:2],
        pa.array(times, _TIME),
        pa.array(sessions, pa.string()),
    ]
    return pa.StructArray.from_arrays(columns, fields=_SOURCE)
