"""One function that opens any file of an archive, Parquet or not."""

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
    wire: WireFormat | None = "json",
) -> EventFile | ParquetFile:
    """Open *file* to read the messages after *start*.

    Args:
        file: A path or URL.
        options: How to find the events in the file.
        report: Called with each error that does not end the file.
        start: Where to begin: the position after a batch read earlier.
        wire: The format in which to return messages from Parquet; ``None`` leaves them
            as rows.

    Raises:
        OSError: The file cannot be opened.
        DecodeError: It is a Parquet file that `rtmodels convert` did not write.
    """
    if is_parquet(file):
        return ParquetFile(file, report=report, start=start, wire=wire)

    envelope = make_envelope(options.event_key, options.time_key, options.session_key)
    return EventFile(file, start=start, envelope=envelope, report=report)
