"""Reader for the messages of one recording, in any form."""

from collections.abc import Iterator
from typing import Self

from attrs import frozen

from rtmodels.adapters._base import MAX_BYTES
from rtmodels.adapters._recordings.first_look import FirstLook
from rtmodels.adapters._recordings.forms import (
    BOM,
    HEAD_SIZE,
    Form,
    describe_unsupported,
    find_form,
    shows_form,
)
from rtmodels.adapters._recordings.found import Damage, FoundMessages, Hint
from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters._recordings.protocol import (
    Protocol,
)
from rtmodels.adapters._recordings.protocols import (
    load_protocol,
)
from rtmodels.adapters._recordings.text import RecordedText

CHUNK_SIZE = 1 << 20


@frozen
class Position:
    """A place between two messages of a file, from which another reader can resume."""

    offset: int = 0
    """Bytes of decompressed text before it."""

    line: int = 0
    """Lines before it; in an array and in MessagePack, the messages before it."""


START = Position()


class RecordingReader:
    """One open recording, which can be iterated over once.

    A file holds JSON Lines, one JSON array or document, or concatenated MessagePack
    maps; plain, gzip or zstd. The format is detected from the first bytes, not from
    the name.
    """

    def __init__(
        self,
        file: str,
        *,
        start: Position = START,
        max_bytes: int = MAX_BYTES,
        chunk_size: int = CHUNK_SIZE,
        descriptor: int | None = None,
        options: ReadOptions | None = None,
    ) -> None:
        """Open *file* to read the messages after *start*.

        Args:
            file: A path or a URL.
            start: Where to begin.
            max_bytes: Maximum bytes of a message.
            chunk_size: How many bytes of text to scan at once.
            descriptor: An open file to read instead, which is left open; *file* is then
                only its name.
            options: How the messages are read; the first ones then show whether they
                can be. ``None`` accepts any messages.

        Raises:
            OSError: The file cannot be opened.
            MissingDependencyError: Its compression needs an extra.
        """
        self.name = file.encode("utf-8", "backslashreplace").decode()
        """The name of the file as valid text; on disk it may be any bytes."""
        self.form: Form | None = None
        """The form of the text; ``None`` until iteration starts."""
        self._text = RecordedText(file, chunk_size, descriptor=descriptor)
        self._start = start
        self._max_bytes = max_bytes
        self._options = options
        self._look: FirstLook | None = None

    def __enter__(self) -> Self:
        """Return the open file."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._text.close()

    @property
    def protocol(self) -> Protocol | None:
        """The protocol that its messages have shown so far, or that the options name.

        ``None`` if there is neither.
        """
        if self._options is not None and self._options.only is not None:
            return load_protocol(self._options.only)
        return None if self._look is None else self._look.protocol

    @property
    def length(self) -> int | None:
        """Bytes that the file has on disk; ``None`` if unknown, as for a pipe."""
        return self._text.length

    @property
    def position(self) -> int:
        """Bytes of the file on disk that have been read."""
        return self._text.consumed

    @property
    def text_size(self) -> int:
        """Bytes of decompressed text read so far."""
        return self._text.offset

    def __iter__(self) -> Iterator[FoundMessages | Damage | Hint | OSError]:
        """Iterate over messages, damage, hints and read errors, in order.

        Messages may follow damage, such as a line that is too long. A read error is
        always the last, and so is a hint that the file cannot be read as it is.

        Raises:
            OSError: The file cannot be read from *start* on.
            MissingDependencyError: It is MessagePack, which needs an extra.
        """
        line = self._start.line
        for found in self._find():
            if isinstance(found, FoundMessages) and found.lines:
                line = found.lines[-1]
                look = self._look = self._look or self._make_look()
                for hint in look.judge(found.messages) if look is not None else ():
                    yield hint
                    if hint.ends_file:
                        return
            yield found

        # The text ends quietly at a read error, so that all before it is split first.
        failure = self._text.failure(max(1, line))
        if failure is not None:
            yield failure

    def _make_look(self) -> FirstLook | None:
        """Build a first look at the file, unless it is not read from its start."""
        if self._options is None or self._start != START:
            return None
        return FirstLook(self._options, self.form is None or self.form.is_text)

    def _find(self) -> Iterator[FoundMessages | Damage]:
        """Iterate over messages and damage in the text."""
        head = self._text.peek(HEAD_SIZE, shows_form)
        mark = BOM if head.startswith(BOM) else b""
        head = head.removeprefix(mark)
        self.form = find_form(head)
        if self.form is None:
            yield Damage(1, describe_unsupported(head))
            return

        line = self._start.line
        if self._text.skip_to(max(len(mark), self._start.offset)):
            yield from self.form.split(self._text, line, self._max_bytes)
        elif not self._text.is_broken:
            yield Damage(line, "the file is shorter than when it was last read")
