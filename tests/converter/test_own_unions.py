"""Unions of a user's own choice, with and without `Unknown`, None and tuples."""

from typing import Literal

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
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

from places import MODES, done

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
    """Whoever leaves `Unknown` out means it."""
    with pytest.raises(ValidationError) as caught:
        DictAdapter(ResponseDoneEvent | ErrorEvent, mode=mode).decode(payload)

    assert str(caught.value) == f"$.type: {text}"


def test_a_union_writes_its_members_only():
    """An event of the other direction is a mistake."""
    with pytest.raises(EncodeError) as caught:
        DictAdapter(ResponseDoneEvent | ErrorEvent).encode(
            Unknown(type="a", payload={"type": "a"})
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
    """For whoever records a session."""
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
    """Cattrs says so as soon as somebody asks for an adapter."""
    with pytest.raises(TypeError, match=r"disambiguate|no usable non-default"):
        DictAdapter(union)


@frozen(kw_only=True)
class Ours(Model):
    """A class with a union of ours that nobody can tell apart."""

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


def test_a_union_that_cattrs_can_tell_apart_is_left_to_it():
    """`RealtimeResponse` has no type, and other keys than the event."""
    adapter = DictAdapter(
        ResponseDoneEvent | RealtimeResponse, converter=make_converter()
    )

    assert type(adapter.decode(done())) is ResponseDoneEvent
    assert type(adapter.decode({"id": "r"})) is RealtimeResponse
