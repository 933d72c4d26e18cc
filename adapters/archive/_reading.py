"""Turns batches into tables, and any file of an archive into batches."""

import sys
from collections.abc import Callable, Iterable, Iterator

from rtmodels.adapters._recordings.events import Event
from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters._recordings.paths import expand
from rtmodels.adapters._wire_format import make_message_decoder
from rtmodels.adapters.archive._files import EventFile
from rtmodels.adapters.archive._opening import open_file
from rtmodels.adapters.archive._parquet import ParquetFile
from rtmodels.adapters.archive._rows import MessageSource
from rtmodels.adapters.archive._tables import Tables, Tabulator
from rtmodels.adapters.arrow._messages import read_issues
from rtmodels.converter import Mode
from rtmodels.errors import DecodeError, MissingDependencyError, RtmodelsError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc


def tabulate(
    batches: Iterable[pa.RecordBatch],
    *,
    mode: Mode | None = None,
    upgrade: bool = False,
) -> Tables:
    """Sum up the events in *batches* as tables of responses, items and errors.

    Memory is taken for the rows of the tables and for responses that have not ended.

    Args:
        batches: What `read_events` yields; the events of a session in their order.
        mode: How much to accept: ``strict``, ``tolerant`` (the default) or
            ``forgiving``. A message that cannot be read is a row of the errors.
        upgrade: Turn events of the beta into the GA's; those of another type would
            count for nothing.
    """
    decode = make_message_decoder(
        Event,
        mode=mode,
        upgrade=upgrade,
        max_bytes=sys.maxsize,  # the reader of the messages has set a limit
    )

    tabulator = Tabulator()
    for batch in batches:
        messages = batch.column("message").to_pylist()
        for source, message in zip(_read_sources(batch), messages, strict=True):
            try:
                event = decode(message)
            except RtmodelsError as exc:
                tabulator.skip(source, read_issues(exc))
            else:
                tabulator.add(source, event)
    return tabulator.tables()


def _read_sources(batch: pa.RecordBatch) -> Iterator[MessageSource]:
    """Read where each message is from."""
    column = batch.column("source")
    names = ("file", "line", "received_at", "session")
    columns = dict(zip(names, column.flatten(), strict=True))
    columns["received_at"] = columns["received_at"].cast(pa.int64())
    return map(MessageSource, *(columns[name].to_pylist() for name in names))


def read_any(
    paths: Iterable[str],
    options: ReadOptions,
    report: Callable[[Exception], None],
    watch: Callable[[str, EventFile | ParquetFile], None],
) -> Iterator[pa.RecordBatch]:
    """Read raw batches out of *paths*, Parquet among them.

    *report* takes what cannot be read; *watch* is called with each file as it is read.
    """
    for path in paths:
        try:
            for file in expand(path):
                with open_file(file, options, report, wire="msgpack") as opened:
                    for batch, _ in opened:
                        yield batch
                        watch(file, opened)
        except (DecodeError, OSError) as exc:
            report(exc)
