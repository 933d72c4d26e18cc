"""Reader for Parquet files that `rtmodels convert` wrote, batch by batch."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rtmodels.adapters._base import MAX_BYTES
from rtmodels.adapters._recordings.first_look import describe_other
from rtmodels.adapters._recordings.found import make_long_damage
from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters._recordings.paths import name_errors
from rtmodels.adapters._recordings.protocol import (
    Protocol,
)
from rtmodels.adapters._recordings.protocols import (
    DEFAULT,
)
from rtmodels.adapters._recordings.reader import START, Position
from rtmodels.adapters.archive._adapter import (
    find_row_protocol,
    make_row_adapter,
)
from rtmodels.adapters.archive._files import (
    BATCH_BYTES,
    BATCH_ROWS,
    RAW_SCHEMA,
    RawMessages,
)
from rtmodels.adapters.archive._packing import pc
from rtmodels.adapters.arrow import WireFormat
from rtmodels.errors import DecodeError, MissingDependencyError, RtmodelsError

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

if TYPE_CHECKING:
    from rtmodels.adapters.archive._light import LightTypes

NARROW_ROWS = 2 * BATCH_ROWS
"""Maximum number of rows in a batch of few columns."""

HELD_BYTES = 128 << 20
"""Maximum bytes of rows that are held until their row group has been read."""


class ParquetFile:
    """One open Parquet file, with the interface of `EventFile`.

    It encodes each row back to the message that the row was decoded from, unless rows
    are asked for, and keeps the original *source*. The *line* of a position counts
    rows.
    """

    def __init__(
        self,
        file: str,
        options: ReadOptions | None = None,
        *,
        report: Callable[[Exception], None],
        start: Position = START,
        wire: WireFormat | None = "json",
        find_light: Callable[[Protocol], "LightTypes | None"] | None = None,
    ) -> None:
        """Open *file* to read the rows after *start*, as messages in *wire* format.

        If *wire* is ``None``, batches have the columns of the file. The file must be
        of the protocol in *options*, if that names one.

        Of the rows that *find_light* returns for the protocol, and of all others, only
        the columns that the tables of an archive need are read; the rest is null.

        *report* is called with an error for each message that is too long.

        Raises:
            OSError: The file cannot be opened, or is not Parquet.
            DecodeError: `rtmodels convert` did not write it, or it is of another
                protocol.
        """
        self._file = file
        self._report = report
        self._start = start.line
        self._wire: WireFormat | None = wire
        self._rows = 0
        self._size = Path(file).stat().st_size

        with name_errors(file):
            self._parquet = pq.ParquetFile(file, page_checksum_verification=True)
            found = set(self._parquet.schema_arrow.names)

        self.protocol = self._find_protocol(found, options or ReadOptions())
        """The protocol of the events."""
        self._adapter = make_row_adapter(self.protocol.name)
        self._light = None if find_light is None else find_light(self.protocol)

    def _find_protocol(self, found: set[str], options: ReadOptions) -> Protocol:
        """Return the protocol of a file that has the columns *found*.

        Raises:
            DecodeError: There is none, or *options* name another one.
        """
        protocol = find_row_protocol(found - {"source"})
        if protocol is None or "source" not in found:
            needed = {*make_row_adapter(options.protocol or DEFAULT).schema.names}
            names = ", ".join(sorted((needed | {"source"}) - found))
            raise DecodeError(
                f"{self._file}: not written by rtmodels convert;"
                f" missing columns: {names}"
            )

        hint = describe_other(protocol, options)
        if hint is not None:
            raise DecodeError(f"{self._file}: {hint}")
        return protocol

    def __enter__(self) -> Self:
        """Return the open file."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._parquet.close()

    @property
    def length(self) -> int:
        """Bytes of the file on disk."""
        return self._size

    @property
    def position(self) -> int:
        """Estimated bytes of the rows read so far, for a progress bar."""
        # Columns are stored one after the other, so no offset in the file says how many
        # rows are done.
        rows: int = self._parquet.metadata.num_rows
        return self._size * self._rows // max(1, rows)

    def __iter__(self) -> Iterator[tuple[pa.RecordBatch, Position]]:
        """Iterate over batches, each with the position after it.

        Row groups that are damaged are reported and left out.
        """
        for group in range(self._parquet.metadata.num_row_groups):
            first = self._rows + 1
            last = self._rows + self._parquet.metadata.row_group(group).num_rows

            # A damaged group raises errors of Arrow, and of the parsers of its text.
            # The footer tells where the next one is.
            try:
                yield from self._read_group(group)
            except RtmodelsError:
                raise
            except Exception as exc:  # noqa: BLE001 - reported
                reason = " ".join(str(exc).split())
                text = f"rows {first:,} to {last:,} are damaged: {reason}"
                self._report(DecodeError(f"{self._file}: {text}"))
                self._rows = last

    def read_raw(self) -> Iterator[tuple[RawMessages, Position]]:
        """Iterate over the messages of a file that was opened for messages."""
        for batch, position in self:
            source, messages = batch.columns
            raw = RawMessages(messages.to_pylist(), source, messages.nbytes)
            yield raw, position

    def _read_group(self, group: int) -> Iterator[tuple[pa.RecordBatch, Position]]:
        """Iterate over the batches of a row group."""
        # The footer has the number of rows in each group, so a resumed run skips whole
        # groups without reading them.
        footer = self._parquet.metadata.row_group(group)
        if self._rows + footer.num_rows <= self._start:
            self._rows += footer.num_rows
            return

        # Other programs write larger groups. The rows of a batch are few if they are
        # large, and Arrow holds one group at a time.
        fitting = BATCH_BYTES * footer.num_rows // max(1, footer.total_byte_size)
        columns = self._choose_columns(group)
        most = BATCH_ROWS if columns is None else NARROW_ROWS
        size = max(1, min(most, fitting))
        batches = self._parquet.iter_batches(
            size,
            row_groups=[group],
            columns=columns,
            use_threads=False,  # batches are small: threads cost more than they save
        )
        first = self._rows
        for found in _check_rows(batches, footer):
            # To measure messages that may be too long, all their columns are needed.
            batch, begin = found, self._rows - first
            if columns is not None and found.nbytes > MAX_BYTES:
                batch = self._read_rows(group, slice(begin, begin + len(found)))

            skipped = max(0, min(self._start - self._rows, batch.num_rows))
            self._rows += batch.num_rows
            if rest := batch.slice(skipped):
                yield self._convert(self._add_nulls(rest)), Position(line=self._rows)

    def _choose_columns(self, group: int) -> list[str] | None:
        """Return the columns to read of a row group; None for all of them."""
        if self._light is None:
            return None

        head = self._parquet.read_row_group(
            group, [*self._light.head], use_threads=False
        )
        if not self._light.fit(head):
            return None
        names = self._parquet.schema_arrow.names
        return [name for name in names if name in self._light.columns]

    def _add_nulls(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return *batch* with nulls in the columns that were not read."""
        for field in self._adapter.schema:
            if field.name not in batch.schema.names:
                batch = batch.append_column(field, pa.nulls(len(batch), field.type))
        return batch

    def _read_rows(self, group: int, place: slice) -> pa.RecordBatch:
        """Return some rows of a row group with all their columns."""
        rows = self._parquet.read_row_group(group, use_threads=False)[place]
        return rows.combine_chunks().to_batches()[0]

    def _convert(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return *batch* as rows or as messages, without those that are too long."""
        # The length of a message is known only once it is encoded, but none is longer
        # than all columns of its batch.
        if self._wire is None and batch.nbytes <= MAX_BYTES:
            return batch
        return self._drop_long(self._encode(batch))

    def _drop_long(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return *batch* without the messages that are too long, which are reported."""
        sizes = pc.binary_length(batch.column("message"))
        fits = pc.less_equal(sizes, MAX_BYTES).fill_null(True)  # noqa: FBT003
        if fits.true_count == len(fits):
            return batch

        first = self._rows - len(batch) + 1
        for row, size in enumerate(sizes.to_pylist(), first):
            if size is not None and size > MAX_BYTES:
                self._report(
                    make_long_damage(row, size, MAX_BYTES).to_error(self._file)
                )
        return batch.filter(fits)

    def _encode(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the batch of raw messages that *batch* was decoded from."""
        messages = self._adapter.encode(batch, wire=self._wire or "msgpack")
        return pa.record_batch([batch.column("source"), messages], schema=RAW_SCHEMA)


def _check_rows(
    batches: Iterable[pa.RecordBatch], footer: pq.RowGroupMetaData
) -> Iterator[pa.RecordBatch]:
    """Iterate over the *batches* of a row group.

    Raises:
        ValueError: It has fewer rows than its *footer* says.
    """
    # Arrow skips a page whose header is damaged in a way that makes it another kind of
    # page. The values after it then belong to the wrong rows, and nothing but the
    # number of rows shows it. A group too large to be held is at least reported.
    held: list[pa.RecordBatch] = []
    size = rows = 0
    for batch in batches:
        rows += batch.num_rows
        size += batch.nbytes
        held.append(batch)
        if size > HELD_BYTES:
            yield from held
            held = []

    if rows != footer.num_rows:
        raise ValueError(f"they have the pages of only {rows:,} rows")
    yield from held
