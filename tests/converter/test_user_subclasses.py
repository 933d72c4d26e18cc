"""Subclasses of our classes that a user writes, with fields and rules of their own."""

import copy
import json
import pickle
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NewType

import pytest
from attrs import Factory, define, frozen
from attrs.exceptions import FrozenInstanceError
from cattrs.strategies import include_subclasses

from rtmodels import (
    UNSET,
    ConversationItemCreateEvent,
    EncodeError,
    Model,
    RealtimeClientEvent,
    RealtimeConversationItemMessageUser,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseDoneEvent,
    Unset,
    ValidationError,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

from .places import CALL, done

UserId = NewType("UserId", str)


class Mood(StrEnum):
    """A type that cattrs can read."""

    GOOD = "good"


@define
class Note:
    """A user-defined class in a field of a schema class."""

    text: str
    response: RealtimeResponse | None = None


@frozen(kw_only=True)
class Rated(RealtimeResponse):
    """A response with fields of many kinds."""

    stars: int = 3
    mood: Mood | None = None
    day: date | None = None
    user: UserId | None = None
    notes: tuple[Note, ...] = ()
    by_name: dict[str, Note] = Factory(dict)
    scores: Mapping[str, float] | None | Unset = UNSET


class Plain(RealtimeResponse):
    """A subclass without a decorator, and with a ``__dict__``."""


@define(kw_only=True)
class Fancy(RealtimeConversationItemMessageUser):
    """An item that a caller sends in place of a schema class."""

    hue: str | None = None


def converter():
    """Make a converter that reads and writes the user's dates."""
    made = make_converter()
    made.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    made.register_unstructure_hook(date, date.isoformat)
    return made


FULL = {
    "id": "r",
    "output": [CALL],
    "stars": 5,
    "mood": "good",
    "day": "2025-01-02",
    "user": "u",
    "notes": [{"text": "t", "response": {"id": "q"}}],
    "by_name": {"n": {"text": "t", "response": None}},
    "scores": {"a": 1},
}


def test_fields_of_every_kind_are_read_and_written():
    """Ours by us, theirs by the converter."""
    adapter = DictAdapter(Rated, converter=converter())
    rated = adapter.decode(FULL)

    assert type(rated) is Rated
    assert (rated.mood, rated.day) == (Mood.GOOD, date(2025, 1, 2))
    assert rated.notes == (Note("t", RealtimeResponse(id="q")),)
    assert adapter.encode(rated) == FULL


def test_defaults_stand_for_what_is_absent():
    """Also where they are no None."""
    rated = DictAdapter(Rated, converter=converter()).decode({})

    assert rated == Rated()
    assert (rated.stars, rated.notes, rated.by_name) == (3, (), {})


def test_issues_in_fields_of_the_users_have_whole_paths():
    """Through their classes into ours."""
    payload = {
        "stars": "5",
        "mood": "bad",
        "day": "tomorrow",
        "notes": [{"text": "t", "response": {"id": 5}}, {}],
        "by_name": {"n m": {"text": "t", "response": {"output": [5]}}},
        "scores": {"a": "b"},
    }
    with pytest.raises(ValidationError) as caught:
        DictAdapter(Rated, converter=converter()).decode(payload)

    assert [(i.path, i.got.partition(":")[0]) for i in caught.value.issues] == [
        ("$.stars", "str"),
        ("$.mood", "ValueError"),
        ("$.day", "ValueError"),
        ("$.notes[0].response.id", "int"),
        ("$.notes[1].text", "nothing"),
        ("$.by_name['n m'].response.output[0]", "int"),
        ("$.scores.a", "str"),
    ]


def test_encode_issues_in_fields_of_the_users_end_at_the_fault():
    """What cattrs writes between the field and our object is not in the path."""
    note = Note("t", RealtimeResponse(id=5))
    with pytest.raises(EncodeError) as caught:
        DictAdapter(Rated, converter=converter()).encode(Rated(notes=(note,)))

    assert str(caught.value).endswith(".id: expected str, got int")


def test_what_the_users_hook_cannot_write_is_an_encode_error():
    """With the path of the field."""
    with pytest.raises(EncodeError, match=r"^\$\.day: .*, got TypeError: "):
        DictAdapter(Rated, converter=converter()).encode(Rated(day="tomorrow"))


def test_forgiving_covers_fields_of_the_users():
    """An optional one is left at its default, and what came is kept."""
    adapter = DictAdapter(Rated, mode="forgiving")
    payload = {"stars": "5", "mood": "bad", "id": 5, "notes": [{}]}
    rated = adapter.decode(payload)

    assert rated == Rated()
    assert rated.extra == payload


def test_a_subclass_is_written_where_ours_is_expected():
    """With its own fields, in a field and in a union."""
    item = Fancy(content=(), hue="blue")
    wire = JsonAdapter(RealtimeClientEvent).encode(
        ConversationItemCreateEvent(item=item)
    )
    done_ = ResponseDoneEvent(event_id="e", response=Rated(stars=4))

    assert json.loads(wire)["item"] == {
        "type": "message",
        "role": "user",
        "content": [],
        "hue": "blue",
    }
    assert DictAdapter(RealtimeServerEvent).encode(done_)["response"] == {
        "stars": 4,
        "notes": [],
        "by_name": {},
    }


def test_a_hook_may_put_a_subclass_in_place_of_ours():
    """That adds fields to every response."""
    made = make_converter()
    read = made.get_structure_hook(Rated)
    made.register_structure_hook(RealtimeResponse, lambda value, _: read(value, Rated))
    adapter = DictAdapter(RealtimeServerEvent, converter=made)
    event = adapter.decode(done(stars=4))

    assert event.response == Rated(stars=4)
    assert adapter.encode(event)["response"]["stars"] == 4


@pytest.mark.parametrize("cls", [RealtimeResponse, Rated, Plain])
def test_what_is_decoded_is_the_class_itself(cls):
    """Frozen, picklable, copyable, and equal to one made by hand."""
    instance = DictAdapter(cls).decode({"id": "r"})

    assert type(instance) is cls
    assert instance == cls(id="r")
    assert pickle.loads(pickle.dumps(instance)) == copy.deepcopy(instance) == instance
    with pytest.raises(FrozenInstanceError):
        instance.id = "q"


def test_decoding_makes_no_subclasses():
    """Strategies of cattrs go through them, and other registries of subclasses too."""

    @frozen(kw_only=True)
    class Base(Model):
        a: int

    @frozen(kw_only=True)
    class More(Base):
        b: int

    DictAdapter(Base).decode({"a": 1})
    made = make_converter()
    include_subclasses(Base, made)
    read: Any = made.structure

    assert read({"a": 1, "b": 2}, Base) == More(a=1, b=2)
    assert read({"a": 1}, Base) == Base(a=1)
