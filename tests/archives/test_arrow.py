"""Messages become rows of Arrow batches, and rows the same messages again."""

import copy
import pickle
from io import BytesIO
from typing import Any

import attrs
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import (
    DecodeError,
    MaxOutputTokens,
    Model,
    RealtimeClientEvent,
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeServerEvent,
    RealtimeSession,
    RealtimeSessionCreateResponse,
    RealtimeTurnDetectionServerVad,
    ResponseDoneEvent,
    Unknown,
    ValidationError,
    make_converter,
    upgrade,
)
from rtmodels.adapters import JsonAdapter, MsgpackAdapter
from rtmodels.adapters.arrow import ArrowAdapter, count_dropped

from ..recordings import CLIENT, INVALID, MESSAGES, UNKNOWN, append, delta
from ..strategies import EACH, MODELS, UNIONS, damaged, instances, spoiled, values

pytestmark = pytest.mark.needs("arrow")

Event = RealtimeClientEvent | RealtimeServerEvent
MODES = ("strict", "tolerant", "forgiving")
EVENTS = ArrowAdapter(Event)


def dump(messages: Any) -> list[bytes]:
    """Write messages as JSON."""
    return [orjson.dumps(message) for message in messages]


def load(array: pa.Array) -> list[Any]:
    """Read messages as JSON."""
    return [orjson.loads(message) for message in array.to_pylist()]


def decode_response(**fields: Any) -> dict[str, Any]:
    """Decode one response, and return its row."""
    adapter = ArrowAdapter(RealtimeResponse)
    (row,) = adapter.decode(dump([fields])).to_pylist()
    return row


@pytest.mark.complete
@pytest.mark.parametrize("cls", MODELS, ids=lambda cls: cls.__name__)
def test_every_class_comes_back(cls):
    """Any instances of any class are the same after they were a batch."""
    adapter, wire = ArrowAdapter(cls), JsonAdapter(cls)

    @EACH
    @given(st.lists(instances(cls), max_size=3))
    def check(batch):
        messages = [wire.encode(value) for value in batch]

        decoded = adapter.decode(messages)

        assert decoded.schema == adapter.schema
        assert load(adapter.encode(decoded)) == list(map(orjson.loads, messages))

    check()


@pytest.mark.complete
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("union", UNIONS.values(), ids=UNIONS)
def test_nothing_of_a_union_is_lost(union, mode):
    """What fits and what does not, the same JSON values come back, in order."""
    adapter, wire = ArrowAdapter(union, mode=mode), JsonAdapter(union)
    payloads = values(union).map(wire.encode).map(orjson.loads)

    @EACH
    @given(st.lists(payloads | damaged(payloads) | spoiled(payloads), max_size=4))
    def check(batch):
        try:
            messages = dump(batch)
        except TypeError:  # bytes and NaN are among what spoils
            return

        decoded = adapter.decode(messages)

        assert load(adapter.encode(decoded)) == list(map(orjson.loads, messages))

    check()


@given(st.lists(values(Event), max_size=6), st.data())
def test_instances_come_back(events, data):
    """Through Parquet and in any slice, instances are equal and have their extras."""
    try:
        batch = EVENTS.from_values(events)
    except ValidationError as exc:  # integers beyond 64 bits
        assert "int64" in str(exc) or "double" in str(exc)
        return
    file = BytesIO()
    pq.write_table(pa.Table.from_batches([batch]), file)
    start = data.draw(st.integers(0, len(events)))
    table = pq.read_table(file).slice(start)
    wire = JsonAdapter(Event)

    back = EVENTS.to_values(table)

    assert back == events[start:]
    for one, other in zip(back, events[start:], strict=True):
        assert orjson.loads(wire.encode(one)) == orjson.loads(wire.encode(other))


SMALL = st.integers(-(2**53), 2**53)
"""Integers that are floats as well."""


@st.composite
def renumbered(draw, payload):
    """Put other numbers into *payload*: integers, floats, and whole floats."""
    match payload:
        case dict():
            return {key: draw(renumbered(item)) for key, item in payload.items()}
        case list():
            return [draw(renumbered(item)) for item in payload]
        case float():
            return draw(SMALL | SMALL.map(float) | st.just(payload))
        case int() if not isinstance(payload, bool):
            return draw(SMALL | SMALL.map(float))
    return payload


@given(st.data())
def test_numbers_keep_their_notation(data):
    """A field of floats may hold ``3`` or ``3.0``, and each comes back as it was."""
    adapter = JsonAdapter(Event)
    events = data.draw(st.lists(values(Event), min_size=1, max_size=4))
    payloads = [orjson.loads(adapter.encode(event)) for event in events]
    messages = dump(data.draw(renumbered(payload)) for payload in payloads)

    back = load(EVENTS.encode(EVENTS.decode(messages)))

    # Text, since 3 equals 3.0 in Python as well.
    direct = [orjson.loads(adapter.encode(adapter.decode(item))) for item in messages]
    order = orjson.OPT_SORT_KEYS
    assert [orjson.dumps(item, option=order) for item in back] == [
        orjson.dumps(item, option=order) for item in direct
    ]


@pytest.mark.parametrize("text", [b"3", b"3.0", b"-0.0", b"0", b"9007199254740993"])
def test_both_notations_of_a_whole_number_are_kept(text):
    """The column has the number, and ``extra`` also the integer."""
    message = b'{"type":"server_vad","threshold":%s}' % text
    adapter = ArrowAdapter(RealtimeTurnDetectionServerVad)

    (back,) = adapter.encode(adapter.decode([message])).to_pylist()

    assert repr(orjson.loads(back)["threshold"]) == text.decode()


def test_extra_does_not_replace_another_number():
    """A typed value wins over a key of ``extra``, unless both are the same number."""
    session = RealtimeTurnDetectionServerVad(threshold=0.5, extra={"threshold": 1})
    adapter = ArrowAdapter(RealtimeTurnDetectionServerVad)

    (back,) = load(adapter.encode(adapter.from_values([session])))

    assert back == {"type": "server_vad", "threshold": 0.5}


def test_an_upgraded_session_has_columns_like_any_other():
    """What it saves for the way back is in no column."""
    beta = RealtimeSession(id="s", modalities=("text", "audio"))
    adapter = ArrowAdapter(RealtimeSessionCreateResponse)
    plain = attrs.evolve(upgrade(beta), extra=None)

    batches = [adapter.from_values([each]) for each in (upgrade(beta), plain)]

    assert batches[0].equals(batches[1])
    assert batches[0].column("extra").null_count == 1


def test_messages_may_be_messagepack():
    """The first byte of each message tells; audio stays bytes all the way."""
    wire = MsgpackAdapter(Event)
    event = JsonAdapter(Event).decode(orjson.dumps(append(4)))

    batch = EVENTS.decode([wire.encode(event), orjson.dumps(append(4))])

    assert batch["audio"].to_pylist() == [bytes(4)] * 2
    assert EVENTS.encode(batch, wire="msgpack").to_pylist() == [wire.encode(event)] * 2


def test_messages_of_all_servers_come_back(captures):
    """Recorded traffic is the same after Parquet, in each mode."""
    messages = dump(row["value"] for row in captures)
    for mode in MODES:
        adapter = ArrowAdapter(Event, mode=mode)
        file = BytesIO()

        pq.write_table(pa.Table.from_batches([adapter.decode(messages)]), file)

        back = adapter.encode(pq.read_table(file))
        assert load(back) == list(map(orjson.loads, messages))


def test_a_row_reads_as_the_message_does():
    """Objects are structs, lists lists, audio is binary, and a key one column."""
    batch = EVENTS.decode(dump([*MESSAGES, append(4), delta(4)]))

    rows = batch.to_pylist()

    done = next(row for row in rows if row["type"] == "response.done")
    message = next(m for m in MESSAGES if m["type"] == "response.done")
    usage = message["response"]["usage"]
    assert done["event_id"] == message["event_id"]
    assert done["response"]["usage"]["total_tokens"] == usage["total_tokens"]
    assert done["response"]["output"][0]["id"] == message["response"]["output"][0]["id"]
    assert rows[-2]["audio"] == rows[-1]["delta"]["binary"] == bytes(4)
    assert rows[-1]["delta"]["string"] is None


@pytest.mark.parametrize(
    ("limit", "column"),
    [
        (4096, {"integer": 4096, "unlimited": None}),
        ("inf", {"integer": None, "unlimited": True}),
    ],
)
def test_a_limit_of_tokens_is_a_number_or_unlimited(limit, column):
    """The number is an int64, so that it can be added up."""
    assert decode_response(max_output_tokens=limit)["max_output_tokens"] == column
    assert decode_response()["max_output_tokens"] is None


def test_metadata_is_a_map():
    """Keys that a caller makes up are no columns."""
    row = decode_response(metadata={"caller": "Ada"})

    assert row["metadata"] == [("caller", "Ada")]


def test_explicit_nulls_and_new_keys_are_extra():
    """Null in a column means absent; what null and news there were is JSON text."""
    row = decode_response(id="resp_1", usage=None, mood="good")

    assert orjson.loads(row["extra"]) == {"usage": None, "mood": "good"}
    assert row["usage"] is None


def test_an_unknown_event_is_json_text():
    """Its type stands where that of any event stands."""
    (row,) = EVENTS.decode(dump([UNKNOWN])).to_pylist()

    assert row["type"] == UNKNOWN["type"]
    assert orjson.loads(row["unknown"]) == UNKNOWN


def test_bytes_in_an_unknown_event_become_base64():
    """Only the library can tell that they are audio."""
    data = MsgpackAdapter(Event).encode(
        Unknown(tag="x.y", payload={"type": "x.y", "audio": b"\0\0"})
    )

    batch = EVENTS.decode([data])

    assert load(EVENTS.encode(batch)) == [{"type": "x.y", "audio": "AAA="}]


def test_an_empty_object_is_no_null():
    """A response without any key comes back as that."""
    adapter = ArrowAdapter(RealtimeResponse)

    assert load(adapter.encode(adapter.decode([b"{}"]))) == [{}]
    assert adapter.to_values(adapter.decode([b"{}"])) == [RealtimeResponse()]


BAD = {
    "not JSON": b'{"type": "response.',
    "wrong type": orjson.dumps(INVALID),
    "no object": b"[1]",
    "no UTF-8": b'"\xff"',
    "empty": b"",
    "broken MessagePack": b"\x81\xa4type",
    "null": None,
}


@pytest.mark.parametrize("message", BAD.values(), ids=BAD)
def test_bad_messages_are_kept_with_their_issues(message):
    """By default nothing is lost: neither the message nor what is wrong with it."""
    batch = EVENTS.decode([*dump([CLIENT]), message, *dump([UNKNOWN])])

    good, bad, unknown = batch.to_pylist()

    assert good["issues"] is unknown["issues"] is None
    assert bad["raw"] == message
    assert bad["issues"][0]["path"].startswith("$")
    assert EVENTS.encode(batch).to_pylist()[1] == message
    assert EVENTS.to_values(batch)[1] is None


def test_every_issue_of_a_message_has_its_path():
    """They are those of the error that any adapter raises."""
    message = {"type": "response.create", "response": {"instructions": 5, "tools": 6}}
    with pytest.raises(ValidationError) as caught:
        JsonAdapter(Event).decode(orjson.dumps(message))

    (row,) = EVENTS.decode(dump([message])).to_pylist()

    assert row["issues"] == [
        {"path": issue.path, "expected": issue.expected, "got": issue.got}
        for issue in caught.value.issues
    ]


def test_raising_names_the_message_and_the_path():
    """All the messages are rejected at once."""
    adapter = ArrowAdapter(Event, on_issue="raise")

    assert adapter.decode(dump([CLIENT])).num_rows == 1
    with pytest.raises(
        ValidationError, match=r"\$\[1\]\.event_id: expected str"
    ) as exc:
        adapter.decode([*dump([CLIENT, INVALID]), b"{"])
    assert [issue.path for issue in exc.value.issues] == ["$[1].event_id", "$[2]"]


def test_dropping_counts():
    """The number of those left out goes along in the metadata of the schema."""
    adapter = ArrowAdapter(Event, on_issue="drop")

    batch = adapter.decode([*dump([INVALID, CLIENT]), b"{"])

    assert load(adapter.encode(batch)) == [CLIENT]
    assert count_dropped(batch) == 2
    assert count_dropped(adapter.decode(dump([CLIENT]))) == 0


def test_an_integer_beyond_64_bits_is_an_issue():
    """It has its path, also inside of lists and maps; the message is kept."""
    adapter = ArrowAdapter(RealtimeServerEvent)
    delta_ = {
        "type": "conversation.item.input_audio_transcription.delta",
        "event_id": "event_1",
        "item_id": "item_1",
        "logprobs": [
            {"token": "a", "logprob": 0.0, "bytes": [1]},
            {"token": "b", "logprob": 0.0, "bytes": [1, 2**63]},
        ],
    }

    batch = adapter.decode(dump([MESSAGES[0], delta_, MESSAGES[0]]))

    _, row, _ = batch.to_pylist()
    (issue,) = row["issues"]
    assert issue["path"] == "$.logprobs[1].bytes[1]"
    assert "int64" in issue["expected"]
    assert issue["got"] == str(2**63)
    assert load(adapter.encode(batch)) == [MESSAGES[0], delta_, MESSAGES[0]]


def test_from_values_refuses_what_is_of_another_class():
    """An instance of another class is no member of the union."""
    adapter = ArrowAdapter(RealtimeConversationItem)

    with pytest.raises(ValidationError, match=r"\$\[0\]: expected "):
        adapter.from_values([RealtimeResponse()])


def test_encoding_needs_the_columns():
    """A batch of something else is rejected by name, and does not crash."""
    with pytest.raises(ValueError, match=r"missing columns: .*type"):
        EVENTS.encode(pa.table({"x": [1]}))


def test_encoding_takes_other_columns_and_wider_types():
    """As engines give them back: in any order, with more columns, and large strings."""
    table = pa.Table.from_batches([EVENTS.decode(dump(MESSAGES))])
    large = [
        field.with_type(pa.large_string()) if field.type == pa.string() else field
        for field in table.schema
    ]
    changed = table.cast(pa.schema(large)).append_column("n", [range(len(MESSAGES))])

    back = EVENTS.encode(changed.select(changed.schema.names[::-1]))

    assert load(back) == MESSAGES


def test_a_column_that_cannot_be_turned_is_named():
    """Some readers return a list of pairs for a map, which pyarrow rejects."""
    pairs = pa.list_(pa.struct([("key", pa.string()), ("value", pa.string())]))
    batch = ArrowAdapter(RealtimeResponse).decode([b'{"metadata": {"a": "b"}}'])
    index = batch.schema.get_field_index("metadata")
    changed = batch.set_column(index, "metadata", pa.nulls(1, pairs))

    with pytest.raises(
        ValueError, match=r"'metadata' does not fit the schema: .*to map"
    ):
        ArrowAdapter(RealtimeResponse).encode(changed)


def test_a_table_of_several_chunks_encodes():
    """Rows with issues stay in their place."""
    batches = [
        EVENTS.decode(dump(part)) for part in ([CLIENT, INVALID], [], [INVALID, CLIENT])
    ]

    back = EVENTS.encode(pa.Table.from_batches(batches))

    assert load(back) == [CLIENT, INVALID, INVALID, CLIENT]


def test_a_class_that_a_hook_reads_is_json_text():
    """Only the user's converter can tell how instances of it look."""

    def make():
        converter = make_converter()
        converter.register_structure_hook(
            RealtimeResponse, lambda value, _: value["id"]
        )
        converter.register_unstructure_hook(str, lambda value: value)
        return converter

    adapter = ArrowAdapter(ResponseDoneEvent, converter=make)
    message = {"type": "response.done", "event_id": "e", "response": {"id": "resp_1"}}

    (row,) = adapter.decode(dump([message])).to_pylist()

    assert orjson.loads(row["response"]) == "resp_1"


def test_an_alias_that_a_hook_reads_is_json_text():
    """As a class is."""

    def make():
        converter = make_converter()
        converter.register_structure_hook(MaxOutputTokens, lambda value, _: [value])
        converter.register_unstructure_hook(list, lambda value: value)
        return converter

    adapter = ArrowAdapter(RealtimeResponse, converter=make)
    (row,) = adapter.decode(dump([{"max_output_tokens": "inf"}])).to_pylist()

    assert orjson.loads(row["max_output_tokens"]) == ["inf"]


@attrs.frozen
class Turn:
    """A user-defined class with a schema class in it."""

    caller: str
    response: RealtimeResponse


def test_any_class_of_the_users_is_one_column():
    """Only our classes have columns for their keys."""
    adapter = ArrowAdapter(Turn)
    message = {"caller": "Ada", "response": {"id": "resp_1"}}

    batch = adapter.decode(dump([message]))

    assert batch.schema.names == ["value", "issues", "raw"]
    assert load(adapter.encode(batch)) == [message]
    assert adapter.to_values(batch) == [Turn("Ada", RealtimeResponse(id="resp_1"))]


def test_a_tuple_of_ours_is_a_list():
    """One message may hold many."""
    adapter = ArrowAdapter(tuple[RealtimeResponse, ...])
    batch = adapter.decode([b'[{"id": "resp_1"}, {}]', b"[]"])

    assert pa.types.is_list(batch.schema.field("value").type)
    assert load(adapter.encode(batch)) == [[{"id": "resp_1"}, {}], []]


def test_keys_named_like_columns_for_issues_are_refused():
    """The table would have two columns with one name."""

    @attrs.frozen(kw_only=True)
    class Raw(Model):
        raw: str

    with pytest.raises(TypeError, match="column 'raw' is for messages with issues"):
        ArrowAdapter(Raw)


def test_beta_events_can_be_upgraded():
    """Archives of the beta get the columns of the GA."""
    adapter = ArrowAdapter(RealtimeServerEvent, upgrade=True)
    beta = {**delta(4), "type": "response.audio.delta"}

    (row,) = adapter.decode(dump([beta])).to_pylist()

    assert row["type"] == "response.output_audio.delta"
    assert row["delta"]["binary"] == bytes(4)


@pytest.mark.parametrize(
    "clone", [copy.copy, copy.deepcopy, lambda a: pickle.loads(pickle.dumps(a))]
)
def test_an_adapter_pickles_and_copies(clone):
    """What comes out has the same options."""
    adapter = clone(ArrowAdapter(Event, mode="strict", on_issue="drop"))

    assert count_dropped(adapter.decode(dump([UNKNOWN]))) == 1
    assert "on_issue='drop'" in repr(adapter)


def test_text_that_is_no_message_is_a_decode_error_elsewhere():
    """The issue says the same as the error of the adapter for JSON."""
    with pytest.raises(DecodeError) as caught:
        JsonAdapter(Event).decode(b"{")

    (row,) = EVENTS.decode([b"{"]).to_pylist()

    assert row["issues"][0]["got"] == str(caught.value)
