"""Latencies in the table of responses: how long callers waited, and for what."""

import pytest

from .tabulating import (
    audio,
    created,
    done,
    message,
    only,
    speech,
    tabulate,
    words,
)

pytestmark = pytest.mark.needs("arrow")


@pytest.mark.parametrize(
    "type_",
    [
        "response.output_text.delta",
        "response.output_audio_transcript.delta",
        "response.function_call_arguments.delta",
        "response.mcp_call_arguments.delta",
    ],
)
def test_the_first_token_is_the_first_delta_of_any_kind(type_):
    """Words count, and so do the arguments of a call."""
    tables = tabulate((0, created()), (7, words(type_)), (9, words(type_)))

    assert only(tables.responses)["first_token_ms"] == 7.0


COMMITTED = {
    "type": "input_audio_buffer.committed",
    "event_id": "event_1",
    "item_id": "item_0",
}
ASKED = {"type": "response.create"}
TYPED = {
    "type": "conversation.item.create",
    "item": message("user", {"type": "input_text", "text": "Hi"}),
}
OUTPUT = {
    "type": "conversation.item.create",
    "item": {"type": "function_call_output", "call_id": "call_1", "output": "{}"},
}


@pytest.mark.parametrize(
    ("turn", "wait"),
    [
        ([(10, speech()), (20, COMMITTED), (30, ASKED)], 90.0),
        ([(5, speech()), (10, speech()), (20, COMMITTED)], 90.0),
        ([(20, COMMITTED), (30, ASKED)], 80.0),
        ([(10, speech()), (25, OUTPUT), (30, ASKED)], 90.0),
        ([(10, speech()), (25, TYPED), (30, ASKED)], 70.0),
        ([(30, ASKED)], 70.0),
        ([], None),
    ],
)
def test_the_wait_begins_where_the_turn_ends(turn, wait):
    """Speech says best when that is, then its commitment, then what the client asks."""
    tables = tabulate(*turn, (50, created()), (60, words()), (100, audio()))

    assert tables.responses["wait_ms"].to_pylist() == [wait]


def test_the_wait_for_an_answer_without_audio_ends_with_its_words():
    """The caller gets to read something then."""
    tables = tabulate((0, speech()), (50, created()), (60, words()), (70, words()))

    assert only(tables.responses)["wait_ms"] == 60.0


def test_a_turn_is_answered_once():
    """The wait for what follows a call begins where the client asks for it."""
    tables = tabulate(
        (0, speech()),
        (10, created("a")),
        (20, words(response_id="a")),
        (30, done("a")),
        (100, ASKED),
        (110, created("b")),
        (150, words(response_id="b")),
    )

    assert tables.responses["wait_ms"].to_pylist() == [20.0, 50.0]


def test_without_receive_times_there_are_no_latencies():
    """All else is there."""
    row = only(tabulate(speech(), created(), words(), audio(), done()).responses)

    assert row["audio_seconds"] == 1.0
    assert not {key for key in row if key.endswith(("_ms", "_at"))}
