"""Decompression of zstd by pyarrow; `compression` imports it when it is needed."""

from typing import TYPE_CHECKING

from rtmodels.adapters._recordings.stored import PeekableBytes
from rtmodels.errors import MissingDependencyError

if TYPE_CHECKING:
    from rtmodels.adapters._recordings.compression import ByteStream

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc


# Arrow closes its source when the stream is freed, but `RecordedText` still needs it to
# seek and to start again.
class _Loan:
    """A source that Arrow can read and cannot close."""

    def __init__(self, source: PeekableBytes) -> None:
        self.read = source.read
        self.closed = False

    def close(self) -> None:
        self.closed = True


def open_zstd(source: PeekableBytes) -> "ByteStream":
    """Return the decompressed text of *source*, frame after frame."""
    stream: ByteStream = pa.CompressedInputStream(_Loan(source), "zstd")
    return stream
