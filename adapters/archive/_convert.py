"""Conversion of archives from one format to another, resumable after interruption.

A run writes to ``OUTPUT.partial`` and saves its progress in ``OUTPUT.partial.json``:
see `_partial`.
"""

import os
import re
from collections.abc import Callable, Iterator
from errno import EEXIST
from pathlib import Path
from time import time_ns
from typing import Any, BinaryIO

from attrs import asdict, define, evolve, field

from rtmodels.adapters._recordings.envelope import Envelope
from rtmodels.adapters._recordings.events import read_type
from rtmodels.adapters._recordings.found import HintError
from rtmodels.adapters._recordings.options import (
    ProtocolName,
    ReadOptions,
    make_envelope,
)
from rtmodels.adapters._recordings.paths import STDIN, is_url, name_errors
from rtmodels.adapters._recordings.protocol import (
    Protocol,
)
from rtmodels.adapters._recordings.protocols import (
    DEFAULT,
    load_protocol,
)
from rtmodels.adapters._recordings.reader import START, Position
from rtmodels.adapters._recordings.stamps import Stamps, make_stamps
from rtmodels.adapters.archive._files import EventFile, RawMessages
from rtmodels.adapters.archive._opening import open_file
from rtmodels.adapters.archive._parquet import ParquetFile
from rtmodels.adapters.archive._partial import PartialFile
from rtmodels.adapters.archive._sinks import (
    InvalidMessage,
    LineSink,
    PackedSink,
    ParquetSink,
    Sink,
)
from rtmodels.errors import DecodeError

FORM = 2
"""Version of the progress; that of another version is ignored."""

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

    @property
    def has_nothing(self) -> bool:
        """Whether errors are all that was read, so that there is nothing to write."""
        return self.failures > 0 and self.messages == 0


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
    """The file to write; its extension selects the format.

    If it is a symbolic link, the new file replaces the link, and not its target.
    """

    options: ReadOptions
    """How the messages are found and read."""

    tell: Callable[[str], None]
    """Called with a line of text for each failure and each issue."""

    watch: Callable[[str, EventFile | ParquetFile], None]
    """Called with the file being read, after each batch."""

    overwrite: bool = False
    """Whether to replace the output if it exists."""

    totals: Totals = field(factory=Totals)
    """What has been converted so far."""

    resumed: bool = field(init=False, default=False)
    """Whether this run resumed an earlier one."""

    _partial: PartialFile = field(init=False)
    _envelope: Envelope | None = field(init=False)
    _stamps: Stamps | None = field(init=False)
    _sink: Sink | None = field(init=False, default=None)
    _protocol: ProtocolName | None = field(init=False, default=None)
    _index: int = field(init=False, default=0)
    _position: Position = field(init=False, default=START)
    _identity: dict[str, Any] = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Name the partial file, and note what the files are like."""
        # A file that changes while the run lasts must not look the same to the next.
        self._identity = self._identify()
        self._partial = PartialFile(self.output)
        self._envelope = make_envelope(self.options)
        self._stamps = make_stamps(self._envelope, self.options)

    @property
    def partial(self) -> Path:
        """The file that a run writes until it is complete."""
        return self._partial.path

    def run(self) -> None:
        """Convert all the files.

        Raises:
            BlockingIOError: Another run writes the same output.
            FileExistsError: The output exists, and is not to be replaced.
            OSError: The output cannot be written. A later run can resume.
        """
        self._check_output()
        with self._partial.open_locked() as file:
            # Another run may have ended between the check and the lock.
            self._check_output()
            progress = self._load(file)
            self._partial.begin(file, 0 if progress is None else progress["size"])
            try:
                self._convert(file, progress)
            except BaseException:
                # Ctrl-C counts as well: the writer of Parquet must not write a footer
                # after the last saved segment when it is garbage-collected.
                if self._sink is not None:
                    self._sink.give_up()
                raise

            # Without the file, the run can be repeated with other options.
            if self.totals.has_nothing:
                self._partial.discard(file)
            else:
                self._partial.finish(file)

    def _check_output(self) -> None:
        """Raise `FileExistsError` if the output exists and is not to be replaced."""
        # A rename replaces a symbolic link itself, even one whose target is missing.
        if self.output.is_dir() and not self.output.is_symlink():
            raise FileExistsError(EEXIST, "is a directory", os.fspath(self.output))
        exists = self.output.exists() or self.output.is_symlink()
        if exists and not self.overwrite:
            reason = "already exists; use --overwrite to replace it"
            raise FileExistsError(EEXIST, reason, os.fspath(self.output))

    def _convert(self, output: BinaryIO, progress: dict[str, Any] | None) -> None:
        """Write the remaining messages of all files to *output*."""
        state = {} if progress is None else progress["sink"]
        if progress is not None and progress["protocol"] is not None:
            self._settle(output, load_protocol(progress["protocol"]), state)

        for index in range(self._index, len(self.files)):
            self._index = index
            for raw, position, opened in self._read(self.files[index]):
                sink = self._settle(output, opened.protocol, state)
                # Parquet has the time and the session of each message already.
                is_stamped = isinstance(opened, ParquetFile)
                self._write(raw, sink, None if is_stamped else self._stamps)
                self._position = position
                if sink.is_due:
                    self._save(sink, output)
            self._position = START

        self._index = len(self.files)
        sink = self._settle(output, None, state)
        self._save(sink, output)
        sink.finish()

        # The earlier part of a run that was resumed may have had the keys.
        if self._envelope is not None and not self.resumed:
            for hint in self._envelope.describe_missing():
                self._fail(DecodeError(hint))

    def _settle(
        self, output: BinaryIO, protocol: Protocol | None, state: dict[str, Any]
    ) -> Sink:
        """Return the sink for *output*; the first call decides on its *protocol*."""
        # Columns differ between protocols, so one output has the messages of one.
        if self._sink is None:
            kind, compression = find_format(self.output)
            protocol = protocol or load_protocol(self.options.only or DEFAULT)
            self._protocol = protocol.name
            self._sink = kind(
                output, self.options, protocol, compression=compression, state=state
            )
        return self._sink

    def _read(
        self, file: str
    ) -> Iterator[tuple[RawMessages, Position, EventFile | ParquetFile]]:
        """Iterate over the remaining messages of *file*; report an error at its end."""
        # After the first file, the others have to be of the same protocol.
        options = self.options
        if self._protocol is not None and not options.upgrade:
            options = evolve(options, protocol=self._protocol)

        try:
            with open_file(
                file,
                options,
                self._fail,
                # Stamps find the time and the session once an event is decoded.
                envelope=self._envelope if self._stamps is None else None,
                start=self._position,
                wire=find_format(self.output)[0].wire,
            ) as opened:
                for raw, position in opened.read_raw():
                    self.watch(file, opened)
                    yield raw, position, opened
        except (DecodeError, OSError) as exc:
            # Only read errors end up here. The caller of this generator writes, and
            # a full disk has to stop the run.
            self._fail(exc)

    def _write(self, raw: RawMessages, sink: Sink, stamps: Stamps | None) -> None:
        """Write messages, and count them."""
        self.totals.messages += len(raw)

        for invalid in sink.write(raw, stamps):
            self.totals.invalid += 1
            self.totals.lost += invalid.lost
            if self.totals.invalid <= MAX_TOLD:
                source = raw.source[invalid.row].as_py()
                self._describe(source, raw.messages[invalid.row], invalid)

    def _describe(
        self, source: dict[str, Any], message: bytes, invalid: InvalidMessage
    ) -> None:
        """Report what is wrong with *message*."""
        type_ = read_type(message)
        place = f"{source['file']}:{source['line']}{f': {type_}' if type_ else ''}"
        for issue in invalid.issues[:MAX_TOLD]:
            self.tell(f"{place}: {issue}{' (left out)' if invalid.lost else ''}")

    def _fail(self, exc: Exception) -> None:
        """Report a read error, and count it unless it is only a hint."""
        # A conversion keeps the events of the beta as they are, on purpose or not.
        self.totals.failures += not isinstance(exc, HintError)
        self.tell(describe_failure(exc))

    def _save(self, sink: Sink, output: BinaryIO) -> None:
        """End a segment, and save the progress of the run."""
        sink.end_segment()
        progress = {
            "run": self._identity,
            "index": self._index,
            "position": asdict(self._position),
            "totals": asdict(self.totals),
            "protocol": self._protocol,
            "sink": sink.state,
        }
        self._partial.save(output, progress)

    def _load(self, file: BinaryIO) -> dict[str, Any] | None:
        """Return the progress to resume from; None if no earlier run matches this."""
        try:
            progress = self._partial.load(file, self._identity)
        except ValueError as exc:
            self.tell(f"{exc}; starting over")
            return None

        if progress is not None:
            self._index = progress["index"]
            self._position = Position(**progress["position"])
            self.totals = Totals(**progress["totals"])
            self.resumed = True
        return progress

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
        ValueError: The extension is not supported, or *output* is a URL.
    """
    # A path has one slash less than the URL had.
    if len(output.parts) > 1 and re.fullmatch(r"[\w+.:-]+\w:", output.parts[0]):
        raise ValueError(f"{output}: is a URL; the output has to be a local path")

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


def _fingerprint(file: str) -> list[Any]:
    """Return what changes with *file*, such as its size; nulls if that is unknown."""
    # Standard input cannot be read twice, so no run resumes one that has read it.
    if file == STDIN:
        return [os.getpid(), time_ns()]

    # A hash would be safer, but would need one more read of every file.
    try:
        with name_errors(file):
            if is_url(file):
                # It needs fsspec.
                from rtmodels.adapters._recordings.urls import (  # noqa: PLC0415
                    describe_url,
                )

                return describe_url(file)
            status = Path(file).stat()
    except OSError:
        return [None, None]
    return [status.st_size, status.st_mtime_ns]
