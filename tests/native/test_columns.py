"""The extension fills the same Arrow columns as the Python code."""

import gc
import json
from typing import Any

import attrs
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import (
    Model,
    RealtimeClientEvent,
    RealtimeFunctionTool,
    RealtimeServerEvent,
    make_converter,
)
from rtmodels.adapters import JsonAdapter
from rtmodels.adapters.arrow import ArrowAdapter

from ..recordings import MESSAGES
from ..strategies import EACH, UNIONS, damaged, values
from .twins import MODES, needs_extension

pa: Any = pytest.importorskip("pyarrow")
pytestmark = [needs_extension, pytest.mark.needs("arrow")]

Event = RealtimeClientEvent | RealtimeServerEvent
DELTA = (
    b'{"type":"response.output_text.delta","event_id":"e","response_id":"r",'
    b'"item_id":"i","output_index":%s,"content_index":0,"delta":%s}'
)

LIMITS = (
    b'{"type":"rate_limits.updated","event_id":"e",'
    b'"rate_limits":[{"name":"requests","reset_seconds":%s}]}'
)


def make_twins(type_, **options):
    """Return an adapter, and one that fills its columns in Python."""
    adapter, pure = ArrowAdapter(type_, **options), ArrowAdapter(type_, **options)
    pure._layout = None  # noqa: SLF001 - what the extension fills
    return adapter, pure


def check_twins(adapter, pure, messages):
    """Decode *messages* twice; return the batch."""
    batch = adapter.decode(messages)
    batch.validate(full=True)
    expected = pure.decode(messages)
    assert batch.schema == expected.schema
    assert batch.equals(expected)
    return batch


@pytest.mark.complete
@pytest.mark.parametrize("name", UNIONS)
def test_each_union_fills_the_same_columns(name):
    """With gaps between the rows, explicit nulls and keys that no class has."""
    adapter, pure = make_twins(UNIONS[name])
    wire = JsonAdapter(UNIONS[name])

    @EACH
    @given(st.lists(values(UNIONS[name]) | st.none(), max_size=5))
    def check(batch):
        check_twins(
            adapter,
            pure,
            [None if value is None else wire.encode(value) for value in batch],
        )

    check()


@pytest.mark.parametrize("mode", MODES)
def test_messages_with_issues_leave_their_rows_empty(mode):
    """The rows around them are the same in both."""
    adapter, pure = make_twins(Event, mode=mode)

    wire = JsonAdapter(Event)
    payloads = values(Event).map(wire.encode).map(orjson.loads)

    @EACH
    @given(st.lists(payloads | damaged(payloads), max_size=8))
    def check(batch):
        check_twins(adapter, pure, list(map(orjson.dumps, batch)))

    check()


@pytest.mark.parametrize(
    "message",
    [
        DELTA % (b"9223372036854775808", b'"x"'),
        DELTA % (b"0", rb'"half \ud83d"'),
        b'{"type":"new","x":"\\ud83d"}',
        LIMITS % b"9007199254740993",
    ],
    ids=["long", "half", "half of unknown", "inexact"],
)
@pytest.mark.parametrize("mode", MODES)
def test_what_no_column_holds_is_left_to_python(message, mode):
    """The batch has the issues that Python finds, and the other rows."""
    adapter, pure = make_twins(Event, mode=mode)
    messages = [DELTA % (b"1", b'"a"'), message, DELTA % (b"2", b'"b"')]

    batch = check_twins(adapter, pure, messages)

    assert batch.num_rows == 3
    assert batch.column("output_index").to_pylist()[::2] == [1, 2]


def test_a_batch_may_be_long():
    """Longer than the buffer that columns without values share."""
    adapter, pure = make_twins(Event)
    count = 300_000

    batch = adapter.decode([DELTA % (b"1", b'"a"')] * count)

    batch.validate(full=True)
    assert batch.num_rows == count
    assert batch.column("response").null_count == count
    assert batch.column("output_index").unique().to_pylist() == [1]
    assert batch.slice(count - 9).equals(pure.decode([DELTA % (b"1", b'"a"')] * 9))


def test_arrays_outlive_what_made_them():
    """Each column alone keeps what it needs, after all else is gone."""
    adapter, pure = make_twins(Event)
    messages = list(map(orjson.dumps, MESSAGES))
    expected = pure.decode(messages)

    columns = adapter.decode(messages).columns
    del adapter
    gc.collect()
    while columns:
        column = columns.pop()
        gc.collect()
        assert column.equals(expected.column(len(columns)))


@attrs.frozen(kw_only=True)
class Odd(Model):
    """A class with a map, whose values are JSON of any shape."""

    type: str = "odd"
    extra: Any = None
    notes: dict[str, int | None] | None = None
    mixed: dict[str, list[float]] | list[str] | str | None = None


def test_user_classes_have_maps_and_nested_arrays():
    """They are filled by the extension as well."""
    adapter, pure = make_twins(Odd)
    rows = [
        {"type": "odd", "notes": {"a": 1, "b": None}},
        {"type": "odd", "notes": {}, "mixed": {"x": [1.5]}},
        {"type": "odd", "mixed": ["u", "v"]},
        {"type": "odd", "mixed": "w", "new": [{}]},
    ]

    batch = check_twins(adapter, pure, list(map(orjson.dumps, rows)))

    assert list(map(orjson.loads, adapter.encode(batch).to_pylist())) == rows


def test_a_hook_sees_each_value_once():
    """Even if another row of the batch is one that the extension gives up on."""
    converter = make_converter()
    seen = []

    def structure(value, _):
        seen.append(value)
        return RealtimeFunctionTool(name="mine")

    converter.register_structure_hook(RealtimeFunctionTool, structure)
    adapter = ArrowAdapter(RealtimeClientEvent, converter=converter)
    tool = {"type": "function", "name": "theirs"}
    update = {
        "type": "session.update",
        "session": {"type": "realtime", "tools": [tool]},
    }
    long = {
        "type": "conversation.item.truncate",
        "item_id": "i",
        "content_index": 2**64,
    }

    batch = adapter.decode([json.dumps(each).encode() for each in (update, long)])

    assert len(seen) == 1
    assert batch.column("issues").is_valid().to_pylist() == [False, True]
