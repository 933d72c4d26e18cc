"""The Live API: recorded messages, a union for each side of a socket, deviations."""

import json
from typing import get_args

import attrs
import pytest

from rtmodels import (
    UNSET,
    LiveClientEvent,
    LiveCommentaryAppend,
    LiveErrorEvent,
    LiveForkClientEvent,
    LiveForkServerEvent,
    LiveForkSessionStart,
    LiveInputAudioAppend,
    LiveInputAudioMuted,
    LiveOutputAudioDelta,
    LiveResponseCreate,
    LiveResponseEvent,
    LiveResponseItemCreate,
    LiveResponsesDelegationConfig,
    LiveServerEvent,
    LiveServerInputAudioAppend,
    LiveServerTransportDTMFSend,
    LiveSessionClosed,
    LiveSessionConfigAudioOutput,
    LiveSessionStart,
    LiveSessionStarted,
    LiveSessionUsage,
    LiveSessionUsageUpdated,
    LiveSidebandClientEvent,
    LiveSidebandServerEvent,
    LiveTransportDTMFSend,
    Unknown,
    ValidationError,
    find,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

from ..parts import find_parts, find_undeclared
from ..paths import CAPTURES
from ..tools.drift.document import LIVE_FACTS, load

RECORDED = CAPTURES.with_name("live.jsonl")
MESSAGES = (
    [json.loads(line) for line in RECORDED.read_text().splitlines()]
    if RECORDED.exists()
    else []
)
MODES = ("strict", "tolerant", "forgiving")
UNIONS = {
    "primary.client": LiveClientEvent,
    "primary.server": LiveServerEvent,
    "sideband.client": LiveSidebandClientEvent,
    "sideband.server": LiveSidebandServerEvent,
    "fork.client": LiveForkClientEvent,
    "fork.server": LiveForkServerEvent,
}
FACTS = load(LIVE_FACTS)

SESSION = {"id": "live_1", "expires_at": 1, "model": "gpt-live-1", "status": "active"}
CLOSED = {
    "type": "session.closed",
    "event_id": "e",
    "reason": "expired",
    "session": SESSION,
    "usage": {"seconds": 1.5},
}
ERROR = {
    "type": "error",
    "event_id": "e",
    "error": {"type": "server_error", "code": "oops", "message": "Oops."},
}
DEVIATIONS = {
    "no event_id": (
        {"type": "session.input_audio.muted"},
        ["$.event_id"],
    ),
    "null as event_id": (
        {"type": "session.input_audio.muted", "event_id": None},
        ["$.event_id"],
    ),
    "a session without status": (
        {
            "type": "session.started",
            "event_id": "e",
            "session": {key: SESSION[key] for key in SESSION if key != "status"},
        },
        ["$.session.status"],
    ),
    "the end of a session without the session": (
        {key: CLOSED[key] for key in CLOSED if key != "session"},
        ["$.session"],
    ),
    "null as an error's code": (
        {**ERROR, "error": {**ERROR["error"], "code": None}},
        ["$.error.code"],
    ),
    "an error without code": (
        {**ERROR, "error": {"type": "server_error", "message": "Oops."}},
        ["$.error.code"],
    ),
}
"""What servers send beside the facts, and where strict mode has something to say."""

deviations = pytest.mark.parametrize(
    ("payload", "places"), DEVIATIONS.values(), ids=DEVIATIONS
)


def members(union):
    """Return the classes in *union*."""
    return [cls for cls in get_args(union) if cls is not Unknown]


def missing(adapter, payload):
    """Return the paths of what *adapter* finds wrong in *payload*."""
    with pytest.raises(ValidationError) as caught:
        adapter.decode(payload)
    return [issue.path for issue in caught.value.issues]


@pytest.mark.skipif(not MESSAGES, reason="the recorded messages are not in the project")
@pytest.mark.parametrize("mode", MODES)
def test_a_recorded_message_is_read_in_full(mode):
    """It has its class in every mode, nothing is left over, and all comes back."""
    for message in MESSAGES:
        union = UNIONS[f"{message['socket']}.{message['direction']}"]
        adapter = JsonAdapter(union, mode=mode)

        event = adapter.decode(json.dumps(message["value"]))

        foreign = [getattr(event, key, None) for key in ("event", "item")]
        assert event.type == message["value"]["type"]
        assert [one for one in find_undeclared(event) if one not in foreign] == []
        assert json.loads(adapter.encode(event)) == message["value"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("place", UNIONS)
def test_a_union_has_the_events_of_its_side_of_a_socket(place, mode):
    """The facts list them by type; what the other side sends is unknown."""
    union = UNIONS[place]
    expected = {type_ for type_, places in FACTS["events"].items() if place in places}
    types = {attrs.fields(cls).type.default for cls in members(union)}

    assert types == expected
    for other in FACTS["events"].keys() - expected if mode != "strict" else ():
        event = DictAdapter(union, mode=mode).decode({"type": other})
        assert event == Unknown(tag=other, payload={"type": other})


def test_the_start_of_a_session_names_a_model_and_that_of_a_fork_none():
    """The two have one wire type, and never meet in a union."""
    start = {"type": "session.start", "session": {"model": "gpt-live-1"}}
    fork = {"type": "session.start", "session": {"store": True}}

    assert type(DictAdapter(LiveClientEvent).decode(start)) is LiveSessionStart
    assert type(DictAdapter(LiveForkClientEvent).decode(fork)) is LiveForkSessionStart
    assert missing(DictAdapter(LiveClientEvent), fork) == ["$.session.model"]
    assert missing(DictAdapter(LiveForkClientEvent, mode="strict"), start) == [
        "$.session.model"
    ]


@pytest.mark.parametrize(
    ("payload", "client", "server"),
    [
        (
            {"type": "session.input_audio.append", "audio": "AAA="},
            (LiveClientEvent, LiveInputAudioAppend),
            (LiveSidebandServerEvent, LiveServerInputAudioAppend),
        ),
        (
            {"type": "transport.dtmf.send", "event": "5", "event_id": "e"},
            (LiveSidebandClientEvent, LiveTransportDTMFSend),
            (LiveSidebandServerEvent, LiveServerTransportDTMFSend),
        ),
    ],
)
def test_a_type_that_both_sides_send_has_a_class_for_each(payload, client, server):
    """The union alone says which, and `find` knows the client's."""
    for union, cls in (client, server):
        adapter = DictAdapter(union, mode="strict")

        event = adapter.decode(payload)

        assert type(event) is cls
        assert adapter.encode(event) == payload
    assert find(payload["type"]) is client[1]


@pytest.mark.parametrize("mode", ["tolerant", "forgiving"])
@deviations
def test_what_servers_leave_out_is_none(payload, places, mode):
    """The event has its class, and is encoded as it came."""
    adapter = JsonAdapter(LiveServerEvent, mode=mode)

    event = adapter.decode(json.dumps(payload))
    part = event
    *steps, last = places[0].removeprefix("$.").split(".")
    for step in steps:
        part = getattr(part, step)

    assert not [one for one in find_parts(event) if isinstance(one, Unknown)]
    assert event.type == payload["type"]
    assert getattr(part, last) is None
    assert json.loads(adapter.encode(event)) == payload


@deviations
def test_strict_mode_requires_what_the_facts_require(payload, places):
    """It says where something is missing, and of that alone."""
    assert missing(DictAdapter(LiveServerEvent, mode="strict"), payload) == places


@pytest.mark.parametrize("payload", [CLOSED, ERROR], ids=["closed", "error"])
@pytest.mark.parametrize("mode", MODES)
def test_what_the_facts_require_is_read_in_every_mode(payload, mode):
    """A session that is over may still be called active."""
    adapter = DictAdapter(LiveServerEvent, mode=mode)

    event = adapter.decode(payload)

    assert type(event) in (LiveSessionClosed, LiveErrorEvent)
    assert adapter.encode(event) == payload


@pytest.mark.parametrize("mode", MODES)
def test_the_sound_of_the_model_needs_no_id_and_no_times(mode):
    """Only a sideband has times."""
    adapter = DictAdapter(LiveServerEvent, mode=mode)
    bare = {"type": "session.output_audio.delta", "delta": "AAA="}
    timed = bare | {"start_ms": 0, "end_ms": 200}

    assert adapter.decode(bare) == LiveOutputAudioDelta(delta=b"\0\0")
    assert adapter.decode(timed).end_ms == 200
    assert adapter.encode(adapter.decode(timed)) == timed


@pytest.mark.parametrize("kind", ["instructions", "thinking", "commentary"])
@pytest.mark.parametrize("mode", MODES)
def test_text_for_no_delegation_says_null(kind, mode):
    """Null is sent, and a command without the key is no command."""
    adapter = DictAdapter(LiveClientEvent, mode=mode)
    command = {
        "type": f"session.{kind}.append",
        "content": "It is Friday.",
        "delegation_id": None,
    }

    event = adapter.decode(command)

    assert event.delegation_id is None
    assert event.event_id is UNSET
    assert adapter.encode(event) == command
    if mode != "forgiving":
        del command["delegation_id"]
        assert missing(adapter, command) == ["$.delegation_id"]


def test_text_for_no_delegation_cannot_leave_null_out():
    """The field has no default: a command without it cannot be written by mistake."""
    with pytest.raises(TypeError, match="delegation_id"):
        LiveCommentaryAppend(content="It is Friday.")


@pytest.mark.parametrize("voice", ["marin", "one-of-tomorrow", {"id": "voice_1"}])
@pytest.mark.parametrize("mode", MODES)
def test_any_voice_is_a_voice(voice, mode):
    """The set of names is open, and a custom voice is an object."""
    adapter = DictAdapter(LiveSessionConfigAudioOutput, mode=mode)

    assert adapter.encode(adapter.decode({"voice": voice})) == {"voice": voice}


@pytest.mark.parametrize("seconds", [14.0, 14, 0.5])
@pytest.mark.parametrize("mode", MODES)
def test_the_seconds_of_a_session_may_have_a_fraction(seconds, mode):
    """They come back as they were written."""
    adapter = JsonAdapter(LiveServerEvent, mode=mode)
    usage = {"seconds": seconds, "active_seconds": 3}
    payload = {"type": "session.usage.updated", "event_id": "e", "usage": usage}

    event = adapter.decode(json.dumps(payload))

    assert type(event) is LiveSessionUsageUpdated
    assert event.usage == LiveSessionUsage(seconds=seconds, active_seconds=3)
    assert json.loads(adapter.encode(event)) == payload


@pytest.mark.parametrize("mode", MODES)
def test_objects_of_the_responses_api_are_kept_whole(mode):
    """They have no classes here, and none is missing."""
    foreign = {"type": "response.completed", "response": {"output": [{"id": None}]}}
    for union, cls, payload in (
        (
            LiveServerEvent,
            LiveResponseEvent,
            {"type": "response.event", "event_id": "e", "event": foreign},
        ),
        (
            LiveClientEvent,
            LiveResponseItemCreate,
            {"type": "response.item.create", "item": foreign},
        ),
    ):
        adapter = JsonAdapter(union, mode=mode)
        event = adapter.decode(json.dumps(payload))
        part = event.event if union is LiveServerEvent else event.item

        assert type(event) is cls
        assert part == Unknown(tag="response.completed", payload=foreign)
        assert json.loads(adapter.encode(event)) == payload


@pytest.mark.parametrize("mode", ["tolerant", "forgiving"])
def test_tools_of_the_responses_api_are_kept_whole(mode):
    """They stand beside functions, which have a class."""
    adapter = DictAdapter(LiveResponsesDelegationConfig, mode=mode)
    payload = {
        "model": "gpt-5.6-sol",
        "tool_choice": {"type": "web_search"},
        "tools": [{"type": "web_search", "x": 1}, {"type": "function", "name": "f"}],
    }

    config = adapter.decode(payload)

    assert config.tool_choice.tag == "web_search"
    assert [getattr(tool, "name", None) for tool in config.tools] == [None, "f"]
    assert adapter.encode(config) == payload


@pytest.mark.parametrize(
    ("wire_type", "cls"),
    [
        ("session.started", LiveSessionStarted),
        ("session.input_audio.muted", LiveInputAudioMuted),
        ("session.start", LiveSessionStart),
    ],
)
def test_an_event_is_found_by_its_type(wire_type, cls):
    """Realtime has no event of these types."""
    assert find(wire_type) is cls


def test_realtime_comes_first_where_both_protocols_have_a_type():
    """The Live API's class has to be asked for by name."""
    assert find("response.create") is not LiveResponseCreate
    assert find("error").__name__ == "ErrorEvent"
