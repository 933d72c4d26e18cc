"""Events over a connection of websockets, on the client or on the server.

::

    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosedError

    from rtmodels import RealtimeClientEvent, RealtimeServerEvent, ResponseCreateEvent
    from rtmodels.adapters import JsonAdapter
    from rtmodels.adapters.websockets import WebsocketsConnection

    client_events = JsonAdapter(RealtimeClientEvent)
    server_events = JsonAdapter(RealtimeServerEvent)

    async def ask(url):
        async with connect(url, max_size=None) as websocket:
            connection = WebsocketsConnection(
                websocket, receives=server_events, sends=client_events
            )
            try:
                await connection.send(ResponseCreateEvent())
                async for event in connection:
                    print(event.type)
            except ConnectionClosedError as exc:
                print("the server is gone:", exc)

The loop continues after a frame that does not decode. It logs a warning for that frame,
unless ``on_bad_frame`` is another callback.

The connection is one of websockets' asyncio API. By default, websockets closes it with
code 1009 when it receives a message of more than 1 MiB, which is 768 KiB of audio in
JSON. ``max_size`` sets another limit. With None, a message over the adapter's
``max_bytes`` is a bad frame, but the other side decides how much memory is used: keep
a limit where you do not trust it.
"""

from rtmodels.adapters.connections._typed import ReceivedT, SentT, TypedConnection
from rtmodels.errors import MissingDependencyError

try:
    from websockets.asyncio.connection import Connection
    from websockets.exceptions import ConnectionClosedOK
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("websockets", extra="websockets") from _exc

__all__ = ["WebsocketsConnection"]


class WebsocketsConnection(TypedConnection[Connection, ReceivedT, SentT]):
    """A typed connection over a ``ClientConnection`` or ``ServerConnection``.

    Text is decoded straight from bytes, so invalid UTF-8 makes a bad frame like any
    other, and the connection stays open. As in websockets, a loop ends when the
    connection is closed with code 1000 or 1001, and otherwise raises
    ``ConnectionClosedError``. `recv` raises that error or ``ConnectionClosedOK``.
    """

    __slots__ = ()

    _closed = ConnectionClosedOK

    async def _receive(self) -> bytes:
        """Return the payload of the next data frame."""
        return await self.websocket.recv(decode=False)

    async def send(self, event: SentT) -> None:
        """Send *event* in one frame.

        Several tasks may send at once. The whole frame is in the buffer before `send`
        waits for the first time, so frames are sent in the order of the calls.

        Raises:
            EncodeError: *event* cannot be encoded. Nothing is sent.
            websockets.ConnectionClosed: The connection is closed.
        """
        await self.websocket.send(self._encode(event), text=self._sends_text)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, unless it is closed, and wait for the other side."""
        await self.websocket.close(code, reason)

    @property
    def close_code(self) -> int | None:
        """The close code of the other side, or 1006; ``None`` before the end."""
        return self.websocket.close_code

    @property
    def close_reason(self) -> str | None:
        """The reason that came with the code, often empty; ``None`` before the end."""
        return self.websocket.close_reason
