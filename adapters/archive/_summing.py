"""Summing up of files and batches: each message is decoded, tabulated and dropped."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, groupby, repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from rtmodels.adapters._recordings.first_look import FirstLook
from rtmodels.adapters._recordings.found import FoundMessages, Hint
from rtmodels.adapters._recordings.options import ProtocolName, ReadOptions
from rtmodels.adapters._recordings.paths import STDIN
from rtmodels.adapters._recordings.protocol import Protocol
from rtmodels.adapters._recordings.protocols import DEFAULT, load_protocol
from rtmodels.adapters._recordings.reader import RecordingReader
from rtmodels.adapters._recordings.stamps import Stamps, make_stamps
from rtmodels.adapters._recordings.times import Instant, read_instant
from rtmodels.adapters._wire_format import is_msgpack, make_message_decoder
from rtmodels.adapters.archive._adapter import (
    find_row_protocol,
    make_recorded_decoder,
    make_row_adapter,
)
from rtmodels.adapters.archive._light import (
    LightTypes,
    find_light_types,
    read_light_rows,
)
from rtmodels.adapters.archive._packing import pc
from rtmodels.adapters.archive._parquet import ParquetFile
from rtmodels.adapters.archive._rows import MessageSource
from rtmodels.adapters.archive._tables import Rows, Tables, Tabulator
from rtmodels.adapters.arrow._messages import read_issues
from rtmodels.adapters.dicts import DictAdapter
from rtmodels.errors import MissingDependencyError, RtmodelsError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

if TYPE_CHECKING:
    from rtmodels.adapters._recordings.envelope import Envelope
    from rtmodels.adapters.archive._live_tables import LiveTabulator

FEW = 10
"""Number of messages to look at before asking whether they show the protocol."""

SURROGATES = (b"\\ud", b"\\uD")
"""How the escape of a surrogate begins."""


class Part(NamedTuple):
    """Some messages of a file."""

    messages: list[bytes]
    """The messages, which may be records that are events at the same time."""

    lines: list[int]
    """The line of each, or its number."""

    times: Iterable[Instant | None] = repeat(None)
    """When each was received, if that is known already."""

    sessions: Iterable[str | None] = repeat(None)
    """The session of each, likewise."""


class Summing:
    """The tables of all files while they grow."""

    def __init__(
        self, options: ReadOptions, envelope: "Envelope | None" = None
    ) -> None:
        """Decode events as *options* say; *envelope* has the keys in them, if any."""
        self._options = options
        self._envelope = envelope
        self._stamps = make_stamps(envelope, options)
        self._rows = Rows()
        self._summaries: dict[ProtocolName, _Summary] = {}
        self._finder = _ProtocolFinder(options)

    def to_tables(self) -> Tables:
        """Return the tables, with what has not ended as far as known."""
        unfinished = [each.list_unfinished() for each in self._summaries.values()]
        return self._rows.to_tables(chain.from_iterable(unfinished))

    def _find(self, name: ProtocolName) -> "_Summary":
        """Return the summary of a protocol."""
        summary = self._summaries.get(name)
        if summary is None:
            protocol = load_protocol(name)
            summary = _Summary(protocol, self._options, self._rows)
            self._summaries[name] = summary
        return summary

    def add_batch(self, batch: pa.RecordBatch) -> None:
        """Add the messages or the rows of *batch*."""
        sources = _read_sources(batch)
        names = {*batch.schema.names}
        if "issues" in names:
            protocol = find_row_protocol(names) or load_protocol(DEFAULT)
            light = find_light_types(protocol, self._options)
            lax = self._options.mode == "forgiving"
            self._find(protocol.name).add_rows(sources, batch, light, lax=lax)
            return

        messages: list[Any] = batch.column("message").to_pylist()
        files = pc.struct_field(batch.column("source"), "file").to_pylist()
        start = 0
        for file, group in groupby(files):
            part = messages[start : (start := start + sum(1 for _ in group))]
            add = self._find(self._finder.find(file, part) or DEFAULT).add
            for message in part:
                add(next(sources), message)

    def add_rows(
        self,
        file: str,
        report: Callable[[Exception], None],
        watch: Callable[[ParquetFile], None],
    ) -> None:
        """Add the rows of a Parquet file."""
        find_light = partial(find_light_types, options=self._options)
        with ParquetFile(
            file, self._options, report=report, wire=None, find_light=find_light
        ) as opened:
            look = FirstLook(self._options, is_text=False)
            for batch, _ in opened:
                for hint in _look_at(batch, look):
                    report(hint.to_error(file))
                self.add_batch(batch)
                watch(opened)

    def add_recording(
        self,
        file: str,
        report: Callable[[Exception], None],
        watch: Callable[[RecordingReader], None],
    ) -> None:
        """Add the messages of a file that is not Parquet."""
        descriptor = 0 if file == STDIN else None
        with RecordingReader(
            file, descriptor=descriptor, options=self._options
        ) as opened:
            # Messages wait until they show their protocol. The first look ends after a
            # number of them, so they are few.
            waiting: list[Part] = []
            for found in opened:
                if isinstance(found, FoundMessages):
                    part = self._open(found)
                    waiting.append(part)
                    name = self._finder.find(opened.name, part.messages)
                    if name is not None:
                        self._add_parts(opened.name, waiting, name)
                    watch(opened)
                    continue

                # What came before an error counts first.
                self._add_parts(opened.name, waiting)
                if isinstance(found, OSError):
                    report(found)
                else:
                    report(found.to_error(opened.name))
            self._add_parts(opened.name, waiting)

    def _open(self, found: FoundMessages) -> "Part":
        """Take the events out of their records if these have a key for it."""
        if self._envelope is None or self._stamps is not None:
            return Part(found.messages, found.lines)

        opened = [*map(self._envelope.open, found.messages)]
        return Part(
            [each.message for each in opened],
            found.lines,
            [read_instant(each.received_at) for each in opened],
            [each.session for each in opened],
        )

    def _add_parts(
        self, file: str, parts: "list[Part]", name: ProtocolName = DEFAULT
    ) -> None:
        """Remove *parts* of a file of a protocol from their list, and add them."""
        for part in parts:
            self._find(name).add_part(file, part, self._stamps)
        parts.clear()


class _Summary:
    """The tables of the events of one protocol while they grow."""

    def __init__(self, protocol: Protocol, options: ReadOptions, rows: Rows) -> None:
        """Decode events of *protocol* as *options* say, and add them to *rows*."""
        self._protocol = protocol
        mode, upgrade = options.mode, options.upgrade
        lax = mode == "forgiving"

        def make(union: Any) -> Callable[[Any], Any]:
            # Whatever reads the file has already applied its limit.
            return make_message_decoder(
                union, mode=mode, upgrade=upgrade, max_bytes=sys.maxsize
            )

        def make_for_rows(union: Any) -> Callable[[Any], Any]:
            adapter = DictAdapter[Any](union, mode=mode, upgrade=upgrade, binary=True)
            return adapter.decode

        self._decode_message = make_recorded_decoder(protocol, make, lax=lax)
        self._decode_row = make_recorded_decoder(protocol, make_for_rows, lax=lax)

        self._tabulator = make_tabulator(protocol.name, rows)

    def add_part(self, file: str, part: "Part", stamps: Stamps | None) -> None:
        """Add the messages of a *part* of *file*; *stamps* finds what it lacks."""
        decode, tabulator = self._decode_message, self._tabulator
        find_handler = tabulator.find_handler
        # Nearly all events of a log are dropped at once. To hold them would cost five
        # times as much, most of it in the garbage collector.
        source = MessageSource(file)
        for message, line, time, session in zip(
            part.messages, part.lines, part.times, part.sessions, strict=False
        ):
            source.line, source.received_at, source.session = line, time, session
            try:
                event = decode(message)
            except RtmodelsError as exc:
                if stamps is not None:
                    source.received_at, source.session = stamps.read(message, None)
                tabulator.skip(source, read_issues(exc))
                continue

            handler = find_handler(event.__class__)
            if stamps is not None and (handler is not None or stamps.missing):
                source.received_at, source.session = stamps.read(message, event)
            if handler is not None:
                handler(tabulator, source, event)

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

    def add_rows(
        self,
        sources: Iterator[MessageSource],
        batch: pa.RecordBatch,
        light: LightTypes | None,
        *,
        lax: bool,
    ) -> None:
        """Add the rows of *batch*, but decode none of *light* types.

        *lax* is whether text with a lone surrogate is to be accepted.
        """
        name = self._protocol.name
        if light is None:
            for source, row in zip(
                sources, _read_rows(batch, name, lax=lax), strict=True
            ):
                self.add(source, row)
            return

        index, rest = light.split(batch)
        rows = iter(_read_rows(rest, name, lax=lax))
        handlers = [*light.handlers.values()]
        for source, each, event in zip(
            sources, index.to_pylist(), read_light_rows(batch), strict=True
        ):
            if each is None:
                self.add(source, next(rows))
                continue
            handler = handlers[each]
            if handler is not None:
                handler(self._tabulator, source, event)

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

    def find(self, file: str | None, messages: Sequence[Any]) -> ProtocolName | None:
        """Return the protocol of *file*, whose next *messages* are given.

        It is ``None`` as long as further messages may show it.
        """
        if self._only is not None:
            return self._only
        if file in self._found:
            return self._found[file]

        look = self._looks.get(file)
        if look is None:
            if not messages:
                return None
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
            return look.protocol.name
        return DEFAULT if look.is_over else None


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
    data = array.buffers()[2]
    if data is None:
        return False
    # A search of the bytes takes a tenth as long, but if the array is a slice, they are
    # those of the whole.
    if data.size > 2 * array.nbytes:
        return any(
            pc.any(pc.match_substring(array, escape)).as_py() for escape in SURROGATES
        )
    text = data.to_pybytes()
    return any(escape in text for escape in SURROGATES)


def _read_sources(batch: pa.RecordBatch) -> Iterator[MessageSource]:
    """Iterate over the source of each message."""
    column = batch.column("source")
    names = ("file", "line", "received_at", "session")
    columns = dict(zip(names, column.flatten(), strict=True))

    # Integers can be subtracted and packed again without a `datetime` for each row.
    columns["received_at"] = columns["received_at"].cast(pa.int64())
    return map(MessageSource, *(columns[name].to_pylist() for name in names))
