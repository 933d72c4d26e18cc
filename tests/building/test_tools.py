"""Python functions as tools."""

import enum
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    NewType,
    NotRequired,
    Optional,
    TypedDict,
    TypeVar,
    Union,
)
from uuid import UUID

import attrs
import cattrs
import jsonschema
import pytest

from rtmodels import RealtimeFunctionTool, build

from .events import sent

T = TypeVar("T")
City = NewType("City", str)


class Unit(enum.Enum):
    """Units of temperature."""

    CELSIUS = "celsius"
    KELVIN = "kelvin"


class Level(enum.IntEnum):
    """Floors of a house."""

    GROUND = 0
    FIRST = 1


@dataclass
class Place:
    """A class of the standard library that refers to itself."""

    city: str
    near: "list[Place]" = field(default_factory=list)
    zone: int = 1
    cached: bool = field(default=False, init=False)


@attrs.frozen
class Trip:
    """A class of attrs that has another class."""

    place: Place
    back: Place | None = None
    notes: list[str] = attrs.Factory(list)
    id: int = attrs.field(default=0, init=False)


class Options(TypedDict):
    """A dict with known keys."""

    unit: Annotated[Unit, "The unit to answer in"]
    limit: NotRequired[int]


@dataclass
class Box(Generic[T]):
    """A generic class."""

    value: T


def describe(annotation, **default):
    """Return the schema of the parameter of a function, and its definitions."""

    def function(value):
        """Return nothing."""

    function.__annotations__["value"] = annotation
    if default:
        function.__defaults__ = (default["default"],)
    parameters = sent_tool(function).parameters
    jsonschema.Draft202012Validator.check_schema(parameters)

    assert parameters["type"] == "object"
    assert parameters["additionalProperties"] is False
    assert parameters["required"] == ([] if default else ["value"])
    return parameters["properties"]["value"], parameters.get("$defs")


def sent_tool(function):
    """Return the tool of *function* as a session update sends it."""
    [tool] = sent(build.update_session(tools=[function])).session.tools
    assert tool == build.function_tool(function)
    return tool


STRING, INTEGER = {"type": "string"}, {"type": "integer"}


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (str, STRING),
        ("str", STRING),
        (list["str"], {"type": "array", "items": STRING}),
        (int, INTEGER),
        (float, {"type": "number"}),
        (bool, {"type": "boolean"}),
        (None, {"type": "null"}),
        (Any, {}),
        (object, {}),
        (datetime, {"type": "string", "format": "date-time"}),
        (date, {"type": "string", "format": "date"}),
        (time, {"type": "string", "format": "time"}),
        (UUID, {"type": "string", "format": "uuid"}),
        (str | None, {"anyOf": [STRING, {"type": "null"}]}),
        (Optional[int], {"anyOf": [INTEGER, {"type": "null"}]}),  # noqa: UP045
        (Union[int, str], {"anyOf": [INTEGER, STRING]}),  # noqa: UP007
        (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
        (Literal[1, "a"], {"enum": [1, "a"]}),
        (Literal[None], {"type": "null", "enum": [None]}),  # noqa: PYI061
        (Literal[Unit.KELVIN], {"type": "string", "enum": ["kelvin"]}),
        (Unit, {"type": "string", "enum": ["celsius", "kelvin"]}),
        (Level, {"type": "integer", "enum": [0, 1]}),
        (list, {"type": "array"}),
        (list[str], {"type": "array", "items": STRING}),
        (Sequence[int], {"type": "array", "items": INTEGER}),
        (Iterable[int], {"type": "array", "items": INTEGER}),
        (set[str], {"type": "array", "items": STRING, "uniqueItems": True}),
        (frozenset, {"type": "array", "uniqueItems": True}),
        (tuple, {"type": "array"}),
        (tuple[str, ...], {"type": "array", "items": STRING}),
        (
            tuple[str, int],
            {
                "type": "array",
                "prefixItems": [STRING, INTEGER],
                "minItems": 2,
                "maxItems": 2,
            },
        ),
        (dict, {"type": "object"}),
        (dict[str, int], {"type": "object", "additionalProperties": INTEGER}),
        (Mapping[str, Any], {"type": "object", "additionalProperties": {}}),
        (
            dict[Literal["a"], int],
            {"type": "object", "additionalProperties": INTEGER},
        ),
        (Annotated[str, "The city"], {"type": "string", "description": "The city"}),
        (Annotated[int, 5, "A", "B"], {"type": "integer", "description": "A"}),
        (Annotated[int, 5], INTEGER),
        (
            list[Annotated[str, "A city"]],
            {"type": "array", "items": {"type": "string", "description": "A city"}},
        ),
    ],
    ids=str,
)
def test_a_type_is_described_in_place(annotation, expected):
    """Built-in types need no definition."""
    assert describe(annotation) == (expected, None)


@pytest.mark.parametrize(
    ("annotation", "default", "expected"),
    [
        (str, "Bern", {"type": "string", "default": "Bern"}),
        (bool, False, {"type": "boolean", "default": False}),
        (
            int | None,
            None,
            {"anyOf": [INTEGER, {"type": "null"}], "default": None},
        ),
        (
            Unit,
            Unit.KELVIN,
            {"type": "string", "enum": ["celsius", "kelvin"], "default": "kelvin"},
        ),
        (Level, Level.FIRST, {"type": "integer", "enum": [0, 1], "default": 1}),
        (float, float("inf"), {"type": "number"}),
        (list[str], (), {"type": "array", "items": STRING}),
        (Annotated[str, "A"], "b", {**STRING, "description": "A", "default": "b"}),
    ],
)
def test_a_default_makes_a_parameter_optional(annotation, default, expected):
    """The model is told the default, if it is a scalar."""
    assert describe(annotation, default=default) == (expected, None)


PLACE = {
    "type": "object",
    "properties": {
        "city": STRING,
        "near": {"type": "array", "items": {"$ref": "#/$defs/Place"}},
        "zone": {"type": "integer", "default": 1},
    },
    "required": ["city"],
    "additionalProperties": False,
}


def test_a_dataclass_is_a_definition():
    """It may refer to itself; what its ``__init__`` does not accept is left out."""
    assert describe(Place) == ({"$ref": "#/$defs/Place"}, {"Place": PLACE})


def test_a_class_of_attrs_is_a_definition():
    """Each class has one definition, wherever it is used."""
    trip = {
        "type": "object",
        "properties": {
            "place": {"$ref": "#/$defs/Place"},
            "back": {
                "anyOf": [{"$ref": "#/$defs/Place"}, {"type": "null"}],
                "default": None,
            },
            "notes": {"type": "array", "items": STRING},
        },
        "required": ["place"],
        "additionalProperties": False,
    }

    assert describe(list[Trip]) == (
        {"type": "array", "items": {"$ref": "#/$defs/Trip"}},
        {"Trip": trip, "Place": PLACE},
    )


def test_a_typed_dict_is_a_definition():
    """Its keys may be optional without a default."""
    options = {
        "type": "object",
        "properties": {
            "unit": {
                "type": "string",
                "enum": ["celsius", "kelvin"],
                "description": "The unit to answer in",
            },
            "limit": INTEGER,
        },
        "required": ["unit"],
        "additionalProperties": False,
    }

    assert describe(Options) == ({"$ref": "#/$defs/Options"}, {"Options": options})


def test_a_new_type_is_a_definition():
    """Its name says something to the model."""
    assert describe(City) == ({"$ref": "#/$defs/City"}, {"City": STRING})


def test_classes_of_the_same_name_are_told_apart():
    """Each has a definition of its own."""
    other = attrs.make_class("Place", {"name": attrs.field(type=str)})

    _, definitions = describe(tuple[Place, other])

    assert definitions["Place"] == PLACE
    assert definitions["Place2"]["properties"] == {"name": STRING}


@pytest.mark.skipif(sys.version_info < (3, 12), reason="a statement of Python 3.12")
def test_a_type_statement_is_a_definition():
    """It may be recursive, which no other alias can be."""
    namespace = {}
    exec("type Tree = str | list[Tree]", namespace)  # noqa: S102 - 3.11 cannot parse it

    assert describe(namespace["Tree"]) == (
        {"$ref": "#/$defs/Tree"},
        {
            "Tree": {
                "anyOf": [STRING, {"type": "array", "items": {"$ref": "#/$defs/Tree"}}]
            }
        },
    )


def get_weather(
    city: Annotated[str, "The city, in English"],
    *,
    unit: Literal["celsius", "kelvin"] = "celsius",
) -> dict[str, Any]:
    """Return the weather in a city.

    Say that you are looking it up.
    """
    return {"city": city, "unit": unit}


def test_a_tool_has_name_docstring_and_parameters():
    """The return annotation is not the model's business."""
    assert sent_tool(get_weather) == RealtimeFunctionTool(
        name="get_weather",
        description=(
            "Return the weather in a city.\n\nSay that you are looking it up."
        ),
        parameters={
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "The city, in English"},
                "unit": {
                    "type": "string",
                    "enum": ["celsius", "kelvin"],
                    "default": "celsius",
                },
            },
            "required": ["city"],
            "additionalProperties": False,
        },
    )


@dataclass
class Ticket:
    """Buy a ticket."""

    city: str


class Home:
    """Has methods to call."""

    def switch_on(self, room: str) -> None:
        """Switch a light on."""

    async def open_door(self) -> None:  # noqa: D102 - some have none
        pass

    @classmethod
    def count(cls, floor: Level = Level.GROUND) -> int:
        """Count the lights."""
        return floor

    @staticmethod
    def ring(times: int) -> None:
        """Ring the bell."""


@pytest.mark.parametrize(
    ("function", "name", "description", "parameters"),
    [
        (Home().switch_on, "switch_on", "Switch a light on.", ["room"]),
        (Home().open_door, "open_door", None, []),
        (Home.count, "count", "Count the lights.", ["floor"]),
        (Home.ring, "ring", "Ring the bell.", ["times"]),
        (Ticket, "Ticket", "Buy a ticket.", ["city"]),
    ],
)
def test_methods_coroutine_functions_and_classes_are_tools(
    function, name, description, parameters
):
    """``self`` is bound, so it is no parameter."""
    tool = sent_tool(function)

    assert (tool.name, tool.description) == (name, description)
    assert list(tool.parameters["properties"]) == parameters


def no_annotation(city):
    """Lack an annotation."""


def many(*cities: str):
    """Accept any number of cities."""


def options(**options: str):
    """Accept any option."""


def positional(city: str, /):
    """Accept a city by position only."""


def unresolved(city: "Nowhere"):  # noqa: F821
    """Name a class that does not exist."""


def raw(data: bytes):
    """Accept what JSON does not have."""


def nested(boxes: list[dict[str, complex]]):
    """Accept what JSON does not have, further in."""


def keys(boxes: dict[int, str]):
    """Accept keys that JSON does not have."""


def generic(box: Box[int]):
    """Accept a generic class, whose fields have no type of their own."""


def literal(data: Literal[b"a"]):
    """Accept a value that JSON does not have."""


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (no_annotation, "no_annotation: the parameter city has no annotation"),
        (Home.switch_on, "switch_on: the parameter self has no annotation"),
        (many, "many: the parameter cities cannot be passed by name"),
        (options, "options: the parameter options cannot be passed by name"),
        (positional, "positional: the parameter city cannot be passed by name"),
        (unresolved, "unresolved: name 'Nowhere' is not defined"),
        (
            raw,
            "raw: data: no JSON Schema for bytes: it is neither a type of JSON nor a",
        ),
        (nested, "nested: boxes: no JSON Schema for complex"),
        (keys, "keys: boxes: no JSON Schema for a mapping whose keys are not str"),
        (generic, r"generic: box: no JSON Schema for .*Box\[int\]"),
        (literal, "literal: data: JSON has no value b'a'"),
        (lambda city: city, "<lambda> at 0x.* cannot be a tool: define a function"),
        (partial(get_weather, "Bern"), "partial.* cannot be a tool: define a function"),
    ],
)
def test_what_the_model_cannot_call_is_refused(function, message):
    """The error names the function and the parameter."""
    with pytest.raises(TypeError, match=message):
        build.function_tool(function)


def test_arguments_become_instances_by_cattrs():
    """What fits the schema of a class or an enum is what cattrs accepts."""
    arguments = {"trip": {"place": {"city": "Bern"}}, "unit": "kelvin"}

    def plan(trip: Trip, unit: Unit) -> tuple[Trip, Unit]:
        """Plan a trip."""
        return trip, unit

    jsonschema.validate(arguments, sent_tool(plan).parameters)
    trip = cattrs.structure(arguments["trip"], Trip)
    unit = cattrs.structure(arguments["unit"], Unit)
    assert plan(trip, unit) == (Trip(place=Place("Bern")), Unit.KELVIN)


def test_other_tools_are_passed_on():
    """Functions and tools may be mixed."""
    tool = RealtimeFunctionTool(name="other")

    assert build.update_session(tools=[get_weather, tool]).session.tools == (
        build.function_tool(get_weather),
        tool,
    )
