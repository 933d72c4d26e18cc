"""The three modes, row by row: what each rejects, accepts and encodes again."""

import json
from math import inf, nan

import msgspec
import pytest

from rtmodels import DecodeError, Unknown, ValidationError
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

from .places import LAX, MODES, PLACES

pytestmark = pytest.mark.needs("msgpack")

UNKNOWN = [
    ("event", {"type": "new.event", "a": [1, {"b": None}]}),
    ("client event", {"type": "new.event"}),
    ("tuple element", {"type": "new.event"}),
    ("item of a response", {"type": "new_item", "id": "i"}),
    ("item of a response", {"type": "message", "role": "tool", "content": []}),
    ("item of an event", {"type": "new_item", "content": [{"type": 5}]}),
    ("mcp error", {"type": "new_error"}),
    ("session", {"type": "dreaming"}),
    ("function tool", {"type": "web_search", "name": "w"}),
    ("turn detection", {"type": "telepathy"}),
    ("audio format", {"type": "audio/opus", "rate": 48000}),
    ("prompt variable", {"type": "input_video"}),
]
UNKNOWN_IDS = [f"{place}: {obj['type']}" for place, obj in UNKNOWN]

CLOSED = [
    ("response", "status", "dreaming"),
    ("response", "object", "realtime.reply"),
    ("response", "output_modalities", ["audio", "smell"]),
    ("top-level class", "status", ""),
    ("item of a response", "status", "lost"),
    ("item of an event", "object", "item"),
    ("content part", "type", "input_smell"),
    ("content part", "detail", "original"),
    ("mcp tool", "connector_id", "connector_pigeon"),
    ("mcp tool", "allowed_callers", ["direct", "indirect"]),
    ("mcp tool", "require_approval", "sometimes"),
    ("session", "tool_choice", "maybe"),
    ("session", "truncation", "never"),
    ("session", "include", ["everything"]),
    ("audio format", "rate", 16000),
    ("rate limit", "name", "wishes"),
]
OPEN = [
    ("session", "model", "gpt-realtime-99"),
    ("session", "audio", {"output": {"voice": "my voice"}}),
    ("session", "audio", {"input": {"transcription": {"model": "whisper-9"}}}),
]
NULLS = [
    ("client event", "event_id"),
    ("response", "status_details"),
    ("response", "output"),
    ("response", "max_output_tokens"),
    ("usage details", "cached_tokens"),
    ("item of a response", "status"),
    ("content part", "transcript"),
    ("content part", "audio"),
    ("session", "tools"),
    ("session", "tool_choice"),
    ("function tool", "parameters"),
    ("mcp tool", "defer_loading"),
    ("turn detection", "threshold"),
    ("rate limit", "reset_seconds"),
]
INTS = [
    ("response", "max_output_tokens"),
    ("usage details", "cached_tokens"),
    ("turn detection", "idle_timeout_ms"),
    ("audio format", "rate"),
    ("rate limit", "limit"),
    ("mcp error", "code"),
]
WRONG_VALUES = [
    ("client event", "event_id", 5),
    ("response", "id", 5),
    ("response", "status", 5),
    ("response", "status_details", "unimplemented"),
    ("response", "output", {}),
    ("response", "output", [None]),
    ("response", "output_modalities", ["audio", 5]),
    ("response", "metadata", {"a": 5}),
    ("response", "max_output_tokens", True),
    ("top-level class", "conversation_id", []),
    ("usage details", "cached_tokens", True),
    ("usage details", "cached_tokens", "12"),
    ("usage details", "cached_tokens", 12.5),
    ("usage details", "cached_tokens", 2.0**53 + 2),
    ("usage details", "cached_tokens", 1e300),
    ("item of a response", "id", 5),
    ("content part", "text", 5),
    ("content part", "audio", "not base64"),
    ("content part", "audio", "QQ"),
    ("content part", "audio", "QR=="),
    ("content part", "audio", 5),
    ("session", "tracing", 5),
    ("session", "parallel_tool_calls", 1),
    ("session", "tool_choice", 5),
    ("session", "audio", {"output": {"voice": {"id": 5}}, "input": 5}),
    ("function tool", "parameters", []),
    ("mcp tool", "headers", {"a": None}),
    ("mcp tool", "allowed_tools", [5]),
    ("mcp tool", "allowed_tools", True),
    ("turn detection", "threshold", True),
    ("turn detection", "threshold", "0.5"),
    ("turn detection", "create_response", "true"),
    ("turn detection", "create_response", 1),
    ("audio format", "rate", "24000"),
    ("rate limit", "limit", False),
]
WRONG_IDS = [f"{place}: {key}={value!r}" for place, key, value in WRONG_VALUES]


def through_json(place, mode, payload):
    """Decode *payload* from JSON, and check that it encodes back equal."""
    adapter = JsonAdapter(place.type, mode=mode)
    instance = adapter.decode(json.dumps(payload))
    assert json.loads(adapter.encode(instance)) == payload
    return instance


def replaced(place, obj):
    """Return the payload with *obj* in place of the object there."""
    if not place.steps:
        return obj
    *above, last = place.steps
    return place._replace(steps=tuple(above)).put(last, obj)


@pytest.mark.parametrize("mode", LAX)
@pytest.mark.parametrize(("name", "obj"), UNKNOWN, ids=UNKNOWN_IDS)
def test_an_object_of_unknown_type_is_kept(name, obj, mode):
    """At any depth, an unknown tag gives `Unknown` with the whole object."""
    place = PLACES[name]
    instance = through_json(place, mode, replaced(place, obj))

    assert place.follow(instance) == Unknown(tag=obj["type"], payload=obj)


@pytest.mark.parametrize(("name", "obj"), UNKNOWN, ids=UNKNOWN_IDS)
def test_strict_mode_refuses_an_unknown_type(name, obj):
    """The issue points at the tag, or at the role where that is what is unknown."""
    place = PLACES[name]
    tag = "role" if "role" in obj else "type"
    with pytest.raises(ValidationError) as caught:
        DictAdapter(place.type, mode="strict").decode(replaced(place, obj))

    assert str(caught.value) == (
        f"{place.path(tag)}: expected a known {tag}, got {obj[tag]!r}"
    )


@pytest.mark.parametrize("mode", LAX)
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_an_unknown_key_is_kept(place, mode):
    """At any depth, ``extra`` holds the key that no field has."""
    instance = through_json(place, mode, place.put("new_key", {"a": [1, None]}))

    assert place.follow(instance).extra == {"new_key": {"a": [1, None]}}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_strict_mode_refuses_an_unknown_key(place):
    """The issue names the key, and not what stands under it."""
    with pytest.raises(ValidationError) as caught:
        DictAdapter(place.type, mode="strict").decode(place.put("new_key", "x"))

    assert (
        str(caught.value) == f"{place.path('new_key')}: expected no such key, got str"
    )


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_strict_mode_takes_what_the_schema_says(place):
    """The payloads of these tests are sound but for what the tests put in."""
    instance = through_json(place, "strict", place.payload)

    assert place.follow(instance).extra is None


@pytest.mark.parametrize("mode", LAX)
@pytest.mark.parametrize(("name", "key", "word"), CLOSED)
def test_a_word_outside_a_closed_set_is_kept(name, key, word, mode):
    """The server may be newer than the library."""
    place = PLACES[name]
    instance = through_json(place, mode, place.put(key, word))
    value = getattr(place.follow(instance), key)

    assert value == (tuple(word) if isinstance(word, list) else word)


@pytest.mark.parametrize(("name", "key", "word"), CLOSED)
def test_strict_mode_refuses_a_word_outside_a_closed_set(name, key, word):
    """The issue stands at the field, or at the element of an array."""
    place = PLACES[name]
    path = place.path(key) + ("[1]" if isinstance(word, list) and word[1:] else "")
    path += "[0]" if word == ["everything"] else ""
    with pytest.raises(ValidationError) as caught:
        DictAdapter(place.type, mode="strict").decode(place.put(key, word))

    assert [issue.path for issue in caught.value.issues] == [path]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("name", "key", "value"), OPEN)
def test_an_open_set_takes_any_word(name, key, value, mode):
    """Where the schema names examples only, even strict mode accepts others."""
    place = PLACES[name]
    instance = through_json(place, mode, place.put(key, value))

    assert place.follow(instance).extra is None


@pytest.mark.parametrize("mode", LAX)
@pytest.mark.parametrize(("name", "key"), NULLS)
def test_a_null_that_the_schema_has_not_is_kept(name, key, mode):
    """The field is absent, and ``extra`` remembers the null."""
    place = PLACES[name]
    target = place.follow(through_json(place, mode, place.put(key, None)))

    assert getattr(target, key) is None
    assert target.extra == {key: None}


@pytest.mark.parametrize(("name", "key"), NULLS)
def test_strict_mode_refuses_a_null_that_the_schema_has_not(name, key):
    """The issue says that null is what came."""
    place = PLACES[name]
    with pytest.raises(ValidationError) as caught:
        DictAdapter(place.type, mode="strict").decode(place.put(key, None))

    assert [(i.path, i.got) for i in caught.value.issues] == [(place.path(key), "null")]


@pytest.mark.parametrize("mode", LAX)
@pytest.mark.parametrize("whole", [12.0, -3.0, 0.0, -0.0, 2.0**53])
@pytest.mark.parametrize(("name", "key"), INTS)
def test_a_whole_float_is_an_int(name, key, whole, mode):
    """What came as 12.0 is 12 in the instance, and equal on the wire."""
    place = PLACES[name]
    instance = through_json(place, mode, place.put(key, whole))
    value = getattr(place.follow(instance), key)

    assert type(value) is int
    assert value == whole


@pytest.mark.parametrize(("name", "key"), INTS)
def test_strict_mode_refuses_a_whole_float(name, key):
    """A float is no int, however whole."""
    place = PLACES[name]
    with pytest.raises(ValidationError, match=r", got 12\.0$"):
        DictAdapter(place.type, mode="strict").decode(place.put(key, 12.0))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("value", [1, 1.5, -0.0, 10**15])
def test_a_number_comes_back_as_it_was(value, mode):
    """Where the schema has a number, 1 stays 1 and 1.0 stays 1.0."""
    place = PLACES["turn detection"]
    target = place.follow(through_json(place, mode, place.put("threshold", value)))

    assert repr(target.threshold) == repr(value)


@pytest.mark.parametrize("mode", ["strict", "tolerant"])
@pytest.mark.parametrize(("name", "key", "value"), WRONG_VALUES, ids=WRONG_IDS)
def test_a_wrong_type_is_an_error(name, key, value, mode):
    """Nothing is coerced, and the issues stand at the field or below it."""
    place = PLACES[name]
    with pytest.raises(ValidationError) as caught:
        JsonAdapter(place.type, mode=mode).decode(json.dumps(place.put(key, value)))

    assert all(i.path.startswith(place.path(key)) for i in caught.value.issues)


@pytest.mark.parametrize("adapter", [DictAdapter, MsgpackAdapter])
@pytest.mark.parametrize("mode", ["strict", "tolerant"])
@pytest.mark.parametrize("value", [nan, inf, -inf])
@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("turn detection", "threshold"),
        ("usage details", "cached_tokens"),
        ("response", "max_output_tokens"),
    ],
)
def test_nan_and_infinity_are_errors(name, key, value, mode, adapter):
    """JSON has no such numbers, so no other wire may bring them in."""
    place = PLACES[name]
    payload = place.put(key, value)
    if adapter is MsgpackAdapter:
        payload = msgspec.msgpack.encode(payload)
    with pytest.raises(ValidationError, match=f", got {value}$"):
        adapter(place.type, mode=mode).decode(payload)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"nope", b'{"type":"response.done"}x', b'{"a":NaN}', b'"\xff"', "{'a'"],
)
def test_what_is_not_json_is_an_error_in_every_mode(data, mode):
    """A `DecodeError` says so, whatever the mode."""
    with pytest.raises(DecodeError, match=r"^not JSON"):
        JsonAdapter(PLACES["event"].type, mode=mode).decode(data)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("data", ["null", "5", '"text"', "[]", "true"])
def test_json_that_is_no_object_is_an_error_in_every_mode(data, mode):
    """An event is an object."""
    with pytest.raises(ValidationError, match=r"^\$: expected object, got "):
        JsonAdapter(PLACES["event"].type, mode=mode).decode(data)
