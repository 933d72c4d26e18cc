"""A websocket of Starlette or FastAPI that knows its events."""

from typing import TYPE_CHECKING, Any

from rtmodels.adapters._connection import ReceivedT, SentT, TypedConnection
from rtmodels.errors import MissingDependencyError

try:
    from starlette.websockets import WebSocketDisconnect, WebSocketState
except ImportError as exc:
    raise MissingDependencyError("starlette", extra="starlette") from exc

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

__all__ = ["Connection"]


class Connection(TypedConnection[ReceivedT, SentT]):
    """A `WebSocket` that sends and receives events."""

    __slots__ = ("close_code", "close_reason")

    websocket: "WebSocket"
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
            raise WebSocketDisconnect(self.close_code or 1006, self.close_reason)
        return self._decode(data)

    async def __anext__(self) -> ReceivedT:
        """Receive the next event; end when the connection is closed."""
        data = await self._take()
        if data is None:
            raise StopAsyncIteration
        return self._decode(data)

    async def _take(self) -> bytes | str | None:
        """Receive the payload of the next data frame, or None at the end."""
        if self.close_code is not None:
            return None
        if self.websocket.application_state is not WebSocketState.CONNECTED:
            raise RuntimeError(
                'WebSocket is not connected. Need to call "accept" first.'
            )
        message = await self.websocket.receive()
        if message["type"] == "websocket.disconnect":
            self._end(message["code"], message.get("reason") or "")
            return None
        text: str | None = message.get("text")
        return message["bytes"] if text is None else text

    async def send(self, event: SentT) -> None:
        """Send *event* in one frame."""
        data = self._encode(event)
        if self._sends_text:
            await self.websocket.send_text(data.decode())
        else:
            await self.websocket.send_bytes(data)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection."""
        if self.close_code is None:
            self._end(code, reason)
            await self.websocket.close(code, reason)

    def _end(self, code: int, reason: str) -> None:
        """Remember how the connection ended, the first time."""
        if self.close_code is None:
            self.close_code, self.close_reason = code, reason
