"""Opens any file of an archive, Parquet or not."""

from collections.abc import Callable

from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters._recordings.reader import START, Position
from rtmodels.adapters.archive._envelope import make_envelope
from rtmodels.adapters.archive._files import EventFile
from rtmodels.adapters.archive._parquet import ParquetFile, is_parquet
from rtmodels.adapters.arrow import WireFormat


def open_file(
    file: str,
    options: ReadOptions,
    report: Callable[[Exception], None],
    *,
    start: Position = START,
    wire: WireFormat = "json",
) -> EventFile | ParquetFile:
    """Open *file* to read what is behind *start*.

    Args:
        file: A path or URL.
        options: What is in it.
        report: Takes what cannot be read of it.
        start: Where to begin: behind a batch that was read before.
        wire: The format to have messages in that Parquet holds.

    Raises:
        OSError: It cannot be opened.
        DecodeError: It is Parquet that `rtmodels convert` did not write.
    """
    if is_parquet(file):
        return ParquetFile(file, start=start, wire=wire)
    envelope = make_envelope(options.event_key, options.time_key, options.session_key)
    return EventFile(file, start=start, envelope=envelope, report=report)
