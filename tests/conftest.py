"""What the tests share: sample and captured traffic, and Hypothesis profiles."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import rtmodels

from servers import run_postgres, run_redis

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "tests" / "data" / "voice_session.jsonl"
CAPTURES = ROOT.parent / "shared" / "vectors" / "captures.jsonl"

# Subprocesses too import the rtmodels that is installed, not the folder they start in.
os.environ["PYTHONSAFEPATH"] = "1"

settings.register_profile(
    "default",
    deadline=None,  # these machines are noisy
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=int(os.environ.get("RTMODELS_EXAMPLES", "25")),
)
settings.load_profile("default")


def pytest_report_header() -> str:
    """Say which rtmodels is tested: the checkout's, or that of a built wheel."""
    return f"rtmodels: {Path(rtmodels.__file__).parent}"


@pytest.fixture(scope="session")
def sample_frames() -> list[bytes]:
    """Give the lines of the sample session."""
    return SAMPLE.read_bytes().splitlines()


@pytest.fixture(scope="session")
def recorded() -> list[dict[str, Any]]:
    """Give all that was captured, where this machine has it."""
    if not CAPTURES.exists():
        pytest.skip("no ../shared/vectors/captures.jsonl beside this checkout")
    return [json.loads(line) for line in CAPTURES.read_text().splitlines()]


@pytest.fixture(scope="session")
def captures(recorded: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the captured websocket messages."""
    return [row for row in recorded if row["direction"] != "rest"]


@pytest.fixture(scope="session")
def rest_bodies(recorded: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the captured bodies of REST requests and responses."""
    return [row for row in recorded if row["direction"] == "rest"]


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Give the URL of a real Redis, started for the tests."""
    with run_redis() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Give the URL of a real PostgreSQL database, started for the tests."""
    with run_postgres() as url:
        yield url
