"""What type checkers make of the test server; checked, and never run."""

from collections.abc import Iterable
from typing import Any, assert_type

from rtmodels import ErrorEvent, ResponseCreateEvent
from rtmodels.testing import (
    Connection,
    MemoryConnection,
    MemoryWebsocket,
    Problem,
    RealtimeServer,
    Step,
    Waiting,
    caller_turn,
    close,
    delay,
    drop,
    error,
    expect,
    expect_audio,
    function_call,
    mcp_call,
    rate_limits,
    repeat,
    replay,
    respond,
    speech,
    text,
)
from rtmodels.testing.pytest_plugin import realtime_server

FIXTURE: Any = realtime_server


def look(connection: Connection) -> None:
    """Be a step, and use what a connection has."""
    assert_type(connection.problems, list[Problem])
    assert_type(connection.frames, list[bytes | str])
    assert_type(connection.items, tuple[Any, ...])
    assert_type(connection.audio, bytes)
    assert_type(connection.refusals, tuple[ErrorEvent, ...])
    assert_type(connection.waits_for, str | None)
    assert_type(connection.make_id("item"), str)
    connection.send(connection.session)
    connection.send_frame("{}")
    connection.report("it is late")
    connection.close(1011)
    connection.drop()


SCRIPT: list[Step] = [
    expect(ResponseCreateEvent, lambda event: event.response is None),
    expect_audio(200),
    respond("Hi", text("there"), speech("you"), function_call("f", {"a": 1})),
    respond(mcp_call("label", "name"), interrupted="turn_detected"),
    respond(interrupted="caller"),  # type: ignore[arg-type]
    caller_turn("Hello"),
    error("no", code="none"),
    rate_limits(limit=1, remaining=0),
    delay(1),
    repeat(expect(ResponseCreateEvent), look),
    replay("session.jsonl", wait_for=ResponseCreateEvent),
    close(1000),
    drop(),
]


def wait(connection: Connection) -> Iterable[Waiting]:
    """Be a step that waits."""
    yield Waiting("three frames", lambda: len(connection.frames) == 3)


def serve() -> None:
    """Run a server, and read what it has."""
    with RealtimeServer(*SCRIPT, b"raw", look, wait, version="beta") as server:
        server.play("raw")
        assert_type(server.url + server.base_url + server.http_url, str)
        assert_type(server.received, tuple[Any, ...])
        assert_type(server.problems, tuple[Problem, ...])
        assert_type(server.connections, list[Connection])
        server.wait_until_played(1)
        server.wait_until(lambda: len(server.received) == 3, timeout=1)
        server.check()
    server.start()
    server.stop()
    RealtimeServer(version="alpha")  # type: ignore[arg-type]


async def connect_in_memory() -> None:
    """Use both twins of websockets' connections."""
    async with RealtimeServer() as server:
        await server.until_played()
    async with MemoryWebsocket(*SCRIPT) as websocket:
        await websocket.send("{}")
        assert_type(websocket.connection, Connection)
        assert_type(await websocket.recv(decode=False), Any)
        async for frame in websocket:
            assert_type(frame, Any)
        await websocket.close()
    with MemoryConnection(*SCRIPT) as connection:
        connection.send("{}")
        assert_type(connection.connection, Connection)
        assert_type([connection.recv(timeout=1), *connection], list[Any])
        connection.close()
        assert_type(connection.problems, tuple[Problem, ...])
        assert_type(connection.received, tuple[Any, ...])
        assert_type(connection.close_code, int | None)
        assert_type(connection.close_reason, str | None)
        connection.check()
