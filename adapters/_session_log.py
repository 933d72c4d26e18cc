"""Reads recorded messages out of a file: JSON Lines, an array or one document."""

import gzip
import os
import stat
import zlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from itertools import chain
from typing import Any

import orjson
from attrs import frozen

from rtmodels.errors import Issue

BOM = b"\xef\xbb\xbf"
GZIP_MAGIC = b"\x1f\x8b"
UNREADABLE = (OSError, EOFError, zlib.error)
"""What opening or reading a file raises: gzip has errors of its own."""


@frozen
class Frame:
    """One message as it was recorded."""

    value: Any
    """The parsed message; ``None`` where *problem* says why it cannot be parsed."""

    line: int | None = None
    """The line that it stands on, from 1; ``None`` inside a larger document."""

    root: str = "$"
    """How the path to it begins: ``$[3]`` is the fourth element of an array."""

    problem: Issue | None = None
    """Why it is not JSON."""


class SessionLog:
    """The messages in one file, plain or gzip; iterating over it reads them once.

    A file of JSON Lines is streamed; any other is read as a whole.
    """

    def __init__(self, file: BufferedReader) -> None:
        """Look at the first bytes of *file* to see whether it is gzip."""
        self.size = 0
        """Bytes of text read so far."""
        self._file = file
        self._failure: Exception | None = None
        zipped = file.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC)
        self._text = gzip.GzipFile(fileobj=file) if zipped else file

    @property
    def length(self) -> int | None:
        """Bytes that the file has; ``None`` where nobody knows, as of a pipe."""
        status = os.fstat(self._file.fileno())
        return status.st_size if stat.S_ISREG(status.st_mode) else None

    @property
    def position(self) -> int:
        """Bytes of the file used up so far: for gzip, fewer than the text has."""
        return self._file.tell() if self._file.seekable() else self.size

    def __iter__(self) -> Iterator[Frame]:
        """Read the messages; raise one of `UNREADABLE` after the last that can be."""
        lines = self._lines()
        lines = chain([next(lines, b"").removeprefix(BOM)], lines)
        head = _take_head(lines)
        lines = chain(head, lines)
        if not is_document(head):
            yield from _read_lines(lines)
        else:
            text = b"".join(lines)
            if self._failure is None:
                yield from _read_document(text)
        if self._failure is not None:
            raise self._failure

    def _lines(self) -> Iterator[bytes]:
        """Read lines up to the end, or to where the file cannot be read."""
        try:
            for line in self._text:
                self.size += len(line)
                yield line
        except UNREADABLE as exc:
            self._failure = exc


@contextmanager
def open_log(name: str) -> Generator[SessionLog]:
    """Open the file *name*, or standard input if *name* is ``-``."""
    stdin = name == "-"
    with open(0 if stdin else name, "rb", closefd=not stdin) as file:
        yield SessionLog(file)


def _take_head(lines: Iterator[bytes]) -> list[bytes]:
    """Take what tells the forms apart: the lines up to the second that has text."""
    head = []
    for _ in range(2):
        for line in lines:
            head.append(line)
            if line.strip():
                break
    return head


def is_document(lines: Iterable[bytes]) -> bool:
    """Tell by the first two of its *lines* with text whether a file is not JSON Lines.

    An object that the first line leaves open is a document if the second line can go on
    with it; if not, it is a message that broke off, and the next follows.
    """
    first, second = (*filter(bytes.strip, lines), b"", b"")[:2]
    match first.lstrip()[:1]:
        case b"[":
            return not (second and _is_json(first))
        case b"{":
            return _goes_on(second) and not _is_json(first)
        case _:
            return False


def _goes_on(line: bytes) -> bool:
    """Tell whether *line* can be the second of an object: a key, or the end."""
    opener = line[:1]
    return opener in (b" ", b"\t", b"}") or (opener == b'"' and not _is_json(line))


def _is_json(text: bytes) -> bool:
    """Tell whether *text* is one complete JSON value."""
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _read_lines(lines: Iterator[bytes]) -> Iterator[Frame]:
    """Parse each line on its own, and skip those that are blank."""
    for number, line in enumerate(lines, start=1):
        text = line.rstrip()
        if not text:
            continue
        try:
            yield Frame(orjson.loads(text), line=number)
        except orjson.JSONDecodeError as exc:
            yield _refuse(text, exc, number)


def _read_document(text: bytes) -> Iterator[Frame]:
    """Parse *text* as one message, or as an array of them."""
    text = text.rstrip()
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as exc:
        yield _refuse(text, exc, 1)
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield Frame(item, root=f"$[{index}]")
    else:
        yield Frame(value)


def _refuse(text: bytes, exc: orjson.JSONDecodeError, number: int) -> Frame:
    """Make the frame for *text*, which begins on line *number* and is not JSON."""
    try:
        text.decode()
    except UnicodeDecodeError as bad:
        line = text.count(b"\n", 0, bad.start)
        column = bad.start - text.rfind(b"\n", 0, bad.start)
        issue = Issue("$", "UTF-8", f"byte {text[bad.start]:#04x} at column {column}")
    else:
        line = exc.lineno - 1
        issue = Issue("$", "JSON", f"{exc.msg} at column {exc.colno}")
    return Frame(None, line=number + line, problem=issue)
