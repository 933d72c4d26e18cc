"""FastStream: handlers take and return our types, in memory and over Redis."""

import asyncio
import json
from typing import Any

import pytest
from faststream import Context, Depends, FastStream
from faststream.redis import RedisBroker, TestRedisBroker
from faststream.specification import AsyncAPI
from pydantic import BaseModel

from rtmodels import (
    ErrorEvent,
    InputAudioBufferAppendEvent,
    RealtimeClientEvent,
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeResponseUsage,
    RealtimeServerEvent,
    ResponseDoneEvent,
    Unknown,
    ValidationError,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter
from rtmodels.adapters import faststream as module
from rtmodels.adapters.faststream import WireSerializer, make_decoder

from recordings import INVALID, MESSAGES, UNKNOWN

SERVER = DictAdapter(RealtimeServerEvent)
DONE = next(message for message in MESSAGES if message["type"] == "response.done")
APPEND = InputAudioBufferAppendEvent(audio=b"\x00\xff" * 900)


class Call(BaseModel):
    """A model of the user's."""

    caller: str
    seconds: int


@pytest.fixture(params=["memory", "redis"])
def run(request):
    """Give what runs a test's coroutine while the broker is up."""
    url = "redis://nowhere"
    if request.param == "redis":
        url = request.getfixturevalue("redis_url")

    def run(make_test, **options: Any):
        async def main():
            broker = RedisBroker(url, serializer=WireSerializer(**options))
            got: asyncio.Queue[Any] = asyncio.Queue()
            test = make_test(broker, got)
            context = TestRedisBroker(broker) if request.param == "memory" else broker
            async with asyncio.timeout(10), context:
                await broker.start()
                return await test()

        return asyncio.run(main())

    return run


def taking(type_: Any, *messages: Any, good: int | None = None, **subscriber: Any):
    """Make a test that publishes *messages* to a handler of *type_*."""

    def make_test(broker, got):
        @broker.subscriber("in", **subscriber)
        async def handle(event: type_) -> None:
            got.put_nowait(event)

        async def test():
            for message in messages:
                try:
                    await broker.publish(message, "in")
                except ValidationError as exc:  # in memory, the publisher gets it
                    got.put_nowait(exc)
            return [await got.get() for _ in range(good or len(messages))]

        return test

    return make_test


def test_a_handler_takes_a_union(run):
    """Every event of the sample session comes in as its class, whole."""
    frames = [m for m in MESSAGES if not isinstance(SERVER.decode(m), Unknown)][:8]
    frames += [DONE, UNKNOWN]

    events = run(taking(RealtimeServerEvent, *frames))

    assert [SERVER.encode(event) for event in events] == frames


def test_a_handler_takes_a_class(run):
    """Keys that no field has included."""
    (response,) = run(taking(RealtimeResponse, {"id": "resp_1", "mood": "good"}))

    assert response == RealtimeResponse(id="resp_1")
    assert response.extra == {"mood": "good"}


def test_a_handler_takes_a_tuple(run):
    """A tuple of a union is one message, an array."""
    items = DONE["response"]["output"]

    (got,) = run(taking(tuple[RealtimeConversationItem, ...], items))

    assert isinstance(got, tuple)
    assert DictAdapter(RealtimeResponse).decode(DONE["response"]).output == got


def test_instances_are_published(run):
    """They arrive as they were, alone and in tuples."""
    (event,) = run(taking(RealtimeClientEvent, APPEND))
    (events,) = run(taking(tuple[RealtimeClientEvent, ...], (APPEND, APPEND)))

    assert event == APPEND
    assert events == (APPEND, APPEND)


def test_a_handler_returns_an_instance(run):
    """What it returns is published, and read by the next."""

    def make_test(broker, got):
        @broker.subscriber("in")
        @broker.publisher("out")
        async def account(event: RealtimeServerEvent) -> RealtimeResponseUsage | None:
            return event.response.usage

        @broker.subscriber("out")
        async def collect(usage: RealtimeResponseUsage) -> None:
            got.put_nowait(usage)

        async def test():
            await broker.publish(DONE, "in")
            return await got.get()

        return test

    assert run(make_test) == SERVER.decode(DONE).response.usage


def test_a_bad_message_disturbs_no_other(run, caplog):
    """It fails with all its issues, and the next one is handled."""
    bad = {"type": "response.done", "event_id": 1, "response": {"id": 5}}
    text = "$.response.id: expected str, got int"

    def make_test(broker, got):
        @broker.subscriber("in")
        async def handle(event: RealtimeServerEvent) -> None:
            got.put_nowait(event)

        async def test():
            try:
                await broker.publish(bad, "in")
            except ValidationError as exc:
                assert text in str(exc)
            else:
                assert "redis" in str(broker.config)
            await broker.publish(DONE, "in")
            return await got.get()

        return test

    assert isinstance(run(make_test), ResponseDoneEvent)


def test_other_parameters_stay_pydantics(run):
    """Models of pydantic's go the way they always went, beside ours."""

    def make_test(broker, got):
        def double(event: RealtimeServerEvent) -> str:
            return event.event_id * 2

        @broker.subscriber("in")
        async def handle(
            event: RealtimeServerEvent,
            call: Call,
            twice: str = Depends(double),
            channel: str = Context("message.raw_message", cast=False),
            response: RealtimeResponse | None = None,
        ) -> None:
            got.put_nowait((event, call, twice, response))

        async def test():
            event = ErrorEvent(event_id="e", error=DictAdapter(ErrorEvent).decode(ERROR).error)
            await broker.publish({"event": event, "call": Call(caller="Ada", seconds=3)}, "in")
            return await got.get()

        return test

    event, call, twice, response = run(make_test)

    assert isinstance(event, ErrorEvent)
    assert (call, twice, response) == (Call(caller="Ada", seconds=3), "ee", None)


ERROR = {"type": "error", "event_id": "e", "error": {"type": "t", "message": "m"}}
