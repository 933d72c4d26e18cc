"""Real websockets on loopback: each library's server, met by another's client."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from typing import Any, NamedTuple

import aiohttp
import websockets
from aiohttp import web
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio import client as websockets_client
from websockets.asyncio import server as websockets_server

from rtmodels import InputAudioBufferAppendEvent as Append
from rtmodels import RealtimeClientEvent, RealtimeServerEvent
from rtmodels.adapters import JsonAdapter, MsgpackAdapter
from rtmodels.adapters import aiohttp as aiohttp_adapter
from rtmodels.adapters import starlette as starlette_adapter
from rtmodels.adapters import websockets as websockets_adapter

from recordings import MESSAGES
from servers import serve

Event = RealtimeClientEvent | RealtimeServerEvent
JSON = {"receives": JsonAdapter(Event), "sends": JsonAdapter(Event)}
MSGPACK = {"receives": MsgpackAdapter(Event), "sends": MsgpackAdapter(Event)}
EVENTS = [JSON["receives"].decode(json.dumps(message)) for message in MESSAGES]

Handler = Callable[[Any], Awaitable[Any]]

CONNECTIONS = {
    "aiohttp": aiohttp_adapter.Connection,
    "starlette": starlette_adapter.Connection,
    "websockets": websockets_adapter.Connection,
}
CLOSED = {
    "aiohttp": aiohttp_adapter.ConnectionClosed,
    "starlette": WebSocketDisconnect,
    "websockets": websockets.ConnectionClosed,
}
"""What each library's `recv` raises once the connection is closed."""


class End(NamedTuple):
    """The end of a connection that is under test, and who has the other end."""

    library: str
    role: str
    peer: str

    def __str__(self) -> str:
        return f"{self.library}-{self.role}-with-{self.peer}"


ENDS = [
    *(End(c, "client", s) for c in ("aiohttp", "websockets") for s in CONNECTIONS),
    *(End(s, "server", c) for s in CONNECTIONS for c in ("aiohttp", "websockets")),
]


@asynccontextmanager
async def serve_aiohttp(handle: Handler, **options: Any) -> AsyncIterator[str]:
    """Serve websockets by aiohttp; give the URL."""

    async def answer(request: web.Request) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse(**options)
        await websocket.prepare(request)
        await handle(websocket)
        return websocket

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"ws://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def serve_websockets(handle: Handler, **options: Any) -> AsyncIterator[str]:
    """Serve websockets by the library of that name; give the URL."""
    async with websockets_server.serve(handle, "127.0.0.1", 0, **options) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _accept(websocket: WebSocket) -> None:
    """Hand an accepted websocket to whoever is served."""
    await websocket.accept()
    await websocket.app.state.handle(websocket)


STARLETTE = Starlette(routes=[WebSocketRoute("/", _accept)])


@contextmanager
def run_starlette() -> Iterator[None]:
    """Run the one server that `serve_starlette` needs."""
    with serve(STARLETTE) as host:
        STARLETTE.state.url = f"ws://{host}"
        yield


@asynccontextmanager
async def serve_starlette(handle: Handler) -> AsyncIterator[str]:
    """Serve websockets by Starlette, in the server's own thread; give the URL."""
    STARLETTE.state.handle = handle
    yield STARLETTE.state.url


@asynccontextmanager
async def connect_aiohttp(url: str, **options: Any) -> AsyncIterator[Any]:
    """Connect by aiohttp."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(url, **options) as websocket,
    ):
        yield websocket


SERVERS: dict[str, Any] = {
    "aiohttp": serve_aiohttp,
    "starlette": serve_starlette,
    "websockets": serve_websockets,
}
CLIENTS: dict[str, Any] = {
    "aiohttp": connect_aiohttp,
    "websockets": websockets_client.connect,
}
LARGE: dict[str, Any] = {
    "aiohttp": {"max_msg_size": 2**24},
    "starlette": {},  # uvicorn's limit is that anyway
    "websockets": {"max_size": 2**24},
}
"""What lets large frames in."""


async def _meet(
    end: End, here: Handler, there: Handler, *, wire: dict[str, Any], options: Any
) -> Any:
    """Run *here* at *end*, and *there* at the other one."""
    outcome: Future[Any] = Future()  # Starlette's thread sets it
    library = {end.role: end.library, _other(end.role): end.peer}
    task = {end.role: here, _other(end.role): there}
    options = {end.role: options, _other(end.role): LARGE[end.peer]}

    async def handle(websocket: Any) -> None:
        connection = CONNECTIONS[library["server"]](websocket, **wire)
        try:
            outcome.set_result(await task["server"](connection))
        except Exception as exc:  # noqa: BLE001 - raised again in the test
            outcome.set_exception(exc)

    start, connect = SERVERS[library["server"]], CLIENTS[library["client"]]
    async with asyncio.timeout(20), start(handle, **options["server"]) as url:
        async with connect(url, **options["client"]) as websocket:
            connection = CONNECTIONS[library["client"]](websocket, **wire)
            at_client = await task["client"](connection)
        at_server = await asyncio.wrap_future(outcome)
    return at_client if end.role == "client" else at_server


def _other(role: str) -> str:
    """Give the role of the other end."""
    return "server" if role == "client" else "client"


def meet(
    end: End,
    here: Handler,
    there: Handler,
    *,
    wire: dict[str, Any] = JSON,
    **options: Any,
) -> Any:
    """Run *here* at *end*, and *there* at the other one; give what *here* returns.

    Both take their connection; it is over when both have returned. *options* are for
    the websocket at *end*.
    """
    return asyncio.run(_meet(end, here, there, wire=wire, options=options))


async def collect(connection: Any) -> list[Any]:
    """Receive events until the connection is closed."""
    return [event async for event in connection]


async def echo(connection: Any) -> None:
    """Send back every event."""
    async for event in connection:
        await connection.send(event)


async def send_raw(connection: Any, data: bytes, *, text: bool = True) -> None:
    """Send one frame past the adapters; Starlette sends no invalid text."""
    websocket = connection.websocket
    if isinstance(websocket, WebSocket):
        frame = {"text": data.decode()} if text else {"bytes": data}
        await websocket.send({"type": "websocket.send", **frame})
    elif isinstance(connection, websockets_adapter.Connection):
        await websocket.send(data, text=text)
    else:
        kind = aiohttp.WSMsgType.TEXT if text else aiohttp.WSMsgType.BINARY
        await websocket.send_frame(data, kind)


async def recv_raw(connection: Any) -> bytes | str:
    """Receive one frame past the adapters: str if it is text."""
    websocket = connection.websocket
    if isinstance(websocket, WebSocket):
        message = await websocket.receive()
        text: str | None = message.get("text")
        return message["bytes"] if text is None else text
    if isinstance(connection, websockets_adapter.Connection):
        frame: bytes | str = await websocket.recv()
        return frame
    data: bytes | str
    _, data, _ = await websocket.receive()
    return data


async def ping(connection: Any) -> None:
    """Send a ping and a pong."""
    await connection.websocket.ping()
    await connection.websocket.pong()


def number(index: int, size: int = 0) -> Append:
    """Make an event that can be told from others, with *size* bytes of audio."""
    return Append(event_id=f"event_{index}", audio=bytes(size))
