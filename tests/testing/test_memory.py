"""The connections in memory behave as those of websockets do."""

import asyncio
import json

import pytest
from openai.resources.realtime.realtime import AsyncRealtimeConnection
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK

from rtmodels import (
    RealtimeClientEvent,
    RealtimeServerEvent,
    ResponseCreateEvent,
    build,
)
from rtmodels.adapters import JsonAdapter
from rtmodels.adapters.websockets import WebsocketsConnection
from rtmodels.testing import (
    MemoryConnection,
    MemoryWebsocket,
    close,
    delay,
    drop,
    expect,
    respond,
)

pytestmark = pytest.mark.needs("openai", "testing", "websockets")

REQUEST = '{"type":"response.create"}'
GREETING = expect(ResponseCreateEvent), respond("Hello, Ada!"), close()


def test_the_connection_of_the_library_runs_on_it():
    """It sends, receives and ends as on a socket."""

    async def main():
        websocket = MemoryWebsocket(*GREETING)
        connection = WebsocketsConnection(
            websocket,
            receives=JsonAdapter(RealtimeServerEvent),
            sends=JsonAdapter(RealtimeClientEvent),
        )
        await connection.send(build.create_response())
        events = [event async for event in connection]
        websocket.check()
        return events, connection.close_code

    events, code = asyncio.run(main())
    assert events[-2].response.output[0].content[0].text == "Hello, Ada!"
    assert code == 1000


def test_the_connection_of_openai_runs_on_it():
    """The SDK's class takes it for its own."""

    async def main():
        websocket = MemoryWebsocket(*GREETING)
        connection = AsyncRealtimeConnection(websocket)
        await connection.response.create()
        types = [event.type async for event in connection]
        websocket.check()
        return types

    assert asyncio.run(main())[-2:] == ["response.done", "rate_limits.updated"]


def test_a_receiver_waits_for_another_task_to_send():
    """The two tasks of an app share one connection."""

    async def main():
        async with MemoryWebsocket(*GREETING) as websocket:
            receiver = asyncio.create_task(collect(websocket))
            await asyncio.sleep(0)
            await websocket.send(REQUEST)
            return await receiver

    async def collect(websocket):
        return [json.loads(frame)["type"] async for frame in websocket]

    assert asyncio.run(main())[-1] == "rate_limits.updated"


def test_frames_are_text_or_bytes():
    """As the caller asks."""
    websocket = MemoryConnection("one", "two", greet=False)

    assert websocket.recv() == "one"
    assert websocket.recv(decode=False) == b"two"


def test_receiving_says_what_the_script_waits_for():
    """The sync twin raises at once, where a socket would wait for ever."""
    websocket = MemoryConnection(expect(ResponseCreateEvent))
    websocket.recv()

    with pytest.raises(TimeoutError, match="script waits for ResponseCreateEvent"):
        websocket.recv()


def test_iteration_ends_with_the_connection():
    """With code 1000; every other code is an error."""
    websocket = MemoryConnection(*GREETING)
    websocket.send(REQUEST)
    assert json.loads(list(websocket)[-1])["type"] == "rate_limits.updated"
    assert (websocket.close_code, websocket.close_reason) == (1000, "")

    with pytest.raises(ConnectionClosedError):
        list(MemoryConnection(close(4000, "expired")))


def test_a_closed_connection_takes_nothing():
    """As in websockets, both directions raise."""
    with MemoryConnection() as websocket:
        pass

    with pytest.raises(ConnectionClosedOK):
        websocket.send(REQUEST)


def test_a_drop_has_the_code_of_websockets():
    """1006 says that there was no close frame."""

    async def main():
        websocket = MemoryWebsocket(drop())
        await websocket.recv()
        with pytest.raises(ConnectionClosedError) as caught:
            await websocket.recv()
        return caught.value.rcvd, websocket.close_code

    assert asyncio.run(main()) == (None, 1006)


def test_delays_take_their_time():
    """In both twins the script continues after them."""

    async def main():
        websocket = MemoryWebsocket(delay(0.001), "late", greet=False)
        return await websocket.recv()

    assert asyncio.run(main()) == "late"
    connection = MemoryConnection(delay(0.001), "late", greet=False)
    with pytest.raises(TimeoutError):
        connection.recv(timeout=0)
    assert connection.recv() == "late"
