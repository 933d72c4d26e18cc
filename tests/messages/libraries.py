"""The messages of adapters that need an extra, and of `rtmodels.testing`."""

import asyncio
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs

from rtmodels import (
    Model,
    RealtimeClientEvent,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseCreateEvent,
    SessionUpdateEvent,
    adapters,
)

from . import Calls

CREATE = '{"type":"response.create"}'


def load(name: str) -> Any:
    """Import a module of `rtmodels.adapters`."""
    return import_module(f"rtmodels.adapters.{name}")


def pack(**attributes: Any) -> bytes:
    """Encode a response as MessagePack."""
    adapter = adapters.MsgpackAdapter(RealtimeResponse)
    return adapter.encode(RealtimeResponse(**attributes))


MSGPACK: Calls = {
    "not MessagePack: …": (
        lambda: adapters.MsgpackAdapter(RealtimeResponse).decode(b"\xc1")
    ),
    "expected 64-bit int, got … bits": lambda: pack(extra={"x": 2**70}),
}


def translate_msgpack() -> Any:
    """Connect to another dialect in MessagePack."""
    return load("websockets").WebsocketsConnection(
        None,
        receives=adapters.MsgpackAdapter(RealtimeServerEvent),
        sends=adapters.MsgpackAdapter(RealtimeClientEvent),
        dialect="beta",
    )


def receive_too_early() -> Any:
    """Receive from a websocket of Starlette that was not accepted."""
    websocket = import_module("starlette.websockets").WebSocket(
        {"type": "websocket"}, receive=None, send=None
    )
    connection = load("starlette").StarletteConnection(
        websocket,
        receives=adapters.JsonAdapter(RealtimeClientEvent),
        sends=adapters.JsonAdapter(RealtimeServerEvent),
    )
    return asyncio.run(connection.recv())


async def skip(*_: object) -> None:
    """Accept a frame that does not decode."""


def take(event: RealtimeResponse) -> None:
    """Accept a schema class."""


def call_with_nothing() -> Any:
    """Call a handler of FastStream without its parameter."""
    call_model = import_module("fast_depends.core").build_call_model(
        take,
        dependency_provider=import_module("fast_depends").Provider(),
        serializer_cls=load("faststream").WireSerializer(),
    )
    return call_model.serializer({})


TRANSLATION: Calls = {"only JSON can be translated": translate_msgpack}
STARLETTE: Calls = {
    "the websocket is not open: call its accept() first": receive_too_early
}
OPENAI: Calls = {
    "on_bad_frame is async, but the connection is not: …": (
        lambda: load("openai").events(object(), on_bad_frame=skip)
    ),
    "expected an instance of a class of rtmodels, got …": (
        lambda: load("openai").to_sdk({})
    ),
}
PYDANTIC: Calls = {
    "pydantic reads … only with Wire() beside it: …": (
        lambda: import_module("pydantic").TypeAdapter(RealtimeResponse)
    ),
}
MSGSPEC: Calls = {
    "not a Boxed, nor of a schema class: …": lambda: load("msgspec").enc_hook(object()),
    "not a Boxed[...]: …": lambda: load("msgspec").dec_hook(int, 5),
}
KOMBU: Calls = {
    "expected the name of a public class of rtmodels, got …": (
        lambda: (
            load("kombu")
            .Serializer()
            .loads('{"__type__":"rtmodels.Response","__value__":{}}')
        )
    ),
    "rtmodels-msgpack supports text keys only": (
        lambda: load("kombu").Serializer(binary=True).dumps({1: "a"})
    ),
}
FASTSTREAM: Calls = {"expected a value, got nothing": call_with_nothing}


@attrs.frozen(kw_only=True)
class Raw(Model):
    """A class with a field that is called like a column for issues."""

    raw: str


def arrow(**options: Any) -> Any:
    """Make an adapter for tables."""
    return load("arrow").ArrowAdapter(RealtimeResponse, **options)


def make_batch(**columns: list[Any]) -> Any:
    """Make a batch of Arrow."""
    return import_module("pyarrow").RecordBatch.from_pydict(columns)


def encode_changed() -> Any:
    """Encode a batch in which a column has another type."""
    batch = arrow(on_issue="drop").decode([b"{}"])
    texts = import_module("pyarrow").array(["some"])
    index = batch.schema.get_field_index("metadata")
    return arrow(on_issue="drop").encode(batch.set_column(index, "metadata", texts))


def sum_up_untimed() -> Any:
    """Sum up events by hour that have no times."""
    with TemporaryDirectory() as folder:
        log = Path(folder, "log.jsonl")
        log.write_text('{"type":"response.done","event_id":"event_1","response":{}}')
        archive = load("archive")
        return archive.tabulate(archive.read_events(log)).per("hour")


ARROW: Calls = {
    "expected a value of type …, got …": (
        lambda: load("arrow").ArrowAdapter(int).from_values([2**70])
    ),
    "expected a message, got …": lambda: arrow(on_issue="raise").decode([None]),
    "missing columns: …": lambda: arrow().encode(make_batch(id=["resp_1"])),
    "the column … does not fit the schema: …": encode_changed,
    "the column … is for messages with issues, but … has a key of that name": (
        lambda: load("arrow").ArrowAdapter(Raw)
    ),
    "duplicate column in the output: …": (
        lambda: load("arrow").decode_batches(RealtimeResponse)(
            make_batch(message=[b"{}"], id=["a"])
        )
    ),
    "expected pyarrow batches or messages, got …": (
        lambda: load("arrow").decode_batches(RealtimeResponse)(b"{}")
    ),
    "no event has a time: read the log with the key of the time": sum_up_untimed,
    "… must be from 1 to …, not …": (
        lambda: load("archive").read_events([], batch_rows=0)
    ),
}


def testing() -> Any:
    """Import `rtmodels.testing`, which needs an extra."""
    return import_module("rtmodels.testing")


def expect(cls: type = ResponseCreateEvent, **fields: Any) -> Any:
    """Make the step that waits for an event."""
    return testing().expect(cls, **fields)


def send(*steps: Any, frames: tuple[str, ...] = (CREATE,)) -> str:
    """Send frames to a script, and return the problems that it found."""
    with testing().MemoryConnection(*steps) as connection:
        for frame in frames:
            connection.send(frame)
    return "\n".join(map(str, connection.problems))


def receive(*steps: Any) -> Any:
    """Receive from a script until it raises an error."""
    connection = testing().MemoryConnection(*steps)
    while True:
        connection.recv()


def fail(_: object) -> Any:
    """Fail, as a step of a script may do."""
    raise ValueError("no such thing")


def serve(wait: Callable[[Any], object], *steps: Any, **options: Any) -> None:
    """Run a server that plays these steps to a client, and check it."""
    connect = import_module("websockets.sync.client").connect
    with testing().RealtimeServer(*steps, **options) as server, connect(server.url):
        server.wait_until(lambda: any(x.waits_for for x in server.connections))
        wait(server)
    server.check()


def run_unconnected(use: Callable[[Any], object]) -> None:
    """Run a server without a client, and check it."""
    with testing().RealtimeServer() as server:
        use(server)
    server.check()


def wait_too_long() -> None:
    """Receive from a server whose script waits in vain."""
    connect = import_module("websockets.sync.client").connect
    server = testing().RealtimeServer(expect(), patience=0.1)
    with server, connect(server.url) as websocket:
        while True:
            websocket.recv()


TESTING: Calls = {
    "… problem(s) in the test of a Realtime client": (
        lambda: run_unconnected(lambda server: server.play(expect()))
    ),
    "no connection came for a script of … steps": (
        lambda: run_unconnected(lambda server: server.play(expect()))
    ),
    "no script waits": (
        lambda: run_unconnected(lambda server: server.wait_until(bool, timeout=0))
    ),
    "connection … waits for …": (
        lambda: serve(lambda server: server.wait_until(bool, timeout=0), expect())
    ),
    "waited … s for …": (
        lambda: serve(
            lambda server: server.wait_until(lambda: server.problems),
            expect(),
            patience=0.2,
        )
    ),
    "does not match the schema": (
        lambda: send(frames=('{"type":"response.cancel","mood":"good"}',))
    ),
    "expected another event: …": (
        lambda: send(expect(event_id="event_1"), testing().respond("Hello!"))
    ),
    "the script has no response to this response.create": send,
    "the script raised …": lambda: send(fail, frames=()),
    "the script raised ValueError('repeat() needs a step that waits, …": (
        lambda: send(testing().repeat(testing().error("busy")), frames=())
    ),
    "the connection ended; the script waited for …": (
        lambda: send(expect(SessionUpdateEvent))
    ),
    "the script waits for …": lambda: receive(expect()),
    "the script has come to its end": receive,
    "… the script of the test failed": lambda: receive(fail),
    "… the script of the test waited too long": wait_too_long,
    "timed=True takes a time_key": lambda: testing().replay([], timed=True),
    "the recording holds no messages of a server": lambda: testing().replay([CREATE]),
}
