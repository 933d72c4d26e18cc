"""Short clients of the test server, and the events that they send."""

import json
from contextlib import contextmanager, suppress

from websockets.sync.client import connect

from rtmodels import (
    RealtimeBetaServerEvent,
    RealtimeClientEvent,
    RealtimeServerEvent,
    build,
)
from rtmodels.adapters import JsonAdapter
from rtmodels.testing import MemoryConnection

from ..processes import PATIENCE

CLIENT_EVENTS = JsonAdapter(RealtimeClientEvent)
SERVER_EVENTS = JsonAdapter(RealtimeServerEvent, mode="strict")
BETA_EVENTS = JsonAdapter(RealtimeBetaServerEvent)

TRANSCRIBED = build.update_session(transcription="gpt-4o-transcribe")
"""What turns transcripts of the caller on."""


class Client:
    """A sync client whose frames are typed, and decoded in strict mode."""

    def __init__(self, websocket, server_events=SERVER_EVENTS):
        self.websocket = websocket
        self.server_events = server_events

    def send(self, *messages):
        """Send events, and other messages as JSON."""
        for message in messages:
            if isinstance(message, dict):
                self.websocket.send(json.dumps(message))
            elif isinstance(message, str):
                self.websocket.send(message)
            else:
                self.websocket.send(CLIENT_EVENTS.encode(message).decode())

    def recv(self):
        """Return the next event."""
        return self.server_events.decode(self.websocket.recv())

    def read_all(self):
        """Return all events that are there; only without a socket."""
        events = []
        with suppress(TimeoutError):
            while True:
                events.append(self.recv())
        return events

    def read_until(self, type_):
        """Return all events up to the next one of *type_*."""
        events = [self.recv()]
        while events[-1].type != type_:
            events.append(self.recv())
        return events


@contextmanager
def open_client(server, query="?model=gpt-realtime", server_events=SERVER_EVENTS):
    """Connect to *server*, and yield the client."""
    with connect(server.url + query, max_size=None, open_timeout=PATIENCE) as websocket:
        yield Client(websocket, server_events)


def open_memory(*steps, version="ga"):
    """Return a client of *steps* without a socket, and the server's side of it."""
    memory = MemoryConnection(*steps, version=version)
    # The schema of the beta does not list all that its servers send.
    events = SERVER_EVENTS if version == "ga" else BETA_EVENTS
    return Client(memory, events), memory


def types_of(events):
    """Return the wire types of *events*."""
    return [event.type for event in events]
