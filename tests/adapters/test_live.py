"""The Live API through all adapters and integrations: equal instances, nothing lost."""

# ruff: noqa: PLC0415 - each way needs an extra of its own

import json
import logging
from typing import Annotated, Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from rtmodels import (
    LiveInstructionsAppend,
    Unknown,
    json_schema,
)
from rtmodels.adapters import DictAdapter, JsonAdapter
from rtmodels.adapters.logging import represent

from ..paths import CAPTURES
from ..processes import PATIENCE
from .live_messages import MESSAGES, UNIONS

MODES = ("strict", "tolerant", "forgiving")
PLACES = [*UNIONS]
RECORDED = CAPTURES.with_name("live.jsonl")
"""Messages that the recorder has cut, and servers have not sent just so."""

ROWS = [*map(json.loads, RECORDED.read_bytes().splitlines())] * RECORDED.exists()


def messages_of(place: str) -> list[dict[str, Any]]:
    """Return the messages of one side of a socket, made up and recorded."""
    recorded = [r["value"] for r in ROWS if f"{r['socket']}.{r['direction']}" == place]
    return MESSAGES[place] + recorded


def decode_all(place: str, mode: Any = "tolerant") -> list[Any]:
    """Decode the messages of one side of a socket from JSON."""
    adapter = JsonAdapter(UNIONS[place], mode=mode)
    return [adapter.decode(orjson.dumps(message)) for message in messages_of(place)]


def through_json(union, events, mode):
    """Write JSON with the library, and read it with the standard library's parser."""
    adapter = JsonAdapter(union, mode=mode)
    plain = JsonAdapter(union, mode=mode, loads=json.loads)
    return [plain.decode(adapter.encode(event)) for event in events]


def through_dicts(union, events, mode):
    """Write dicts with base64."""
    adapter = DictAdapter(union, mode=mode)
    return [adapter.decode(adapter.encode(event)) for event in events]


def through_binary_dicts(union, events, mode):
    """Write dicts with bytes."""
    adapter = DictAdapter(union, mode=mode, binary=True)
    return [adapter.decode(adapter.encode(event)) for event in events]


def through_messagepack(union, events, mode):
    """Write MessagePack."""
    from rtmodels.adapters import MsgpackAdapter

    adapter = MsgpackAdapter(union, mode=mode)
    return [adapter.decode(adapter.encode(event)) for event in events]


def through_arrow(union, events, mode):
    """Fill columns, and read them back."""
    from rtmodels.adapters.arrow import ArrowAdapter

    adapter = ArrowAdapter(union, mode=mode)
    return adapter.to_values(adapter.from_values(events))


def through_arrow_messages(union, events, mode):
    """Fill columns from JSON, and write JSON from columns."""
    from rtmodels.adapters.arrow import ArrowAdapter

    adapter, wire = ArrowAdapter(union, mode=mode), JsonAdapter(union, mode=mode)
    batch = adapter.decode([wire.encode(event) for event in events])
    return [wire.decode(text) for text in adapter.encode(batch).to_pylist()]


def through_pydantic(union, events, mode):
    """Write JSON with pydantic, and read it."""
    from pydantic import TypeAdapter

    from rtmodels.adapters.pydantic import Wire

    adapter = TypeAdapter(list[Annotated[union, Wire(mode=mode)]])
    back = adapter.validate_json(adapter.dump_json(events))
    assert adapter.validate_python(adapter.dump_python(events)) == back
    return back


def through_msgspec(union, events, mode):
    """Write JSON with msgspec, and read it."""
    import msgspec

    from rtmodels.adapters.msgspec import Boxed, make_hooks

    enc_hook, dec_hook = make_hooks(mode=mode)
    data = msgspec.json.encode([*map(Boxed, events)], enc_hook=enc_hook)
    boxes = msgspec.json.decode(data, type=list[Boxed[union]], dec_hook=dec_hook)
    return [box.value for box in boxes]


def through_kombu(_, events, mode):
    """Write a message of Kombu's."""
    from rtmodels.adapters.kombu import Serializer

    serializer = Serializer(mode=mode)
    return serializer.loads(serializer.dumps(events))


def through_sqlalchemy(union, events, mode):
    """Store rows in SQLite."""
    from sqlalchemy import Column, MetaData, Table, create_engine, insert, select

    from rtmodels.adapters.sqlalchemy import WireType

    table = Table("events", MetaData(), Column("event", WireType(union, mode=mode)))
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(insert(table), [{"event": event} for event in events])
        rows = [*connection.execute(select(table.c.event)).scalars()]
    engine.dispose()
    return rows


def through_faststream(union, events, mode):
    """Publish messages, which a handler takes."""
    import asyncio

    from faststream.redis import RedisBroker, TestRedisBroker

    from rtmodels.adapters.faststream import WireSerializer

    broker = RedisBroker("redis://nowhere", serializer=WireSerializer(mode=mode))
    got = []

    @broker.subscriber("events")
    async def handle(event: union) -> None:
        got.append(event)

    async def main():
        async with asyncio.timeout(PATIENCE), TestRedisBroker(broker):
            for event in events:
                await broker.publish(event, "events")

    asyncio.run(main())
    return got


def through_fastapi(union, events, mode):
    """Post each event to an application under a server, which returns it."""
    from fastapi import Body, FastAPI

    from rtmodels.adapters.pydantic import Wire

    app = FastAPI()
    body = Annotated[union, Wire(mode=mode), Body()]

    @app.post("/")
    def echo(event: body) -> Annotated[union, Wire(mode=mode)]:
        return event

    return post_all(app, union, events, mode)


def through_litestar(union, events, mode):
    """Post each event to another one."""
    from litestar import Litestar, post
    from litestar.params import Body

    from rtmodels.adapters.litestar import RtmodelsPlugin

    @post("/", status_code=200)
    async def echo(data: Annotated[union, Body()]) -> union:
        return data

    app = Litestar([echo], plugins=[RtmodelsPlugin(mode=mode)])
    return post_all(app, union, events, mode)


def post_all(app, union, events, mode):
    """Serve *app*, and return what it answers."""
    import httpx

    from ..servers import serve

    adapter = JsonAdapter(union, mode=mode)
    back = []
    headers = {"Content-Type": "application/json"}
    with (
        serve(app) as address,
        httpx.Client(base_url=f"http://{address}", timeout=PATIENCE) as client,
    ):
        for event in events:
            reply = client.post("/", content=adapter.encode(event), headers=headers)
            assert reply.status_code == 200, reply.text
            back.append(adapter.decode(reply.content))
    return back


WAYS = {
    through_json: [],
    through_dicts: [],
    through_binary_dicts: [],
    through_messagepack: ["msgpack"],
    through_arrow: ["arrow"],
    through_arrow_messages: ["arrow"],
    through_pydantic: ["pydantic"],
    through_msgspec: ["msgspec"],
    through_kombu: ["kombu"],
    through_sqlalchemy: ["sqlalchemy"],
    through_faststream: ["faststream"],
    through_fastapi: ["fastapi", "pydantic"],
    through_litestar: ["litestar"],
}
"""How events of any union can travel, and the extras that this needs."""

SLOW = {through_faststream, through_fastapi, through_litestar}
"""The ways that start something for each test: two modes are for the complete run."""


def make_cases() -> Any:
    """Yield each way in each mode, as parameters of a test."""
    for function, extras in WAYS.items():
        for mode in MODES:
            marks = [pytest.mark.needs(*extras)] if extras else []
            if function in SLOW and mode != "tolerant":
                marks.append(pytest.mark.complete)
            name = function.__name__.removeprefix("through_")
            yield pytest.param(function, mode, id=f"{name}-{mode}", marks=marks)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("place", PLACES)
def test_messages_have_their_class_in_every_mode(place, mode):
    """All types of all six unions, with few keys and with all; nothing is left over."""
    adapter = JsonAdapter(UNIONS[place], mode=mode)
    events = decode_all(place, mode)

    assert not any(type(event) is Unknown for event in events)
    assert [orjson.loads(adapter.encode(e)) for e in events] == messages_of(place)
    assert events == decode_all(place)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("way", "mode"), list(make_cases()))
def test_events_are_equal_at_the_other_end(way, place, mode):
    """Their JSON is the same as well, which also holds what equality ignores."""
    adapter = JsonAdapter(UNIONS[place], mode=mode)
    events = decode_all(place, mode)

    back = way(UNIONS[place], events, mode)

    assert back == events
    assert [orjson.loads(adapter.encode(e)) for e in back] == messages_of(place)


@pytest.mark.parametrize("place", PLACES)
def test_json_schema_accepts_the_messages(place):
    """And rejects one without its type."""
    validator = Draft202012Validator(json_schema(UNIONS[place]))

    for message in messages_of(place):
        assert [*validator.iter_errors(message)] == []
    assert not validator.is_valid({"event_id": "event_1"})


@pytest.mark.parametrize("place", PLACES)
def test_a_log_shows_all_but_audio_and_instructions(place):
    """Every other value is that of the wire."""
    for event, message in zip(decode_all(place), messages_of(place), strict=True):
        shown = represent(event)

        assert json.loads(json.dumps(shown)) == shown
        assert shown.keys() == message.keys()
        for key in ("audio", "delta"):
            if isinstance(getattr(event, key, None), bytes):
                assert shown[key] == f"<{len(getattr(event, key))} bytes>"


def test_a_log_does_not_show_added_instructions(caplog):
    """Live sends them in the content of an event of their own."""
    event = LiveInstructionsAppend(content="Be a pirate", delegation_id=None)

    assert represent(event)["content"] == "<11 characters>"
    assert represent(event, instructions=True)["content"] == "Be a pirate"
    with caplog.at_level(logging.INFO):
        logging.getLogger("calls").info("%s", represent(event))
    assert "pirate" not in caplog.text
