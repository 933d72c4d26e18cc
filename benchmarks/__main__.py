"""The command line: ``python -m benchmarks``."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

from attrs import evolve, frozen
from cyclopts import App, Parameter

from benchmarks import ROOT, history
from benchmarks.cases import Selection
from benchmarks.chart import draw_decode, draw_history, draw_panels
from benchmarks.contenders import STRICT, list_contenders
from benchmarks.goals import ROWS, print_goals, update_docs
from benchmarks.guard import (
    ALLOWED_GROWTH,
    ALLOWED_GROWTH_ELSEWHERE,
    check_cases,
    explain_failures,
    make_measure,
    print_checks,
)
from benchmarks.hostile import ATTACKS, draw_attacks, measure_attacks
from benchmarks.live import measure_live
from benchmarks.measure import FAST, FULL, ONCE, Effort
from benchmarks.operations import OPERATIONS
from benchmarks.processes import time_processes
from benchmarks.report import (
    print_attacks,
    print_changes,
    print_growth,
    print_live,
    print_processes,
    print_report,
)
from benchmarks.results import describe_machine
from benchmarks.run import run
from benchmarks.scaling import make_panel, measure_growth
from benchmarks.translate import measure_translation
from rtmodels.native import available

CHARTS = ROOT / "benchmarks" / "results"
BUILD = ROOT / "build" / "benchmarks"

app = App(
    name="python -m benchmarks",
    help="Speed and memory, compared with other libraries.",
    version_flags=[],
)


@Parameter(name="*")
@frozen
class Options:
    """How to measure."""

    frames: Path | None = None
    """A recording of your own to measure on: JSON Lines of what a server sent."""

    fast: bool = False
    """Take few samples."""

    once: bool = False
    """Take one sample of the smallest case, to see that everything works."""

    @property
    def effort(self) -> Effort:
        """How long to measure."""
        if self.once:
            print_status(
                "one sample of the smallest case: the figures will mean nothing"
            )
        return ONCE if self.once else FAST if self.fast else FULL

    @property
    def selection(self) -> Selection:
        """Which frames to measure on."""
        frames = str(self.frames.absolute()) if self.frames else None
        return Selection(frames, self.once)


DEFAULTS = Options()


@app.default
def compare_contenders(
    *,
    contender: list[str] | None = None,
    operation: list[str] | None = None,
    output: Path = BUILD / "contenders.json",
    options: Options = DEFAULTS,
) -> int:
    """Check that all contenders agree, time them, and draw a chart.

    Args:
        contender: Only these files in ``benchmarks/contenders``.
        operation: Only these operations.
        output: Where to write the result, which ``python -m pyperf`` reads too.
        options: How to measure.
    """
    names, titles = contender or list_contenders(), operation or list(OPERATIONS)
    results = run(names, titles, options.effort, options.selection, print_status)
    print_report(results)
    results.dump(output)

    if not options.once and "decode" in titles:
        draw_decode(results, BUILD / "decode")
        print_status(f"drew {BUILD / 'decode'}.svg and .png")
    return 0


@app.command
def goals(
    *,
    python: Annotated[list[str] | None, Parameter(negative=())] = None,
    write: Annotated[bool, Parameter(negative=())] = False,
    options: Options = DEFAULTS,
) -> int:
    """Print the ratios of the docs and all goals; exit with 1 if one is missed.

    Args:
        python: Run on this interpreter, in an environment that uv makes for it. May be
            repeated: ``--python 3.11 --python 3.13``.
        write: Write the ratios into ``docs/speed.md``, and draw them.
        options: How to measure.
    """
    if python:
        arguments = ["goals", *to_arguments(options)]
        return max(run_elsewhere(version, arguments) for version in python)

    names = [*ROWS, *STRICT]
    titles = ["decode", "strict", "encode", "encode_audio", "memory", "errors"]
    results = run(names, titles, options.effort, options.selection, print_status)
    results.timings |= time_processes(options.effort, print_status).timings
    results.dump(BUILD / "goals.json")
    if write:
        results.dump(CHARTS / "goals.json.gz")
        update_docs(ROOT, results)
        draw_decode(results, CHARTS / "decode")
    return int(not print_goals(results))


@app.command
def track(*, options: Options = DEFAULTS) -> int:
    """Measure the library's own adapters, and append the ratios to the history.

    Run this for each change that lands: `guard` compares with what it records.
    """
    names = [name for name in list_contenders() if name.startswith("rtmodels")]
    titles = [title for title in OPERATIONS if not title.startswith("threads")]
    results = run(names, titles, options.effort, options.selection, print_status)
    results.dump(BUILD / "track.json")
    print_report(results)

    # Ratios of other frames are no baseline for the generated ones.
    if not (options.once or options.frames):
        commit, subject = history.find_commit(), history.find_subject()
        history.append(history.make_record(results, commit, subject))
        print_status(f"appended to {history.HISTORY}")
    return 0


@app.command
def guard() -> int:
    """Compare with the newest record of this Python; exit with 1 if a case is slower.

    A case fails if its ratio to orjson is over 1.25 times the recorded one in three
    tries; 1.6 times if no record is of this processor. Takes some seconds, in one
    process.
    """
    machine = describe_machine()
    record = history.find_baseline(machine["python"], machine["processor"])
    if record is None:
        print_status(
            f"the history has no record of {machine['python']}: all cases are skipped"
        )
        return 0

    print(f"{machine['python']}, compared with {record.title}\n")
    recorded = {name: ratio.middle for name, ratio in record.ratios.items()}
    is_alike = record.processor == machine["processor"]
    growth = ALLOWED_GROWTH if is_alike else ALLOWED_GROWTH_ELSEWHERE
    checks = check_cases(recorded, make_measure(), growth, native=available)
    print_checks(checks)

    for line in explain_failures(checks, record, machine):
        print_status(line)
    return int(any(check.over for check in checks))


@app.command
def compare(before: str, after: str) -> int:
    """Print what changed beyond noise; exit with 1 if a ratio is 10 per cent higher.

    Args:
        before: A commit in the history, or a file that one of the commands wrote.
        after: Another.
    """
    try:
        compared = list(history.compare_records(before, after))
    except history.NoRecordError as exc:
        print_status(str(exc))
        return 2

    if not compared:
        print_status("no interpreter and processor is in both")
        return 2

    for record, changes in compared:
        print_changes(record, changes)
    return int(any(c.regression for _, changes in compared for c in changes))


@app.command
def plot() -> int:
    """Draw the history."""
    draw_history(history.read_history(), CHARTS / "history")
    return 0


@app.command
def scaling(*, options: Options = DEFAULTS) -> int:
    """Show that costs grow linearly, and draw it; exit with 1 if they do not."""
    growths = measure_growth(options.effort)
    print_growth(growths)
    if not options.once:
        draw_panels(list(map(make_panel, growths)), CHARTS / "scaling")
    is_linear = all(growth.linear for series in growths for growth in series)
    return int(not options.once and not is_linear)


@app.command
def live(*, options: Options = DEFAULTS) -> int:
    """Time the decoding of frames of the Live API, in terms of ``orjson.loads``."""
    print_live(measure_live(options.effort))
    return 0


@app.command
def translate(recording: Path, *, options: Options = DEFAULTS) -> int:
    """Time the translation of frames between dialects, beside orjson.

    Args:
        recording: JSON Lines of messages with ``server``, ``direction`` and ``value``.
        options: How to measure.
    """
    costs = measure_translation(recording, 1 if options.once else 20)
    for cost in costs:
        pair = f"{cost.source} -> {cost.target}"
        print(
            f"{pair:18} {cost.micros:6.1f} us a frame, {cost.ratio:5.1f} times orjson"
        )
    total = sum(cost.frames for cost in costs)
    mean = sum(cost.micros * cost.frames for cost in costs) / total
    print(f"{'mean':18} {mean:6.1f} us a frame")
    return 0


@app.command
def hostile(*, options: Options = DEFAULTS) -> int:
    """Show that the worst inputs cost little, and linearly; exit with 1 if not."""
    smaller = [evolve(attack, sizes=attack.sizes[:2]) for attack in ATTACKS]
    attacks = smaller if options.once else ATTACKS
    costs = measure_attacks(attacks, options.effort, print_status)
    print_attacks(costs)
    if not options.once:
        draw_attacks(costs, CHARTS / "hostile")
    return int(not options.once and any(cost.fails for cost in costs))


@app.command(name="processes")
def show_processes(*, options: Options = DEFAULTS) -> int:
    """Time imports, and the first decoded frame of a fresh process."""
    print_processes(time_processes(options.effort, print_status))
    return 0


@app.command
def archives(
    *,
    recordings: Path | None = None,
    write: Annotated[bool, Parameter(negative=())] = False,
    options: Options = DEFAULTS,
) -> int:
    """Convert archives and ask questions of them; exit with 1 if the goal is missed.

    Args:
        recordings: A folder with real traffic, as JSON Lines of events, to show what
            each contender loses of it.
        write: Write the figures into ``docs/speed.md``, and draw them.
        options: How to measure.
    """
    from benchmarks.archive_chart import draw_archives  # noqa: PLC0415 - pyarrow
    from benchmarks.archive_report import (  # noqa: PLC0415
        print_archives,
        update_archive_docs,
    )
    from benchmarks.archives import (  # noqa: PLC0415
        FULL_SCALE,
        SMALL_SCALE,
        measure_archives,
    )

    scale = SMALL_SCALE if options.once else FULL_SCALE
    paths = sorted(recordings.absolute().glob("*.jsonl")) if recordings else []
    results = measure_archives(options.effort, scale, paths, print_status)
    results.dump(BUILD / "archives.json")
    reached = print_archives(results)

    draw_archives(results, (CHARTS if write else BUILD) / "archives")
    if write:
        results.dump(CHARTS / "archives.json.gz")
        update_archive_docs(ROOT, results)
    return int(not options.once and not reached)


def to_arguments(options: Options) -> list[str]:
    """Write *options* as they are typed."""
    frames = ["--frames", str(options.frames.absolute())] if options.frames else []
    flags = [f"--{name}" for name in ("fast", "once") if getattr(options, name)]
    return frames + flags


def run_elsewhere(version: str, arguments: list[str]) -> int:
    """Run ``python -m benchmarks`` on the interpreter *version*."""
    command = ["uv", "run", "--isolated", "--no-progress", "--python", version]
    command += ["--all-extras", "--group", "bench", "python", "-m", "benchmarks"]
    environment = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    return subprocess.run(
        [*command, *arguments], cwd=ROOT, env=environment, check=False
    ).returncode


def print_status(text: str) -> None:
    """Print *text* to stderr, apart from the tables."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(app())
