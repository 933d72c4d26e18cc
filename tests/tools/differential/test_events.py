"""What we and openai-python both accept holds the same, but for what is listed."""

import pytest
from hypothesis import settings

pytest.importorskip(
    "openai", minversion="3.57", reason="the lists are for this version"
)

from .events import EventTally
from .known import GROUPS, ONE_FOR_SEVERAL
from .sdk import FAMILIES

pytestmark = pytest.mark.needs("openai")
EXAMPLES = max(2, settings().max_examples // 8)
LISTED = [(group, known) for group in GROUPS for known in GROUPS[group]]


@pytest.mark.parametrize("family", FAMILIES)
def test_values_and_verdicts_differ_only_as_listed(family):
    """Events that were made up, recorded and written for the sample session."""
    tally = EventTally(family)
    tally.run(EXAMPLES)

    assert not tally.unlisted
    assert tally.counts["equal"]


@pytest.mark.parametrize(
    ("group", "known"), LISTED, ids=[known.name for _, known in LISTED]
)
def test_every_listed_difference_is_one(group, known, monkeypatch):
    """An entry goes when its example no longer makes that difference, and no other."""
    listed, unlisted = EventTally(known.family), EventTally(known.family)
    listed.take(known.example)
    rest = [other for other in GROUPS[group] if other is not known]
    monkeypatch.setitem(GROUPS, group, rest)
    unlisted.take(known.example)

    assert listed.reasons == {(group, known.name): 1}
    assert not listed.unlisted
    assert unlisted.unlisted


def test_every_class_for_several_is_one():
    """The SDK has several classes in its place."""
    several = set()
    for family in ("GA, server", "live, server", "live fork, client"):
        tally = EventTally(family)
        tally.run(1)
        places = tally.places.items()
        several |= {ours for (_, ours), theirs in places if len(theirs) > 1}

    assert several == ONE_FOR_SEVERAL.keys()


def test_the_sdks_connections_mistake_what_is_new():
    """They reject nothing, and fall back on some class; we have `Unknown` for that."""
    tally = EventTally("GA, server")
    tally.take(b'{"type":"ping","event_id":"e"}')

    assert tally.counts == {"only we": 1, "construct errs": 1}
