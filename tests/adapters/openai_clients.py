"""openai-python's own clients, sync and async, with a server on loopback.

The tests dump the SDK's objects with ``warnings=False``: an old version warns of every
value that is newer than it.
"""

import asyncio
import json
import threading
from contextlib import contextmanager

from openai import AsyncOpenAI, OpenAI

from rtmodels import RealtimeServerEvent
from rtmodels.adapters import JsonAdapter
from rtmodels.adapters._recordings.protocols import load_protocol
from rtmodels.testing import RealtimeServer, Waiting, close

from ..processes import PATIENCE
from ..recordings import MESSAGES

SERVER_EVENTS = JsonAdapter(RealtimeServerEvent)

CLIENT_TYPES = load_protocol("realtime").client_types
SESSION = [message for message in MESSAGES if message["type"] not in CLIENT_TYPES]
"""The sample session, as far as the server speaks."""

SOCKET = {"websocket_connection_options": {"open_timeout": PATIENCE}}
CONNECT = {**SOCKET, "model": "gpt-realtime"}

OPENERS = {
    "realtime": lambda client: client.realtime.connect,
    "primary": lambda client: client.live.connect,
    "sideband": lambda client: client.live.sideband.connect,
    "fork": lambda client: client.live.forks.connect,
}
"""What opens each kind of socket on one of the SDK's clients."""

OPTIONS = {
    "realtime": CONNECT,
    "primary": SOCKET,
    "sideband": {**SOCKET, "session_id": "live_1"},
    "fork": {**SOCKET, "session_id": "live_1"},
}
"""How the SDK's clients open each kind of socket."""

SENT = [message for message in MESSAGES if message["type"] in CLIENT_TYPES]
"""And as far as the client does."""


class Server:
    """Plays one script to each connection, and keeps what the clients send."""

    def __init__(self, server):
        self.server = server
        self.options = {"api_key": "key", "websocket_base_url": server.base_url}
        """How to make one of the SDK's clients."""
        self.taken = 0

    def play(self, *steps):
        """Have the next connection get *steps*: messages, frames and close codes.

        At an event of `threading` the server waits for it. Functions of the connection
        are steps as well.
        """
        self.server.play(*map(as_step, steps))

    @property
    def frames(self):
        """The frames that all clients have sent."""
        return [frame for x in self.server.connections for frame in x.frames]

    def take(self):
        """Wait for the next frame that a client has sent."""
        self.server.wait_until(lambda: len(self.frames) > self.taken, PATIENCE)
        self.taken += 1
        return self.frames[self.taken - 1].decode()

    @contextmanager
    def connect(self, socket="realtime", **options):
        """Connect the SDK's sync client."""
        with (
            OpenAI(**self.options) as client,
            OPENERS[socket](client)(**OPTIONS[socket], **options) as connection,
        ):
            yield connection

    def run(self, main, socket="realtime", **options):
        """Run *main* on a connection of the SDK's async client."""

        async def connected():
            async with (
                asyncio.timeout(PATIENCE),
                AsyncOpenAI(**self.options) as client,
                OPENERS[socket](client)(**OPTIONS[socket], **options) as connection,
            ):
                return await main(connection)

        return asyncio.run(connected())


@contextmanager
def run_server():
    """Run a server that sends only what it is told, and yield it."""
    # The messages are of several protocols, so it is no fault if they are no events of
    # Realtime: the tests look at the frames.
    with RealtimeServer(greet=False, patience=PATIENCE) as server:
        yield Server(server)


def as_step(step):
    """Return *step* as the test server takes it."""
    match step:
        case int(code):
            return close(code)
        case threading.Event():
            return lambda _: step.wait(PATIENCE) and None
        case dict(message):
            return write(message)
    return step


def until(type_, count=1):
    """Return a step that waits until the client has sent *count* more of a type."""

    def step(connection):
        start = len(connection.frames)

        def is_met():
            types = [json.loads(frame)["type"] for frame in connection.frames[start:]]
            return types.count(type_) >= count

        yield Waiting(f"{count} of {type_}", is_met)

    return step


def write(message):
    """Write *message* with this library."""
    return SERVER_EVENTS.encode(SERVER_EVENTS.decode(json.dumps(message)))
