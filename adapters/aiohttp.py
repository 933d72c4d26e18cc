"""Events over a websocket of aiohttp, a client's or a server's.

::

    from aiohttp import ClientSession

    from rtmodels import RealtimeClientEvent, RealtimeServerEvent, ResponseCreateEvent
    from rtmodels.adapters import JsonAdapter
    from rtmodels.adapters.aiohttp import AiohttpConnection

    client_events = JsonAdapter(RealtimeClientEvent)
    server_events = JsonAdapter(RealtimeServerEvent)

    async def ask(url):
        async with ClientSession() as session, session.ws_connect(url) as websocket:
            connection = AiohttpConnection(
                websocket, receives=server_events, sends=client_events
            )
            await connection.send(ResponseCreateEvent())
            async for event in connection:
                print(event.type)

A server puts `AiohttpConnection` on the ``WebSocketResponse`` that it has prepared.
From aiohttp 3.14 on, both kinds take ``decode_text=False``: text is then decoded from
bytes, and invalid UTF-8 is a `DecodeError` for that frame. Otherwise aiohttp closes the
connection on it, with code 1007. Messages of more than 4 MiB end the connection with
code 1009, unless ``max_msg_size`` sets another limit.
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
"""What RFC 6455 has for a close frame without a code; aiohttp says 0."""


class ConnectionClosed(WebSocketError):  # noqa: N818 - most ends are no errors
    """The connection is closed, with the code in ``code``: there is no next event.

    aiohttp has no exception for that.
    """


class AiohttpConnection(EndingConnection["AnyWebSocket", ReceivedT, SentT]):
    """A ``ClientWebSocketResponse`` or ``WebSocketResponse`` that knows its events.

    As in aiohttp, a loop ends when the connection is closed, with any code, or
    lost, which `close_code` tells as 1006; `recv` raises `ConnectionClosed` then. Both
    raise a plain ``WebSocketError`` when the other side breaks the protocol, sends too
    much or does not answer pings.
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
                code = self.websocket.close_code
                self._end(code or WSCloseCode.ABNORMAL_CLOSURE, "")
        raise ConnectionClosed(*self._ending)

    def _fail(self, error: Exception) -> WebSocketError:
        """Keep *error* as the end of the connection, and return it as aiohttp's own."""
        if isinstance(error, WebSocketError):
            self._end(error.code, str(error))
            return error
        failure = WebSocketError(*self._end(WSCloseCode.ABNORMAL_CLOSURE, str(error)))
        failure.__cause__ = error
        return failure

    async def send(self, event: SentT) -> None:
        """Send *event* in one frame.

        Several tasks may send at once: frames stay whole, and those of one task in
        order.

        Raises:
            EncodeError: *event* cannot be encoded. Nothing is sent.
            aiohttp.ClientConnectionResetError: The connection is closed.
        """
        kind = WSMsgType.TEXT if self._sends_text else WSMsgType.BINARY
        await self.websocket.send_frame(self._encode(event), kind)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, unless it is, and wait until the other side has too."""
        self._end(code, reason)
        await self.websocket.close(code=code, message=reason.encode())
