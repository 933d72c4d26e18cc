"""Events over a websocket of aiohttp, on the client or on the server.

::

    from aiohttp import ClientSession, WebSocketError

    from rtmodels import RealtimeClientEvent, RealtimeServerEvent, ResponseCreateEvent
    from rtmodels.adapters import JsonAdapter
    from rtmodels.adapters.aiohttp import AiohttpConnection

    client_events = JsonAdapter(RealtimeClientEvent)
    server_events = JsonAdapter(RealtimeServerEvent)

    async def ask(url):
        async with (
            ClientSession() as session,
            session.ws_connect(url, max_msg_size=0) as websocket,
        ):
            connection = AiohttpConnection(
                websocket, receives=server_events, sends=client_events
            )
            await connection.send(ResponseCreateEvent())
            try:
                async for event in connection:
                    print(event.type)
            except WebSocketError as exc:
                print("the server broke the protocol:", exc)

The loop continues after a frame that does not decode. It logs a warning for that frame,
unless ``on_bad_frame`` is another callback.

On the server, pass `AiohttpConnection` a ``WebSocketResponse`` that has been prepared.

Pass ``decode_text=False`` to aiohttp 3.14 or newer, for text that is decoded straight
from bytes: invalid UTF-8 then makes a bad frame like any other. Without this option,
aiohttp closes the connection with code 1007. It closes it with code 1009 for messages
of more than 4 MiB, unless ``max_msg_size`` sets another limit. With 0, a message over
the adapter's ``max_bytes`` is a bad frame, but the other side decides how much memory
is used: keep a limit where you do not trust it.
"""

from typing import TYPE_CHECKING, TypeAlias

from rtmodels.adapters.connections._ending import EndingConnection
from rtmodels.adapters.connections._typed import ReceivedT, SentT
from rtmodels.errors import MissingDependencyError

try:
    from aiohttp import WebSocketError, WSCloseCode, WSMsgType
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("aiohttp", extra="aiohttp") from _exc

if TYPE_CHECKING:
    from aiohttp import ClientWebSocketResponse
    from aiohttp.web import WebSocketResponse

    AnyWebSocket: TypeAlias = ClientWebSocketResponse[bool] | WebSocketResponse[bool]

__all__ = ["AiohttpConnection", "ConnectionClosed"]

NO_STATUS = 1005
"""The code for a close frame without one, by RFC 6455; aiohttp reports 0."""


class ConnectionClosed(WebSocketError):  # noqa: N818 - most ends are no errors
    """The connection is closed, so no event follows; ``code`` is the close code.

    aiohttp has no exception for this case.
    """


class AiohttpConnection(EndingConnection["AnyWebSocket", ReceivedT, SentT]):
    """A typed connection over a ``ClientWebSocketResponse`` or ``WebSocketResponse``.

    As in aiohttp, a loop ends when the connection is closed with any code, or lost,
    which `close_code` reports as 1006. `recv` raises `ConnectionClosed` instead. Both
    raise a plain ``WebSocketError`` if the other side violates the protocol, sends too
    much, or does not answer pings.
    """

    __slots__ = ()

    _closed = ConnectionClosed

    async def _receive(self) -> bytes | str:
        """Return the payload of the next data frame."""
        while self._ending is None:
            kind, data, extra = await self.websocket.receive()
            if kind is WSMsgType.TEXT or kind is WSMsgType.BINARY:
                payload: bytes | str = data
                return payload

            if kind is WSMsgType.ERROR:
                raise self._fail(data)
            if kind is WSMsgType.CLOSE:
                self._end(data or NO_STATUS, extra or "")
            elif kind is WSMsgType.CLOSING or kind is WSMsgType.CLOSED:
                # These messages carry no code; a lost connection leaves none at all.
                code = self.websocket.close_code
                self._end(code or WSCloseCode.ABNORMAL_CLOSURE, "")

        raise ConnectionClosed(*self._ending)

    def _fail(self, error: Exception) -> WebSocketError:
        """Record *error* as the end of the connection, and return aiohttp's error."""
        if isinstance(error, WebSocketError):
            self._end(error.code, str(error))
            return error
        failure = WebSocketError(*self._end(WSCloseCode.ABNORMAL_CLOSURE, str(error)))
        failure.__cause__ = error
        return failure

    async def send(self, event: SentT) -> None:
        """Send *event* in one frame.

        Several tasks may send at once. Frames stay whole, and those of one task in
        order.

        Raises:
            EncodeError: *event* cannot be encoded. Nothing is sent.
            aiohttp.ClientConnectionResetError: The connection is closed.
        """
        kind = WSMsgType.TEXT if self._sends_text else WSMsgType.BINARY
        await self.websocket.send_frame(self._encode(event), kind)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, unless it is closed, and wait for the other side."""
        self._end(code, reason)
        await self.websocket.close(code=code, message=reason.encode())
