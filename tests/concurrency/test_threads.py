"""Threads that use everything for the first time at once."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from ..paths import SAMPLE
from ..processes import PATIENCE

pytestmark = pytest.mark.needs(
    "kombu", "litestar", "msgpack", "msgspec", "openai", "pydantic", "structlog"
)

PROGRAM = Path(__file__).with_name("first_use.py")
STORMS = [("mixed", "1e-6"), ("same", "1e-6"), ("mixed", "usual"), ("same", "usual")]
"""In which order the threads do their jobs, and how often they take turns.

``RTMODELS_STORMS=4`` has the tests go through all; one is enough to see most.
"""
storms = pytest.mark.parametrize(
    "storm", STORMS[: int(os.environ.get("RTMODELS_STORMS", "1"))], ids="-".join
)


def run(kind, threads, *storm):
    """Run the program; return the different results of each job."""
    arguments = [PROGRAM, SAMPLE, kind, str(threads), *storm]
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-5000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def expected():
    """Return the output of a run with one thread."""
    return run("core", 1, "same", "usual")


@pytest.mark.complete
@storms
def test_threads_at_once_get_what_one_alone_does(expected, storm):
    """32 threads make the same of everything, and see the same classes."""
    assert run("core", 32, *storm) == expected


@pytest.mark.complete
@storms
def test_frameworks_stand_threads_too(storm):
    """What an adapter makes on demand is there for all eight, whole."""
    jobs = run("frameworks", 8, *storm)

    assert jobs
    assert all(outcomes == [[True] * len(outcomes[0])] for outcomes in jobs.values())


@pytest.mark.skipif(
    not sysconfig.get_config_var("Py_GIL_DISABLED"),
    reason="this Python has no build option to be without the GIL",
)
def test_loading_all_of_it_leaves_the_gil_off(expected):
    """On the free-threaded build the program has run without the GIL."""
    program = "import sys, rtmodels.adapters.dicts; print(sys._is_gil_enabled())"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert expected
    assert done.stdout == "False\n"
