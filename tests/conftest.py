"""What the tests share: sample and captured traffic, and Hypothesis profiles."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import rtmodels

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
def captures() -> list[dict[str, Any]]:
    """Give the captured websocket messages, where this machine has them."""
    if not CAPTURES.exists():
        pytest.skip("no ../shared/vectors/captures.jsonl beside this checkout")
    rows = map(json.loads, CAPTURES.read_text().splitlines())
    return [row for row in rows if row["direction"] != "rest"]
