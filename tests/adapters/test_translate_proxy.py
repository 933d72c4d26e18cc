"""The proxy passes all that is not translated, both ways, on loopback."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve as serve_websockets
from websockets.exceptions import ConnectionClosed, InvalidStatus

from rtmodels.adapters.translate_proxy import serve

pytestmark = pytest.mark.needs("websockets")

DELTA = {
    "type": "response.audio.delta",
    "event_id": "e",
    "response_id": "r",
    "item_id": "i",
    "output_index": 0,
    "content_index": 0,
    "delta": "AAAA",
}


@asynccontextmanager
async def proxied(handle, **options):
    """Run a server with *handle* behind a proxy; yield the proxy's URL."""
    options.setdefault("max_size", None)
    async with serve_websockets(handle, "127.0.0.1", 0, **options) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with serve(f"ws://127.0.0.1:{port}/v1?a=1", server="beta") as proxy:
            yield proxy.url


def test_frames_are_translated():
    """Those of the server, and those of the client."""

    async def handle(websocket):
        update = json.loads(await websocket.recv())
        await websocket.send(json.dumps({**DELTA, "event_id": str(update["session"])}))

    async def main():
        async with proxied(handle) as url, connect(url) as client:
            session = {"type": "realtime", "audio": {"output": {"voice": "alloy"}}}
            await client.send(
                json.dumps({"type": "session.update", "session": session})
            )
            return json.loads(await client.recv())

    event = asyncio.run(main())
    assert event["type"] == "response.output_audio.delta"
    assert "'voice': 'alloy'" in event["event_id"]
    assert "audio" not in event["event_id"]


@pytest.mark.parametrize(("code", "reason"), [(1000, "bye"), (1008, "no"), (4001, "")])
def test_the_server_closes(code, reason):
    """The client gets its code and its reason."""

    async def handle(websocket):
        await websocket.close(code, reason)

    async def main():
        async with proxied(handle) as url, connect(url) as client:
            with pytest.raises(ConnectionClosed) as caught:
                await client.recv()
            return caught.value.rcvd

    close = asyncio.run(main())
    assert (close.code, close.reason) == (code, reason)


def test_the_client_closes():
    """The server gets its code and its reason."""

    async def main():
        closed = asyncio.get_running_loop().create_future()

        async def handle(websocket):
            await websocket.wait_closed()
            closed.set_result((websocket.close_code, websocket.close_reason))

        async with proxied(handle) as url:
            async with connect(url) as client:
                await client.close(4002, "enough")
            return await closed

    assert asyncio.run(main()) == (4002, "enough")


def test_the_server_is_gone():
    """A connection that breaks cannot be told as such: 1011."""

    async def handle(websocket):
        websocket.transport.abort()

    async def main():
        async with proxied(handle) as url, connect(url) as client:
            with pytest.raises(ConnectionClosed) as caught:
                await client.recv()
            return caught.value.rcvd.code

    assert asyncio.run(main()) == 1011


def test_the_handshake_passes():
    """Header, query, and the subprotocol that the server chooses."""
    seen = {}

    async def handle(websocket):
        seen["key"] = websocket.request.headers["Authorization"]
        seen["path"] = websocket.request.path

    async def main():
        async with (
            proxied(handle, subprotocols=["realtime"]) as url,
            connect(
                f"{url}/?model=m",
                additional_headers={"Authorization": "Bearer k"},
                subprotocols=["other", "realtime"],
            ) as client,
        ):
            await client.wait_closed()
            return client.subprotocol

    assert asyncio.run(main()) == "realtime"
    assert seen == {"key": "Bearer k", "path": "/v1?a=1&model=m"}


def test_a_refused_handshake_passes():
    """The client gets the server's status."""

    async def main():
        def refuse(connection, _):
            return connection.respond(401, "no key\n")

        async with proxied(None, process_request=refuse) as url:
            with pytest.raises(InvalidStatus) as caught:
                await connect(url)
            return caught.value.response.status_code

    assert asyncio.run(main()) == 401


@pytest.mark.parametrize("frame", ["{", b"\xff", "x" * 20 * 2**20])
def test_a_broken_or_big_frame_passes(frame):
    """Text stays text, bytes stay bytes."""

    async def handle(websocket):
        await websocket.send(await websocket.recv())

    async def main():
        async with proxied(handle) as url, connect(url, max_size=None) as client:
            await client.send(frame)
            return await client.recv()

    assert asyncio.run(main()) == frame


def test_a_slow_reader_stops_the_sender():
    """The server cannot send on until the client reads, and then nothing is lost."""
    total, size = 200, 2**20

    async def main():
        blocked, sent = asyncio.Event(), 0

        async def handle(websocket):
            nonlocal sent
            transport = websocket.transport
            pause = transport.get_protocol().pause_writing

            def pausing():
                blocked.set()
                pause()

            transport.get_protocol().pause_writing = pausing
            for _ in range(total):
                await websocket.send("x" * size)
                sent += 1

        async with (
            proxied(handle, compression=None) as url,
            connect(url, max_size=None, max_queue=1, compression=None) as client,
        ):
            await blocked.wait()
            # As the client does not read, the count stops once all buffers are full.
            before = -1
            while before != sent:
                before = sent
                for _ in range(2000):
                    await asyncio.sleep(0)
            received = [len(await client.recv()) for _ in range(total)]
            return before, received

    before, received = asyncio.run(main())
    assert before < total
    assert received == [size] * total
