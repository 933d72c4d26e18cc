"""What type checkers make of connections; checked, and never run."""

from typing import Any, Literal, TypeAlias, assert_type

from aiohttp import ClientWebSocketResponse, WebSocketError
from aiohttp.web import WebSocketResponse
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.server import ServerConnection

from rtmodels import (
    RealtimeClientEvent,
    RealtimeServerEvent,
    ResponseCreateEvent,
    RtmodelsError,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter
from rtmodels.adapters import aiohttp as aiohttp_adapter
from rtmodels.adapters import starlette as starlette_adapter
from rtmodels.adapters import websockets as websockets_adapter
from rtmodels.adapters.connections import OnBadFrame, TypedConnection, log_bad_frame

client_events = JsonAdapter(RealtimeClientEvent)
server_events = MsgpackAdapter(RealtimeServerEvent)


async def client_of_websockets(websocket: ClientConnection) -> None:
    """Check the types of the events of each direction."""
    connection = websockets_adapter.WebsocketsConnection(
        websocket, receives=server_events, sends=client_events
    )
    assert_type(await connection.recv(), RealtimeServerEvent)
    async for event in connection:
        assert_type(event, RealtimeServerEvent)
    await connection.send(ResponseCreateEvent())
    await connection.send("response.create")  # type: ignore[arg-type]
    await connection.close(1000, reason="done")
    assert_type(connection.close_code, int | None)
    await connection.close("done")  # type: ignore[arg-type]


async def server_of_websockets(websocket: ServerConnection) -> None:
    """Have the same class at both ends."""
    connection = websockets_adapter.WebsocketsConnection(
        websocket, receives=client_events, sends=server_events, binary_frames=True
    )
    assert_type(await connection.recv(), RealtimeClientEvent)


async def explain(error: RtmodelsError, frame: bytes | str) -> None:
    """Be a callback of a connection."""
    log_bad_frame(error, frame)


async def with_callbacks(websocket: ServerConnection) -> None:
    """Have functions of either kind called for bad frames, or none."""
    found: list[RtmodelsError] = []
    callbacks: list[OnBadFrame | None] = [
        None,
        explain,
        log_bad_frame,
        lambda error, _: found.append(error),
    ]
    for callback in callbacks:
        websockets_adapter.WebsocketsConnection(
            websocket,
            receives=client_events,
            sends=server_events,
            on_bad_frame=callback,
        )
    websockets_adapter.WebsocketsConnection(
        websocket,
        receives=client_events,
        sends=server_events,
        on_bad_frame=len,  # type: ignore[arg-type]
    )


async def both_ends_of_aiohttp(
    client: ClientWebSocketResponse,
    bytes_client: ClientWebSocketResponse[Literal[False]],
    server: WebSocketResponse,
) -> None:
    """Accept websockets that decode text and those that do not."""
    for websocket in (client, bytes_client, server):
        connection = aiohttp_adapter.AiohttpConnection(
            websocket, receives=server_events, sends=client_events
        )
        assert_type(await connection.recv(), RealtimeServerEvent)
        async for event in connection:
            assert_type(event, RealtimeServerEvent)
        await connection.send(ResponseCreateEvent())
        await connection.close()


def closing_of_aiohttp_is_an_error_of_its_own(
    closed: aiohttp_adapter.ConnectionClosed,
) -> None:
    """Be one of aiohttp's, with the code."""
    error: WebSocketError = closed
    assert_type(error.code, int)


async def server_of_starlette(websocket: WebSocket) -> None:
    """Check the type of the underlying websocket as well."""
    connection = starlette_adapter.StarletteConnection(
        websocket, receives=client_events, sends=server_events
    )
    assert_type(await connection.recv(), RealtimeClientEvent)
    assert_type(connection.websocket, WebSocket)
    await connection.send(ResponseCreateEvent())  # type: ignore[arg-type]
    await connection.close(1001)
    assert_type(connection.close_reason, str | None)


def connections_can_be_named(
    connection: starlette_adapter.StarletteConnection[
        RealtimeClientEvent, RealtimeServerEvent
    ],
) -> None:
    """Write the type with what is received and what is sent."""
    assert_type(connection.websocket, WebSocket)


ServerSide: TypeAlias = TypedConnection[Any, RealtimeClientEvent, RealtimeServerEvent]


async def any_library_will_do(connection: ServerSide) -> None:
    """Name the type of the connections of all libraries."""
    assert_type(await connection.recv(), RealtimeClientEvent)
    async for event in connection:
        assert_type(event, RealtimeClientEvent)
    await connection.send(ResponseCreateEvent())  # type: ignore[arg-type]
    assert_type(connection.close_code, int | None)
    assert_type(connection.close_reason, str | None)
    await connection.close(1001)


async def each_library_has_one(
    aiohttp: aiohttp_adapter.AiohttpConnection[
        RealtimeClientEvent, RealtimeServerEvent
    ],
    starlette: starlette_adapter.StarletteConnection[
        RealtimeClientEvent, RealtimeServerEvent
    ],
    websockets: websockets_adapter.WebsocketsConnection[
        RealtimeClientEvent, RealtimeServerEvent
    ],
) -> None:
    """Pass the connection of each library."""
    await any_library_will_do(aiohttp)
    await any_library_will_do(starlette)
    await any_library_will_do(websockets)


def libraries_are_not_mixed_up(websocket: ClientConnection) -> None:
    """Reject the websocket of another library."""
    starlette_adapter.StarletteConnection(
        websocket,  # type: ignore[arg-type]
        receives=client_events,
        sends=server_events,
    )


def dicts_are_no_frames(websocket: WebSocket) -> None:
    """Reject an adapter that makes no bytes."""
    starlette_adapter.StarletteConnection(
        websocket,
        receives=DictAdapter(RealtimeClientEvent),  # type: ignore[arg-type]
        sends=server_events,
    )
