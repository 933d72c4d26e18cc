"""The table of errors: one row for each thing that went wrong."""

import pickle

import pytest

from rtmodels import Issue
from rtmodels.adapters.archive._rows import MessageSource
from rtmodels.adapters.archive._tables import Tabulator

from .tabulating import at, created, done, only, server, settings, tabulate

pytestmark = pytest.mark.needs("arrow")

TRANSCRIPTION = "conversation.item.input_audio_transcription"
FAILURE = {"type": "server_error", "code": "broken", "message": "It broke."}
CAUSES = {
    "error": (
        server(
            "error",
            error={**FAILURE, "param": "session.voice", "event_id": "mine_1"},
        ),
        {**FAILURE, "param": "session.voice", "event_id": "mine_1"},
    ),
    "transcription_failed": (
        server(
            f"{TRANSCRIPTION}.failed",
            item_id="item_1",
            content_index=0,
            error={**FAILURE, "param": "language"},
        ),
        {**FAILURE, "param": "language", "item_id": "item_1"},
    ),
    "response_failed": (
        done(status="failed", status_details={"type": "failed", "error": FAILURE}),
        {**FAILURE, "response_id": "resp_1"},
    ),
    "response_incomplete": (
        done(
            status="incomplete",
            status_details={"type": "incomplete", "reason": "max_output_tokens"},
        ),
        {"code": "max_output_tokens", "response_id": "resp_1"},
    ),
    "mcp_call_failed": (
        server("response.mcp_call.failed", output_index=0, item_id="mcp_1"),
        {"item_id": "mcp_1"},
    ),
    "mcp_list_tools_failed": (
        server("mcp_list_tools.failed", item_id="mcpl_1"),
        {"item_id": "mcpl_1"},
    ),
}


@pytest.mark.parametrize("kind", CAUSES)
def test_each_kind_has_its_columns(kind):
    """Along with where and when it happened."""
    message, columns = CAUSES[kind]
    row = only(tabulate((0, settings()), (5, message)).errors)
    time = row.pop("received_at")

    assert time.microsecond == at(5) % 1_000_000
    assert row == {
        "file": "a.jsonl",
        "line": 2,
        "session": "sess_1",
        "kind": kind,
        **columns,
    }


def test_an_error_may_say_little():
    """What is null in it, or absent, is null in the row."""
    error = {"type": "server_error", "message": "", "code": None, "param": None}
    row = only(tabulate(server("error", error=error)).errors)

    assert row.keys() == {"file", "line", "kind", "type", "message"}


@pytest.mark.parametrize("kind", ["failed", "incomplete"])
def test_an_end_may_give_no_reason(kind):
    """The failed response still counts as an error."""
    row = only(tabulate(created(), done(status=kind)).errors)

    assert row.keys() == {"file", "line", "kind", "response_id"}


@pytest.mark.parametrize("status", ["completed", "cancelled", None])
def test_other_ends_are_no_errors(status):
    """An interrupted response did not fail."""
    assert tabulate(done(status=status)).errors.num_rows == 0


def test_a_message_that_could_not_be_decoded():
    """It is told by its first issue."""
    tabulator = Tabulator()
    issues = [Issue(("event_id",), "str", "int"), Issue(("item",), "object", "null")]
    tabulator.skip(MessageSource("a.jsonl", 7, at(0), "call-7"), issues)

    row = only(tabulator.tables().errors)
    assert row.pop("received_at")
    assert row == {
        "file": "a.jsonl",
        "line": 7,
        "session": "call-7",
        "kind": "undecodable",
        "path": "$.event_id",
        "message": "expected str, got int",
    }


def test_a_message_that_could_not_be_decoded_without_an_issue():
    """It is counted."""
    tabulator = Tabulator()
    tabulator.skip(MessageSource(), [])

    assert only(tabulator.tables().errors) == {"kind": "undecodable"}


def test_a_tabulator_pickles():
    """Interrupted work can resume in another process."""
    tabulator = Tabulator()
    tabulator.skip(MessageSource("a.jsonl"), [])

    copy = pickle.loads(pickle.dumps(tabulator))
    assert copy.tables() == tabulator.tables()
