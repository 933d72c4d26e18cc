"""Our JSON Schema among pydantic's definitions."""

import json
from collections.abc import Iterator
from typing import Annotated, Any

import attrs
import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, TypeAdapter, ValidationError, WithJsonSchema
from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.json_schema import models_json_schema

from rtmodels import (
    Model,
    RealtimeConversationItem,
    RealtimeServerEvent,
    json_schema,
    make_converter,
)
from rtmodels import RealtimeResponse as OurResponse
from rtmodels.adapters.pydantic import Wire

from ..recordings import CLIENT, INVALID, MESSAGES, SERVER, UNKNOWN
from .references import find_references

pytestmark = pytest.mark.needs("pydantic")

FIRSTS = {message["type"]: message for message in reversed(MESSAGES[:20])}
"""The first message of each type, of those that begin the session."""

Event = Annotated[RealtimeServerEvent, Wire()]
Items = Annotated[tuple[RealtimeConversationItem, ...], Wire()]


class Turn(BaseModel):
    """A model with one schema class in two fields."""

    first: Annotated[OurResponse, Wire()]
    second: Annotated[OurResponse, Wire()]
    event: Event | None = None
    items: Items = ()


class Log(BaseModel):
    """A model with what is in the other."""

    event: Event


class RealtimeResponse(BaseModel):
    """A user-defined model with the same name as a schema class."""

    mine: int
    ours: Annotated[OurResponse, Wire()]


def check(document: dict[str, Any]) -> dict[str, Any]:
    """See that *document* is a schema with just the definitions it refers to."""
    Draft202012Validator.check_schema(document)
    definitions = document.get("$defs", {})
    assert {f"#/$defs/{name}" for name in definitions} == {*find_references(document)}
    return definitions


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_definitions_are_ours(mode):
    """Names and descriptions are those of our own document."""
    definitions = check(Turn.model_json_schema(mode=mode))

    ours = json_schema(tuple[RealtimeServerEvent, ...])["$defs"]
    assert definitions.keys() == ours.keys()
    for name, schema in ours.items():
        assert definitions[name].items() >= {
            (key, schema[key]) for key in ("title", "description") if key in schema
        }


def test_a_field_refers_to_a_definition():
    """Each class and each union with a name has one."""
    properties = Turn.model_json_schema()["properties"]

    response = {"$ref": "#/$defs/RealtimeResponse"}
    assert properties["first"] == response | {"title": "First"}
    assert properties["event"]["anyOf"][0] == {"$ref": "#/$defs/RealtimeServerEvent"}
    assert properties["items"]["items"] == {"$ref": "#/$defs/RealtimeConversationItem"}


def test_models_share_definitions():
    """Older versions of pydantic have those with references once for each mode."""
    modes = [(Turn, "validation"), (Turn, "serialization"), (Log, "validation")]
    references, document = models_json_schema(modes)

    definitions = check(document | {"anyOf": list(references.values())})
    ours = json_schema(tuple[RealtimeServerEvent, ...])["$defs"]
    names = {name.partition("-")[0] for name in definitions}
    assert names == {*ours, "Turn", "Log"}


def test_a_model_may_have_the_name_of_a_class_of_ours():
    """Each then has a longer name, and references lead to the right one."""
    document = TypeAdapter(list[RealtimeResponse]).json_schema()
    definitions = check(document)

    theirs = document["items"]["$ref"].removeprefix("#/$defs/")
    ours = definitions[theirs]["properties"]["ours"]["$ref"].removeprefix("#/$defs/")
    assert theirs != ours == "rtmodels__tolerant__RealtimeResponse"
    assert "mine" in definitions[theirs]["properties"]
    assert "usage" in definitions[ours]["properties"]


def test_a_class_like_ours_may_have_the_name_of_one():
    """The two are told apart by what they are."""
    fields = {"mine": attrs.field(type=int)}
    twin = attrs.make_class("RealtimeResponse", fields, bases=(Model,), kw_only=True)
    both = tuple[Annotated[OurResponse, Wire()], Annotated[twin, Wire()]]

    document = TypeAdapter(both).json_schema()
    definitions = check(document)

    ours, theirs = (
        definitions[item["$ref"].removeprefix("#/$defs/")]["properties"]
        for item in document["prefixItems"]
    )
    assert "usage" in ours
    assert list(theirs) == ["mine"]


def test_two_modes_of_a_class_are_two_definitions():
    """Each mode accepts other values."""
    strict = Annotated[OurResponse, Wire(mode="strict")]
    both = dict[str, Annotated[OurResponse, Wire()] | strict]

    definitions = check(TypeAdapter(both).json_schema())

    closed = definitions["rtmodels__strict__RealtimeResponse"]
    opened = definitions["rtmodels__tolerant__RealtimeResponse"]
    assert closed["additionalProperties"] is False
    assert "additionalProperties" not in opened


def damaged() -> Iterator[Any]:
    """Yield messages, and messages with one key less or one odd value."""
    yield from [CLIENT, SERVER, UNKNOWN, INVALID, {}, [], None, 5]
    for message in FIRSTS.values():
        yield message
        for key in message:
            yield {name: value for name, value in message.items() if name != key}
            yield message | {key: [5]}


@pytest.mark.parametrize("mode", ["strict", "tolerant", "forgiving"])
def test_valid_is_what_the_model_takes(mode):
    """On the sample session, and on what is wrong with it."""
    adapter = TypeAdapter(Annotated[RealtimeServerEvent, Wire(mode=mode)])
    validator = Draft202012Validator(adapter.json_schema())

    for message in damaged():
        try:
            adapter.validate_json(json.dumps(message))
        except ValidationError:
            taken = False
        else:
            taken = True
        assert validator.is_valid(message) is taken


def test_what_is_written_is_valid():
    """By the schema of the other mode."""
    adapter = TypeAdapter(Event)
    validator = Draft202012Validator(adapter.json_schema(mode="serialization"))

    for message in FIRSTS.values():
        event = adapter.validate_python(message)
        assert validator.is_valid(json.loads(adapter.dump_json(event)))


def test_a_schema_has_one_type():
    """FastAPI before 0.117 accepts no list of types."""
    text = json.dumps(TypeAdapter(Event).json_schema())

    assert '"type": "string"' in text
    assert '"type": [' not in text


def test_references_have_the_form_that_was_asked_for():
    """FastAPI asks for another than pydantic itself."""
    template = "#/components/schemas/{model}"
    document = TypeAdapter(Event).json_schema(ref_template=template)

    assert {
        reference.removeprefix("#/components/schemas/")
        for reference in find_references(document)
    } == {*document["$defs"]}


def test_a_type_without_a_schema_is_given_one():
    """Pydantic has its own error, and its own remedy."""

    class Call:
        """A class without fields, which has a hook."""

    def make_own():
        converter = make_converter()
        converter.register_structure_hook(Call, lambda _, __: Call())
        return converter

    wire = Wire(converter=make_own)
    schema = {"type": "object"}
    adapter = TypeAdapter(Annotated[Call, wire, WithJsonSchema(schema)])

    with pytest.raises(
        PydanticInvalidForJsonSchema, match=r"no JSON Schema for .*Call"
    ):
        TypeAdapter(Annotated[Call, wire]).json_schema()
    assert adapter.json_schema() == schema
