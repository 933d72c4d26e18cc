"""Growth of costs: with the items of a response, its deltas, audio, and a file."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import log
from pathlib import Path
from statistics import linear_regression
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from attrs import evolve, frozen

from benchmarks.cases import generate_mix
from benchmarks.chart import Line, Panel
from benchmarks.contenders import native_methods, pure_methods
from benchmarks.frames import Frame, FrameMaker
from benchmarks.measure import Effort, Race, run_race
from benchmarks.session import Session, Turn, generate_session
from rtmodels import RealtimeResponse, RealtimeServerEvent, ResponseAccumulator
from rtmodels.adapters import JsonAdapter
from rtmodels.native import available

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

    ours: Mapping[str, Callable[[Any], object]]
    """The functions to time: ``native``, where it can be measured, and ``pure``."""

    floor: Callable[[Any], object]

    def measure(self, effort: Effort) -> "list[Growth]":
        """Time each size; the best time says most about growth."""
        return [self._measure(name, ours, effort) for name, ours in self.ours.items()]

    def _measure(
        self, name: str, ours: Callable[[Any], object], effort: Effort
    ) -> "Growth":
        """Time each size with one function."""
        races = [
            Race(partial(self.floor, item), partial(ours, item), 1)
            for item in self.inputs
        ]
        samples = [run_race(race, effort) for race in races]
        return Growth(
            self,
            name,
            ours=[min(sample.values) for sample in samples],
            floor=[min(sample.floors) for sample in samples],
        )


@frozen
class Growth:
    """The cost of each size in seconds."""

    series: Series
    name: str
    """``native`` or ``pure``."""

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

    def best(self, other: "Growth") -> "Growth":
        """Return the lower of both costs for each size."""
        return evolve(
            self,
            ours=list(map(min, self.ours, other.ours)),
            floor=list(map(min, self.floor, other.floor)),
        )


def make_panel(growths: Sequence[Growth]) -> Panel:
    """Return the plot of one series."""
    first = growths[0]
    times = {f"rtmodels, {growth.name}": growth.ours for growth in growths}
    times["orjson.loads"] = first.floor

    lines = [
        Line(label, first.series.sizes, [seconds * 1e3 for seconds in costs])
        for label, costs in times.items()
    ]
    return Panel(first.series.title, first.series.unit, "milliseconds", lines)


def find_power(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """Return the power that *costs* grow with, over the larger half of the sizes."""
    half = min(len(costs) // 2, len(costs) - 2)
    xs, ys = map(log, sizes[half:]), map(log, costs[half:])
    return linear_regression(list(xs), list(ys)).slope


def measure_growth(effort: Effort) -> list[list[Growth]]:
    """Measure everything that is expected to grow linearly."""
    make = FrameMaker()
    ours, floor = find_decoders(JsonAdapter(RealtimeServerEvent)), orjson.loads
    answers = [orjson.dumps(make.response_done(count)) for count in ITEMS]
    turns = [list(map(orjson.dumps, _answer(count))) for count in DELTAS]
    audio = [orjson.dumps(make.audio_delta(make.place(), size)) for size in SIZES]

    with TemporaryDirectory() as folder:
        files = [_write_file(Path(folder), lines) for lines in LINES]
        gather = {name: partial(_gather, decode) for name, decode in ours.items()}
        read = {name: _read_with(decode) for name, decode in ours.items()}
        all_series = [
            Series("Items in a response", "items", ITEMS, answers, ours, floor),
            Series("Deltas gathered", "deltas", DELTAS, turns, gather, _parse),
            Series("Audio in a delta", "bytes of PCM", SIZES, audio, ours, floor),
            Series("Frames in a file", "lines", LINES, files, read, _read_with(floor)),
        ]
        return [series.measure(effort) for series in all_series]


def _answer(deltas: int) -> list[Frame]:
    """Make a spoken answer with this number of deltas."""
    return generate_session(Session((Turn(words=deltas),)), seed=0)


def find_decoders(adapter: Any) -> dict[str, Callable[[Any], Any]]:
    """Return ``decode`` of *adapter*, native if it can be, and pure."""
    return _name_methods(adapter, 0)


def find_encoders(adapter: Any) -> dict[str, Callable[[Any], Any]]:
    """Return ``encode`` likewise."""
    return _name_methods(adapter, 1)


def _name_methods(adapter: Any, index: int) -> dict[str, Callable[[Any], Any]]:
    methods = {}
    if available:
        methods["native"] = native_methods(adapter)[index]
    methods["pure"] = pure_methods(adapter)[index]
    return methods


def _gather(
    decode: Callable[[bytes], Any], frames: list[bytes]
) -> RealtimeResponse | None:
    """Decode *frames*, and return the response that they add up to."""
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
