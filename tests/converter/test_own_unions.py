"""Unions of a user's own choice, with and without `Unknown`, None and tuples."""

from collections.abc import Mapping
from typing import Any, Literal, get_args

import pytest
from attrs import frozen

from rtmodels import (
    EncodeError,
    ErrorEvent,
    ErrorEventError,
    Model,
    RealtimeAudioFormatsPcm,
    RealtimeClientEvent,
    RealtimeFunctionTool,
    RealtimeResponse,
    RealtimeServerEvent,
    RealtimeSessionCreateRequest,
    ResponseDoneEvent,
    ToolChoiceFunction,
    Unknown,
    ValidationError,
    json_schema,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

from .places import MODES, done

ERROR = {"type": "error", "event_id": "e", "error": {"type": "t", "message": "m"}}


@pytest.mark.parametrize(
    "union", [ResponseDoneEvent | ErrorEvent, ErrorEvent | ResponseDoneEvent]
)
def test_a_union_of_ones_own_knows_its_members(union):
    """It need not be one that the schema names."""
    adapter = DictAdapter(union)

    assert type(adapter.decode(done())) is ResponseDoneEvent
    assert type(adapter.decode(ERROR)) is ErrorEvent
    assert adapter.encode(adapter.decode(ERROR)) == ERROR


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("payload", "text"),
    [
        ({"type": "session.created"}, "expected a known type, got 'session.created'"),
        ({"event_id": "e"}, "expected str, got nothing"),
    ],
)
def test_a_union_without_unknown_refuses_other_tags(payload, text, mode):
    """Leaving `Unknown` out of a union closes it."""
    with pytest.raises(ValidationError) as caught:
        DictAdapter(ResponseDoneEvent | ErrorEvent, mode=mode).decode(payload)

    assert str(caught.value) == f"$.type: {text}"


def test_a_union_writes_its_members_only():
    """An event of the other direction is a mistake."""
    with pytest.raises(EncodeError) as caught:
        DictAdapter(ResponseDoneEvent | ErrorEvent).encode(
            Unknown(tag="a", payload={"type": "a"})
        )

    assert str(caught.value) == (
        "$: expected ResponseDoneEvent or ErrorEvent, got Unknown"
    )


@pytest.mark.parametrize("mode", MODES)
def test_a_union_with_none_takes_null(mode):
    """Both ways, and at the top level."""
    adapter = JsonAdapter(RealtimeServerEvent | None, mode=mode)

    assert adapter.decode("null") is None
    assert adapter.encode(None) == b"null"
    assert (
        type(
            adapter.decode(
                adapter.encode(
                    ErrorEvent(
                        event_id="e", error=ErrorEventError(type="t", message="m")
                    )
                )
            )
        )
        is ErrorEvent
    )


def test_a_class_or_none_says_where_the_class_does_not_fit():
    """Null is no excuse for the rest."""
    with pytest.raises(ValidationError, match=r"^\$\.id: expected str, got int$"):
        DictAdapter(RealtimeResponse | None).decode({"id": 5})


def test_a_tuple_of_a_union_decodes_each_element():
    """Known and unknown side by side, as a tuple."""
    adapter = DictAdapter(tuple[RealtimeServerEvent, ...])
    payload = [done(), {"type": "new"}, ERROR]
    events = adapter.decode(payload)

    assert [type(event) for event in events] == [ResponseDoneEvent, Unknown, ErrorEvent]
    assert type(events) is tuple
    assert adapter.encode(events) == payload


@pytest.mark.parametrize(
    ("type_", "payload"),
    [
        (tuple[RealtimeServerEvent | None, ...], [None]),
        (tuple[RealtimeResponse | None, ...], [{"id": "r"}, None]),
    ],
)
def test_a_tuple_of_a_class_or_none_takes_null(type_, payload):
    """The annotation says so."""
    adapter = DictAdapter(type_)

    assert adapter.decode(payload)[-1] is None
    assert adapter.encode(adapter.decode(payload)) == payload


def test_both_directions_fit_one_union():
    """Programs that record a whole session need one."""
    adapter = DictAdapter(RealtimeClientEvent | RealtimeServerEvent)
    names = [
        type(adapter.decode(payload)).__name__
        for payload in (done(), {"type": "response.create"}, {"type": "new"})
    ]

    assert names == ["ResponseDoneEvent", "ResponseCreateEvent", "Unknown"]


@pytest.mark.parametrize(
    "union",
    [
        RealtimeResponse | RealtimeSessionCreateRequest,
        RealtimeResponse | RealtimeAudioFormatsPcm,
        RealtimeFunctionTool | ToolChoiceFunction,
    ],
)
def test_classes_that_cannot_be_told_apart_are_a_type_error(union):
    """As soon as an adapter is made, with the type, the reason and what to change."""
    with pytest.raises(TypeError) as caught:
        DictAdapter(union)

    names = " | ".join(cls.__name__ for cls in get_args(union))
    assert str(caught.value).startswith(f"{names} cannot be told apart: ")
    assert "declare `" in str(caught.value)


@frozen(kw_only=True)
class Ours(Model):
    """A class with a union whose members cannot be told apart."""

    type: Literal["ours"] = "ours"
    choice: RealtimeFunctionTool | ToolChoiceFunction | None = None


def test_a_field_of_classes_that_cannot_be_told_apart_is_a_type_error():
    """As for an adapter of that union itself, when the class is first used."""
    with pytest.raises(TypeError):
        DictAdapter(Ours)


def test_a_member_that_cannot_be_read_is_a_type_error():
    """Inside a union the mistake is the programmer's just the same."""
    with pytest.raises(TypeError):
        DictAdapter(Ours | ErrorEvent).decode({"type": "ours"})


@pytest.mark.parametrize(
    ("union", "text"),
    [
        (tuple[RealtimeResponse, ...] | tuple[ErrorEvent, ...], "JSON arrays"),
        (RealtimeResponse | Mapping[str, Any], "JSON objects"),
        (RealtimeResponse | Mapping[str, int] | None, "JSON objects"),
        (RealtimeResponse | Any, "accepts every value"),
        (tuple[RealtimeResponse | Mapping[str, str], ...], "JSON objects"),
        (ResponseDoneEvent | RealtimeResponse, "declare `type"),
    ],
)
def test_what_the_json_type_does_not_tell_apart_is_a_type_error(union, text):
    """At the top of a type and inside of a class alike; the class is named there."""
    with pytest.raises(TypeError, match=text):
        DictAdapter(union)

    @frozen(kw_only=True)
    class Holder(Model):
        type: Literal["holder"] = "holder"
        held: union

    with pytest.raises(TypeError, match=text) as caught:
        DictAdapter(Holder)
    assert "in Holder.held" in caught.value.__notes__


@frozen(kw_only=True)
class Middle(Model):
    """A class that holds one with a mistake."""

    deeper: "TwoArrays | None" = None


@frozen(kw_only=True)
class Top(Model):
    """A class that holds one that holds one with a mistake."""

    deep: tuple[Middle, ...] | None = None


def test_a_mistake_is_a_type_error_at_any_depth():
    """When the adapter is made, and not with the first value that has it."""
    for type_ in (Top, tuple[Top, ...], Top | None):
        with pytest.raises(TypeError, match="two kinds of JSON arrays"):
            DictAdapter(type_)


@frozen(kw_only=True)
class TwoArrays(Model):
    """A class with a field that holds either of two arrays."""

    items: tuple[str, ...] | tuple[int, ...]


def test_two_arrays_of_scalars_are_a_type_error():
    """The last of them used to win, silently."""
    with pytest.raises(TypeError, match="two kinds of JSON arrays"):
        DictAdapter(TwoArrays)
    with pytest.raises(TypeError, match="two kinds of JSON arrays"):
        json_schema(TwoArrays)


@frozen(kw_only=True)
class Left(Model):
    """A class that may come without its tag."""

    type: Literal["left"] | None = None
    x: int | None = None


@frozen(kw_only=True)
class Right(Model):
    """Another with the same keys."""

    type: Literal["right"] | None = None
    x: int | None = None


def test_without_a_tag_the_first_member_counts_in_the_order_of_the_union():
    """Two unions that differ in their order are equal, and not the same."""
    assert DictAdapter(Left | Right).decode({"x": 1}) == Left(x=1)
    assert DictAdapter(Right | Left).decode({"x": 1}) == Right(x=1)


@frozen(kw_only=True)
class Circle(Model):
    """A class whose tag has another name."""

    kind: Literal["circle"] = "circle"


@frozen(kw_only=True)
class Square(Model):
    """Another."""

    kind: Literal["square"] = "square"


@frozen(kw_only=True)
class Drawing(Model):
    """A class that holds either."""

    shape: Circle | Square


@pytest.mark.parametrize(
    "type_", [Circle | Square, tuple[Circle | Square, ...], Drawing]
)
def test_a_tag_other_than_type_or_role_is_a_type_error(type_):
    """Nested and at the top alike: cattrs would find no `type`."""
    with pytest.raises(TypeError, match=r"Circle \| Square cannot be told apart"):
        DictAdapter(type_)


def test_a_user_defined_hook_can_tell_such_classes_apart():
    """At the top, it replaces the hook of the union."""
    converter = make_converter()
    converter.register_structure_hook(
        Circle | Square,
        lambda value, _: {"circle": Circle, "square": Square}[value["kind"]](),
    )

    assert DictAdapter(Circle, converter=converter).decode({"kind": "circle"})
    hook = converter.get_structure_hook(Circle | Square)
    assert hook({"kind": "square"}, Circle | Square) == Square()
