"""Access to files as the bytes that are stored, before any decompression."""

import os
import stat
from abc import ABC, abstractmethod
from collections.abc import Callable
from io import FileIO
from math import inf
from typing import BinaryIO

from rtmodels.adapters._recordings.paths import is_url, name_errors


class PeekableBytes(ABC):
    """A stream of bytes that can be peeked at."""

    def __init__(self) -> None:
        self.offset = 0
        """Bytes read so far, or skipped."""
        self._ahead = b""

    def peek(
        self, size: int, is_enough: Callable[[bytes], bool] | None = None
    ) -> bytes:
        """Return the next bytes without consuming them.

        Args:
            size: How many bytes to return, if there are so many.
            is_enough: Checks whether fewer bytes will do, so that a slow pipe need not
                send all of them first.
        """
        while len(self._ahead) < size and not (is_enough and is_enough(self._ahead)):
            more = self._fetch(size, wait=False)
            if not more:
                break
            self._ahead += more
        return self._ahead[:size]

    def read(self, size: int, *, wait: bool = True) -> bytes:
        """Return at most *size* bytes; an empty result means the end.

        Args:
            size: How many bytes to read.
            wait: Whether to wait for all of them if a pipe has fewer so far.
        """
        data = self._ahead or self._fetch(size, wait=wait)
        data, self._ahead = data[:size], data[size:]
        self.offset += len(data)
        return data

    @abstractmethod
    def _fetch(self, size: int, *, wait: bool) -> bytes:
        """Return about *size* new bytes."""


class StoredBytes(PeekableBytes):
    """The bytes of a file as they are stored, compressed or not."""

    def __init__(self, file: str, *, descriptor: int | None = None) -> None:
        """Open *file*.

        Args:
            file: A path or a URL.
            descriptor: An open file to read instead, which is left open; *file* is then
                only its name.

        Raises:
            OSError: The file cannot be opened.
        """
        super().__init__()
        self.failure: OSError | None = None
        """Why the file could not be read to its end."""
        self.slow_from = inf
        """Offset from which the file is read byte by byte."""

        # `FileIO` has no buffer: a read returns what a pipe has, and does not wait for
        # more, so a live recording is checked as it arrives.
        self._file = file
        with name_errors(file):
            if descriptor is None:
                self._raw, self.length, self._system = _open(file)
            else:
                raw = FileIO(descriptor, closefd=False)
                self._raw, self.length = raw, _measure_length(raw)

    def _fetch(self, size: int, *, wait: bool) -> bytes:  # noqa: ARG002 - one read
        try:
            with name_errors(self._file):
                return self._raw.read(size if self.offset < self.slow_from else 1)
        except OSError as exc:
            # A decompressor in between may raise another error instead of this one.
            self.failure = exc
            raise

    def seek(self, offset: int) -> None:
        """Continue reading at *offset*."""
        with name_errors(self._file):
            self._raw.seek(offset)
        self.offset = offset
        self._ahead = b""

    def close(self) -> None:
        """Close the file."""
        self._raw.close()


def _open(file: str) -> tuple[BinaryIO | FileIO, int | None, object]:
    """Open *file*; return it, its size if that is known, and its file system if any."""
    if is_url(file):
        from rtmodels.adapters._recordings.urls import (  # noqa: PLC0415 - fsspec
            open_url,
        )

        return open_url(file)

    raw = FileIO(file)
    return raw, _measure_length(raw), None


def _measure_length(raw: FileIO) -> int | None:
    """Return the size of *raw* in bytes; ``None`` for a pipe."""
    status = os.fstat(raw.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else None
