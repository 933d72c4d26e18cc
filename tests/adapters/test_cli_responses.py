"""What ``rtmodels check`` says about responses: that they add up, and that they end."""

import json

import pytest

from ..recordings import INVALID, MESSAGES, SAMPLE, check, run, settings, tell, to_lines

pytestmark = pytest.mark.needs("cli")

PLACE = {
    "event_id": "event_1",
    "response_id": "resp_1",
    "item_id": "item_1",
    "output_index": 0,
    "content_index": 0,
}


def created(response="resp_1"):
    """Begin a response."""
    body = {"id": response, "status": "in_progress", "output": []}
    return {"type": "response.created", "event_id": "event_1", "response": body}


def text(delta):
    """Write some more text."""
    return {"type": "response.output_text.delta", "delta": delta, **PLACE}


def text_done(whole):
    """End a text."""
    return {"type": "response.output_text.done", "text": whole, **PLACE}


def ended(response="resp_1", text=None, **fields):
    """End a response, with a text or without output."""
    content = [{"type": "output_text", "text": text}]
    item = {"id": "item_1", "type": "message", "role": "assistant", "content": content}
    output = [] if text is None else [item]
    body = {"id": response, "status": "completed", "output": output, **fields}
    return {"type": "response.done", "event_id": "event_1", "response": body}


ITEM = {
    "type": "response.output_item.added",
    "event_id": "event_1",
    "response_id": "resp_1",
    "output_index": 0,
    "item": {"id": "item_1", "type": "message", "role": "assistant", "content": []},
}
PART = {
    "type": "response.content_part.added",
    "part": {"type": "text", "text": ""},
    **PLACE,
}
OPEN = [created(), ITEM, PART]
WRONG = [*OPEN, text("Hel"), text_done("Hello"), ended(text="Hello")]


def test_the_sample_session_adds_up():
    """Its responses are listed by how they ended."""
    status, summary = check(SAMPLE.read_bytes())

    assert status == 0
    assert summary["responses"] == {
        "ends": {"completed": 5, "cancelled": 1, "failed": 1},
        "unended": [],
        "repeat_count": 0,
        "repeats": [],
        "mismatch_count": 0,
        "mismatches": [],
    }


@pytest.mark.parametrize("row", ["Responses Count", "completed 5", "cancelled 1"])
def test_the_table_says_how_responses_ended(row):
    """People read what programs read."""
    lines = run("check", SAMPLE).stdout.decode().splitlines()

    assert row in [" ".join(line.split()) for line in lines]


def test_a_text_that_does_not_add_up_is_not_in_order():
    """The status says so, and the record where."""
    status, summary = check(to_lines(WRONG))
    (mismatch,) = summary["responses"]["mismatches"]

    assert status == 1
    assert summary["issue_count"] == summary["invalid"] == 0
    assert summary["responses"]["mismatch_count"] == 1
    assert {key: value for key, value in mismatch.items() if key != "file"} == {
        "line": 5,
        "kind": "text",
        "event_type": "response.output_text.done",
        "event_id": "event_1",
        "response_id": "resp_1",
        "item_id": "item_1",
        "output_index": 0,
        "content_index": 0,
        "expected": "'Hello'",
        "got": "'Hel'",
    }


def test_a_text_that_does_not_add_up_stands_in_the_report(tmp_path):
    """It has a line, and "No issues" would be wrong."""
    path = tmp_path / "wrong.jsonl"
    path.write_bytes(to_lines(WRONG))

    report = run("check", path).stdout.decode()

    assert (
        f"{path}:5: response.output_text.done (resp_1, item_1, content 0): text: "
        "expected 'Hello', got 'Hel'\nContradictions: 1.\n"
    ) in report
    assert "No issues" not in report


def test_the_first_ten_mismatches_are_shown():
    """The rest are counted."""
    log = to_lines([settings("session.created"), *WRONG] * 14)
    _, summary = check(log)
    _, report = tell(log)

    assert summary["responses"]["mismatch_count"] == 14
    assert len(summary["responses"]["mismatches"]) == 10
    assert report.count("expected 'Hello', got 'Hel'") == 10
    assert "... and 4 more.\nContradictions: 14.\n" in report


def test_issues_and_mismatches_are_both_reported():
    """Neither hides the other."""
    _, report = tell(to_lines([*WRONG, INVALID]))

    assert "1 issue in 1 frame.\n" in report
    assert "Contradictions: 1.\n" in report


def test_a_response_that_never_ended_is_reported(tmp_path):
    """That is no mistake: any recording may break off."""
    path = tmp_path / "cut.jsonl"
    path.write_bytes(to_lines([*OPEN, text("Hel")]))

    result = run("check", path)
    summary = json.loads(run("check", "--json", path).stdout)

    assert result.returncode == 0
    assert f"{path}:1: resp_1 never ended\nNo issues." in result.stdout.decode()
    assert summary["responses"]["ends"] == {"(never ended)": 1}
    assert summary["responses"]["unended"] == [
        {"file": str(path), "line": 1, "response_id": "resp_1"}
    ]


def test_the_first_ten_responses_that_never_ended_are_shown():
    """The rest are counted."""
    log = to_lines([created(f"resp_{number}") for number in range(14)])
    _, summary = check(log)
    _, report = tell(log)

    assert summary["responses"]["ends"] == {"(never ended)": 14}
    assert len(summary["responses"]["unended"]) == 10
    assert "... and 4 more.\n" in report


@pytest.mark.parametrize("step", [0, 1])
def test_a_response_ends_with_its_session(tmp_path, step):
    """What runs when a file or a session ends has not ended."""
    other = tmp_path / "other.jsonl"
    other.write_bytes(to_lines([settings("session.created"), ended()][step:]))

    _, summary = check(to_lines([settings("session.created"), created()]), str(other))

    assert summary["responses"]["ends"] == {"(never ended)": 1, "completed": 1}


def test_a_new_session_in_a_file_begins_anew():
    """The same ids may mean something else in it."""
    session = settings("session.created")
    turn = [*OPEN, text("Hello"), text_done("Hello"), ended(text="Hello")]

    status, summary = check(to_lines([session, *OPEN, text("H"), session, *turn]))

    assert status == 0
    assert summary["responses"]["ends"] == {"(never ended)": 1, "completed": 1}


def test_a_recording_may_begin_in_the_middle():
    """What is missing at the beginning is no contradiction."""
    half = len(MESSAGES) // 2

    status, summary = check(to_lines(MESSAGES[half + 7 :]))

    assert status == 0
    assert summary["responses"]["mismatch_count"] == 0


@pytest.mark.parametrize(
    "unread",
    [
        {**text("Hello"), "type": "response.text.delta"},
        {**text("Hello"), "delta": 5},
    ],
    ids=["unknown", "invalid"],
)
def test_what_cannot_be_read_need_not_add_up(unread):
    """A delta of another protocol, or a broken one, is not held against the text."""
    _, summary = check(to_lines([*OPEN, unread, *WRONG[4:]]))

    assert summary["responses"]["mismatch_count"] == 0


def test_a_status_that_is_missing_is_counted():
    """Some servers leave it out."""
    _, summary = check(to_lines([created(), ended(status=None)]))

    assert summary["responses"]["ends"] == {"(no status)": 1}
