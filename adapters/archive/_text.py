"""Reads the text of a file, plain or decompressed."""

import re
from collections.abc import Iterator

from rtmodels.adapters.archive._sources import Reader, Source
from rtmodels.errors import DecodeError, MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

CODECS = {
    "gzip": re.compile(rb"\x1f\x8b"),
    "zstd": re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"),
}
"""How compressed files begin; a zstd file may begin with a frame to be skipped."""

PIECE = 1 << 16
"""Bytes to decompress at once; Arrow reads so many of the compressed file."""


class _Loan:
    """A source for Arrow to read, which closes what it has no more use for."""

    def __init__(self, source: Source) -> None:
        self.read = source.read
        self.closed = False

    def close(self) -> None:
        self.closed = True


class Text(Reader):
    """The text of a file, whose *offset* counts decompressed bytes.

    Where the file cannot be read on, its text ends, and `failure` says why.
    """

    def __init__(self, file: str, chunk_size: int) -> None:
        """Open *file*, and look at its first bytes to see whether it is compressed.

        Raises:
            OSError: It cannot be opened.
        """
        super().__init__()
        self.chunk_size = chunk_size
        """How many bytes to read if there is no reason for another number."""
        self.name = file.encode("utf-8", "backslashreplace").decode()
        """What to call the file: its name may have bytes that are no text."""
        self._source = Source(file)
        self._fetched = 0
        self._failure: str | OSError | None = None
        try:
            magic = self._source.peek(4)
        except OSError as exc:
            self._failure, magic = exc, b""
        matches = (name for name, start in CODECS.items() if start.match(magic))
        self._codec = next(matches, None)
        self._stream = self._decompress()

    def _decompress(self) -> "Source | pa.CompressedInputStream":
        """Begin to decompress, if there is something to decompress."""
        if self._codec is None:
            return self._source
        return pa.CompressedInputStream(_Loan(self._source), self._codec)

    @property
    def length(self) -> int | None:
        """Bytes that the file has on disk; ``None`` where nobody knows."""
        return self._source.length

    @property
    def consumed(self) -> int:
        """Bytes of the file on disk that have been used up."""
        return self._source.offset

    def __iter__(self) -> Iterator[bytes]:
        """Read chunk after chunk."""
        while chunk := self.read(self.chunk_size):
            yield chunk

    def _fetch(self, size: int) -> bytes:
        pieces = []
        limit = PIECE if self._codec else size  # a failure loses the piece it is in
        while size > 0 and self._failure is None:
            try:
                piece = self._stream.read(min(size, limit))
            except OSError as exc:
                self._failure = self._source.failure or f"bad {self._codec} data: {exc}"
                piece = self._salvage()
            if not piece:
                break
            pieces.append(piece)
            self._fetched += len(piece)
            size -= len(piece)
        return b"".join(pieces)

    def _salvage(self) -> bytes:
        """Read what came before a failure, and was lost with the piece that failed.

        It takes two more reads of the file, in steps that get smaller and smaller.
        """
        saved: list[bytes] = []
        place = self._source.offset - PIECE
        for step in (256, 1) if self._codec else ():
            try:
                self._source.seek(0)
                self._source.slow_from = place
                self._stream = self._decompress()
                self._pass(self._fetched + sum(map(len, saved)))
                while data := self._stream.read(step):
                    saved.append(data)
            except OSError:
                continue  # it comes again, of course
        return b"".join(saved)

    def _pass(self, size: int) -> None:
        """Decompress *size* bytes, and throw them away."""
        while size > 0 and (piece := self._stream.read(min(size, PIECE))):
            size -= len(piece)

    def skip_to(self, offset: int, line: int) -> None:
        """Go on reading at *offset*, which is behind *line*.

        Raises:
            OSError: The file cannot be read there.
            DecodeError: The text is not that long.
        """
        if self._codec is None and offset > len(self._ahead):
            self._source.seek(offset)
            self.offset, self._ahead = offset, b""
            short = self.length is not None and self.length < offset
        else:
            while self.read(min(offset - self.offset, self.chunk_size)):
                pass
            short = self.offset < offset
        if short:
            raise self.failure(line) or self.refuse(
                line, "the file was longer when it was read before"
            )

    def refuse(self, line: int, reason: str) -> DecodeError:
        """Make the error for what stands on *line*."""
        return DecodeError(f"{self.name}:{line}: {reason}")

    @property
    def is_broken(self) -> bool:
        """Whether the text ended where it should not."""
        return self._failure is not None

    def failure(self, line: int) -> OSError | DecodeError | None:
        """Make the error for a text that ended on *line*, where it should not."""
        if isinstance(self._failure, str):
            return self.refuse(line, self._failure)
        return self._failure

    def close(self) -> None:
        """Close the file."""
        self._source.close()
