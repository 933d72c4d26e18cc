"""Litestar with the plugin, under a real server; and the traps without it."""

import asyncio
import json
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Annotated

import httpx
import msgspec
import pytest
from attrs import frozen
from jsonschema import Draft202012Validator
from litestar import Litestar, MediaType, Response, get, post, websocket_listener
from litestar.exceptions import ImproperlyConfiguredException
from litestar.params import Body

import rtmodels.adapters.litestar
from rtmodels import (
    RealtimeClientEvent,
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeResponseUsage,
    RealtimeServerEvent,
    ResponseCancelEvent,
    Unknown,
)
from rtmodels.adapters import MsgpackAdapter
from rtmodels.adapters.litestar import RtmodelsPlugin

from ..examples import read_examples
from ..processes import PATIENCE
from ..recordings import MESSAGES, append, delta
from ..servers import serve
from .references import find_references

pytestmark = pytest.mark.needs("litestar")

DONE = {
    "type": "response.done",
    "event_id": "event_1",
    "response": {
        "id": "resp_1",
        "status_details": None,
        "max_output_tokens": 7,
        "output": [{"type": "future", "x": [None]}],
        "mood": {"good": None},
    },
}
MESSAGEPACK = {"Content-Type": "application/vnd.msgpack"}


@frozen
class Turn:
    """A user-defined class that holds a schema class."""

    caller: str
    response: RealtimeResponse


@dataclass
class Call:
    """Another one."""

    events: list[RealtimeServerEvent]


@post("/response")
async def echo_response(data: Annotated[RealtimeResponse, Body()]) -> RealtimeResponse:
    """Return the request's body."""
    assert type(data) is RealtimeResponse
    return data


@post("/event")
async def echo_event(
    data: Annotated[RealtimeServerEvent, Body()],
) -> RealtimeServerEvent:
    """Return the request's body."""
    return data


@post("/packed", media_type=MediaType.MESSAGEPACK)
async def echo_packed(
    data: Annotated[RealtimeServerEvent, Body()],
) -> RealtimeServerEvent:
    """Return the request's body."""
    return data


@post("/items")
async def echo_items(
    data: Annotated[tuple[RealtimeConversationItem, ...], Body()],
) -> list[RealtimeConversationItem]:
    """Return the request's body."""
    assert isinstance(data, tuple)
    return list(data)


@post("/optional")
async def echo_optional(
    data: Annotated[RealtimeResponse | None, Body()],
) -> RealtimeResponse | None:
    """Return the request's body."""
    return data


@post("/turn")
async def take_turn(data: Annotated[Turn, Body()]) -> dict[str, RealtimeResponse]:
    """Accept one class, and return another."""
    return {data.caller: data.response}


@post("/call")
async def take_call(data: Annotated[Call, Body()]) -> Call:
    """Return the request's body."""
    return data


@post("/kind")
async def tell_kind(data: Annotated[RealtimeClientEvent, Body()]) -> str:
    """Accept a union of schema classes, and return plain text."""
    return type(data).__name__


@get("/wrapped")
async def wrap() -> Response[RealtimeResponseUsage]:
    """Return a response of Litestar's."""
    usage = RealtimeResponseUsage(total_tokens=7, extra={"news": None})
    return Response(usage, headers={"X-Mood": "good"})


@post("/struct")
async def take_struct(data: Annotated[dict[str, int], Body()]) -> dict[str, int]:
    """Accept and return types that are not ours."""
    return data


@websocket_listener("/listen")
async def listen(data: RealtimeClientEvent) -> RealtimeClientEvent:
    """Return the message."""
    return data


HANDLERS = [
    *(echo_response, echo_event, echo_packed, echo_items, echo_optional),
    *(take_turn, take_call, tell_kind, wrap, take_struct, listen),
]


@pytest.fixture(scope="module")
def address():
    """Run an application with the plugin."""
    with serve(Litestar(HANDLERS, plugins=[RtmodelsPlugin()])) as address:
        yield address


@pytest.fixture(scope="module")
def client(address):
    """Yield an HTTP client for the application."""
    with httpx.Client(base_url=f"http://{address}", timeout=PATIENCE) as client:
        yield client


@pytest.fixture(scope="module")
def document(client):
    """Return the OpenAPI document."""
    return client.get("/schema/openapi.json").json()


def problems(response):
    """Return the problems that a response lists, one string each."""
    assert response.status_code == 400
    return [
        f"{problem['key']}: {problem['message']}"
        for problem in response.json()["extra"]
    ]


def test_the_example_works(monkeypatch):
    """It stands in the docstring of the module."""
    (example,) = read_examples(rtmodels.adapters.litestar)
    module = ModuleType("example")
    monkeypatch.setitem(sys.modules, "example", module)
    exec(example, vars(module))  # noqa: S102 - our own docstring

    with serve(module.app) as address:
        response = httpx.post(
            f"http://{address}/responses", json={"id": "resp_1"}, timeout=PATIENCE
        )

    assert response.json() == {"id": "resp_1"}


def test_without_the_plugin_strings_become_numbers():
    """The first trap: what msgspec reads by its lax rules."""

    @post("/usage")
    async def usage(data: Annotated[RealtimeResponseUsage, Body()]) -> int:
        return data.total_tokens

    with (
        serve(Litestar([usage])) as trap,
        serve(Litestar([usage], plugins=[RtmodelsPlugin()])) as plugged,
    ):
        body = {"total_tokens": "5"}
        taken = httpx.post(f"http://{trap}/usage", json=body, timeout=PATIENCE)
        refused = httpx.post(f"http://{plugged}/usage", json=body, timeout=PATIENCE)

    assert taken.json() == 5
    assert problems(refused) == ["total_tokens: expected int, got str"]


def test_without_the_plugin_unions_fail():
    """The second trap: msgspec rejects unions, at the start or at the first request."""
    try:
        app = Litestar([echo_event])
    except (ImproperlyConfiguredException, TypeError):
        return
    with serve(app) as address:
        response = httpx.post(f"http://{address}/event", json=DONE, timeout=PATIENCE)

    assert response.status_code == 500


def test_a_class_comes_and_goes_whole(client):
    """Unknown keys, unknown items and nulls are kept."""
    response = client.post("/response", json=DONE["response"])

    assert response.status_code == 201
    assert response.json() == DONE["response"]


def test_the_sample_session_comes_back(client):
    """Unions work, and nothing is lost."""
    messages = MESSAGES[:60]

    answers = [client.post("/event", json=message).json() for message in messages]

    assert answers == messages


def test_tuples_lists_and_unknown_items(client):
    """A tuple comes, a list goes."""
    items = [{"type": "future"}, {"type": "message", "role": "user", "content": []}]

    assert client.post("/items", json=items).json() == items


@pytest.mark.parametrize("body", [{"id": "resp_1"}, None])
def test_null_is_none_where_it_may_be(client, body):
    """An optional body may be null."""
    response = client.post("/optional", content=json.dumps(body))

    assert response.json() == body


def test_your_own_classes_hold_ours(client):
    """Attrs classes and dataclasses are read by the converter as well."""
    turn = {"caller": "Ada", "response": DONE["response"]}

    assert client.post("/turn", json=turn).json() == {"Ada": DONE["response"]}
    assert client.post("/call", json={"events": [DONE]}).json() == {"events": [DONE]}


def test_paths_lead_into_your_own_classes(client):
    """The key of a problem begins at the body."""
    turn = {"caller": "Ada", "response": {"id": 5}}

    assert problems(client.post("/turn", json=turn)) == [
        "response.id: expected str, got int"
    ]


def test_what_is_not_ours_is_left_alone(client):
    """Other types are Litestar's business, on either side."""
    assert client.post("/struct", json={"a": 1}).json() == {"a": 1}
    assert client.post("/struct", json={"a": "x"}).status_code == 400
    kind = client.post("/kind", json={"type": "response.cancel"})
    assert kind.text == ResponseCancelEvent.__name__


def test_a_response_of_litestars_may_hold_ours(client):
    """Its headers are kept."""
    response = client.get("/wrapped")

    assert response.json() == {"total_tokens": 7, "news": None}
    assert response.headers["X-Mood"] == "good"


def test_every_problem_is_told_at_once(client):
    """As Litestar tells those that it finds itself."""
    body = {"type": "response.done", "response": {"id": 5, "output": [{"type": 7}]}}
    response = client.post("/event", json=body)

    assert problems(response) == [
        "event_id: expected str, got nothing",
        "response.id: expected str, got int",
        "response.output[0].type: expected str, got int",
    ]
    assert response.json()["detail"] == "Validation failed for POST /event"
    assert {problem["source"] for problem in response.json()["extra"]} == {"body"}


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[1,", b'{"a":NaN}'])
def test_what_is_not_json_is_refused(client, body):
    """With 400, as any bad body."""
    (problem,) = problems(client.post("/event", content=body))

    assert "not JSON" in problem


def test_no_payload_gets_into_an_answer(client):
    """A few characters of what is wrong must do."""
    body = delta(48000) | {"delta": "?" * 64000}

    assert len(client.post("/event", json=body).content) < 500


def test_messagepack_comes_and_goes(client):
    """Audio is bytes in it."""
    adapter = MsgpackAdapter(RealtimeServerEvent)
    event = adapter.decode(msgspec.msgpack.encode(delta(4800)))
    body = adapter.encode(event)
    assert len(body) < 5000

    response = client.post("/packed", content=body, headers=MESSAGEPACK)

    assert response.status_code == 201
    assert adapter.decode(response.content) == event
    assert len(response.content) < 5000


def test_a_bad_messagepack_body_is_refused(client):
    """With 400 as well."""
    response = client.post("/event", content=b"\xc1", headers=MESSAGEPACK)

    assert "not MessagePack" in problems(response)[0]


def test_the_plugin_has_the_mode(client):
    """Strict mode rejects what tolerant mode keeps."""
    strict = RtmodelsPlugin(mode="strict")
    with serve(Litestar([echo_event], plugins=[strict])) as address:
        refused = httpx.post(
            f"http://{address}/event", json={"type": "future"}, timeout=PATIENCE
        )

    assert problems(refused)
    assert client.post("/event", json={"type": "future"}).json() == {"type": "future"}


@pytest.mark.needs("websockets")
def test_a_listener_takes_and_returns_events(address):
    """Message by message, unknown ones too."""
    from .websockets_sockets import connect as open_socket  # noqa: PLC0415 - an extra's

    messages = [{"type": "response.cancel"}, append(4800), {"type": "x", "y": None}]

    async def talk():
        url = f"ws://{address}/listen"
        async with asyncio.timeout(PATIENCE), open_socket(url) as websocket:
            for message in messages:
                await websocket.send(json.dumps(message))
                yield_back.append(json.loads(await websocket.recv()))

    yield_back = []
    asyncio.run(talk())

    assert yield_back == messages


@pytest.mark.needs("websockets")
def test_a_malformed_message_closes_the_listener(address):
    """The close code is 4000 plus the HTTP status; other connections stay open."""
    from websockets import ConnectionClosedError  # noqa: PLC0415 - an extra's

    from .websockets_sockets import connect as open_socket  # noqa: PLC0415 - an extra's

    async def talk():
        url = f"ws://{address}/listen"
        async with (
            asyncio.timeout(PATIENCE),
            open_socket(url) as bad,
            open_socket(url) as good,
        ):
            await bad.send('{"type":"response.cancel","response_id":5}')
            with pytest.raises(ConnectionClosedError) as caught:
                await bad.recv()
            await good.send('{"type":"response.cancel"}')
            return caught.value.rcvd, await good.recv()

    closed, answer = asyncio.run(talk())

    assert closed.code == 4400
    assert closed.reason == "response_id: expected str, got int"
    assert answer == '{"type":"response.cancel"}'


def test_every_reference_in_the_openapi_document_leads_somewhere(document):
    """Our definitions are among the components."""
    found = set(find_references(document))

    assert "#/components/schemas/RealtimeResponse" in found
    names = {reference.removeprefix("#/components/schemas/") for reference in found}
    assert names <= document["components"]["schemas"].keys()


def body_schema(document, path):
    """Make a validator for the body at *path*."""
    operation = document["paths"][path]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    return Draft202012Validator({**schema, "components": document["components"]})


def test_the_openapi_document_has_the_real_schema(document):
    """It accepts and rejects the same bodies as the handler."""
    events = body_schema(document, "/event")

    assert events.is_valid(DONE)
    assert not events.is_valid({"type": "response.done", "response": {"id": 5}})
    assert body_schema(document, "/items").is_valid([{"type": "future"}])
    assert not body_schema(document, "/items").is_valid({"type": "future"})
    assert not body_schema(document, "/response").is_valid({"max_output_tokens": "4"})


def test_returned_types_are_described(document):
    """Responses refer to the same components."""
    content = document["paths"]["/response"]["post"]["responses"]["201"]["content"]

    assert content["application/json"]["schema"] == {
        "$ref": "#/components/schemas/RealtimeResponse"
    }


def test_unknown_events_are_instances_of_unknown():
    """The plugin hides nothing of what the converter makes."""

    @post("/unknown")
    async def unknown(data: Annotated[RealtimeServerEvent, Body()]) -> bool:
        return isinstance(data, Unknown)

    with serve(Litestar([unknown], plugins=[RtmodelsPlugin()])) as address:
        answer = httpx.post(
            f"http://{address}/unknown", json={"type": "future"}, timeout=PATIENCE
        )

    assert answer.json() is True
