"""The Arrow adapter for recorded events, some types of which have several classes."""

from collections.abc import Callable, Iterator
from functools import cache, partial, reduce
from typing import Any

from rtmodels.adapters._base import MAX_BYTES
from rtmodels.adapters._recordings.decoding import make_decoder
from rtmodels.adapters._recordings.options import ProtocolName
from rtmodels.adapters._recordings.protocol import (
    Protocol,
)
from rtmodels.adapters._recordings.protocols import (
    NAMES,
    load_protocol,
)
from rtmodels.adapters._recordings.stamps import Stamps
from rtmodels.adapters._wire_format import make_message_decoder
from rtmodels.adapters.archive._files import RAW_SCHEMA, RawMessages, stamp
from rtmodels.adapters.arrow import ArrowAdapter
from rtmodels.adapters.arrow._plan import make_column
from rtmodels.adapters.arrow._unions import join
from rtmodels.converter import Mode
from rtmodels.errors import MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

SIDE = "auto"
"""Archives hold the events of both sides."""


class RecordingAdapter(ArrowAdapter[Any]):
    """Holds all events of a protocol in the same columns."""

    __slots__ = ()

    def __init__(
        self, protocol: Protocol, *, mode: Mode | None = None, upgrade: bool = False
    ) -> None:
        """Make the adapter for *protocol*; the options are those of `ArrowAdapter`."""
        unions = protocol.unions[SIDE]
        super().__init__(unions[0], mode=mode, upgrade=upgrade)
        self._decode_one = make_recorded_decoder(
            protocol,
            partial(
                make_message_decoder,
                converter=self.converter,
                max_bytes=MAX_BYTES,
                upgrade=upgrade,
            ),
            lax=mode == "forgiving",
        )
        columns = (make_column(union, self.converter) for union in unions)
        self.schema = self._set_column(reduce(join, columns))


class RecordingDecoder:
    """Decodes raw messages to the rows of Parquet files."""

    def __init__(self, protocol: Protocol, *, mode: Mode, upgrade: bool) -> None:
        """Make the adapter for *protocol*."""
        self._adapter = RecordingAdapter(protocol, mode=mode, upgrade=upgrade)
        self.schema = pa.schema([RAW_SCHEMA.field("source"), *self._adapter.schema])
        """The schema of the rows."""

    def decode(self, raw: RawMessages, stamps: Stamps | None = None) -> pa.RecordBatch:
        """Decode messages, and keep their sources.

        The times and the sessions in the sources are those that *stamps* finds, if it
        is given.
        """
        decode, source = self._adapter._decode, raw.source  # noqa: SLF001 - internal
        if stamps is None:
            decoded, _ = decode(raw.messages)
        else:
            found: list[Any] = []

            def watch(events: Iterator[Any]) -> Iterator[Any]:
                found.clear()
                for message, event in zip(raw.messages, events, strict=True):
                    found.append(stamps.read(message, event))
                    yield event

            decoded, _ = decode(raw.messages, watch)
            source = stamp(source, found)
        return pa.RecordBatch.from_arrays(
            [source, *decoded.columns], schema=self.schema
        )


def make_recorded_decoder(
    protocol: Protocol, make: Callable[[Any], Callable[[Any], Any]], *, lax: bool
) -> Callable[[Any], Any]:
    """Build the function that decodes an event of either side: see `make_decoder`."""
    return make_decoder(protocol.unions[SIDE], make, lax=lax)


@cache
def make_row_adapter(name: ProtocolName) -> RecordingAdapter:
    """Return the adapter for the rows of Parquet files of a protocol."""
    return RecordingAdapter(load_protocol(name))


def find_row_protocol(names: set[str]) -> Protocol | None:
    """Return the protocol whose columns are all among *names*; None if there is none.

    The classes of a later protocol are loaded only if an earlier one does not fit.
    """
    for name in NAMES:
        if names.issuperset(make_row_adapter(name).schema.names):
            return load_protocol(name)
    return None
