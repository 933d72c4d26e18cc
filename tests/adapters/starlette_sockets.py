"""Starlette's end of a real websocket, for the tests of connections."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from rtmodels.adapters.starlette import StarletteConnection as Connection

from ..servers import serve as serve_app

__all__ = ["CLOSED", "LARGE", "Connection", "recv_raw", "run", "send_raw", "serve"]

CLOSED = WebSocketDisconnect
LARGE: dict[str, Any] = {}  # uvicorn's limit is large enough


async def _accept(websocket: WebSocket) -> None:
    """Accept a websocket and pass it to the handler of the running test."""
    await websocket.accept()
    await websocket.app.state.handle(websocket)


APP = Starlette(routes=[WebSocketRoute("/", _accept)])


@contextmanager
def run() -> Iterator[None]:
    """Run the one server that `serve` needs."""
    with serve_app(APP) as host:
        APP.state.url = f"ws://{host}"
        yield


@asynccontextmanager
async def serve(handle: Callable[[Any], Awaitable[Any]]) -> AsyncIterator[str]:
    """Serve websockets, in the server's own thread; give the URL."""
    APP.state.handle = handle
    yield APP.state.url


async def send_raw(websocket: Any, data: bytes, *, text: bool) -> None:
    """Send one frame past the adapters; its text has to be valid."""
    frame = {"text": data.decode()} if text else {"bytes": data}
    await websocket.send({"type": "websocket.send", **frame})


async def recv_raw(websocket: Any) -> bytes | str:
    """Receive one frame past the adapters: str if it is text."""
    message = await websocket.receive()
    text: str | None = message.get("text")
    return message["bytes"] if text is None else text
