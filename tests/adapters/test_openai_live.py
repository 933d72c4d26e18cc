"""The Live API over openai-python's sockets, and its objects."""

import asyncio
import inspect
import json
from importlib import import_module
from importlib.util import find_spec
from pkgutil import walk_packages

import openai
import pydantic
import pytest

from rtmodels import (
    LiveClientEvent,
    LiveOutputAudioDelta,
    LiveServerEvent,
    LiveSessionStart,
    Unknown,
    WebhookLiveCallIncoming,
)
from rtmodels.adapters import DictAdapter, JsonAdapter
from rtmodels.adapters.openai import events, from_sdk, send, to_sdk
from rtmodels.adapters.openai._classes import find_model_class
from rtmodels.adapters.openai._events import UNIONS as UNIONS_BY_MODULE

from .live_messages import MESSAGES, UNIONS
from .openai_clients import run_server

pytestmark = pytest.mark.needs("openai")

if find_spec("openai.types.live") is None:
    pytest.skip("this version of openai has no Live API", allow_module_level=True)

live = import_module("openai.types.live")

PACKAGES = ["openai.resources.realtime", "openai.resources.live"]
SOCKETS = ["primary", "sideband", "fork"]
OF_OTHER_APIS = {"decision.event", "response.event"}
"""Events that hold objects of other APIs, of which the messages have but the type."""


@pytest.fixture(scope="module")
def server():
    """Run the server."""
    with run_server() as running:
        yield running


def decode_all(place):
    """Decode the messages of one side of a socket."""
    return [*map(DictAdapter(UNIONS[place]).decode, MESSAGES[place])]


def to_frames(place):
    """Write the messages of one side of a socket."""
    adapter = JsonAdapter(UNIONS[place])
    return [adapter.encode(event) for event in decode_all(place)]


async def gather(iterator):
    """List all that comes."""
    return [event async for event in iterator]


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("socket", SOCKETS)
def test_events_are_those_of_the_socket(server, socket, is_async):
    """Each kind of socket has the union of its own, and nothing has to be said."""
    place = f"{socket}.server"
    server.play(*to_frames(place), 1000)

    if is_async:
        received = server.run(lambda connection: gather(events(connection)), socket)
    else:
        with server.connect(socket) as connection:
            received = [*events(connection)]

    assert received == decode_all(place)
    assert not any(isinstance(event, Unknown) for event in received)


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("socket", SOCKETS)
def test_send_sends_what_the_socket_takes(server, socket, is_async):
    """The frames are those that the library writes, explicit nulls included."""
    place = f"{socket}.client"
    sent = decode_all(place)

    async def main(connection):
        for event in sent:
            await send(connection, event)
        return [await asyncio.to_thread(server.take) for _ in sent]

    server.play()
    if is_async:
        received = server.run(main, socket)
    else:
        with server.connect(socket) as connection:
            for event in sent:
                send(connection, event)
            received = [server.take() for _ in sent]

    assert [frame.encode() for frame in received] == to_frames(place)


def test_a_subclass_carries_what_its_base_does(server):
    """So does a connection that a program has derived from the SDK's."""
    server.play(*to_frames("primary.server")[:2], 1000)

    with server.connect("primary") as connection:
        connection.__class__ = type("Mine", (type(connection),), {})
        received = [*events(connection)]

    assert received == decode_all("primary.server")[:2]


def test_another_adapter_counts_more_than_the_socket(server):
    """As on a connection of Realtime."""
    strict = JsonAdapter(LiveServerEvent, mode="strict")
    server.play(b'{"type":"session.output_audio.delta","delta":"AAAA"}', 1000)

    with server.connect("fork") as connection:
        (event,) = events(connection, adapter=strict, on_bad_frame=None)

    assert event == LiveOutputAudioDelta(delta=bytes(3))


def test_what_the_sdk_sends_is_decoded(server):
    """Its own methods write events of the Live API's unions."""
    adapter = JsonAdapter(LiveClientEvent, mode="strict")
    session = {"model": "gpt-live-1", "audio": {"output": {"voice": "marin"}}}
    server.play()

    with server.connect("primary") as connection:
        connection.session.start(session=session)
        connection.session.commentary.append(content="Hi.", delegation_id=None)
        started, commented = (adapter.decode(server.take()) for _ in range(2))

    assert type(started) is LiveSessionStart
    assert started.session.audio.output.voice == "marin"
    assert commented.delegation_id is None


@pytest.mark.parametrize("place", UNIONS)
def test_objects_are_those_of_the_sdk_and_come_back(place):
    """Each has a class of the module for Live, and loses nothing either way."""
    for event, message in zip(decode_all(place), MESSAGES[place], strict=True):
        made = to_sdk(event)

        assert type(made).__module__.startswith("openai.types.live.")
        assert made.to_dict(warnings=False) == message
        assert from_sdk(made) == event


def test_the_sdk_parses_server_events_into_the_same_objects(server):
    """But for what belongs to other APIs, class and content are equal."""
    messages = [m for m in MESSAGES["primary.server"] if m["type"] not in OF_OTHER_APIS]
    adapter = DictAdapter(LiveServerEvent)
    server.play(*(json.dumps(message).encode() for message in messages), 1000)

    with server.connect("primary") as connection:
        parsed = [*connection]
    made = [to_sdk(adapter.decode(message)) for message in messages]

    assert made == parsed
    assert [*map(type, made)] == [*map(type, parsed)]


def test_a_frame_of_live_in_a_realtime_adapter_still_has_its_object():
    """It is unknown there, and its type decides."""
    message = next(
        m for m in MESSAGES["primary.server"] if m["type"] == "session.usage.updated"
    )

    made = to_sdk(Unknown(tag=message["type"], payload=message))

    assert type(made) is live.SessionUsageUpdatedEvent


def test_every_model_of_the_sdk_has_a_partner():
    """A class that the SDK adds is found by walking, or shows up here."""
    models = [
        cls
        for _, cls in inspect.getmembers(live, inspect.isclass)
        if issubclass(cls, pydantic.BaseModel)
    ]

    lonely = {cls.__name__ for cls in models if not find_model_class(cls, {})}

    assert len(models) > 60
    assert lonely == set()


def test_a_webhook_has_the_class_of_the_sdk():
    """The SDK checks the signature, and the library reads what it signed."""
    payload = {
        "id": "evt_1",
        "created_at": 1,
        "type": "live.call.incoming",
        "object": "event",
        "data": {"session_id": "live_1", "sip_headers": [{"name": "To", "value": "x"}]},
    }
    hook = DictAdapter(WebhookLiveCallIncoming).decode(payload)

    made = to_sdk(hook)

    assert type(made) is openai.types.webhooks.LiveCallIncomingWebhookEvent
    assert from_sdk(made) == hook


def test_every_connection_of_the_sdk_has_its_unions():
    """A kind of socket that a version adds needs a row in the table."""
    modules = [
        import_module(found.name)
        for package in map(import_module, PACKAGES)
        for found in walk_packages(package.__path__, f"{package.__name__}.")
    ]
    sockets = {
        cls.__module__
        for module in modules
        for name, cls in inspect.getmembers(module, inspect.isclass)
        if name.endswith("Connection") and hasattr(cls, "recv_bytes")
    }

    assert sockets - {"openai.resources.realtime.realtime"} == UNIONS_BY_MODULE.keys()
