"""The relay of the examples, between browsers and a Realtime server, under load.

The relay runs as its reader would run it. The server behind it is ours: it plays
numbered events, and keeps what it is sent. So does each browser.
"""

import asyncio
import json
import os
import sqlite3
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from rtmodels import (
    ConversationItemCreateEvent,
    ErrorEvent,
    InputAudioBufferAppendEvent,
    RealtimeClientEvent,
    RealtimeConversationItemMessageUser,
    RealtimeConversationItemMessageUserContent,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseDoneEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputTextDeltaEvent,
)
from rtmodels.adapters import JsonAdapter
from rtmodels.adapters.websockets import WebsocketsConnection

from ..paths import EXAMPLES
from ..processes import PATIENCE, running, wait_until
from ..servers import answers, free_port

pytestmark = pytest.mark.needs("fastapi", "sqlalchemy", "starlette", "websockets")

CLIENT = JsonAdapter(RealtimeClientEvent)
SERVER = JsonAdapter(RealtimeServerEvent)

MALFORMED = [b"{", b'{"type":"response.cancel","response_id":5}', b"\xff", b"[]", b""]
"""Frames that a relay rejects: not JSON, a wrong type, no UTF-8, no object, empty."""

DELTA = ResponseOutputTextDeltaEvent(
    event_id="", response_id="", item_id="", output_index=0, content_index=0, delta="…"
)
TURN = 20
"""So many events of the server make a turn, whose last is ``response.done``."""


PATIENT_PINGS: Any = {"open_timeout": PATIENCE, "ping_timeout": PATIENCE}
"""Options of the ends that the tests have themselves."""

NONSENSE = [
    b'{"open sesame',
    b'["sesame"]',
    b'"sesame"',
    b'"\xff sesame"',
    b"",
]
"""Frames of a server that are events in no mode."""

SILENT_SERVER = """if True:
    import asyncio, sys
    from websockets.asyncio.server import serve

    async def handle(websocket):
        await websocket.recv()
        await websocket.send('{"type":"heard"}')
        await websocket.wait_closed()

    async def main():
        async with serve(handle, "127.0.0.1", int(sys.argv[1])) as server:
            await server.serve_forever()

    asyncio.run(main())
"""
"""A program that answers one event, and waits to be killed."""

LOG = "relay.log"
"""The name of the file with the output of the relay."""

PATIENT = {
    "connect(url, ": f"connect(url, open_timeout={PATIENCE}, ping_timeout={PATIENCE}, ",
    '"sqlite:///turns.db"': f'"sqlite:///turns.db?timeout={PATIENCE}"',
}
"""Limits of a few seconds that the example leaves at their defaults."""


class Upstream:
    """A Realtime server that answers each browser's first event with a long story."""

    def __init__(self, count: int, *, rate: int | None = None) -> None:
        self.count = count
        """So many events it plays to each connection."""
        self.rate = rate
        """So many of them a second, or as many as there can be."""
        self.received: dict[str, list[RealtimeClientEvent]] = defaultdict(list)
        """The clients' events, by the name that each client gives itself."""
        self.left: set[str] = set()
        """The names of those whose connection is closed."""
        self.held: dict[str, asyncio.Event] = {}
        """What to wait for in the middle of a story, by the name of its hearer."""

    async def handle(self, websocket: ServerConnection) -> None:
        """Serve one connection."""
        connection = WebsocketsConnection(websocket, receives=CLIENT, sends=SERVER)
        first = await connection.recv()
        name = first.event_id.partition(":")[0]
        self.received[name].append(first)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.play(connection, name))
                async for event in connection:
                    self.received[name].append(event)
        except* ConnectionClosed:  # while there was more to play
            pass
        self.left.add(name)

    async def play(self, connection: WebsocketsConnection, name: str) -> None:
        """Send the events meant for *name*; after a hundredth second's worth, wait."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        for number, event in enumerate(story(name, self.count)):
            if name in self.held and number == self.count // 2:
                await self.held[name].wait()
            if self.rate and number % (self.rate // 100) == 0:
                await asyncio.sleep(start + number / self.rate - loop.time())
            await connection.send(event)


class Browser:
    """A client of the relay that sends numbered events and keeps what comes."""

    def __init__(self, name: str, count: int, *, malformed: bool = False) -> None:
        self.name = name
        self.sent = [utterance(f"{name}:{number}") for number in range(count)]
        self.malformed = malformed
        self.received: list[RealtimeServerEvent] = []
        self.errors: list[ErrorEvent] = []

    async def run(self, websocket: ClientConnection, expected: int) -> None:
        """Send everything, and receive until *expected* events have come."""
        refusals = len(MALFORMED) if self.malformed else 0
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.talk(websocket))
            connection = WebsocketsConnection(websocket, receives=SERVER, sends=CLIENT)
            async for event in connection:
                kept = self.errors if isinstance(event, ErrorEvent) else self.received
                kept.append(event)
                if len(self.received) == expected and len(self.errors) == refusals:
                    break

    async def talk(self, websocket: ClientConnection) -> None:
        """Send the events, with the malformed frames strewn in after the first."""
        for number, event in enumerate(self.sent):
            await websocket.send(CLIENT.encode(event), text=True)
            if self.malformed and number < len(MALFORMED):
                await websocket.send(MALFORMED[number], text=number != 2)


def utterance(event_id: str) -> ConversationItemCreateEvent:
    """Make what a browser says."""
    content = RealtimeConversationItemMessageUserContent(type="input_text", text="Hi")
    item = RealtimeConversationItemMessageUser(content=(content,))
    return ConversationItemCreateEvent(event_id=event_id, item=item)


def story(name: str, count: int) -> list[RealtimeServerEvent]:
    """Make the events that the server plays to the browser *name*."""
    return [
        evolve(DELTA, event_id=f"{name}:{number}", response_id=f"resp_{name}")
        if number % TURN != TURN - 1
        else ResponseDoneEvent(
            event_id=f"{name}:{number}",
            response=RealtimeResponse(
                id=f"resp_{name}:{number}",
                max_output_tokens="inf",
                extra={"mood": None},
            ),
        )
        for number in range(count)
    ]


@pytest.fixture
def relay_file(tmp_path: Path) -> Path:
    """Copy the relay of the examples, as ``relay.py``."""
    relay = (EXAMPLES / "relay.py").read_text()
    for default, patient in PATIENT.items():
        assert relay.count(default) == 1
        relay = relay.replace(default, patient)
    path = tmp_path / "relay.py"
    path.write_text(relay)
    return path


@asynccontextmanager
async def run_relay(relay_file: Path, upstream_port: int) -> AsyncIterator[str]:
    """Run a relay in front of the server at *upstream_port*; yield its address.

    Whatever happens to its connections, the relay raises no exception.
    """
    port = free_port()
    options = ["--port", str(port), "--ws-ping-timeout", str(PATIENCE)]
    command = [sys.executable, "-m", "uvicorn", "relay:app", *options]
    environment = {
        **{key: os.environ[key] for key in os.environ if key != "PYTHONSAFEPATH"},
        "REALTIME_URL": f"ws://127.0.0.1:{upstream_port}",
    }
    log = relay_file.parent / LOG

    with log.open("wb") as output:
        streams = {"stdout": output, "stderr": output}
        with running(command, cwd=relay_file.parent, env=environment, **streams):
            await asyncio.to_thread(wait_until, lambda: answers(port))
            yield f"ws://127.0.0.1:{port}/realtime"

    assert "Exception in ASGI application" not in log.read_text()


@asynccontextmanager
async def relayed(
    relay_file: Path, handle: Callable[[ServerConnection], Awaitable[None]]
) -> AsyncIterator[str]:
    """Run a server that calls *handle*, and a relay; yield the address of the relay."""
    async with (
        serve(handle, "127.0.0.1", 0, max_size=None, **PATIENT_PINGS) as server,
        run_relay(relay_file, server.sockets[0].getsockname()[1]) as url,
    ):
        yield url


def connect_to(url: str) -> connect:
    """Connect to *url* with the patience of these tests."""
    return connect(url, max_size=None, **PATIENT_PINGS)


async def browse(url: str, browser: Browser, expected: int) -> None:
    """Run *browser* against the relay until it has heard *expected* events."""
    async with connect_to(url) as websocket:
        await browser.run(websocket, expected)


async def drive(
    relay_file: Path, upstream: Upstream, browsers: list[Browser], stored: int
) -> list[str]:
    """Run *browsers* through a relay; return the ids of *stored* or more responses."""
    async with asyncio.timeout(PATIENCE), relayed(relay_file, upstream.handle) as url:
        async with asyncio.TaskGroup() as tasks:
            for browser in browsers:
                tasks.create_task(browse(url, browser, upstream.count))
        database = relay_file.parent / "turns.db"
        await asyncio.to_thread(wait_until, lambda: len(stored_ids(database)) >= stored)
    return stored_ids(database)


def stored_ids(database: Path) -> list[str]:
    """Read the ids of the responses in *database*, in the order of their storing."""
    connection = sqlite3.connect(database)
    try:
        rows = connection.execute("SELECT response FROM turns ORDER BY id").fetchall()
    finally:
        connection.close()
    responses = [json.loads(text) for (text,) in rows]
    assert all(
        response["max_output_tokens"] == "inf" and response["mood"] is None
        for response in responses
    )
    return [response["id"] for response in responses]


def done_ids(name: str, count: int) -> list[str]:
    """Return the ids of the responses that the browser *name* sees done."""
    return [
        event.response.id
        for event in story(name, count)
        if isinstance(event, ResponseDoneEvent)
    ]


def test_a_thousand_events_a_second_on_one_connection(relay_file):
    """Nothing is lost or reordered in either direction, and each turn is stored."""
    upstream, browser = Upstream(2000, rate=1000), Browser("solo", 500)
    turns = done_ids("solo", 2000)

    ids = asyncio.run(drive(relay_file, upstream, [browser], len(turns)))

    assert browser.received == story("solo", 2000)
    assert upstream.received["solo"] == browser.sent
    assert ids == turns


@pytest.mark.complete
def test_two_hundred_connections_some_of_which_send_nonsense(relay_file):
    """A malformed frame is answered on its own connection, and disturbs none."""
    upstream = Upstream(40)
    browsers = [
        Browser(f"browser{number}", 10, malformed=number % 10 == 0)
        for number in range(200)
    ]
    turns = {browser.name: done_ids(browser.name, 40) for browser in browsers}
    total = sum(map(len, turns.values()))

    ids = asyncio.run(drive(relay_file, upstream, browsers, total))

    for browser in browsers:
        assert browser.received == story(browser.name, 40)
        assert upstream.received[browser.name] == browser.sent
        own = [id_ for id_ in ids if id_.startswith(f"resp_{browser.name}:")]
        assert own == turns[browser.name]
        assert len(browser.errors) == (len(MALFORMED) if browser.malformed else 0)


def test_a_refused_frame_is_explained_to_its_sender(relay_file):
    """The relay reports the problem with its path, and continues."""
    upstream, browser = Upstream(5), Browser("solo", 8, malformed=True)

    asyncio.run(drive(relay_file, upstream, [browser], 0))

    messages = [event.error.message for event in browser.errors]
    assert "$.response_id: expected str, got int" in messages[1]
    assert all("JSON" in messages[number] for number in (0, 2, 4))
    assert upstream.received["solo"] == browser.sent


def test_a_browser_that_leaves_takes_its_connection_along(relay_file):
    """The server stops sending to it, and the other browser misses nothing."""
    upstream = Upstream(300, rate=200)
    leaver, stayer = Browser("leaver", 1), Browser("stayer", 1)

    async def main():
        upstream.held["stayer"] = asyncio.Event()
        async with (
            asyncio.timeout(PATIENCE),
            relayed(relay_file, upstream.handle) as url,
            asyncio.TaskGroup() as tasks,
        ):
            tasks.create_task(browse(url, leaver, 5))
            tasks.create_task(browse(url, stayer, 300))
            await asyncio.to_thread(wait_until, lambda: "leaver" in upstream.left)
            heard = len(stayer.received)
            upstream.held["stayer"].set()
        return heard

    heard = asyncio.run(main())

    assert heard < 300
    assert stayer.received == story("stayer", 300)


async def send_and_collect(url: str, *frames: bytes) -> tuple[list[Any], int | None]:
    """Send *frames* as a browser; return the events that come, and the close code."""
    async with asyncio.timeout(PATIENCE), connect_to(url) as websocket:
        connection = WebsocketsConnection(websocket, receives=SERVER, sends=CLIENT)
        events: list[Any] = []
        with suppress(ConnectionClosed):
            for frame in frames:
                await websocket.send(frame, text=True)
            while True:
                events.append(await connection.recv())
        return events, connection.close_code


def test_nonsense_from_the_server_is_logged_and_skipped(relay_file):
    """The events around each frame arrive, and the log quotes none."""
    events = story("solo", len(NONSENSE))

    async def play(websocket):
        for event, frame in zip(events, NONSENSE, strict=True):
            await websocket.send(frame, text=True)
            await websocket.send(SERVER.encode(event), text=True)

    async def main():
        async with relayed(relay_file, play) as url:
            return await send_and_collect(url)

    assert asyncio.run(main()) == (events, 1000)
    log = (relay_file.parent / LOG).read_text()
    for frame in NONSENSE:
        assert f"skipped a frame of {len(frame)} bytes: " in log
    assert "sesame" not in log


def test_what_the_server_says_past_the_schema_arrives(relay_file):
    """A relay passes on events of known types that do not fit."""
    error = b'{"type":"error","error":{"type":"server_error","message":"m"}}'
    done = (
        b'{"type":"response.done","event_id":"e",'
        b'"response":{"max_output_tokens":"inf","mood":null,"usage":"none","id":"r"}}'
    )

    async def play(websocket):
        await websocket.send(error, text=True)
        await websocket.send(done, text=True)

    async def main():
        async with (
            asyncio.timeout(PATIENCE),
            relayed(relay_file, play) as url,
            connect_to(url) as websocket,
        ):
            return [json.loads(frame) async for frame in websocket]

    assert asyncio.run(main()) == [json.loads(error), json.loads(done)]
    assert stored_ids(relay_file.parent / "turns.db") == ["r"]


def test_frames_of_megabytes_pass_in_both_directions(relay_file):
    """The limits of the adapters count, and not the lower ones of websockets."""
    audio = bytes(range(256)) * 2**13
    heard = []

    async def echo(websocket):
        connection = WebsocketsConnection(websocket, receives=CLIENT, sends=SERVER)
        heard.append(await connection.recv())
        await connection.send(
            ResponseOutputAudioDeltaEvent(
                event_id="",
                response_id="",
                item_id="",
                output_index=0,
                content_index=0,
                delta=audio,
            )
        )

    async def main():
        async with relayed(relay_file, echo) as url:
            frame = CLIENT.encode(InputAudioBufferAppendEvent(audio=audio))
            return await send_and_collect(url, frame)

    (event,), code = asyncio.run(main())

    assert heard == [InputAudioBufferAppendEvent(audio=audio)]
    assert event.delta == audio
    assert len(audio) == 2**21
    assert code == 1000


def test_a_killed_server_closes_the_browser_s_connection(relay_file):
    """The browser gets a close frame with the code of an internal error."""
    port = free_port()
    command = [sys.executable, "-c", SILENT_SERVER, str(port)]

    async def main():
        with running(command) as server:
            await asyncio.to_thread(wait_until, lambda: answers(port))
            async with (
                asyncio.timeout(PATIENCE),
                run_relay(relay_file, port) as url,
                connect_to(url) as websocket,
            ):
                await websocket.send(CLIENT.encode(utterance("1")), text=True)
                assert await websocket.recv() == '{"type":"heard"}'
                server.kill()
                with pytest.raises(ConnectionClosed) as info:
                    await websocket.recv()
        return info.value.rcvd

    close = asyncio.run(main())

    assert close is not None
    assert close.code == 1011
    assert "the Realtime server is gone" in (relay_file.parent / LOG).read_text()


@pytest.mark.parametrize(("code", "passed"), [(1000, 1000), (1001, 1000), (1008, 1011)])
def test_the_browser_learns_how_the_server_closed(relay_file, code, passed):
    """An end that the server calls abnormal is one for the browser too."""

    async def main():
        async with relayed(relay_file, lambda websocket: websocket.close(code)) as url:
            return await send_and_collect(url)

    assert asyncio.run(main()) == ([], passed)


def test_a_server_that_refuses_closes_the_browser_s_connection(relay_file):
    """So does one that does not listen."""

    async def refuse(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async def main():
        server = await asyncio.start_server(refuse, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with run_relay(relay_file, port) as url:
            async with server:
                refused = await send_and_collect(url)
            return refused, await send_and_collect(url)

    assert asyncio.run(main()) == (([], 1011), ([], 1011))


@pytest.mark.parametrize("way", ["killed", "not UTF-8"])
def test_a_browser_that_breaks_off_takes_its_connection_along(relay_file, way):
    """The server notices, and the next browser is served."""
    upstream = Upstream(300, rate=200)
    survivor = Browser("survivor", 3)

    async def main():
        async with (
            asyncio.timeout(PATIENCE),
            relayed(relay_file, upstream.handle) as url,
        ):
            async with connect_to(url) as websocket:
                await websocket.send(CLIENT.encode(utterance("breaker:0")), text=True)
                await websocket.recv()
                if way == "killed":
                    websocket.transport.abort()
                else:
                    await websocket.send(b'"\xff"', text=True)
            await asyncio.to_thread(wait_until, lambda: "breaker" in upstream.left)
            await browse(url, survivor, 300)

    asyncio.run(main())

    assert survivor.received == story("survivor", 300)


def test_a_browser_that_sends_nonsense_and_leaves_is_no_error(relay_file):
    """The relay cannot answer it any more, and logs nothing of it."""
    upstream = Upstream(5)

    async def main():
        async with (
            asyncio.timeout(PATIENCE),
            relayed(relay_file, upstream.handle) as url,
        ):
            for _ in range(20):
                async with connect_to(url) as websocket:
                    for frame in MALFORMED:
                        await websocket.send(frame)
                    websocket.transport.abort()
            browser = Browser("solo", 5)
            await browse(url, browser, 5)
            return browser.received

    assert asyncio.run(main()) == story("solo", 5)
