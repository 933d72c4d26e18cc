"""Checks that decoding and encoding are as fast as the history records.

All is measured in one process, in turns with orjson and by CPU time, so that the ratios
hold on a machine that is busy with other work.
"""

from collections.abc import Callable, Iterator, Mapping
from math import inf

from attrs import define, field

from benchmarks.cases import ALL, TITLES, Selection, make_cases
from benchmarks.contenders import LIBRARIES, PURE_LIBRARY
from benchmarks.history import Record
from benchmarks.measure import Effort
from benchmarks.operations import OPERATIONS
from benchmarks.report import print_table
from benchmarks.results import Results
from benchmarks.wires import open_contender
from benchmarks.worker import Timing

ALLOWED_GROWTH = 1.25
"""A ratio fails if it is more than this many times the recorded one."""

ALLOWED_GROWTH_ELSEWHERE = 1.6
"""The same where the record is of another processor.

Ratios of base64 and of long strings differ by up to 45 per cent between two of them;
the slowdown that the guard was made for was 1.8 and more.
"""

TRIES = 3
"""A case fails only if all tries are over the limit."""

CASES = tuple(
    f"{operation}/{kind}/{contender}"
    for contender in LIBRARIES
    for operation in ("decode", "encode")
    for kind in TITLES
)

# Shorter runs move by more than 5 per cent on a busy machine.
SHORT = Effort(processes=1, samples=60, starts=0)

ADVICE = """\
If the change is worth its cost, record new ratios on purpose and commit the history:

    python -m benchmarks track
"""


@define
class Check:
    """One case, its recorded ratio, and what each try measured."""

    name: str
    recorded: float | None
    """``None`` if the history has no ratio for this case."""

    growth: float = ALLOWED_GROWTH
    """How many times the recorded ratio is allowed."""

    missing: bool = False
    """Whether it cannot be measured here, since the extension is missing."""

    measured: list[float] = field(factory=list)

    @property
    def best(self) -> float | None:
        """The lowest ratio of all tries."""
        return min(self.measured, default=None)

    @property
    def limit(self) -> float:
        """The highest ratio that passes; infinite if none is recorded."""
        return inf if self.recorded is None else self.recorded * self.growth

    @property
    def over(self) -> bool:
        """Whether every try so far is over the limit."""
        return self.best is not None and self.best > self.limit


def make_measure(
    effort: Effort = SHORT, selection: Selection = ALL
) -> Callable[[str], float]:
    """Return a function that measures the ratio of a case, given its name."""
    frames = {case.kind: case.frames for case in make_cases(selection)}

    def measure(name: str) -> float:
        operation, kind, contender = name.split("/")
        timed = OPERATIONS[operation].measure
        samples = timed(open_contender(contender), frames[kind], effort)

        # The same calculation as that of `track`, whose figures these are held against.
        results = Results()
        results.add(Timing(name, samples.values, samples.floors))
        ratio = results.ratio(name)
        if ratio is None:
            raise ValueError(f"{name}: nothing was timed")
        return ratio.middle

    return measure


def check_cases(
    recorded: Mapping[str, float],
    measure: Callable[[str], float],
    growth: float = ALLOWED_GROWTH,
    *,
    native: bool = True,
) -> list[Check]:
    """Measure all cases that have a record, those over the limit up to three times.

    Args:
        recorded: The ratio of each case.
        measure: Returns the ratio of a case now.
        growth: How many times the recorded ratio is allowed.
        native: Whether the extension is there to be measured.
    """
    checks = [
        Check(
            name,
            recorded.get(name),
            growth,
            missing=not native and not name.endswith(PURE_LIBRARY),
        )
        for name in CASES
    ]
    pending = [c for c in checks if c.recorded is not None and not c.missing]

    # A case waits for its next try until all others had theirs, so that a short
    # disturbance cannot spoil all tries of one case.
    for _ in range(TRIES):
        for check in pending:
            check.measured.append(measure(check.name))
        pending = [check for check in pending if check.over]

    return checks


def print_checks(checks: list[Check]) -> None:
    """Print each case with the recorded and the measured ratio."""
    rows = [
        [
            show_case(check.name),
            _show(check.recorded),
            _show(check.best),
            _describe(check),
        ]
        for check in checks
    ]
    print_table(["ratio to orjson", "recorded", "measured", ""], rows)


def explain_failures(
    checks: list[Check], record: Record, machine: Mapping[str, str]
) -> Iterator[str]:
    """Iterate over lines about the failed cases, possible causes, and what to do."""
    failed = [check for check in checks if check.over]
    if not failed:
        return

    for check in failed:
        yield (
            f"{check.name} is too slow: the best of {TRIES} ratios to orjson is "
            f"{_show(check.best)}; recorded: {_show(check.recorded)}; "
            f"limit: {check.limit:.2f}."
        )

    yield f"The recorded ratios are those of {record.title}."
    for key, here in machine.items():
        there = getattr(record, key)
        if there and there != here:
            yield f"They were recorded with {key} {there}; this is {here}."
    yield ADVICE


def show_case(name: str) -> str:
    """Return ``decode/deltas, native`` for ``decode/deltas/rtmodels_json``."""
    case, _, contender = name.rpartition("/")
    return f"{case}, {'pure' if contender == PURE_LIBRARY else 'native'}"


def _describe(check: Check) -> str:
    """Return the outcome of *check* in a word or two."""
    if check.missing:
        return "skipped: no extension"
    if check.recorded is None:
        return "skipped: no record"
    return "TOO SLOW" if check.over else "ok"


def _show(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.2f}"
