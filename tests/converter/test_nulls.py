"""Absent, null and UNSET: what each row of the null table means, in and out."""

import copy
import json
import pickle

import attrs
import pytest
from attrs import frozen

import rtmodels
from rtmodels import (
    UNSET,
    ConversationItemAddedEvent,
    EncodeError,
    ErrorEvent,
    ErrorEventError,
    Model,
    RealtimeAudioFormats,
    RealtimeConversationItemFunctionCall,
    RealtimeFunctionTool,
    RealtimeMCPToolCall,
    RealtimeResponse,
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateRequestAudioInput,
    RealtimeTool,
    Unset,
    ValidationError,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

from .places import LAX, MODES


@frozen(kw_only=True)
class Row(Model):
    """One field for each row of the table."""

    required: str
    required_nullable: str | None
    optional: str | None = None
    optional_nullable: str | None | Unset = UNSET


FULL = {"required": "a", "required_nullable": "b"}
ROWS = [
    ({}, "required_nullable", "b", None),
    ({"required_nullable": None}, "required_nullable", None, None),
    ({}, "optional", None, None),
    ({"optional": "c"}, "optional", "c", None),
    ({"optional_nullable": "d"}, "optional_nullable", "d", None),
    ({}, "optional_nullable", UNSET, None),
    ({"optional_nullable": None}, "optional_nullable", None, None),
]

NULLABLE = [
    (ErrorEventError, {"type": "t", "message": "m"}, "code"),
    (ErrorEventError, {"type": "t", "message": "m"}, "event_id"),
    (RealtimeResponse, {}, "metadata"),
    (RealtimeSessionCreateRequest, {"type": "realtime"}, "tracing"),
    (RealtimeSessionCreateRequest, {"type": "realtime"}, "prompt"),
    (RealtimeSessionCreateRequestAudioInput, {}, "turn_detection"),
    (RealtimeSessionCreateRequestAudioInput, {}, "transcription"),
    (RealtimeSessionCreateRequestAudioInput, {}, "noise_reduction"),
    (
        RealtimeMCPToolCall,
        {"type": "mcp_call", "id": "i", "server_label": "s", "name": "n"}
        | {"arguments": "{}"},
        "error",
    ),
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("more", "name", "value", "extra"), ROWS)
def test_the_table_in(more, name, value, extra, mode):
    """Each row reads as the table says, in every mode."""
    row = DictAdapter(Row, mode=mode).decode(FULL | more)

    assert getattr(row, name) is value or getattr(row, name) == value
    assert row.extra == extra


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("more", "name", "value", "_"), ROWS)
def test_the_table_out(more, name, value, _, mode):
    """Each row is written as it was read, and as a caller sets it."""
    adapter = DictAdapter(Row, mode=mode)
    instance = attrs.evolve(Row(required="a", required_nullable="b"), **{name: value})

    assert adapter.encode(adapter.decode(FULL | more)) == FULL | more
    assert adapter.encode(instance) == FULL | more


@pytest.mark.parametrize("mode", LAX)
def test_a_null_for_an_optional_field_is_remembered(mode):
    """The field is ``None`` as if absent, and encoding still gives the null."""
    adapter = DictAdapter(Row, mode=mode)
    row = adapter.decode(FULL | {"optional": None})

    assert row.optional is None
    assert row.extra == {"optional": None}
    assert adapter.encode(row) == FULL | {"optional": None}


def test_strict_mode_refuses_a_null_for_an_optional_field():
    """The schema has no null there."""
    with pytest.raises(
        ValidationError, match=r"^\$\.optional: expected str, got null$"
    ):
        DictAdapter(Row, mode="strict").decode(FULL | {"optional": None})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("payload", "text"),
    [
        ({"required_nullable": "b"}, "$.required: expected str, got nothing"),
        ({"required": "a"}, "$.required_nullable: expected str, got nothing"),
        (FULL | {"required": None}, "$.required: expected str, got null"),
    ],
)
def test_a_required_field_is_required(payload, text, mode):
    """Absent is an error in both rows, and null in the one that is not nullable."""
    with pytest.raises(ValidationError) as caught:
        DictAdapter(Row, mode=mode).decode(payload)

    assert str(caught.value) == text


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("cls", "rest", "key"), NULLABLE)
def test_null_and_absent_differ_where_the_schema_has_null(cls, rest, key, mode):
    """``None`` is the null and `UNSET` is nothing, and both come back."""
    adapter = DictAdapter(cls, mode=mode)
    null, absent = adapter.decode({**rest, key: None}), adapter.decode(rest)

    assert (getattr(null, key), getattr(absent, key)) == (None, UNSET)
    assert (null.extra, absent.extra) == (None, None)
    assert adapter.encode(null) == {**rest, key: None}
    assert adapter.encode(absent) == rest


def test_none_switches_turn_detection_off():
    """The caller writes ``None`` for the null, and leaves out what is to stay."""
    adapter = JsonAdapter(RealtimeSessionCreateRequestAudioInput)
    off = RealtimeSessionCreateRequestAudioInput(turn_detection=None)

    assert adapter.encode(off) == b'{"turn_detection":null}'
    assert adapter.encode(RealtimeSessionCreateRequestAudioInput()) == b"{}"


def test_null_and_absent_are_not_equal():
    """Two instances that encode differently do not compare equal."""
    null = RealtimeSessionCreateRequestAudioInput(turn_detection=None)

    assert null != RealtimeSessionCreateRequestAudioInput()


def test_none_is_written_nowhere_but_where_it_may_stand():
    """A class made of defaults writes its constants only."""
    call = RealtimeConversationItemFunctionCall(name="f", arguments="{}")

    assert DictAdapter(RealtimeConversationItemFunctionCall).encode(call) == {
        "type": "function_call",
        "name": "f",
        "arguments": "{}",
    }


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (
            ErrorEvent(event_id=None, error=None),
            (
                "$.event_id: expected str, got null\n"
                "$.error: expected ErrorEventError, got null"
            ),
        ),
        (
            ErrorEvent(event_id=UNSET, error=UNSET),
            (
                "$.event_id: expected str, got Unset\n"
                "$.error: expected ErrorEventError, got Unset"
            ),
        ),
        (
            ErrorEvent(event_id="e", error=ErrorEventError(type=None, message="m")),
            "$.error.type: expected str, got null",
        ),
    ],
)
def test_a_required_field_holds_neither_none_nor_unset(event, text):
    """Nothing stops a caller from making such an instance; encoding does."""
    with pytest.raises(EncodeError) as caught:
        JsonAdapter(ErrorEvent).encode(event)

    assert str(caught.value) == text


def test_unset_may_not_stand_in_a_field_that_has_no_null():
    """``None`` is what absent is there."""
    with pytest.raises(EncodeError, match=r"^\$\.id: expected str, got Unset$"):
        JsonAdapter(RealtimeResponse).encode(RealtimeResponse(id=UNSET))


def test_every_field_of_the_schema_is_in_one_row_of_the_table():
    """Absent is UNSET exactly where the annotation has `Unset`, and None elsewhere."""
    classes = [getattr(rtmodels, name) for name in rtmodels.__all__]
    models = [c for c in classes if isinstance(c, type) and issubclass(c, Model)]
    fields = [field for cls in models for field in attrs.fields(cls)]

    assert len(models) > 100
    for field in fields:
        assert ("Unset" in str(field.type)) == (field.default is UNSET), field


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_unset_survives_pickle(protocol):
    """A process has only one UNSET."""
    assert pickle.loads(pickle.dumps(UNSET, protocol)) is UNSET


def test_unset_survives_copies():
    """Also inside an instance that is copied."""
    params = RealtimeResponse()

    assert copy.copy(UNSET) is UNSET
    assert copy.deepcopy(UNSET) is UNSET
    assert copy.deepcopy(params).metadata is UNSET
    assert pickle.loads(pickle.dumps(params)).metadata is UNSET


def test_unset_is_falsy_and_prints_as_its_name():
    """It reads like the constant to import."""
    assert not UNSET
    assert [repr(UNSET), str(UNSET), f"{UNSET}"] == ["UNSET"] * 3


def test_unset_is_neither_none_nor_equal_to_it():
    """The two must not be mistaken for one another."""
    assert UNSET is not None
    assert UNSET != None  # noqa: E711 - equality is what is tested
    assert isinstance(UNSET, Unset)


def test_a_nullable_reference_keeps_null_and_absent_apart_in_an_event():
    """``previous_item_id`` is null for the first item, and may be left out."""
    adapter = JsonAdapter(ConversationItemAddedEvent)
    head = '{"type":"conversation.item.added","event_id":"e",'
    item = '"item":{"type":"function_call","name":"f","arguments":"{}"}'
    texts = [head + item + tail for tail in ("}", ',"previous_item_id":null}')]
    events = [adapter.decode(text) for text in texts]

    assert [event.previous_item_id for event in events] == [UNSET, None]
    assert [json.loads(adapter.encode(event)) for event in events] == [
        json.loads(text) for text in texts
    ]


@pytest.mark.parametrize("mode", LAX)
def test_a_null_for_an_optional_tag_is_remembered_by_the_class(mode):
    """Outside a union a tag is a field like any other."""
    adapter = DictAdapter(RealtimeFunctionTool, mode=mode)
    tool = adapter.decode({"type": None, "name": "f"})

    assert (tool.type, tool.extra) == (None, {"type": None})
    assert adapter.encode(tool) == {"type": None, "name": "f"}


@pytest.mark.parametrize(
    ("type_", "payload"),
    [
        (RealtimeTool, {"type": None, "name": "f"}),
        (RealtimeAudioFormats, {"type": None, "rate": 24000}),
    ],
)
def test_a_null_for_an_optional_tag_is_remembered_in_a_union(type_, payload):
    """DESIGN section 3: null for an optional field is accepted, and kept."""
    adapter = DictAdapter(type_)

    assert adapter.encode(adapter.decode(payload)) == payload
