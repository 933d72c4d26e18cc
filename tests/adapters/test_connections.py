"""What connections of all libraries do alike, at either end, with one another."""

import asyncio
import json

import pytest

from rtmodels import DecodeError, EncodeError, ValidationError
from rtmodels.adapters import DictAdapter

from ..recordings import INVALID
from .live_messages import MESSAGES, UNIONS
from .sockets import (
    ENDS,
    EVENTS,
    JSON,
    WIRES,
    as_params,
    collect,
    echo,
    load,
    meet,
    number,
    ping,
    recv_raw,
    send_raw,
)

LOGGER = "rtmodels.adapters"
"""The name of the logger that has the warnings."""

BAD = [
    (b"{", DecodeError),
    (b" ", DecodeError),
    (b'"\\ud800"', DecodeError),
    (b"[]", ValidationError),
    (json.dumps(INVALID).encode(), ValidationError),
]


@pytest.fixture(scope="module")
def starlette():
    """Run a server for Starlette's endpoints."""
    with load("starlette").run():
        yield


@pytest.fixture(params=as_params(ENDS))
def end(request):
    """Return each end of each pair of libraries in turn."""
    if "starlette" in request.param:
        request.getfixturevalue("starlette")
    return request.param


@pytest.mark.parametrize("wire", WIRES)
def test_a_session_goes_there_and_back(end, wire):
    """Every event arrives, in order, as it was sent."""

    async def here(connection):
        for event in EVENTS:
            await connection.send(event)
        back = [await connection.recv() for _ in EVENTS]
        await connection.close()
        return back

    assert meet(end, here, echo, wire=wire) == EVENTS


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("socket", ["primary", "sideband", "fork"])
def test_a_connection_carries_the_unions_of_its_socket(end, socket, wire):
    """Those of the Live API, where each end receives what only the other sends."""
    unions = {role: UNIONS[f"{socket}.{role}"] for role in ("client", "server")}
    events = {
        role: [*map(DictAdapter(unions[role]).decode, MESSAGES[f"{socket}.{role}"])]
        for role in unions
    }
    other = "server" if end.role == "client" else "client"

    def talk(role, hears):
        async def run(connection):
            for event in events[role]:
                await connection.send(event)
            return [await connection.recv() for _ in events[hears]]

        return run

    here, there = talk(end.role, other), talk(other, end.role)

    assert meet(end, here, there, wire=wire, unions=unions) == events[other]


@pytest.mark.parametrize("wire", WIRES)
def test_the_wire_decides_the_kind_of_frame(end, wire):
    """JSON is text unless told otherwise, MessagePack is binary."""

    async def here(connection):
        await connection.send(number(1))
        await connection.recv()

    kinds = []

    async def there(connection):
        kinds.append(type(await recv_raw(connection)))
        await connection.send(number(2))

    meet(end, here, there, wire=wire)

    assert kinds == [str if wire == "text" else bytes]


@pytest.mark.parametrize("text", [True, False])
def test_json_is_taken_from_either_kind_of_frame(end, text):
    """What kind of frame comes does not matter."""

    async def there(connection):
        data = JSON["sends"].encode(number(1))
        await send_raw(connection, data, text=text)
        await connection.close()

    assert meet(end, collect, there) == [number(1)]


def test_a_bad_frame_raises_for_itself_only(end):
    """The next call of `recv` returns the frame after it."""

    async def here(connection):
        for _, error in BAD:
            with pytest.raises(error):
                await connection.recv()
            assert await connection.recv() == number(1)
        return await collect(connection)

    async def there(connection):
        for data, _ in BAD:
            await send_raw(connection, data)
            await connection.send(number(1))
        await connection.send(number(2))
        await connection.close()

    assert meet(end, here, there) == [number(2)]


def listening(connection, **options):
    """Return a connection over the same websocket with other *options*."""
    return type(connection)(connection.websocket, **JSON, **options)


async def send_bad(connection):
    """Send each bad frame between two events, and close."""
    for index, (data, _) in enumerate(BAD):
        await connection.send(number(index))
        await send_raw(connection, data)
    await connection.send(number(len(BAD)))
    await connection.close()


SENT_WITH_BAD = [number(index) for index in range(len(BAD) + 1)]


@pytest.mark.parametrize("is_async", [False, True])
def test_a_loop_passes_bad_frames_to_a_callback(end, is_async):
    """The callback gets the error and the frame, and the loop misses no event."""
    caught = []

    def keep(error, frame):
        caught.append((frame if isinstance(frame, bytes) else frame.encode(), error))

    async def keep_later(error, frame):
        await asyncio.sleep(0)
        keep(error, frame)

    async def here(connection):
        on_bad_frame = keep_later if is_async else keep
        return await collect(listening(connection, on_bad_frame=on_bad_frame))

    assert meet(end, here, send_bad) == SENT_WITH_BAD
    assert [(frame, type(error)) for frame, error in caught] == BAD


def test_a_loop_logs_bad_frames_by_default(end, caplog):
    """One warning a frame, which does not show what was in it."""
    assert meet(end, collect, send_bad) == SENT_WITH_BAD

    records = [record for record in caplog.records if record.name == LOGGER]
    assert [record.levelname for record in records] == ["WARNING"] * len(BAD)
    for record, (data, _) in zip(records, BAD, strict=True):
        assert f"skipped a frame of {len(data)} " in record.getMessage()


@pytest.mark.parametrize("is_async", [False, True])
def test_an_exception_of_the_callback_ends_the_loop(end, is_async):
    """The next loop resumes after the bad frame."""

    def fail(error, _):
        raise LookupError from error

    async def fail_later(error, frame):
        await asyncio.sleep(0)
        fail(error, frame)

    async def here(connection):
        choosy = listening(connection, on_bad_frame=fail_later if is_async else fail)
        seen = []
        for _ in BAD:
            seen.append(await anext(choosy))
            with pytest.raises(LookupError):
                await anext(choosy)
        return seen + await collect(choosy)

    assert meet(end, here, send_bad) == SENT_WITH_BAD


def test_a_loop_without_a_callback_raises(end):
    """A bad frame then ends a loop, and not the next one."""

    async def here(connection):
        choosy = listening(connection, on_bad_frame=None)
        seen = []
        for _, error in BAD:
            seen.append(await anext(choosy))
            with pytest.raises(error):
                await anext(choosy)
        return seen + await collect(choosy)

    assert meet(end, here, send_bad) == SENT_WITH_BAD


def test_a_callback_that_is_cancelled_passes_it_on(end):
    """Only the bad frame is gone then."""

    async def here(connection):
        waiting = asyncio.Event()

        async def wait(*_):
            waiting.set()
            await asyncio.Event().wait()

        slow = listening(connection, on_bad_frame=wait)
        assert await anext(slow) == number(0)
        task = asyncio.create_task(anext(slow))
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await collect(connection)

    assert meet(end, here, send_bad) == SENT_WITH_BAD[1:]


@pytest.mark.needs("msgpack")
def test_messagepack_in_a_text_frame_is_a_bad_frame(end):
    """A frame of the wrong kind is rejected like any other that does not parse."""

    async def here(connection):
        with pytest.raises(DecodeError):
            await connection.recv()
        return await collect(connection)

    async def there(connection):
        await send_raw(connection, b"{}")
        await connection.send(number(1))
        await connection.close()

    assert meet(end, here, there, wire="msgpack") == [number(1)]


def test_what_cannot_be_encoded_is_not_sent(end):
    """An EncodeError sends nothing, and leaves the connection usable."""

    async def here(connection):
        with pytest.raises(EncodeError):
            await connection.send("no event")
        await connection.send(number(1))
        return await collect(connection)

    async def there(connection):
        await connection.send(await connection.recv())
        await connection.close()

    assert meet(end, here, there) == [number(1)]


def test_a_cancelled_recv_loses_no_frame(end):
    """Whenever `recv` is cancelled, the frame is there for the next one."""
    events = [number(index) for index in range(100)]

    async def here(connection):
        seen, cancelled = [], 0
        while len(seen) < len(events):
            receiving = asyncio.create_task(connection.recv())
            for _ in range((len(seen) + cancelled) % 4):
                await asyncio.sleep(0)
            receiving.cancel()
            try:
                seen.append(await receiving)
            except asyncio.CancelledError:
                cancelled += 1
        assert cancelled
        await connection.close()
        return seen

    async def there(connection):
        for event in events:
            await connection.send(event)
            await asyncio.sleep(0)
        await collect(connection)

    assert meet(end, here, there) == events


def test_a_timeout_leaves_the_connection_open(end):
    """After waiting in vain, both directions still work."""

    async def here(connection):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await connection.recv()
        assert connection.close_code is None
        await connection.send(number(1))
        back = await connection.recv()
        await connection.close()
        return back

    assert meet(end, here, echo) == number(1)


@pytest.mark.parametrize(
    ("code", "reason"),
    [(1000, ""), (1001, "away"), (1008, "policy"), (4000, "café")],
)
def test_the_code_and_reason_of_a_close_arrive(end, code, reason):
    """`recv` raises the library's exception, again and again, and says why."""

    async def here(connection):
        assert (connection.close_code, connection.close_reason) == (None, None)
        await connection.send(number(1))
        for _ in range(6):
            with pytest.raises(load(end.library).CLOSED) as caught:
                await connection.recv()
        return caught.value, connection.close_code, connection.close_reason

    async def there(connection):
        await connection.recv()
        await connection.close(code, reason)

    error, *rest = meet(end, here, there)

    assert rest == [code, reason]
    assert (error.rcvd if end.library == "websockets" else error).code == code
    assert reason in str(error) or end.library == "starlette"


@pytest.mark.parametrize("code", [1001, 1008])
def test_a_loop_ends_as_the_library_has_it(end, code):
    """Only websockets tells normal ends from others by an exception."""

    async def here(connection):
        loop = collect(connection)
        if end.library == "websockets" and code not in (1000, 1001):
            with pytest.raises(load("websockets").CLOSED):
                await loop
        else:
            assert await loop == []
        return connection.close_code

    async def there(connection):
        await connection.close(code)

    assert meet(end, here, there) == code


def test_closing_says_why_and_may_be_repeated(end):
    """The first close counts, and neither side can send after it."""

    async def here(connection):
        await connection.close(4001, "enough")
        await connection.close(4002, "too late")
        with pytest.raises(load(end.library).CLOSED):
            await connection.recv()
        with pytest.raises((load(end.library).CLOSED, ConnectionError)):
            await connection.send(number(1))
        return connection.close_code, connection.close_reason

    ends = []

    async def there(connection):
        with pytest.raises(load(end.peer).CLOSED):
            await connection.recv()
        ends.append((connection.close_code, connection.close_reason))

    ends.append(meet(end, here, there))

    echoes = end != ("websockets", end.role, "aiohttp")  # which answers with 1000
    assert ends == [(4001, "enough"), (4001, "enough") if echoes else (1000, "")]


def test_closing_wakes_whoever_waits_for_an_event(end):
    """A loop in another task ends when this side closes."""

    async def here(connection):
        listening = asyncio.create_task(collect(connection))
        await asyncio.sleep(0.01)
        await connection.close()
        return await listening, connection.close_code

    assert meet(end, here, collect) == ([], 1000)


@pytest.mark.parametrize(
    "end", as_params([end for end in ENDS if end.peer == "websockets"]), indirect=True
)
def test_a_lost_connection_is_an_end_too(end):
    """Where TCP breaks off, the code is one that no close frame can have."""

    async def here(connection):
        assert await connection.recv() == number(1)
        await connection.send(number(2))
        with pytest.raises(load(end.library).CLOSED):
            await connection.recv()
        return connection.close_code, connection.close_reason

    async def there(connection):
        await connection.send(number(1))
        assert await connection.recv() == number(2)
        connection.websocket.transport.abort()

    code, reason = meet(end, here, there)

    assert code in ({1005, 1006} if end.library == "starlette" else {1006})
    assert not reason


@pytest.mark.parametrize(
    "end", as_params([end for end in ENDS if end.peer != "starlette"]), indirect=True
)
def test_pings_and_pongs_stay_out_of_sight(end):
    """Only data frames are events."""

    async def there(connection):
        await ping(connection)
        await connection.send(number(1))
        await ping(connection)
        await connection.close()

    assert meet(end, collect, there) == [number(1)]


def test_several_tasks_send_at_once(end):
    """No frame is torn or lost, and each task's frames stay in order."""
    names, sizes = "abc", [0, 30_000, 10, 5_000, 100_000] * 4

    async def here(connection):
        async def speak(name):
            for index, size in enumerate(sizes):
                await connection.send(number(f"{name}_{index}", size))

        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(speak(name))
        await connection.close()

    seen = []

    async def there(connection):
        seen.extend(await collect(connection))

    meet(end, here, there)

    assert len(seen) == len(names) * len(sizes)
    for name in names:
        own = [event for event in seen if f"_{name}_" in event.event_id]
        assert own == [
            number(f"{name}_{index}", size) for index, size in enumerate(sizes)
        ]


@pytest.mark.parametrize("wire", WIRES)
def test_a_megabyte_of_audio_is_one_frame(end, wire):
    """With the limits raised, large frames pass."""
    event = number(1, 2**20)

    async def here(connection):
        await connection.send(event)
        back = await connection.recv()
        await connection.close()
        return back

    assert meet(end, here, echo, wire=wire, **load(end.library).LARGE) == event
