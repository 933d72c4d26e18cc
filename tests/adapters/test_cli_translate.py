"""``rtmodels translate``, run as a user does: a proxy, a turn, and Ctrl-C."""

import json
import signal
import subprocess
import sys

import pytest
from websockets.sync.client import connect

from rtmodels import ResponseCreateEvent, SessionUpdateEvent
from rtmodels.testing import RealtimeServer, expect, respond

from ..processes import running

pytestmark = pytest.mark.needs("cli", "testing", "websockets")

COMMAND = [sys.executable, "-m", "rtmodels", "translate", "--port", "0"]


@pytest.fixture(autouse=True)
def interruptible():
    """Enable SIGINT, which a shell disables for programs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_client_of_the_ga_talks_to_a_server_of_the_beta():
    """The URL is printed, losses are told, and Ctrl-C ends it without a traceback."""
    update = {
        "type": "session.update",
        "session": {"type": "realtime", "include": []},
    }
    steps = (expect(SessionUpdateEvent), expect(ResponseCreateEvent), respond("Hi!"))
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}

    with (
        RealtimeServer(*steps, version="beta") as server,
        running([*COMMAND, server.url, "--server", "beta"], **pipes) as proxy,
    ):
        url = proxy.stdout.readline().decode().strip()
        with connect(url) as client:
            client.send(json.dumps(update))
            client.send('{"type":"response.create"}')
            event = {"type": None}
            said = ""
            while event["type"] != "response.done":
                event = json.loads(client.recv())
                if event["type"] == "response.output_text.delta":
                    said += event["delta"]

        proxy.send_signal(signal.SIGINT)
        _, errors = proxy.communicate()
        server.check()

    assert said == "Hi!"
    assert errors.decode() == "lost: session.update: $.session.include\n"
    assert proxy.returncode == 0


def test_a_port_in_use_is_one_line():
    """And the status is 2."""
    with RealtimeServer() as server:
        port = server.url.split(":")[2].split("/")[0]
        command = [*COMMAND[:-1], port, server.url, "--server", "beta"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr.startswith("rtmodels: ")
    assert len(done.stderr.splitlines()) == 1
