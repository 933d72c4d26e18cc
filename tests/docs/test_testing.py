"""The app and the test of the page on testing run as a user's would."""

import os
import subprocess
import sys

import pytest

from ..examples import PAGES
from ..processes import PATIENCE

pytestmark = pytest.mark.needs("testing", "websockets")

APP, TEST, *_ = PAGES["docs/testing.md"]


def run_pytest(folder, app):
    """Run *app* and its test in a pytest of their own; return its report."""
    (folder / "test_agent.py").write_text(app + TEST)
    command = [sys.executable, "-m", "pytest", "-p", "no:xdist", "-q", folder]
    return subprocess.run(
        [*command, "--rootdir", folder, "-c", "/dev/null"],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
        timeout=PATIENCE,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
    ).stdout


def test_the_test_of_the_page_passes(tmp_path):
    """The fixture needs no import."""
    assert "1 passed" in run_pytest(tmp_path, APP)


def test_the_test_of_the_page_tests_the_app(tmp_path):
    """An app that hangs up without a request fails it, with the reason."""
    requests = "build.user_message(question), build.create_response()"
    app = APP.replace(requests, "()").replace("frame in connection", "frame in ()")

    assert "the script waited for ResponseCreateEvent" in run_pytest(tmp_path, app)
