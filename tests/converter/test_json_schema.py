"""JSON Schema documents as wholes: references, names, descriptions, copies, errors."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import attrs
import pytest
from attrs import field, frozen
from jsonschema import Draft202012Validator

import rtmodels
from rtmodels import (
    MCPTool,
    Model,
    Prompt,
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeServerEvent,
    RealtimeTool,
    ResponseDoneEvent,
    Unset,
    VoiceIdsShared,
    json_schema,
)
from rtmodels.adapters import DictAdapter
from rtmodels.converter import json_schema as module

from ..strategies import ALIASES, MODELS, UNIONS
from .places import MODES

NAMES = {name: getattr(rtmodels, name) for name in rtmodels.__all__}
TYPES = {cls.__name__: cls for cls in MODELS} | ALIASES
every_type = pytest.mark.parametrize("type_", TYPES.values(), ids=TYPES)
every_class = pytest.mark.parametrize("cls", MODELS, ids=lambda cls: cls.__name__)
every_mode = pytest.mark.parametrize("mode", MODES)


@frozen(kw_only=True)
class Reminder(Model):
    """What to say later on."""

    text: str
    """The words, as in ``say``
    this.
    """

    silent: bool | None = None


@frozen(kw_only=True)
class Alarm(Reminder):
    """A reminder that is loud."""

    tone: str
    """A sound."""


def find_nodes(node: Any) -> Iterator[Any]:
    """Yield every object and array in a document."""
    if isinstance(node, dict | list):
        yield node
        for item in node.values() if isinstance(node, dict) else node:
            yield from find_nodes(item)


def find_refs(document: Any) -> set[str]:
    """Return all references in a document, those of discriminators included."""
    found = set()
    for node in find_nodes(document):
        match node:
            case {"$ref": str() as ref}:
                found.add(ref)
            case {"propertyName": str(), "mapping": dict() as mapping}:
                found.update(mapping.values())
    return found


@every_mode
@every_type
def test_a_document_is_valid_json_schema(type_, mode):
    """The metaschema of the dialect that it names says so.

    Those of unions are checked with their definitions, which those of classes share.
    """
    document = json_schema(type_, mode=mode)
    if type_ in MODELS:
        document.pop("$defs", None)

    Draft202012Validator.check_schema(document)
    assert document["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


@every_mode
@pytest.mark.parametrize("union", UNIONS.values(), ids=UNIONS)
def test_a_definition_is_what_the_document_of_its_own_says(union, mode):
    """So definitions from several documents can stand side by side."""
    for name, definition in json_schema(union, mode=mode).get("$defs", {}).items():
        if name in TYPES:
            document = json_schema(TYPES[name], mode=mode)
            own = {k: v for k, v in document.items() if k not in {"$schema", "$defs"}}

            assert definition == own


@every_mode
@every_type
def test_references_and_definitions_match(type_, mode):
    """Every reference leads to a definition, and every definition is referred to."""
    document = json_schema(type_, mode=mode)

    definitions = {f"#/$defs/{name}" for name in document.get("$defs", ())}
    assert find_refs(document) == definitions


@every_type
def test_a_definition_has_its_name_for_a_title(type_):
    """It is that of a class or union as one imports it, or made of those of several.

    Several classes share the beginning of their names, or are listed.
    """
    definitions = json_schema(type_).get("$defs", {})

    assert [schema["title"] for schema in definitions.values()] == list(definitions)
    assert list(definitions) == sorted(definitions)
    for title in definitions.keys() - NAMES.keys():
        several = sum(name.startswith(title) for name in NAMES) > 1
        assert several or {*title.split("Or")} <= NAMES.keys()


@every_class
def test_a_class_is_described_itself(cls):
    """Its document is an object with its fields, and no reference to one."""
    schema = json_schema(cls)

    assert (schema["title"], schema["type"]) == (cls.__name__, "object")
    assert {*schema["properties"], "extra"} == {f.name for f in attrs.fields(cls)}


@every_class
def test_a_class_and_its_fields_have_descriptions(cls):
    """They are the docstrings."""
    schema = json_schema(cls)

    silent = [
        name
        for name, property_ in schema["properties"].items()
        if not property_.get("description", "").endswith(".")
    ]
    assert schema["description"].endswith(".")
    assert not silent


@pytest.mark.parametrize("name", UNIONS)
def test_a_union_has_a_description(name):
    """It is the docstring under its name."""
    schema = json_schema(UNIONS[name])

    assert NAMES[schema["title"]] == UNIONS[name]
    assert schema["description"].endswith(".")


def test_a_description_is_markdown():
    """One line for each paragraph, single backticks, and emphasis as it was."""
    schema = json_schema(RealtimeResponse)

    assert schema["description"] == (
        "One turn of model output, which the server reports as it begins and as it "
        "ends.\n\n*output* and *usage* are filled in at the end."
    )
    assert schema["properties"]["id"]["description"] == (
        "Which response this is: `resp_...`."
    )


def test_what_all_events_have_is_described_once():
    """The docstring of the package says it, and the first sentence of that will do."""
    properties = json_schema(ResponseDoneEvent)["properties"]

    assert properties["event_id"]["description"] == (
        "`event_id` tells one event from all others."
    )
    assert properties["type"]["description"] == (
        "`type` says which event it is, and so which other keys to expect."
    )


def test_classes_of_the_users_have_their_own_docstrings():
    """Those of an inherited field come along; what has none goes without."""
    schema = json_schema(Alarm)

    assert schema["description"] == "A reminder that is loud."
    assert schema["properties"] == {
        "text": {"description": "The words, as in `say` this.", "type": "string"},
        "silent": {"type": ["boolean", "null"]},
        "tone": {"description": "A sound.", "type": "string"},
    }


def test_classes_in_functions_have_descriptions_too():
    """Wherever in the source they are."""

    @frozen(kw_only=True)
    class Nap(Model):
        """A short sleep."""

        minutes: int
        """How long."""

    assert json_schema(Nap)["properties"]["minutes"]["description"] == "How long."


def test_without_source_there_are_no_descriptions():
    """A class made on the fly has its names and types."""
    cls = attrs.make_class(
        "Made", {"x": field(type=int)}, bases=(Model,), kw_only=True, frozen=True
    )
    cls.__module__ = "nowhere"

    assert json_schema(cls) == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Made",
        "type": "object",
        "properties": {"x": {"type": "integer"}},
        "required": ["x"],
    }


def test_a_document_is_made_once(monkeypatch):
    """The second call only copies it."""
    first = json_schema(RealtimeServerEvent, mode="strict")
    monkeypatch.setattr(module, "SchemaBuilder", None)

    assert json_schema(RealtimeServerEvent, mode="strict") == first


def test_a_document_is_the_callers_own():
    """Whatever is done to it, the next caller gets it whole."""
    first, second = json_schema(RealtimeServerEvent), json_schema(RealtimeServerEvent)
    parts = [id(node) for node in [*find_nodes(first), *find_nodes(second)]]
    assert len(parts) == len(set(parts))

    for node in list(find_nodes(first)):
        node.clear()

    assert not first
    assert json_schema(RealtimeServerEvent) == second


def test_references_can_look_otherwise():
    """OpenAPI has its definitions in another place, and all else is the same."""
    plain = json_schema(RealtimeServerEvent)
    moved = json_schema(RealtimeServerEvent, ref="#/components/schemas/{}")

    assert find_refs(moved) == {
        f"#/components/schemas/{name}" for name in plain["$defs"]
    }
    assert moved["$defs"].keys() == plain["$defs"].keys()


def test_a_name_that_is_taken_gets_a_number():
    """Two classes of one name are two definitions."""
    names = {
        "ours": Prompt,
        "theirs": frozen(kw_only=True)(type("Prompt", (Model,), {})),
    }
    fields = {name: field(type=cls) for name, cls in names.items()}
    schema = json_schema(attrs.make_class("Both", fields, bases=(Model,), kw_only=True))

    assert schema["properties"]["ours"] == {"$ref": "#/$defs/Prompt"}
    assert schema["properties"]["theirs"] == {"$ref": "#/$defs/Prompt2"}
    assert schema["$defs"]["Prompt2"]["properties"] == {}


@frozen
class Turn:
    """A user-defined class that is no `Model`."""

    response: RealtimeResponse
    voice: VoiceIdsShared = "marin"
    tools: list[RealtimeTool] = field(factory=list)


TURN = {"response": {"id": "r"}, "tools": [{"type": "function", "name": "f"}]}


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (Turn, TURN),
        (list[Turn], [TURN]),
        (dict[str, Turn], {"a": TURN}),
        (Turn | None, None),
        (list[RealtimeResponse], [{"id": "r"}]),
        (dict[str, RealtimeResponse], {"a": {}}),
    ],
    ids=str,
)
def test_classes_outside_of_the_schema_are_described(type_, value):
    """What an adapter decodes as the type is valid, and other objects are not."""
    validator = Draft202012Validator(json_schema(type_))
    validator.check_schema(validator.schema)
    adapter = DictAdapter(type_)

    assert validator.is_valid(value)
    assert validator.is_valid(adapter.encode(adapter.decode(value)))
    assert not validator.is_valid({"response": {"id": 5}})


def test_a_class_of_ones_own_lists_its_keys():
    """It is the root of the document, and refers to the classes of the schema."""
    document = json_schema(Turn)

    assert list(document["properties"]) == ["response", "voice", "tools"]
    assert document["required"] == ["response"]
    assert document["properties"]["response"] == {"$ref": "#/$defs/RealtimeResponse"}
    assert document["properties"]["voice"]["default"] == "marin"


@pytest.mark.parametrize(
    "type_",
    [
        *(complex, list[complex], Mapping[int, str]),
        *(type(None), Unset, None, 5, "RealtimeResponse", [], {}),
        *(RealtimeResponse(), Annotated[RealtimeResponse, []]),
    ],
    ids=str,
)
def test_there_is_no_schema_for_other_types(type_):
    """The error is the same, whatever it is."""
    with pytest.raises(TypeError, match="no JSON Schema for "):
        json_schema(type_)


def test_a_field_of_another_type_is_named():
    """The error says where it is."""
    fields = {"turns": field(type=tuple[complex, ...])}
    cls = attrs.make_class("Log", fields, bases=(Model,), kw_only=True)
    own = attrs.make_class("Log", fields)

    with pytest.raises(TypeError, match="no JSON Schema for complex") as caught:
        json_schema(cls)
    assert caught.value.__notes__ == ["in Log.turns"]
    with pytest.raises(TypeError, match="turns: no JSON Schema for complex"):
        json_schema(own)


def test_classes_that_cannot_be_told_apart_have_no_schema():
    """As they have no converter."""
    with pytest.raises(TypeError, match="Prompt has no constant 'type'"):
        json_schema(Prompt | MCPTool)


def test_there_is_no_other_mode():
    """It is an error of its own."""
    with pytest.raises(ValueError, match="unknown mode 'lax'"):
        json_schema(RealtimeResponse, mode="lax")


def test_a_reference_has_a_place_for_the_name():
    """Otherwise all would lead to the same."""
    with pytest.raises(ValueError, match=r"ref has no \{\} for the name"):
        json_schema(RealtimeConversationItem, ref="#/components")
