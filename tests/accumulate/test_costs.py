"""What it costs to gather: steps and memory, counted and not timed."""

import gc
import sys
import tracemalloc

import pytest

from rtmodels import ConversationAccumulator, ResponseAccumulator

from .streams import (
    added,
    at,
    audio,
    calling,
    created,
    feed,
    item_added,
    message,
    part_added,
    text,
)

START = (
    created(),
    item_added("resp_1", message("item_1")),
    added(message("item_1")),
    part_added(at(), type="text", text=""),
)
PIECE = bytes(4800)


def count_steps(function, *arguments):
    """Count the calls that *function* makes, of Python and of C."""
    steps = 0

    def count(_frame, event, _argument):
        nonlocal steps
        steps += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        function(*arguments)
    finally:
        sys.setprofile(None)
    return steps


def measure(function):
    """Return how much memory *function* leaves behind, and its peak."""
    gc.collect()
    tracemalloc.start()
    kept = function()
    left, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return left, peak


@pytest.mark.parametrize("cls", [ResponseAccumulator, ConversationAccumulator])
@pytest.mark.parametrize("event", [text("word"), audio(PIECE), calling()[1]])
def test_a_delta_takes_the_same_steps_however_many_came_before(cls, event):
    """The thousandth is as cheap as the third."""
    accumulator = cls()
    for first in (*START, event, event):
        accumulator.feed(first)
    early = count_steps(accumulator.feed, event)
    for _ in range(1000):
        accumulator.feed(event)

    assert count_steps(accumulator.feed, event) == early < 15


@pytest.mark.parametrize("cls", [ResponseAccumulator, ConversationAccumulator])
def test_a_delta_takes_the_same_steps_however_much_else_there_is(cls):
    """A hundred responses, items and parts do not slow the next one down."""
    accumulator = cls()
    for event in (*START, text("a"), text("b")):
        accumulator.feed(event)
    early = count_steps(accumulator.feed, text("c"))
    for number in range(100):
        response, item = f"resp_x{number}", f"item_x{number}"
        accumulator.feed(created(response))
        accumulator.feed(item_added(response, message(item)))
        accumulator.feed(added(message(item)))
        accumulator.feed(text("a", at(content=number + 1)))

    assert count_steps(accumulator.feed, text("d")) == early


def test_a_snapshot_takes_the_same_steps_however_many_deltas_came():
    """What was joined for the last one is not joined again."""
    accumulator = feed(*START, text("a"), text("b"))
    early = count_steps(accumulator.response)
    for _ in range(1000):
        accumulator.feed(text("c"))

    assert count_steps(accumulator.response) == early


@pytest.mark.parametrize("count", [100, 1000])
def test_audio_is_held_once(count):
    """While it grows, when it is asked for, and after that."""
    whole = count * len(PIECE)
    pieces = [bytes(bytearray(PIECE)) for _ in range(count)]  # not one and the same

    def gather():
        accumulator = feed(*START)
        while pieces:
            accumulator.feed(audio(pieces.pop()))
        return accumulator, accumulator.audio("item_1"), accumulator.response()

    left, peak = measure(gather)

    assert left < 1.1 * whole + 20_000
    assert peak < 1.1 * whole + 50_000


def test_memory_grows_with_the_stream():
    """Ten times the deltas take ten times the room, and no more."""

    def gather(count):
        return measure(lambda: feed(*START, *(text(f"{n:8}") for n in range(count))))[0]

    assert gather(10_000) < 11 * gather(1_000)


def test_what_is_popped_is_set_free_at_once():
    """Without waiting for the garbage collector."""
    pieces = [bytes(bytearray(PIECE)) for _ in range(1000)]

    def gather():
        accumulator = feed(*START)
        while pieces:
            accumulator.feed(audio(pieces.pop()))
        accumulator.pop()
        return accumulator

    gc.disable()
    try:
        left, _ = measure(gather)
    finally:
        gc.enable()

    assert left < 100_000


def test_audio_that_is_not_gathered_takes_no_room():
    """A day of it would not."""

    def gather():
        accumulator = feed(*START, audio=False)
        for _ in range(1000):
            accumulator.feed(audio(bytes(bytearray(PIECE))))
        return accumulator

    left, _ = measure(gather)

    assert left < 50_000
