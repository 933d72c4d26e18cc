"""The fixture, tried as a new user would: a ten-line test of a ten-line agent."""

import subprocess
import sys

import pytest

from ..processes import run_pytest

pytestmark = pytest.mark.needs("testing")

AGENT = """
from websockets.sync.client import connect
from rtmodels import RealtimeClientEvent, RealtimeServerEvent, build
from rtmodels.adapters import JsonAdapter

def ask(question, url):
    client, server = JsonAdapter(RealtimeClientEvent), JsonAdapter(RealtimeServerEvent)
    with connect(url) as ws:
        for event in build.user_message(question), build.create_response():
            ws.send(client.encode(event).decode())
        while (event := server.decode(ws.recv())).type != "response.done":
            assert event.type != "error", event
    return event.response.output[0].content[0].text
"""

TEST = """
from agent import ask
from rtmodels import ConversationItemCreateEvent, ResponseCreateEvent
from rtmodels.testing import expect, respond

def test_agent(realtime_server):
    realtime_server.play(expect(ResponseCreateEvent), respond("Hello, Ada!"))
    assert ask("Who am I?", url=realtime_server.url) == "Hello, Ada!"
    message = realtime_server.received[0].item
    assert message.content[0].text == "Who am I?"
"""


def run(folder, test):
    """Run *test* and the agent; return the report."""
    (folder / "agent.py").write_text(AGENT)
    (folder / "test_agent.py").write_text(test)
    return run_pytest(folder)


def test_a_short_test_of_a_short_agent(tmp_path):
    """The entry point is enough: there is no import of the plugin."""
    report = run(tmp_path, TEST)

    assert "1 passed" in report, report


LATER = "respond('Hi!'), expect(ResponseCreateEvent), expect(ResponseCreateEvent)"


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("", "the script has no response to this response.create"),
        (LATER, "waited for ResponseCreateEvent"),
    ],
)
def test_problems_fail_the_test(tmp_path, script, text):
    """Even if the test itself has nothing against what the agent returned."""
    test = TEST.replace('expect(ResponseCreateEvent), respond("Hello, Ada!")', script)
    test = test[: test.index("    assert")] + (
        "    try:\n        ask('Hi?', url=realtime_server.url)\n"
        "    except Exception as exc:\n        print(exc)\n"
    )
    report = run(tmp_path, test)

    assert text in report


def test_a_script_that_no_connection_came_for_fails_the_test(tmp_path):
    """It would be a test of nothing."""
    test = TEST[: TEST.index("    assert")]
    report = run(tmp_path, test)

    assert "no connection came for a script of 2 steps" in report


def test_the_plugin_imports_little():
    """Pytest loads it in every run, with whatever is installed."""
    code = (
        "import sys, pytest; before = set(sys.modules);"
        "import rtmodels.testing.pytest_plugin;"
        "print(*sorted({*sys.modules} - before))"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert set(output) <= {
        "rtmodels",
        "rtmodels._lazy",
        "rtmodels.testing",
        "rtmodels.testing.pytest_plugin",
    }
