"""Decompresses zstd by pyarrow; `compression` imports it for the first such file."""

from typing import TYPE_CHECKING

from rtmodels.adapters._recordings.stored import PeekableBytes
from rtmodels.errors import MissingDependencyError

if TYPE_CHECKING:
    from rtmodels.adapters._recordings.compression import ByteStream

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc


class _Loan:
    """A source for Arrow to read, which Arrow cannot close."""

    def __init__(self, source: PeekableBytes) -> None:
        self.read = source.read
        self.closed = False

    def close(self) -> None:
        self.closed = True


def open_zstd(source: PeekableBytes) -> "ByteStream":
    """Return the decompressed text of *source*, frame after frame."""
    stream: ByteStream = pa.CompressedInputStream(_Loan(source), "zstd")
    return stream
