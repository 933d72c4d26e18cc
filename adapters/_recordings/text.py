"""Reads the text of a file, plain or decompressed."""

from collections.abc import Iterator

from rtmodels.adapters._recordings.compression import (
    CODECS,
    PIECE,
    ByteStream,
    decompress,
)
from rtmodels.adapters._recordings.found import Damage
from rtmodels.adapters._recordings.stored import PeekableBytes, StoredBytes
from rtmodels.errors import MissingDependencyError


class RecordedText(PeekableBytes):
    """The text of a file, whose *offset* counts decompressed bytes.

    Where the file cannot be read further, its text ends, and `failure` says why.
    """

    def __init__(
        self, file: str, chunk_size: int, *, descriptor: int | None = None
    ) -> None:
        """Open *file*, and detect by its first bytes whether it is compressed.

        Raises:
            OSError: It cannot be opened.
            MissingDependencyError: It is compressed such that an extra is needed.
        """
        super().__init__()
        self.chunk_size = chunk_size
        """How many bytes to read if there is no reason for another number."""
        self._source = StoredBytes(file, descriptor=descriptor)
        self._fetched = 0
        self._failure: str | OSError | None = None
        try:
            magic = self._source.peek(4)
        except OSError as exc:
            self._failure, magic = exc, b""

        matches = (name for name, start in CODECS.items() if start.match(magic))
        self._codec = next(matches, None)
        try:
            self._stream = self._begin()
        except MissingDependencyError:
            self._source.close()
            raise

    def _begin(self) -> ByteStream:
        """Return the text from its beginning."""
        if self._codec is None:
            return self._source
        return decompress(self._source, self._codec)

    @property
    def length(self) -> int | None:
        """Bytes that the file has on disk; ``None`` if unknown, as for a pipe."""
        return self._source.length

    @property
    def consumed(self) -> int:
        """Bytes of the file on disk that have been used up."""
        return self._source.offset

    def __iter__(self) -> Iterator[bytes]:
        """Iterate over chunks; what a pipe has is a chunk, however short."""
        while chunk := self.read(self.chunk_size, wait=self.length is not None):
            yield chunk

    def _fetch(self, size: int, *, wait: bool) -> bytes:
        pieces = []
        limit = PIECE if self._codec else size  # a failure loses the piece it is in
        while size > 0 and self._failure is None:
            try:
                piece = self._stream.read(min(size, limit))
            except (OSError, EOFError) as exc:
                self._failure = self._source.failure or f"bad {self._codec} data: {exc}"
                # A gzip file that breaks off has given all that it has.
                piece = b"" if isinstance(exc, EOFError) else self._recover()
            if not piece:
                break

            pieces.append(piece)
            self._fetched += len(piece)
            size -= len(piece)
            if not wait:
                break
        return b"".join(pieces)

    def _recover(self) -> bytes:
        """Read what came before a failure, and was lost with the piece that failed.

        It takes two more reads of the file, in steps that get smaller and smaller.
        """
        saved: list[bytes] = []

        place = self._source.offset - PIECE
        for step in (256, 1) if self._codec else ():
            try:
                self._source.seek(0)
                self._source.slow_from = place
                self._stream = self._begin()
                self._pass(self._fetched + sum(map(len, saved)))
                while data := self._stream.read(step):
                    saved.append(data)
            except OSError:
                continue  # the same failure is met again, with less lost to it
        return b"".join(saved)

    def _pass(self, size: int) -> None:
        """Decompress *size* bytes, and discard them."""
        while size > 0 and (piece := self._stream.read(min(size, PIECE))):
            size -= len(piece)

    def skip_to(self, offset: int) -> bool:
        """Continue reading at *offset*; return whether the text is that long.

        Raises:
            OSError: The file cannot be read there.
        """
        if self._codec is None and offset > len(self._ahead):
            self._source.seek(offset)
            self.offset, self._ahead = offset, b""
            return self.length is None or self.length >= offset

        while self.read(min(offset - self.offset, self.chunk_size)):
            pass
        return self.offset >= offset

    @property
    def is_broken(self) -> bool:
        """Whether the text ended where it should not."""
        return self._failure is not None

    def failure(self, line: int) -> OSError | Damage | None:
        """Return why the text ended too early, on *line*, if it did."""
        if isinstance(self._failure, str):
            return Damage(line, self._failure)
        return self._failure

    def close(self) -> None:
        """Close the file."""
        self._source.close()
