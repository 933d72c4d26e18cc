"""Runs tests on one version of a module, in a new process."""

import json
import os
import resource
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings

MEMORY = 4 << 30
"""Maximum memory of a test process, in bytes: some changes make endless loops."""

EAGER = 3
"""So many test files are collected and run on their own, before the rest."""


@dataclass
class Verdict:
    """What the tests said of one version."""

    outcome: str
    """``killed``, ``survived`` or ``timeout``."""

    seconds: float = 0.0
    """How long it took, on the processor."""

    killer: str | None = None
    """The test that noticed, if one did."""

    durations: dict[str, float] = field(default_factory=dict)
    """How long each test took."""


@dataclass(eq=False)
class _Plugin:
    """Picks and orders the tests, and remembers what became of them."""

    first: list[str]
    durations: dict[str, float]
    per_test: int
    slowest: float
    verdict: Verdict

    def pytest_configure(self) -> None:
        """Have Hypothesis try the same examples each time, and shrink none."""
        settings.register_profile(
            "mutation",
            settings.get_profile("default"),
            derandomize=True,
            database=None,
            phases=(Phase.explicit, Phase.generate),
        )
        settings.load_profile("mutation")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep some cases of each test, those that noticed before and the fast ones."""
        cases: defaultdict[str, list[pytest.Item]] = defaultdict(list)
        for item in items:
            cases[item.nodeid.partition("[")[0]].append(item)
        kept = [item for each in cases.values() for item in self._pick(each)]
        rank = {name: place for place, name in enumerate(self.first)}
        kept.sort(
            key=lambda item: (
                rank.get(item.nodeid, len(rank)),
                self.durations.get(item.nodeid, 0),
            )
        )
        items[:] = kept

    def _pick(self, items: list[pytest.Item]) -> Iterable[pytest.Item]:
        """Pick cases from all over the list, and any that noticed before."""
        if len(items) > self.per_test:
            step, first = -(-len(items) // self.per_test), set(self.first)
            items = [
                item
                for index, item in enumerate(items)
                if index % step == 0 or item.nodeid in first
            ]
        return (
            item for item in items if self.durations.get(item.nodeid, 0) < self.slowest
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember times, and the first failure."""
        durations = self.verdict.durations
        durations[report.nodeid] = durations.get(report.nodeid, 0) + report.duration
        if report.failed:
            self.verdict.killer = self.verdict.killer or report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember a test module that does not even load."""
        if report.failed:
            self.verdict.killer = self.verdict.killer or report.nodeid


def start(
    version: tuple[Path, str] | None,
    files: list[str],
    answer: Path,
    limit: int,
    **options: Any,
) -> int:
    """Start a process that tests *version*, a module and its text; return its id.

    It writes what it found to *answer*, unless it uses more than *limit* seconds of
    the processor. The modules are imported in there and nowhere else, so that nothing
    of the real ones is left in a cache.
    """
    loaded = [name for name in sys.modules if name.startswith("rtmodels.converter")]
    if loaded:
        raise RuntimeError(f"imported before the fork: {loaded}")
    process = os.fork()
    if process:
        return process
    try:
        _test(version, files, answer, limit, options)
    except BaseException:  # noqa: BLE001 - no caller is left to handle it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(0)


def _test(
    version: tuple[Path, str] | None,
    files: list[str],
    answer: Path,
    limit: int,
    options: dict[str, Any],
) -> None:
    """Run the tests in *files*, and write down what they said."""
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    log = os.open(answer.with_suffix(".log"), os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
    os.dup2(log, 1)
    os.dup2(log, 2)
    if version:
        _replace(*version)
    verdict = Verdict("survived")
    plugin = _Plugin(verdict=verdict, **options)
    quiet = "-W", "ignore::pytest.PytestAssertRewriteWarning"  # of what is preloaded
    for group in _group(files, plugin.first):
        code = pytest.main(["-xqp", "no:cacheprovider", *quiet, *group], [plugin])
        if code != pytest.ExitCode.OK:
            verdict.outcome = "killed"
            break
    verdict.seconds = time.process_time()
    part = answer.with_suffix(".part")
    part.write_text(json.dumps(vars(verdict)))
    part.rename(answer)


def _group(files: list[str], first: list[str]) -> list[list[str]]:
    """Put the files with the tests in *first* before the rest, each by itself.

    Collecting all tests takes longer than most changes need to be noticed.
    """
    eager = list(dict.fromkeys(name.partition("::")[0] for name in first))[:EAGER]
    rest = [name for name in files if name not in eager]
    return [*([name] for name in eager if name in files), rest]


def _replace(path: Path, text: str) -> None:
    """Have the import of the module at *path* read *text* instead."""
    get_code = SourceFileLoader.get_code

    def read(loader: SourceFileLoader, name: str) -> Any:
        if Path(loader.path) == path:
            return compile(text, str(path), "exec")
        return get_code(loader, name)

    SourceFileLoader.get_code = read  # type: ignore[method-assign]
