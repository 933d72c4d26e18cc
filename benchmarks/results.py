"""Measurements, in a file that ``python -m pyperf`` reads as well."""

import json
import platform
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import orjson
import pyperf
from attrs import define, field, frozen

from benchmarks.cases import TITLES
from benchmarks.worker import Note, Timing

BLOCK = 10

FLOOR_SUFFIX = " (floor)"

MACHINE = ("python", "processor", "orjson", "cores", "load_before", "load_after")
"""What `describe_machine` returns; files of older versions lack some of it."""


SHOWN_EXACTLY = 10
"""Ratios from here on are shown as whole numbers."""


def show_ratio(ratio: float) -> str:
    """Return *ratio* as tables and pictures show it."""
    return f"{ratio:{'.2f' if ratio < SHOWN_EXACTLY else '.0f'}}"


@frozen
class Ratio:
    """A ratio to the floor, and the range of four fifths of the measurements."""

    middle: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.middle:.2f}"


@define
class Results:
    """The measurements of one run of the benchmarks, on one interpreter."""

    machine: dict[str, Any] = field(factory=dict)
    timings: dict[str, list[Timing]] = field(factory=dict)
    """By name; one for each process."""

    labels: dict[str, str] = field(factory=dict)
    notes: list[Note] = field(factory=list)
    sizes: dict[str, int] = field(factory=dict)
    """The mean size of a frame of each kind, in bytes."""

    def add(self, timing: Timing) -> None:
        """Add the measurements of one process."""
        self.timings.setdefault(timing.name, []).append(timing)

    def ratio(self, name: str) -> Ratio | None:
        """Return the ratio of *name* to its floor, block by block."""
        ratios = [
            min(values) / min(floors)
            for timing in self.timings.get(name, ())
            for values, floors in zip(
                _split(timing.values), _split(timing.floors), strict=False
            )
        ]
        if not ratios:
            return None

        if len(ratios) == 1:
            ratios *= 2
        low, *_, high = quantiles(ratios, n=10, method="inclusive")
        return Ratio(median(ratios), low, high)

    def value(self, name: str) -> float | None:
        """Return the value of *name*: the median of the best of each block."""
        best = [
            min(values)
            for timing in self.timings.get(name, ())
            for values in _split(timing.values)
        ]
        return median(best) if best else None

    def is_lossy(self, contender: str, kind: str) -> bool:
        """Return whether *contender* loses something of this kind of frame."""
        return any(
            (note.contender, note.subject) == (contender, kind) for note in self.notes
        )

    def kinds(self, operation: str) -> list[str]:
        """List the kinds of frame that *operation* was timed on."""
        timed = {name.rpartition("/")[0] for name in self.timings}
        return [kind for kind in TITLES if f"{operation}/{kind}" in timed]

    def dump(self, path: Path) -> None:
        """Write everything to *path*, as pyperf does."""
        path.parent.mkdir(parents=True, exist_ok=True)
        about = {
            **self.machine,
            "labels": json.dumps(self.labels),
            "sizes": json.dumps(self.sizes),
            "notes": json.dumps([vars(note) for note in self.notes]),
        }

        benchmarks = [
            pyperf.Benchmark(
                [
                    pyperf.Run(
                        values,
                        metadata={**about, "name": name + suffix, "unit": unit},
                        collect_metadata=False,
                    )
                    for values in runs
                ]
            )
            for name, timings in self.timings.items()
            for unit in ["byte" if name.startswith("memory/") else "second"]
            for suffix, runs in [
                ("", [timing.values for timing in timings]),
                (FLOOR_SUFFIX, [t.floors for t in timings if t.floors]),
            ]
            if runs
        ]

        pyperf.BenchmarkSuite(benchmarks).dump(str(path), replace=True)

    @classmethod
    def load(cls, path: Path) -> "Results":
        """Read a file that `dump` wrote."""
        suite = pyperf.BenchmarkSuite.load(str(path))
        runs = {
            benchmark.get_name(): [run.values for run in benchmark.get_runs()]
            for benchmark in suite.get_benchmarks()
        }

        about = suite.get_metadata()
        results = cls(
            machine={key: about[key] for key in MACHINE if key in about},
            labels=json.loads(about["labels"]),
            sizes=json.loads(about["sizes"]),
            notes=[Note(**note) for note in json.loads(about["notes"])],
        )

        for name, values in runs.items():
            if not name.endswith(FLOOR_SUFFIX):
                floors = runs.get(name + FLOOR_SUFFIX, [()] * len(values))
                for pair in zip(values, floors, strict=True):
                    results.add(Timing(name, *map(list, pair)))
        return results


def _split(samples: list[float]) -> list[list[float]]:
    """Split *samples* into blocks.

    Only the best of a block counts: other work on the machine makes a sample slower,
    and never faster. Blocks are short, so that a phase in which the machine is slower
    affects both sides of a ratio.
    """
    return [samples[i : i + BLOCK] for i in range(0, len(samples), BLOCK)]


def describe_machine() -> dict[str, str]:
    """Return the interpreter, the processor and orjson's version; no host name."""
    metadata = pyperf.Run([1.0]).get_metadata()
    python = platform.python_version()
    if not getattr(__import__("sys"), "_is_gil_enabled", lambda: True)():
        python += "t"
    return {
        "python": f"{platform.python_implementation()} {python}",
        "processor": metadata.get("cpu_model_name") or platform.machine(),
        "orjson": orjson.__version__,
    }
