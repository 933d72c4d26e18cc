"""What the tests share: sample and captured traffic, Hypothesis profiles, and options.

A test that needs extras says so by the mark ``needs``, a module by its ``pytestmark``.
Nothing is skipped for want of them: without options all extras have to be there.
"""

import ast
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import metadata
from pathlib import Path
from typing import Any, Literal
from warnings import catch_warnings

import pytest
from hypothesis import HealthCheck, settings

import rtmodels.native

from .paths import CAPTURES, ROOT, SAMPLE
from .processes import find_children, wait_for_end
from .servers import run_postgres, run_redis

# Benchmarks and tools are modules of the checkout. It comes last, so that an installed
# wheel is what is tested.
sys.path.append(str(ROOT))

# Subprocesses too import the rtmodels that is installed, not the folder they start in.
os.environ["PYTHONSAFEPATH"] = "1"

settings.register_profile(
    "default",
    deadline=None,  # these machines are noisy
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=int(os.environ.get("RTMODELS_EXAMPLES", "15")),
)
settings.load_profile("default")


APPLICATIONS = {"celery", "fastapi"}
"""What tests need besides extras, and brings libraries of several extras along."""

NAMES = {*(metadata("rtmodels").get_all("Provides-Extra") or ()), *APPLICATIONS}


ELSEWHERE = {
    ROOT / "tests" / name
    for name in ("benchmarks", "docs", "engines", "frameworks", "release")
}
"""Folders whose tests need groups, or an environment of their own.

They run when they or the complete run are named.
"""

LEFT = pytest.StashKey[int]()
"""How many tests were left to the complete run."""

COMPLETE = "uv run nox -s complete"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that say what is installed."""
    parser.addoption(
        "--alone",
        metavar="EXTRA",
        help="only this extra is installed, or none if empty; run what that enables",
    )
    parser.addoption(
        "--complete",
        action="store_true",
        help="run the tests marked `complete` too; all groups are installed, so that a"
        " missing library is an error",
    )
    parser.addoption(
        "--native",
        action="store_true",
        help="fail if the native program cannot be used",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make sure of what the options say is there."""
    if config.getoption("--native") and not rtmodels.native.available:
        raise pytest.UsageError("--native: the extension is not there, or switched off")
    # With all groups, an optional library that is missing is an error.
    if config.getoption("--complete"):
        pytest.importorskip = import_anyway


def asks_for_all(config: pytest.Config) -> bool:
    """Check whether the whole suite is to run, and not the files that someone named."""
    folder = config.invocation_params.dir
    asked = {(folder / name).resolve() for name in config.args}
    return not asked.isdisjoint({ROOT, ROOT / "tests"})


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Run the whole suite on all cores, unless an option of pytest-xdist decides."""
    # Workers come through here too, and must not start workers.
    is_worker = hasattr(config, "workerinput")
    if is_worker or not config.pluginmanager.hasplugin("xdist"):
        return

    option = config.option
    decided = option.numprocesses is not None or option.tx or option.dist != "no"
    # Of one extra alone, which is little, other processes test other extras.
    decided = decided or option.alone is not None
    if decided or option.usepdb or option.collectonly or not asks_for_all(config):
        return

    cores = config.hook.pytest_xdist_auto_num_workers(config=config)
    if cores > 1:
        option.numprocesses = cores


def import_anyway(name: str, **_: Any) -> Any:
    """Import *name* as `pytest.importorskip` does, and fail if it is missing."""
    with catch_warnings(action="ignore"):
        return import_module(name)


def read_needs(item: pytest.Item) -> set[str]:
    """Return what the test *item* needs."""
    return {name for mark in item.iter_markers("needs") for name in mark.args}


def parse_needs(source: str) -> set[str]:
    """Return what a whole module needs, without executing its imports."""
    return {
        ast.literal_eval(argument)
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign)
        and ast.unparse(statement.targets) == "pytestmark"
        for call in ast.walk(statement.value)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.needs"
        for argument in call.args
    }


def pytest_ignore_collect(
    collection_path: Path, config: pytest.Config
) -> Literal[True] | None:
    """Leave modules alone that would fail to import, or have nothing to run."""
    if collection_path in ELSEWHERE and is_brief(config):
        return True
    extra = config.getoption("--alone")
    if extra is None or collection_path.suffix != ".py":
        return None
    source = collection_path.read_text()
    marked = "mark.needs" in source or "mark.alone" in source
    return None if parse_needs(source) <= {extra} and (marked or not extra) else True


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what the one extra does not enable, and what takes too long."""
    for item in items:
        if unknown := read_needs(item) - NAMES:
            raise pytest.UsageError(f"{item.nodeid} needs unknown {unknown}")

    extra = config.getoption("--alone")
    if extra is not None:
        keep(config, items, lambda item: is_enabled(item, extra))
    elif is_brief(config):
        config.stash[LEFT] = keep(config, items, is_quick)


def is_enabled(item: pytest.Item, extra: str) -> bool:
    """Check whether the test *item* is worth running with *extra* alone."""
    alone = item.get_closest_marker("alone") is not None
    return alone or read_needs(item) == {extra} - {""}


def is_quick(item: pytest.Item) -> bool:
    """Check whether the test *item* is not left to the complete run."""
    return item.get_closest_marker("complete") is None


def is_brief(config: pytest.Config) -> bool:
    """Check whether tests that take long are left to the complete run."""
    named = config.getoption("--complete") or config.option.markexpr
    return not named and asks_for_all(config)


def keep(
    config: pytest.Config,
    items: list[pytest.Item],
    wanted: Callable[[pytest.Item], bool],
) -> int:
    """Deselect the *items* that are not *wanted*, and return how many these are."""
    left_out = [item for item in items if not wanted(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = filter(wanted, items)
    return len(left_out)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send the number of tests left out from a worker to its controller."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left"] = session.config.stash.get(LEFT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over the number of tests that a worker left out; all leave out the same."""
    output = getattr(node, "workeroutput", {})
    node.config.stash[LEFT] = output.get("left", 0)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print how many tests are left to the complete run, and how to start that."""
    if count := config.stash.get(LEFT, 0):
        line = f"{count} tests are left to the complete run: {COMPLETE}"
        terminalreporter.write_line(line)


def pytest_report_header() -> str:
    """Return a line that tells which rtmodels is tested: the checkout or a wheel."""
    return f"rtmodels: {Path(rtmodels.__file__).parent}"


@pytest.fixture(scope="session", autouse=True)
def ended() -> Iterator[None]:
    """Check that all processes that the tests started have ended; kill the rest."""
    yield
    try:
        wait_for_end()
    finally:
        for process in find_children():
            os.kill(process, signal.SIGKILL)


@pytest.fixture(scope="session")
def sample_frames() -> list[bytes]:
    """Return the lines of the sample session."""
    return SAMPLE.read_bytes().splitlines()


@pytest.fixture(scope="session")
def recorded() -> list[dict[str, Any]]:
    """Return all captured messages, or skip the test on machines without them."""
    if not CAPTURES.exists():
        pytest.skip("no ../shared/vectors/captures.jsonl beside this checkout")
    return [json.loads(line) for line in CAPTURES.read_text().splitlines()]


@pytest.fixture(scope="session")
def captures(recorded: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the captured websocket messages."""
    return [row for row in recorded if row["direction"] != "rest"]


@pytest.fixture(scope="session")
def rest_bodies(recorded: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the captured bodies of REST requests and responses."""
    return [row for row in recorded if row["direction"] == "rest"]


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Start a real Redis for the tests and yield its URL."""
    with run_redis() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Start a real PostgreSQL database for the tests and yield its URL."""
    with run_postgres() as url:
        yield url
