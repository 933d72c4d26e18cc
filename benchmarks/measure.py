"""Takes times in turns, so that noise meets the contender and the floor alike."""

import gc
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterable
from sys import getsizeof
from time import perf_counter
from typing import Any, TypeAlias

from attrs import frozen

Loop: TypeAlias = Callable[[], object]

MIN_EVENTS = 300
"""As many events as it takes for the memory of one to be a fair mean."""


@frozen
class Effort:
    """How long to measure."""

    processes: int = 3
    samples: int = 15
    """Samples in each process."""

    seconds: float = 0.01
    """The least time that one sample takes."""


FULL = Effort()
FAST = Effort(processes=1, samples=7, seconds=0.003)
ONCE = Effort(processes=1, samples=1, seconds=0.0)
"""To see that everything works."""


@frozen
class Race:
    """Two loops that do the same for equally many frames."""

    floor: Loop
    rival: Loop
    count: int
    """The frames that one loop takes."""


@frozen
class Samples:
    """What one process measured, pair by pair: seconds or bytes for one frame."""

    values: list[float]
    floors: list[float]


def each(function: Callable[[Any], object], items: Iterable[Any]) -> Loop:
    """Make a loop that calls *function* on all *items*, at no cost of its own."""
    items = list(items)
    return lambda: deque(map(function, items), maxlen=0)


def run_race(race: Race, effort: Effort) -> Samples:
    """Run both loops in turns."""
    floor_loops = calibrate(race.floor, effort)
    rival_loops = calibrate(race.rival, effort)
    gc.collect()
    gc.freeze()  # what a contender imported is not searched again and again
    pairs = [
        (take_sample(race.floor, floor_loops), take_sample(race.rival, rival_loops))
        for _ in range(effort.samples)
    ]
    gc.unfreeze()
    return Samples(
        values=[rival / race.count for _, rival in pairs],
        floors=[floor / race.count for floor, _ in pairs],
    )


def calibrate(loop: Loop, effort: Effort) -> int:
    """Find how often to run *loop* for one sample; this also warms it up."""
    loop()
    loops = 1
    while (seconds := take_sample(loop, loops) * loops) < effort.seconds:
        growth = effort.seconds / max(seconds, 1e-7)
        loops = max(loops + 1, min(int(loops * growth * 1.1), loops * 10))
    return loops


def take_sample(loop: Loop, loops: int) -> float:
    """Run *loop* so often, and give the mean time that it took."""
    start = perf_counter()
    for _ in range(loops):
        loop()
    return (perf_counter() - start) / loops


def weigh(function: Callable[[Any], object], items: list[Any]) -> float:
    """Give the mean memory of what *function* makes of *items*, in bytes."""
    items = items * (MIN_EVENTS // len(items) + 1)
    kept = [function(item) for item in items]  # warms up
    del kept
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    kept = [function(item) for item in items]
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before - getsizeof(kept)) / len(items)
