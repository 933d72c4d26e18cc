"""Streaming decompression of files: gzip by zlib, zstd by pyarrow."""

import re
import zlib
from typing import Any, Protocol

from rtmodels.adapters._recordings.stored import PeekableBytes

CODECS = {
    "gzip": re.compile(rb"\x1f\x8b"),
    "zstd": re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"),
}
"""The first bytes of compressed files; a zstd file may begin with a skippable frame."""

PIECE = 1 << 16
"""Bytes to decompress at once; Arrow reads compressed data in the same size."""

# zlib expects the header of gzip if 16 is added to the size of the window.
_GZIP = 16 + zlib.MAX_WBITS


class ByteStream(Protocol):
    """A stream of bytes; it raises OSError, or EOFError if it is truncated."""

    def read(self, size: int, /) -> bytes:
        """Return at most *size* bytes; an empty result means the end."""
        ...


class GzipStream:
    """The decompressed text of a gzip file, which may have several members."""

    def __init__(self, source: PeekableBytes) -> None:
        self._source = source
        self._member: Any = None  # a decompressor, until its member ends
        self._input = b""

    def read(self, size: int, /) -> bytes:
        """Return at most *size* bytes, all of them from one member."""
        # Ends, since each round consumes input, returns, or raises.
        while True:
            if not self._input:
                self._input = self._source.read(PIECE)
            is_last = not self._input

            if self._member is None:
                # Some tools pad files with zeros to the size of a block.
                self._input = self._input.lstrip(b"\0")
                if is_last:
                    return b""
                if not self._input:
                    continue
                self._member = zlib.decompressobj(_GZIP)

            data = self._inflate(size)
            if data:
                return data
            if is_last and self._member is not None:
                raise EOFError("Truncated compressed stream")

    def _inflate(self, size: int) -> bytes:
        """Decompress input to at most *size* bytes."""
        # The size bounds the output: a small piece of input may expand a thousandfold.
        try:
            data: bytes = self._member.decompress(self._input, size)
        except zlib.error as exc:
            raise OSError(str(exc)) from exc

        if self._member.eof:
            self._input = self._member.unused_data
            self._member = None
        else:
            self._input = self._member.unconsumed_tail
        return data


def describe_failure(codec: str | None, exc: Exception) -> str:
    """Return what is wrong with a text in which *exc* was raised."""
    # Nothing is damaged: zstd refuses large windows, of which each takes its memory.
    if "requires too much memory" in str(exc):
        window = "needs a window of more than 128 MiB"
        return f"{window}; decompress it first: zstd -d --long=31 FILE"
    return f"bad {codec} data: {exc}"


def decompress(source: PeekableBytes, codec: str) -> ByteStream:
    """Return the decompressed text of *source*.

    Raises:
        MissingDependencyError: The codec is zstd, and pyarrow is not installed.
    """
    if codec == "gzip":
        return GzipStream(source)

    from rtmodels.adapters._recordings.zstd import open_zstd  # noqa: PLC0415 - pyarrow

    return open_zstd(source)
