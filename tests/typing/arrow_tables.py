"""What type checkers make of Arrow and of tables; checked, and never run.

pyarrow has no types, so its own classes are anything.
"""

from collections.abc import Iterable
from typing import Any, assert_type

import pyarrow as pa

from rtmodels import (
    RealtimeClientEvent,
    RealtimeServerEvent,
    TokenUsage,
    make_converter,
)
from rtmodels.adapters.archive import Tables, read_events, tabulate
from rtmodels.adapters.arrow import (
    ArrowAdapter,
    BatchDecoder,
    OnIssue,
    count_dropped,
    decode_batches,
)


def rows_are_of_the_type(
    adapter: ArrowAdapter[RealtimeServerEvent], events: Iterable[RealtimeServerEvent]
) -> None:
    """Make values of rows, and rows of values."""
    batch = adapter.decode([b"{}", "{}", None])
    assert_type(adapter.to_values(batch), list[RealtimeServerEvent | None])
    assert_type(adapter.to_wire(batch), list[Any])
    adapter.decode(adapter.encode(batch, wire="msgpack"))
    adapter.from_values(events)
    assert_type(adapter.schema, pa.Schema)
    adapter.encode(batch, wire="xml")  # type: ignore[arg-type]
    adapter.from_values(["{}"])  # type: ignore[list-item]


def options_are_known(on_issue: OnIssue) -> None:
    """Infer the type from the argument."""
    assert_type(
        ArrowAdapter(RealtimeClientEvent, on_issue=on_issue),
        ArrowAdapter[RealtimeClientEvent],
    )
    ArrowAdapter(RealtimeClientEvent, on_issue="ignore")  # type: ignore[arg-type]


def engines_get_a_decoder(data: object, schema: pa.Schema) -> None:
    """Accept a function that makes the converter, since workers need their own."""
    decoder = decode_batches(RealtimeServerEvent, column="event", rows=100)
    assert_type(decoder, BatchDecoder[RealtimeServerEvent])
    assert_type(decoder(data), Any)
    assert_type(decoder.schema_for(schema), pa.Schema)
    assert_type(count_dropped(data), int)
    decode_batches(RealtimeServerEvent, converter=make_converter)
    decode_batches(RealtimeServerEvent, converter=make_converter())  # type: ignore[arg-type]
    decode_batches(RealtimeServerEvent, "strict")  # type: ignore[call-arg]


def archives_become_tables() -> None:
    """Make tables of the batches of an archive."""
    tables = tabulate(read_events("logs/*.jsonl"), mode="forgiving", upgrade=True)
    assert_type(tables, Tables)
    assert_type(tables.responses, pa.Table)
    tabulate("logs/*.jsonl", mode="lax")  # type: ignore[arg-type]
    tables.per("hour")
    assert_type(tables.usage(), TokenUsage)
    tables.per("week")  # type: ignore[arg-type]
    tables.responses = None  # type: ignore[misc]
