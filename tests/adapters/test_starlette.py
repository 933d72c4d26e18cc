"""Connections of Starlette's, by its own client that needs no network."""

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

import rtmodels.adapters.starlette as module
from rtmodels import DecodeError

from examples import read_examples
from sockets import EVENTS, JSON

pytestmark = pytest.mark.needs("starlette")


def talk(handle):
    """Give a client of an application that hands accepted connections to *handle*."""

    async def endpoint(websocket):
        await websocket.accept()
        await handle(module.Connection(websocket, **JSON))

    app = Starlette(routes=[WebSocketRoute("/", endpoint)])
    return TestClient(app).websocket_connect("/")


def test_events_go_there_and_back():
    """As text, in order."""

    async def echo(connection):
        async for event in connection:
            await connection.send(event)

    frames = [JSON["sends"].encode(event).decode() for event in EVENTS]
    with talk(echo) as websocket:
        for frame in frames:
            websocket.send_text(frame)

        assert [websocket.receive_text() for _ in frames] == frames


def test_a_bad_frame_raises_for_itself_only():
    """The next one is received as if nothing had been."""

    async def take(connection):
        with pytest.raises(DecodeError):
            await connection.recv()
        await connection.send(await connection.recv())
        await connection.close(4000, "enough")

    with talk(take) as websocket:
        websocket.send_text("{")
        websocket.send_text('{"type":"response.cancel"}')

        assert websocket.receive_text() == '{"type":"response.cancel"}'
        with pytest.raises(WebSocketDisconnect) as caught:
            websocket.receive_text()
        assert (caught.value.code, caught.value.reason) == (4000, "enough")


def test_the_example_runs():
    """It answers every event with an error."""
    (example,) = read_examples(module)
    names = {}
    exec(example, names)  # noqa: S102 - our own text

    with TestClient(names["app"]).websocket_connect("/v1/realtime") as websocket:
        websocket.send_text('{"type":"response.create"}')

        assert "no response.create here" in websocket.receive_text()
