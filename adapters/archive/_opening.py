"""One function that opens any file of an archive, Parquet or not."""

from collections.abc import Callable

from rtmodels.adapters._recordings.envelope import Envelope
from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters._recordings.paths import STDIN, is_parquet
from rtmodels.adapters._recordings.reader import START, Position
from rtmodels.adapters.archive._files import EventFile
from rtmodels.adapters.archive._parquet import ParquetFile
from rtmodels.adapters.arrow import WireFormat


def open_file(
    file: str,
    options: ReadOptions,
    report: Callable[[Exception], None],
    *,
    envelope: Envelope | None = None,
    start: Position = START,
    wire: WireFormat = "json",
) -> EventFile | ParquetFile:
    """Open *file* to read the messages after *start*.

    Args:
        file: A path or URL; ``-`` is standard input.
        options: How the events are read.
        report: Called with each error and hint that does not end the file.
        envelope: The envelope with the keys in the options, if there are any.
        start: Where to begin: the position after a batch read earlier.
        wire: The format in which to return messages from Parquet.

    Raises:
        OSError: The file cannot be opened.
        DecodeError: It is a Parquet file that `rtmodels convert` did not write, or one
            of another protocol than that in the options.
    """
    if is_parquet(file):
        return ParquetFile(file, options, report=report, start=start, wire=wire)

    return EventFile(
        file,
        start=start,
        envelope=envelope,
        report=report,
        descriptor=0 if file == STDIN else None,
        options=options,
    )
