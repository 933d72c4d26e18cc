"""What openai-python's clients read from a server that this library writes for."""

import asyncio
import inspect
import json
import threading

import pytest
from openai.resources.realtime.realtime import Realtime
from openai.types import realtime as sdk
from websockets.exceptions import ConnectionClosedError

import rtmodels
from rtmodels import (
    DecodeError,
    RealtimeClientEvent,
    RealtimeServerEvent,
    ResponseOutputAudioDeltaEvent,
    Unknown,
    ValidationError,
)
from rtmodels.adapters import JsonAdapter
from rtmodels.adapters.openai import events, from_sdk

from ..recordings import INVALID, SERVER, UNKNOWN
from .openai_clients import SERVER_EVENTS, SESSION, run_server

pytestmark = pytest.mark.needs("openai")

ANY_EVENTS = JsonAdapter(RealtimeClientEvent | RealtimeServerEvent)

BAD = [b"{oops", INVALID]
BAD_ERRORS = list(zip(BAD, [DecodeError, ValidationError], strict=True))
GOOD = {**SERVER, "event_id": "event_2"}

MISTAKEN = {
    "conversation.item.input_audio_transcription.updated",
    "ping",
    "response.audio.delta",
    "response.audio.done",
    "response.audio_transcript.delta",
    "response.audio_transcript.done",
    "response.text.delta",
    "response.text.done",
}
"""Captured events that the SDK parses as a ``ConversationCreatedEvent``.

Its union lacks them: the GA renamed those of the beta, and two are other servers' own.
It then falls back on its first member. Their keys are kept as undeclared attributes.
"""


@pytest.fixture(scope="module")
def server():
    """Run the server."""
    with run_server() as running:
        yield running


async def gather(iterator):
    """List all that comes."""
    return [event async for event in iterator]


def test_the_sync_client_sees_what_was_sent(server):
    """The SDK's own parsing of our frames has equal content, and the right classes."""
    server.play(*SESSION, 1000)

    with server.connect() as connection:
        parsed = list(connection)

    assert [event.to_dict(warnings=False) for event in parsed] == SESSION
    assert [from_sdk(event) for event in parsed] == [
        SERVER_EVENTS.decode(json.dumps(message)) for message in SESSION
    ]


def test_the_async_client_sees_what_was_sent(server):
    """The same for the other client."""
    server.play(*SESSION, 1000)

    parsed = server.run(gather)

    assert [event.to_dict(warnings=False) for event in parsed] == SESSION


def test_captures_that_the_sdk_mistakes_are_those_known(server, captures):
    """What it parses holds all that was sent, but the class is wrong for some types."""
    values = [row["value"] for row in captures if row["direction"] == "server"]
    forgiving = JsonAdapter(RealtimeServerEvent, mode="forgiving")
    frames = [forgiving.encode(forgiving.decode(json.dumps(v))) for v in values]
    server.play(*frames, 1000)

    with server.connect() as connection:
        parsed = list(connection)

    mistaken = {
        event.type
        for event in parsed
        if isinstance(event, sdk.ConversationCreatedEvent)
        and event.type != "conversation.created"
    }
    assert [event.to_dict(warnings=False) for event in parsed] == values
    assert mistaken == MISTAKEN


def test_events_of_the_sync_client(server):
    """The iterator gives our instances, and ends when the server closes."""
    server.play(*SESSION, 1000)

    with server.connect() as connection:
        iterator = events(connection)
        received = list(iterator)
        again = list(iterator)

    assert [json.loads(ANY_EVENTS.encode(event)) for event in received] == SESSION
    assert again == []


def test_events_of_the_async_client(server):
    """So does the async one."""
    server.play(*SESSION, 1000)

    received = server.run(lambda connection: gather(events(connection)))

    assert [json.loads(ANY_EVENTS.encode(event)) for event in received] == SESSION


NAMES = ["event_1", "event_2"]
"""The ids of the two events that `broken` puts a bad frame between."""


def name_all(received):
    """List the ids of events."""
    return [event.event_id for event in received]


@pytest.mark.parametrize(("bad", "error"), BAD_ERRORS)
@pytest.mark.parametrize("is_async", [False, True])
def test_a_bad_frame_goes_to_the_callback(server, bad, error, is_async):
    """The iteration of either client misses nothing else."""
    caught = []

    def keep(exc, frame):
        caught.append((type(exc), frame))

    server.play(*broken(bad), 1000)
    if is_async:
        received = server.run(
            lambda connection: gather(events(connection, on_bad_frame=keep))
        )
    else:
        with server.connect() as connection:
            received = list(events(connection, on_bad_frame=keep))

    assert name_all(received) == NAMES
    assert caught == [(error, broken(bad)[1])]


def test_the_async_client_awaits_the_callback(server):
    """The next event comes when the callback is done."""
    steps = []

    async def keep(exc, _):
        await asyncio.sleep(0)
        steps.append(type(exc))

    async def main(connection):
        async for event in events(connection, on_bad_frame=keep):
            await asyncio.sleep(0)
            steps.append(event.event_id)

    server.play(*broken(BAD[0]), 1000)
    server.run(main)

    assert steps == ["event_1", DecodeError, "event_2"]


def test_the_sync_client_takes_no_async_callback(server):
    """It could not await one, and says so before the first frame."""

    async def keep(*_):
        pass

    server.play(1000)
    with (
        server.connect() as connection,
        pytest.raises(TypeError, match="pass a function without async"),
    ):
        events(connection, on_bad_frame=keep)


@pytest.mark.parametrize("is_async", [False, True])
def test_a_bad_frame_is_logged_by_default(server, is_async, caplog):
    """Where nothing else is said, the loop continues with a warning."""
    server.play(*broken(BAD[0]), 1000)
    if is_async:
        received = server.run(lambda connection: gather(events(connection)))
    else:
        with server.connect() as connection:
            received = list(events(connection))

    assert name_all(received) == NAMES
    (record,) = [r for r in caplog.records if r.name == "rtmodels.adapters"]
    assert "skipped a frame of 5 bytes" in record.getMessage()


@pytest.mark.parametrize(("bad", "error"), BAD_ERRORS)
def test_without_a_callback_a_bad_frame_raises(server, bad, error):
    """The same iterator continues with the next frame."""
    server.play(*broken(bad), 1000)

    with server.connect() as connection:
        iterator = events(connection, on_bad_frame=None)
        first = next(iterator)
        with pytest.raises(error):
            next(iterator)
        rest = list(iterator)

    assert name_all([first, *rest]) == NAMES


@pytest.mark.parametrize("bad", BAD)
def test_without_a_callback_a_bad_frame_raises_async(server, bad):
    """The async iterator does so too, and a second one loses nothing either."""
    server.play(*broken(bad), 1000)

    async def main(connection):
        with pytest.raises(rtmodels.RtmodelsError):
            await gather(events(connection, on_bad_frame=None))
        return await gather(events(connection))

    assert name_all(server.run(main)) == NAMES[1:]


def test_an_exception_of_the_callback_ends_the_loop(server):
    """The same iterator continues after the bad frame."""

    def fail(*_):
        raise LookupError

    server.play(*broken(BAD[0]), 1000)
    with server.connect() as connection:
        iterator = events(connection, on_bad_frame=fail)
        first = next(iterator)
        with pytest.raises(LookupError):
            next(iterator)
        rest = list(iterator)

    assert name_all([first, *rest]) == NAMES


def broken(bad):
    """Put *bad* between two good messages."""
    frame = bad if isinstance(bad, bytes) else json.dumps(bad).encode()
    return [SERVER, frame, GOOD]


def test_a_cancelled_step_loses_nothing(server):
    """Cancellation passes through, and the next step resumes the iteration."""
    gate = threading.Event()
    server.play(gate, SERVER, GOOD, 1000)

    async def main(connection):
        iterator = events(connection)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await anext(iterator)
        gate.set()
        return await gather(iterator)

    assert [event.event_id for event in server.run(main)] == ["event_1", "event_2"]


@pytest.mark.parametrize("code", [1011, 4000])
def test_an_abnormal_close_is_an_error(server, code):
    """It is the one that the SDK's own iteration raises, each time."""
    server.play(SERVER, code)

    with server.connect() as connection:
        iterator = events(connection)
        next(iterator)
        for _ in range(2):
            with pytest.raises(ConnectionClosedError) as info:
                next(iterator)

    assert info.value.rcvd.code == code


RECONNECTS = "on_reconnecting" in inspect.signature(Realtime.connect).parameters


@pytest.mark.skipif(not RECONNECTS, reason="this version of openai never reconnects")
def test_events_go_on_where_the_sdk_reconnects(server):
    """The iterator keeps the SDK's rule of when to connect anew."""
    options = {"on_reconnecting": lambda _: None, "initial_delay": 0.01}
    for _ in range(2):
        server.play(SERVER, 1012)
        server.play(GOOD, 1000)

    with server.connect(**options) as connection:
        received = take_two(events(connection))
    received_async = server.run(
        lambda connection: take_two_async(events(connection)), **options
    )

    for pair in (received, received_async):
        assert [event.event_id for event in pair] == ["event_1", "event_2"]


def take_two(iterator):
    """Return the next two items of *iterator*."""
    return next(iterator), next(iterator)


async def take_two_async(iterator):
    """Return the next two items of *iterator*."""
    return await anext(iterator), await anext(iterator)


def test_an_adapter_of_the_users_decodes(server):
    """The adapter may read the beta, or be strict."""
    delta = {**SERVER, "type": "response.audio.delta", "delta": "AAAA"}
    delta |= {"response_id": "r", "item_id": "i", "output_index": 0}
    server.play({**delta, "content_index": 0}, UNKNOWN, 1000)
    adapter = JsonAdapter(RealtimeServerEvent, upgrade=True)

    with server.connect() as connection:
        upgraded, unknown = events(connection, adapter=adapter)

    assert isinstance(upgraded, ResponseOutputAudioDeltaEvent)
    assert upgraded.delta == bytes(3)
    assert unknown == Unknown(tag="future.event", payload=UNKNOWN)
