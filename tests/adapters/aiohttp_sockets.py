"""aiohttp's end of a real websocket, for the tests of connections."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from rtmodels.adapters.aiohttp import AiohttpConnection as Connection
from rtmodels.adapters.aiohttp import ConnectionClosed

__all__ = ["CLOSED", "LARGE", "Connection", "connect", "recv_raw", "send_raw", "serve"]

CLOSED = ConnectionClosed
LARGE = {"max_msg_size": 2**24}


@asynccontextmanager
async def serve(
    handle: Callable[[Any], Awaitable[Any]], **options: Any
) -> AsyncIterator[str]:
    """Serve websockets; give the URL."""

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
async def connect(url: str, **options: Any) -> AsyncIterator[Any]:
    """Connect to *url*."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(url, **options) as websocket,
    ):
        yield websocket


async def send_raw(websocket: Any, data: bytes, *, text: bool) -> None:
    """Send one frame past the adapters."""
    kind = aiohttp.WSMsgType.TEXT if text else aiohttp.WSMsgType.BINARY
    await websocket.send_frame(data, kind)


async def recv_raw(websocket: Any) -> bytes | str:
    """Receive one frame past the adapters: str if it is text."""
    data: bytes | str
    _, data, _ = await websocket.receive()
    return data
