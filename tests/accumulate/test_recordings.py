"""What real sessions add up to, and the sample session."""

from collections import Counter, defaultdict
from itertools import groupby

import attrs
import orjson
import pytest

from rtmodels import (
    ConversationAccumulator,
    ConversationItemAddedEvent,
    ConversationItemDoneEvent,
    RealtimeConversationItemMessageAssistant,
    RealtimeServerEvent,
    ResponseAccumulator,
    ResponseDoneEvent,
    ResponseOutputAudioDeltaEvent,
    Unknown,
)
from rtmodels.adapters import JsonAdapter

from .streams import converse, feed

JSON = JsonAdapter(RealtimeServerEvent)
FORGIVING = JsonAdapter(RealtimeServerEvent, mode="forgiving")


@pytest.fixture(scope="module")
def sample(sample_frames):
    """Return the server events of the sample session."""
    return [
        event
        for event in map(JSON.decode, sample_frames)
        if not isinstance(event, Unknown)
    ]


@pytest.fixture(scope="module")
def recordings(captures):
    """Return the events of each recording of a GA server."""
    rows = [
        row
        for row in captures
        if row["direction"] == "server" and row["server"] in ("ga", "azure")
    ]
    return {
        source: [JSON.decode(orjson.dumps(row["value"])) for row in group]
        for source, group in groupby(rows, key=lambda row: row["source"])
    }


def gather_audio(events):
    """Join the audio of each item in the plainest way there is."""
    audio = defaultdict(bytes)
    for event in events:
        if isinstance(event, ResponseOutputAudioDeltaEvent):
            audio[event.item_id, event.content_index] += event.delta
    return audio


def put_in(audio, item):
    """Put the *audio* of *item* into it."""
    if not isinstance(item, RealtimeConversationItemMessageAssistant):
        return item
    content = tuple(
        attrs.evolve(part, audio=audio.get((item.id, index)))
        for index, part in enumerate(item.content)
    )
    return attrs.evolve(item, content=content)


def check(events):
    """Compare each response with its ``response.done``; give how many there are."""
    accumulator, audio, count = ResponseAccumulator(), gather_audio(events), 0
    for event in events:
        if isinstance(event, ResponseDoneEvent):
            before = accumulator.response(event.response.id)
            output = tuple(put_in(audio, item) for item in event.response.output)
            accumulator.feed(event)
            count += 1

            assert before.output == output
            assert accumulator.response(event.response.id) == attrs.evolve(
                event.response, output=output
            )
        else:
            accumulator.feed(event)

    assert accumulator.mismatches == ()
    assert accumulator.running == ()
    return count


def strip(item):
    """Return *item* without its status, which no delta tells."""
    return attrs.evolve(item, status=None) if hasattr(item, "status") else item


def check_deltas(events):
    """Compare what the deltas alone add up to with ``response.done``."""
    growing = feed(*(e for e in events if not e.type.endswith((".done", "truncated"))))
    for event in events:
        if isinstance(event, ResponseDoneEvent):
            response = growing.response(event.response.id)
            audio = gather_audio(events)
            said = [strip(put_in(audio, item)) for item in event.response.output]

            assert [strip(item) for item in response.output] == said


def test_the_sample_session_adds_up(sample):
    """Each response is what its last event says, plus its audio."""
    assert check(sample) == 7


def test_the_deltas_of_the_sample_session_say_all(sample):
    """But for what an MCP call gives back, which only *done* events bring."""
    check_deltas([event for event in sample if not calls_mcp_tool(event)])


def calls_mcp_tool(event):
    """Check whether *event* ends a response that calls an MCP tool."""
    output = event.response.output if isinstance(event, ResponseDoneEvent) else ()
    return any(item.type == "mcp_call" for item in output)


def test_the_conversation_of_the_sample_session(sample):
    """One item was deleted, one truncated, and what the caller said is filled in."""
    accumulator = converse(*sample)
    items = accumulator.items
    users = [item for item in items if getattr(item, "role", "") == "user"]
    cut = next(item for item in items if getattr(item, "status", "") == "incomplete")

    assert Counter(item.type for item in items) == {
        "message": 9,
        "function_call": 1,
        "function_call_output": 1,
        "mcp_list_tools": 1,
        "mcp_approval_request": 1,
        "mcp_approval_response": 1,
        "mcp_call": 1,
    }
    assert [len(user.content[0].transcript or "") for user in users] == [28, 47, 0, 0]
    assert len(cut.content[0].audio) == 540 * 48
    assert cut.content[0].transcript is None
    assert accumulator.interrupted == (accumulator.response_ids[4],)
    assert accumulator.mismatches == ()


def test_the_sample_session_may_be_fed_in_both_directions(sample, sample_frames):
    """The client's events are unknown events of the server, and have no effect."""
    both = converse(*map(JSON.decode, sample_frames))
    server = converse(*sample)

    assert both.items == server.items
    assert [both.response(id_) for id_ in both.response_ids] == [
        server.response(id_) for id_ in server.response_ids
    ]


def test_recorded_responses_add_up(recordings):
    """Each response is what its last event says, plus its audio, and so before it."""
    counts = {source: check(events) for source, events in recordings.items()}

    assert len(counts) == 14
    assert sum(counts.values()) == 19


def test_the_deltas_of_recorded_responses_say_all(recordings):
    """Without any *done* event, all is there but the status of items."""
    for events in recordings.values():
        check_deltas(events)


def test_recorded_conversations_add_up(recordings):
    """The items are in the order of *added*, and what *done* says them to be."""
    count = 0
    for events in recordings.values():
        accumulator, audio = converse(*events, audio=True), gather_audio(events)
        order = [e.item.id for e in events if isinstance(e, ConversationItemAddedEvent)]
        last = {
            e.item.id: put_in(audio, e.item)
            for e in events
            if isinstance(e, ConversationItemDoneEvent)
        }
        transcripts = {
            e.item_id: e.transcript
            for e in events
            if e.type.endswith("input_audio_transcription.completed")
        }
        count += len(order)

        assert [item.id for item in accumulator.items] == order
        for item in accumulator.items:
            said = last[item.id]
            if item.id in transcripts:
                assert item.content[0].transcript == transcripts[item.id]
            else:
                assert item == said
        assert accumulator.mismatches == ()
    assert count == 42


@pytest.mark.parametrize(("server", "count"), [("xai", 8), ("azure-voice-live", 6)])
def test_other_servers_are_gathered_as_far_as_they_are_understood(
    captures, server, count
):
    """No event raises, and each response ends as its last event says."""
    rows = [r for r in captures if r["server"] == server and r["direction"] == "server"]
    ends = 0
    for _, group in groupby(rows, key=lambda row: row["source"]):
        accumulator = ConversationAccumulator(audio=False)
        for row in group:
            event = accumulator.feed(FORGIVING.decode(orjson.dumps(row["value"])))
            if isinstance(event, ResponseDoneEvent):
                ends += 1

                assert accumulator.response(event.response.id) == event.response
        assert accumulator.running == ()
    assert ends == count
