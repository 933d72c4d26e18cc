"""Takes times in turns, so that noise meets the contender and the floor alike."""

import gc
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterable
from sys import getsizeof
from time import process_time
from typing import Any, TypeAlias

from attrs import frozen

Loop: TypeAlias = Callable[[], object]

Progress: TypeAlias = Callable[[str], None]
"""Called with a line about each step."""

MIN_EVENTS = 300
"""As many events as it takes for the memory of one to be a fair mean."""


@frozen
class Effort:
    """How long to measure."""

    processes: int
    samples: int
    """Samples in each process."""

    starts: int
    """Fresh processes, where these are what is measured."""

    seconds: float = 0.002
    """The least time that one sample takes; shorter than what a scheduler gives."""


FULL = Effort(processes=3, samples=50, starts=10)
FAST = Effort(processes=1, samples=30, starts=4)
ONCE = Effort(processes=1, samples=1, starts=1, seconds=0.0)
"""To see that everything works."""


@frozen
class Race:
    """Two loops that do the same for equally many frames."""

    floor: Loop
    rival: Loop
    count: int
    """The frames that one loop takes."""

    clock: Callable[[], float] = process_time
    """What to time with; by default, waiting for a processor does not count."""


@frozen
class Samples:
    """What one process measured, pair by pair: seconds or bytes for one frame."""

    values: list[float]
    floors: list[float]


def make_loop(function: Callable[[Any], object], items: Iterable[Any]) -> Loop:
    """Return a loop that calls *function* on all *items*, at no cost of its own."""
    items = list(items)
    return lambda: deque(map(function, items), maxlen=0)


def run_race(race: Race, effort: Effort) -> Samples:
    """Run both loops in turns."""
    floor = Stopwatch(race.floor, race.clock, effort)
    rival = Stopwatch(race.rival, race.clock, effort)
    gc.collect()
    gc.freeze()  # what was imported need not be searched ever again
    pairs = [(floor.sample(), rival.sample()) for _ in range(effort.samples)]
    return Samples(
        values=[rival / race.count for _, rival in pairs],
        floors=[floor / race.count for floor, _ in pairs],
    )


class Stopwatch:
    """Times one loop."""

    def __init__(self, loop: Loop, clock: Callable[[], float], effort: Effort) -> None:
        """Find how often to run *loop* for one sample; this also warms it up."""
        self.loop = loop
        self.clock = clock
        self.loops = 1
        loop()
        while (seconds := self.sample() * self.loops) < effort.seconds:
            growth = effort.seconds / max(seconds, 1e-7)
            self.loops = max(self.loops + 1, int(self.loops * min(growth, 10)))

    def sample(self) -> float:
        """Take one sample: the mean time of the loop."""
        start = self.clock()
        for _ in range(self.loops):
            self.loop()
        return (self.clock() - start) / self.loops


def measure_memory(function: Callable[[Any], object], items: list[Any]) -> float:
    """Return the mean memory of what *function* returns for *items*, in bytes."""
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
