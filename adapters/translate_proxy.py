"""A local proxy between a client and a server of different dialects.

::

    async with serve("wss://api.x.ai/v1/realtime", server="xai") as proxy:
        print(proxy.url)  # what the client connects to

Headers, queries, subprotocols and close codes pass. Neither side is read faster than
the other side takes what was sent.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from attrs import frozen

from rtmodels.adapters.translate import Dialect, OnLoss, Translator, log_loss
from rtmodels.errors import MissingDependencyError

try:
    from websockets.asyncio.client import ClientConnection, connect
    from websockets.asyncio.server import ServerConnection
    from websockets.asyncio.server import serve as serve_websockets
    from websockets.exceptions import (
        ConnectionClosed,
        InvalidStatus,
        WebSocketException,
    )
    from websockets.http11 import Request, Response
    from websockets.typing import Subprotocol
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("websockets", extra="websockets") from _exc

__all__ = ["MAX_MESSAGE", "Proxy", "serve"]

MAX_MESSAGE = 32 * 2**20
"""Bytes of the largest message: 15 MiB of audio in Base64, and what is around it."""

_Translate = Callable[[bytes | str], bytes | str | None]

_HOP_BY_HOP = {
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
"""The headers that concern one connection alone."""


@frozen
class Proxy:
    """A proxy that listens."""

    url: str
    """Where it listens: ``ws://127.0.0.1:8080``."""


@asynccontextmanager
async def serve(
    url: str,
    *,
    server: Dialect,
    client: Dialect = "ga",
    host: str = "127.0.0.1",
    port: int = 0,
    on_loss: OnLoss | None = log_loss,
) -> AsyncGenerator[Proxy, None]:
    """Run a proxy to the server at *url* until the block ends.

    Args:
        url: The server's URL. The query that a client sends is appended to it.
        server: What the server speaks.
        client: What the clients speak.
        host: The address to listen at.
        port: The port to listen at; 0 is any that is free.
        on_loss: Called once in each connection for each distinct loss.

    Raises:
        ValueError: There is no such dialect.
        OSError: It cannot listen there.
    """
    Translator(client, server)  # a wrong name fails here, and not in each connection
    upstreams: dict[ServerConnection, ClientConnection] = {}

    async def open_upstream(
        connection: ServerConnection, request: Request
    ) -> Response | None:
        try:
            upstreams[connection] = await _connect(url, request)
        except InvalidStatus as exc:
            status = HTTPStatus(exc.response.status_code)
            return connection.respond(status, (exc.response.body or b"").decode())
        except (OSError, WebSocketException) as exc:
            return connection.respond(HTTPStatus.BAD_GATEWAY, f"{exc}\n")
        return None

    def select(connection: ServerConnection, _: Any) -> Subprotocol | None:
        return upstreams[connection].subprotocol

    async def abandon(
        connection: ServerConnection, _: Request, response: Response
    ) -> None:
        # The handshake failed after all, so that nothing else closes the server's side.
        switching = response.status_code == HTTPStatus.SWITCHING_PROTOCOLS
        if not switching and (upstream := upstreams.pop(connection, None)):
            await upstream.close()

    async def handle(connection: ServerConnection) -> None:
        upstream = upstreams.pop(connection)
        translator = Translator(client, server, on_loss=on_loss)
        await _relay(connection, upstream, translator)

    async with serve_websockets(
        handle,
        host,
        port,
        process_request=open_upstream,
        process_response=abandon,
        select_subprotocol=select,
        max_size=MAX_MESSAGE,
    ) as listening:
        number = next(iter(listening.sockets)).getsockname()[1]
        name = f"[{host}]" if ":" in host else host
        yield Proxy(f"ws://{name}:{number}")


def _connect(url: str, request: Request) -> Awaitable[ClientConnection]:
    """Connect to the server at *url* as the client of *request* does."""
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlsplit(request.path).query)))
    offered = ",".join(request.headers.get_all("Sec-WebSocket-Protocol"))

    names = (name.strip() for name in offered.split(","))
    headers = [
        (name, value)
        for name, value in request.headers.raw_items()
        if name.lower() not in _HOP_BY_HOP
        if not name.lower().startswith(("sec-websocket-", "proxy-"))
    ]
    return connect(
        parts._replace(query=query).geturl(),
        additional_headers=headers,
        subprotocols=[Subprotocol(name) for name in names if name] or None,
        user_agent_header=None,
        max_size=MAX_MESSAGE,
    )


async def _relay(
    connection: ServerConnection, upstream: ClientConnection, translator: Translator
) -> None:
    """Pass frames both ways until one side is gone, and close the other as it did."""
    pumps = [
        asyncio.create_task(_pump(connection, upstream, translator.to_server)),
        asyncio.create_task(_pump(upstream, connection, translator.to_client)),
    ]
    code, reason = 1011, "the proxy failed"
    try:
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for side in (connection, upstream):
            if side.close_code is not None:
                code, reason = _find_ending(side)
                break
    except asyncio.CancelledError:
        code, reason = 1001, "the proxy ends"
        raise
    finally:
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        await asyncio.gather(
            connection.close(code, reason), upstream.close(code, reason)
        )


async def _pump(source: Any, target: Any, translate: _Translate) -> None:
    """Pass the frames of *source* to *target*."""
    try:
        while True:
            frame = await source.recv()
            translated = translate(frame)
            # `send` waits while the other side does not read, and nothing is received
            # in the meantime.
            if translated is not None:
                await target.send(translated, text=isinstance(frame, str))
    except ConnectionClosed:
        return


def _find_ending(side: Any) -> tuple[int, str]:
    """Return the code and reason to close the other side with."""
    ending = side.protocol.close_rcvd or side.protocol.close_sent
    if ending is None:
        return 1011, "the other side is gone"
    # Neither can be sent: no code at all, and no close frame.
    code = int(ending.code)
    code = {1005: 1000, 1006: 1011, 1015: 1011}.get(code, code)
    return code, ending.reason
