"""What hostile frames cost: steps, counted and not timed, for each byte of input."""

import contextlib
import re
import sys
import tracemalloc

import orjson
import pytest

from rtmodels import (
    RealtimeClientEvent,
    RealtimeServerEvent,
    RtmodelsError,
    Unknown,
    downgrade,
    upgrade,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

from ..paths import ROOT
from ..storm import ANYWHERE, find_places, make_pieces
from .places import MODES

EVENTS = RealtimeServerEvent | RealtimeClientEvent
SIZE = 100
"""The smaller number of values in a frame; the larger is twice as much."""

MAX_STEPS = 10
"""Calls for one byte: an empty object is two bytes and a comma."""

DOWN = JsonAdapter(EVENTS, downgrade=True)
OPERATIONS = {
    "encode": lambda adapter, event: adapter.encode(event),
    "encode, downgrade": lambda _, event: DOWN.encode(event),
    "upgrade": lambda _, event: upgrade(event, lost=[]),
    "downgrade": lambda _, event: downgrade(event, lost=[]),
}


def count_steps(function, *arguments):
    """Count the calls that *function* makes, of Python and of C."""
    steps = 0

    def count(_frame, event, _argument):
        nonlocal steps
        steps += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        result = function(*arguments)
    except RtmodelsError:
        result = None
    finally:
        sys.setprofile(None)
    return steps, result


def count_all(adapter, frame):
    """Count the steps of each operation on *frame*."""
    steps = {}
    steps["decode"], event = count_steps(adapter.decode, frame)
    if event is not None:
        for name, operation in OPERATIONS.items():
            steps[name], _ = count_steps(operation, adapter, event)
    return steps


def find_distinct(union):
    """Find one place of each kind: the same key, with values of the same shape."""
    return {(p.steps[-1], p.shape): p for p in find_places(union)}.values()


@pytest.mark.parametrize("upgrade", [False, True])
@pytest.mark.parametrize("mode", MODES)
def test_every_frame_costs_few_steps_a_byte(mode, upgrade):
    """In each place, small values of each kind; twice as many take twice the steps."""
    adapter = JsonAdapter(EVENTS, mode=mode, upgrade=upgrade)
    slow = []
    for place in find_distinct(EVENTS):
        for piece in (*ANYWHERE, *list(make_pieces(place.shape))[len(ANYWHERE) :: 7]):
            once, twice = (
                orjson.dumps(place.fill(piece, count)) for count in (SIZE, 2 * SIZE)
            )
            count_all(adapter, twice)  # compiles what it needs
            few, many = count_all(adapter, once), count_all(adapter, twice)

            for name in few.keys() & many.keys():
                # A hundred issues, of which a search for misfits makes use, take 8,000.
                cheap = many[name] <= MAX_STEPS * len(twice) + 8_000
                linear = many[name] <= 2.2 * few[name] + 200
                if not (cheap and linear):
                    slow.append((place.steps, piece, name, few[name], many[name]))

    assert slow == []


@pytest.mark.parametrize("mode", MODES[1:])
def test_what_is_shared_is_walked_once(mode):
    """Forty lists that each hold the next one twice are not a million million."""
    value = []
    for _ in range(40):
        value = [value, value]
    adapter = DictAdapter(RealtimeServerEvent, mode=mode)

    unknown, extra = ({"type": "x", "v": value}, {**make_error(), "v": value})
    for payload in (unknown, extra):
        steps, event = count_steps(adapter.decode, payload)
        assert steps < 3_000
        assert (event.payload if isinstance(event, Unknown) else event.extra)["v"]

    # A tuple needs a copy, and what is no JSON a report.
    assert count_steps(adapter.decode, {**unknown, "w": (value,)})[0] < 20_000
    steps, event = count_steps(adapter.decode, {**unknown, "w": object()})
    assert event is None
    assert steps < 20_000


def make_error():
    """Make an ``error`` event."""
    return {
        "type": "error",
        "event_id": "e",
        "error": {"type": "t", "message": "m"},
    }


@pytest.mark.parametrize("piece", [{}, {"": 0}, {"": {}}, {"text": 1}, [], {"type": 1}])
@pytest.mark.parametrize("mode", MODES)
def test_memory_is_what_the_security_page_says(mode, piece):
    """The peak, as a multiple of the frame, where small objects are most expensive."""
    said = re.search(r"up to (\d+) times its size", (ROOT / "SECURITY.md").read_text())
    adapter = JsonAdapter(EVENTS, mode=mode)
    for place in find_distinct(EVENTS):
        frame = orjson.dumps(place.fill(piece, 3_000))
        count_steps(adapter.decode, frame)
        tracemalloc.start()
        with contextlib.suppress(RtmodelsError):
            adapter.decode(frame)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert peak <= int(said[1]) * len(frame) + 10_000, place.steps
