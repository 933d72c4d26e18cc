"""``extra``: keys that no field has, on the way in and on the way out."""

import copy
import json
import pickle
import types
from collections import OrderedDict, UserDict
from enum import IntEnum, StrEnum
from math import inf, nan

import attrs
import pytest

from rtmodels import (
    UNSET,
    EncodeError,
    ErrorEvent,
    ErrorEventError,
    RealtimeFunctionTool,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseDoneEvent,
    SessionUpdateEvent,
    Unknown,
    ValidationError,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

from .places import MODES, done

pytestmark = pytest.mark.needs("msgpack")


class Word(StrEnum):
    """A key and a value that are strings only by descent."""

    HUE = "hue"


class Count(IntEnum):
    """An integer only by descent."""

    TWO = 2


class Loop(dict):
    """A mapping that holds itself twice, and counts who walks through it."""

    walks = 0

    def items(self):
        """Return two items whose values are this mapping again."""
        self.walks += 1
        assert self.walks < 10_000, "walks through the same mapping for ever"
        return [("a", self), ("b", self)]

    def values(self):
        """Return the values alone."""
        return [value for _, value in self.items()]


def encode(**fields):
    """Encode a response with these fields to a dict."""
    return DictAdapter(RealtimeResponse).encode(RealtimeResponse(**fields))


@pytest.mark.parametrize("key", ["new", "extra", "", "a b", "self", "__class__", "ü"])
def test_any_key_at_all_is_kept(key):
    """Even one that is called ``extra``, or that no attribute could be called."""
    adapter = JsonAdapter(RealtimeResponse)
    response = adapter.decode(json.dumps({key: [1]}))

    assert response.extra == {key: [1]}
    assert json.loads(adapter.encode(response)) == {key: [1]}


def test_without_anything_extra_it_is_none():
    """No empty dict is made for every object that comes."""
    event = DictAdapter(RealtimeServerEvent).decode(done(id="r"))

    assert event.extra is None
    assert event.response.extra is None


def test_known_keys_are_not_in_extra():
    """What a field holds is there only."""
    response = DictAdapter(RealtimeResponse).decode({"id": "r", "new": 1})

    assert response.extra == {"new": 1}


def test_a_typed_value_wins():
    """A key of the same name in ``extra`` counts only where the field has no value."""
    assert encode(id="field", extra={"id": "extra"}) == {"id": "field"}
    assert encode(extra={"id": "extra"}) == {"id": "extra"}


@pytest.mark.parametrize(
    ("metadata", "wire"),
    [(UNSET, {"metadata": 5}), (None, {"metadata": None}), ({}, {"metadata": {}})],
)
def test_an_explicit_null_is_a_typed_value_too(metadata, wire):
    """Only what is absent leaves room for ``extra``."""
    assert encode(metadata=metadata, extra={"metadata": 5}) == wire


def test_a_null_in_extra_does_not_hide_a_new_value():
    """A caller who fills in what came as null sends the value."""
    response = DictAdapter(RealtimeResponse).decode({"usage": None, "status": None})
    changed = attrs.evolve(response, status="completed")

    assert DictAdapter(RealtimeResponse).encode(changed) == {
        "status": "completed",
        "usage": None,
    }


def test_extra_cannot_change_a_constant():
    """The class says which event it is."""
    event = ErrorEvent(
        event_id="e",
        error=ErrorEventError(type="t", message="m"),
        extra={"type": "other", "event_id": "x", "new": 1},
    )

    assert DictAdapter(ErrorEvent).encode(event) == {
        "type": "error",
        "event_id": "e",
        "error": {"type": "t", "message": "m"},
        "new": 1,
    }


def test_evolve_carries_extra_along():
    """Nothing is lost by changing a field."""
    event = DictAdapter(RealtimeServerEvent).decode({**done(new=1), "newer": 2})
    evolved = attrs.evolve(event, event_id="f")

    assert evolved.extra == {"newer": 2}
    assert DictAdapter(RealtimeServerEvent).encode(evolved) == {
        **done(new=1),
        "newer": 2,
        "event_id": "f",
    }


def test_extra_takes_no_part_in_equality_and_hashing():
    """An event is what its fields say."""
    plain, more = RealtimeResponse(id="r"), RealtimeResponse(id="r", extra={"a": [1]})

    assert plain == more
    assert hash(plain) == hash(more)


def test_extra_survives_pickle_and_copy():
    """It is a plain dict."""
    event = DictAdapter(RealtimeServerEvent).decode(done(new=[1, {"a": None}]))

    for twin in (copy.deepcopy(event), pickle.loads(pickle.dumps(event))):
        assert twin.response.extra == {"new": [1, {"a": None}]}


def test_a_caller_may_send_keys_newer_than_the_library():
    """At any depth, by ``extra`` of the object that has the key."""
    event = attrs.evolve(
        DictAdapter(SessionUpdateEvent).decode(
            {"type": "session.update", "session": {"type": "realtime"}}
        ),
        extra={"newer": {"a": (1, 2.5, None, True, "x")}},
    )

    assert DictAdapter(SessionUpdateEvent).encode(event) == {
        "type": "session.update",
        "session": {"type": "realtime"},
        "newer": {"a": [1, 2.5, None, True, "x"]},
    }


@pytest.mark.parametrize("mapping", [OrderedDict, UserDict, types.MappingProxyType])
def test_any_mapping_will_do(mapping):
    """The annotation says Mapping."""
    assert encode(extra=mapping({"a": mapping({"b": 1})})) == {"a": {"b": 1}}


def test_strings_and_ints_by_descent_become_plain_ones():
    """JSON libraries reject some of them."""
    wire = encode(extra={Word.HUE: [Word.HUE, Count.TWO]})
    types_ = [type(key) for key in wire] + [type(item) for item in wire["hue"]]

    assert wire == {"hue": ["hue", 2]}
    assert types_ == [str, str, int]


def test_bytes_are_base64_on_json_and_raw_on_messagepack():
    """As audio is, wherever it stands."""
    response = RealtimeResponse(extra={"audio": b"abc"})

    assert JsonAdapter(RealtimeResponse).encode(response) == b'{"audio":"YWJj"}'
    assert (
        MsgpackAdapter(RealtimeResponse).encode(response) == b"\x81\xa5audio\xc4\x03abc"
    )


def test_encoding_copies_extra():
    """Changing the wire data changes no instance."""
    extra = {"a": {"b": [1]}}
    wire = encode(extra=extra)
    wire["a"]["b"].append(2)

    assert extra == {"a": {"b": [1]}}


@pytest.mark.parametrize("adapter", [DictAdapter, JsonAdapter, MsgpackAdapter])
@pytest.mark.parametrize(
    ("extra", "text"),
    [
        ({1: 2}, "$: expected string keys, got 1"),
        ({None: 2}, "$: expected string keys, got null"),
        ({("a",): 2}, "$: expected string keys, got tuple"),
        ({b"a": 2}, "$: expected string keys, got bytes"),
        ({"a": nan}, "$.a: expected finite number, got nan"),
        ({"a": [1, -inf]}, "$.a[1]: expected finite number, got -inf"),
        ({"a": object()}, "$.a: expected JSON value, got object"),
        ({"a": {1, 2}}, "$.a: expected JSON value, got set"),
        ({"a": 1j}, "$.a: expected JSON value, got complex"),
        ({"a": UNSET}, "$.a: expected JSON value, got Unset"),
        ({"a": {"b c": {2: 3}}}, "$.a['b c']: expected string keys, got 2"),
        ({"a": RealtimeResponse()}, "$.a: expected JSON value, got RealtimeResponse"),
    ],
)
def test_junk_in_extra_is_an_encode_error(extra, text, adapter):
    """The issue tells the path and the value's type."""
    with pytest.raises(EncodeError) as caught:
        adapter(RealtimeResponse).encode(RealtimeResponse(extra=extra))

    assert str(caught.value) == text


def test_all_junk_in_extra_is_told_at_once():
    """Together with what is wrong with the fields."""
    response = RealtimeResponse(id=5, extra={"a": nan, "b": [object()], 3: 4})
    with pytest.raises(EncodeError) as caught:
        DictAdapter(ResponseDoneEvent).encode(
            ResponseDoneEvent(event_id="e", response=response)
        )

    assert str(caught.value).splitlines() == [
        "$.response.id: expected str, got int",
        "$.response.a: expected finite number, got nan",
        "$.response.b[0]: expected JSON value, got object",
        "$.response: expected string keys, got 3",
    ]


def test_junk_that_a_typed_value_wins_over_does_no_harm():
    """What is not written need not be writable."""
    assert encode(id="r", extra={"id": object()}) == {"id": "r"}


@pytest.mark.parametrize("extra", ["text", "", 5, [], [("a", 1)], object(), UNSET])
def test_an_extra_that_is_no_mapping_is_an_encode_error(extra):
    """No other exception may leave an adapter."""
    with pytest.raises(EncodeError, match=r"^\$\.extra: expected Mapping, got"):
        encode(id="r", extra=extra)


@pytest.mark.parametrize(
    "make",
    [
        lambda loop: RealtimeResponse(extra=loop),
        lambda loop: RealtimeFunctionTool(parameters=loop),
        lambda loop: Unknown(tag="new", payload=loop),
    ],
)
def test_a_mapping_that_holds_itself_is_an_encode_error(make):
    """The depth of values without a schema is limited."""
    loop = {}
    loop["a"] = [loop]
    with pytest.raises(EncodeError, match=r"no more than 200 levels, got one more$"):
        DictAdapter(type(make(loop))).encode(make(loop))


def test_a_mapping_that_holds_itself_twice_is_an_encode_error():
    """A tree whose children point to their parent does so; the check is as fast."""
    with pytest.raises(EncodeError, match=r"levels, got one more"):
        encode(extra={"a": Loop(a=1)})


@pytest.mark.parametrize("mode", MODES)
def test_a_mapping_that_holds_itself_twice_is_a_validation_error(mode):
    """The same holds on the way in, where a dict adapter accepts any mapping."""
    with pytest.raises(ValidationError):
        DictAdapter(RealtimeResponse, mode=mode).decode({"a": Loop(a=1)})


@pytest.mark.parametrize("levels", [1, 99, 100])
def test_some_depth_is_kept(levels):
    """More than any schema has."""
    adapter = JsonAdapter(RealtimeResponse)
    data = b'{"new":' + b"[" * levels + b"]" * levels + b"}"

    assert adapter.encode(adapter.decode(data)) == data


@pytest.mark.parametrize("levels", [101, 102, 199, 200, 201, 202, 300, 900])
def test_too_much_depth_has_a_message(levels):
    """Input that is too deep is rejected, and with a reason."""
    data = b'{"new":' + b"[" * levels + b"]" * levels + b"}"
    with pytest.raises(
        ValidationError, match=r"no more than 100 levels, got one more$"
    ):
        JsonAdapter(RealtimeResponse).decode(data)
