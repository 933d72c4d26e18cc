"""What was measured, in a file that ``python -m pyperf`` reads as well."""

import json
import platform
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import pyperf
from attrs import define, field, frozen

from benchmarks.worker import Note, Timing

FLOOR_SUFFIX = " (floor)"


@frozen
class Ratio:
    """A ratio to the floor, and where half of the samples lie."""

    middle: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.middle:.2f}"


@define
class Results:
    """All that one run of the benchmarks has measured on one interpreter."""

    machine: dict[str, Any] = field(factory=dict)
    timings: dict[str, list[Timing]] = field(factory=dict)
    """By name; one for each process."""

    labels: dict[str, str] = field(factory=dict)
    notes: list[Note] = field(factory=list)
    sizes: dict[str, int] = field(factory=dict)
    """The mean size of a frame of each kind, in bytes."""

    def add(self, timing: Timing) -> None:
        """Add what one process measured."""
        self.timings.setdefault(timing.name, []).append(timing)

    def ratio(self, name: str) -> Ratio | None:
        """Give the ratio of *name* to its floor, sample by sample."""
        pairs = [
            value / floor
            for timing in self.timings.get(name, ())
            for value, floor in zip(timing.values, timing.floors, strict=False)
        ]
        if not pairs:
            return None
        low, _, high = quantiles(pairs, n=4) if len(pairs) > 1 else pairs * 3
        return Ratio(median(pairs), low, high)

    def value(self, name: str) -> float | None:
        """Give the median of what was measured under *name*."""
        values = [v for timing in self.timings.get(name, ()) for v in timing.values]
        return median(values) if values else None

    def dump(self, path: Path) -> None:
        """Write everything to *path*, as pyperf does."""
        path.parent.mkdir(parents=True, exist_ok=True)
        about = {
            "python": self.machine["python"],
            "processor": self.machine["processor"],
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
        """Read what `dump` wrote."""
        suite = pyperf.BenchmarkSuite.load(str(path))
        runs = {
            benchmark.get_name(): [run.values for run in benchmark.get_runs()]
            for benchmark in suite.get_benchmarks()
        }
        about = suite.get_metadata()
        results = cls(
            machine={key: about[key] for key in ("python", "processor")},
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


def describe_machine() -> dict[str, str]:
    """Name the interpreter and the processor; not the machine."""
    metadata = pyperf.Run([1.0]).get_metadata()
    python = platform.python_version()
    if not getattr(__import__("sys"), "_is_gil_enabled", lambda: True)():
        python += "t"
    return {
        "python": f"{platform.python_implementation()} {python}",
        "processor": metadata.get("cpu_model_name") or platform.machine(),
    }
