"""Whatever the bytes are, an adapter gives a value or an `RtmodelsError`."""

import json
import struct
from collections import OrderedDict
from collections.abc import Mapping
from decimal import Decimal
from enum import IntEnum, StrEnum
from types import MappingProxyType

import msgspec
import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from rtmodels import (
    DecodeError,
    EncodeError,
    RealtimeFunctionTool,
    RealtimeResponse,
    RealtimeServerEvent,
    RealtimeTurnDetection,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputTextDeltaEvent,
    RtmodelsError,
    Unknown,
    ValidationError,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

from ..strategies import json_values

pytestmark = pytest.mark.needs("msgpack")

EVENT = ResponseOutputTextDeltaEvent(
    event_id="event_1",
    response_id="resp_1",
    item_id="item_1",
    output_index=0,
    content_index=0,
    delta="Hello",
)
AUDIO = ResponseOutputAudioDeltaEvent(
    event_id="event_1",
    response_id="resp_1",
    item_id="item_1",
    output_index=0,
    content_index=0,
    delta=bytes(range(256)),
)
NAN = float("nan")

json_adapter = JsonAdapter(RealtimeServerEvent)
msgpack_adapter = MsgpackAdapter(RealtimeServerEvent)
dict_adapter = DictAdapter(RealtimeServerEvent)
ADAPTERS = [json_adapter, msgpack_adapter, dict_adapter]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        json_adapter.encode(EVENT)[:-1],
        json_adapter.encode(EVENT) + b"x",
        b" " * 10_000_000,
        b"[" * 2000,
        b'{"type": "\xff"}',
        b'{"type": "\\ud800"}',
        b'{"type": "error", "x": NaN}',
        '{"type": "\ud800"}',
        json_adapter.encode(EVENT).decode().encode("utf-16"),
        None,
        5,
    ],
    ids=repr,
)
def test_what_is_not_json_is_a_decode_error(data):
    """Truncated, scrambled, too deep or no text at all: it says so."""
    with pytest.raises(DecodeError, match="not JSON: "):
        json_adapter.decode(data)


@pytest.mark.parametrize("data", [b"5", b'"x"', b"[]", b"null", b"true", b"1.5"])
def test_json_that_is_no_object_is_invalid(data):
    """A scalar or an array is JSON, and not an event."""
    with pytest.raises(ValidationError, match=r"^\$: expected object, got "):
        json_adapter.decode(data)


@given(st.binary(max_size=200))
@example(b"\x81\x01\x02")
def test_any_bytes_give_a_value_or_our_error(data):
    """Nothing but `RtmodelsError` leaves, for any bytes."""
    for adapter in (json_adapter, msgpack_adapter):
        try:
            adapter.decode(data)
        except RtmodelsError:
            continue


@given(json_values)
def test_any_json_value_gives_a_value_or_our_error(value):
    """Nothing but `ValidationError` leaves, for any data."""
    for data in (value, {"type": "error", "event_id": "e", "error": value}):
        try:
            dict_adapter.decode(data)
        except ValidationError:
            continue


@pytest.mark.parametrize(
    "data",
    [
        msgspec.msgpack.encode({"type": "x", "value": msgspec.msgpack.Ext(5, b"x")}),
        b"\x82\xa4type\xa1x\xa1v\xd6\xff\x00\x00\x00\x01",  # a timestamp
        msgspec.msgpack.encode({"type": "x", 5: "x"}),
        msgspec.msgpack.encode({"type": "x", "value": {b"x": 5}}),
        msgpack_adapter.encode(EVENT) + b"\xc0",
        msgpack_adapter.encode(EVENT)[:-1],
        b"\xc1",
        b"\xa1\xff",
        b"\x91" * 100_000,
        b"",
        "text",
        None,
    ],
    ids=lambda data: repr(data)[:40],
)
def test_messagepack_that_json_could_not_say_is_a_decode_error(data):
    """Extension types, keys that are no strings and trailing bytes are rejected."""
    with pytest.raises(DecodeError, match="not MessagePack"):
        msgpack_adapter.decode(data)


def test_messagepack_takes_base64_text_for_bytes():
    """Audio that was copied from JSON into MessagePack is decoded."""
    data = msgspec.msgpack.encode(dict_adapter.encode(AUDIO))

    assert msgpack_adapter.decode(data) == AUDIO


@pytest.mark.parametrize("value", [NAN, float("inf"), -float("inf")])
@pytest.mark.parametrize(
    "frame",
    [
        {"type": "rate_limits.updated", "event_id": "e", "rate_limits": [{}]},
        {"type": "new.event"},
    ],
)
def test_numbers_that_are_none_are_refused_on_the_way_in(frame, value):
    """NaN and infinity are no JSON, wherever MessagePack or a dict brings them."""
    payload = json.loads(json.dumps(frame))
    place = payload.get("rate_limits", [payload])[0]
    place["reset_seconds"] = value

    for decode, data in (
        (dict_adapter.decode, payload),
        (msgpack_adapter.decode, msgspec.msgpack.encode(payload)),
    ):
        with pytest.raises(ValidationError, match="reset_seconds: expected "):
            decode(data)


def test_of_repeated_keys_the_last_counts():
    """Every JSON parser agrees, so all readers see the same event in a frame."""
    frame = b'{"type": "a", "type": "b", "x": 1, "x": 2}'

    assert json_adapter.decode(frame) == Unknown(tag="b", payload={"type": "b", "x": 2})


@pytest.mark.parametrize("levels", [99, 100])
def test_nesting_has_a_limit_that_the_way_out_shares(levels):
    """A hundred levels of unknown shape are kept; one more is rejected."""
    frame = b'{"type": "x", "v": ' + b"[" * levels + b"]" * levels + b"}"

    if levels < 100:
        assert json_adapter.encode(json_adapter.decode(frame)) == frame.replace(
            b" ", b""
        )
    else:
        with pytest.raises(ValidationError, match="no more than 100 levels"):
            json_adapter.decode(frame)


def test_a_dict_that_contains_itself_is_refused():
    """A cycle is endless nesting."""
    payload = {"type": "x"}
    payload["self"] = payload

    with pytest.raises(ValidationError, match="levels"):
        dict_adapter.decode(payload)
    with pytest.raises(EncodeError, match="levels"):
        dict_adapter.encode(Unknown(tag="x", payload=payload))


@pytest.mark.parametrize(
    "extra", [{"x": NAN}, {"x": [float("inf")]}, {"x": {"y": NAN}}]
)
def test_numbers_that_are_none_are_refused_on_the_way_out(extra):
    """Without the check, orjson would silently write null for them."""
    event = evolve(EVENT, extra=extra)

    for adapter in ADAPTERS:
        with pytest.raises(
            EncodeError, match=r"^\$\.x.*: expected finite number, got "
        ):
            adapter.encode(event)


@pytest.mark.parametrize(
    ("adapter", "value"),
    [
        (json_adapter, "\ud800"),
        (json_adapter, {"\ud800": 1}),
        (json_adapter, 10**309),
        (msgpack_adapter, "\ud800"),
        (msgpack_adapter, {"\ud800": 1}),
        (msgpack_adapter, 2**64),
        (msgpack_adapter, -(2**63) - 1),
    ],
)
def test_what_the_wire_cannot_hold_is_refused_on_the_way_out(adapter, value):
    """Half a surrogate pair and long integers name their place."""
    event = evolve(EVENT, extra={"x": [value]})

    with pytest.raises(EncodeError, match=r"^\$\.x\[0\].*: expected "):
        adapter.encode(event)


@pytest.mark.parametrize("value", [{"type": "error"}, None, 5, "x", object(), [EVENT]])
def test_only_instances_go_out(value):
    """A dict where a model is expected is rejected, like any other type."""
    for adapter in ADAPTERS:
        with pytest.raises(EncodeError, match=r"^\$: expected .*Event.*, got "):
            adapter.encode(value)


def test_mappings_and_tuples_get_in():
    """Other mappings, other sequences and other buffers are good too."""
    payload = dict_adapter.encode(AUDIO)
    odd = MappingProxyType(
        OrderedDict(payload, delta=bytearray(AUDIO.delta), x=((1,),))
    )

    event = dict_adapter.decode(odd)

    assert event == AUDIO
    assert event.extra == {"x": [[1]]}


def test_scalars_of_subclasses_get_in_as_what_they_are_by_descent():
    """As NumPy's numbers and members of enumerations come; a bool stays one."""

    class Real(float):
        pass

    class Count(IntEnum):
        TWO = 2

    class Kind(StrEnum):
        VAD = "server_vad"

    odd = {
        "type": Kind.VAD,
        "threshold": Real(0.5),
        "silence_duration_ms": Count.TWO,
        "create_response": True,
        "new": [Real(1.5), Count.TWO, Kind.VAD, True],
    }

    detection = DictAdapter(RealtimeTurnDetection).decode(odd)

    new = detection.extra["new"]
    kept = [detection.threshold, detection.silence_duration_ms, detection.type, *new]
    assert kept == [0.5, 2, "server_vad", 1.5, 2, "server_vad", True]
    assert [type(value) for value in kept] == [float, int, str, float, int, str, bool]
    assert detection.create_response is True


def test_a_mapping_that_cannot_be_read_is_invalid():
    """Whatever it raises itself: a lazy one may have lost what is behind it."""

    class Lost(dict):
        def items(self):
            raise OSError("gone")

    with pytest.raises(ValidationError) as caught:
        dict_adapter.decode(Lost(type="error"))

    (issue,) = caught.value.issues
    assert (issue.path, issue.expected) == ("$", "readable data")
    assert issue.got == "OSError: gone"


def test_another_json_library_can_stand_in():
    """The standard library reads and writes for us, text included."""
    adapter = JsonAdapter(RealtimeServerEvent, loads=json.loads, dumps=json.dumps)

    assert adapter.decode(adapter.encode(EVENT)) == EVENT


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e999"])
def test_a_lax_json_library_gets_no_nan_in(text):
    """The standard library parses NaN; the converter rejects it."""
    adapter = JsonAdapter(RealtimeServerEvent, loads=json.loads)

    with pytest.raises(ValidationError, match="expected finite number"):
        adapter.decode(f'{{"type": "x", "v": {text}}}')


def test_whatever_another_json_library_raises_is_ours():
    """Its exceptions do not leave the adapter."""

    def fail(_):
        message = "no"
        raise struct.error(message)

    adapter = JsonAdapter(RealtimeServerEvent, loads=fail, dumps=fail)

    with pytest.raises(DecodeError, match="not JSON: no"):
        adapter.decode(b"{}")
    with pytest.raises(EncodeError, match="no"):
        adapter.encode(EVENT)


def test_what_another_json_library_invents_is_refused():
    """Decimals are no JSON numbers to us."""
    adapter = JsonAdapter(
        RealtimeServerEvent, loads=lambda data: json.loads(data, parse_float=Decimal)
    )

    with pytest.raises(ValidationError, match="v: expected JSON value, got Decimal"):
        adapter.decode('{"type": "x", "v": 1.5}')


@pytest.mark.parametrize("key", [1, -1, 2**63, 1.5, None, True, b"type", "x"])
@pytest.mark.parametrize("mode", ["strict", "tolerant", "forgiving"])
def test_messagepack_has_no_keys_but_text(key, mode):
    """Integers can be chosen such that one dict of them takes minutes to make."""
    adapter = MsgpackAdapter(Unknown, mode=mode)
    for payload in ({"type": "x", key: 1}, {"type": "x", "v": [{"w": {key: 1}}]}):
        data = msgspec.msgpack.encode(payload)

        if key == "x":
            assert adapter.decode(data).payload == payload
        else:
            with pytest.raises(DecodeError, match=r"^not MessagePack of JSON's types"):
                adapter.decode(data)


class Failing(Mapping):
    """A mapping whose values come from somewhere that has gone."""

    def __init__(self, error):
        self.error = error

    def __getitem__(self, key):
        raise self.error

    def __iter__(self):
        return iter(["key"])

    def __len__(self):
        return 1


@pytest.mark.parametrize(
    "error", [OSError("gone"), KeyError("key"), ZeroDivisionError(), ValueError("x")]
)
def test_no_error_of_a_mapping_leaves_an_adapter(error):
    """It becomes ours, on the way in and out, and names the one behind it."""
    payload = {"type": "x", "v": Failing(error)}
    values = [
        Unknown(tag="x", payload=payload),
        RealtimeResponse(extra={"v": Failing(error)}),
        RealtimeResponse(metadata=Failing(error)),
    ]
    for value in values:
        for adapter_class in (JsonAdapter, MsgpackAdapter, DictAdapter):
            with pytest.raises(EncodeError, match=type(error).__name__) as caught:
                adapter_class(type(value)).encode(value)
            assert caught.value.__cause__ is error
        with pytest.raises(EncodeError):
            make_converter().unstructure(value)
    for mode in ("strict", "tolerant", "forgiving"):
        with pytest.raises(ValidationError):
            DictAdapter(Unknown, mode=mode).decode(payload)


def test_what_cannot_be_written_has_its_path():
    """Where no class says what there may be, too."""
    view = memoryview(b"sound")
    view.release()
    tool = RealtimeFunctionTool(parameters={"a": object()}, extra={"b": [view]})
    with pytest.raises(EncodeError) as caught:
        JsonAdapter(RealtimeFunctionTool).encode(tool)

    assert [issue.path for issue in caught.value.issues] == ["$.parameters.a", "$.b[0]"]
