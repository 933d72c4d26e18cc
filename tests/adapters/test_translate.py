"""Frames of one dialect become those of another, as far as it has them."""

import json
from collections import Counter
from itertools import product
from typing import get_args

import pytest
from hypothesis import given

from rtmodels import RealtimeClientEvent, RealtimeServerEvent, Unknown
from rtmodels.adapters import JsonAdapter
from rtmodels.adapters.connections import TypedConnection
from rtmodels.adapters.translate import (
    Dialect,
    TranslatedWebsocket,
    Translator,
    _adapter,
    _union,
)
from rtmodels.errors import ValidationError

from ..strategies import EACH, instances, json_objects, texts

DIALECTS = get_args(Dialect)
RECORDED = {"azure-voice-live": "voice_live", "xai": "xai", "azure": "ga", "ga": "ga"}
"""What the servers of the captures speak."""

PAIRS = list(product(sorted({*RECORDED.values()}), DIALECTS))


def translate_all(rows, source, target, losses):
    """Iterate over the frames of *source*: direction, before, and after."""
    received = Translator(target, source, on_loss=lambda *loss: losses.append(loss))
    sent = Translator(source, target, on_loss=lambda *loss: losses.append(loss))
    for row in rows:
        if RECORDED[row["server"]] == source:
            frame = json.dumps(row["value"]).encode()
            side = "Server" if row["direction"] == "server" else "Client"
            method = received.to_client if side == "Server" else sent.to_server
            yield side, frame, method(frame)


def count_pairs(rows):
    """Count the frames of each pair: equal, translated, dropped, distinct losses."""
    table = {}
    for source, target in PAIRS:
        losses = []
        table[source, target] = counts = Counter()
        for _, frame, translated in translate_all(rows, source, target, losses):
            dropped = translated is None
            same = translated is frame
            counts["dropped" if dropped else "equal" if same else "translated"] += 1
        counts["lost"] = len(losses)
    return table


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_a_translated_frame_is_one_of_the_target(captures, source, target):
    """It decodes in tolerant mode, unless it came as the source's Unknown."""
    for side, frame, translated in translate_all(captures, source, target, []):
        if translated is not None and translated is not frame:
            JsonAdapter(_union(target, side), mode="tolerant").decode(translated)


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_what_arrives_has_a_type_of_the_target(captures, source, target):
    """So a client that ends at an unknown type does not end."""
    for side, _, translated in translate_all(captures, source, target, []):
        if source != target and translated is not None:
            event = _adapter(target, side).decode(translated)
            assert type(event) is not Unknown or event.expected is not None


@pytest.mark.parametrize(
    ("source", "target"),
    [pair for pair in PAIRS if pair[1] in {"ga", "beta"} and pair[0] != pair[1]],
)
def test_what_arrives_is_what_openai_declares(captures, source, target):
    """It decodes in strict mode, but for null and the words that the beta is read with.

    Voice frameworks end at an event that OpenAI's types refuse.
    """
    for side, _, translated in translate_all(captures, source, target, []):
        if translated is not None:
            assert find_refused(translated, target, side) == []


def find_refused(frame, target, side):
    """Return the issues of strict mode, save those that OpenAI's servers have too."""
    try:
        JsonAdapter(_union(target, side), mode="strict").decode(frame)
    except ValidationError as exc:
        return [
            issue
            for issue in exc.issues
            if issue.got != "null" or issue.expected == "no such key"
            if target != "beta" or issue.got not in {"'audio'", "'text'"}
        ]
    return []


def test_a_part_ends_as_the_one_that_was_announced():
    """The server xAI leaves out the part where it ends."""
    translator = Translator("ga", "xai", on_loss=None)
    place = {key: value for key, value in json.loads(DELTA).items() if key != "delta"}
    added = {**place, "type": "response.content_part.added", "part": {"type": "text"}}
    done = {**place, "type": "response.content_part.done"}

    translator.to_client(json.dumps(added))
    frames = [translator.to_client(json.dumps(done)) for _ in range(2)]

    parts = [json.loads(frame)["part"] for frame in frames]
    assert parts == [{"type": "text"}, {"type": "audio"}]


def test_what_the_client_does_not_declare_is_removed_and_told():
    """Here of a delta, whose other keys stay."""
    told = []
    translator = Translator("beta", "xai", on_loss=lambda *loss: told.append(loss))
    delta = {**json.loads(DELTA), "type": "response.output_audio.delta", "rid": "r"}

    frame = translator.to_client(json.dumps(delta))

    assert json.loads(frame) == json.loads(DELTA)
    assert [(event, loss.path) for event, loss in told] == [
        ("response.audio.delta", "$.rid")
    ]


def test_what_is_undeclared_deep_inside_is_removed_and_told():
    """A key of a part, and a text where an object belongs; null stays."""
    told = []
    translator = Translator("ga", "xai", on_loss=lambda *loss: told.append(loss))
    part = {"type": "audio", "transcript": "hi", "mood": "glad"}
    item = {"id": "i", "type": "message", "role": "assistant", "content": [part]}
    response = {"id": "r", "object": "realtime.response", "output": [item]}
    response |= {"status": "completed", "status_details": "fine", "metadata": None}
    done = {"type": "response.done", "event_id": "e", "response": response}

    written = json.loads(translator.to_client(json.dumps(done)))["response"]

    assert written["output"][0]["content"] == [
        {"type": "output_audio", "transcript": "hi"}
    ]
    assert "status_details" not in written
    assert written["metadata"] is None
    assert {loss.path for _, loss in told} == {
        "$.response.output[0].content[0].mood",
        "$.response.status_details",
    }


def test_the_beta_gets_its_own_words_for_what_is_said():
    """Its types have the GA's words there, and its servers never sent these."""
    part = {"type": "output_text", "text": "hi"}
    item = {"id": "i", "type": "message", "role": "assistant", "content": [part]}
    frame = {"type": "conversation.item.added", "event_id": "e", "item": item}

    written = Translator("beta", "ga").to_client(json.dumps(frame))

    assert json.loads(written)["item"]["content"] == [{"type": "text", "text": "hi"}]


@pytest.mark.parametrize("server", DIALECTS[1:])
def test_half_a_character_is_translated(server):
    r"""As in ``"\ud83d"``, which orjson neither reads nor writes."""
    session = {"type": "realtime", "instructions": "\ud83d"}
    frame = json.dumps({"type": "session.update", "session": session})

    written = json.loads(Translator("ga", server, on_loss=None).to_server(frame))

    assert written["session"]["instructions"] == "\ud83d"


def test_a_ping_is_dropped_and_told_once():
    """The GA has nothing like it."""
    told = []
    translator = Translator("ga", "xai", on_loss=lambda *loss: told.append(loss))

    frames = [translator.to_client('{"type":"ping","timestamp":1}') for _ in range(2)]

    assert frames == [None, None]
    assert [(event, loss.path) for event, loss in told] == [("ping", "$")]


def test_a_ping_passes_if_asked_for():
    """For clients that ignore what they do not know."""
    frame = b'{"type":"ping","timestamp":1}'
    assert Translator("ga", "xai", unknown="pass").to_client(frame) is frame


def test_settings_go_where_xai_has_them():
    """The voice and turn detection at the top, and no type."""
    update = {
        "type": "session.update",
        "session": {
            "type": "realtime",
            "output_modalities": ["audio"],
            "audio": {
                "input": {"turn_detection": {"type": "server_vad"}},
                "output": {"voice": "Ara", "format": {"type": "audio/pcmu"}},
            },
        },
    }
    assert json.loads(Translator("ga", "xai").to_server(json.dumps(update))) == {
        "type": "session.update",
        "session": {
            "modalities": ["audio"],
            "turn_detection": {"type": "server_vad"},
            "voice": "Ara",
            "audio": {"output": {"format": {"type": "audio/pcmu"}}},
        },
    }


def test_settings_go_where_the_beta_has_them():
    """GA settings, sent by a client of the GA to a server of the beta."""
    session = {"type": "realtime", "audio": {"output": {"voice": "alloy"}}}
    frame = json.dumps({"type": "session.update", "session": session})
    written = json.loads(Translator("ga", "beta").to_server(frame))
    assert written["session"]["voice"] == "alloy"


SETTINGS = {
    "type": "realtime",
    "include": ["item.input_audio_transcription.logprobs"],
    "parallel_tool_calls": True,
    "prompt": {"id": "p"},
    "reasoning": {"effort": "low"},
    "truncation": "disabled",
    "audio": {"input": {"noise_reduction": {"type": "near_field"}}},
}
"""Settings of the GA that not every server has."""

IGNORED = {
    "beta": {"include", "parallel_tool_calls", "reasoning"},
    "glm": {"include", "parallel_tool_calls", "reasoning"},
    "localai": set(),
    "qwen": {"include", "parallel_tool_calls", "reasoning"},
    "voice_live": {"prompt", "reasoning", "truncation"},
    "xai": {
        "audio.input.noise_reduction",
        "include",
        "parallel_tool_calls",
        "prompt",
        "truncation",
    },
}
"""Those that each server does not have."""


@pytest.mark.parametrize(("server", "ignored"), IGNORED.items())
def test_settings_that_a_server_does_not_have_are_told(server, ignored):
    """All of them, and no others."""
    told = []
    translator = Translator("ga", server, on_loss=lambda *loss: told.append(loss))

    translator.to_server(json.dumps({"type": "session.update", "session": SETTINGS}))

    assert {loss.path for _, loss in told} == {f"$.session.{key}" for key in ignored}


EVENTS = [
    pytest.param(side, cls, id=cls.__name__)
    for side, union in (
        ("server", RealtimeServerEvent),
        ("client", RealtimeClientEvent),
    )
    for cls in get_args(union)
    if cls is not Unknown
]


@pytest.mark.parametrize(
    "target",
    ["beta", *(pytest.param(x, marks=pytest.mark.complete) for x in DIALECTS[2:])],
)
@pytest.mark.parametrize(("side", "cls"), EVENTS)
def test_what_came_back_comes_back_the_same_again(side, cls, target):
    """The way there and back may name a default, and then changes nothing more."""
    write = JsonAdapter(cls).encode
    there = Translator("ga", target, on_loss=None)
    back = Translator(target, "ga", on_loss=None)
    to_target = there.to_server if side == "client" else back.to_client
    to_ga = back.to_server if side == "client" else there.to_client

    def go(frame):
        translated = to_target(frame)
        return None if translated is None else to_ga(translated)

    @EACH
    @given(instances(cls, tagged=True, closed=True).map(write))
    def check(frame):
        once = go(frame)
        assert once is None or json.loads(go(once)) == json.loads(once)

    check()


@pytest.mark.parametrize("frame", [b"{", b"[]", b"\xff", b"", "{"])
def test_a_broken_frame_passes(frame):
    """The receiver has its own way with it."""
    assert Translator("ga", "beta").to_client(frame) is frame


@given(texts, json_objects)
def test_equal_dialects_change_nothing(tag, rest):
    """Not even a byte."""
    frame = json.dumps({**rest, "type": tag})
    assert Translator("xai", "xai").to_client(frame) is frame


@pytest.mark.parametrize("dialect", ["vllm", "", "GA"])
def test_other_dialects_are_refused(dialect):
    """VLLM shares nothing with the others."""
    with pytest.raises(ValueError, match="no dialect"):
        Translator("ga", dialect)


class Socket:
    """A websocket in memory."""

    close_code = 1000

    def __init__(self, *frames):
        """Play *frames*."""
        self.frames, self.sent = list(frames), []

    async def recv(self, **_):
        """Return the next frame."""
        return self.frames.pop(0)

    async def send(self, message, **_):
        """Keep *message*."""
        self.sent.append(message)


DELTA = json.dumps(
    {
        "type": "response.audio.delta",
        "event_id": "e",
        "response_id": "r",
        "item_id": "i",
        "output_index": 0,
        "content_index": 0,
        "delta": "AAAA",
    }
)


@pytest.mark.anyio
async def test_a_wrapped_websocket_skips_what_is_dropped():
    """And returns text where text came."""
    socket = TranslatedWebsocket(
        Socket('{"type":"warning","warning":{"message":"m"}}', DELTA),
        Translator("ga", "voice_live", on_loss=None),
    )
    message = await socket.recv()
    assert json.loads(message)["type"] == "response.output_audio.delta"
    assert isinstance(message, str)
    assert socket.close_code == 1000


@pytest.mark.anyio
async def test_a_typed_connection_takes_a_dialect():
    """Its events are those of the GA."""
    from rtmodels import RealtimeClientEvent, RealtimeServerEvent  # noqa: PLC0415

    class Connection(TypedConnection):
        close_code = close_reason = None

        async def _receive(self):
            return await self.websocket.recv()

        async def send(self, event):
            await self.websocket.send(self._encode(event))

        async def close(self, code=1000, reason=""):
            """Do nothing."""

    connection = Connection(
        Socket(DELTA),
        receives=JsonAdapter(RealtimeServerEvent),
        sends=JsonAdapter(RealtimeClientEvent),
        dialect="beta",
    )
    assert (await connection.recv()).type == "response.output_audio.delta"
