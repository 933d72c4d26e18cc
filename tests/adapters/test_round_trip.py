"""What decodes encodes back, and what encodes decodes back, through every adapter."""

from typing import Any

import orjson
import pytest
from hypothesis import given

from rtmodels import (
    LiveClientEvent,
    LiveForkClientEvent,
    LiveForkServerEvent,
    LiveServerEvent,
    LiveSidebandClientEvent,
    LiveSidebandServerEvent,
    Model,
    RealtimeBetaClientEvent,
    RealtimeBetaServerEvent,
    RealtimeClientEvent,
    RealtimeConversationItem,
    RealtimeServerEvent,
    RealtimeTranslationClientEvent,
    RealtimeTranslationServerEvent,
    Unknown,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

from ..strategies import EACH, MODELS, instances, values

pytestmark = pytest.mark.needs("msgpack")

UNIONS = {
    "server": RealtimeServerEvent,
    "client": RealtimeClientEvent,
    "item": RealtimeConversationItem,
    "beta server": RealtimeBetaServerEvent,
    "beta client": RealtimeBetaClientEvent,
    "translation server": RealtimeTranslationServerEvent,
    "translation client": RealtimeTranslationClientEvent,
    "live server": LiveServerEvent,
    "live client": LiveClientEvent,
    "live sideband server": LiveSidebandServerEvent,
    "live sideband client": LiveSidebandClientEvent,
    "live fork server": LiveForkServerEvent,
    "live fork client": LiveForkClientEvent,
}
DIRECTIONS = {"server": RealtimeServerEvent, "client": RealtimeClientEvent}


def make_adapters(type_: Any, **options: Any) -> list[Any]:
    """Make one adapter of each kind."""
    return [
        JsonAdapter(type_, **options),
        MsgpackAdapter(type_, **options),
        DictAdapter(type_, **options),
        DictAdapter(type_, binary=True, **options),
    ]


def extras(value: Any) -> Any:
    """Gather every ``extra`` in *value*, since equality does not look at them."""
    match value:
        case Model():
            fields = [
                (name, extras(getattr(value, name)))
                for name in value.__class__.__slots__
                if name not in ("extra", "__weakref__")
            ]
            return value.extra, fields
        case tuple():
            return [extras(item) for item in value]
        case dict():
            return {key: extras(item) for key, item in value.items()}
    return None


@pytest.mark.parametrize("cls", MODELS, ids=lambda cls: cls.__name__)
def test_every_class_comes_back(cls):
    """Any instance of any class survives every adapter, with what is extra."""
    adapters = make_adapters(cls)

    @EACH
    @given(instances(cls))
    def check(value):
        for adapter in adapters:
            back = adapter.decode(adapter.encode(value))

            assert back == value
            assert type(back) is cls
            assert extras(back) == extras(value)

    check()


@pytest.mark.parametrize("union", UNIONS.values(), ids=UNIONS)
def test_every_union_comes_back(union):
    """Any member of a union, known or not, survives every adapter."""
    adapters = make_adapters(union)

    @given(values(union))
    def check(value):
        for adapter in adapters:
            assert adapter.decode(adapter.encode(value)) == value

    check()


@pytest.mark.parametrize(
    "kind", [0, 1, 2, 3], ids=["json", "msgpack", "dict", "binary"]
)
def test_captured_messages_of_openai_and_azure_keep_class_and_content(captures, kind):
    """Tolerantly read, each is of the class that its type names, and encodes back."""
    adapters = {name: make_adapters(type_) for name, type_ in DIRECTIONS.items()}
    rows = [row for row in captures if row["server"] in ("ga", "azure")]
    for row in rows:
        json_adapter, adapter = (adapters[row["direction"]][i] for i in (0, kind))

        event = json_adapter.decode(orjson.dumps(row["value"]))
        back = adapter.decode(adapter.encode(event))

        assert not isinstance(event, Unknown)
        assert event.type == row["value"]["type"]
        assert back == event
        assert orjson.loads(json_adapter.encode(back)) == row["value"]
    assert len(rows) == 670


def test_captured_messages_of_every_server_come_back_forgivingly(captures):
    """Forgiving mode rejects no message of any server, and nothing is lost."""
    adapters = {
        name: make_adapters(type_, mode="forgiving")
        for name, type_ in DIRECTIONS.items()
    }
    for row in captures:
        json_adapter = adapters[row["direction"]][0]

        event = json_adapter.decode(orjson.dumps(row["value"]))

        assert orjson.loads(json_adapter.encode(event)) == row["value"]
        for adapter in adapters[row["direction"]]:
            back = adapter.decode(adapter.encode(event))
            assert orjson.loads(json_adapter.encode(back)) == row["value"]
    assert len(captures) == 1111


def test_the_sample_session_comes_back(sample_frames):
    """Every message of the sample is known, and encodes to the same JSON value."""
    server, client = JsonAdapter(RealtimeServerEvent), JsonAdapter(RealtimeClientEvent)
    for frame in sample_frames:
        event = server.decode(frame)
        if isinstance(event, Unknown):
            event = client.decode(frame)

        adapter = JsonAdapter(type(event))

        assert not isinstance(event, Unknown)
        assert orjson.loads(adapter.encode(event)) == orjson.loads(frame)
