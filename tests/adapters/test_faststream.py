"""FastStream: handlers accept and return our types, in memory and over Redis."""

import asyncio
import io
import json
import logging
import re
from textwrap import indent
from typing import Any
from urllib.parse import unquote

import pydantic
import pytest
from attrs import frozen
from fast_depends import Provider
from fast_depends.core import build_call_model
from faststream import Context, Depends, FastStream
from faststream.redis import RedisBroker, TestRedisBroker
from faststream.specification import AsyncAPI
from pydantic import BaseModel
from pydantic_core import PydanticSerializationError

from rtmodels import (
    EncodeError,
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
    adapters,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter
from rtmodels.adapters import faststream as module
from rtmodels.adapters.faststream import WireSerializer, make_decoder

from ..examples import read_examples
from ..processes import PATIENCE
from ..recordings import INVALID, MESSAGES, UNKNOWN

pytestmark = pytest.mark.needs("faststream")

MSGPACK = pytest.mark.needs("msgpack")

SERVER = DictAdapter(RealtimeServerEvent)
ERROR = {"type": "error", "event_id": "e", "error": {"type": "t", "message": "m"}}
DONE = next(message for message in MESSAGES if message["type"] == "response.done")
APPEND = InputAudioBufferAppendEvent(audio=b"\x00\xff" * 900)


@frozen
class Turn:
    """A user-defined class with a schema class in it."""

    caller: str
    response: RealtimeResponse


class Call(BaseModel):
    """A user-defined model without schema classes."""

    caller: str
    seconds: int


@pytest.fixture(params=["memory", "redis"])
def run(request):
    """Return a function that runs a test's coroutine while the broker is up."""
    url = "redis://nowhere"
    if request.param == "redis":
        url = request.getfixturevalue("redis_url")

    def run(make_test, **options: Any):
        async def main():
            log = io.StringIO()
            logger = logging.Logger("broker")  # noqa: LOG001 - for this test only
            logger.addHandler(logging.StreamHandler(log))
            broker = RedisBroker(
                url, serializer=WireSerializer(**options), logger=logger
            )
            got: asyncio.Queue[Any] = asyncio.Queue()
            test = make_test(broker, got, log)
            context = TestRedisBroker(broker) if request.param == "memory" else broker
            async with asyncio.timeout(PATIENCE), context:
                await broker.start()
                return await test()

        return asyncio.run(main())

    return run


def taking(type_: Any, *messages: Any, bad: int = 0, **subscriber: Any):
    """Make a test that publishes *messages* to a handler of *type_*.

    It gives what the handler got; where so many are *bad*, preceded by the failures.
    """

    def make_test(broker, got, log):
        @broker.subscriber("in", **subscriber)
        async def handle(event: type_) -> None:
            got.put_nowait(event)

        async def test():
            failures = []
            for message in messages:
                try:
                    await broker.publish(message, "in")
                except ValidationError as exc:  # in memory, the publisher gets it
                    failures.append(str(exc))
            count = len(messages) - bad
            events = [await got.get() for _ in range(count)]
            if bad and not failures:  # over Redis, the log does
                failures.append(log.getvalue())
            return [*failures, *events]

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

    def make_test(broker, got, _):
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


@pytest.mark.parametrize(
    ("bad", "issues"),
    [
        (
            {"type": "response.done", "event_id": 1, "response": {"id": 5}},
            ["$.event_id: expected str, got int", "$.response.id: expected str"],
        ),
        ("no JSON", ["$: expected object, got str"]),
    ],
)
def test_a_bad_message_disturbs_no_other(run, bad, issues):
    """It fails with all its issues, and the next one is handled."""
    failure, event = run(taking(RealtimeServerEvent, bad, DONE, bad=1))

    assert all(issue in failure for issue in issues)
    assert isinstance(event, ResponseDoneEvent)


def test_other_parameters_stay_pydantics(run):
    """Models of pydantic's go the way they always went, beside ours."""

    def make_test(broker, got, _):
        def double(event: RealtimeServerEvent) -> str:
            return event.event_id * 2

        @broker.subscriber("in")
        async def handle(
            event: RealtimeServerEvent,
            call: Call,
            twice: str = Depends(double),
            correlation: str = Context("message.correlation_id"),
            response: RealtimeResponse | None = None,
        ) -> None:
            got.put_nowait((event, call, twice, bool(correlation), response))

        async def test():
            event, call = SERVER.decode(ERROR), Call(caller="Ada", seconds=3)
            await broker.publish({"event": event, "call": call}, "in")
            return await got.get()

        return test

    event, *rest = run(make_test)

    assert isinstance(event, ErrorEvent)
    assert rest == [Call(caller="Ada", seconds=3), "ee", True, None]


def test_several_parameters_name_their_issues():
    """Each path begins with the parameter, and a missing one is an issue too."""

    def handle(event: RealtimeServerEvent, response: RealtimeResponse) -> None: ...

    serializer = make_serializer(handle)

    with pytest.raises(ValidationError) as caught:
        serializer({"response": {"id": 5}})
    assert str(caught.value).splitlines() == [
        "$.event: expected a value, got nothing",
        "$.response.id: expected str, got int",
    ]


def test_the_caller_chooses_the_mode_or_the_converter():
    """Strict mode rejects unknown keys, as an option or by a converter."""
    converter = make_converter(mode="strict")
    bad = {"id": "resp_1", "mood": "good"}

    for options in ({"mode": "strict"}, {"converter": converter}):
        serializer = make_serializer(takes_response, **options)
        with pytest.raises(ValidationError, match=r"\$\.mood"):
            serializer({"response": bad})


def test_a_class_of_the_users_is_read_by_the_converter(run):
    """The converter reads it if one of its fields holds a schema class."""
    (turn,) = run(taking(Turn, Turn("Ada", RealtimeResponse(id="r"))))

    assert turn == Turn("Ada", RealtimeResponse(id="r"))


@pytest.mark.parametrize(
    "make", ["JsonAdapter", pytest.param("MsgpackAdapter", marks=MSGPACK)]
)
def test_a_decoder_reads_bytes(run, make):
    """JSON or MessagePack, as the adapter has it."""
    adapter = getattr(adapters, make)(RealtimeClientEvent)
    decoder = make_decoder(adapter)

    events = run(taking(RealtimeClientEvent, adapter.encode(APPEND), decoder=decoder))

    assert events == [APPEND]


def test_what_a_decoder_refuses_disturbs_no_other(run):
    """It fails as a bad message does."""
    adapter = JsonAdapter(RealtimeServerEvent)
    data = [json.dumps(INVALID).encode(), adapter.encode(SERVER.decode(DONE))]

    failure, event = run(
        taking(RealtimeServerEvent, *data, bad=1, decoder=make_decoder(adapter))
    )

    assert "$.event_id: expected str, got int" in failure
    assert isinstance(event, ResponseDoneEvent)


def test_a_decoders_instance_of_another_class_is_refused():
    """A parameter is never of a class that its annotation does not name."""
    serializer = make_serializer(takes_response)

    with pytest.raises(ValidationError, match="expected object, got Input"):
        serializer({"response": APPEND})


def test_plain_data_that_is_returned_is_read():
    """Just as pydantic does it for its models."""

    def handle(response: RealtimeResponse) -> RealtimeResponse: ...

    serializer = make_serializer(handle)

    assert serializer.response({"id": "r"}) == RealtimeResponse(id="r")
    with pytest.raises(ValidationError, match=r"\$\.id"):
        serializer.response({"id": 5})


def test_what_json_cannot_hold_is_not_published():
    """Nor silently changed."""
    with pytest.raises(EncodeError, match=r"\$\.id: expected str, got int"):
        WireSerializer().encode(RealtimeResponse(id=5))


@MSGPACK
def test_another_serializer_takes_the_rest():
    """Such as that for msgspec."""
    import msgspec  # noqa: PLC0415 - the other tests run without it
    from fast_depends.msgspec import MsgSpecSerializer  # noqa: PLC0415 - so do they

    class Count(msgspec.Struct):
        n: int

    def takes_struct(response: RealtimeResponse, count: Count) -> None: ...

    serializer = make_serializer(
        takes_struct, inner=MsgSpecSerializer(use_fastdepends_errors=False)
    )

    got = serializer({"response": {"id": "r"}, "count": {"n": 3}})

    assert got == {"response": RealtimeResponse(id="r"), "count": Count(3)}


@pytest.mark.parametrize("version", ["2.6.0", "3.0.0"])
def test_async_api_shows_our_schemas(version):
    """The definitions stand where it has its own, and every reference leads there."""
    broker = RedisBroker(serializer=WireSerializer())

    @broker.subscriber("in")
    @broker.publisher("out")
    async def account(event: RealtimeServerEvent) -> RealtimeResponseUsage: ...

    @broker.subscriber("items")
    async def several(items: tuple[RealtimeConversationItem, ...]) -> None: ...

    @broker.subscriber("turns")
    async def mine(turn: Turn, response: RealtimeResponse) -> None: ...

    app = FastStream(broker, specification=AsyncAPI(schema_version=version))
    text = app.schema.to_specification().to_json()

    schemas = json.loads(text)["components"]["schemas"]
    names = set(re.findall('"#/components/schemas/([^"]*)"', text))
    assert {unquote(name) for name in names} <= set(schemas)
    assert schemas["ResponseDoneEvent"]["properties"]["response"]["$ref"]
    assert "input_tokens" in schemas["RealtimeResponseUsage"]["properties"]


@MSGPACK
def test_the_example_in_the_docstring_runs():
    """Both blocks."""
    example, decoding = read_examples(module)
    space = {"MsgpackAdapter": adapters.MsgpackAdapter, "make_decoder": make_decoder}
    exec(example, space)  # noqa: S102
    decoding = indent(decoding, "    ")
    exec(f"async def second():\n{decoding}", {**space, "event": APPEND}, space)  # noqa: S102

    async def main():
        async with TestRedisBroker(space["broker"]) as broker:
            await broker.publish(DONE, "events")
            usage = SERVER.decode(DONE).response.usage
            broker.publishers[0].mock.assert_called_once_with(
                DictAdapter(RealtimeResponseUsage).encode(usage)
            )

    asyncio.run(main())


def test_without_the_serializer_every_message_fails():
    """The broker starts; pydantic neither reads wire data nor writes instances."""
    broker = RedisBroker("redis://nowhere")

    @broker.subscriber("in")
    async def take(event: RealtimeServerEvent) -> None: ...

    @broker.subscriber("out")
    @broker.publisher("usage")
    async def give(_: dict[str, Any]) -> RealtimeResponseUsage:
        return RealtimeResponseUsage()

    async def main():
        async with TestRedisBroker(broker):
            with pytest.raises(pydantic.ValidationError, match="an instance of"):
                await broker.publish(DONE, "in")
            with pytest.raises(PydanticSerializationError):
                await broker.publish({}, "out")

    asyncio.run(main())


def takes_response(response: RealtimeResponse) -> None:
    """Accept a schema class."""


def make_serializer(handler: Any, **options: Any) -> Any:
    """Make what reads the parameters of *handler*."""
    return build_call_model(
        handler,
        dependency_provider=Provider(),
        serializer_cls=WireSerializer(**options),
    ).serializer
