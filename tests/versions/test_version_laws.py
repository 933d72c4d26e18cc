"""The way there and back ends where it began."""

from typing import Any, get_args

import attrs
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from rtmodels import (
    Unknown,
    ValidationError,
    downgrade,
    make_converter,
    upgrade,
)
from rtmodels.adapters import DictAdapter
from rtmodels.schema._foreign import find_foreign_keys
from rtmodels.versions._directions import DOWNGRADE, UPGRADE
from rtmodels.versions._table import EVENT_PAIRS, OBJECT_PAIRS, UNION_PAIRS

from ..strategies import MODELS, damaged, instances, json_values, spoiled

CONVERTER = make_converter(binary=True)
DIRECTIONS = {"up": (upgrade, downgrade), "down": (downgrade, upgrade)}
DIFFERENT = {"up": UPGRADE.conversions, "down": DOWNGRADE.conversions}
CASES = [
    (direction, cls)
    for cls in MODELS
    for direction in DIRECTIONS
    if cls in DIFFERENT[direction]
]
OTHERS = [
    (direction, cls)
    for cls in MODELS
    for direction in DIRECTIONS
    if cls not in DIFFERENT[direction]
    if direction == "down" or not cls.__module__.startswith("rtmodels.schema.servers.")
]
PAIRED = [cls for pair in (*EVENT_PAIRS, *OBJECT_PAIRS) for cls in (pair.beta, pair.ga)]
KEYS = sorted(
    {key for cls in PAIRED for key in attrs.fields_dict(cls)}
    - {key for cls in PAIRED for key in find_foreign_keys(cls.__name__)}
)
"""The keys that a version has fields for, and the other may meet as undeclared.

Those that mark an object of another protocol are left out: no class takes them.
"""

EVENTS = [
    pytest.param(unions, cls, id=cls.__name__)
    for unions in UNION_PAIRS
    for cls in get_args(unions[0])
    if cls is not Unknown
]
"""The events of the beta, each with the unions that it and its counterpart are in."""

NAMES_OF_THE_GA = {pair.ga for pair in EVENT_PAIRS if pair.is_default}
"""Events whose name the schema of the beta has too, and its servers do not send."""

AUDIO = {"input": {"format": {"type": "audio/pcm"}}, "output": {"voice": "ash", "x": 1}}
SAYINGS = [
    "pcm16",
    "alloy",
    16000,
    ["audio"],
    ["text", "audio"],
    {"name": "alloy", "type": "openai"},
    {"type": "audio/pcm", "rate": 24000},
    {"type": "server_vad"},
    {},
    {"input": {}},
    AUDIO,
    [{"role": "assistant", "content": [{"type": "text"}, {"type": "output_text"}]}],
]
"""Values that mean something to one of the versions."""


@st.composite
def crowded(draw: st.DrawFn, cls: type) -> Any:
    """Make instances of *cls* that have keys of either version in ``extra``."""
    x = draw(instances(cls))
    sayings = st.sampled_from(SAYINGS) | json_values
    extra = draw(st.dictionaries(st.sampled_from(KEYS), sayings, max_size=4))
    return attrs.evolve(x, extra={**(x.extra or {}), **extra} or None)


def wire(x: Any) -> Any:
    """Return the JSON value of *x*."""
    return CONVERTER.unstructure(x)


few = settings(max_examples=max(1, settings().max_examples // 5))
"""Laws that hold by the class of an instance, and hardly by what is in it."""

different = pytest.mark.parametrize(("direction", "cls"), CASES)


@different
def test_there_and_back(direction, cls):
    """What comes back is equal as JSON."""
    there, back = DIRECTIONS[direction]

    @given(instances(cls) | crowded(cls))
    def check(x):
        before = wire(x)
        counterpart = there(x)

        assert counterpart is x or wire(back(counterpart)) == before
        assert wire(x) == before

    check()


@different
def test_what_comes_back_is_the_same_instance(direction, cls):
    """Values come back into their fields, and not just into ``extra``."""
    there, back = DIRECTIONS[direction]

    @few
    @given(instances(cls))
    def check(x):
        counterpart = there(x)

        if type(back(counterpart)) is cls:
            assert counterpart is x or back(counterpart) == x

    check()


@different
def test_what_a_version_makes_is_its_own(direction, cls):
    """Converting to a version changes nothing that is of that version already."""
    there, _ = DIRECTIONS[direction]

    @few
    @given(crowded(cls))
    def check(x):
        counterpart = there(x)

        assert there(counterpart) is counterpart

    check()


@pytest.mark.parametrize(("direction", "cls"), OTHERS)
def test_all_other_classes_come_back_as_they_are(direction, cls):
    """The same object, with any contents."""
    there, _ = DIRECTIONS[direction]

    @settings(max_examples=1)
    @given(instances(cls))
    def check(x):
        assert there(x) is x

    check()


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("pair", OBJECT_PAIRS, ids=lambda pair: pair.beta.__name__)
def test_a_change_on_the_other_side_is_not_undone(pair, direction):
    """A saved difference is not restored where the instance changed since."""
    there, back = DIRECTIONS[direction]
    cls = pair.beta if direction == "up" else pair.ga

    @given(instances(cls), st.data())
    def check(x, data):
        counterpart = there(x)
        other = data.draw(instances(type(counterpart)))
        names = [
            name for name in attrs.fields_dict(type(counterpart)) if name != "extra"
        ]
        name = data.draw(st.sampled_from(names))
        changed = attrs.evolve(counterpart, **{name: getattr(other, name)})

        assert wire(there(back(changed))) == wire(changed)

    check()


@pytest.mark.parametrize("mode", ["tolerant", "forgiving"])
@pytest.mark.parametrize(("unions", "cls"), EVENTS)
def test_every_event_of_the_beta_comes_back(unions, cls, mode):
    """In all spellings that decode, as an instance and as JSON."""
    read = DictAdapter(unions[0], mode=mode)
    frames = instances(cls).map(DictAdapter(unions[0]).encode)

    @given(frames | damaged(frames) | spoiled(frames))
    def check(frame):
        event = decode(read, frame)
        counterpart = upgrade(event)
        back = downgrade(counterpart)

        if counterpart is event and back is not event:
            # All of its words are the GA's.
            assert upgrade(back) == event
            assert type(event) in NAMES_OF_THE_GA or has_assistant(event)
        else:
            assert back == event
            assert read.encode(back) == read.encode(event)

    check()


@pytest.mark.parametrize("options", [{}, {"upgrade": True}], ids=["ga", "both"])
@pytest.mark.parametrize(("unions", "cls"), EVENTS)
def test_adapters_of_the_ga_read_what_an_upgrade_gives(unions, cls, options):
    """With any words of open sets, and also if the adapter accepts both versions."""
    read, ga = DictAdapter(unions[0]), DictAdapter(unions[1], **options)
    frames = instances(cls).map(read.encode)

    @given(frames | damaged(frames))
    def check(frame):
        counterpart = upgrade(decode(read, frame))

        assert ga.decode(ga.encode(counterpart)) == counterpart

    check()


def decode(adapter, frame):
    """Decode *frame*, or end the example if it is not valid."""
    try:
        return adapter.decode(frame)
    except ValidationError:
        reject()


def has_assistant(event):
    """Check whether *event* has a message of the assistant's with parts."""
    return getattr(getattr(event, "item", None), "role", None) == "assistant"
