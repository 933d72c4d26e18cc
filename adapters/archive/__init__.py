"""Archives: the events of many log files, read in batches that engines can work on.

::

    for batch in read_events("logs/*.jsonl.gz"):
        print(batch.num_rows, batch.schema.names)  # 4096 ['source', 'message']
"""

import os
from collections.abc import Callable, Iterable, Iterator

from rtmodels.adapters._base import MAX_BYTES
from rtmodels.adapters._recordings.paths import expand
from rtmodels.adapters.archive._envelope import make_envelope
from rtmodels.adapters.archive._files import BATCH_BYTES, BATCH_ROWS, EventFile
from rtmodels.adapters.archive._reading import tabulate
from rtmodels.adapters.archive._tables import Tables
from rtmodels.errors import DecodeError, MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from _exc

__all__ = ["Tables", "read_events", "tabulate"]

MAX_SIZE = (1 << 31) - 1
"""What a column of Arrow's ``binary`` can hold."""


def read_events(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    event_key: str | None = None,
    time_key: str | None = None,
    session_key: str | None = None,
    batch_rows: int = BATCH_ROWS,
    batch_bytes: int = BATCH_BYTES,
    max_bytes: int = MAX_BYTES,
    report: Callable[[Exception], None] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Read the events in files as batches of raw messages, in order.

    A file holds JSON Lines, one JSON array or document, or concatenated MessagePack
    maps; plain, gzip or zstd. The first bytes tell, and not the name. However long it
    is, no more than a few batches of it are in memory.

    A batch has two columns: *source*, a struct of *file*, *line*, *received_at* and
    *session*; and *message*, each event as it stands in the file, not parsed yet.
    The *line* counts from 1; in an array and in MessagePack it is the number of the
    message. What belongs to a record and not to an event is null if no key is given.

    Args:
        paths: Paths, patterns such as ``logs/*.jsonl.gz``, or URLs that fsspec opens,
            in which a star makes a pattern.
        event_key: Where each record of the log has its event. A record without it is
            passed on as the message.
        time_key: Where each record has the time when the event was received: ISO 8601,
            in UTC if it does not say, or a number since 1970, of seconds below 1e11,
            milliseconds below 1e14, microseconds below 1e17 and else nanoseconds. Any
            other value counts as none.
        session_key: Where each record has the name or the number of its session.
        batch_rows: A batch has no more messages.
        batch_bytes: A batch has no more bytes of text, unless a single message has.
        max_bytes: A message that has more bytes is an error; by default 32 MiB.
        report: Takes each error in place of raising it, and the reading resumes with
            the next message, or with the next file where that is impossible.

    Raises:
        OSError: A file cannot be opened or read, or nothing matches a pattern.
        DecodeError: The contents of a file are damaged, too long, or neither JSON nor
            MessagePack; the text begins ``FILE:LINE:``. All that could be read before
            has been yielded. A message that is not JSON is no error here: it is found
            out when it is decoded.
        ValueError: A limit is not positive, or larger than Arrow's columns.
    """
    for limit in (batch_rows, batch_bytes, max_bytes):
        if not 0 < limit <= MAX_SIZE:
            raise ValueError(f"{limit} is no limit: it must be from 1 to {MAX_SIZE}")
    envelope = make_envelope(event_key, time_key, session_key)

    def open_file(file: str) -> EventFile:
        return EventFile(
            file,
            envelope=envelope,
            batch_rows=batch_rows,
            batch_bytes=batch_bytes,
            max_bytes=max_bytes,
            report=report,
        )

    def complain(error: Exception) -> None:
        if report is None:
            raise error
        report(error)

    given = [paths] if isinstance(paths, str | os.PathLike) else paths
    return _read_all(given, open_file, complain)


def _read_all(
    paths: Iterable[str | os.PathLike[str]],
    open_file: Callable[[str], EventFile],
    complain: Callable[[Exception], None],
) -> Iterator[pa.RecordBatch]:
    """Read one file after the other."""
    for path in paths:
        try:
            files = expand(path)
        except OSError as exc:
            complain(exc)
            continue
        for file in files:
            try:
                with open_file(file) as events:
                    for batch, _ in events:
                        yield batch
            except (OSError, DecodeError) as exc:
                complain(exc)
