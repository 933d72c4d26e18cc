"""How the commands find and read the messages in a file."""

from collections.abc import Callable

from attrs import frozen

from rtmodels.adapters.archive._envelope import Envelope
from rtmodels.adapters.archive._files import START, EventFile, Position
from rtmodels.adapters.archive._parquet import ParquetFile, is_parquet
from rtmodels.adapters.arrow import WireFormat
from rtmodels.converter import Reading


@frozen
class Options:
    """What the user says of the files and their messages."""

    reading: Reading = "tolerant"
    """``strict``, ``tolerant`` or ``forgiving``."""

    event_key: str | None = None
    """The key under which records have their event."""

    time_key: str | None = None
    """The key under which they have the time when it was received."""

    session_key: str | None = None
    """The key under which they have its session."""


def open_file(
    file: str,
    options: Options,
    report: Callable[[Exception], None],
    *,
    start: Position = START,
    wire: WireFormat = "json",
) -> EventFile | ParquetFile:
    """Open *file* to read what is behind *start*.

    Args:
        file: A path or URL.
        options: What is in it.
        report: Takes errors behind which the reading goes on.
        start: Where to begin: behind a batch that was read before.
        wire: The format to have messages in that Parquet holds.

    Raises:
        OSError: It cannot be opened.
        DecodeError: It is Parquet that nobody here wrote.
    """
    if is_parquet(file):
        return ParquetFile(file, start=start, wire=wire)
    keys = (options.event_key, options.time_key, options.session_key)
    envelope = None if keys == (None, None, None) else Envelope(*keys)
    return EventFile(file, start=start, envelope=envelope, report=report)
