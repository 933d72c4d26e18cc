"""The text of a file, decompressed if necessary."""

from collections.abc import Iterator

from rtmodels.adapters._recordings.compression import (
    CODECS,
    PIECE,
    ByteStream,
    decompress,
    describe_failure,
)
from rtmodels.adapters._recordings.found import Damage
from rtmodels.adapters._recordings.stored import PeekableBytes, StoredBytes
from rtmodels.errors import MissingDependencyError


class RecordedText(PeekableBytes):
    """The text of a file, whose *offset* counts decompressed bytes.

    At a read error the text ends, and `failure` returns the error.
    """

    def __init__(
        self, file: str, chunk_size: int, *, descriptor: int | None = None
    ) -> None:
        """Open *file*, and detect its compression from its first bytes.

        Raises:
            OSError: The file cannot be opened.
            MissingDependencyError: Its compression needs an extra.
        """
        super().__init__()
        self.chunk_size = chunk_size
        """How many bytes to read at once by default."""
        self._source = StoredBytes(file, descriptor=descriptor)
        self._fetched = 0
        self._failure: str | OSError | None = None

        # Like any read error, one at the start is reported when the text is read.
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
        """Return a stream of the text from its beginning."""
        if self._codec is None:
            return self._source
        return decompress(self._source, self._codec)

    @property
    def length(self) -> int | None:
        """Bytes that the file has on disk; ``None`` if unknown, as for a pipe."""
        return self._source.length

    @property
    def consumed(self) -> int:
        """Bytes of the file on disk that have been read."""
        return self._source.offset

    def __iter__(self) -> Iterator[bytes]:
        """Iterate over chunks; a pipe yields what it has, however short."""
        while chunk := self.read(self.chunk_size, wait=self.length is not None):
            yield chunk

    def _fetch(self, size: int, *, wait: bool) -> bytes:
        pieces = []
        # A decompressor that fails loses its current piece, so pieces are small.
        # `_recover` gets back even that one.
        limit = PIECE if self._codec else size

        while size > 0 and self._failure is None:
            try:
                piece = self._stream.read(min(size, limit))
            except (OSError, EOFError) as exc:
                self._failure = self._source.failure or describe_failure(
                    self._codec, exc
                )
                # A truncated gzip file has returned all its data by now.
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
        """Return the text between the last good piece and the place of the damage.

        This reads the file twice more, in steps of 256 bytes and then of one.
        """
        saved: list[bytes] = []

        # Decompressors cannot go back, so each attempt starts from the beginning. Near
        # the damage the file is also read byte by byte, so that no good byte reaches
        # the decompressor together with a bad one.
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
                # The same damage again, but a smaller step loses less text to it.
                continue

        return b"".join(saved)

    def _pass(self, size: int) -> None:
        """Decompress *size* bytes, and discard them."""
        while size > 0 and (piece := self._stream.read(min(size, PIECE))):
            size -= len(piece)

    def skip_to(self, offset: int) -> bool:
        """Resume reading at *offset*; return whether the text is that long.

        Raises:
            OSError: The file cannot be read there.
        """
        # Compressed text has no index, so all of it before the offset is decompressed.
        if self._codec is None and offset > len(self._ahead):
            self._source.seek(offset)
            self.offset, self._ahead = offset, b""
            return self.length is None or self.length >= offset

        while self.read(min(offset - self.offset, self.chunk_size)):
            pass

        return self.offset >= offset

    @property
    def is_broken(self) -> bool:
        """Whether the text ended at a read error."""
        return self._failure is not None

    def failure(self, line: int) -> OSError | Damage | None:
        """Return the read error that ended the text on *line*, if any."""
        if isinstance(self._failure, str):
            return Damage(line, self._failure)
        return self._failure

    def close(self) -> None:
        """Close the file."""
        self._source.close()
