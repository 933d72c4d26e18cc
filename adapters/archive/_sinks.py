"""Sinks that write raw batches to one file, as JSON Lines, MessagePack or Parquet.

A sink writes in segments that are complete in themselves: lines, a member of a gzip
file, row groups. Another process can resume the file at the end of any segment.
"""

import gzip
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from io import SEEK_END, BytesIO
from itertools import pairwise
from types import MappingProxyType
from typing import Any, BinaryIO, ClassVar

from attrs import define, field, frozen

from rtmodels.adapters._json_text import load_json
from rtmodels.adapters._msgpack import dump_msgpack, load_msgpack
from rtmodels.adapters._recordings.decoding import make_encoder
from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters._recordings.protocol import (
    Protocol,
)
from rtmodels.adapters._recordings.stamps import Stamps
from rtmodels.adapters._wire_format import is_msgpack, make_message_decoder
from rtmodels.adapters.archive._adapter import (
    SIDE,
    RecordingDecoder,
    make_recorded_decoder,
)
from rtmodels.adapters.archive._files import RawMessages
from rtmodels.adapters.arrow import WireFormat
from rtmodels.adapters.arrow._json import dump_json
from rtmodels.adapters.arrow._messages import read_issues
from rtmodels.adapters.json import JsonAdapter
from rtmodels.adapters.msgpack import MsgpackAdapter
from rtmodels.converter._values import Rejected, check_json
from rtmodels.errors import MissingDependencyError, RtmodelsError

try:
    import msgspec
    import pyarrow as pa
    import pyarrow.parquet as pq
except ModuleNotFoundError as exc:
    raise MissingDependencyError(exc.name or "pyarrow", extra="arrow") from exc

SEGMENT = 32 * 1024 * 1024
"""Bytes of messages after which a segment ends."""

# A row group is held in memory until it is written. Smaller ones would cost more per
# row: every column, even an empty one, has a header in each group.
GROUP_ROWS = 32_768
GROUP_BYTES = 32 * 1024 * 1024
"""Rows, or bytes of messages, after which a Parquet row group ends."""

DICTIONARY_BYTES = 64 * 1024
"""Bytes of the different values of a column up to which each is stored only once.

Ids of events and audio have others all the time, and only make a dictionary grow.
"""

GROWTH = 8
"""Divisor of the file size that gives the minimum size of a Parquet segment."""

MAX_DEPTH_COPIED = 254
"""Maximum nesting depth of an invalid message that is converted: that of orjson."""

BLANK = bytes(256 * 1024)
"""Filler for the part of a Parquet file that is not written again."""


@frozen
class InvalidMessage:
    """A message that does not match the schema."""

    row: int
    """Its number among the messages that were written at once, from 0."""

    issues: tuple[str, ...]
    """What is wrong with it, one line each."""

    lost: bool = False
    """Whether it is missing from the output, whose format cannot represent it."""


class Sink(ABC):
    """A file that is being written."""

    wire: ClassVar[WireFormat]
    """The format of messages that is cheapest to write."""

    def __init__(
        self,
        file: BinaryIO,
        options: ReadOptions,
        protocol: Protocol,
        *,
        compression: str = "",
        state: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Prepare to write to *file* at its current position.

        Args:
            file: The file, open for reading and writing.
            options: How to read the messages.
            protocol: Their protocol.
            compression: ``gzip``, ``zstd`` or an empty string.
            state: The `state` that an earlier sink had at this position.
        """
        self._file = file
        self._options = options
        self._protocol = protocol
        self._compression = compression
        self._resume(state)
        self._held = 0

    @abstractmethod
    def _resume(self, state: Mapping[str, Any], /) -> None:
        """Prepare to resume from *state*."""

    @property
    def is_due(self) -> bool:
        """Whether the segment is large enough to end."""
        return self._held >= self._size

    @property
    def _size(self) -> int:
        """Bytes of messages after which the segment ends."""
        return SEGMENT

    @property
    def state(self) -> dict[str, Any]:
        """The data that a later sink needs to resume after the last segment."""
        return {}

    def write(
        self, raw: RawMessages, stamps: Stamps | None = None
    ) -> Iterator[InvalidMessage]:
        """Write messages; iterate over those that are invalid.

        *stamps* finds the time and the session of each, if their sources lack them.
        """
        self._held += raw.size
        return self._write(raw, stamps)

    def end_segment(self) -> None:
        """Write all messages accepted so far to the file."""
        self._flush()
        self._held = 0

    @abstractmethod
    def _write(
        self, raw: RawMessages, stamps: Stamps | None
    ) -> Iterator[InvalidMessage]:
        """Implement `write`."""

    @abstractmethod
    def _flush(self) -> None:
        """Write the messages that are still buffered."""

    def finish(self) -> None:
        """Complete the file."""
        self.end_segment()

    def give_up(self) -> None:
        """Discard buffered messages after an error."""
        self._held = 0


# A file may consist of several gzip members or zstd frames, so segments are compressed
# one by one. Without a time, the same input gives the same bytes.
_COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gzip": partial(gzip.compress, compresslevel=6, mtime=0),
    "zstd": lambda data: pa.Codec("zstd").compress(data, asbytes=True),
}
"""The function that compresses a segment, for each compression."""


class MessageSink(Sink):
    """A file of consecutive messages, which may be compressed."""

    def _resume(self, _: Mapping[str, Any], /) -> None:
        """Build the adapters; the state holds nothing that they need."""
        mode, upgrade = self._options.mode, self._options.upgrade
        unions = self._protocol.unions[SIDE]
        self._encode_json = make_encoder(
            unions, lambda union: JsonAdapter[Any](union, mode=mode).encode
        )
        self._encode_msgpack = make_encoder(
            unions, lambda union: MsgpackAdapter[Any](union, mode=mode).encode
        )
        self._decode = make_recorded_decoder(
            self._protocol,
            partial(
                make_message_decoder,
                mode=mode,
                upgrade=upgrade,
            ),
            lax=mode == "forgiving",
        )
        self._compress = _COMPRESS[self._compression]
        self._parts: list[bytes] = []

    def _write(
        self, raw: RawMessages, stamps: Stamps | None
    ) -> Iterator[InvalidMessage]:
        """Write each message in the format of the file, which has no other columns."""
        for row, message in enumerate(raw.messages):
            # Only the hints about keys need them.
            if stamps is not None and stamps.missing:
                stamps.read(message, None)
            try:
                data = self._translate(message, self._decode(message))
            except RtmodelsError as exc:
                # A message that is invalid now may be valid for a later schema.
                copy = self._copy(message)
                issues = tuple(map(str, read_issues(exc)))
                yield InvalidMessage(row, issues, lost=copy is None)
                if copy is None:
                    continue
                data = copy

            self._parts.append(data)

    def _flush(self) -> None:
        """Compress and write the segment."""
        if self._parts:
            self._file.write(self._compress(b"".join(self._parts)))
            self._parts = []

    @abstractmethod
    def _translate(self, message: bytes, event: Any) -> bytes:
        """Encode *event*, which was decoded from *message*."""

    @abstractmethod
    def _copy(self, message: bytes) -> bytes | None:
        """Encode an invalid *message*; return None if the format cannot hold it."""


class LineSink(MessageSink):
    """A file of JSON Lines."""

    wire = "json"

    def _translate(self, message: bytes, event: Any) -> bytes:
        """Keep JSON as it is, on one line; encode the event otherwise."""
        if self._options.upgrade or is_msgpack(message):
            return self._encode_json(event) + b"\n"
        return _to_line(message)

    def _copy(self, message: bytes) -> bytes | None:
        """Keep text as it is, even if it is not JSON; convert MessagePack to JSON."""
        if not is_msgpack(message):
            return _to_line(message)

        # MessagePack allows more than JSON has: other keys than strings, extensions,
        # and NaN, which orjson would write as null.
        try:
            value = load_msgpack(message, len(message))
            check_json(value, MAX_DEPTH_COPIED)
            return dump_json(value) + b"\n"
        except (Rejected, TypeError, ValueError):
            return None


class PackedSink(MessageSink):
    """A stream of MessagePack."""

    wire = "msgpack"

    def _translate(self, message: bytes, event: Any) -> bytes:
        """Keep MessagePack as it is; encode the event otherwise."""
        if is_msgpack(message) and not self._options.upgrade:
            return message
        return self._encode_msgpack(event)

    def _copy(self, message: bytes) -> bytes | None:
        """Keep MessagePack, and convert JSON, if the message can be parsed."""
        # A truncated map in the middle of a stream would swallow the map after it.
        try:
            if is_msgpack(message):
                load_msgpack(message, len(message))
                return message
            return dump_msgpack(load_json(message))
        except (msgspec.MsgspecError, ArithmeticError, RecursionError, ValueError):
            return None


@define
class _Tail:
    """The end of a Parquet file, for a writer that believes it writes the whole file.

    pyarrow cannot append to a Parquet file. It always starts a new one, and counts
    offsets from its first byte. Each segment is therefore a new file to pyarrow, which
    first writes as many bytes as the real file already has. These are dropped here, so
    that the offsets of the row groups after them are right for the real file.
    """

    file: BinaryIO
    kept: bool = field(init=False, default=False)
    closed: bool = field(init=False, default=False)

    def write(self, data: bytes) -> int:
        """Write *data* if bytes are being kept; drop it otherwise."""
        return self.file.write(data) if self.kept else len(data)

    def flush(self) -> None:
        """Do nothing; the sink flushes the file at the end of a segment."""

    def close(self) -> None:
        """Do nothing, so that the file stays open for the next segment."""


class ParquetSink(Sink):
    """A Parquet file with the columns of `ArrowAdapter`, and the source of each row."""

    wire = "json"

    def _resume(self, state: Mapping[str, Any], /) -> None:
        """Read the footers of the segments written so far."""
        self._decoder = RecordingDecoder(
            self._protocol, mode=self._options.mode, upgrade=self._options.upgrade
        )
        self._ends: list[int] = list(state.get("ends", ()))
        self._parts: list[pq.FileMetaData] = []
        self._tail = _Tail(self._file)
        self._writer: pq.ParquetWriter | None = None
        self._group: list[pa.RecordBatch] = []
        self._group_bytes = 0

        # Each segment ends with a footer, so the note has to store only where segments
        # end. The offsets in a footer count from the start of the file.
        for start, end in pairwise([0, *self._ends]):
            self._file.seek(start)
            footer = BytesIO(self._file.read(end - start))
            self._parts.append(pq.read_metadata(footer))

        self._file.seek(0, SEEK_END)

    @property
    def _size(self) -> int:
        """Bytes of messages after which the segment ends; grows with the file."""
        # A segment starts by writing blanks in place of all bytes before it. Segments
        # grow with the file, so the blanks stay linear in its size.
        return max(SEGMENT, self._file.tell() // GROWTH)

    @property
    def state(self) -> dict[str, Any]:
        """Where each segment ends."""
        return {"ends": self._ends}

    def _write(
        self, raw: RawMessages, stamps: Stamps | None
    ) -> Iterator[InvalidMessage]:
        """Decode the messages, and write the rows."""
        decoded = self._decoder.decode(raw, stamps)
        if self._writer is None:
            self._writer = self._open(decoded.schema)

        self._group.append(decoded)
        self._group_bytes += raw.size
        rows = sum(part.num_rows for part in self._group)
        if rows >= GROUP_ROWS or self._group_bytes >= GROUP_BYTES:
            self._write_group()

        # Nearly every batch has no issues, and is not converted to Python objects.
        issues = decoded.column("issues")
        if issues.null_count < len(issues):
            for row, found in enumerate(issues.to_pylist()):
                if found is not None:
                    yield InvalidMessage(row, tuple(map(_format_issue, found)))

    def _write_group(self) -> None:
        """Write the buffered rows as one row group."""
        if self._writer is not None and self._group:
            self._writer.write_table(pa.Table.from_batches(self._group))
        self._group, self._group_bytes = [], 0

    def _open(self, schema: pa.Schema) -> pq.ParquetWriter:
        """Start a segment, and return its writer."""
        sink = pa.PythonFile(self._tail, mode="w")
        start = self._file.tell()

        # The writer begins with the magic bytes, which only the first segment needs.
        self._tail.kept = not start
        writer = pq.ParquetWriter(
            sink,
            schema,
            compression="zstd",
            dictionary_pagesize_limit=DICTIONARY_BYTES,
            metadata_collector=self._parts,
            write_page_checksum=True,
        )

        # These blanks advance the position that pyarrow counts, and are dropped.
        missing = start - sink.tell()
        while missing > 0:
            sink.write(BLANK[:missing])
            missing -= len(BLANK)

        self._tail.kept = True
        return writer

    def _flush(self) -> None:
        """Write the buffered rows, and the footer of the segment."""
        self._write_group()
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            self._ends.append(self._file.tell())

    def give_up(self) -> None:
        """Close the writer, and drop what it still writes."""
        super().give_up()

        # Closing the writer writes a footer, which must not reach the file.
        self._tail.kept = False
        if self._writer is not None:
            # When a write has failed, this may fail too, and not for the cause.
            with suppress(Exception):
                self._writer.close()

    def finish(self) -> None:
        """Write one footer for the row groups of all segments."""
        # Without any message, the file still needs its columns.
        if not self._ends and self._writer is None:
            self._writer = self._open(self._decoder.schema)
        super().finish()

        # Readers use the last footer only. Those of the segments remain as dead bytes.
        whole, *rest = self._parts
        for part in rest:
            whole.append_row_groups(part)

        footer = BytesIO()
        whole.write_metadata_file(footer)
        self._file.write(footer.getvalue())


def _format_issue(issue: Mapping[str, str]) -> str:
    """Return the text of an issue from the *issues* column, as `str(Issue)` has it."""
    return f"{issue['path']}: expected {issue['expected']}, got {issue['got']}"


def _to_line(message: bytes) -> bytes:
    """Put JSON on one line."""
    # Strings in JSON have no raw line breaks, so these are all between tokens, where a
    # space means the same. The message stays as long as it was.
    return message.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n"
