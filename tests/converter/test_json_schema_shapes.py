"""What each kind of annotation becomes in JSON Schema."""

from collections.abc import Mapping
from typing import Any, Literal

import attrs
import pytest

from rtmodels import (
    UNSET,
    CustomVoice,
    MaxOutputTokens,
    Metadata,
    Model,
    RealtimeAudioFormats,
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseOutputAudioDeltaEvent,
    ServerSession,
    ToolChoice,
    Unknown,
    Unset,
    json_schema,
)
from rtmodels.schema._model import OpenStr

from .places import MODES

TEXT, INTEGER, NULL = {"type": "string"}, {"type": "integer"}, {"type": "null"}
AUTO = {"type": "string", "const": "auto"}
AB = {"type": "string", "enum": ["a", "b"]}
Ab = Literal["a", "b"]

every_mode = pytest.mark.parametrize("mode", MODES)


def describe(type_: Any, mode: Any = "tolerant") -> Any:
    """Return the keys for *type_*, without those that every document has."""
    return {
        key: value
        for key, value in json_schema(type_, mode=mode).items()
        if key not in {"$schema", "$defs", "title", "description"}
    }


def describe_field(
    annotation: Any, mode: Any = "tolerant", default: Any = attrs.NOTHING
) -> tuple[Any, bool]:
    """Return the schema of a field, and whether it is required."""
    field = attrs.field(type=annotation, default=default)
    cls = attrs.make_class("Holder", {"key": field}, bases=(Model,), kw_only=True)
    schema = json_schema(cls, mode=mode)
    return schema["properties"]["key"], schema.get("required") == ["key"]


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (str, TEXT),
        (int, INTEGER),
        (float, {"type": "number"}),
        (bool, {"type": "boolean"}),
        (Any, {}),
        (Literal["auto"], AUTO),
        (Literal[5], {"type": "integer", "const": 5}),
        (Ab, AB),
        (str | None, {"type": ["string", "null"]}),
        (Ab | None, {"anyOf": [AB, NULL]}),
        (tuple[int, ...], {"type": "array", "items": INTEGER}),
        (Metadata, {"type": "object", "additionalProperties": TEXT}),
        (Mapping[str, Any], {"type": "object"}),
        (MaxOutputTokens, {"anyOf": [{"type": "string", "const": "inf"}, INTEGER]}),
        (str | bytes, TEXT),
        (
            tuple[str, ...] | CustomVoice | None,
            {
                "anyOf": [
                    {"$ref": "#/$defs/CustomVoice"},
                    {"type": "array", "items": TEXT},
                    NULL,
                ]
            },
        ),
    ],
    ids=str,
)
@every_mode
def test_an_annotation_is_the_same_in_every_mode(annotation, expected, mode):
    """No mode makes a difference to these."""
    assert describe(annotation, mode) == expected


@pytest.mark.parametrize(
    ("annotation", "kind", "values"),
    [
        (Ab | str, "string", ["a", "b"]),
        (Literal["a"] | str, "string", ["a"]),
        (Literal[24000] | int, "integer", [24000]),
    ],
    ids=str,
)
def test_a_closed_set_is_closed_in_strict_mode_only(annotation, kind, values):
    """An open set lists the known words too."""
    known = {"type": kind, "enum": values}

    assert describe(annotation, "strict") == known
    for mode in ("tolerant", "forgiving"):
        assert describe(annotation, mode) == {"anyOf": [known, {"type": kind}]}


@every_mode
def test_an_open_set_is_open_in_every_mode(mode):
    """The words are what is known so far."""
    assert describe(Ab | OpenStr, mode) == {"anyOf": [AB, TEXT]}


def test_base64_is_text_that_says_so():
    """The pattern serves validators, and the other keywords serve readers."""
    schema = json_schema(ResponseOutputAudioDeltaEvent)["properties"]["delta"]

    assert schema["type"] == "string"
    assert schema["contentEncoding"] == "base64"
    assert schema["pattern"].startswith("^")
    assert schema["pattern"].endswith("$")


NULLS = [
    (str, attrs.NOTHING, True, ({"type": "string"},) * 3),
    (str | None, attrs.NOTHING, True, ({"type": ["string", "null"]},) * 3),
    (
        *(str | None, None, False),
        ({"type": "string"}, {"type": ["string", "null"]}, {"anyOf": [TEXT, {}]}),
    ),
    (
        *(str | None | Unset, UNSET, False),
        (*({"type": ["string", "null"]},) * 2, {"anyOf": [TEXT, {}]}),
    ),
]


@pytest.mark.parametrize(
    ("annotation", "default", "required", "expected"),
    NULLS,
    ids=["required", "required nullable", "optional", "optional nullable"],
)
def test_null_is_where_the_null_table_has_it(annotation, default, required, expected):
    """In forgiving mode an optional field accepts every value."""
    for mode, schema in zip(MODES, expected, strict=True):
        assert describe_field(annotation, mode, default) == (schema, required)


def test_a_constant_with_a_default_is_required():
    """The default only spares callers from writing it; the wire needs the key."""
    assert describe_field(Literal["auto"], default="auto") == (AUTO, True)


@every_mode
def test_unknown_keys_are_refused_in_strict_mode_only(mode):
    """JSON Schema allows them unless it is told otherwise."""
    schema = json_schema(RealtimeResponse, mode=mode)

    strict = {"additionalProperties": False} if mode == "strict" else {}
    for definition in (schema, schema["$defs"]["RealtimeResponseUsage"]):
        assert {k: v for k, v in definition.items() if k.startswith("add")} == strict


@every_mode
def test_unknown_on_its_own_is_any_object(mode):
    """It may have any tag."""
    assert describe(Unknown, mode) == {
        "type": "object",
        "additionalProperties": True,
    }


def test_a_union_has_a_discriminator():
    """Every value of the tag leads to its class."""
    schema = describe(RealtimeServerEvent, "strict")
    mapping = schema["discriminator"]["mapping"]

    assert schema.keys() == {"oneOf", "discriminator"}
    assert schema["discriminator"]["propertyName"] == "type"
    assert mapping["response.done"] == "#/$defs/ResponseDoneEvent"
    assert [{"$ref": ref} for ref in mapping.values()] == schema["oneOf"]


def test_messages_have_a_discriminator_of_their_own():
    """The type leads to all three of them, and the role to one."""
    document = json_schema(RealtimeConversationItem, mode="strict")
    messages = document["$defs"]["RealtimeConversationItemMessage"]

    assert document["discriminator"]["mapping"]["message"] == (
        "#/$defs/RealtimeConversationItemMessage"
    )
    assert messages["discriminator"] == {
        "propertyName": "role",
        "mapping": {
            "system": "#/$defs/RealtimeConversationItemMessageSystem",
            "user": "#/$defs/RealtimeConversationItemMessageUser",
            "assistant": "#/$defs/RealtimeConversationItemMessageAssistant",
        },
    }


def test_strict_mode_knows_no_unknown():
    """Whatever the type, it is one of those listed."""
    assert "Unknown" not in str(json_schema(RealtimeServerEvent, mode="strict"))


def test_unknown_has_another_type_than_the_known():
    """It is a string, which must be there, and the rest is open."""
    known, unknown = describe(ServerSession)["anyOf"]

    assert known == describe(ServerSession, "strict")
    assert unknown["title"] == "Unknown"
    assert unknown["additionalProperties"] is True
    assert unknown["required"] == ["type"]
    assert unknown["properties"] == {
        "type": {"type": "string", "not": {"enum": ["realtime", "transcription"]}}
    }


def test_a_message_of_unknown_role_is_unknown():
    """It has the type of a message, and a role that is a string."""
    *_, unknown = describe(RealtimeConversationItem)["anyOf"]

    assert unknown["required"] == ["type", "role"]
    assert unknown["properties"] == {
        "type": {"type": "string", "const": "message"},
        "role": {"type": "string", "not": {"enum": ["system", "user", "assistant"]}},
    }


def test_a_forgiving_union_takes_any_object():
    """The known classes are listed, since objects that fit are decoded to them."""
    known, unknown = describe(RealtimeServerEvent, "forgiving")["anyOf"]

    assert known == describe(RealtimeServerEvent, "strict")
    assert unknown.keys() == {"title", "description", "type", "additionalProperties"}


def test_a_union_whose_tag_may_be_missing_has_no_discriminator():
    """Without a tag, the first class with all the keys counts."""
    schema = describe(RealtimeAudioFormats, "strict")
    refs = [
        {"$ref": f"#/$defs/RealtimeAudioFormats{name}"}
        for name in ("Pcm", "Pcmu", "Pcma")
    ]

    assert schema["anyOf"] == refs
    assert schema["if"] == {"properties": {"type": NULL}}
    assert schema["then"]["if"] == {"propertyNames": {"enum": ["type", "rate"]}}
    assert schema["then"]["then"] == refs[0]
    assert schema["then"]["else"]["then"] == refs[1]


def test_a_union_with_words_lists_both():
    """All choices are on one level."""
    words, text, known, unknown = describe(ToolChoice)["anyOf"]

    assert words["enum"] == ["none", "auto", "required"]
    assert text == TEXT
    assert known["discriminator"]["mapping"].keys() == {"function", "mcp"}
    assert unknown["title"] == "Unknown"


def test_a_union_with_a_name_is_defined_once():
    """Those who use it refer to it."""
    document = json_schema(RealtimeServerEvent)
    item = {"$ref": "#/$defs/RealtimeConversationItem"}

    assert document["$defs"]["RealtimeConversationItem"]["anyOf"]
    for event in ("ConversationItemAddedEvent", "ResponseOutputItemDoneEvent"):
        schema = document["$defs"][event]["properties"]["item"]
        assert {"$ref": schema["$ref"]} == item
