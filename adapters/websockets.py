"""A connection of websockets' asyncio API, client's or server's, that knows its events.

::

    import asyncio

    from websockets.asyncio.client import connect

    from rtmodels import RealtimeClientEvent, RealtimeServerEvent, ResponseCreateEvent
    from rtmodels.adapters import JsonAdapter
    from rtmodels.adapters.websockets import Connection

    client_events = JsonAdapter(RealtimeClientEvent)
    server_events = JsonAdapter(RealtimeServerEvent)


    async def listen(url: str) -> None:
        async with connect(url, max_size=None) as websocket:
            connection = Connection(
                websocket, receives=server_events, sends=client_events
            )
            await connection.send(ResponseCreateEvent())
            async for event in connection:
                print(event.type)
"""

from typing import TYPE_CHECKING

from rtmodels.adapters._connection import ReceivedT, SentT, TypedConnection
from rtmodels.errors import MissingDependencyError

try:
    from websockets.exceptions import ConnectionClosedOK
except ImportError as exc:
    raise MissingDependencyError("websockets", extra="websockets") from exc

if TYPE_CHECKING:
    from websockets.asyncio.connection import Connection as WebSocket

__all__ = ["Connection"]


class Connection(TypedConnection[ReceivedT, SentT]):
    """A `ClientConnection` or `ServerConnection` that sends and receives events."""

    __slots__ = ()

    websocket: "WebSocket"
    """The connection underneath."""

    async def recv(self) -> ReceivedT:
        """Receive the next event."""
        return self._decode(await self.websocket.recv(decode=False))

    async def __anext__(self) -> ReceivedT:
        """Receive the next event; end after a normal close."""
        try:
            data = await self.websocket.recv(decode=False)
        except ConnectionClosedOK:
            raise StopAsyncIteration from None
        return self._decode(data)

    async def send(self, event: SentT) -> None:
        """Send *event* in one frame."""
        await self.websocket.send(self._encode(event), text=self._sends_text)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, and wait until it is."""
        await self.websocket.close(code, reason)

    @property
    def close_code(self) -> int | None:
        """The code of the close frame that came, or None while the connection is open."""
        return self.websocket.close_code

    @property
    def close_reason(self) -> str | None:
        """What the close frame says besides, or None while the connection is open."""
        return self.websocket.close_reason
