"""What pydantic says of wire data that does not fit."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import pytest
from cattrs import Converter
from pydantic import BaseModel, TypeAdapter, ValidationError

from rtmodels import (
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseDoneEvent,
    configure,
)
from rtmodels.adapters.pydantic import Wire

from ..recordings import INVALID

pytestmark = pytest.mark.needs("pydantic")

Item = Annotated[RealtimeConversationItem, Wire()]

USER = {"type": "message", "role": "user", "content": []}
EVENTS = TypeAdapter(Annotated[RealtimeServerEvent, Wire()])
ITEMS = TypeAdapter(Annotated[tuple[RealtimeConversationItem, ...], Wire()])
RESPONSES = TypeAdapter(Annotated[RealtimeResponse, Wire()])


class Turn(BaseModel):
    """A user-defined model."""

    caller: str
    response: Annotated[RealtimeResponse, Wire()]


def refuse(adapter: Any, value: Any) -> list[Any]:
    """Return the errors that *value* raises."""
    with pytest.raises(ValidationError) as info:
        adapter.validate_python(value)
    return info.value.errors(include_url=False)


def test_every_problem_is_told_at_once_below_its_field():
    """Ours stand among those of pydantic's own fields."""
    output = [USER, USER | {"role": "assistant", "content": [{"type": 5}]}]
    errors = refuse(
        TypeAdapter(Turn), {"caller": 1, "response": {"id": 5, "output": output}}
    )

    assert [(error["loc"], error["type"]) for error in errors] == [
        (("caller",), "string_type"),
        (("response", "id"), "wire_mismatch"),
        (("response", "output", 1, "content", 0, "type"), "wire_mismatch"),
    ]


def test_an_error_says_what_was_expected_and_what_came():
    """In words, and by key."""
    assert refuse(EVENTS, INVALID) == [
        {
            "type": "wire_mismatch",
            "loc": ("event_id",),
            "msg": "expected str, got int",
            "input": 1,
            "ctx": {"expected": "str", "got": "int"},
        }
    ]


@pytest.mark.parametrize(
    ("annotation", "value", "loc"),
    [
        (list[Item], [USER, {}], (1, "type")),
        (dict[str, Item], {"a": {}}, ("a", "type")),
        (Item | None, {}, ("type",)),
        (ITEMS, [USER, {}], (1, "type")),
        (Annotated[RealtimeResponse | None, Wire()], {"id": 1}, ("id",)),
    ],
    ids=["list", "dict", "optional", "tuple", "optional inside"],
)
def test_a_loc_leads_through_containers(annotation, value, loc):
    """Pydantic's steps come first, then ours."""
    adapter = annotation if annotation is ITEMS else TypeAdapter(annotation)

    [error] = refuse(adapter, value)

    assert error["loc"] == loc


@pytest.mark.parametrize(
    ("value", "input_"),
    [
        ({"id": 5}, 5),
        ({"id": True}, True),
        ({"id": 1.5}, 1.5),
        ({"id": []}, []),
        ({"id": {"secret": 1}}, {"...": "..."}),
        ({"id": ["secret"]}, ["..."]),
        ({"output": "x" * 100_000}, "x" * 39 + "…"),
        ({"output": [{"type": "message", "role": "user"}]}, {"...": "..."}),
        ({"id": float("nan")}, "float"),
        ({"new": float("inf")}, "inf"),
        ({"id": 10**5000}, "int"),
        ({"id": b"\xff"}, "bytes"),
        ("\ud800", r"\ud800"),
        ({"\ud800": float("nan")}, "nan"),
        ({"x" * 100: float("nan")}, {"...": "..."}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_input_is_what_json_can_hold_and_a_log_should(value, input_):
    """No container, no long text, nothing that a response could not be made of."""
    [error] = refuse(RESPONSES, value)

    assert error["input"] == input_
    assert json.dumps(error, allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"id":', "Invalid JSON"),
        (r'{"id":"\ud800"}', "Invalid JSON"),
        ('{"new":NaN}', "expected finite number, got nan"),
        ('{"new":1e999}', "expected finite number, got inf"),
        ('{"new":' + "[" * 150 + "]" * 150 + "}", "expected no more than 100 levels"),
        ('{"new":' + "[" * 900 + "]" * 900 + "}", "Invalid JSON"),
    ],
    ids=["cut", "surrogate", "nan", "infinity", "deep", "too deep"],
)
def test_json_that_only_pydantic_parses_is_refused(text, message):
    """Its parser accepts more than JSON allows, and here and there less than ours."""
    with pytest.raises(ValidationError, match=message):
        RESPONSES.validate_json(text)


def test_what_a_hook_says_is_an_error_too():
    """Whatever is in it."""
    converter = Converter()
    configure(converter)

    @converter.register_structure_hook
    def read_response(value: Any, _: Any) -> RealtimeResponse:
        raise ValueError(value["id"])

    adapter = TypeAdapter(Annotated[ResponseDoneEvent, Wire(converter=converter)])
    response = {"id": "\ud800"}

    [error] = refuse(
        adapter, {"type": "response.done", "event_id": "e", "response": response}
    )

    assert error["loc"] == ("response",)
    assert error["msg"] == r"expected RealtimeResponse, got ValueError: \ud800"


def test_a_mapping_that_fails_is_refused():
    """Whatever the mapping raises is reported as an error in the data."""

    class Broken(Mapping):
        def __getitem__(self, key):
            raise OSError("gone")

        def __iter__(self):
            raise OSError("gone")

        def __len__(self):
            return 1

    [error] = refuse(RESPONSES, Broken())

    assert error["msg"] == "expected readable data, got OSError: gone"
