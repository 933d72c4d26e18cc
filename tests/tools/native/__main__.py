"""``python -m tests.tools.native``, from the root of a checkout."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rtmodels.native import available

from ...paths import ROOT
from .builds import BUILDS, BuildError, prepare

UNAVAILABLE = 3
"""The exit status where there is nothing to test, such as without a compiler."""

TESTS = ("memory", "instances", "hooks", "concurrency", "columns")
"""The modules in ``tests/native`` that make sense with any build."""

NOT_TESTED = "not leave"
"""Sanitizers keep memory that was freed, so that no test can count it."""

LEAST = 0.25
"""The share of inputs that the program has to treat itself, or nothing was compared."""


def main() -> int:
    """Fuzz, and print what came of it.

    Returns:
        1 if a fault was found, or `UNAVAILABLE`.
    """
    options = read_options()
    if options.prove:
        from .planted import prove  # noqa: PLC0415 - compiles

        return prove(options.folder)

    paths = [os.environ.get("PYTHONPATH", ""), str(ROOT)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    if options.build:
        folder = options.folder / options.build
        shutil.rmtree(folder, ignore_errors=True)
        try:
            environment = prepare(options.build, folder)
        except BuildError as exc:
            print(f"no fuzzing of the extension {BUILDS[options.build].what}: {exc}")
            return UNAVAILABLE
    elif not available:
        print("no fuzzing: the extension is not installed, or is switched off")
        return UNAVAILABLE

    if options.build == "guided":
        return run_guided(options, environment)
    started = time.monotonic()
    result = run(options, environment)
    show(options, result, time.monotonic() - started)
    is_good = result.is_good and (not options.tests or run_tests(environment))
    return 0 if is_good else 1


def read_options() -> Namespace:
    """Read the command line."""
    parser = ArgumentParser(
        prog="python -m tests.tools.native",
        description="Decode and encode each input natively and in Python, and compare.",
    )
    add = parser.add_argument
    add("--inputs", type=int, default=20_000, help="how many; 20,000 by default")
    add("--first", type=int, default=0, help="the number of the first one")
    add("--seed", type=int, default=1, help="other seeds make other inputs")
    add("--jobs", type=int, default=os.cpu_count(), help="how many processes")
    add("--build", choices=list(BUILDS), help="compile a copy; else what is installed")
    add("--folder", type=Path, help="where to leave faults and builds")
    add("--threads", action="store_true", help="try other inputs in a second thread")
    add("--tests", action="store_true", help="run tests of memory and threads as well")
    add("--prove", action="store_true", help="plant faults, and see that all are found")
    options = parser.parse_args()
    options.folder = options.folder or Path(tempfile.mkdtemp(prefix="rtmodels-twins-"))
    options.folder.mkdir(parents=True, exist_ok=True)
    return options


@dataclass(frozen=True)
class Result:
    """What came of a run."""

    counts: Counter[str]
    """How many calls ended in each way."""

    faults: list[str]
    """Each fault in full."""

    @property
    def share(self) -> float:
        """The share of calls that the program treated itself."""
        native = sum(n for what, n in self.counts.items() if what.endswith("native"))
        return native / (self.counts.total() or 1)

    @property
    def is_good(self) -> bool:
        """Whether there was no fault, and enough to compare."""
        return not self.faults and self.share >= LEAST


def run(options: Namespace, environment: Mapping[str, str]) -> Result:
    """Try the inputs, in several processes."""
    jobs = max(1, min(options.jobs, options.inputs))
    bounds = [options.inputs * part // jobs for part in range(jobs + 1)]
    processes = []
    for part in range(jobs):
        first = options.first + bounds[part]
        arguments = [f"--seed={options.seed}", f"--first={first}"]
        arguments += [f"--count={bounds[part + 1] - bounds[part]}"]
        arguments += [f"--prefix={options.folder / str(part)}"]
        arguments += ["--threads"] * options.threads
        for stale in options.folder.glob(f"{part}[.-]*"):
            stale.unlink()
        command = [sys.executable, "-m", "tests.tools.native.worker", *arguments]
        processes.append(
            subprocess.Popen(
                command, env={**environment, "PYTHONHASHSEED": "0"}, stderr=-1
            )
        )

    counts: Counter[str] = Counter()
    faults: list[str] = []
    for part, process in enumerate(processes):
        _, errors = process.communicate()
        prefix = options.folder / str(part)
        faults += [path.read_text() for path in sorted(prefix.parent.glob(f"{part}-*"))]
        if process.returncode not in (0, 1) or not prefix.with_suffix(".json").exists():
            faults.append(describe_death(options, prefix, process.returncode, errors))
        else:
            counts += Counter(json.loads(prefix.with_suffix(".json").read_text()))
    return Result(counts, faults)


def run_guided(options: Namespace, environment: Mapping[str, str]) -> int:
    """Fuzz guided by coverage; print its figures, or the end of what it wrote."""
    command = [sys.executable, "-m", "tests.tools.native.guided", str(options.folder)]
    command += [f"-runs={options.inputs}", f"-seed={options.seed}"]
    done = subprocess.run(
        command, check=False, capture_output=True, env={**environment}, text=True
    )
    log = done.stdout + done.stderr
    covered = re.findall(r" cov: (\d+)", log)
    runs = re.search(r"number_of_executed_units: (\d+)", log)
    if done.returncode or not runs:
        print(log[-8000:])
        return 1
    print(f"{int(runs[1]):,} inputs, guided: ", end="")
    print(f"{covered[0]} branches by the first, {covered[-1]} by all; no fault")
    return 0


def run_tests(environment: Mapping[str, str]) -> bool:
    """Run tests in one process, and return whether they pass."""
    files = [f"tests/native/test_{name}.py" for name in TESTS]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", *files]
    options = ["--native", "-k", NOT_TESTED]
    done = subprocess.run(
        [*command, *options], check=False, cwd=ROOT, env=dict(environment)
    )
    return done.returncode == 0


def describe_death(options: Namespace, prefix: Path, status: int, errors: bytes) -> str:
    """Return what is known of a process that did not reach its last input."""
    from .inputs import Inputs  # noqa: PLC0415 - loads the library
    from .worker import SECONDS, name_current  # noqa: PLC0415 - likewise

    number = int.from_bytes(name_current(prefix).read_bytes(), "little")
    what = f"ended with status {status}"
    if status == -signal.SIGPROF:
        what = f"took more than {SECONDS} seconds of processor time"
    elif status < 0:
        what = f"was ended by {signal.Signals(-status).name}"
    tail = errors.decode(errors="replace")[-5000:]
    return f"a process {what}\n{Inputs(options.seed).make(number)}\n{tail}"


def show(options: Namespace, result: Result, seconds: float) -> None:
    """Print a table, and each fault."""
    names = sorted({what.rpartition(" native")[0] for what in result.counts} - {""})
    row = "{:<16} {:>9} {:>9}".format
    print(row("", "native", "gave up"))
    for name in names:
        count = result.counts
        print(row(name, count[f"{name} native"], count[f"{name} gave up"]))
    print(
        f"{options.inputs:,} inputs, {result.counts.total():,} calls, "
        f"{result.share:.0%} native, {seconds:.0f} s: {len(result.faults)} faults"
    )
    for fault in result.faults:
        print(f"\n{fault}")
    if result.share < LEAST:
        print(f"less than {LEAST:.0%} was native, so that little was compared")


if __name__ == "__main__":
    sys.exit(main())
