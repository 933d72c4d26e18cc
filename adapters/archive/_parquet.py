"""Reads messages out of Parquet that the archive wrote, batch by batch."""

from collections.abc import Iterator
from pathlib import Path
from typing import Self

from rtmodels.adapters._recordings.events import Event
from rtmodels.adapters._recordings.paths import is_url
from rtmodels.adapters._recordings.reader import START, Position
from rtmodels.adapters.archive._files import BATCH_ROWS, RAW_SCHEMA
from rtmodels.adapters.arrow import ArrowAdapter, WireFormat
from rtmodels.errors import DecodeError, MissingDependencyError

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

PARQUET_MAGIC = b"PAR1"


def is_parquet(file: str) -> bool:
    """Check by its first bytes whether *file*, a local path, is Parquet.

    Raises:
        OSError: It cannot be opened.
    """
    if is_url(file):
        return False
    with Path(file).open("rb") as opened:
        return opened.read(len(PARQUET_MAGIC)) == PARQUET_MAGIC


class ParquetFile:
    """An open Parquet file; it is read as `EventFile` reads others.

    Its batches hold the messages that its rows were made from, and where these came
    from. The *line* of a position counts rows.
    """

    def __init__(
        self, file: str, *, start: Position = START, wire: WireFormat = "json"
    ) -> None:
        """Open *file* to read the rows behind *start*, as messages in *wire*.

        Raises:
            OSError: The file cannot be opened.
            DecodeError: It is no Parquet, or was not written by `rtmodels convert`.
        """
        self._start = start.line
        self._wire: WireFormat = wire
        self._adapter = ArrowAdapter(Event)
        self._rows = 0
        self._size = Path(file).stat().st_size

        try:
            self._parquet = pq.ParquetFile(file)
        except pa.ArrowException as exc:
            raise DecodeError(f"{file}: {exc}") from exc

        needed = {*self._adapter.schema.names, "source"}
        if missing := needed - set(self._parquet.schema_arrow.names):
            names = ", ".join(sorted(missing))
            raise DecodeError(f"{file}: not of our kind: no column {names}")

    def __enter__(self) -> Self:
        """Leave the file open until the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._parquet.close()

    @property
    def length(self) -> int:
        """Bytes that the file has."""
        return self._size

    @property
    def position(self) -> int:
        """Bytes that the rows read so far take, if all take the same."""
        rows: int = self._parquet.metadata.num_rows
        return self._size * self._rows // max(1, rows)

    def __iter__(self) -> Iterator[tuple[pa.RecordBatch, Position]]:
        """Read batches, each with the position behind it.

        Raises:
            OSError: The file cannot be read on.
        """
        groups = range(self._parquet.metadata.num_row_groups)
        for group in groups:
            end = self._rows + self._parquet.metadata.row_group(group).num_rows
            if end <= self._start:
                self._rows = end
                continue
            for batch in self._parquet.iter_batches(BATCH_ROWS, row_groups=[group]):
                skipped = max(0, min(self._start - self._rows, batch.num_rows))
                self._rows += batch.num_rows
                if rest := batch.slice(skipped):
                    yield self._encode(rest), Position(line=self._rows)

    def _encode(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Build the raw batch that *batch* was decoded from."""
        messages = self._adapter.encode(batch, wire=self._wire)
        return pa.record_batch([batch.column("source"), messages], schema=RAW_SCHEMA)
