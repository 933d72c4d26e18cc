"""Converts archives from one format to another, and resumes a run that broke off."""

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
"""The form in which the progress of a run is kept; another is not understood."""

SINKS: dict[str, type[Sink]] = {
    ".jsonl": LineSink,
    ".ndjson": LineSink,
    ".msgpack": PackedSink,
    ".mpk": PackedSink,
    ".parquet": ParquetSink,
}
"""What each ending of a file's name stands for."""

COMPRESSED = {".gz": "gzip", ".zst": "zstd"}

MAX_TOLD = 10
"""So many issues are told; the rest are only counted."""


@define
class Totals:
    """What a run has converted; one that resumes continues to count."""

    messages: int = 0
    """Messages read."""

    invalid: int = 0
    """Those that are not what the schema says; most can be written all the same."""

    lost: int = 0
    """Those among them that are not in the output, which has no form for them."""

    failures: int = 0
    """What could not be read: files, ends of files, messages that are too long."""


@define
class Conversion:
    """A run that writes the messages of some files into one.

    It writes to a file beside the output, whose name it gets when all is done. A run
    that breaks off leaves that file, and a note on how far it has come; the next run
    with the same files and options resumes there.
    """

    files: tuple[str, ...]
    """The files to read, in order."""

    output: Path
    """The file to write; its ending says in which format."""

    options: ReadOptions
    """How the messages are found and read."""

    tell: Callable[[str], None]
    """Is told what is wrong: a line of text for each failure and each issue."""

    watch: Callable[[str, EventFile | ParquetFile], None]
    """Is called with each file while it is read."""

    totals: Totals = field(factory=Totals)
    """What has been converted so far."""

    resumed: bool = field(init=False, default=False)
    """Whether this run went on with another."""

    _index: int = field(init=False, default=0)
    _position: Position = field(init=False, default=START)

    @property
    def partial(self) -> Path:
        """The file that is written."""
        return self.output.with_name(self.output.name + ".partial")

    @property
    def note(self) -> Path:
        """The file that says how far the run has come."""
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
                sink.give_up()
                raise
        self.partial.replace(self.output)
        self.note.unlink()

    def _convert(self, sink: Sink) -> None:
        """Write what is left of all files to *sink*."""
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
        """Read what is left of *file*, as far as that can be done."""
        try:
            with open_file(
                file, self.options, self._fail, start=self._position, wire=sink.wire
            ) as opened:
                for batch, position in opened:
                    self.watch(file, opened)
                    yield batch, position
        except (DecodeError, OSError) as exc:
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
        """Report what cannot be read, and count it."""
        self.totals.failures += 1
        self.tell(describe_failure(exc))

    def _make_sink(self, file: BinaryIO, state: dict[str, Any] | None) -> Sink:
        """Build what writes to *file*, which a run that left *state* may have begun."""
        kind, compression = find_format(self.output)
        return kind(file, self.options, compression=compression, state=state or {})

    @contextmanager
    def _open_partial(self, state: dict[str, Any] | None) -> Generator[BinaryIO]:
        """Open the file to write behind its last segment."""
        with self.partial.open("w+b" if state is None else "r+b") as file:
            if state is not None:
                file.truncate(state["size"])
                file.seek(state["size"])
            yield file

    def _save(self, sink: Sink) -> None:
        """End a segment, and note how far the run has come."""
        sink.end_segment()
        note = {
            "run": self._identify(),
            "index": self._index,
            "position": asdict(self._position),
            "totals": asdict(self.totals),
            "sink": sink.state,
        }
        fresh = self.note.with_suffix(".new")
        fresh.write_text(json.dumps(note), encoding="utf-8")
        fresh.replace(self.note)

    def _find_state(self) -> dict[str, Any] | None:
        """Find how far a run before this one came, if it was the same run."""
        try:
            note = json.loads(self.note.read_text(encoding="utf-8"))
            size = self.partial.stat().st_size
        except (OSError, ValueError):
            return None

        if note.get("run") != self._identify() or size < note["sink"]["size"]:
            return None

        self._index = note["index"]
        self._position = Position(**note["position"])
        self.totals = Totals(**note["totals"])
        self.resumed = True
        state: dict[str, Any] = note["sink"]
        return state

    def _identify(self) -> dict[str, Any]:
        """Return what makes two runs the same: unchanged files, and options."""
        return {
            "form": FORM,
            "files": [[file, *_fingerprint(file)] for file in self.files],
            "options": asdict(self.options),
        }


def find_format(output: Path) -> tuple[type[Sink], str]:
    """Return by the ending of *output* what to write, and how to compress it.

    Raises:
        ValueError: It has no ending that is known.
    """
    *rest, last = ["", *output.suffixes]
    compression = COMPRESSED.get(last, "")
    ending = rest[-1] if compression else last
    kind = SINKS.get(ending)
    if kind is None or (compression and kind is ParquetSink):
        known = ", ".join(SINKS)
        raise ValueError(
            f"{output}: the name must end in one of {known};"
            f" all but the last may be followed by {' or '.join(COMPRESSED)}"
        )
    return kind, compression


def describe_failure(exc: Exception) -> str:
    """Return in one line what could not be read or written, and why."""
    if isinstance(exc, OSError) and exc.filename is not None and exc.strerror:
        return f"{os.fsdecode(exc.filename)}: {exc.strerror}"
    return str(exc)


def _fingerprint(file: str) -> list[int | None]:
    """Return what changes when *file* does, where that is known."""
    try:
        status = Path(file).stat()
    except OSError:
        return [None, None]
    return [status.st_size, status.st_mtime_ns]
