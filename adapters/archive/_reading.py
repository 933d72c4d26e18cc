"""Conversion of batches to tables, and of any file of an archive to batches."""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rtmodels.adapters._recordings.events import Event
from rtmodels.adapters._recordings.found import HintError
from rtmodels.adapters._recordings.options import ReadOptions, make_envelope
from rtmodels.adapters._recordings.paths import expand
from rtmodels.adapters._wire_format import make_message_decoder
from rtmodels.adapters.archive._files import EventFile
from rtmodels.adapters.archive._opening import open_file
from rtmodels.adapters.archive._packing import pc
from rtmodels.adapters.archive._parquet import ParquetFile
from rtmodels.adapters.archive._rows import MessageSource
from rtmodels.adapters.archive._tables import Tables, Tabulator
from rtmodels.adapters.arrow import ArrowAdapter
from rtmodels.adapters.arrow._messages import read_issues
from rtmodels.adapters.dicts import DictAdapter
from rtmodels.converter import Mode
from rtmodels.errors import DecodeError, MissingDependencyError, RtmodelsError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc


SURROGATES = ("\\ud", "\\uD")
"""How the escape of a surrogate begins."""

_ROWS = ArrowAdapter(Event)
"""The adapter for the rows of Parquet files."""


def tabulate(
    batches: Iterable[pa.RecordBatch],
    *,
    mode: Mode | None = None,
    upgrade: bool = False,
) -> Tables:
    """Sum up the events in *batches* as tables of responses, items and errors.

    Only the rows of the tables and the responses that have not ended are held in
    memory.

    Args:
        batches: Batches from `read_events`, or of Parquet files that
            ``rtmodels convert`` wrote, with the events of each session in order.
        mode: How much to accept: ``strict``, ``tolerant`` (the default) or
            ``forgiving``. A message that cannot be decoded becomes a row of the errors.
        upgrade: Whether to convert events of the beta to those of the GA. Without it,
            events that exist only in the beta are ignored.
    """
    decode_message: Callable[[Any], Event] = make_message_decoder(
        Event,
        mode=mode,
        upgrade=upgrade,
        max_bytes=sys.maxsize,  # `read_events` has already applied its limit
    )
    decode_row = DictAdapter(Event, mode=mode, upgrade=upgrade, binary=True).decode

    tabulator = Tabulator()
    decode: Callable[[Any], Event]
    for batch in batches:
        for source, message in zip(
            _read_sources(batch),
            _read_messages(batch, lax=mode == "forgiving"),
            strict=True,
        ):
            decode = decode_row if isinstance(message, dict) else decode_message
            try:
                event = decode(message)
            except RtmodelsError as exc:
                tabulator.skip(source, read_issues(exc))
            else:
                tabulator.add(source, event)

    return tabulator.tables()


def _read_messages(batch: pa.RecordBatch, *, lax: bool) -> list[Any]:
    """Return the raw message of each row, or the message as a dict.

    *lax* is whether text with a lone surrogate is to be accepted.
    """
    if "issues" not in batch.schema.names:
        messages: list[Any] = batch.column("message").to_pylist()
        return messages

    # Only the parser of JSON refuses lone surrogates.
    if not lax and any(map(_has_surrogates, batch.columns)):
        texts: list[Any] = _ROWS.encode(batch).to_pylist()
        return texts

    # The messages that did not decode are in the file as they were.
    raws = batch.column("raw").to_pylist()
    rows = _ROWS.to_wire(batch)
    return [row if raw is None else raw for row, raw in zip(rows, raws, strict=True)]


def _has_surrogates(array: Any) -> bool:
    """Check whether *array* may have JSON text with an escaped lone surrogate."""
    if array.null_count == len(array):
        return False
    if pa.types.is_struct(array.type):
        fields = range(array.type.num_fields)
        return any(_has_surrogates(array.field(index)) for index in fields)
    if pa.types.is_list(array.type) or pa.types.is_map(array.type):
        return _has_surrogates(array.values)

    if not pa.types.is_string(array.type):
        return False
    return any(
        pc.any(pc.match_substring(array, escape)).as_py() for escape in SURROGATES
    )


def _read_sources(batch: pa.RecordBatch) -> Iterator[MessageSource]:
    """Iterate over the source of each message."""
    column = batch.column("source")
    names = ("file", "line", "received_at", "session")
    columns = dict(zip(names, column.flatten(), strict=True))

    # Integers can be subtracted and packed again without a `datetime` for each row.
    columns["received_at"] = columns["received_at"].cast(pa.int64())
    return map(MessageSource, *(columns[name].to_pylist() for name in names))


def read_any(
    paths: Iterable[str],
    options: ReadOptions,
    report: Callable[[Exception], None],
    watch: Callable[[str, EventFile | ParquetFile], None],
) -> Iterator[pa.RecordBatch]:
    """Iterate over the batches in *paths*, which may include Parquet files.

    *report* is called with each read error and each hint, and *watch* with the file
    being read.
    """
    envelope = make_envelope(options)
    for path in paths:
        try:
            for file in expand(path):
                with open_file(
                    file, options, report, envelope=envelope, wire=None
                ) as opened:
                    for batch, _ in opened:
                        yield batch
                        watch(file, opened)
        except (DecodeError, OSError) as exc:
            report(exc)

    for hint in envelope.describe_missing() if envelope is not None else ():
        report(HintError(hint))
