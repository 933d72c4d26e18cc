"""What sets the connections of websockets, aiohttp and Starlette apart."""

import asyncio
import inspect
import subprocess
import sys

import aiohttp
import pytest
from aiohttp import web
from fastapi import FastAPI, WebSocket
from starlette.websockets import WebSocketDisconnect
from websockets import ConnectionClosedError, ConnectionClosedOK
from websockets.asyncio.client import connect

from rtmodels import DecodeError, ErrorEvent, ErrorEventError, ResponseCreateEvent
from rtmodels.adapters import aiohttp as aiohttp_adapter
from rtmodels.adapters import starlette as starlette_adapter
from rtmodels.adapters import websockets as websockets_adapter

from ..examples import read_examples
from ..processes import PATIENCE
from ..servers import serve
from .sockets import (
    EVENTS,
    JSON,
    End,
    collect,
    echo,
    load,
    meet,
    number,
    ping,
    send_raw,
)

pytestmark = pytest.mark.needs("aiohttp", "fastapi", "starlette", "websockets")

WEBSOCKETS = [
    End("websockets", "client", "websockets"),
    End("websockets", "server", "websockets"),
]
AIOHTTP = [
    End("aiohttp", "client", "websockets"),
    End("aiohttp", "server", "websockets"),
]
STARLETTE = End("starlette", "server", "websockets")

TAKES_BYTES = "decode_text" in inspect.signature(web.WebSocketResponse).parameters


@pytest.fixture(autouse=True, scope="module")
def starlette():
    """Run a server for Starlette's endpoints."""
    with load("starlette").run():
        yield


def example(module):
    """Run the example in *module*'s docstring; give what it defines."""
    (block,) = read_examples(module)
    names = {}
    exec(block, names)  # noqa: S102 - our own text
    return names


async def ask(url, event):
    """Send *event* to *url*, and receive the answer."""
    async with asyncio.timeout(PATIENCE), connect(url) as websocket:
        connection = websockets_adapter.WebsocketsConnection(websocket, **JSON)
        await connection.send(event)
        return await connection.recv()


async def end_with_bad_text(connection):
    """Send text that is not UTF-8, and an event behind it."""
    await send_raw(connection, b'"\xff"')
    await connection.send(number(1))
    await connection.close()


async def stay(connection):
    """Wait for an end of whatever kind."""
    await asyncio.wait([asyncio.create_task(collect(connection))])


@pytest.mark.parametrize("is_killed", [False, True])
@pytest.mark.parametrize("module", [websockets_adapter, aiohttp_adapter])
def test_a_client_s_example_runs(module, is_killed, capsys):
    """It prints the types of events, past garbage, until the server is gone."""
    asked = []

    async def answer(websocket):
        connection = websockets_adapter.WebsocketsConnection(websocket, **JSON)
        asked.append(await connection.recv())
        for event in EVENTS:
            if event.type.startswith("response.") and event.event_id:
                await send_raw(connection, b"garbage")
                await connection.send(event)
        large = ErrorEventError(type="server_error", message="!" * 2**22)
        await connection.send(ErrorEvent(event_id="event_1", error=large))
        if is_killed:
            websocket.transport.abort()

    async def main():
        async with asyncio.timeout(PATIENCE), load("websockets").serve(answer) as url:
            await example(module)["ask"](url)

    asyncio.run(main())

    assert asked == [ResponseCreateEvent()]
    out = capsys.readouterr().out
    if not is_killed:  # which may cost the last events
        assert {"response.done", "error"} < {*out.split()}
    gone = is_killed and module is websockets_adapter  # as aiohttp ends its loop
    assert ("the server is gone" in out) is gone


def test_the_server_s_example_runs():
    """It answers garbage with an error, and then every event."""

    async def talk(url):
        async with asyncio.timeout(PATIENCE), connect(url) as websocket:
            connection = websockets_adapter.WebsocketsConnection(websocket, **JSON)
            await send_raw(connection, b"garbage")
            await connection.send(ResponseCreateEvent())
            return [await connection.recv() for _ in range(2)]

    with serve(example(starlette_adapter)["app"]) as host:
        answers = asyncio.run(talk(f"ws://{host}/v1/realtime"))

    assert [type(answer) for answer in answers] == [ErrorEvent, ErrorEvent]
    garbage, event = (answer.error.message for answer in answers)
    assert "not JSON" in garbage
    assert event == "no response.create here"


def test_a_fastapi_endpoint_takes_a_connection():
    """FastAPI's websocket is Starlette's."""
    app = FastAPI()

    @app.websocket("/")
    async def answer(websocket: WebSocket):
        await websocket.accept()
        await echo(starlette_adapter.StarletteConnection(websocket, **JSON))

    with serve(app) as host:
        assert asyncio.run(ask(f"ws://{host}/", number(1))) == number(1)


@pytest.mark.parametrize("end", WEBSOCKETS, ids=str)
def test_websockets_tells_normal_ends_from_others(end):
    """`recv` raises one exception or the other."""

    async def here(connection):
        with pytest.raises(ConnectionClosedOK):
            await connection.recv()

    async def there(connection):
        await connection.close(1001)

    meet(end, here, there)


@pytest.mark.parametrize("end", WEBSOCKETS, ids=str)
def test_websockets_leaves_text_to_the_adapter(end):
    """What is not UTF-8 is a bad frame like any other."""

    async def here(connection):
        with pytest.raises(DecodeError):
            await connection.recv()
        return await collect(connection)

    assert meet(end, here, end_with_bad_text) == [number(1)]


@pytest.mark.parametrize("end", WEBSOCKETS, ids=str)
def test_websockets_has_a_limit_of_its_own(end):
    """More than a mebibyte closes the connection, unless the limit is raised."""

    async def here(connection):
        with pytest.raises(ConnectionClosedError, match="1009"):
            await connection.recv()

    async def there(connection):
        await connection.send(number(1, 2**20))
        await stay(connection)

    meet(end, here, there)


@pytest.mark.skipif(not TAKES_BYTES, reason="aiohttp takes decode_text from 3.14 on")
@pytest.mark.parametrize("end", AIOHTTP, ids=str)
def test_aiohttp_leaves_text_to_the_adapter_on_request(end):
    """With ``decode_text=False``, what is not UTF-8 is a bad frame like any other."""

    async def here(connection):
        with pytest.raises(DecodeError):
            await connection.recv()
        return await collect(connection)

    assert meet(end, here, end_with_bad_text, decode_text=False) == [number(1)]


@pytest.mark.parametrize("end", AIOHTTP, ids=str)
@pytest.mark.parametrize("take", [lambda c: c.recv(), collect], ids=["recv", "loop"])
def test_aiohttp_closes_on_text_that_is_not_utf_8(end, take):
    """That is no orderly end: a loop raises as well."""

    async def here(connection):
        with pytest.raises(aiohttp.WebSocketError, match="UTF-8"):
            await take(connection)
        with pytest.raises(aiohttp_adapter.ConnectionClosed, match="UTF-8"):
            await connection.recv()
        return connection.close_code

    async def there(connection):
        await send_raw(connection, b'"\xff"')
        with pytest.raises(ConnectionClosedError, match="1007"):
            await connection.recv()

    assert meet(end, here, there) == 1007


@pytest.mark.parametrize("end", AIOHTTP, ids=str)
def test_aiohttp_has_a_limit_of_its_own(end):
    """A message over the limit ends the connection with an error."""

    async def here(connection):
        with pytest.raises(aiohttp.WebSocketError, match="exceeds"):
            await connection.recv()
        return connection.close_code

    async def there(connection):
        await connection.send(number(1, 3000))
        await stay(connection)

    assert meet(end, here, there, max_msg_size=2048) == 1009


@pytest.mark.parametrize("end", AIOHTTP, ids=str)
def test_aiohttp_has_a_code_where_none_came(end):
    """A close frame may be empty; the code is then the standard's own."""

    async def there(connection):
        protocol = connection.websocket.protocol
        protocol.send_close()
        connection.websocket.transport.write(b"".join(protocol.data_to_send()))
        await connection.websocket.wait_closed()

    async def here(connection):
        assert await collect(connection) == []
        return connection.close_code, connection.close_reason

    assert meet(end, here, there) == (1005, "")


@pytest.mark.parametrize("role", ["client", "server"])
def test_aiohttp_reports_that_nobody_answers_pings(role):
    """The error of the heartbeat is the cause of what `recv` raises."""
    finished = asyncio.Event()

    async def here(connection):
        with pytest.raises(aiohttp.WebSocketError) as caught:
            await connection.recv()
        finished.set()
        return caught.value, connection.close_code

    async def there(_):
        await finished.wait()  # aiohttp answers pings while it receives

    end = End("aiohttp", role, "aiohttp")
    error, code = meet(end, here, there, heartbeat=0.05)

    assert isinstance(error.__cause__, TimeoutError)
    assert error.code == code == 1006


@pytest.mark.parametrize("end", AIOHTTP, ids=str)
def test_aiohttp_hides_pings_that_it_does_not_answer(end):
    """With ``autoping=False`` they would come as messages."""

    async def there(connection):
        await ping(connection)
        await connection.send(number(1))
        await connection.close()

    assert meet(end, collect, there, autoping=False) == [number(1)]


@pytest.mark.parametrize("end", AIOHTTP, ids=str)
def test_aiohttp_s_websocket_may_be_closed_past_the_connection(end):
    """The connection reports the close code that aiohttp has."""

    async def here(connection):
        await connection.websocket.close(code=4000)
        assert await collect(connection) == []
        return connection.close_code

    assert meet(end, here, stay) == 4000


def test_starlette_s_websocket_is_accepted_first():
    """Until then `recv` raises an error that names the missing call."""
    app = FastAPI()

    @app.websocket("/")
    async def answer(websocket: WebSocket):
        connection = starlette_adapter.StarletteConnection(websocket, **JSON)
        with pytest.raises(RuntimeError, match=r"call its accept\(\) first"):
            await connection.recv()
        await websocket.accept()
        await echo(connection)

    with serve(app) as host:
        assert asyncio.run(ask(f"ws://{host}/", number(1))) == number(1)


def test_starlette_s_server_closes_on_text_that_is_not_utf_8():
    """The frame never gets to the connection."""

    async def here(connection):
        with pytest.raises(WebSocketDisconnect):
            await connection.recv()
        return connection.close_code

    async def there(connection):
        await send_raw(connection, b'"\xff"')
        await stay(connection)

    assert meet(STARLETTE, here, there) == 1007


def test_starlette_s_connection_may_be_closed_after_the_other_side():
    """Closing is no error when the client is gone already, heard of or not."""

    async def here(connection):
        assert await connection.recv() == number(1)
        await asyncio.sleep(0.05)
        await connection.close(4000)
        with pytest.raises(WebSocketDisconnect):
            await connection.send(number(2))
        await connection.close(4001)
        return connection.close_code

    async def there(connection):
        await connection.send(number(1))
        connection.websocket.transport.abort()

    assert meet(STARLETTE, here, there) == 4000


@pytest.mark.parametrize("library", ["aiohttp", "starlette", "websockets"])
def test_a_missing_library_is_named(library):
    """The error says which extra to install."""
    code = f"""if True:
        import sys
        sys.modules["{library}"] = None
        from rtmodels import MissingDependencyError
        try:
            import rtmodels.adapters.{library}
        except MissingDependencyError as exc:
            print(exc)
    """
    result = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )

    assert f"pip install 'rtmodels[{library}]'" in result.stdout
