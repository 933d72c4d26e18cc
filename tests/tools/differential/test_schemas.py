"""jsonschema and msgspec accept by OpenAI's schema what strict mode accepts."""

import pytest
from hypothesis import settings

from .facts import REPAIRS
from .schemas import SchemaTally, is_accepted, repaired, structs, targets, without

pytestmark = pytest.mark.needs("msgspec")
EXAMPLES = max(2, settings().max_examples // 8)


@pytest.mark.parametrize("part", range(4))
def test_verdicts_are_the_same(part):
    """Payloads that were made up, in four parts for several processes."""
    tally = SchemaTally()
    tally.run(targets()[part::4], EXAMPLES)

    assert not tally.unlisted
    assert tally.counts["accepted"]
    assert tally.counts["refused"]


def test_verdicts_on_messages_are_the_same():
    """Messages that were recorded, or written for the sample session."""
    tally = SchemaTally()
    tally.run_messages()

    assert not tally.unlisted
    assert tally.counts["accepted"]


@pytest.mark.parametrize("repair", REPAIRS, ids=lambda repair: repair.name)
def test_every_repair_is_needed(repair):
    """It goes when OpenAI's schema agrees with strict mode by itself."""
    target, text = repair.target, repair.example
    accepted = is_accepted(target, text)

    assert without(repair).is_valid(target, text) != accepted
    assert repaired().is_valid(target, text) == accepted
    assert structs().is_valid(target, text) == accepted
