"""Reads the messages of one recording, in any form."""

from collections.abc import Iterator
from typing import Self

from attrs import frozen

from rtmodels.adapters._base import MAX_BYTES
from rtmodels.adapters._recordings.forms import (
    BOM,
    HEAD_SIZE,
    Form,
    find_form,
    shows_form,
)
from rtmodels.adapters._recordings.found import Damage, FoundMessages
from rtmodels.adapters._recordings.text import RecordedText

CHUNK_SIZE = 1 << 20


@frozen
class Position:
    """A place between two messages of a file, which stays valid when it is closed."""

    offset: int = 0
    """Bytes of text before it, decompressed."""

    line: int = 0
    """Lines before it; in an array and in MessagePack, the messages before it."""


START = Position()


class RecordingReader:
    """One open recording; iterating over it reads its messages once.

    A file holds JSON Lines, one JSON array or document, or concatenated MessagePack
    maps; plain, gzip or zstd. The first bytes tell, and not the name.
    """

    def __init__(
        self,
        file: str,
        *,
        start: Position = START,
        max_bytes: int = MAX_BYTES,
        chunk_size: int = CHUNK_SIZE,
        descriptor: int | None = None,
    ) -> None:
        """Open *file* to read what follows *start*.

        Args:
            file: A path or a URL.
            start: Where to begin.
            max_bytes: No message may have more bytes.
            chunk_size: How many bytes of text to look at together.
            descriptor: Read this open file instead, and leave it open; *file* is only
                its name.

        Raises:
            OSError: The file cannot be opened.
            MissingDependencyError: It is compressed such that an extra is needed.
        """
        self.name = file.encode("utf-8", "backslashreplace").decode()
        """What to call the file: its name may have bytes that are no text."""
        self.form: Form | None = None
        """What form it has; ``None`` until the first message was asked for."""
        self._text = RecordedText(file, chunk_size, descriptor=descriptor)
        self._start = start
        self._max_bytes = max_bytes

    def __enter__(self) -> Self:
        """Leave the file open until the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._text.close()

    @property
    def length(self) -> int | None:
        """Bytes that the file has on disk; ``None`` if unknown, as for a pipe."""
        return self._text.length

    @property
    def position(self) -> int:
        """Bytes of the file on disk that have been used up."""
        return self._text.consumed

    @property
    def text_size(self) -> int:
        """Bytes of text read so far, decompressed."""
        return self._text.offset

    def __iter__(self) -> Iterator[FoundMessages | Damage | OSError]:
        """Iterate over messages, and over what cannot be read, in order.

        Damage need not be the end: a line that is too long is skipped. An error of the
        file is the end.

        Raises:
            OSError: The file cannot be read from *start* on.
            MissingDependencyError: It is MessagePack, and an extra is needed.
        """
        line = self._start.line
        for found in self._find():
            if isinstance(found, FoundMessages) and found.lines:
                line = found.lines[-1]
            yield found

        failure = self._text.failure(max(1, line))
        if failure is not None:
            yield failure

    def _find(self) -> Iterator[FoundMessages | Damage]:
        """Iterate over what is in the text, as far as it goes."""
        head = self._text.peek(HEAD_SIZE, shows_form)
        mark = BOM if head.startswith(BOM) else b""
        head = head.removeprefix(mark)
        self.form = find_form(head)
        if self.form is None:
            reason = f"neither JSON nor MessagePack, it begins {head[:8]!r}"
            yield Damage(1, reason)
            return

        line = self._start.line
        if self._text.skip_to(max(len(mark), self._start.offset)):
            yield from self.form.split(self._text, line, self._max_bytes)
        elif not self._text.is_broken:
            yield Damage(line, "the file was longer when it was read before")
