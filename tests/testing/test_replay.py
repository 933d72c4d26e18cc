"""A recording is played to any client, in the version that the server speaks."""

import json

import pytest

from rtmodels import (
    ConversationAccumulator,
    RealtimeServerEvent,
    ResponseCreateEvent,
    SessionUpdateEvent,
    build,
)
from rtmodels.adapters import JsonAdapter
from rtmodels.adapters._recordings.protocols import load_protocol
from rtmodels.testing import RealtimeServer, expect, replay, respond

from ..paths import SAMPLE
from ..recordings import MESSAGES
from .clients import open_client, open_memory, types_of

pytestmark = pytest.mark.needs("testing")

CLIENT_TYPES = load_protocol("realtime").client_types
SERVER_MESSAGES = [x for x in MESSAGES if x["type"] not in CLIENT_TYPES]

BETA = [
    {"type": "session.created", "event_id": "e1", "session": {"id": "s"}},
    {
        "type": "response.text.delta",
        "event_id": "e2",
        "response_id": "r",
        "item_id": "i",
        "output_index": 0,
        "content_index": 0,
        "delta": "Hi",
    },
]


def read_frames(memory):
    """Return what the server has sent, parsed."""
    frames = []
    while True:
        try:
            frames.append(json.loads(memory.recv()))
        except TimeoutError:
            return frames


@pytest.mark.parametrize(
    "source", [SAMPLE, str(SAMPLE), MESSAGES, [json.dumps(x) for x in MESSAGES]]
)
def test_a_recording_is_sent_unchanged(source):
    """Of a file, or of messages, the client gets those of the server."""
    _, memory = open_memory(replay(source))
    adapter = JsonAdapter(RealtimeServerEvent)

    frames = read_frames(memory)

    assert [adapter.decode(json.dumps(x)) for x in frames] == [
        adapter.decode(json.dumps(x)) for x in SERVER_MESSAGES
    ]
    memory.check()


def test_the_beta_is_played_to_a_client_of_the_ga():
    """And back, to one of the beta."""
    sent = {}
    for version in ("ga", "beta"):
        _, memory = open_memory(replay(BETA), version=version)
        sent[version] = [(x["type"], x["event_id"]) for x in read_frames(memory)]

    assert sent["ga"] == [
        ("session.created", "e1"),
        ("response.output_text.delta", "e2"),
    ]
    assert sent["beta"] == [("session.created", "e1"), ("response.text.delta", "e2")]


def test_captured_sessions_play_to_their_end(captures):
    """Every session of the GA adds up as it did."""
    sessions = {}
    for row in captures:
        if row["server"] == "ga":
            sessions.setdefault(row["source"], []).append(row["value"])

    for messages in sessions.values():
        client, memory = open_memory(replay(messages))
        client.server_events = JsonAdapter(RealtimeServerEvent)
        accumulator = ConversationAccumulator()
        for event in client.read_all():
            accumulator.feed(event)
        assert accumulator.mismatches == ()
        memory.check()


def test_a_replay_waits_for_the_client():
    """It does where the recording has such an event."""
    messages = [
        BETA[0],
        {"type": "response.create"},
        {"type": "session.update", "session": {}},
        BETA[1],
    ]
    client, memory = open_memory(replay(messages, wait_for=ResponseCreateEvent))
    assert types_of(client.read_all()) == ["session.created"]

    client.send(build.create_response())

    assert types_of(client.read_all()) == ["response.output_text.delta"]
    memory.check()


def test_a_recording_that_ends_early_is_told():
    """A client that never sent what the replay waits for is a problem."""
    messages = [BETA[0], {"type": "response.create"}, BETA[1]]
    _, memory = open_memory(replay(messages, wait_for=(ResponseCreateEvent,)))

    with pytest.raises(AssertionError, match="waited for ResponseCreateEvent"):
        memory.check()


def test_records_of_a_log_have_their_times(tmp_path):
    """With *timed*, the distances are kept."""
    log = tmp_path / "log.jsonl"
    records = [{"at": 1000 + i / 50, "event": x} for i, x in enumerate(BETA)]
    log.write_text("\n".join(map(json.dumps, records)))

    script = replay(log, timed=True, event_key="event", time_key="at")
    _, memory = open_memory(script)

    assert memory.connection.pause == 0.02
    assert len(read_frames(memory)) == 2


def test_during_a_replay_nothing_is_acknowledged():
    """The recording has the acknowledgements, but checks are made."""
    client, memory = open_memory(replay(BETA))
    client.read_all()
    client.send(build.clear_audio(), {"type": "foo"})

    assert client.read_all() == []
    assert memory.problems[0].type == "foo"


def test_a_script_may_go_on_after_a_replay():
    """The steps that follow are played as usual."""
    client, memory = open_memory(
        replay(BETA), expect(SessionUpdateEvent), respond("Hi")
    )
    client.send(build.update_session(instructions="Sing."))

    assert client.read_until("response.done")
    memory.check()


def test_a_replay_over_a_socket():
    """Any client may connect."""
    with RealtimeServer(replay(MESSAGES)) as server, open_client(server) as client:
        client.server_events = JsonAdapter(RealtimeServerEvent)
        last = SERVER_MESSAGES[-1]["type"]
        count = sum(x["type"] == last for x in SERVER_MESSAGES)
        for _ in range(count):
            client.read_until(last)
    server.check()


@pytest.mark.parametrize(
    ("source", "options", "text"),
    [
        ([{"type": "response.create"}], {}, "no messages of a server"),
        (BETA, {"timed": True}, "time_key"),
    ],
)
def test_what_cannot_be_replayed(source, options, text):
    """The call itself raises, not the server."""
    with pytest.raises(ValueError, match=text):
        replay(source, **options)


def test_a_damaged_file_cannot_be_replayed(tmp_path):
    """Nor can one that is not there."""
    file = tmp_path / "a.jsonl"
    file.write_text("what is this?")

    with pytest.raises(ValueError, match=r"JSON|char"):
        replay(file)
    with pytest.raises(OSError, match="nowhere"):
        replay(tmp_path / "nowhere.jsonl")
