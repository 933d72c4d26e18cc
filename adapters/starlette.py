"""Events over a websocket of Starlette or FastAPI.

::

    from contextlib import suppress

    from starlette.applications import Starlette
    from starlette.routing import WebSocketRoute
    from starlette.websockets import WebSocketDisconnect

    from rtmodels import ErrorEvent, ErrorEventError, RealtimeClientEvent
    from rtmodels import RealtimeServerEvent
    from rtmodels.adapters import JsonAdapter
    from rtmodels.adapters.starlette import StarletteConnection

    client_events = JsonAdapter(RealtimeClientEvent)
    server_events = JsonAdapter(RealtimeServerEvent)

    async def reject(websocket):
        async def answer(message):
            error = ErrorEventError(type="invalid_request_error", message=str(message))
            await connection.send(ErrorEvent(event_id="event_1", error=error))

        await websocket.accept()
        connection = StarletteConnection(
            websocket,
            receives=client_events,
            sends=server_events,
            on_bad_frame=lambda error, frame: answer(error),
        )
        with suppress(WebSocketDisconnect):  # raised if the client left before `send`
            async for event in connection:
                await answer(f"no {event.type} here")

    app = Starlette(routes=[WebSocketRoute("/v1/realtime", reject)])

The example also needs a server, such as ``uvicorn[standard]``.

The loop continues after a frame that does not decode. Without ``on_bad_frame``, it logs
a warning for that frame.

The ASGI server limits the size of messages (uvicorn to 16 MiB). It closes the
connection when it receives text that is not UTF-8.
"""

from contextlib import suppress

from rtmodels.adapters.connections._ending import EndingConnection
from rtmodels.adapters.connections._typed import ReceivedT, SentT
from rtmodels.errors import MissingDependencyError

try:
    from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("starlette", extra="starlette") from _exc

__all__ = ["StarletteConnection"]


class StarletteConnection(EndingConnection[WebSocket, ReceivedT, SentT]):
    """A typed connection over a ``WebSocket``, which must be accepted before use.

    As in Starlette, a loop ends when the connection is closed with any code, or lost.
    uvicorn reports a lost connection as 1005 or 1006. `recv` raises
    ``WebSocketDisconnect`` instead.
    """

    __slots__ = ()

    _closed = WebSocketDisconnect

    async def _receive(self) -> bytes | str:
        """Return the payload of the next data frame."""
        if self._ending is not None:
            raise WebSocketDisconnect(*self._ending)
        # Before accept(), Starlette returns the handshake like any other message.
        if self.websocket.application_state is not WebSocketState.CONNECTED:
            raise RuntimeError("the websocket is not open: call its accept() first")

        message = await self.websocket.receive()
        if message["type"] == "websocket.disconnect":
            reason = message.get("reason") or ""
            raise WebSocketDisconnect(*self._end(message["code"], reason))

        text: str | None = message.get("text")
        return message["bytes"] if text is None else text

    async def send(self, event: SentT) -> None:
        """Send *event* in one frame.

        Several tasks may send at once. ASGI servers keep frames whole, and those of one
        task in order.

        Raises:
            EncodeError: *event* cannot be encoded. Nothing is sent.
            starlette.websockets.WebSocketDisconnect: The connection is closed.
        """
        data = self._encode(event)
        if self._ending is not None:
            raise WebSocketDisconnect(*self._ending)
        if self._sends_text:
            await self.websocket.send_text(data.decode())
        else:
            await self.websocket.send_bytes(data)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, unless it is closed."""
        if self._ending is None:
            self._end(code, reason)
            # If the other side closed first, servers raise one of these.
            with suppress(WebSocketDisconnect, RuntimeError):
                await self.websocket.close(code, reason)
