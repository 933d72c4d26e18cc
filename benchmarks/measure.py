"""Times the contender and the floor in turns, so that noise affects both alike."""

import gc
import json
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from sys import getsizeof
from time import perf_counter, process_time
from typing import Any, TypeAlias

from attrs import frozen

Loop: TypeAlias = Callable[[], object]

Progress: TypeAlias = Callable[[str], None]
"""Called with a line about each step."""

MIN_EVENTS = 300
"""Number of events that makes the mean memory of one reliable."""

OTHER_WORK = tuple(range(20_000))
"""What is sorted, written and parsed before a call that is to find the caches cold."""

COLD_CALLS, COLD_SAMPLES = 15, 10
"""How many calls are in a sample where each comes after other work, and samples."""


@frozen
class Effort:
    """How long to measure."""

    processes: int
    samples: int
    """Samples in each process."""

    starts: int
    """Fresh processes, where their start is measured."""

    seconds: float = 0.002
    """Minimum duration of a sample; shorter than the time slice of a scheduler."""


FULL = Effort(processes=3, samples=50, starts=10)
FAST = Effort(processes=1, samples=30, starts=4)
ONCE = Effort(processes=1, samples=1, starts=1, seconds=0.0)
"""Shows that everything works, and measures nothing."""


@frozen
class Race:
    """Two loops that do the same for equally many frames."""

    floor: Loop
    rival: Loop
    count: int
    """The number of frames in one loop."""

    clock: Callable[[], float] = process_time
    """The clock; by default, waiting for a processor does not count."""


@frozen
class Samples:
    """The measurements of one process, in pairs: seconds or bytes per frame."""

    values: list[float]
    floors: list[float]


def make_loop(function: Callable[[Any], object], items: Iterable[Any]) -> Loop:
    """Return a loop that calls *function* on all *items*, without overhead."""
    items = list(items)
    return lambda: deque(map(function, items), maxlen=0)


def run_race(race: Race, effort: Effort) -> Samples:
    """Run both loops in turns."""
    floor = Stopwatch(race.floor, race.clock, effort)
    rival = Stopwatch(race.rival, race.clock, effort)

    # Imported modules are many objects, and must not lengthen later collections.
    gc.collect()
    gc.freeze()

    pairs = [(floor.sample(), rival.sample()) for _ in range(effort.samples)]
    return Samples(
        values=[rival / race.count for _, rival in pairs],
        floors=[floor / race.count for floor, _ in pairs],
    )


def run_cold_race(
    floor: Callable[[Any], object],
    rival: Callable[[Any], object],
    pairs: Sequence[tuple[Any, Any]],
    effort: Effort,
) -> Samples:
    """Run both functions in turns, each time after work that fills the caches.

    Args:
        floor: What *rival* is compared with.
        rival: The function to time.
        pairs: Inputs for both.
        effort: How many samples to take.
    """
    pairs = pairs[:: max(1, len(pairs) // COLD_CALLS)]
    for one, other in pairs:  # compiles what there is to compile
        floor(one)
        rival(other)

    # A median: other processes make a call slower, and an empty cache every call.
    samples = Samples([], [])
    for _ in range(min(effort.samples, COLD_SAMPLES)):
        times = [
            (_time_cold(len, one), _time_cold(floor, one), _time_cold(rival, other))
            for one, other in pairs
        ]
        empty, *rest = map(median, zip(*times, strict=True))
        for seconds, values in zip(rest, (samples.floors, samples.values), strict=True):
            values.append(max(seconds - empty, 1e-9))
    return samples


def _time_cold(function: Callable[[Any], object], item: Any) -> float:
    """Time one call after other work, in seconds."""
    json.loads(json.dumps(sorted(OTHER_WORK, key=str)))
    start = perf_counter()
    result = function(item)
    seconds = perf_counter() - start
    del result
    return seconds


class Stopwatch:
    """Times one loop."""

    def __init__(self, loop: Loop, clock: Callable[[], float], effort: Effort) -> None:
        """Find the number of runs of *loop* for one sample; this also warms it up."""
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
