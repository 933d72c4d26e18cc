"""Microsoft's package for Voice Live and our classes agree, but for one list."""

from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args, get_origin

import pytest
from attrs import frozen

from rtmodels import Model, VoiceLiveVideoCrop
from rtmodels.adapters import DictAdapter

pytest.importorskip(
    "azure.ai.voicelive", reason="azure-ai-voicelive is in the group `test`"
)

from azure.ai.voicelive._utils.model_base import rest_field
from azure.ai.voicelive.models import ServerEventType, VideoCrop

from ...parts import find_undeclared
from .upstream import split
from .voice_live import (
    BASE,
    KNOWN_VOICE_LIVE,
    ROOTS,
    Comparison,
    compare_voice_live,
    is_sdk_class,
    keys_of,
    leaves_of,
    report_voice_live,
    words_of,
)


def report(ours, theirs):
    """Compare two classes, and return the lines to print."""
    comparison = Comparison()
    comparison.compare_classes("place", [ours], theirs)
    return sorted(map(str, comparison.found))


@frozen(kw_only=True, repr=False)
class Thing(Model):
    """A class with a word, a number and a place."""

    kind: Literal["one"] | str
    count: int | None = None
    crop: VoiceLiveVideoCrop | None = None


SCALARS = {bool: True, int: 1, float: 0.5, bytes: "AAE=", datetime: 1, Any: {}}
"""A value for each scalar; all others are text, which may have to be base64."""

ALWAYS = {"event_id", "item"}
"""Keys that the package has optional, and recorded events always have."""

SPEAKERS = {
    "input_text": ["system", "user"],
    "input_audio": ["user"],
    "input_image": ["user"],
    "text": ["assistant"],
    "audio": ["assistant"],
}
"""Whose messages have which pieces, where the package allows all to all."""


def make_values(annotation):
    """Make values of each class and of each other kind that *annotation* has."""
    members = [*split(annotation)]
    words = {
        word
        for member in members
        if get_origin(member) not in (list, dict)
        for word in words_of(member)
    }
    yield from sorted(words)
    for member in members:
        match get_origin(member), get_args(member):
            case (origin, (item,)) if origin is list:
                yield from ([value] for value in make_values(item))
            case (origin, (_, item)) if origin is dict:
                yield from ({"key": value} for value in make_values(item))
            case _ if is_sdk_class(member):
                for leaf in leaves_of(member):
                    yield from make_objects(leaf)
            case _ if member in SCALARS or (member is str and not words):
                yield SCALARS.get(member, "AAE=")


def make_objects(cls):
    """Make objects with each value of each key, and with the required keys alone."""
    keys = keys_of(cls)
    values = {key: [*make_values(annotation)] for key, annotation in keys.items()}
    whole = {key: variants[0] for key, variants in values.items()}
    required = [
        key for key in keys if key in ALWAYS or type(None) not in get_args(keys[key])
    ]

    for key, variants in values.items():
        for variant in variants:
            made = suit(whole | {key: variant}, values)
            if made is not None:
                yield made
                yield {key: made[key] for key in required}


def suit(made, values):
    """Return *made* with a role that suits its content, if *values* have one."""
    if made.get("part", {}).get("type") in {"input_text", "input_audio", "input_image"}:
        return None  # a response has no pieces of its input
    if "role" not in made:
        return made

    speakers = SPEAKERS[made["content"][0]["type"]]
    if made["role"] in speakers:
        return made
    others = [role for role in speakers if role in values["role"]]
    return made | {"role": others[0]} if others else None


def make_messages():
    """Yield our union with messages for each of Microsoft's classes for an event."""
    for union, base, _types in ROOTS.values():
        for cls in leaves_of(base):
            yield pytest.param(union, [*make_objects(cls)], id=cls.__name__)


@pytest.mark.parametrize(("union", "messages"), [*make_messages()])
def test_messages_of_the_package_are_known(union, messages):
    """Whatever its classes can write has a class and a field."""
    adapter = DictAdapter(union)
    for message in messages:
        event = adapter.decode(message)

        assert not find_undeclared(event)
        assert adapter.encode(event) == message
    assert len(messages) > 1


def make_theirs(**annotations):
    """Make a class of Microsoft's with keys and their annotations."""
    fields = dict.fromkeys(annotations, rest_field())
    return type("Thing", (BASE,), {"__annotations__": annotations, **fields})


def test_there_is_no_unknown_difference():
    """A new version of the package that has any is a reason to change our classes."""
    assert [*report_voice_live()] == []


def test_every_known_difference_is_one():
    """It has a reason, too."""
    places = {difference.place for difference in compare_voice_live()}

    for known, reason in KNOWN_VOICE_LIVE.items():
        assert any(fnmatchcase(place, known) for place in places), known
        assert reason


def test_a_known_difference_that_is_none_is_reported(monkeypatch):
    """The line says what to remove."""
    monkeypatch.setitem(KNOWN_VOICE_LIVE, "VoiceLiveVideoCrop.colour", "none")

    (line,) = report_voice_live()

    assert line.endswith("remove VoiceLiveVideoCrop.colour from KNOWN_VOICE_LIVE")


def test_classes_that_agree_have_no_difference():
    """Words of a set that strict mode closes count as text as well."""
    theirs = make_theirs(kind=Literal["one"], count=int | None, crop=VideoCrop | None)

    assert report(Thing, theirs) == []


@pytest.mark.parametrize(
    ("key", "annotation", "text"),
    [
        ("mood", str | None, "the SDK has the key"),
        ("kind", Literal["one", "two"], "the SDK has 'two'"),
        ("kind", str | None, "the SDK has it optional"),
        ("count", float | None, "the SDK has a value that is a float"),
        (
            "count",
            list[int] | None,
            "the SDK has a value that is an array",
        ),
        ("kind", ServerEventType, "the SDK has "),
    ],
)
def test_what_the_package_has_beyond_ours_is_reported(key, annotation, text):
    """Keys, words, kinds of values, and that a key may be absent."""
    (line,) = report(Thing, make_theirs(**{key: annotation}))

    assert line.startswith(f"Thing.{key}: {text}")


def test_a_class_that_only_the_package_has_is_reported():
    """Here our class has a number in its place."""
    assert report(Thing, make_theirs(count=VideoCrop | None)) == [
        "Thing.count: the SDK has a value that is an object",
        "Thing.count: the SDK has the class VideoCrop",
    ]


def test_what_only_our_classes_have_is_reported():
    """Voice Live has no other source than the package and recorded sessions."""
    lines = {str(difference) for difference in compare_voice_live()}

    assert "VoiceLiveResponseSession.greeting: only we have the key" in lines
    assert (
        "VoiceLiveEouDetection.model: only we have 'smart_end_of_turn_detection'"
        in (lines)
    )
    assert "VoiceLiveConversationItemDoneEvent: the SDK has no such class" in lines
