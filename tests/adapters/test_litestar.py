"""Litestar with the plugin, under a real server; and the traps without it."""

import asyncio
import json
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Annotated, Any, NamedTuple, TypedDict

import httpx
import msgspec
import pytest
from attrs import frozen
from jsonschema import Draft202012Validator
from litestar import (
    Litestar,
    MediaType,
    Response,
    WebSocket,
    get,
    post,
    websocket,
    websocket_listener,
)
from litestar.exceptions import (
    HTTPException,
    ImproperlyConfiguredException,
    SerializationException,
)
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
from rtmodels.adapters import DictAdapter, MsgpackAdapter
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
RESPONSE = DictAdapter(RealtimeResponse).decode(DONE["response"])
"""It has fields that are `UNSET`."""

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


class TurnDict(TypedDict, total=False):
    """A typed dict that holds a schema class."""

    caller: str
    response: RealtimeResponse


class TurnTuple(NamedTuple):
    """A named tuple that holds one."""

    caller: str
    response: RealtimeResponse


@dataclass
class Loose:
    """A class whose fields may hold anything."""

    response: Any


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


@get("/dict")
async def give_dict() -> dict[str, Any]:
    """Return an instance that no annotation announces."""
    return {"response": RESPONSE, "items": [Unknown(tag="x", payload={"type": "x"})]}


@get("/any")
async def give_any() -> Any:
    """Return one as it is."""
    return RESPONSE


@get("/loose")
async def give_loose() -> Loose:
    """Return one in a user-defined class."""
    return Loose(RESPONSE)


@get("/bare")
async def give_bare() -> Response:
    """Return one in a response of Litestar's."""
    return Response({"response": RESPONSE})


@get("/packed-dict", media_type=MediaType.MESSAGEPACK)
async def give_packed() -> dict[str, Any]:
    """Return audio in MessagePack."""
    return {"event": DictAdapter(RealtimeServerEvent).decode(delta(4800))}


@post("/typed-dict")
async def echo_typed_dict(data: Annotated[TurnDict, Body()]) -> TurnDict:
    """Return the request's body."""
    assert type(data["response"]) is RealtimeResponse
    return data


@post("/named-tuple")
async def echo_named_tuple(data: Annotated[TurnTuple, Body()]) -> TurnTuple:
    """Return the request's body."""
    assert type(data.response) is RealtimeResponse
    return data


@get("/error")
async def fail() -> None:
    """Fail, and show an instance to the client."""
    raise HTTPException("no", status_code=409, extra={"response": RESPONSE})


@websocket("/send")
async def send(socket: WebSocket) -> None:
    """Send an instance in either format."""
    await socket.accept()
    await socket.send_json({"response": RESPONSE})
    await socket.send_msgpack([RESPONSE])
    await socket.close()


HANDLERS = [
    *(give_dict, give_any, give_loose, give_bare, give_packed, fail, send),
    *(echo_typed_dict, echo_named_tuple),
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


@pytest.mark.needs("websockets")
def test_the_example_works(monkeypatch):
    """Its loop answers malformed messages, and continues."""
    (example,) = read_examples(rtmodels.adapters.litestar)
    module = ModuleType("example")
    monkeypatch.setitem(sys.modules, "example", module)
    exec(example, vars(module))  # noqa: S102 - our own docstring

    async def talk(url):
        from .websockets_sockets import connect as open_socket  # noqa: PLC0415

        async with asyncio.timeout(PATIENCE), open_socket(url) as websocket:
            await websocket.send(b"binary")
            await websocket.send("{")
        async with asyncio.timeout(PATIENCE), open_socket(url) as websocket:
            for frame in ("{", b"binary", "[]", '{"type":"response.cancel"}'):
                await websocket.send(frame)
            return [json.loads(await websocket.recv()) for _ in range(4)]

    with serve(module.app) as address:
        response = httpx.post(
            f"http://{address}/responses", json={"id": "resp_1"}, timeout=PATIENCE
        )
        *problems, event = asyncio.run(talk(f"ws://{address}/events"))

    assert response.json() == {"id": "resp_1"}
    assert [list(problem) for problem in problems] == [["problem"]] * 3
    assert event == {"type": "response.cancel"}


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


@pytest.mark.parametrize(
    ("path", "status", "find"),
    [
        ("/dict", 200, lambda body: body["response"]),
        ("/any", 200, lambda body: body),
        ("/loose", 200, lambda body: body["response"]),
        ("/bare", 200, lambda body: body["response"]),
        ("/error", 409, lambda body: body["extra"]["response"]),
    ],
)
def test_instances_are_encoded_where_no_annotation_announces_them(
    client, path, status, find
):
    """Absent fields stay absent, and unknown keys stay where they were."""
    response = client.get(path)

    assert response.status_code == status
    assert find(response.json()) == DONE["response"]


def test_unannounced_audio_is_binary_in_messagepack(client):
    """One encoder serves both formats."""
    body = client.get("/packed-dict").content

    assert msgspec.msgpack.decode(body)["event"]["delta"] == bytes(4800)


def test_typed_dicts_and_named_tuples_hold_schema_classes(client):
    """They come and go whole, and nothing is coerced."""
    turn = {"caller": "Ada", "response": DONE["response"]}

    assert client.post("/typed-dict", json=turn).json() == turn
    assert client.post("/named-tuple", json=list(turn.values())).json() == list(
        turn.values()
    )
    wrong = {"response": {"usage": {"total_tokens": "5"}}}
    assert problems(client.post("/typed-dict", json=wrong)) == [
        "response.usage.total_tokens: expected int, got str"
    ]


@pytest.mark.needs("websockets")
def test_a_websocket_sends_instances(address):
    """In JSON and in MessagePack."""
    from .websockets_sockets import connect as open_socket  # noqa: PLC0415 - an extra's

    async def talk():
        url = f"ws://{address}/send"
        async with asyncio.timeout(PATIENCE), open_socket(url) as websocket:
            return await websocket.recv(), await websocket.recv()

    text, packed = asyncio.run(talk())

    assert json.loads(text) == {"response": DONE["response"]}
    assert msgspec.msgpack.decode(packed) == [DONE["response"]]


@pytest.mark.needs("websockets")
def test_a_websocket_class_of_your_own_is_kept():
    """It raises an error that names the class, unless it gets a serializer."""
    from .websockets_sockets import connect as open_socket  # noqa: PLC0415 - an extra's

    class Socket(WebSocket):
        pass

    @websocket("/")
    async def send_own(socket: WebSocket) -> None:
        await socket.accept()
        with pytest.raises(SerializationException, match="RealtimeResponse"):
            await socket.send_json(RESPONSE)
        encode = socket.route_handler.default_serializer
        await socket.send_json([type(socket).__name__, RESPONSE], serializer=encode)
        await socket.close()

    async def talk():
        async with asyncio.timeout(PATIENCE), open_socket(f"ws://{address}/") as own:
            return await own.recv()

    app = Litestar([send_own], plugins=[RtmodelsPlugin()], websocket_class=Socket)
    with serve(app) as address:
        answer = asyncio.run(talk())

    assert json.loads(answer) == ["Socket", DONE["response"]]


def test_your_own_encoders_win():
    """At the app, and at a handler."""

    @get("/app")
    async def give_both() -> dict[str, Any]:
        return {"response": RESPONSE, "item": Unknown(tag="x", payload={"type": "x"})}

    @get("/handler", type_encoders={RealtimeResponse: lambda _: "handler"})
    async def give_response() -> dict[str, Any]:
        return {"response": RESPONSE}

    app = Litestar(
        [give_both, give_response],
        plugins=[RtmodelsPlugin()],
        type_encoders={Unknown: lambda _: "app"},
    )
    with (
        serve(app) as address,
        httpx.Client(base_url=f"http://{address}", timeout=PATIENCE) as client,
    ):
        answers = [client.get(path).json() for path in ("/app", "/handler")]

    assert answers == [
        {"response": DONE["response"], "item": "app"},
        {"response": "handler"},
    ]


def test_without_the_plugin_no_instance_is_encoded():
    """The third trap: msgspec would write every absent field as null."""

    @get("/")
    async def give() -> dict[str, Any]:
        return {"usage": RealtimeResponseUsage(total_tokens=7)}

    with serve(Litestar([give])) as address:
        answer = httpx.get(f"http://{address}", timeout=PATIENCE)

    assert answer.status_code == 500


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
