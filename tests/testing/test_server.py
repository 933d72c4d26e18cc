"""The server plays scripts to clients of several libraries."""

import asyncio
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor

import pytest
from openai import AsyncOpenAI, OpenAI
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK

from rtmodels import (
    InputAudioBufferAppendEvent,
    RateLimitsUpdatedEvent,
    RateLimitsUpdatedEventRateLimit,
    RealtimeClientEvent,
    RealtimeServerEvent,
    ResponseCreateEvent,
    SessionUpdateEvent,
    build,
)
from rtmodels.adapters import JsonAdapter
from rtmodels.adapters.websockets import WebsocketsConnection
from rtmodels.testing import (
    RealtimeServer,
    close,
    delay,
    drop,
    expect,
    respond,
    speech,
)

from ..processes import PATIENCE
from .clients import open_client, types_of

pytestmark = pytest.mark.needs("openai", "testing", "websockets")

GREETING = expect(ResponseCreateEvent), respond("Hello, Ada!")


def test_a_sync_client_gets_its_turn():
    """The script waits for the request, and answers with a whole response."""
    with RealtimeServer(*GREETING) as server, open_client(server) as client:
        client.send(build.create_response())
        events = client.read_until("response.done")

    assert events[0].type == "session.created"
    assert events[-1].response.output[0].content[0].text == "Hello, Ada!"
    server.check()


def test_an_async_connection_gets_its_turn():
    """The connection of the library itself works, in one event loop with the server."""

    async def main():
        async with (
            RealtimeServer(*GREETING) as server,
            connect(server.url) as websocket,
        ):
            connection = WebsocketsConnection(
                websocket,
                receives=JsonAdapter(RealtimeServerEvent),
                sends=JsonAdapter(RealtimeClientEvent),
            )
            await connection.send(build.create_response())
            await server.until_played()
            async for event in connection:
                if event.type == "response.done":
                    return event.response.status
        return None

    assert asyncio.run(main()) == "completed"


def test_the_sync_client_of_openai_gets_its_turn():
    """The server's base URL is what openai-python takes."""
    with (
        RealtimeServer(*GREETING) as server,
        OpenAI(api_key="key", websocket_base_url=server.base_url) as client,
        client.realtime.connect(
            model="gpt-realtime-mini",
            websocket_connection_options={"open_timeout": PATIENCE},
        ) as connection,
    ):
        connection.response.create()
        while (event := connection.recv()).type != "response.done":
            pass

    assert event.response.output[0].content[0].text == "Hello, Ada!"
    assert server.connections[0].session.model == "gpt-realtime-mini"
    assert server.connections[0].headers["Authorization"] == "Bearer key"
    server.check()


def test_the_async_client_of_openai_gets_its_turn():
    """Audio arrives as it was given, however long."""
    pcm = bytes(range(256)) * 1000

    async def main(server):
        audio = b""
        async with (
            AsyncOpenAI(api_key="key", websocket_base_url=server.base_url) as client,
            client.realtime.connect(
                model="gpt-realtime",
                websocket_connection_options={"open_timeout": PATIENCE},
            ) as connection,
        ):
            await connection.response.create()
            async for event in connection:
                if event.type == "response.output_audio.delta":
                    audio += b64decode(event.delta)
                if event.type == "response.done":
                    return audio
        return None

    script = expect(ResponseCreateEvent), respond(speech("Listen.", pcm))
    with RealtimeServer(*script) as server:
        assert asyncio.run(main(server)) == pcm
    server.check()


def test_connections_take_the_queued_scripts_in_order():
    """After the queued ones, each connection plays the server's own script."""
    with RealtimeServer(respond("every other")) as server:
        server.play(respond("first"))
        server.play(respond("second"))
        said = []
        for _ in range(4):
            with open_client(server) as client:
                done = client.read_until("response.done")[-1]
                said.append(done.response.output[0].content[0].text)

    assert said == ["first", "second", "every other", "every other"]
    server.check()


def test_connections_run_at_once():
    """Eight clients hold their connections until all have had their turn."""
    with RealtimeServer(*GREETING) as server:

        def talk(_):
            with open_client(server) as client:
                client.send(build.create_response())
                return client.read_until("response.done")[-1].response.id

        with ThreadPoolExecutor(8) as pool:
            ids = set(pool.map(talk, range(8)))

    assert len(ids) == len(server.connections) == 8
    server.check()


def test_a_client_may_write_much_before_it_reads():
    """Neither side waits for the other when both have megabytes to send."""
    audio = bytes(30 * 48_000)
    pcm = bytes(60 * 48_000)
    with (
        RealtimeServer(respond(speech("Long.", pcm))) as server,
        open_client(server) as client,
    ):
        for event in build.append_audio(audio * 4, milliseconds=500):
            client.send(event)
        client.read_until("response.done")
        client.send(build.clear_audio())
        client.read_until("input_audio_buffer.cleared")

        assert len(server.connections[0].audio) == len(audio) * 4


def test_close_has_a_code_and_a_reason():
    """The client sees both after the frames before it."""
    script = respond("Bye."), close(4001, "session expired")
    with RealtimeServer(*script) as server, open_client(server) as client:
        client.read_until("rate_limits.updated")
        with pytest.raises(ConnectionClosedError) as caught:
            client.recv()

    assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (
        4001,
        "session expired",
    )
    assert server.connections[0].close_code is not None


def test_a_normal_close_ends_the_loop_of_a_client():
    """1000 is a code like others."""
    with RealtimeServer(close()) as server, open_client(server) as client:
        client.recv()
        with pytest.raises(ConnectionClosedOK):
            client.recv()


def test_a_drop_has_no_close_frame():
    """The client has no code from the server."""
    with (
        RealtimeServer(drop()) as server,
        open_client(server) as client,
        pytest.raises(ConnectionClosedError) as caught,
    ):
        client.read_until("response.done")

    assert caught.value.rcvd is None


def test_raw_frames_and_events_are_sent_as_they_are():
    """A step may be an event, or text that is not even JSON."""
    limit = RateLimitsUpdatedEventRateLimit(name="requests", remaining=1)
    event = RateLimitsUpdatedEvent(event_id="mine", rate_limits=(limit,))
    with (
        RealtimeServer(event, "{not JSON", b"\xff") as server,
        open_client(server) as client,
    ):
        assert client.read_until("rate_limits.updated")[-1] == event
        assert client.websocket.recv(decode=False) == b"{not JSON"
        assert client.websocket.recv(decode=False) == b"\xff"


def test_a_function_is_a_step():
    """It gets the connection, may read what has come, and may send."""

    def echo(connection):
        limits = ()
        name = connection.received[-1].session.instructions
        connection.send(RateLimitsUpdatedEvent(event_id=name, rate_limits=limits))

    with (
        RealtimeServer(expect(SessionUpdateEvent), echo) as server,
        open_client(server) as client,
    ):
        client.send(build.update_session(instructions="Be brief."))
        events = client.read_until("rate_limits.updated")

    assert events[-1].event_id == "Be brief."


def test_a_function_that_raises_is_a_problem():
    """The client is closed, and the error is in the report."""

    def fail(_):
        raise LookupError("no such thing")

    with (
        RealtimeServer(fail) as server,
        open_client(server) as client,
        pytest.raises(ConnectionClosedError),
    ):
        client.read_until("response.done")

    with pytest.raises(AssertionError, match="no such thing"):
        server.check()


def test_events_are_acknowledged_during_a_delay():
    """The script waits, the server does not."""
    with (
        RealtimeServer(delay(3600), respond("Late.")) as server,
        open_client(server) as client,
    ):
        client.send(build.clear_audio())

        assert client.read_until("input_audio_buffer.cleared")
    server.check()


def test_after_a_delay_the_script_continues():
    """A delay takes no event of the client."""
    with (
        RealtimeServer(delay(0.01), respond("Soon.")) as server,
        open_client(server) as client,
    ):
        assert client.read_until("response.done")


def test_patience_ends():
    """The connection is closed with 1011, and the report names the wait."""
    script = expect(ResponseCreateEvent)
    with RealtimeServer(script, patience=0.01) as server, open_client(server) as client:
        client.recv()
        with pytest.raises(ConnectionClosedError) as caught:
            client.recv()

    assert caught.value.rcvd.code == 1011
    with pytest.raises(AssertionError, match=r"waited 0\.01 s for ResponseCreateEvent"):
        server.check()


def test_wait_until_played_says_what_the_script_waits_for():
    """A test that waits in vain gets a reason."""
    with (
        RealtimeServer(expect(ResponseCreateEvent)) as server,
        open_client(server) as client,
    ):
        client.recv()
        with pytest.raises(TimeoutError, match="1 waits for ResponseCreateEvent"):
            server.wait_until_played(timeout=0.01)


def test_state_is_kept_after_the_connection():
    """Events, audio and query of each connection can be read at the end."""
    with (
        RealtimeServer() as server,
        open_client(server, "?model=gpt-realtime&intent=call") as client,
    ):
        client.send(*build.append_audio(bytes(9600), milliseconds=100))
        client.send(build.clear_audio())
        client.read_until("input_audio_buffer.cleared")

    (connection,) = server.connections
    assert connection.query == {"model": "gpt-realtime", "intent": "call"}
    assert connection.audio == bytes(9600)
    assert isinstance(server.received[0], InputAudioBufferAppendEvent)
    assert types_of(connection.sent) == [
        "session.created",
        "input_audio_buffer.cleared",
    ]
    assert connection.close_code == 1000


def test_the_silent_server_sends_only_its_script():
    """Without a greeting, nothing is acknowledged either."""
    with RealtimeServer("{}", greet=False) as server, open_client(server) as client:
        client.send(build.clear_audio())
        assert client.websocket.recv() == "{}"
    assert server.received[0].type == "input_audio_buffer.clear"
