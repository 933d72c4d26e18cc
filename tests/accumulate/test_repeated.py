"""Events that are fed twice."""

from collections import Counter
from itertools import count, groupby

import attrs
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import (
    ConversationAccumulator,
    ConversationItemInputAudioTranscriptionDeltaEvent,
    RealtimeServerEvent,
    ResponseAccumulator,
)
from rtmodels.adapters import JsonAdapter

from ..recordings import MESSAGES
from .streams import (
    added,
    answer,
    at,
    calling,
    converse,
    created,
    done,
    ended,
    feed,
    item_added,
    kinds,
    message,
    speaking,
    text,
    user,
    words,
    writing,
)

UPGRADING = JsonAdapter(RealtimeServerEvent, mode="forgiving", upgrade=True)


def number(events):
    """Give each of *events* an id of its own."""
    return [
        attrs.evolve(event, event_id=f"event_{n}")
        for n, event in zip(count(), events, strict=False)
    ]


def hear(delta):
    """Return an event with more of a user's transcript."""
    return ConversationItemInputAudioTranscriptionDeltaEvent(
        event_id="event_1", item_id="user_1", content_index=0, delta=delta
    )


SPOKEN, _ = answer()
SESSION = number(
    [
        added(user("user_1", type="input_audio")),
        hear(" ha"),
        hear(" ha"),
        done(user("user_1", type="input_audio")),
        *SPOKEN,
        created("resp_2"),
        item_added("resp_2", message("item_2", status="in_progress")),
        *writing(at("resp_2", "item_2"), (" ha", " ha", " ha")),
        *calling("resp_2", "item_3"),
    ]
)


@given(st.lists(st.integers(1, 3), min_size=len(SESSION), max_size=len(SESSION)))
def test_repeated_events_are_told_and_not_added(times):
    """Whatever is fed several times counts once, and each repetition is a mismatch."""
    expected = converse(*SESSION)
    # With one id, nothing shows yet that ids differ.
    times = [1, *times[1:]]
    found = converse(
        *(event for event, n in zip(SESSION, times, strict=True) for _ in range(n))
    )

    assert expected.mismatches == ()
    assert found.items == expected.items
    assert found.response("resp_1") == expected.response("resp_1")
    assert found.response("resp_2") == expected.response("resp_2")
    assert kinds(found) == ["repeated"] * (sum(times) - len(times))


def test_a_repeated_delta_is_described():
    """The mismatch names the event and its place."""
    first, delta = number([created(), text("ha")])
    accumulator = feed(first, delta, delta)
    mismatch = accumulator.mismatches[-1]

    assert (mismatch.kind, mismatch.event_id, mismatch.item_id) == (
        "repeated",
        "event_1",
        "item_1",
    )
    assert mismatch.event_type == "response.output_text.delta"
    assert not mismatch.is_contradiction
    assert accumulator.text("item_1") == "ha"


def test_reading_in_between_changes_nothing():
    """A delta is recognised after its text was read, too."""
    first, delta = number([created(), text("ha")])
    accumulator = feed(first, delta)
    assert accumulator.text("item_1") == "ha"
    accumulator.feed(delta)

    assert accumulator.text("item_1") == "ha"


def test_equal_deltas_with_ids_of_their_own_are_added():
    """A person may well say it twice."""
    accumulator = feed(*number([created(), text(" ha"), text(" ha")]))

    assert accumulator.text("item_1") == " ha ha"
    assert "repeated" not in kinds(accumulator)


@pytest.mark.parametrize("event_id", ["", None, "event_1"])
@pytest.mark.parametrize("delta", [text, words])
def test_servers_without_ids_lose_no_events(event_id, delta):
    """LocalAI sends an empty id, and recordings may have one id for all events."""
    events = [created(), *(delta(" ha") for _ in range(3)), ended()]
    accumulator = feed(*(attrs.evolve(event, event_id=event_id) for event in events))
    said = {text: accumulator.text, words: accumulator.transcript}[delta]("item_1")

    assert said == " ha ha ha"
    assert "repeated" not in kinds(accumulator)


def test_servers_with_an_id_for_each_type_lose_no_events():
    """Once an id had two contents, ids say nothing."""
    events = [created(), text("Well,"), text(" ha"), text(" ha"), text(" ha")]
    named = [attrs.evolve(event, event_id=event.type) for event in events]
    accumulator = feed(*named)

    assert accumulator.text("item_1") == "Well, ha ha ha"


def test_a_finished_answer_that_is_sent_again_is_added_once():
    """What is not told as repeated comes too late."""
    events = number([created(), *speaking(at()), ended()])
    accumulator = ResponseAccumulator()
    for event in events:
        accumulator.feed(event)
    before = accumulator.response()
    accumulator.pop_mismatches()
    for event in events:
        accumulator.feed(event)

    assert accumulator.response() == before
    assert set(kinds(accumulator)) == {"repeated", "late"}


def test_the_memory_for_events_is_bounded():
    """An event that came long ago is not recognised any more."""
    word = attrs.evolve(hear(" ha"), event_id="event_word")
    others = number(added(message(f"item_{n}")) for n in range(1000))
    accumulator = converse(*others[:1], word, *others[1:100], word)
    assert accumulator.transcript("user_1") == " ha"
    for event in [*others[100:], word]:
        accumulator.feed(event)

    assert accumulator.transcript("user_1") == " ha ha"
    assert kinds(accumulator) == ["repeated"]


def test_recorded_sessions_repeat_nothing(captures):
    """There is no false report, in the recordings of any server."""
    rows = [row for row in captures if row["direction"] == "server"]
    found = Counter()
    for _, group in groupby(rows, key=lambda row: row["source"]):
        accumulator = ConversationAccumulator()
        for row in group:
            accumulator.feed(UPGRADING.decode(orjson.dumps(row["value"])))
        found.update(kinds(accumulator))

    assert found["repeated"] == 0


def test_the_sample_session_repeats_nothing():
    """Nor is there one in the session that was written for the tests."""
    accumulator = ConversationAccumulator()
    for value in MESSAGES:
        accumulator.feed(value)

    assert "repeated" not in kinds(accumulator)
