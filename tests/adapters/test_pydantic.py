"""Our types in pydantic's models and type adapters."""

import copy
import json
import pickle
import subprocess
import sys
from typing import Annotated, Any, Generic, TypeVar

import attrs
import pytest
from cattrs import Converter
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    create_model,
)
from pydantic_core import PydanticSerializationError, from_json
from typing_extensions import TypeAliasType

from rtmodels import (
    UNSET,
    MaxOutputTokens,
    RealtimeConversationItem,
    RealtimeFunctionTool,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseDoneEvent,
    ResponseOutputAudioDeltaEvent,
    Unknown,
    configure,
    make_converter,
)
from rtmodels.adapters import DictAdapter
from rtmodels.adapters.pydantic import Wire

from ..recordings import INVALID, MESSAGES, SERVER, UNKNOWN, delta

pytestmark = pytest.mark.needs("pydantic")

T = TypeVar("T")
Bound = TypeVar("Bound", bound=RealtimeResponse)

Event = Annotated[RealtimeServerEvent, Wire()]
Response = Annotated[RealtimeResponse, Wire()]

USER = {"type": "message", "role": "user", "content": []}
EVENTS = TypeAdapter(Event)
ITEMS = TypeAdapter(Annotated[tuple[RealtimeConversationItem, ...], Wire()])
RESPONSES = TypeAdapter(Response)


class Turn(BaseModel):
    """A user-defined model."""

    caller: str
    response: Response


class Box(BaseModel, Generic[T]):
    """A generic one."""

    value: Annotated[T, Wire()]


class Tight(BaseModel, Generic[Bound]):
    """A generic model with a type that it accepts."""

    value: Annotated[Bound, Wire()]


@attrs.frozen
class Call:
    """A user-defined class that needs a converter."""

    number: str
    response: RealtimeResponse


@attrs.frozen(kw_only=True)
class Extended(RealtimeResponse):
    """A user-defined subclass of a schema class."""

    mood: str | None = None


def make_own_converter() -> Converter:
    """Make a converter as users do."""
    converter = Converter()
    configure(converter)
    return converter


def refuse(adapter: Any, value: Any) -> list[Any]:
    """Return the errors that *value* raises."""
    with pytest.raises(ValidationError) as info:
        adapter.validate_python(value)
    return info.value.errors(include_url=False)


def test_a_session_is_read_and_written_as_by_our_adapter():
    """Python data, JSON, and both ways back."""
    adapter = DictAdapter(RealtimeServerEvent)

    for message in MESSAGES:
        event = EVENTS.validate_python(message)
        assert event == adapter.decode(message)
        assert EVENTS.validate_json(json.dumps(message)) == event
        assert EVENTS.dump_python(event, mode="json") == message
        assert from_json(EVENTS.dump_json(event)) == message


def test_an_instance_is_taken_as_it_is():
    """It is frozen, and has been read already."""
    response = RealtimeResponse(id="resp_1")

    assert Turn(caller="Ada", response=response).response is response


def test_a_list_of_instances_is_a_tuple():
    """Pydantic is as generous about its own tuples."""
    item = ITEMS.validate_python([USER])[0]

    assert ITEMS.validate_python([item, item]) == (item, item)
    assert ITEMS.validate_python((item,))[0] is item


def test_an_instance_of_another_class_is_refused():
    """It is told by its class."""
    tool = RealtimeFunctionTool(type="function", name="look_up")

    [error] = refuse(RESPONSES, tool)

    assert error["msg"] == "expected object, got RealtimeFunctionTool"
    assert error["input"] == "RealtimeFunctionTool"


def test_nothing_is_coerced():
    """Pydantic itself would make a number of the text."""
    adapter = TypeAdapter(Annotated[MaxOutputTokens, Wire()])

    assert adapter.validate_python(12) == 12
    assert adapter.validate_python("inf") == "inf"
    for value in ("12", True, 12.5):
        refuse(adapter, value)


def test_audio_is_bytes_in_python_and_base64_in_json():
    """The instance has the bytes, and so has ``model_dump()``."""
    message = delta(6)
    event = EVENTS.validate_json(json.dumps(message))

    assert isinstance(event, ResponseOutputAudioDeltaEvent)
    assert event.delta == bytes(6)
    assert EVENTS.dump_python(event) == message | {"delta": bytes(6)}
    assert EVENTS.dump_python(event, mode="json") == message


def test_a_dump_can_be_read_again():
    """Both kinds of dump."""
    turn = Turn.model_validate({"caller": "Ada", "response": {"id": "r", "new": [1]}})

    assert Turn.model_validate(turn.model_dump()) == turn
    assert Turn.model_validate(turn.model_dump(mode="json")) == turn
    assert Turn.model_validate_json(turn.model_dump_json()) == turn


def test_the_last_of_repeated_keys_counts():
    """As in every JSON parser."""
    assert RESPONSES.validate_json('{"id":"a","id":"b"}').id == "b"


def test_long_integers_pass():
    """Pydantic reads and writes them, whatever their length."""
    text = '{"new":' + "9" * 500 + "}"

    assert RESPONSES.dump_json(RESPONSES.validate_json(text)).decode() == text


def test_a_value_of_another_type_is_not_written():
    """Pydantic's error has ours as its cause, and says the same."""
    turn = Turn.model_construct(caller="Ada", response=RealtimeResponse(id=5))

    for write in (turn.model_dump, turn.model_dump_json):
        with pytest.raises(PydanticSerializationError, match=r"\$.id: expected str"):
            write()


def test_a_union_of_pydantics_is_read_and_written_by_the_member_that_fits():
    """The others are passed over without a word, and named in locs."""
    tool = RealtimeFunctionTool(type="function", name="look_up")
    adapter = TypeAdapter(Event | Annotated[RealtimeFunctionTool, Wire()] | int)

    assert adapter.validate_python(tool) is tool
    assert adapter.dump_python(tool) == {"type": "function", "name": "look_up"}
    assert adapter.validate_python(5) == 5
    assert "RealtimeFunctionTool" in str(refuse(adapter, "x")[1]["loc"])


def test_fields_have_defaults():
    """Of a factory, or none."""

    class Model(BaseModel):
        event: Event | None = None
        response: Response = Field(default_factory=RealtimeResponse)

    assert Model().response == RealtimeResponse()
    assert Model().model_dump() == {"event": None, "response": {}}
    assert Model.model_validate({"event": None}).event is None


def test_null_stays_null():
    """What pydantic leaves out on demand are its own fields."""
    response = RESPONSES.validate_python({"metadata": None})

    dumped = RESPONSES.dump_python(response, exclude_none=True)

    assert response.metadata is None
    assert RESPONSES.validate_python({}).metadata is UNSET
    assert dumped == {"metadata": None}


def test_models_are_copied_and_pickled():
    """With the instances in them."""
    turn = Turn(caller="Ada", response=RealtimeResponse(id="resp_1"))

    assert pickle.loads(pickle.dumps(turn)) == turn
    assert copy.deepcopy(turn) == turn
    assert turn.model_copy(update={"caller": "Bob"}).response is turn.response


def test_a_generic_model_is_given_its_type():
    """The parameter may be a schema class or a union."""
    box = Box[RealtimeServerEvent].model_validate({"value": SERVER})

    assert box.model_dump() == {"value": SERVER}
    assert Tight[RealtimeResponse](value={"id": "r"}).value.id == "r"


def test_a_generic_model_without_its_type_takes_what_its_variable_does():
    """That is anything at all, or its bound."""
    response = RealtimeResponse(id="r")

    assert Box(value=SERVER).value == SERVER
    assert Box(value=response).value is response
    assert Box(value=response).model_dump() == {"value": {"id": "r"}}
    assert Tight(value={"id": "r"}).value == response


def test_an_alias_stands_for_its_type():
    """What the statement ``type X = ...`` makes."""
    alias = TypeAliasType("alias", RealtimeConversationItem)
    adapter = TypeAdapter(Annotated[alias, Wire()])

    item = adapter.validate_python(USER)

    assert adapter.validate_python(item) is item


def test_the_mode_can_be_chosen():
    """Unknown events, and what does not fit."""
    strict = TypeAdapter(Annotated[RealtimeServerEvent, Wire(mode="strict")])
    forgiving = TypeAdapter(Annotated[RealtimeServerEvent, Wire(mode="forgiving")])

    assert refuse(strict, UNKNOWN)[0]["loc"] == ("type",)
    assert EVENTS.validate_python(UNKNOWN).tag == "future.event"
    assert isinstance(forgiving.validate_python(INVALID), Unknown)


@pytest.mark.parametrize("converter", [make_own_converter, make_own_converter()])
def test_a_converter_knows_more_types(converter):
    """The converter handles a user-defined class that holds a schema class."""
    adapter = TypeAdapter(Annotated[Call, Wire(converter=converter)])
    wire = {"number": "1", "response": {"id": "r"}}

    call = adapter.validate_python(wire)

    assert adapter.validate_python(call) is call
    assert adapter.dump_python(call) == wire
    assert adapter.dump_json(call) == b'{"number":"1","response":{"id":"r"}}'
    assert refuse(adapter, {"number": "1"})[0]["loc"] == ("response",)


def test_a_converter_has_its_mode():
    """One of the two is enough."""
    wire = Wire(converter=make_converter, mode="strict")

    with pytest.raises(TypeError, match="a converter already has both"):
        TypeAdapter(Annotated[RealtimeResponse, wire])


def test_markers_compare_hash_and_pickle():
    """``Annotated`` types with equal markers are equal."""
    wire = Wire(mode="strict")

    assert {wire, pickle.loads(pickle.dumps(wire))} == {Wire(mode="strict")}
    assert wire != Wire()
    assert Annotated[ResponseDoneEvent, Wire()] == Annotated[ResponseDoneEvent, Wire()]


@pytest.mark.parametrize(
    "type_",
    [
        RealtimeResponse,
        RealtimeServerEvent,
        list[RealtimeResponse | None],
        Unknown,
        Extended,
    ],
    ids=str,
)
def test_a_type_without_its_marker_is_refused(type_):
    """The error says what to write."""
    with pytest.raises(
        TypeError, match=r"write Annotated\[\w+, Wire\(\)\], .* import Wi"
    ):
        TypeAdapter(type_)

    with pytest.raises(TypeError, match=r"Annotated\[\w+, Wire\(\)\]"):
        create_model("Holder", value=(type_, ...))


def test_arbitrary_types_are_instances():
    """A model may still hold instances that pydantic does not read."""

    class Holder(BaseModel):
        model_config = ConfigDict(arbitrary_types_allowed=True)
        value: RealtimeResponse

    response = RealtimeResponse(id="resp_1")

    assert Holder(value=response).value is response
    with pytest.raises(ValidationError, match="an instance of RealtimeResponse"):
        Holder.model_validate({"value": {"id": "resp_1"}})


def test_a_missing_library_is_named():
    """Without pydantic, the error says what to install."""
    program = (
        "import sys\n"
        "sys.modules['pydantic'] = None\n"
        "from rtmodels import MissingDependencyError\n"
        "try: import rtmodels.adapters.pydantic\n"
        "except MissingDependencyError as exc: print(exc.library, exc.extra)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, check=True
    )

    assert done.stdout.split() == [b"pydantic", b"pydantic"]
