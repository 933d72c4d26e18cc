"""The way there and back ends where it began, or says where it does not."""

from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtmodels import Loss, downgrade, make_converter, upgrade
from rtmodels.versions._table import EVENTS, OBJECTS
from rtmodels.versions._ways import DOWN, UP

from strategies import MODELS, instances, json_values

CONVERTER = make_converter(binary=True)
WAYS = {"up": (upgrade, downgrade), "down": (downgrade, upgrade)}
DIFFERENT = {"up": UP.conversions, "down": DOWN.conversions}
CASES = [(way, cls) for cls in MODELS for way in WAYS if cls in DIFFERENT[way]]
OTHERS = [(way, cls) for cls in MODELS for way in WAYS if cls not in DIFFERENT[way]]
KEYS = sorted(
    {
        key
        for row in (*EVENTS, *OBJECTS)
        for key in (*attrs.fields_dict(row.beta), *attrs.fields_dict(row.ga))
    }
)
"""The keys that a version has fields for, and the other may meet as undeclared."""

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
    """Give the JSON value of *x*."""
    return CONVERTER.unstructure(x)


few = settings(max_examples=max(1, settings().max_examples // 5))
"""Laws that hold by the class of an instance, and hardly by what is in it."""

different = pytest.mark.parametrize(("way", "cls"), CASES)


@different
def test_there_and_back(way, cls):
    """What comes back is equal as JSON, or something was said to be lost."""
    there, back = WAYS[way]

    @given(instances(cls) | crowded(cls))
    def check(x):
        before, lost = wire(x), []
        twin = there(x, lost=lost)

        assert twin is x or lost or wire(back(twin)) == before
        assert wire(x) == before

    check()


@different
def test_what_comes_back_is_the_same_instance(way, cls):
    """Values come back into their fields, and not just into ``extra``."""
    there, back = WAYS[way]

    @few
    @given(instances(cls))
    def check(x):
        lost: list[Loss] = []
        twin = there(x, lost=lost)

        if not lost and type(back(twin)) is cls:
            assert twin is x or back(twin) == x

    check()


@different
def test_what_a_version_makes_is_its_own(way, cls):
    """The way to a version changes nothing at the end of that way."""
    there, _ = WAYS[way]

    @few
    @given(crowded(cls))
    def check(x):
        twin = there(x)

        assert there(twin) is twin

    check()


@pytest.mark.parametrize(("way", "cls"), OTHERS)
def test_all_other_classes_come_back_as_they_are(way, cls):
    """The same object, whatever it holds."""
    there, _ = WAYS[way]

    @settings(max_examples=1)
    @given(instances(cls))
    def check(x):
        assert there(x) is x

    check()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("row", OBJECTS, ids=lambda row: row.beta.__name__)
def test_a_change_on_the_other_side_is_not_undone(row, way):
    """What an instance remembers is of no use where it has changed since."""
    there, back = WAYS[way]
    cls = row.beta if way == "up" else row.ga

    @given(instances(cls), st.data())
    def check(x, data):
        twin = there(x)
        other = data.draw(instances(type(twin)))
        names = [name for name in attrs.fields_dict(type(twin)) if name != "extra"]
        name = data.draw(st.sampled_from(names))
        changed = attrs.evolve(twin, **{name: getattr(other, name)})

        assert wire(there(back(changed))) == wire(changed)

    check()
