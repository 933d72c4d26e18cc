"""Event logs as Arrow: read many files in batches, and sum them up as tables.

::

    for batch in read_events("logs/*.jsonl.gz"):
        print(batch.num_rows, batch.schema.names)  # 4096 ['source', 'message']
"""

import os
from collections.abc import Callable, Iterable, Iterator

from rtmodels.adapters._base import MAX_BYTES
from rtmodels.adapters._recordings.options import ReadOptions, make_envelope
from rtmodels.adapters._recordings.paths import expand
from rtmodels.adapters.archive._files import BATCH_BYTES, BATCH_ROWS, EventFile
from rtmodels.adapters.archive._reading import tabulate
from rtmodels.adapters.archive._tables import Tables
from rtmodels.errors import DecodeError, MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from _exc

__all__ = ["Tables", "read_events", "tabulate"]

# The columns are `binary`, whose offsets are signed and have 32 bits.
MAX_SIZE = (1 << 31) - 1
"""Maximum bytes in one column of messages."""


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
    """Iterate over the events in files as batches of raw messages, in order.

    A file holds JSON Lines, one JSON array or document, or concatenated MessagePack
    maps; plain, gzip or zstd. The format is detected from the first bytes, not from
    the name. Memory use does not depend on the length of a file: only a few batches
    are held at a time.

    A batch has two columns: *source*, a struct of *file*, *line*, *received_at* and
    *session*; and *message*, the unparsed bytes of each event. The *line* counts from
    1; in an array and in MessagePack it is the number of the message. *received_at*
    and *session* are null unless *time_key* and *session_key* are given.

    Args:
        paths: Paths, directories, patterns such as ``logs/*.jsonl.gz``, or URLs that
            fsspec opens. A URL with a star is a pattern, and one that ends with a slash
            a directory. Of a directory, all files are read whose name ends as those of
            recordings do.
        event_key: Key of the event in each record of the log: an object, or a string
            that holds its JSON. A record without this key is itself the message.
        time_key: Key of the time when the event was received. The value is ISO 8601,
            in UTC unless it has an offset, or a number since 1970: seconds below 1e11,
            milliseconds below 1e14, microseconds below 1e17, otherwise nanoseconds.
            Any other value counts as missing.
        session_key: Key of the name or number of the session.
        batch_rows: Maximum number of messages in a batch.
        batch_bytes: Maximum bytes of text in a batch; only a single message may exceed
            it.
        max_bytes: Maximum bytes of a message; 32 MiB by default.
        report: Called with each error instead of raising it. Reading resumes with the
            next message, or with the next file if the rest of this one is unreadable.

    Raises:
        OSError: A file cannot be opened or read, or a pattern or directory has none.
        DecodeError: The contents of a file are damaged, too long, or neither JSON nor
            MessagePack. The text begins with ``FILE:LINE:``, and every message before
            the error has been yielded. A message that is not JSON is yielded as well;
            decoding it raises the error.
        ValueError: A limit is not positive, or exceeds what an Arrow column can hold.
    """
    # This function is not a generator itself, so that bad arguments raise here and not
    # at the first `next`.
    limits = {
        "batch_rows": batch_rows,
        "batch_bytes": batch_bytes,
        "max_bytes": max_bytes,
    }
    for name, limit in limits.items():
        if not 0 < limit <= MAX_SIZE:
            raise ValueError(f"{name} must be from 1 to {MAX_SIZE:,}, not {limit:,}")

    envelope = make_envelope(
        ReadOptions(event_key=event_key, time_key=time_key, session_key=session_key)
    )

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
    """Iterate over the batches of one file after the other."""
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
