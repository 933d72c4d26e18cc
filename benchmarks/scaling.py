"""Growth of costs: with the items of a response, its deltas, audio, and a file."""

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from math import log
from pathlib import Path
from statistics import linear_regression
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from attrs import frozen

from benchmarks.cases import generate_mix
from benchmarks.chart import Line, Panel
from benchmarks.frames import Frame, FrameMaker
from benchmarks.measure import Effort, Race, run_race
from benchmarks.session import Session, Turn, generate_session
from rtmodels import RealtimeResponse, RealtimeServerEvent, ResponseAccumulator
from rtmodels.adapters import JsonAdapter

POWER_TOLERANCE = 0.1
"""Allowed excess of the power that a cost grows with, over 1 or that of parsing."""

ITEMS = (1, 3, 10, 30, 100, 300, 1_000)
SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
DELTAS = (100, 300, 1_000, 3_000, 10_000, 30_000)
LINES = (300, 1_000, 3_000, 10_000, 30_000)


@frozen
class Series:
    """The same thing in growing sizes."""

    title: str
    unit: str
    sizes: Sequence[int]
    inputs: list[Any]
    """The inputs to decode, one of each size."""

    ours: Callable[[Any], object]
    floor: Callable[[Any], object]

    def measure(self, effort: Effort) -> "Growth":
        """Time each size; the best time says most about growth."""
        races = [
            Race(partial(self.floor, item), partial(self.ours, item), 1)
            for item in self.inputs
        ]
        samples = [run_race(race, effort) for race in races]
        return Growth(
            self,
            ours=[min(sample.values) for sample in samples],
            floor=[min(sample.floors) for sample in samples],
        )


@frozen
class Growth:
    """The cost of each size in seconds."""

    series: Series
    ours: list[float]
    floor: list[float]

    def slope(self, times: list[float]) -> float:
        """Return the power that *times* grow with."""
        return find_power(self.series.sizes, times)

    @property
    def linear(self) -> bool:
        """Whether it grows linearly, or no faster than parsing does.

        Parsing itself slows down when the data outgrows the caches.
        """
        return (
            self.slope(self.ours) <= max(1.0, self.slope(self.floor)) + POWER_TOLERANCE
        )

    @property
    def panel(self) -> Panel:
        """The plot of both."""
        lines = [
            Line(label, self.series.sizes, [seconds * 1e3 for seconds in times])
            for label, times in (
                ("rtmodels, JSON", self.ours),
                ("orjson.loads", self.floor),
            )
        ]
        return Panel(self.series.title, self.series.unit, "milliseconds", lines)


def find_power(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """Return the power that *costs* grow with, over the larger half of the sizes."""
    half = min(len(costs) // 2, len(costs) - 2)
    xs, ys = map(log, sizes[half:]), map(log, costs[half:])
    return linear_regression(list(xs), list(ys)).slope


def measure_growth(effort: Effort) -> list[Growth]:
    """Measure everything that is expected to grow linearly."""
    make = FrameMaker()
    ours, floor = JsonAdapter(RealtimeServerEvent).decode, orjson.loads
    answers = [orjson.dumps(make.response_done(count)) for count in ITEMS]
    turns = [list(map(orjson.dumps, _answer(count))) for count in DELTAS]
    audio = [orjson.dumps(make.audio_delta(make.place(), size)) for size in SIZES]

    with TemporaryDirectory() as folder:
        files = [_write_file(Path(folder), lines) for lines in LINES]
        readers = _read_with(ours), _read_with(floor)
        all_series = [
            Series("Items in a response", "items", ITEMS, answers, ours, floor),
            Series("Deltas gathered", "deltas", DELTAS, turns, _gather, _parse),
            Series("Audio in a delta", "bytes of PCM", SIZES, audio, ours, floor),
            Series("Frames in a file", "lines", LINES, files, *readers),
        ]
        return [series.measure(effort) for series in all_series]


def _answer(deltas: int) -> list[Frame]:
    """Make a spoken answer with this number of deltas."""
    return generate_session(Session((Turn(words=deltas),)), seed=0)


def _gather(frames: list[bytes]) -> RealtimeResponse | None:
    """Decode *frames*, and return the response that they add up to."""
    decode = JsonAdapter(RealtimeServerEvent).decode
    accumulator = ResponseAccumulator()
    deque(map(accumulator.feed, map(decode, frames)), maxlen=0)
    return accumulator.response()


def _parse(frames: list[bytes]) -> None:
    """Parse *frames*."""
    deque(map(orjson.loads, frames), maxlen=0)


def _write_file(folder: Path, lines: int) -> Path:
    """Write this number of frames of the mix to a file, one per line."""
    mix = [orjson.dumps(frame) for frame in generate_mix()]
    path = folder / f"{lines}.jsonl"
    path.write_bytes(b"\n".join((mix * (lines // len(mix) + 1))[:lines]))
    return path


def _read_with(decode: Callable[[bytes], Any]) -> Callable[[Path], None]:
    """Make the function that decodes each line of a file."""

    def read(path: Path) -> None:
        with path.open("rb") as file:
            for line in file:
                decode(line)

    return read
