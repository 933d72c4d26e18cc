"""A Realtime server on loopback for openai-python's own clients, sync and async.

The tests dump the SDK's objects with ``warnings=False``: an old version warns of every
value that is newer than it.
"""

import asyncio
import json
import queue
import threading
from contextlib import contextmanager

from openai import AsyncOpenAI, OpenAI
from websockets.sync.server import serve as serve_websockets

from rtmodels import RealtimeServerEvent
from rtmodels.adapters import JsonAdapter
from rtmodels.adapters._recordings.protocols import load_protocol

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

    def __init__(self, port):
        self.options = {
            "api_key": "key",
            "websocket_base_url": f"ws://127.0.0.1:{port}/v1",
        }
        """How to make one of the SDK's clients."""
        self.scripts = queue.Queue()
        self.received = queue.Queue()

    def play(self, *steps):
        """Have the next connection get *steps*: messages, frames and close codes.

        At an event of `threading` the server waits for it. At a function it receives
        frames until one for which the function returns true.
        """
        self.scripts.put(steps)

    def take(self):
        """Wait for the next frame that a client has sent."""
        return self.received.get(timeout=PATIENCE)

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
    """Run the server, and yield it."""

    def handle(ws):
        for step in running.scripts.get(timeout=PATIENCE):
            match step:
                case int(code):
                    ws.close(code)
                case threading.Event():
                    step.wait(PATIENCE)
                case bytes(frame):
                    ws.send(frame, text=True)
                case step if callable(step):
                    is_met = False
                    while not is_met:
                        frame = ws.recv(PATIENCE)
                        running.received.put(frame)
                        is_met = step(frame)
                case message:
                    ws.send(write(message), text=True)
        for frame in ws:
            running.received.put(frame)

    with serve_websockets(handle, "127.0.0.1", 0, open_timeout=PATIENCE) as listener:
        running = Server(listener.socket.getsockname()[1])
        thread = threading.Thread(target=listener.serve_forever)
        thread.start()
        try:
            yield running
        finally:
            listener.shutdown()
            thread.join(PATIENCE)


def write(message):
    """Write *message* with this library."""
    return SERVER_EVENTS.encode(SERVER_EVENTS.decode(json.dumps(message)))
