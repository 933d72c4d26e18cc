"""One function decodes batches in whatever engine."""

import pickle
from types import SimpleNamespace

import orjson
import pyarrow as pa
import pytest

from rtmodels import RealtimeClientEvent, RealtimeServerEvent, make_converter
from rtmodels.adapters import arrow
from rtmodels.adapters.arrow import ArrowAdapter, count_dropped, decode_batches

from ..examples import read_examples
from ..recordings import CLIENT, INVALID, MESSAGES, UNKNOWN

pytestmark = pytest.mark.needs("arrow")

Event = RealtimeClientEvent | RealtimeServerEvent
LINES = [orjson.dumps(message) for message in [*MESSAGES, INVALID, UNKNOWN]]


def make_batch(lines, column="message"):
    """Make a batch of messages with their line numbers."""
    return pa.record_batch({"line": range(len(lines)), column: lines})


def test_a_batch_keeps_its_other_columns():
    """The columns of the schema replace the column of messages."""
    decode = decode_batches(Event)
    batch = make_batch(LINES)

    decoded = decode(batch)

    assert decoded.schema == decode.schema_for(batch.schema)
    assert decoded["line"] == batch["line"]
    assert decoded.drop_columns("line") == ArrowAdapter(Event).decode(LINES)


def test_a_table_stays_a_table():
    """Also one of several batches, and one without rows."""
    decode = decode_batches(Event)
    table = pa.Table.from_batches([make_batch(LINES[:9]), make_batch(LINES[9:])])

    decoded = decode(table).combine_chunks().drop_columns("line")
    assert decoded == pa.table(decode(make_batch(LINES)).drop_columns("line"))
    assert decode(table[:0]).schema == decode.schema_for(table.schema)


def test_a_long_chunk_is_decoded_in_parts():
    """Engines make chunks of any length; a decoder handles so many rows at a time."""
    table = pa.table(make_batch(LINES))

    decoded = decode_batches(Event, rows=100)(table)

    assert [len(batch) for batch in decoded.to_batches()] == [100, 100, 100, 8]
    assert decoded == decode_batches(Event)(table)


def test_a_table_tells_what_was_dropped():
    """All of its batches count."""
    table = pa.Table.from_batches([make_batch([b"7", LINES[0]]), make_batch([b"7"])])

    assert count_dropped(decode_batches(Event, on_issue="drop")(table)) == 2


@pytest.mark.parametrize("make", [pa.array, lambda lines: pa.chunked_array([lines])])
def test_an_array_is_decoded_as_its_messages(make):
    """A column will do as well as a list."""
    decode = decode_batches(Event)

    assert list(decode(make(LINES))) == list(decode(LINES))


@pytest.mark.parametrize("type_", [pa.string(), pa.large_string(), pa.string_view()])
def test_text_that_is_no_utf8_is_an_issue(type_):
    """Spark does not look at the bytes of its text."""
    bad = b'{"type": "response.cancel", "event_id": "\xff"}'
    text = pa.array([bad, LINES[0]]).view(pa.string()).cast(type_)

    decoded = decode_batches(Event)(pa.record_batch({"message": text}))

    assert decoded["raw"].to_pylist() == [bad, None]
    assert decoded["issues"].is_valid().to_pylist() == [True, False]


@pytest.mark.parametrize(
    "data",
    [LINES[0], LINES[0].decode(), {"message": LINES}, SimpleNamespace(columns=[])],
)
def test_what_is_no_batch_is_refused(data):
    """Its keys or characters would pass for messages; Ray's default is a dict."""
    with pytest.raises(TypeError, match="expected pyarrow batches"):
        decode_batches(Event)(data)


def test_batches_are_decoded_one_by_one():
    """An engine's iterator is accepted as it is."""
    decode = decode_batches(Event, column="value")
    batches = [make_batch(LINES, "value"), make_batch([], "value")]

    assert list(decode(batches)) == list(map(decode, batches))


def test_messages_become_batches():
    """Lines of text, as a bag has them, are batched."""
    decode = decode_batches(Event, rows=100)

    batches = list(decode(iter(LINES)))

    assert [batch.num_rows for batch in batches] == [100, 100, 100, len(LINES) - 300]
    whole = decode(make_batch(LINES)).drop_columns("line")
    assert pa.Table.from_batches(batches).combine_chunks() == pa.table(whole)


def test_dropped_rows_leave_with_their_columns():
    """What is left still stands beside its own line number."""
    decode = decode_batches(Event, on_issue="drop")
    lines = list(map(orjson.dumps, [INVALID, CLIENT, INVALID, UNKNOWN]))

    decoded = decode(make_batch(lines))

    assert decoded["line"].to_pylist() == [1, 3]
    assert count_dropped(decoded) == 2


def test_it_pickles():
    """A worker rebuilds it, converter and all."""
    decode = decode_batches(Event, converter=make_converter, on_issue="drop")

    back = pickle.loads(pickle.dumps(decode))

    assert back(make_batch(LINES)) == decode(make_batch(LINES))
    assert count_dropped(back(make_batch(LINES))) == 1


def test_a_column_of_the_same_name_is_refused():
    """The batch would have two columns with one name."""
    batch = pa.record_batch({"type": ["x"], "message": LINES[:1]})

    with pytest.raises(ValueError, match="duplicate column in the output: 'type'"):
        decode_batches(Event)(batch)


def test_the_example_runs():
    """The one in the docstring of the module."""
    (example,) = read_examples(arrow)
    names = {}

    exec(example, names)  # noqa: S102 - our own text

    assert names["batch"]["type"].to_pylist() == ["response.cancel"]
    assert orjson.loads(names["messages"][0].as_py())["response_id"] == "resp_1"
