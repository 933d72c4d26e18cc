"""Finds the files that a path means, and opens them as bytes."""

import os
import stat
from abc import ABC, abstractmethod
from collections.abc import Generator
from contextlib import contextmanager
from errno import ENOENT
from glob import glob
from io import FileIO
from math import inf
from pathlib import Path
from typing import BinaryIO

from rtmodels.errors import RtmodelsError

MAGIC = frozenset("*?[")


def expand(path: str | os.PathLike[str]) -> list[str]:
    """Find the files that *path* means, which may be a pattern, and sort them.

    Raises:
        OSError: No file matches the pattern, or nobody can tell.
    """
    file = os.fspath(path)
    with name_errors(file):
        if is_url(file):
            from rtmodels.adapters.archive._urls import (  # noqa: PLC0415 - fsspec
                expand_url,
            )

            found = expand_url(file)
        elif MAGIC.isdisjoint(file) or Path(file).exists():
            found = [file]
        else:
            found = sorted(glob(file, recursive=True))  # noqa: PTH207 - may be absolute
        if not found:
            raise FileNotFoundError(ENOENT, "No file matches", file)
    return found


def is_url(file: str) -> bool:
    """Tell whether fsspec has to open *file*."""
    return "://" in file


@contextmanager
def name_errors(file: str) -> Generator[None]:
    """Have every error say that it is about *file*, and be an `OSError`."""
    try:
        yield
    except RtmodelsError:
        raise
    except OSError as exc:
        if exc.strerror is None and isinstance(exc, FileNotFoundError):
            exc.errno, exc.strerror = ENOENT, os.strerror(ENOENT)
        if exc.strerror is not None:
            exc.filename = file
        elif file not in str(exc):
            exc.args = (f"{file}: {exc}",)
        raise
    except Exception as exc:  # each file system of fsspec has errors of its own
        raise OSError(f"{file}: {exc}") from exc


class Reader(ABC):
    """Bytes that can be looked at before they are read."""

    def __init__(self) -> None:
        self.offset = 0
        """Bytes read so far, or skipped."""
        self._ahead = b""

    def peek(self, size: int) -> bytes:
        """Give the next *size* bytes, which stay there, or all if there are fewer."""
        while len(self._ahead) < size and (more := self._fetch(size)):
            self._ahead += more
        return self._ahead[:size]

    def read(self, size: int) -> bytes:
        """Read at most *size* bytes; none are left if that gives none."""
        data = self._ahead or self._fetch(size)
        data, self._ahead = data[:size], data[size:]
        self.offset += len(data)
        return data

    @abstractmethod
    def _fetch(self, size: int) -> bytes:
        """Get about *size* bytes that were not there before."""


class Source(Reader):
    """The bytes of a file as they are stored, compressed or not."""

    def __init__(self, file: str) -> None:
        """Open *file*, a path or a URL.

        Raises:
            OSError: It cannot be opened.
        """
        super().__init__()
        self.failure: OSError | None = None
        """Why the file could not be read to its end."""
        self.slow_from = inf
        """Where the file begins to be read byte by byte."""
        self._file = file
        with name_errors(file):
            self._raw, self.length = _open(file)

    def _fetch(self, size: int) -> bytes:
        try:
            with name_errors(self._file):
                return self._raw.read(size if self.offset < self.slow_from else 1)
        except OSError as exc:
            self.failure = exc
            raise

    def seek(self, offset: int) -> None:
        """Go on reading at *offset*."""
        with name_errors(self._file):
            self._raw.seek(offset)
        self.offset = offset
        self._ahead = b""

    def close(self) -> None:
        """Close the file."""
        self._raw.close()


def _open(file: str) -> tuple[BinaryIO | FileIO, int | None]:
    """Open *file*; tell how many bytes it has, if that is known."""
    if is_url(file):
        from rtmodels.adapters.archive._urls import open_url  # noqa: PLC0415 - fsspec

        return open_url(file)
    raw = FileIO(file)
    status = os.fstat(raw.fileno())
    return raw, status.st_size if stat.S_ISREG(status.st_mode) else None
