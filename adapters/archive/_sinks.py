"""Writes raw batches to one file, as JSON Lines, MessagePack or Parquet.

A sink writes in segments, each of which is whole: lines, a member of a gzip file, row
groups. Behind a segment another process can resume the file.
"""

import gzip
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from io import SEEK_END, BytesIO
from itertools import pairwise
from types import MappingProxyType
from typing import Any, BinaryIO, ClassVar

import orjson
from attrs import define, field, frozen

from rtmodels.adapters._msgpack import dump_msgpack, load_msgpack
from rtmodels.adapters._recordings.events import Event
from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters._wire_format import is_msgpack
from rtmodels.adapters.archive._files import RAW_SCHEMA
from rtmodels.adapters.arrow import BatchDecoder, WireFormat, decode_batches
from rtmodels.adapters.arrow._json import dump_json
from rtmodels.adapters.arrow._messages import read_issues
from rtmodels.adapters.json import JsonAdapter
from rtmodels.adapters.msgpack import MsgpackAdapter
from rtmodels.errors import MissingDependencyError, RtmodelsError

try:
    import msgspec
    import pyarrow as pa
    import pyarrow.parquet as pq
except ModuleNotFoundError as exc:
    raise MissingDependencyError(exc.name or "pyarrow", extra="arrow") from exc

SEGMENT = 32 * 1024 * 1024
"""So many bytes of messages make a segment, or a few more."""

GROUP_ROWS = 32_768
GROUP_BYTES = 32 * 1024 * 1024
"""A row group of Parquet has so many rows or bytes of messages, or a few more.

It is in memory until it is written. In smaller ones each row costs more, since every
column, however empty, has a head in each group.
"""

GROWTH = 8
"""A segment of Parquet has at least this part of all the bytes before it."""

BLANK = bytes(256 * 1024)
"""What is written to where it is thrown away."""


@frozen
class InvalidMessage:
    """A message that is not what the schema says."""

    row: int
    """Its row in the batch."""

    issues: tuple[str, ...]
    """What is wrong with it, a line each."""

    lost: bool = False
    """Whether it is not in the output, which has no form for it."""


class Sink(ABC):
    """A file that is being written."""

    wire: ClassVar[WireFormat]
    """The format in which it takes messages best."""

    def __init__(
        self,
        file: BinaryIO,
        options: ReadOptions,
        *,
        compression: str = "",
        state: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Write to *file* from where it stands: the end of the last segment.

        Args:
            file: The file, open for reading and writing.
            options: How to read the messages.
            compression: ``gzip``, ``zstd`` or nothing.
            state: The *state* that an earlier sink was in at this place.
        """
        self._file = file
        self._options = options
        self._compression = compression
        self._resume(state)
        self._held = 0

    @abstractmethod
    def _resume(self, state: Mapping[str, Any], /) -> None:
        """Prepare to resume from *state*."""

    @property
    def is_due(self) -> bool:
        """Whether the segment has its size."""
        return self._held >= self._size

    @property
    def _size(self) -> int:
        """Return how many bytes of messages make a segment."""
        return SEGMENT

    @property
    def state(self) -> dict[str, Any]:
        """What it takes to resume behind the last segment, as JSON."""
        return {"size": self._file.tell()}

    def write(self, batch: pa.RecordBatch) -> Iterator[InvalidMessage]:
        """Take the messages of *batch*; yield those that are not as they should be."""
        self._held += batch.column("message").nbytes
        return self._write(batch)

    def end_segment(self) -> None:
        """Write what has been taken so far to the file."""
        self._flush()
        self._file.flush()
        self._held = 0

    @abstractmethod
    def _write(self, batch: pa.RecordBatch) -> Iterator[InvalidMessage]:
        """Implement `write`."""

    @abstractmethod
    def _flush(self) -> None:
        """Write what is held back."""

    def finish(self) -> None:
        """Complete the file."""
        self.end_segment()

    def give_up(self) -> None:
        """Discard what has not been written, since it cannot be."""
        self._held = 0


_COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gzip": partial(gzip.compress, compresslevel=6, mtime=0),
    "zstd": lambda data: pa.Codec("zstd").compress(data, asbytes=True),
}
"""How a segment is compressed, by itself."""


class MessageSink(Sink):
    """A file of messages, one after the other, which may be compressed."""

    def _resume(self, _: Mapping[str, Any], /) -> None:
        """Build the adapters; there is nothing else to know."""
        mode, upgrade = self._options.mode, self._options.upgrade
        self._json = JsonAdapter(Event, mode=mode, upgrade=upgrade)
        self._msgpack = MsgpackAdapter(Event, mode=mode, upgrade=upgrade)
        self._compress = _COMPRESS[self._compression]
        self._parts: list[bytes] = []

    def _write(self, batch: pa.RecordBatch) -> Iterator[InvalidMessage]:
        """Write each message in the format of the file."""
        for row, message in enumerate(batch.column("message").to_pylist()):
            adapter = self._msgpack if is_msgpack(message) else self._json
            try:
                data = self._translate(message, adapter.decode(message))
            except RtmodelsError as exc:
                copy = self._copy(message)
                issues = tuple(map(str, read_issues(exc)))
                yield InvalidMessage(row, issues, lost=copy is None)
                if copy is None:
                    continue
                data = copy
            self._parts.append(data)

    def _flush(self) -> None:
        """Compress the segment as a whole."""
        if self._parts:
            self._file.write(self._compress(b"".join(self._parts)))
            self._parts = []

    @abstractmethod
    def _translate(self, message: bytes, event: Any) -> bytes:
        """Write *event*, which was decoded from *message*."""

    @abstractmethod
    def _copy(self, message: bytes) -> bytes | None:
        """Write what does not decode; None where there is no way to."""


class LineSink(MessageSink):
    """A file of JSON Lines."""

    wire = "json"

    def _translate(self, message: bytes, event: Any) -> bytes:
        """Keep JSON as it is, on one line."""
        if self._options.upgrade or is_msgpack(message):
            return self._json.encode(event) + b"\n"
        return _to_line(message)

    def _copy(self, message: bytes) -> bytes | None:
        """Keep any text, and write any MessagePack as JSON."""
        if not is_msgpack(message):
            return _to_line(message)
        try:
            return dump_json(load_msgpack(message, len(message))) + b"\n"
        except (TypeError, ValueError):
            return None


class PackedSink(MessageSink):
    """A stream of MessagePack."""

    wire = "msgpack"

    def _translate(self, message: bytes, event: Any) -> bytes:
        """Keep MessagePack as it is."""
        if is_msgpack(message) and not self._options.upgrade:
            return message
        return self._msgpack.encode(event)

    def _copy(self, message: bytes) -> bytes | None:
        """Write what at least parses."""
        try:
            if is_msgpack(message):
                load_msgpack(message, len(message))
                return message
            return dump_msgpack(orjson.loads(message))
        except (msgspec.MsgspecError, ValueError):
            return None


@define
class _Tail:
    """Takes the bytes of a Parquet file, and keeps those that are not there yet.

    pyarrow only begins Parquet files, and counts bytes from there. So each segment
    begins one, whose first bytes go nowhere: as many as the file has already. Then the
    places that its row groups name are those in the whole file.
    """

    file: BinaryIO
    kept: bool = field(init=False, default=False)
    closed: bool = field(init=False, default=False)

    def write(self, data: bytes) -> int:
        """Keep *data*, or not."""
        return self.file.write(data) if self.kept else len(data)

    def flush(self) -> None:
        """Hold nothing back."""

    def close(self) -> None:
        """Leave the file open for the next segment."""


class ParquetSink(Sink):
    """A file of Parquet: the columns of `ArrowAdapter`, and where each row is from."""

    wire = "json"

    def _resume(self, state: Mapping[str, Any], /) -> None:
        """Read what the segments so far have said of themselves."""
        self._decode: BatchDecoder[Any] = decode_batches(
            Event, mode=self._options.mode, upgrade=self._options.upgrade
        )
        self._ends: list[int] = list(state.get("ends", ()))
        self._parts: list[pq.FileMetaData] = []
        self._tail = _Tail(self._file)
        self._writer: pq.ParquetWriter | None = None
        self._group: list[pa.RecordBatch] = []
        self._group_bytes = 0

        for start, end in pairwise([0, *self._ends]):
            self._file.seek(start)
            footer = BytesIO(self._file.read(end - start))
            self._parts.append(pq.read_metadata(footer))
        self._file.seek(0, SEEK_END)

    @property
    def _size(self) -> int:
        """Return a size that grows: each segment skips all of the file before it."""
        return max(SEGMENT, self._file.tell() // GROWTH)

    @property
    def state(self) -> dict[str, Any]:
        """Where each segment ends; its row groups are described there."""
        return {**super().state, "ends": self._ends}

    def _write(self, batch: pa.RecordBatch) -> Iterator[InvalidMessage]:
        """Decode the messages, and write the rows."""
        decoded = self._decode(batch)

        if self._writer is None:
            self._writer = self._open(decoded.schema)
        self._group.append(decoded)
        self._group_bytes += batch.column("message").nbytes
        rows = sum(part.num_rows for part in self._group)
        if rows >= GROUP_ROWS or self._group_bytes >= GROUP_BYTES:
            self._write_group()

        issues = decoded.column("issues")
        if issues.null_count < len(issues):
            for row, found in enumerate(issues.to_pylist()):
                if found is not None:
                    yield InvalidMessage(row, tuple(map(_format_issue, found)))

    def _write_group(self) -> None:
        """Write the rows that are held as a row group."""
        if self._writer is not None and self._group:
            self._writer.write_table(pa.Table.from_batches(self._group))
        self._group, self._group_bytes = [], 0

    def _open(self, schema: pa.Schema) -> pq.ParquetWriter:
        """Begin a segment."""
        sink = pa.PythonFile(self._tail, mode="w")
        start = self._file.tell()
        self._tail.kept = not start
        writer = pq.ParquetWriter(
            sink, schema, compression="zstd", metadata_collector=self._parts
        )

        missing = start - sink.tell()
        while missing > 0:
            sink.write(BLANK[:missing])
            missing -= len(BLANK)
        self._tail.kept = True
        return writer

    def _flush(self) -> None:
        """Write what is held, and the end of a Parquet file."""
        self._write_group()
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            self._ends.append(self._file.tell())

    def give_up(self) -> None:
        """Close the writer, which would write more."""
        super().give_up()
        self._tail.kept = False
        if self._writer is not None:
            self._writer.close()

    def finish(self) -> None:
        """Describe the row groups of all segments together."""
        if not self._ends and self._writer is None:
            self._writer = self._open(self._decode.schema_for(RAW_SCHEMA))
        super().finish()
        whole, *rest = self._parts
        for part in rest:
            whole.append_row_groups(part)
        footer = BytesIO()
        whole.write_metadata_file(footer)
        self._file.write(footer.getvalue())


def _format_issue(issue: Mapping[str, str]) -> str:
    """Return the text of an issue that is in a column, as `Issue` has it."""
    return f"{issue['path']}: expected {issue['expected']}, got {issue['got']}"


def _to_line(message: bytes) -> bytes:
    """Put JSON on one line: between its tokens, a line break is as good as a space."""
    return message.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n"
