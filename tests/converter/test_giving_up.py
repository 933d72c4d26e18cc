"""How forgiving mode gives up: at the nearest place that can do without."""

import json
from math import inf, isnan, nan

import pytest

from rtmodels import (
    UNSET,
    EncodeError,
    ErrorEvent,
    RealtimeClientEvent,
    RealtimeConversationItem,
    RealtimeFunctionTool,
    RealtimeResponse,
    RealtimeServerEvent,
    RealtimeSessionCreateResponse,
    ResponseDoneEvent,
    ToolChoice,
    Unknown,
    ValidationError,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

from .places import CALL, MCP_CALL, MCP_LIST, PLACES, USER, added, done, update

ERROR = {"type": "error", "event_id": "e", "error": {"type": "t", "message": "m"}}
LOGPROBS = {
    "type": "conversation.item.input_audio_transcription.delta",
    "event_id": "e",
    "item_id": "i",
    "logprobs": [{"token": "t", "logprob": -1, "bytes": [1, 2]}],
}

OPTIONAL = [
    ("client event", "event_id", 5, None),
    ("response", "status", 5, None),
    ("response", "status_details", "unimplemented", None),
    ("response", "output", {"0": CALL}, None),
    ("response", "output", [CALL, None], None),
    ("response", "output_modalities", ["audio", 5], None),
    ("response", "metadata", {"a": "b", "c": 5}, UNSET),
    ("usage details", "cached_tokens", "12", None),
    ("usage details", "cached_tokens", True, None),
    ("usage details", "cached_tokens", 12.5, None),
    ("usage details", "cached_tokens_details", [], None),
    ("content part", "text", 5, None),
    ("content part", "audio", "QR==", None),
    ("session", "tools", {}, None),
    ("session", "tracing", 5, UNSET),
    ("session", "prompt", {"id": 5}, UNSET),
    ("session", "prompt", {}, UNSET),
    ("session", "tool_choice", [], None),
    ("function tool", "parameters", "none", None),
    ("mcp tool", "headers", {"a": None}, UNSET),
    ("mcp tool", "allowed_tools", [5], UNSET),
    ("mcp tool", "allowed_callers", "direct", UNSET),
    ("turn detection", "threshold", "0.5", None),
    ("turn detection", "idle_timeout_ms", "6000", UNSET),
    ("audio format", "rate", "24000", None),
]

REQUIRED = [
    ("event", "event_id", 5, 0),
    ("tuple element", "event_id", 5, 0),
    ("tuple element", "response", [], 0),
    ("call of a response", "arguments", {}, 0),
    ("call of a response", "name", None, 0),
    ("item of a response", "content", None, 0),
    ("item of a response", "content", [5], 0),
    ("item of an event", "name", 5, 0),
    ("listed tool", "name", 5, 2),
    ("listed tool", "input_schema", "{}", 2),
    ("mcp error", "code", "401", 0),
    ("mcp error", "message", None, 0),
    ("mcp tool", "server_label", 5, 0),
]

MISSING = [
    ("event", "event_id", 0),
    ("event", "response", 0),
    ("call of a response", "arguments", 0),
    ("item of a response", "content", 0),
    ("item of a response", "role", 0),
    ("item of a response", "type", 0),
    ("item of an event", "name", 0),
    ("listed tool", "input_schema", 2),
    ("mcp error", "code", 0),
    ("mcp error", "type", 0),
    ("mcp tool", "server_label", 0),
    ("turn detection", "type", 0),
    ("session", "type", 0),
]


def forgive(type_, payload):
    """Decode *payload* from JSON, and check that it encodes back equal."""
    adapter = JsonAdapter(type_, mode="forgiving")
    instance = adapter.decode(json.dumps(payload))
    assert json.loads(adapter.encode(instance)) == payload
    return instance


@pytest.mark.parametrize(("name", "key", "value", "absent"), OPTIONAL)
def test_an_optional_field_is_given_up(name, key, value, absent):
    """The field is absent, ``extra`` has what came, and all else is read."""
    place = PLACES[name]
    target = place.follow(forgive(place.type, place.put(key, value)))

    assert getattr(target, key) is absent
    assert target.extra == {key: value}


@pytest.mark.parametrize(("name", "key", "value", "upwards"), REQUIRED)
def test_an_object_is_given_up_for_a_required_field(name, key, value, upwards):
    """The nearest object that stands in a union becomes `Unknown`, and nothing else."""
    place = PLACES[name]
    payload = place.put(key, value)
    given_up = place.follow(forgive(place.type, payload), upwards)

    assert given_up == Unknown(
        tag=place.follow(payload, upwards)["type"],
        payload=place.follow(payload, upwards),
    )


@pytest.mark.parametrize(("name", "key", "upwards"), MISSING)
def test_an_object_is_given_up_for_a_missing_key(name, key, upwards):
    """So it does for a key that is not there, the tag included."""
    place = PLACES[name]
    payload = place.drop(key)
    whole = place.follow(payload, upwards)
    given_up = place.follow(forgive(place.type, payload), upwards)

    assert given_up == Unknown(tag=whole.get("type"), payload=whole)


@pytest.mark.parametrize("tag", [5, None, True, [], {}, 1.5])
def test_an_object_whose_tag_is_no_string_is_unknown(tag):
    """`Unknown` has no type then; the payload says what came."""
    payload = {"type": tag, "event_id": "e"}

    assert forgive(RealtimeServerEvent, payload) == Unknown(tag=None, payload=payload)


@pytest.mark.parametrize("role", [5, None, [], {}])
def test_a_message_whose_role_is_no_string_is_unknown(role):
    """Here the type is known, and is told."""
    item = {"type": "message", "role": role, "content": []}

    assert forgive(RealtimeConversationItem, item) == Unknown(
        tag="message", payload=item
    )


def test_a_required_field_below_an_optional_one_takes_only_that():
    """The optional field is nearer than the union."""
    payload = {**LOGPROBS, "logprobs": [{"token": 5, "logprob": -1, "bytes": [1]}]}
    event = forgive(RealtimeServerEvent, payload)

    assert event.logprobs is UNSET
    assert event.extra == {"logprobs": payload["logprobs"]}


def test_a_union_below_an_optional_field_takes_only_that():
    """The union is nearer than the optional field; its neighbours are read."""
    broken = {"type": "mcp", "server_label": 5}
    event = forgive(
        PLACES["session"].type,
        update(tools=[{"type": "function", "name": "f"}, broken]),
    )

    assert event.session.extra is None
    assert event.session.tools == (
        RealtimeFunctionTool(name="f"),
        Unknown(tag="mcp", payload=broken),
    )


def test_a_union_without_unknown_gives_up_the_field_above():
    """A voice is a name or a `CustomVoice`; what is neither leaves the field absent."""
    output = {"voice": {"id": 5}, "speed": 1.5}
    event = forgive(PLACES["session"].type, update(audio={"output": output}))

    assert event.session.audio.output.voice is None
    assert event.session.audio.output.speed == 1.5
    assert event.session.audio.output.extra == {"voice": {"id": 5}}


def test_what_may_be_null_gives_way_as_if_it_could_not():
    """A type that an adapter is for may allow null as well."""
    response = forgive(RealtimeResponse | None, {"id": 5, "status": "completed"})

    assert response == RealtimeResponse(status="completed", extra={"id": 5})


def test_an_object_where_a_word_may_stand_gives_up_its_own_field():
    """Tracing is ``auto`` or an object; what is wrong inside of that stays there."""
    tracing = {"workflow_name": 5, "group_id": "g"}
    event = forgive(PLACES["session"].type, update(tracing=tracing))

    assert event.session.extra is None
    assert event.session.tracing.group_id == "g"
    assert event.session.tracing.extra == {"workflow_name": 5}


def test_values_under_free_keys_give_way_one_by_one():
    """A variable of a prompt is text or content, and each is read for itself."""
    image = {"type": "input_image", "file_id": 5, "detail": "low"}
    text = {"type": "input_text", "text": 5}
    prompt = {"id": "p", "variables": {"name": "x", "photo": image, "note": text}}
    event = forgive(PLACES["session"].type, update(prompt=prompt))
    variables = event.session.prompt.variables

    assert event.session.prompt.extra is None
    assert variables["name"] == "x"
    assert variables["photo"].detail == "low"
    assert variables["photo"].extra == {"file_id": 5}
    assert variables["note"] == Unknown(tag="input_text", payload=text)


def test_each_wrong_value_is_given_up_on_its_own():
    """Several wrong values in one payload cost several fields, and no more."""
    event = forgive(
        RealtimeServerEvent,
        done(id=5, output=[USER, {**CALL, "name": 5}, MCP_LIST], usage="much"),
    )

    assert event.response.extra == {"id": 5, "usage": "much"}
    assert [type(item).__name__ for item in event.response.output] == [
        "RealtimeConversationItemMessageUser",
        "Unknown",
        "RealtimeMCPListTools",
    ]


def test_what_is_given_up_stands_beside_what_is_extra_anyway():
    """New keys, stray nulls and wrong values share one ``extra``."""
    event = forgive(RealtimeServerEvent, done(id=5, new=[1], usage=None, status="x"))

    assert event.response.extra == {"id": 5, "new": [1], "usage": None}
    assert event.response.status == "x"


def test_a_wrong_value_in_a_nullable_union_field_gives_the_object_up():
    """``error`` of a call may be null, and its union is nearer still."""
    error = {"type": "http_error", "code": "401", "message": "m"}
    event = forgive(RealtimeServerEvent, added({**MCP_CALL, "error": error}))

    assert event.item.error == Unknown(tag="http_error", payload=error)


@pytest.mark.parametrize("value", [5, [], True])
def test_what_is_no_object_in_a_union_field_leaves_it_absent(value):
    """`Unknown` holds objects only."""
    event = forgive(RealtimeServerEvent, added({**MCP_CALL, "error": value}))

    assert event.item.error is UNSET
    assert event.item.extra == {"error": value}


def test_what_is_no_object_in_a_required_union_field_gives_up_the_event():
    """Nothing nearer can do without an item."""
    payload = added("an item")

    assert forgive(RealtimeServerEvent, payload) == Unknown(
        tag="conversation.item.added", payload=payload
    )


@pytest.mark.parametrize(
    ("type_", "payload"),
    [
        (ErrorEvent, {**ERROR, "event_id": 5}),
        (ErrorEvent, {"type": "error", "event_id": "e"}),
        (ErrorEvent, {**ERROR, "type": "other"}),
        (ResponseDoneEvent | ErrorEvent, {**ERROR, "event_id": 5}),
        (ResponseDoneEvent | ErrorEvent, {"type": "new.event"}),
        (ResponseDoneEvent | ErrorEvent, {"event_id": "e"}),
        (RealtimeSessionCreateResponse, {"type": "realtime"}),
        (RealtimeResponse, []),
        (tuple[RealtimeServerEvent, ...], [ERROR, 5]),
        (tuple[ErrorEvent, ...], [ERROR, {}]),
        (ToolChoice, 5),
    ],
)
def test_a_wrong_value_with_nothing_above_it_is_an_error(type_, payload):
    """A type that is no union with `Unknown` has nowhere to put what does not fit."""
    with pytest.raises(ValidationError):
        DictAdapter(type_, mode="forgiving").decode(payload)


NANS = [
    ({"type": "new.event", "a": nan}, lambda event: event.payload["a"]),
    (
        update(turn=nan, audio={"input": {"format": {"type": "new", "rate": inf}}}),
        lambda event: event.session.extra["turn"],
    ),
    (
        {
            "type": "rate_limits.updated",
            "event_id": "e",
            "rate_limits": [{"limit": nan}],
        },
        lambda event: event.rate_limits[0].extra["limit"],
    ),
]


@pytest.mark.needs("msgpack")
@pytest.mark.parametrize(("payload", "follow"), NANS)
def test_nan_is_kept_where_it_can_be_written(payload, follow):
    """MessagePack holds NaN and infinity, and so do dicts that are not for JSON."""
    union = RealtimeClientEvent | RealtimeServerEvent
    packed = MsgpackAdapter(union, mode="forgiving")
    binary = DictAdapter(union, mode="forgiving", binary=True)
    import msgspec  # noqa: PLC0415 - only this test needs it

    data = msgspec.msgpack.encode(payload)
    event = packed.decode(data)

    assert isnan(follow(event))
    assert repr(binary.encode(binary.decode(payload))) == repr(binary.encode(event))
    again = packed.decode(packed.encode(event))
    assert repr(again) == repr(event)

    for other in (JsonAdapter, DictAdapter):
        with pytest.raises(EncodeError, match=": expected finite number, got nan"):
            other(union, mode="forgiving").encode(event)


@pytest.mark.parametrize("payload", [payload for payload, _ in NANS])
def test_nan_is_an_error_where_it_cannot_be_written(payload):
    """What an adapter decodes, it can encode; JSON has no NaN."""
    adapter = DictAdapter(RealtimeClientEvent | RealtimeServerEvent, mode="forgiving")

    with pytest.raises(ValidationError, match=r", got (nan|inf)$"):
        adapter.decode(payload)


HEADS = [
    '{"type":"new.event"',
    '{"type":"response.done","event_id":"e","response":{}',
    '{"type":"response.done","event_id":5',
]


@pytest.mark.parametrize("levels", [50, 98, 150, 190])
@pytest.mark.parametrize("head", HEADS)
def test_depth_ends_no_session(head, levels):
    """As much of it as the reader allows is kept, and comes back."""
    adapter = JsonAdapter(RealtimeServerEvent, mode="forgiving", max_depth=levels + 2)
    data = f'{head},"new":{"[" * levels}{"]" * levels}}}'

    assert json.loads(adapter.encode(adapter.decode(data))) == json.loads(data)


@pytest.mark.parametrize("levels", [101, 250, 500, 1000])
@pytest.mark.parametrize("head", HEADS)
def test_depth_that_no_real_frame_has_is_refused(head, levels):
    """Forgiving has an end, so that whatever is read can be written."""
    adapter = JsonAdapter(RealtimeServerEvent, mode="forgiving")
    with pytest.raises(ValidationError, match=r"levels, got one more$"):
        adapter.decode(f'{head},"new":{"[" * levels}{"]" * levels}}}')
