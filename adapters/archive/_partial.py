"""The files of a conversion while it runs: the partial output, and its progress.

Both may be damaged when they are read again, by a power failure for example. Nothing in
them is parsed before its checksum is verified.
"""

import errno
import json
import os
import sys
import zlib
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from attrs import define, field

from rtmodels.adapters._recordings.paths import expand, find_local_path

FileId: TypeAlias = tuple[int, int]
"""Device and inode, which all names of a file share."""

PIECE = 1 << 20
"""Bytes of the partial file to read at once for its checksum."""

if sys.platform == "win32":
    import msvcrt

    # Windows also keeps others from reading what is locked, so the locked byte is far
    # after any data.
    LOCKED_BYTE = 1 << 62

    def _lock(file: BinaryIO) -> None:
        """Lock *file* until it is closed."""
        file.seek(LOCKED_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        """Lock *file* until it is closed."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


LOCKED = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}
"""The error numbers of a lock that another process holds."""


@define
class PartialFile:
    """The file that a run writes until it is complete, and the note of its progress.

    The system releases the lock on the partial file when the process ends, however it
    ends. File systems without locks are used without one.
    """

    output: Path
    """The file that the partial file becomes."""

    _crc: int = field(init=False, default=0)
    _checked: int = field(init=False, default=0)

    @property
    def path(self) -> Path:
        """The partial file."""
        return self._beside(".partial")

    @property
    def note(self) -> Path:
        """The file that records the progress of the run."""
        return self._beside(".partial.json")

    @property
    def _fresh_note(self) -> Path:
        """The next note until it is complete."""
        return self._beside(".partial.new")

    def _beside(self, ending: str) -> Path:
        """Return the file whose name is that of the output with *ending*."""
        return self.output.with_name(self.output.name + ending)

    def find_inputs(self, paths: Iterable[str]) -> tuple[list[str], list[str]]:
        """Return the files that *paths* match: those to read, and those left out.

        The files of this run are left out, whatever names they have.

        Raises:
            OSError: No file matches a pattern.
            ValueError: A path names the output, or there is no file to read.
        """
        # A shell expands patterns itself, and then names the partial file and the note
        # of an interrupted run. To name the output is to ask for its messages.
        output = identify(os.fspath(self.output))
        names = (self.output, self.path, self.note, self._fresh_note)
        own = {identify(os.fspath(name)) for name in names} - {None}
        inputs: list[str] = []
        left_out: list[str] = []

        for path in paths:
            for file in expand(path):
                id_ = identify(file)
                if id_ not in own:
                    inputs.append(file)
                elif id_ == output and file == path:
                    raise ValueError(f"{file}: is the output, and cannot be read too")
                else:
                    left_out.append(file)

        if not inputs:
            raise ValueError(f"{self.output}: no other file to read")
        return inputs, left_out

    @contextmanager
    def open_locked(self) -> Generator[BinaryIO]:
        """Open the partial file, which is created if it is missing, and lock it.

        Raises:
            BlockingIOError: Another process has locked it.
            FileExistsError: It is a symbolic link.
            OSError: It cannot be opened.
        """
        # Another run may rename the file between our opening and locking it. Such a
        # file is the output by then, and must not be written to.
        while True:
            # The name can be guessed: it may be a link to a file that must be kept.
            if self.path.is_symlink():
                raise FileExistsError(
                    errno.EEXIST, "is a symbolic link; remove it", os.fspath(self.path)
                )
            flags = os.O_RDWR | os.O_CREAT | _NO_LINKS | _BINARY
            descriptor = os.open(self.path, flags, 0o666)
            with os.fdopen(descriptor, "r+b") as file:
                self._lock(file)
                if identify(os.fspath(self.path)) != _read_id(os.fstat(descriptor)):
                    continue

                try:
                    yield file
                except BaseException:
                    if not (file.closed or os.fstat(descriptor).st_size):
                        self._remove()
                    raise
                return

    def _lock(self, file: BinaryIO) -> None:
        """Lock *file* until it is closed, if its file system has locks."""
        try:
            _lock(file)
        except OSError as exc:
            if exc.errno in LOCKED:
                raise BlockingIOError(
                    errno.EAGAIN, "another run is writing this file", str(self.path)
                ) from None

    def _remove(self) -> None:
        """Remove the partial file, from which no run can resume."""
        # Windows removes no open file; the next run overwrites it.
        with suppress(OSError):
            self.path.unlink()

    def load(self, file: BinaryIO, run: Any) -> dict[str, Any] | None:
        """Return the progress of *run* that led to *file*; None if there is none.

        Raises:
            ValueError: The note or *file* is damaged.
        """
        try:
            data = self.note.read_bytes()
        except OSError:
            return None

        # A run that was killed between its last two steps leaves a note alone.
        if not os.fstat(file.fileno()).st_size:
            return None

        text, _, crc = data.partition(b"\n")
        if crc != _format_crc(text):
            raise ValueError(f"{self.note}: damaged")
        progress: dict[str, Any] = json.loads(text)
        if progress["run"] != run:
            return None

        self._update_crc(file, progress["size"])
        if (self._checked, self._crc) != (progress["size"], progress["crc"]):
            raise ValueError(f"{self.path}: damaged")
        return progress

    def begin(self, file: BinaryIO, size: int) -> None:
        """Cut *file* to *size*, after which a run writes on."""
        # Bytes after the last note may be half a segment.
        file.truncate(size)
        file.seek(size)
        if not size:
            self._crc = self._checked = 0

    def save(self, file: BinaryIO, progress: dict[str, Any]) -> None:
        """Record the *progress* that has led to *file* as it is now."""
        # Data first, then the note: a note must never promise bytes that do not exist.
        file.flush()
        size = file.tell()
        self._update_crc(file, size)
        text = json.dumps({**progress, "size": size, "crc": self._crc}).encode()

        # A kill while this is written leaves the previous note intact. What is left of
        # a killed run is removed, since it may be a link to another file.
        self._fresh_note.unlink(missing_ok=True)
        self._fresh_note.write_bytes(text + b"\n" + _format_crc(text))
        self._fresh_note.replace(self.note)

    def finish(self, file: BinaryIO) -> None:
        """Make the partial file, which is open as *file*, the output."""
        # Windows renames no open file. Elsewhere the lock is kept until the end.
        file.flush()
        if sys.platform == "win32":
            file.close()

        # The rename is atomic, so the output never exists half written.
        self.path.replace(self.output)
        self.note.unlink(missing_ok=True)

    def discard(self, file: BinaryIO) -> None:
        """Remove the partial file, which is open as *file*, and the note."""
        if sys.platform == "win32":
            file.close()
        self._remove()
        self.note.unlink(missing_ok=True)

    def _update_crc(self, file: BinaryIO, size: int) -> None:
        """Extend the checksum to the first *size* bytes of *file*, or to its end."""
        file.seek(self._checked)
        while piece := file.read(min(PIECE, size - self._checked)):
            self._crc = zlib.crc32(piece, self._crc)
            self._checked += len(piece)


_BINARY: int = getattr(os, "O_BINARY", 0)
"""The flag that keeps Windows from changing line breaks."""

_NO_LINKS: int = getattr(os, "O_NOFOLLOW", 0)
"""The flag that refuses a symbolic link, where the system has it."""


def identify(file: str) -> FileId | None:
    """Return the identity of *file*, a path or a URL; None if it is not local."""
    path = find_local_path(file)
    if path is None:
        return None

    # `stat` follows symbolic links, and hard links share an inode.
    with suppress(OSError, ValueError):
        return _read_id(Path(path).stat())
    return None


def _read_id(status: os.stat_result) -> FileId:
    """Return the identity of the file with this *status*."""
    return status.st_dev, status.st_ino


def _format_crc(text: bytes) -> bytes:
    """Return the second line of a note: the checksum of *text*, the first one."""
    return b"%08x\n" % zlib.crc32(text)
