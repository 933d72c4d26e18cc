"""The end of a real websocket that websockets has, for the tests of connections."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets import ConnectionClosed
from websockets.asyncio import server as websockets_server
from websockets.asyncio.client import connect as open_websocket

from rtmodels.adapters.websockets import WebsocketsConnection as Connection

from ..processes import PATIENCE

__all__ = ["CLOSED", "LARGE", "Connection", "connect", "recv_raw", "send_raw", "serve"]

CLOSED = ConnectionClosed
LARGE = {"max_size": 2**24}
PATIENT: dict[str, Any] = {"open_timeout": PATIENCE, "ping_timeout": PATIENCE}
"""The limits of seconds that websockets has by default are for idle machines."""


@asynccontextmanager
async def serve(
    handle: Callable[[Any], Awaitable[Any]], **options: Any
) -> AsyncIterator[str]:
    """Serve websockets; give the URL."""
    options = PATIENT | options
    async with websockets_server.serve(handle, "127.0.0.1", 0, **options) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def connect(url: str, **options: Any) -> Any:
    """Connect to *url*."""
    return open_websocket(url, **PATIENT | options)


async def send_raw(websocket: Any, data: bytes, *, text: bool) -> None:
    """Send one frame past the adapters."""
    await websocket.send(data, text=text)


async def recv_raw(websocket: Any) -> bytes | str:
    """Receive one frame past the adapters: str if it is text."""
    frame: bytes | str = await websocket.recv()
    return frame
