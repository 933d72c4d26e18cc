"""Conversion of archives from one format to another, resumable after interruption.

A run writes to ``OUTPUT.partial`` and saves its progress in ``OUTPUT.partial.json``.
"""

import json
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from attrs import asdict, define, field

from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters._recordings.reader import START, Position
from rtmodels.adapters.archive._files import EventFile
from rtmodels.adapters.archive._opening import open_file
from rtmodels.adapters.archive._parquet import ParquetFile
from rtmodels.adapters.archive._sinks import (
    InvalidMessage,
    LineSink,
    PackedSink,
    ParquetSink,
    Sink,
)
from rtmodels.errors import DecodeError, MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

FORM = 1
"""Version of the progress file; a file of another version is ignored."""

SINKS: dict[str, type[Sink]] = {
    ".jsonl": LineSink,
    ".ndjson": LineSink,
    ".msgpack": PackedSink,
    ".mpk": PackedSink,
    ".parquet": ParquetSink,
}
"""The sink for each file extension."""

COMPRESSED = {".gz": "gzip", ".zst": "zstd"}

MAX_TOLD = 10
"""Maximum number of invalid messages that are described; the rest are only counted."""


@define
class Totals:
    """What a run has converted; a resumed run continues the counts."""

    messages: int = 0
    """Messages read."""

    invalid: int = 0
    """Messages that do not match the schema; most of them can still be written."""

    lost: int = 0
    """Invalid messages that the output format cannot represent."""

    failures: int = 0
    """Read errors: missing files, truncated files, messages that are too long."""


@define
class Conversion:
    """A run that writes the messages of several files to one.

    It writes to a partial file beside the output and renames that file at the end. An
    interrupted run leaves the partial file, and a note of its progress. The next run
    with the same files and options resumes from there.
    """

    files: tuple[str, ...]
    """The files to read, in order."""

    output: Path
    """The file to write; its extension selects the format."""

    options: ReadOptions
    """How the messages are found and read."""

    tell: Callable[[str], None]
    """Called with a line of text for each failure and each issue."""

    watch: Callable[[str, EventFile | ParquetFile], None]
    """Called with the file being read, after each batch."""

    totals: Totals = field(factory=Totals)
    """What has been converted so far."""

    resumed: bool = field(init=False, default=False)
    """Whether this run resumed an earlier one."""

    _index: int = field(init=False, default=0)
    _position: Position = field(init=False, default=START)

    @property
    def partial(self) -> Path:
        """The file that a run writes until it is complete."""
        return self.output.with_name(self.output.name + ".partial")

    @property
    def note(self) -> Path:
        """The file that records the progress of the run."""
        return self.output.with_name(self.output.name + ".partial.json")

    def run(self) -> None:
        """Convert all the files.

        Raises:
            OSError: The output cannot be written. A later run can resume.
        """
        state = self._find_state()
        with self._open_partial(state) as file:
            sink = self._make_sink(file, state)
            try:
                self._convert(sink)
            except BaseException:
                # Ctrl-C counts as well: the writer of Parquet must not write a footer
                # after the last saved segment when it is garbage-collected.
                sink.give_up()
                raise

        # The rename comes last and is atomic, so the output never exists half written.
        # A kill between these two lines leaves a note without a partial file, which
        # `_find_state` ignores.
        self.partial.replace(self.output)
        self.note.unlink()

    def _convert(self, sink: Sink) -> None:
        """Write the remaining messages of all files to *sink*."""
        for index in range(self._index, len(self.files)):
            self._index = index
            for batch, position in self._read(self.files[index], sink):
                self._write(batch, sink)
                self._position = position
                if sink.is_due:
                    self._save(sink)
            self._position = START

        self._index = len(self.files)
        self._save(sink)
        sink.finish()

    def _read(self, file: str, sink: Sink) -> Iterator[tuple[pa.RecordBatch, Position]]:
        """Iterate over the remaining batches of *file*; report an error at its end."""
        try:
            with open_file(
                file, self.options, self._fail, start=self._position, wire=sink.wire
            ) as opened:
                for batch, position in opened:
                    self.watch(file, opened)
                    yield batch, position
        except (DecodeError, OSError) as exc:
            # Only read errors end up here. The caller of this generator writes, and
            # a full disk has to stop the run.
            self._fail(exc)

    def _write(self, batch: pa.RecordBatch, sink: Sink) -> None:
        """Write the messages of *batch*, and count them."""
        self.totals.messages += batch.num_rows

        for invalid in sink.write(batch):
            self.totals.invalid += 1
            self.totals.lost += invalid.lost
            if self.totals.invalid <= MAX_TOLD:
                self._describe(batch.column("source")[invalid.row].as_py(), invalid)

    def _describe(self, source: dict[str, Any], invalid: InvalidMessage) -> None:
        """Report what is wrong with a message."""
        place = f"{source['file']}:{source['line']}"
        for issue in invalid.issues[:MAX_TOLD]:
            self.tell(f"{place}: {issue}{' (left out)' if invalid.lost else ''}")

    def _fail(self, exc: Exception) -> None:
        """Report a read error, and count it."""
        self.totals.failures += 1
        self.tell(describe_failure(exc))

    def _make_sink(self, file: BinaryIO, state: dict[str, Any] | None) -> Sink:
        """Build the sink for *file*; *state* is that of the run to resume, if any."""
        kind, compression = find_format(self.output)
        return kind(file, self.options, compression=compression, state=state or {})

    @contextmanager
    def _open_partial(self, state: dict[str, Any] | None) -> Generator[BinaryIO]:
        """Open the partial file, positioned after its last complete segment."""
        # The sink for Parquet also reads: the footers of the segments written so far.
        with self.partial.open("w+b" if state is None else "r+b") as file:
            if state is not None:
                # Bytes after the last note may be half a segment. The messages in
                # them are read and written again.
                file.truncate(state["size"])
                file.seek(state["size"])
            yield file

    def _save(self, sink: Sink) -> None:
        """End a segment, and save the progress of the run."""
        # Data first, then the note: a note must never promise bytes that do not exist.
        sink.end_segment()

        note = {
            "run": self._identify(),
            "index": self._index,
            "position": asdict(self._position),
            "totals": asdict(self.totals),
            "sink": sink.state,
        }

        # A kill while this is written leaves the previous note intact.
        fresh = self.note.with_suffix(".new")
        fresh.write_text(json.dumps(note), encoding="utf-8")
        fresh.replace(self.note)

    def _find_state(self) -> dict[str, Any] | None:
        """Return the state to resume from; None if no earlier run matches this one."""
        try:
            note = json.loads(self.note.read_text(encoding="utf-8"))
            size = self.partial.stat().st_size
        except (OSError, ValueError):
            return None

        # The partial file is shorter than its note after a power failure, say, which
        # loses data that was written but not yet on disk.
        if note.get("run") != self._identify() or size < note["sink"]["size"]:
            return None

        self._index = note["index"]
        self._position = Position(**note["position"])
        self.totals = Totals(**note["totals"])
        self.resumed = True
        state: dict[str, Any] = note["sink"]
        return state

    def _identify(self) -> dict[str, Any]:
        """Return what two runs must have in common for one to resume the other."""
        return {
            "form": FORM,
            "files": [[file, *_fingerprint(file)] for file in self.files],
            "options": asdict(self.options),
        }


def find_format(output: Path) -> tuple[type[Sink], str]:
    """Return the sink and the compression that the extension of *output* selects.

    Raises:
        ValueError: The extension is not supported.
    """
    # The empty string is the extension of a name that has none.
    *rest, last = ["", *output.suffixes]
    compression = COMPRESSED.get(last, "")
    ending = rest[-1] if compression else last

    # Parquet compresses each column by itself and has to be seekable.
    kind = SINKS.get(ending)
    if kind is None or (compression and kind is ParquetSink):
        known = ", ".join(SINKS)
        raise ValueError(
            f"{output}: unsupported file type; use one of {known}"
            f" (all but .parquet may be followed by {' or '.join(COMPRESSED)})"
        )
    return kind, compression


def describe_failure(exc: Exception) -> str:
    """Return the file and the reason of a read or write error, in one line."""
    if isinstance(exc, OSError) and exc.filename is not None and exc.strerror:
        return f"{os.fsdecode(exc.filename)}: {exc.strerror}"
    return str(exc)


def _fingerprint(file: str) -> list[int | None]:
    """Return the size and modification time of *file*, or nulls for a URL."""
    # A hash would be safer, but would need one more read of every file.
    try:
        status = Path(file).stat()
    except OSError:
        return [None, None]
    return [status.st_size, status.st_mtime_ns]
