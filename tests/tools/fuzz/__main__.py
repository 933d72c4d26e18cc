"""``python -m tests.tools.fuzz [TARGET ...]``, from the root of a checkout."""

import argparse
import os
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ...paths import ROOT


def main() -> int:
    """Fuzz, and print what came of it; return 1 if a fault was found."""
    options = read_options()
    if find_spec("atheris") is None:
        print(f"no fuzzing: Python {sys.version.split()[0]} has no atheris; get it by")
        print("`uv sync --group fuzz`, on CPython 3.11 to 3.13 under Linux")
        return 2
    if os.environ.get("PYTHONHASHSEED") != "0":
        restart()
    if options.prove:
        from .planted import prove  # noqa: PLC0415 - the hash seed comes first

        return prove(options.folder)
    from .engine import TARGETS  # noqa: PLC0415 - instruments, which takes seconds

    names = options.targets or list(TARGETS)
    if unknown := set(names) - set(TARGETS):
        print(f"no such target: {', '.join(unknown)}; there are {', '.join(TARGETS)}")
        return 2
    results = run(names, options)
    show(results)
    faults = [fault for result in results for fault in result.faults]
    for fault in faults:
        print(f"{fault}: {fault.read_text().splitlines()[0]}")
    return 1 if faults or any(result.crashed for result in results) else 0


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.tools.fuzz",
        description="Feed the decoders odd inputs; those that break a law are kept.",
    )
    add = parser.add_argument
    add("targets", nargs="*", metavar="TARGET", help="what to fuzz; all by default")
    add("--runs", type=int, default=2000, help="how many inputs for each target")
    add("--seconds", type=int, default=0, help="stop each target after so long")
    add("--seed", type=int, default=1, help="other seeds try other inputs")
    add("--jobs", type=int, default=os.cpu_count(), help="how many at a time")
    add("--folder", type=Path, help="where to leave faults, logs and the corpus")
    add("--first", action="store_true", help="stop a target at its first fault")
    add("--prove", action="store_true", help="plant faults, and see that all are found")
    options = parser.parse_args()
    options.folder = options.folder or Path(tempfile.mkdtemp(prefix="rtmodels-fuzz-"))
    options.folder.mkdir(parents=True, exist_ok=True)
    return options


def restart() -> None:
    """Start again with what makes two runs equal: the order in sets."""
    paths = [os.environ.get("PYTHONPATH", ""), str(ROOT)]
    changes = {"PYTHONHASHSEED": "0", "PYTHONSAFEPATH": "1"}
    changes["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    command = [sys.executable, "-m", "tests.tools.fuzz", *sys.argv[1:]]
    os.execve(sys.executable, command, {**os.environ, **changes})  # noqa: S606


def run(names: list[str], options: argparse.Namespace) -> list[Any]:
    """Fuzz the targets called *names*, a few at a time."""
    from .engine import Job, read_result, warm_up  # noqa: PLC0415 - as above

    limits = options.runs, options.seconds, options.seed, options.first
    waiting = list(names)
    running: dict[Any, Any] = {}
    results = {}
    while waiting or running:
        while waiting and len(running) < options.jobs:
            name = waiting.pop(0)
            job = Job(name, *warm_up(name), options.folder, *limits)
            running[job.start()] = job
        time.sleep(0.1)
        for process in [p for p in running if not p.is_alive()]:
            job = running.pop(process)
            results[job.name] = read_result(job, process.exitcode)
    return [results[name] for name in names]


def show(results: list[Any]) -> None:
    """Print a table."""
    row = "{:<32} {:>8} {:>8} {:>8} {:>8} {:>7}".format
    print(row("target", "inputs", "by seeds", "branches", "corpus", "faults"))
    for result in results:
        faults = len(result.faults) + (result.crashed and not result.faults)
        counts = result.runs, result.before, result.after, result.corpus
        print(row(result.name, *counts, faults))
    total = sum(len(result.faults) for result in results)
    print(row("total", sum(result.runs for result in results), "", "", "", total))


if __name__ == "__main__":
    sys.exit(main())
