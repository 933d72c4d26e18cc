"""``python -m tests.tools.mutation``, from the root of a checkout."""

import argparse
import gc
import importlib
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from math import inf
from pathlib import Path

from .judge import Verdict, start
from .mutants import Mutant, make_mutants

CONVERTER = [
    "_values",
    "_scalars",
    "_source",
    "_dispatch",
    "_shapes",
    "_plan",
    "_hook",
    "_binding",
    "_configure",
    "_options",
    "_issues",
    "structure/_codegen",
    "structure/_errors",
    "structure/_factory",
    "structure/_recovery",
    "unstructure/_codegen",
    "unstructure/_factory",
    "unstructure/_fallback",
    "json_schema/__init__",
    "json_schema/_builder",
    "json_schema/_docstrings",
]
ADAPTERS = ["_audio", "_schema", "_base", "json", "msgpack", "dicts"]

SCHEMA_MODULES = {
    "json_schema/__init__",
    "json_schema/_builder",
    "json_schema/_docstrings",
    "_schema",
}
"""The modules that write JSON Schema, and have tests of their own."""

SCHEMA_TESTS = [
    "tests/converter/test_json_schema_shapes.py",
    "tests/converter/test_json_schema.py",
    "tests/adapters/test_pydantic_schema.py",
]
TESTS = [
    *(
        f"tests/converter/test_{name}.py"
        for name in [
            "base64",
            "bounds",
            "dense",
            "encode_issues",
            "encode_values",
            "extra",
            "fast_pass",
            "generated_code",
            "giving_up",
            "issue_paths",
            "issues",
            "max_output_tokens",
            "modes",
            "nulls",
            "own_unions",
            "recursive_models",
            "secrets",
            "subclass_rules",
            "twin",
            "unions",
            "user_classes",
            "user_hooks",
            "user_subclasses",
        ]
    ),
    *(
        f"tests/adapters/test_{name}.py"
        for name in [
            "adapters",
            "audio_path",
            "bad_input",
            "families",
            "limits",
            "round_trip",
        ]
    ),
]

PRELOADED = [
    "cattrs.preconf.json",
    "cattrs.preconf.msgspec",
    "jsonschema",
    "msgspec",
    "orjson",
    "psycopg",
    "pybase64",
    "redis",
    "uvicorn",
    "rtmodels.schema.beta",
    "rtmodels.schema.events",
    "rtmodels.schema.translation",
]
"""What every test process needs, and no change reaches: it is imported once."""

SECONDS = 150
"""Maximum CPU time for the tests of one version, in seconds."""


@dataclass
class Job:
    """One version that is being tested."""

    mutant: Mutant | None
    answer: Path
    process: int
    deadline: float


@dataclass
class Judge:
    """Tests versions of one module, some at a time."""

    files: list[str]
    folder: Path
    processes: int
    durations: dict[str, float] = field(default_factory=dict)
    killers: Counter[str] = field(default_factory=Counter)

    def measure(self, per_test: int) -> None:
        """Test the real module, which must pass, and learn how long each test takes."""
        ((_, verdict),) = self.judge([None], per_test)
        if verdict.outcome != "survived":
            log = next(self.folder.glob("*.log")).read_text()[-2000:]
            raise SystemExit(f"{verdict.killer} fails without any change\n{log}")
        self.durations |= verdict.durations

    def judge(
        self, mutants: list[Mutant | None], per_test: int, slowest: float = inf
    ) -> Iterator[tuple[Mutant | None, Verdict]]:
        """Test each of *mutants* by at most *per_test* cases of each test.

        Tests that take *slowest* seconds, or longer, are left out.
        """
        waiting, running = list(enumerate(mutants)), []
        while waiting or running:
            while waiting and len(running) < self.processes:
                running.append(self._start(*waiting.pop(0), per_test, slowest))
            time.sleep(0.02)
            for job in list(running):
                if verdict := self._finish(job):
                    running.remove(job)
                    if verdict.killer:
                        self.killers[verdict.killer] += 1
                    yield job.mutant, verdict

    def _start(
        self, number: int, mutant: Mutant | None, per_test: int, slowest: float
    ) -> Job:
        """Start the test of one version."""
        answer = self.folder / f"{number}.json"
        answer.unlink(missing_ok=True)
        process = start(
            (mutant.path, mutant.text) if mutant else None,
            self.files,
            answer,
            SECONDS,
            first=[name for name, _ in self.killers.most_common()],
            durations=self.durations,
            per_test=per_test,
            slowest=slowest,
        )
        return Job(mutant, answer, process, time.monotonic() + 10 * SECONDS)

    def _finish(self, job: Job) -> Verdict | None:
        """Return the verdict, or ``None`` while the job runs."""
        if time.monotonic() > job.deadline:  # it waits for something
            os.kill(job.process, signal.SIGKILL)
        done, _ = os.waitpid(job.process, os.WNOHANG)
        if not done:
            return None
        if not job.answer.exists():
            return Verdict("timeout")
        return Verdict(**json.loads(job.answer.read_text()))


def main() -> int:
    """Print a table of what the tests noticed, and what they did not."""
    options = _read_options()
    for name in PRELOADED:
        importlib.import_module(name)
    gc.freeze()  # so that the pages stay shared
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        judges: dict[bool, Judge] = {}
        for name in options.modules:
            package = "adapters" if name in ADAPTERS else "converter"
            count, mutants = make_mutants(_find(name), options.sample, options.seed)
            kind = name in SCHEMA_MODULES
            if kind not in judges:
                files = SCHEMA_TESTS if kind else TESTS
                judges[kind] = Judge(files, Path(folder), options.processes)
                judges[kind].measure(options.cases)
            found = _judge_module(judges[kind], name, mutants, options)
            rows.append((f"{package}/{name}.py", count, found))
    _print_table(rows)
    return 0


def _read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.tools.mutation",
        description="See which small changes to the converter and the core adapters "
        "the tests notice.",
    )
    names = [*CONVERTER, *ADAPTERS]
    parser.add_argument(
        "modules", nargs="*", metavar="MODULE", help=f"of {', '.join(names)}; or all"
    )
    parser.add_argument(
        "--sample",
        type=int,
        default=sys.maxsize,
        help="so many changes to each module, instead of all",
    )
    parser.add_argument("--seed", type=int, default=0, help="which these are")
    parser.add_argument("--processes", type=int, default=1, help="at a time")
    parser.add_argument("--lines", help="changes in these lines only: 10-25")
    parser.add_argument(
        "--cases", type=int, default=3, help="so many of each test are asked first"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="do not ask all tests about what some cases of each have let pass",
    )
    options = parser.parse_args()
    options.modules = options.modules or names
    if unknown := set(options.modules) - set(names):
        parser.error(f"no such module: {', '.join(sorted(unknown))}")
    return options


def _find(name: str) -> Path:
    """Find the file of a module, without importing it."""
    if name in ADAPTERS:
        spec = find_spec("rtmodels.adapters")
        return Path(spec.origin).parent / f"{name}.py"
    spec = find_spec("rtmodels")
    return Path(spec.origin).parent / "converter" / f"{name}.py"


def _judge_module(
    judge: Judge, name: str, mutants: list[Mutant], options: argparse.Namespace
) -> list[tuple[Mutant, Verdict]]:
    """Judge by a few cases of each test, and what these let pass by all of them."""
    if options.lines:
        low, high = map(int, options.lines.split("-"))
        mutants = [mutant for mutant in mutants if low <= mutant.line <= high]
    found, passed = [], []
    for mutant, verdict in judge.judge(mutants, options.cases, SLOW):
        if verdict.outcome == "survived" and not options.quick:
            passed.append(mutant)
        else:
            found.append((mutant, verdict))
            _show(name, mutant, verdict)
    for mutant, verdict in judge.judge(passed, sys.maxsize):
        found.append((mutant, verdict))
        _show(name, mutant, verdict)
    return found


SLOW = 0.3
"""Tests that take more seconds than this are not asked first."""


def _show(name: str, mutant: Mutant, verdict: Verdict) -> None:
    """Print one change that no test noticed."""
    text = f"{verdict.outcome} {name}:{mutant.line} {verdict.seconds:.1f} s"
    if verdict.outcome == "killed":
        print(f"{text}  {verdict.killer}", flush=True)
    else:
        print(f"{text}\n  - {mutant.before}\n  + {mutant.after}", flush=True)


def _print_table(rows: list[tuple[str, int, list[tuple[Mutant, Verdict]]]]) -> None:
    """Print how many changes there are to each module, and what became of them."""
    heads = "module", "all", "tried", "killed", "survived", "timeouts", "score"
    print("{:38}{:>7}{:>7}{:>8}{:>10}{:>10}{:>8}".format(*heads))
    total: Counter[str] = Counter()
    for name, count, found in rows:
        outcomes = Counter(verdict.outcome for _, verdict in found)
        outcomes["all"] = count
        total += outcomes
        _print_row(name, outcomes)
    _print_row("all", total)


def _print_row(name: str, outcomes: Counter[str]) -> None:
    """Print one row; a change that makes the tests run on for ever is noticed too."""
    noticed = outcomes["killed"] + outcomes["timeout"]
    tried = noticed + outcomes["survived"]
    score = f"{noticed / tried:.0%}" if tried else ""
    print(
        f"{name:38}{outcomes['all']:7}{tried:7}{outcomes['killed']:8}"
        f"{outcomes['survived']:10}{outcomes['timeout']:10}{score:>8}"
    )


if __name__ == "__main__":
    sys.exit(main())
