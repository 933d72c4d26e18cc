"""Conversion of batches to tables, and of any file of an archive to batches."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any

from rtmodels.adapters._recordings.first_look import FirstLook
from rtmodels.adapters._recordings.found import Hint, HintError
from rtmodels.adapters._recordings.options import (
    ProtocolName,
    ReadOptions,
    check_protocol,
    make_envelope,
)
from rtmodels.adapters._recordings.paths import expand
from rtmodels.adapters._recordings.protocol import (
    Protocol,
)
from rtmodels.adapters._recordings.protocols import (
    DEFAULT,
    load_protocol,
)
from rtmodels.adapters._wire_format import is_msgpack, make_message_decoder
from rtmodels.adapters.archive._adapter import (
    find_row_protocol,
    make_recorded_decoder,
    make_row_adapter,
)
from rtmodels.adapters.archive._files import EventFile
from rtmodels.adapters.archive._opening import open_file
from rtmodels.adapters.archive._packing import pc
from rtmodels.adapters.archive._parquet import ParquetFile
from rtmodels.adapters.archive._rows import MessageSource
from rtmodels.adapters.archive._tables import Rows, Tables, Tabulator
from rtmodels.adapters.arrow._messages import read_issues
from rtmodels.adapters.dicts import DictAdapter
from rtmodels.converter import Mode
from rtmodels.errors import DecodeError, MissingDependencyError, RtmodelsError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc


if TYPE_CHECKING:
    from rtmodels.adapters.archive._live_tables import LiveTabulator

FEW = 10
"""Number of messages to look at before asking whether they show the protocol."""

SURROGATES = ("\\ud", "\\uD")
"""How the escape of a surrogate begins."""


def tabulate(
    batches: Iterable[pa.RecordBatch],
    *,
    mode: Mode | None = None,
    protocol: ProtocolName | None = None,
    upgrade: bool = False,
) -> Tables:
    """Sum up the events in *batches* as tables of responses, items, errors and more.

    Only the rows of the tables and the responses that have not ended are held in
    memory.

    Args:
        batches: Batches from `read_events`, or of Parquet files that
            ``rtmodels convert`` wrote, with the events of each session in order.
        mode: How much to accept: ``strict``, ``tolerant`` (the default) or
            ``forgiving``. A message that cannot be decoded becomes a row of the errors.
        protocol: ``realtime`` or ``live``. By default, the first events of each file
            show which of them it is.
        upgrade: Whether to convert events of the beta to those of the GA. Without it,
            events that exist only in the beta are ignored.

    Raises:
        ValueError: *upgrade* is set, and *protocol* has no beta.
    """
    options = ReadOptions(mode=mode or "tolerant", protocol=protocol, upgrade=upgrade)
    check_protocol(options)

    rows = Rows()
    summaries: dict[str, _Summary] = {}
    finder = _ProtocolFinder(options)
    for batch in batches:
        for source, message, name in _read_batch(
            batch, finder, lax=mode == "forgiving"
        ):
            summary = summaries.get(name)
            if summary is None:
                summary = summaries[name] = _Summary(load_protocol(name), options, rows)
            summary.add(source, message)

    unfinished = [each.list_unfinished() for each in summaries.values()]
    return rows.to_tables(chain.from_iterable(unfinished))


class _Summary:
    """The tables of the events of one protocol while they grow."""

    def __init__(self, protocol: Protocol, options: ReadOptions, rows: Rows) -> None:
        """Decode events of *protocol* as *options* say, and add them to *rows*."""
        mode, upgrade = options.mode, options.upgrade
        lax = mode == "forgiving"

        def make(union: Any) -> Callable[[Any], Any]:
            return make_message_decoder(
                union,
                mode=mode,
                upgrade=upgrade,
                max_bytes=sys.maxsize,  # `read_events` has already applied its limit
            )

        def make_for_rows(union: Any) -> Callable[[Any], Any]:
            adapter = DictAdapter[Any](union, mode=mode, upgrade=upgrade, binary=True)
            return adapter.decode

        self._decode_message = make_recorded_decoder(protocol, make, lax=lax)
        self._decode_row = make_recorded_decoder(protocol, make_for_rows, lax=lax)

        self._tabulator = make_tabulator(protocol.name, rows)

    def add(self, source: MessageSource, message: Any) -> None:
        """Add a *message*, as it was recorded or as a row."""
        is_row = isinstance(message, dict)
        decode = self._decode_row if is_row else self._decode_message
        try:
            event = decode(message)
        except RtmodelsError as exc:
            self._tabulator.skip(source, read_issues(exc))
        else:
            self._tabulator.add(source, event)

    def list_unfinished(self) -> list[Any]:
        """Return the rows of what has not ended, as far as known."""
        return [*self._tabulator.list_unfinished()]


def make_tabulator(name: ProtocolName, rows: Rows) -> "Tabulator | LiveTabulator":
    """Build what sums up the events of a protocol in *rows*."""
    match name:
        case "realtime":
            return Tabulator(rows)
        case "live":
            # Only logs of the Live API need its classes.
            from rtmodels.adapters.archive._live_tables import (  # noqa: PLC0415
                LiveTabulator,
            )

            return LiveTabulator(rows)


class _ProtocolFinder:
    """Finds the protocol of each file by its first messages."""

    def __init__(self, options: ReadOptions) -> None:
        """Find none if *options* name one."""
        self._only: ProtocolName | None = options.only
        self._found: dict[str | None, ProtocolName] = {}
        self._looks: dict[str | None, FirstLook] = {}

    def find(self, file: str | None, messages: Sequence[Any]) -> ProtocolName:
        """Return the protocol of *file*, whose next *messages* are given."""
        if self._only is not None:
            return self._only
        if file in self._found:
            return self._found[file]

        look = self._looks.get(file)
        if look is None:
            is_text = not is_msgpack(messages[0])
            look = self._looks[file] = FirstLook(ReadOptions(), is_text=is_text)

        # The hints of the look are for those who open the file.
        for begin in range(0, len(messages), FEW):
            if look.protocol is not None or look.is_over:
                break
            for _ in look.judge(messages[begin : begin + FEW]):
                pass
        if look.protocol is not None:
            self._found[file] = look.protocol.name
            del self._looks[file]
        return self._found.get(file, DEFAULT)


def _read_batch(
    batch: pa.RecordBatch, finder: _ProtocolFinder, *, lax: bool
) -> Iterator[tuple[MessageSource, Any, ProtocolName]]:
    """Iterate over the messages of *batch*, each with its source and its protocol.

    *lax* is whether text with a lone surrogate is to be accepted.
    """
    sources = _read_sources(batch)
    if "issues" in batch.schema.names:
        protocol = find_row_protocol({*batch.schema.names})
        name = DEFAULT if protocol is None else protocol.name
        for source, row in zip(sources, _read_rows(batch, name, lax=lax), strict=True):
            yield source, row, name
        return

    messages: list[Any] = batch.column("message").to_pylist()
    files = pc.struct_field(batch.column("source"), "file").to_pylist()
    start = 0
    for file, group in groupby(files):
        part = messages[start : (start := start + sum(1 for _ in group))]
        name = finder.find(file, part)
        for message in part:
            yield next(sources), message, name


def _read_rows(batch: pa.RecordBatch, name: ProtocolName, *, lax: bool) -> list[Any]:
    """Return the message of each row as a dict, or as it was if that is needed."""
    adapter = make_row_adapter(name)

    # Only the parser of JSON refuses lone surrogates.
    if not lax and any(map(_has_surrogates, batch.columns)):
        texts: list[Any] = adapter.encode(batch).to_pylist()
        return texts

    # The messages that did not decode are in the file as they were.
    raws = batch.column("raw").to_pylist()
    rows = adapter.to_wire(batch)
    return [row if raw is None else raw for row, raw in zip(rows, raws, strict=True)]


def _look_at(batch: pa.RecordBatch, look: FirstLook) -> Iterator[Hint]:
    """Iterate over hints about a Parquet file that contains *batch*."""
    if "issues" not in batch.schema.names:
        return look.judge(batch.column("message").to_pylist())
    return look.judge_types(batch.column("type").unique().to_pylist())


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
                    look = FirstLook(options, is_text=False)
                    for batch, _ in opened:
                        if isinstance(opened, ParquetFile):
                            for hint in _look_at(batch, look):
                                report(hint.to_error(file))
                        yield batch
                        watch(file, opened)
        except (DecodeError, OSError) as exc:
            report(exc)

    for text in envelope.describe_missing() if envelope is not None else ():
        report(HintError(text))
