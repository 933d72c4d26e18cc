"""A websocket of aiohttp, client's or server's, that knows its events."""

from typing import TYPE_CHECKING, Any

from rtmodels.adapters._connection import ReceivedT, SentT, TypedConnection
from rtmodels.errors import MissingDependencyError

try:
    from aiohttp import WebSocketError, WSCloseCode, WSMsgType
except ImportError as exc:
    raise MissingDependencyError("aiohttp", extra="aiohttp") from exc

if TYPE_CHECKING:
    from aiohttp import ClientWebSocketResponse
    from aiohttp.web import WebSocketResponse

__all__ = ["Connection"]


class Connection(TypedConnection[ReceivedT, SentT]):
    """A `ClientWebSocketResponse` or `WebSocketResponse` that sends and receives events."""

    __slots__ = ("close_code", "close_reason")

    websocket: "ClientWebSocketResponse[bool] | WebSocketResponse[bool]"
    """The websocket underneath."""

    close_code: int | None
    close_reason: str | None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.close_code = self.close_reason = None

    async def recv(self) -> ReceivedT:
        """Receive the next event."""
        data = await self._take()
        if data is None:
            raise WebSocketError(self.close_code or 1006, self.close_reason or "")
        return self._decode(data)

    async def __anext__(self) -> ReceivedT:
        """Receive the next event; end when the connection is closed."""
        data = await self._take()
        if data is None:
            raise StopAsyncIteration
        return self._decode(data)

    async def _take(self) -> bytes | str | None:
        """Receive the payload of the next data frame, or None at the end."""
        while self.close_code is None:
            message = await self.websocket.receive()
            match message.type:
                case WSMsgType.TEXT | WSMsgType.BINARY:
                    data: bytes | str = message.data
                    return data
                case WSMsgType.CLOSE:
                    self._end(message.data, message.extra or "")
                case WSMsgType.CLOSING | WSMsgType.CLOSED:
                    self._end(self.websocket.close_code, "")
                case WSMsgType.ERROR:
                    error = message.data
                    self._end(self.websocket.close_code, str(error))
                    raise error
        return None

    async def send(self, event: SentT) -> None:
        """Send *event* in one frame."""
        kind = WSMsgType.TEXT if self._sends_text else WSMsgType.BINARY
        await self.websocket.send_frame(self._encode(event), kind)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, and wait until it is."""
        await self.websocket.close(code=code, message=reason.encode())
        self._end(code, reason)

    def _end(self, code: int | None, reason: str) -> None:
        """Remember how the connection ended, the first time."""
        if self.close_code is None:
            self.close_code = code or WSCloseCode.ABNORMAL_CLOSURE
            self.close_reason = reason
