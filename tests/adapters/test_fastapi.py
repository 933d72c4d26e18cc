"""A FastAPI application with our types, under uvicorn."""

from typing import Annotated, Any

import httpx
import pytest
from fastapi import Body, FastAPI
from jsonschema import Draft202012Validator

import rtmodels.adapters.pydantic
from rtmodels import (
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeServerEvent,
)
from rtmodels.adapters.pydantic import Wire

from ..examples import read_examples
from ..processes import PATIENCE
from ..recordings import CLIENT, MESSAGES, append
from ..servers import serve

pytestmark = pytest.mark.needs("fastapi", "pydantic")

USER = {"type": "message", "role": "user", "content": []}
REPLY = {
    "type": "message",
    "role": "assistant",
    "content": [{"type": "output_text", "text": "Hello."}],
}


def run_example() -> Any:
    """Run the example in the module's docstring; give its application."""
    (example,) = read_examples(rtmodels.adapters.pydantic)
    namespace: dict[str, Any] = {"__name__": "example"}
    exec(example, namespace)  # noqa: S102 - our own docstring
    return namespace["app"]


def make_app() -> Any:
    """Make the application of the example, and some more for it to do."""
    app = run_example()
    items = Annotated[tuple[RealtimeConversationItem, ...], Wire(), Body()]
    server_event = Annotated[RealtimeServerEvent, Wire(), Body()]

    @app.post("/items")
    def add_items(items: items) -> int:
        return len(items)

    @app.post("/both")
    def add_both(event: server_event, items: items) -> list[str]:
        return [event.type, *(item.type for item in items)]

    @app.get("/wrong")
    def get_wrong() -> Annotated[RealtimeResponse, Wire()]:
        return RealtimeResponse(id=5)

    return app


@pytest.fixture(scope="module")
def address():
    """Serve the application and yield its address."""
    with serve(make_app()) as address:
        yield address


@pytest.fixture
def client(address):
    """Yield an HTTP client for the application, with connections of its own.

    After an exception in the application, uvicorn closes the connection.
    """
    with httpx.Client(base_url=f"http://{address}", timeout=PATIENCE) as client:
        yield client


def refuse(response: httpx.Response) -> list[Any]:
    """Return the errors in the response to an invalid request."""
    assert response.status_code == 422, response.text
    return response.json()["detail"]


def test_a_model_goes_in_and_a_tuple_comes_out(client):
    """Ours stands in a field, and on its own."""
    turn = {"caller": "Ada", "response": {"output": [REPLY, USER]}}

    response = client.post("/turns", json=turn)

    assert response.json() == [REPLY, USER]


def test_a_body_is_one_of_a_union(client):
    """Audio and unknown events come back unchanged."""
    events = [CLIENT, append(100_000), {"type": "new", "payload": {"x": [None]}}]

    for event in events:
        response = client.post("/events", json=event)
        assert response.status_code == 200
        assert response.json() == event


def test_a_body_is_a_tuple(client):
    """Its errors begin with the index."""
    assert client.post("/items", json=[USER, REPLY]).json() == 2
    assert [
        error["loc"] for error in refuse(client.post("/items", json=[USER, {}, 5]))
    ] == [["body", 1, "type"], ["body", 2]]


def test_a_bad_body_is_told_every_problem(client):
    """Below a field, and inside a union inside a union."""
    output = [REPLY, {**REPLY, "content": [{"type": "output_text", "text": 5}]}]
    turn = {"caller": 1, "response": {"id": [], "output": output}}

    errors = refuse(client.post("/turns", json=turn))

    assert [(error["loc"], error["msg"]) for error in errors] == [
        (["body", "caller"], "Input should be a valid string"),
        (["body", "response", "id"], "expected str, got array"),
        (
            ["body", "response", "output", 1, "content", 0, "text"],
            "expected str, got int",
        ),
    ]


def test_two_bodies_are_told_apart_in_locs(client):
    """FastAPI puts them under their names."""
    body = {"event": MESSAGES[0], "items": [USER]}

    assert client.post("/both", json=body).json() == [MESSAGES[0]["type"], "message"]
    assert [
        error["loc"]
        for error in refuse(client.post("/both", json={"event": {}, "items": 5}))
    ] == [["body", "event", "type"], ["body", "items"]]


def test_an_error_holds_no_audio(client):
    """Valid base64 but for its end, and a hundred kilobytes of it."""
    event = append(100_000)
    event["audio"] += "?"

    response = client.post("/events", json=event)

    [error] = refuse(response)
    assert error["loc"] == ["body", "audio"]
    assert len(response.content) < 400


@pytest.mark.parametrize(
    ("content", "type_"),
    [
        (b'{"type":', "application/json"),
        (b'{"type":"response.cancel","new":NaN}', "application/json"),
        (rb'{"type":"response.cancel","\ud800":NaN}', "application/json"),
        (rb'{"type":["\ud800"]}', "application/json"),
        (b"\xff\xfe", "application/octet-stream"),
        (b"", "application/json"),
    ],
    ids=["cut", "NaN", "surrogate", "no text", "binary", "empty"],
)
def test_a_body_that_is_no_json_of_ours_is_a_422(client, content, type_):
    """FastAPI's parser lets through what a response cannot hold."""
    headers = {"content-type": type_}

    refuse(client.post("/events", content=content, headers=headers))


def test_a_response_of_another_type_is_a_500(client):
    """The application is wrong, and the client learns no more than that."""
    assert client.get("/wrong").status_code == 500


def test_a_parameter_without_its_marker_is_refused():
    """The error says what to write, before the application starts."""
    app = FastAPI()

    def take(response: RealtimeResponse) -> None: ...

    def give() -> RealtimeServerEvent: ...

    for endpoint in (take, give):
        with pytest.raises(TypeError, match=r"Wire\(\)\].*FastAPI also need Body\(\)"):
            app.post("/")(endpoint)


def test_the_openapi_document_has_our_schemas(client):
    """Every reference leads somewhere, and what it leads to tells valid from not."""
    document = client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    operation = document["paths"]["/events"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    found = set()

    def collect(node: Any) -> None:
        match node:
            case dict():
                list(map(collect, node.values()))
            case list():
                list(map(collect, node))
            case str() if node.startswith("#/"):
                found.add(node)

    collect(document)
    validator = Draft202012Validator(body | {"components": {"schemas": schemas}})
    assert found == {f"#/components/schemas/{name}" for name in schemas}
    assert body["$ref"].startswith("#/components/schemas/RealtimeClientEvent")
    assert validator.is_valid(append(10))
    assert not validator.is_valid(append(10) | {"audio": "?"})
