"""User-defined attrs classes with schema types in fields, and any kind of converter."""

import json
from enum import Enum

import msgspec
import pytest
from attrs import Factory, define, field
from cattrs import Converter
from cattrs.preconf import json as preconf_json
from cattrs.preconf import msgspec as preconf_msgspec
from cattrs.preconf import orjson as preconf_orjson
from cattrs.strategies import configure_tagged_union

from rtmodels import (
    EncodeError,
    ErrorEvent,
    ErrorEventError,
    InputAudioBufferAppendEvent,
    MaxOutputTokens,
    RealtimeClientEvent,
    RealtimeConversationItem,
    RealtimeFunctionTool,
    RealtimeResponse,
    RealtimeServerEvent,
    RealtimeTool,
    ResponseDoneEvent,
    RtmodelsError,
    Unknown,
    ValidationError,
    configure,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

from .places import CALL, done

pytestmark = pytest.mark.needs("msgpack")


@define
class Turn:
    """What an application might store, ours and its own side by side."""

    response: RealtimeResponse
    items: tuple[RealtimeConversationItem, ...] = ()
    event: RealtimeServerEvent | None = None
    named: dict[str, RealtimeResponse] = Factory(dict)
    limit: MaxOutputTokens = "inf"
    tools: list[RealtimeTool] = Factory(list)
    count: int = 0
    title: str = ""


@define
class Archive:
    """Turns within turns."""

    turns: list[Turn]


@define
class Limits:
    """The alias that is no class, with and without None."""

    limit: MaxOutputTokens = "inf"
    other: MaxOutputTokens | None = None


class Side(Enum):
    """Keys that are no strings."""

    LEFT = "left"


@define
class Keyed:
    """Mappings whose keys are no strings."""

    by_int: dict[int, RealtimeResponse] = Factory(dict)
    by_side: dict[Side, RealtimeResponse] = Factory(dict)
    by_none: dict[str | None, RealtimeResponse] = Factory(dict)
    by_bytes: dict[bytes, RealtimeResponse] = Factory(dict)
    by_float: dict[float, RealtimeResponse] = Factory(dict)
    by_tuple: dict[tuple[int, ...], RealtimeResponse] = Factory(dict)


def check_count(_instance, _attribute, value):
    """Reject thirteen."""
    if value == 13:
        raise ValueError("unlucky")


@define
class Checked:
    """A field that the user's own converter and validator look at."""

    response: RealtimeResponse = field(converter=lambda value: value)
    count: int = field(default=0, validator=check_count)


SOUND = {
    "response": {"id": "r", "new": 1},
    "items": [{"type": "new"}, CALL],
    "event": done(),
    "named": {"a b": {"status": "completed"}},
    "limit": 5,
    "tools": [{"type": "function", "name": "f"}],
    "count": 3,
    "title": "t",
}
KINDS = {
    "plain": {},
    "without detailed validation": {"detailed_validation": False},
    "prefer_attrib_converters": {"prefer_attrib_converters": True},
    "forbid_extra_keys": {"forbid_extra_keys": True},
    "omit_if_default": {"omit_if_default": True},
    "use_alias": {"use_alias": True},
}
kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def converter_of(**kind):
    """Make a converter of some kind that supports our types."""
    converter = Converter(**kind)
    configure(converter)
    return converter


@kinds
def test_a_class_with_our_fields_just_works(kind):
    """Whatever kind of converter reads it."""
    turn = JsonAdapter(Turn, converter=converter_of(**kind)).decode(json.dumps(SOUND))

    assert turn.response == RealtimeResponse(id="r")
    assert turn.response.extra == {"new": 1}
    assert type(turn.items[0]) is Unknown
    assert type(turn.event) is ResponseDoneEvent
    assert turn.named == {"a b": RealtimeResponse(status="completed")}
    assert turn.limit == 5
    assert turn.tools == [RealtimeFunctionTool(name="f")]


@pytest.mark.parametrize("adapter", [JsonAdapter, DictAdapter, MsgpackAdapter])
def test_a_class_with_our_fields_comes_back(adapter):
    """Through every adapter."""
    turn = DictAdapter(Turn).decode(SOUND)
    wire = adapter(Turn, converter=make_converter()).encode(turn)

    assert DictAdapter(Turn).encode(turn) == SOUND
    assert adapter(Turn, converter=make_converter()).decode(wire) == turn


def test_issues_in_a_class_of_the_users_have_whole_paths():
    """All of them, from the root of the payload."""
    payload = {
        "response": {"id": 5, "output": [{"type": "function_call"}]},
        "items": [{"type": 5}, 5],
        "event": {"type": "error", "event_id": "e", "error": []},
        "named": {"a b": {"id": 5}, "c": 5, "d'": []},
        "limit": "Inf",
        "tools": [{"type": "mcp"}, None],
        "count": "x",
    }
    with pytest.raises(ValidationError) as caught:
        JsonAdapter(Turn).decode(json.dumps(payload))

    assert str(caught.value).splitlines() == [
        "$.response.id: expected str, got int",
        "$.response.output[0].name: expected str, got nothing",
        "$.response.output[0].arguments: expected str, got nothing",
        "$.items[0].type: expected str, got int",
        "$.items[1]: expected object, got int",
        "$.event.error: expected object, got array",
        "$.named['a b'].id: expected str, got int",
        "$.named.c: expected object, got int",
        '$.named["d\'"]: expected object, got array',
        "$.limit: expected 'inf' or int, got 'Inf'",
        "$.tools[0].server_label: expected str, got nothing",
        "$.tools[1]: expected object, got null",
        (
            "$.count: expected int, "
            "got ValueError: invalid literal for int() with base 10:…"
        ),
    ]


def test_a_limit_may_be_none():
    """`MaxOutputTokens` is a schema type, also in a union with None."""
    adapter = DictAdapter(Limits)
    limits = adapter.decode({"limit": 12.0, "other": None})

    assert (limits.limit, limits.other) == (12, None)
    assert adapter.decode({"other": "inf"}).other == "inf"
    assert adapter.encode(Limits(other=5)) == {"limit": "inf", "other": 5}
    with pytest.raises(
        ValidationError, match=r"^\$\.other: expected 'inf' or int, got"
    ):
        adapter.decode({"other": True})


def test_paths_go_through_several_classes_of_the_users():
    """A missing key of a user-defined class is reported like any other."""
    payload = {"turns": [SOUND, {}, {"response": {"usage": {"total_tokens": "1"}}}]}
    with pytest.raises(ValidationError) as caught:
        DictAdapter(Archive).decode(payload)

    assert str(caught.value).splitlines() == [
        "$.turns[1].response: expected RealtimeResponse, got nothing",
        "$.turns[2].response.usage.total_tokens: expected int, got str",
    ]


def test_the_mode_applies_inside_user_defined_classes():
    """What is strict about ours is strict there."""
    with pytest.raises(ValidationError, match=r"^\$\.response\.new: expected no such"):
        DictAdapter(Turn, mode="strict").decode({"response": {"new": 1}})


def test_forgiving_ends_at_classes_of_the_users():
    """Their fields are cattrs' business; ours below them give up as ever."""
    adapter = DictAdapter(Turn, mode="forgiving")
    turn = adapter.decode({"response": {"id": 5}, "items": [{"type": 5}]})

    assert turn.response.extra == {"id": 5}
    assert turn.items == (Unknown(tag=None, payload={"type": 5}),)
    with pytest.raises(ValidationError, match=r"^\$\.response: expected object, got"):
        adapter.decode({"response": 5})


@kinds
@pytest.mark.parametrize("payload", [{"response": 5}, {"response": {}, "items": [5]}])
def test_no_other_exception_leaves_an_adapter(kind, payload):
    """Not even from a converter that tells no paths."""
    with pytest.raises(ValidationError, match=r"expected object, got int$"):
        DictAdapter(Turn, converter=converter_of(**kind)).decode(payload)


@pytest.mark.parametrize("payload", [None, 5, "text", [], [1], {"count": 1}, {1: 2}])
@kinds
def test_whatever_comes_for_a_class_of_the_users(kind, payload):
    """`RtmodelsError` covers all that can go wrong."""
    with pytest.raises(RtmodelsError):
        DictAdapter(Turn, converter=converter_of(**kind)).decode(payload)


def test_a_forbidden_key_has_a_path():
    """Where the user's converter forbids it."""
    adapter = DictAdapter(Turn, converter=converter_of(forbid_extra_keys=True))
    with pytest.raises(ValidationError) as caught:
        adapter.decode({"response": {"ours": 1}, "b": 1, "a": 2})

    assert str(caught.value).splitlines() == [
        "$.a: expected no such key, got a value",
        "$.b: expected no such key, got a value",
    ]


@pytest.mark.parametrize("adapter", [DictAdapter, MsgpackAdapter])
def test_forbidden_keys_may_be_of_any_type(adapter):
    """MessagePack and dicts bring in keys that are no strings."""
    payload = {"response": {}, "a": 1, 5: 2}
    if adapter is MsgpackAdapter:
        payload = msgspec.msgpack.encode(payload)
    with pytest.raises(RtmodelsError):
        adapter(Turn, converter=converter_of(forbid_extra_keys=True)).decode(payload)


@pytest.mark.parametrize(
    ("name", "key", "step"),
    [
        ("by_int", 5, "[5]"),
        ("by_side", "left", ".left"),
        ("by_none", None, ".None"),
        ("by_bytes", b"k", """["b'k'"]"""),
        ("by_float", 1.5, "['1.5']"),
        ("by_tuple", (1, 2), "['(1, 2)']"),
    ],
)
def test_a_key_of_any_type_makes_a_step(name, key, step):
    """A path can lead through every mapping that cattrs reads."""
    with pytest.raises(ValidationError) as caught:
        DictAdapter(Keyed).decode({name: {key: {"id": 5}}})

    assert str(caught.value) == f"$.{name}{step}.id: expected str, got int"


@kinds
def test_encoding_a_class_of_the_users_raises_encode_errors(kind):
    """And no other exception."""
    turn = Turn(response=RealtimeResponse(id=5))
    with pytest.raises(EncodeError, match=r"id: expected str, got int$"):
        JsonAdapter(Turn, converter=converter_of(**kind)).encode(turn)


def test_encode_errors_in_a_class_of_the_users_begin_at_its_root():
    """Although cattrs does not report where in that class our object is."""
    turn = Turn(response=RealtimeResponse(id=5))
    with pytest.raises(EncodeError, match=r"^\$\.response\.id: expected str, got int$"):
        DictAdapter(Turn).encode(turn)


def test_other_types_are_read_as_before():
    """Cattrs turns "12" into 12 and 5 into "5", and still does."""
    turn = DictAdapter(Turn, converter=converter_of()).decode(
        {"response": {}, "count": "12", "title": 5}
    )

    assert (turn.count, turn.title) == (12, "5")


@pytest.mark.parametrize(
    "type_",
    [str, int, bytes, list[int], dict[str, int], int | None, tuple[int, str], Side],
)
def test_other_types_keep_their_hooks(type_):
    """`configure` adds to a converter, and changes nothing."""
    fresh, taught = Converter(), converter_of()

    for get in ("get_structure_hook", "get_unstructure_hook"):
        before, after = (getattr(c, get)(type_) for c in (fresh, taught))
        assert getattr(before, "__qualname__", 0) == getattr(after, "__qualname__", 0)


def test_a_copied_converter_works_and_is_its_own():
    """A hook of the copy's does not reach the original."""
    original = make_converter(mode="strict")
    twin = original.copy()
    twin.register_structure_hook(RealtimeResponse, lambda value, _: [value])
    events = [
        DictAdapter(RealtimeServerEvent, converter=c).decode(done())
        for c in (original, twin)
    ]

    assert [event.response for event in events] == [RealtimeResponse(), [{}]]
    with pytest.raises(ValidationError, match="a known type"):
        DictAdapter(RealtimeServerEvent, converter=twin).decode({"type": "new"})


def test_a_converter_can_be_configured_again():
    """The last call counts."""
    converter = make_converter(mode="strict")
    configure(converter, mode="forgiving", binary=True)
    adapter = DictAdapter(RealtimeClientEvent, converter=converter)
    append = InputAudioBufferAppendEvent(audio=b"abc")

    assert adapter.decode({"type": 5}) == Unknown(tag=None, payload={"type": 5})
    assert adapter.encode(append)["audio"] == b"abc"


@pytest.mark.parametrize("preconf", [preconf_json, preconf_orjson, preconf_msgspec])
def test_a_preconfigured_converter_can_be_configured(preconf):
    """Its own way with bytes does not touch audio."""
    converter = preconf.make_converter()
    configure(converter)
    text = '{"type":"input_audio_buffer.append","audio":"YWJj"}'
    append = converter.loads(text, RealtimeClientEvent)

    assert append == InputAudioBufferAppendEvent(audio=b"abc")
    assert json.loads(converter.dumps(append)) == json.loads(text)


def test_the_users_own_validators_and_converters_run():
    """Under ``prefer_attrib_converters`` too."""
    adapter = DictAdapter(
        Checked, converter=converter_of(prefer_attrib_converters=True)
    )

    assert adapter.decode({"response": 5}).response == 5
    with pytest.raises(ValidationError, match=r"got ValueError: unlucky$"):
        adapter.decode({"response": {}, "count": 13})


def test_a_strategy_of_cattrs_serves_a_union_of_ours():
    """Data may be tagged by class name, for example in a user's database."""
    converter, union = make_converter(), ResponseDoneEvent | ErrorEvent
    configure_tagged_union(union, converter, tag_name="class")
    adapter = DictAdapter(union, converter=converter)
    error = ErrorEvent(event_id="e", error=ErrorEventError(type="t", message="m"))
    wire = adapter.encode(error)

    assert wire["class"] == "ErrorEvent"
    assert adapter.decode(wire) == error
    with pytest.raises(ValidationError):
        adapter.decode({**wire, "class": "Nobody"})
