"""Connections whose tasks are cancelled at every step that they take."""

import asyncio
import sys

import pytest

from .sockets import ENDS, collect, echo, load, meet, number

pytestmark = pytest.mark.needs("aiohttp", "starlette", "websockets")

LIBRARIES = [end for end in ENDS if end.peer == "websockets"]
STEPS = range(12)
"""After how many turns of the loop to cancel; nothing here takes more, but to wait."""


@pytest.fixture(autouse=True, scope="module")
def starlette():
    """Run a server for Starlette's endpoints."""
    with load("starlette").run():
        yield


@pytest.fixture(params=LIBRARIES, ids=str)
def end(request):
    """Return the ends of each library, as client and as server."""
    return request.param


@pytest.fixture(autouse=True)
def _no_complaints(monkeypatch):
    """Fail a test in which a loop, or the interpreter, has something to complain of."""
    complaints = []

    def keep(_, context):
        complaints.append(context)

    monkeypatch.setattr(asyncio.BaseEventLoop, "call_exception_handler", keep)
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    yield
    assert complaints == []


async def cancel_after(steps, coroutine):
    """Cancel *coroutine* after *steps* turns; return whether it was still waiting."""
    task = asyncio.create_task(coroutine)
    for _ in range(steps):
        await asyncio.sleep(0)
    cancelled = task.cancel()
    await asyncio.wait([task])
    assert task.cancelled() is cancelled  # nothing on the way has swallowed it
    return cancelled


async def say(connection, events):
    """Send *events*, one now and then, and wait for the end."""
    for event in events:
        await connection.send(event)
        await asyncio.sleep(0)
    await collect(connection)


def test_a_loop_that_is_cancelled_goes_on_where_it_was(end):
    """No event is lost or doubled, at whatever step the iteration is cancelled."""
    events = [number(index, index * 100) for index in range(60)]
    seen = []

    async def listen(connection):
        async for event in connection:
            seen.append(event)
            if event == events[-1]:
                return

    async def here(connection):
        turn = 0
        while events[-1] not in seen:
            await cancel_after(STEPS[turn % len(STEPS)], listen(connection))
            turn += 1
        await connection.close()
        return turn

    async def there(connection):
        await say(connection, events)

    turns = meet(end, here, there)

    assert turns > 1
    assert seen == events


def test_a_send_that_is_cancelled_is_whole_or_nothing(end):
    """What arrives was sent, in that order, and the next frame is whole."""
    sizes = [0, 300_000, 10, 70_000] * len(STEPS)
    events = [number(index, size) for index, size in enumerate(sizes)]

    async def here(connection):
        sure = []
        for index, event in enumerate(events):
            steps = STEPS[index % len(STEPS)]
            if not await cancel_after(steps, connection.send(event)):
                sure.append(event)
        await connection.send(number("last"))
        sure.append(number("last"))
        await connection.close()
        return sure

    arrived = []

    async def there(connection):
        arrived.extend(await collect(connection))

    sure = meet(end, here, there)

    known = [*events, number("last")]
    places = [known.index(event) for event in arrived]
    assert places == sorted(set(places))
    assert [event for event in arrived if event in sure] == sure


@pytest.mark.parametrize("step", STEPS[::3])
def test_a_close_that_is_cancelled_closes_all_the_same(end, step):
    """Nothing can be sent after it, a second close is harmless, and the peer hears."""

    async def here(connection):
        await cancel_after(step, connection.close(4001, "enough"))
        await connection.close(4001, "enough")
        with pytest.raises((load(end.library).CLOSED, ConnectionError)):
            await connection.send(number(1))
        with pytest.raises(load(end.library).CLOSED):
            await connection.recv()
        return connection.close_code

    codes = []

    async def there(connection):
        with pytest.raises(load(end.peer).CLOSED):
            await connection.recv()
        codes.append(connection.close_code)

    code = meet(end, here, there)

    # One that was cancelled before it began has not said anything.
    assert code in (4001, 1006)
    assert codes[0] in (4001, 1005, 1006)


def test_timeouts_at_all_moments_lose_nothing(end):
    """However short the time for one event is, all come, once each."""
    events = [number(index) for index in range(40)]

    async def here(connection):
        seen, late = [], 0
        while len(seen) < len(events):
            try:
                async with asyncio.timeout((late % 7) * 0.0005):
                    seen.append(await connection.recv())
            except TimeoutError:
                late += 1
        await connection.close()
        return seen, late

    async def there(connection):
        await say(connection, events)

    seen, late = meet(end, here, there)

    assert late
    assert seen == events


def test_a_group_that_fails_leaves_the_connection_usable(end):
    """Its reader and its writer are cancelled, and others take over."""

    async def here(connection):
        got, enough = [], asyncio.Event()

        async def read():
            async for event in connection:
                got.append(event)
                if len(got) == 5:
                    enough.set()

        async def write():
            for index in range(1000):
                await connection.send(number(index))
                await asyncio.sleep(0)

        async def fail():
            await enough.wait()
            raise LookupError

        async def work():
            async with asyncio.TaskGroup() as group:
                for job in (read, write, fail):
                    group.create_task(job())

        with pytest.raises(ExceptionGroup) as caught:
            await work()
        assert caught.group_contains(LookupError)
        assert len(caught.value.exceptions) == 1
        await connection.send(number("last"))
        while got[-1] != number("last"):
            got.append(await connection.recv())
        await connection.close()
        return got

    got = meet(end, here, echo)

    indexes = [event.event_id for event in got]
    assert indexes == [number(index).event_id for index in range(len(got) - 1)] + [
        "event_last"
    ]


def test_one_of_two_senders_is_cancelled(end):
    """The frames of the other are all there, in order and whole."""
    count, size = 40, 20_000

    async def here(connection):
        async def speak(name):
            for index in range(count):
                await connection.send(number(f"{name}_{index}", size))

        for step in STEPS:
            lost = asyncio.create_task(speak(f"lost{step}"))
            kept = asyncio.create_task(speak(f"kept{step}"))
            for _ in range(step):
                await asyncio.sleep(0)
            lost.cancel()
            await asyncio.wait([lost])
            await kept
        await connection.close()

    arrived = []

    async def there(connection):
        arrived.extend(await collect(connection))

    meet(end, here, there)

    for step in STEPS:
        own = [event for event in arrived if f"kept{step}_" in event.event_id]
        assert own == [number(f"kept{step}_{index}", size) for index in range(count)]
        other = [event for event in arrived if f"lost{step}_" in event.event_id]
        assert other == [number(f"lost{step}_{i}", size) for i in range(len(other))]
