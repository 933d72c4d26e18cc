"""The classes say what OpenAI's schema says, but for one list of differences.

`drift` works out, from that schema alone, how every field would have to be written, and
compares that with how it is. A failure prints the lines to add or change.
"""

from typing import get_args

import attrs
import pytest

import rtmodels
from rtmodels import RealtimeBetaClientEvent, RealtimeBetaServerEvent
from rtmodels.schema import upstream as find

from ..tools.drift.additions import find_obsolete, read_additions, read_facts
from ..tools.drift.differences import BETA_NAMES, KNOWN, OWN_NAMES, UNPUBLISHED
from ..tools.drift.document import FACTS, read
from ..tools.drift.report import (
    CLASSES,
    compare,
    is_needed,
    report_leftovers,
)
from ..tools.drift.reporter import Reporter, order_of
from ..tools.drift.upstream import split

SCHEMAS = read_facts()
UPSTREAM = compare(SCHEMAS)
REPORTER = Reporter(UPSTREAM)
FAMILIES = {
    "RealtimeBetaServerEvent": RealtimeBetaServerEvent,
    "RealtimeBetaClientEvent": RealtimeBetaClientEvent,
}
every_schema = pytest.mark.parametrize(
    "target",
    SCHEMAS,
    ids=[f"{n} of {len(SCHEMAS)} {name}" for n, name in enumerate(SCHEMAS, 1)],
)
every_class = pytest.mark.parametrize("name", UPSTREAM.objects)


def test_the_schema_is_whole():
    """What is checked here is all of it, and upstream drops little."""
    objects = [obj for parts in UPSTREAM.parts.values() for obj in parts]

    assert len(SCHEMAS) > 285
    assert len(objects) > 440


@every_schema
def test_a_schema_is_what_we_say(target):
    """Each object, key, type, required mark, null, constant and closed set is ours."""
    report = "\n".join(map(str, REPORTER.schema(target)))

    assert not report


@every_schema
def test_a_schema_is_found_by_its_name(target):
    """`rtmodels.schema.upstream` gives what the comparison is with."""
    is_alias = UPSTREAM.is_alias(target)
    ours = getattr(rtmodels, target if is_alias else UPSTREAM.class_name(target))

    assert find(target) == ours
    assert is_alias or find(target) is ours


def test_no_class_stands_for_nothing():
    """Every class has an object in the schema, or a reason to be there."""
    report = "\n".join(map(str, report_leftovers(UPSTREAM)))

    assert not report


@every_class
def test_fields_stand_in_upstreams_order(name):
    """Required fields come first, then the tag, then optional ones."""
    cls = getattr(rtmodels, name)
    names = [field.name for field in attrs.fields(cls) if field.name != "extra"]

    assert names == order_of(UPSTREAM, name)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: f"{known.cls}.{known.field}")
def test_every_known_difference_is_one(known):
    """An entry goes when OpenAI has caught up, or the object is gone."""
    assert known.cls in UPSTREAM.objects
    assert is_needed(UPSTREAM, known)
    assert known.reason


def test_every_addition_is_one():
    """An entry goes when the published schema has caught up."""
    places = [addition.place for addition in read_additions()]

    assert list(find_obsolete(read(FACTS))) == []
    assert len(set(places)) == len(places)


def test_no_difference_is_listed_twice():
    """A field differs in one way, for one reason."""
    fields = [(known.cls, known.field) for known in KNOWN]

    assert len(set(fields)) == len(fields)


@pytest.mark.parametrize(("pattern", "name"), OWN_NAMES.items())
def test_every_name_of_our_own_is_needed(pattern, name):
    """An entry goes when the object is gone, or would have that name anyway."""
    others = {key: value for key, value in OWN_NAMES.items() if key != pattern}

    assert name in UPSTREAM.objects
    assert type(UPSTREAM)(SCHEMAS, others).uses != UPSTREAM.uses


@pytest.mark.parametrize("name", UNPUBLISHED)
def test_every_unpublished_class_is_unpublished(name):
    """An entry goes when the schema has such an object, or we have no such class."""
    assert name in {cls.__name__ for cls in CLASSES}
    assert name not in UPSTREAM.objects
    assert UNPUBLISHED[name]


@pytest.mark.parametrize(("name", "later"), BETA_NAMES.items(), ids=BETA_NAMES)
def test_an_event_of_the_live_beta_is_like_what_it_became(name, later):
    """It has the same keys, which accept the same values, under another wire type."""
    before, after = (
        {field.name: set(split(field.type)) for field in attrs.fields(cls)}
        for cls in (getattr(rtmodels, name), getattr(rtmodels, later))
    )

    assert before.pop("type").isdisjoint(after.pop("type"))
    assert before.keys() == after.keys()
    assert all(after[key] <= before[key] for key in after)


@pytest.mark.parametrize(("start", "union"), FAMILIES.items(), ids=FAMILIES)
def test_the_beta_has_every_event_that_was_published_for_it(start, union):
    """OpenAI has no union of these events, so ours is held against their names."""
    published = {find(name) for name in SCHEMAS if name.startswith(start)}
    rest = {cls.__name__ for cls in set(get_args(union)) - published}
    ga = {
        cls.__name__ for cls in get_args(getattr(rtmodels, start.replace("Beta", "")))
    }

    assert published
    assert published <= set(get_args(union))
    assert rest <= ga | UNPUBLISHED.keys()


def test_a_part_without_a_name_is_found_by_ours():
    """OpenAI's schema spells it out where it is used."""
    assert find("RealtimeResponseUsage") is rtmodels.RealtimeResponseUsage


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        (
            "RealtimeServerEventResponseAudoDelta",
            "RealtimeServerEventResponseAudioDelta",
        ),
        ("RealtimeResponze", "RealtimeResponse"),
        ("RealtimeClientEventResponseDone", "near it are"),
        ("ResponseDoneEvent", "OpenAI's schema has no 'ResponseDoneEvent'"),
        ("RealtimeSessionCreateRequestGAGA", "RealtimeSessionCreateRequestGA"),
        ("Unknown", "has no 'Unknown'"),
        ("", "has no ''"),
    ],
)
def test_a_name_that_is_no_schema_is_an_error(name, hint):
    """The message says what it may have meant."""
    with pytest.raises(KeyError, match=hint):
        find(name)


def test_the_error_for_a_name_without_neighbours_is_short():
    """Nothing is near to it."""
    with pytest.raises(KeyError, match=r"OpenAI's schema has no '§'\"$"):
        find("§")
