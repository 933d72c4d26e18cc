"""Real websockets on loopback: each library's server, met by another's client."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from importlib import import_module
from typing import Any, NamedTuple

import pytest

from rtmodels import InputAudioBufferAppendEvent as Append
from rtmodels import RealtimeClientEvent, RealtimeServerEvent
from rtmodels.adapters import JsonAdapter

from ..processes import PATIENCE
from ..recordings import MESSAGES

Event = RealtimeClientEvent | RealtimeServerEvent
JSON = {"receives": JsonAdapter(Event), "sends": JsonAdapter(Event)}
EVENTS = [JSON["receives"].decode(json.dumps(message)) for message in MESSAGES]
WIRES = ["text", "binary", pytest.param("msgpack", marks=pytest.mark.needs("msgpack"))]

Handler = Callable[[Any], Awaitable[Any]]


def load(library: str) -> Any:
    """Return the module with the client and server ends of *library*."""
    return import_module(f".{library}_sockets", __package__)


ANY_EVENTS = {"client": Event, "server": Event}
"""The events that each end sends, unless a test says which."""


def make_wire(kind: str, role: str, unions: dict[str, Any]) -> dict[str, Any]:
    """Return the options of the connection of *role* for one *kind* of frames.

    *unions* has what each end sends.
    """
    adapter: Any = JsonAdapter
    options = {"binary_frames": kind == "binary"}
    if kind == "msgpack":
        from rtmodels.adapters import MsgpackAdapter  # noqa: PLC0415 - has an extra

        adapter, options = MsgpackAdapter, {}

    received, sent = unions[_other(role)], unions[role]
    return {"receives": adapter(received), "sends": adapter(sent), **options}


class End(NamedTuple):
    """The end of a connection that is under test, and who has the other end."""

    library: str
    role: str
    peer: str

    def __str__(self) -> str:
        return f"{self.library}-{self.role}-with-{self.peer}"

    def as_param(self) -> Any:
        """Make a parameter of a test, which says what is needed."""
        needed = {self.library, self.peer}
        if "starlette" in needed:
            needed.add("websockets")  # uvicorn's
        return pytest.param(self, id=str(self), marks=pytest.mark.needs(*needed))


LIBRARIES = ["aiohttp", "starlette", "websockets"]
CLIENTS = ["aiohttp", "websockets"]
ENDS = [
    *(End(client, "client", server) for client in CLIENTS for server in LIBRARIES),
    *(End(server, "server", client) for server in LIBRARIES for client in CLIENTS),
]


def as_params(ends: list[End]) -> list[Any]:
    """Make parameters of *ends*."""
    return [end.as_param() for end in ends]


async def _meet(
    end: End, here: Handler, there: Handler, *, wire: str, unions: Any, options: Any
) -> Any:
    """Run *here* at *end*, and *there* at the other one."""
    outcome: Future[Any] = Future()  # Starlette's thread sets it
    library = {end.role: load(end.library), _other(end.role): load(end.peer)}
    task = {end.role: here, _other(end.role): there}
    options = {end.role: options, _other(end.role): load(end.peer).LARGE}
    adapters = {role: make_wire(wire, role, unions) for role in unions}

    async def handle(websocket: Any) -> None:
        connection = library["server"].Connection(websocket, **adapters["server"])
        try:
            outcome.set_result(await task["server"](connection))
        except Exception as exc:  # noqa: BLE001 - raised again in the test
            outcome.set_exception(exc)

    start, connect = library["server"].serve, library["client"].connect
    async with asyncio.timeout(PATIENCE), start(handle, **options["server"]) as url:
        async with connect(url, **options["client"]) as websocket:
            connection = library["client"].Connection(websocket, **adapters["client"])
            at_client = await task["client"](connection)
        at_server = await asyncio.wrap_future(outcome)
    return at_client if end.role == "client" else at_server


def _other(role: str) -> str:
    """Return the role of the other end."""
    return "server" if role == "client" else "client"


def meet(
    end: End,
    here: Handler,
    there: Handler,
    *,
    wire: str = "text",
    unions: Any = ANY_EVENTS,
    **options: Any,
) -> Any:
    """Run *here* at *end*, and *there* at the other one; return the result of *here*.

    Both get their connection as the argument. The call ends when both have returned.
    *unions* has what each end sends, and *options* are for the websocket at *end*.
    """
    meeting = _meet(end, here, there, wire=wire, unions=unions, options=options)
    return asyncio.run(meeting)


async def collect(connection: Any) -> list[Any]:
    """Receive events until the connection is closed."""
    return [event async for event in connection]


async def echo(connection: Any) -> None:
    """Send back every event."""
    async for event in connection:
        await connection.send(event)


def _module_of(connection: Any) -> Any:
    """Return our module for the library that *connection* belongs to."""
    return load(type(connection).__module__.rpartition(".")[2])


async def send_raw(connection: Any, data: bytes, *, text: bool = True) -> None:
    """Send one frame past the adapters; Starlette sends no invalid text."""
    await _module_of(connection).send_raw(connection.websocket, data, text=text)


async def recv_raw(connection: Any) -> bytes | str:
    """Receive one frame past the adapters: str if it is text."""
    frame: bytes | str = await _module_of(connection).recv_raw(connection.websocket)
    return frame


async def ping(connection: Any) -> None:
    """Send a ping and a pong."""
    await connection.websocket.ping()
    await connection.websocket.pong()


def number(index: int, size: int = 0) -> Append:
    """Make an event that can be told from others, with *size* bytes of audio."""
    return Append(event_id=f"event_{index}", audio=bytes(size))
