"""Everything that is measured works: the smallest case of each contender, once."""

import attrs
import pytest

from benchmarks.contenders import list_contenders
from benchmarks.measure import ONCE
from benchmarks.operations import OPERATIONS
from benchmarks.worker import Job, run_job

SMALLEST = {"smallest": True}


@pytest.mark.parametrize("contender", list_contenders())
def test_each_contender_takes_part(contender: str) -> None:
    """It agrees about every kind of frame, and everything about it can be measured."""
    effort = attrs.asdict(ONCE)

    checked = run_job(Job(contender, [], selection=SMALLEST))
    timed = run_job(Job(contender, list(OPERATIONS), effort, SMALLEST))

    if any(note.subject == "all" for note in checked.notes):
        pytest.skip(checked.notes[0].text)
    assert all(note.able for note in checked.notes)
    assert timed.timings
    assert all(value > 0 for timing in timed.timings for value in timing.values)
