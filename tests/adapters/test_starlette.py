"""Connections of Starlette's, as an ASGI server has them, without a network."""

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

import rtmodels.adapters.starlette as module
from rtmodels import DecodeError

from ..examples import read_examples
from .sockets import EVENTS, JSON

pytestmark = pytest.mark.needs("starlette")


def talk(app, path, *frames):
    """Send *frames* as a client that then leaves; return what *app* sent."""
    texts = [{"type": "websocket.receive", "text": frame} for frame in frames]
    incoming = iter(
        [
            {"type": "websocket.connect"},
            *texts,
            {"type": "websocket.disconnect", "code": 1000},
        ]
    )
    sent = []

    async def receive():
        return next(incoming)

    async def send(message):
        sent.append(message)

    scope = {"type": "websocket", "path": path, "headers": [], "query_string": b""}
    asyncio.run(app(scope, receive, send))
    assert sent[0]["type"] == "websocket.accept"
    return sent[1:]


def serve(handle):
    """Make an application that hands accepted connections to *handle*."""

    async def endpoint(websocket):
        await websocket.accept()
        await handle(module.StarletteConnection(websocket, **JSON))

    return Starlette(routes=[WebSocketRoute("/", endpoint)])


def test_events_go_there_and_back():
    """As text, in order, until the client has gone."""

    async def echo(connection):
        async for event in connection:
            await connection.send(event)
        assert connection.close_code == 1000

    frames = [JSON["sends"].encode(event).decode() for event in EVENTS]
    sent = talk(serve(echo), "/", *frames)

    assert sent == [{"type": "websocket.send", "text": frame} for frame in frames]


def test_a_bad_frame_raises_for_itself_only():
    """The next one is received as if nothing had been."""

    async def take(connection):
        with pytest.raises(DecodeError):
            await connection.recv()
        await connection.send(await connection.recv())
        await connection.close(4000, "enough")

    assert talk(serve(take), "/", "{", '{"type":"response.cancel"}') == [
        {"type": "websocket.send", "text": '{"type":"response.cancel"}'},
        {"type": "websocket.close", "code": 4000, "reason": "enough"},
    ]


def test_the_example_runs():
    """It answers every event with an error."""
    (example,) = read_examples(module)
    names = {}
    exec(example, names)  # noqa: S102 - our own text

    (answer,) = talk(names["app"], "/v1/realtime", '{"type":"response.create"}')

    assert "no response.create here" in answer["text"]
