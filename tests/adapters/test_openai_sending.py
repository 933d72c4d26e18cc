"""What openai-python's clients send, to servers that read it with this library."""

import asyncio
import json
from types import SimpleNamespace

import pytest
from openai import OpenAI
from openai.types import realtime as sdk

import rtmodels.adapters.openai as module
from rtmodels import (
    ConversationItemCreateEvent,
    ConversationItemDeleteEvent,
    InputAudioBufferAppendEvent,
    InputAudioBufferCommitEvent,
    RealtimeClientEvent,
    RealtimeCreateClientSecretRequest,
    RealtimeCreateClientSecretResponse,
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateResponse,
    ResponseCancelEvent,
    ResponseCreateEvent,
    SessionUpdateEvent,
)
from rtmodels.adapters import JsonAdapter
from rtmodels.adapters.openai import from_sdk, send

from ..examples import read_examples
from ..servers import serve
from .openai_clients import SENT, SESSION, run_server

pytestmark = pytest.mark.needs("openai")

CLIENT_EVENTS = JsonAdapter(RealtimeClientEvent)


@pytest.fixture(scope="module")
def server():
    """Run the server."""
    with run_server() as running:
        yield running


def test_what_the_sync_client_sends_is_decoded(server):
    """What each of the SDK's own methods sends has the right class and content."""
    server.play()
    with server.connect() as connection:
        for call in calls():
            call(connection)
        received = [CLIENT_EVENTS.decode(server.take()) for _ in EXPECTED]

    assert received == EXPECTED


def test_what_the_async_client_sends_is_decoded(server):
    """The same for the other client."""
    server.play()

    async def main(connection):
        for call in calls():
            await call(connection)
        return [
            CLIENT_EVENTS.decode(await asyncio.to_thread(server.take)) for _ in EXPECTED
        ]

    assert server.run(main) == EXPECTED


SETTINGS = {"type": "realtime", "instructions": "Be brief.", "tools": []}
SETTINGS |= {"audio": {"input": {"turn_detection": None}}}
ITEM = {"type": "message", "role": "user"}
ITEM |= {"content": [{"type": "input_text", "text": "Hi"}]}

EXPECTED = [
    CLIENT_EVENTS.decode(json.dumps(message))
    for message in [
        {"type": "session.update", "session": SETTINGS},
        {"type": "conversation.item.create", "item": ITEM},
        {"type": "conversation.item.delete", "item_id": "item_1"},
        {"type": "response.create", "response": {"max_output_tokens": "inf"}},
        {"type": "response.cancel"},
        {"type": "input_audio_buffer.append", "audio": "AAAA"},
        {"type": "input_audio_buffer.commit"},
    ]
]


def calls():
    """Return calls of the SDK's own methods that send the expected events."""
    return (
        lambda c: c.session.update(session=SETTINGS),
        lambda c: c.conversation.item.create(item=ITEM),
        lambda c: c.conversation.item.delete(item_id="item_1"),
        lambda c: c.response.create(response={"max_output_tokens": "inf"}),
        lambda c: c.response.cancel(),
        lambda c: c.input_audio_buffer.append(audio="AAAA"),
        lambda c: c.input_audio_buffer.commit(),
    )


def test_the_classes_that_are_expected():
    """They are what the test above compares with."""
    assert [type(event) for event in EXPECTED] == [
        SessionUpdateEvent,
        ConversationItemCreateEvent,
        ConversationItemDeleteEvent,
        ResponseCreateEvent,
        ResponseCancelEvent,
        InputAudioBufferAppendEvent,
        InputAudioBufferCommitEvent,
    ]


def test_send_sends_our_bytes(server):
    """Text frames arrive as this library wrote them, nulls and new keys included."""
    sent = [CLIENT_EVENTS.decode(json.dumps(message)) for message in SENT]
    sent.append(ResponseCancelEvent(extra={"new": None}))
    server.play()

    with server.connect() as connection:
        for event in sent:
            send(connection, event)
        received = [server.take() for _ in sent]

    assert received == [CLIENT_EVENTS.encode(event).decode() for event in sent]


def test_send_is_awaited_on_the_async_client(server):
    """A user-defined adapter encodes the frame."""
    adapter = JsonAdapter(RealtimeClientEvent, dumps=json.dumps)
    server.play()

    async def main(connection):
        await send(connection, ResponseCancelEvent(response_id="r"), adapter=adapter)
        return await asyncio.to_thread(server.take)

    assert server.run(main) == '{"type": "response.cancel", "response_id": "r"}'


def test_the_example_of_the_docstring(server):
    """It asks for a response, and gives the SDK's object for it."""
    namespace = {}
    (example,) = read_examples(module)
    exec(example, namespace)  # noqa: S102 - the example is ours
    done = next(m for m in SESSION if m["type"] == "response.done")
    server.play(b"garbage", *SESSION[: SESSION.index(done) + 1])

    with OpenAI(**server.options) as client:
        response = namespace["ask"](client)

    assert isinstance(response, sdk.RealtimeResponse)
    assert response.to_dict() == done["response"]
    assert json.loads(server.take()) == {"type": "response.create"}


def test_a_client_secret_over_http():
    """The request is decoded here, and the SDK parses the reply written here."""
    requests = JsonAdapter(RealtimeCreateClientSecretRequest)
    replies = JsonAdapter(RealtimeCreateClientSecretResponse)
    session = RealtimeSessionCreateResponse(id="sess_1", object="realtime.session")
    reply = RealtimeCreateClientSecretResponse(
        value="ek_1", expires_at=1, session=session
    )
    seen = SimpleNamespace()

    async def app(scope, receive, respond):
        if scope["type"] != "http":
            return
        seen.path = scope["path"]
        seen.request = requests.decode((await receive())["body"])
        headers = [(b"content-type", b"application/json")]
        await respond(
            {"type": "http.response.start", "status": 200, "headers": headers}
        )
        await respond({"type": "http.response.body", "body": replies.encode(reply)})

    with (
        serve(app) as address,
        OpenAI(api_key="key", base_url=f"http://{address}/v1") as client,
    ):
        parsed = client.realtime.client_secrets.create(session=SETTINGS)

    assert seen.path == "/v1/realtime/client_secrets"
    assert isinstance(seen.request.session, RealtimeSessionCreateRequest)
    assert seen.request.session.audio.input.turn_detection is None
    assert type(parsed) is type(module.to_sdk(reply))
    assert from_sdk(parsed) == reply
