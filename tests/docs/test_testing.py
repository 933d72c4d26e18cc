"""The app and the test of the page on testing run as a user's would."""

import pytest

from ..examples import PAGES
from ..processes import run_pytest

pytestmark = pytest.mark.needs("testing", "websockets")

APP, TEST, *_ = PAGES["docs/testing.md"]


def run(folder, app):
    """Run *app* and its test; return the report."""
    (folder / "test_agent.py").write_text(app + TEST)
    return run_pytest(folder)


def test_the_test_of_the_page_passes(tmp_path):
    """The fixture needs no import."""
    assert "1 passed" in run(tmp_path, APP)


def test_the_test_of_the_page_tests_the_app(tmp_path):
    """An app that hangs up without a request fails it, with the reason."""
    requests = "build.user_message(question), build.create_response()"
    app = APP.replace(requests, "()").replace("frame in connection", "frame in ()")

    assert "the script waited for ResponseCreateEvent" in run(tmp_path, app)
