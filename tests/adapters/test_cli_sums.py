"""What ``rtmodels check`` adds up: events by type, tokens and audio."""

import json
from collections import Counter

import pytest

from ..recordings import (
    CLIENT,
    INVALID,
    MESSAGES,
    SAMPLE,
    SERVER,
    UNKNOWN,
    append,
    check,
    delta,
    run,
    settings,
    tell,
    to_lines,
)

pytestmark = pytest.mark.needs("cli")

PCM = {"type": "audio/pcm", "rate": 24000}
PCMU = {"type": "audio/pcmu"}


@pytest.fixture(scope="module")
def sample():
    """Return the command's JSON output for the sample session."""
    return json.loads(run("check", "--json", SAMPLE).stdout)


@pytest.fixture(scope="module")
def report():
    """Return the command's text output for the sample session."""
    return run("check", SAMPLE).stdout.decode()


def test_events_are_counted_by_type(sample):
    """Every message of the sample is known, and in its place."""
    assert sample["events"] == Counter(message["type"] for message in MESSAGES)
    assert sample["unknown"] == {}
    assert sample["frames"] == 306


def test_the_most_frequent_type_comes_first(sample):
    """Among equals, the alphabet decides."""
    ranks = [(-count, name) for name, count in sample["events"].items()]

    assert ranks == sorted(ranks)


def test_a_clean_session_has_no_issues(sample):
    """Nothing is wrong with the sample."""
    assert sample["issues"] == []
    assert sample["issue_count"] == sample["invalid"] == 0
    assert sample["unreadable"] == []


def test_usage_is_summed_over_the_responses(sample):
    """The totals are those of the sample, added up by hand."""
    assert sample["usage"]["total_tokens"] == 4729
    assert sample["usage"]["input_tokens"] == 4340
    assert sample["usage"]["output_tokens"] == 389


def test_details_of_usage_are_summed_too(sample):
    """Each kind of token has its sum, under the key that it has on the wire."""
    made = [
        message["response"]["usage"]["output_token_details"]
        for message in MESSAGES
        if message["type"] == "response.done"
    ]

    assert sample["usage"]["output_token_details"] == {
        kind: sum(details[kind] for details in made) for kind in made[0]
    }
    assert sample["usage"]["input_token_details"]["cached_tokens"] == 3072


def test_audio_is_measured_in_seconds(sample):
    """PCM takes 48,000 bytes a second."""
    assert sample["audio"]["input"] == {"bytes": 144_000, "seconds": 3.0}
    assert sample["audio"]["output"] == {"bytes": 96_000, "seconds": 2.0}


def test_a_small_file_has_no_rate(sample, report):
    """It would be that of compiling the functions, and not that of reading."""
    assert sample["bytes"] == SAMPLE.stat().st_size
    assert sample["elapsed_seconds"] > 0
    assert sample["frames_per_second"] is sample["bytes_per_second"] is None
    assert "frames/s" not in report


def test_a_file_that_takes_long_has_a_rate(monkeypatch):
    """Frames and bytes a second go with the time that passed."""
    from rtmodels.adapters.cli import _tally  # noqa: PLC0415 - needs the extra

    monkeypatch.setattr(_tally, "MIN_SECONDS", 0)
    log = to_lines([SERVER] * 100)
    _, summary = check(log)
    _, report = tell(log)
    elapsed = summary["elapsed_seconds"]

    assert summary["frames_per_second"] == pytest.approx(100 / elapsed, rel=0.01)
    assert summary["bytes_per_second"] == pytest.approx(len(log) / elapsed, rel=0.01)
    assert report.splitlines()[-1].startswith("100 frames, ")
    assert report.endswith("B/s\n")


@pytest.mark.parametrize(
    "row",
    [
        "Event Count From",
        "response.done 7 server",
        "input_audio_buffer.append 15 client",
        "total 306",
        "Tokens Count Text Image Audio Reasoning",
        "input 4,340 4,130 0 210",
        "cached 3,072 3,032 0 40",
        "output 389 349 40 88",
        "total 4,729",
        "Audio Seconds Bytes",
        "input 3.0 144,000",
        "output 2.0 96,000",
        "No issues.",
    ],
)
def test_the_table_says_the_same(report, row):
    """People read what programs read."""
    rows = [" ".join(line.split()) for line in report.splitlines()]

    assert row in rows


def test_the_last_line_tells_the_size_and_the_time(report):
    """It is what stays on the screen."""
    last = report.splitlines()[-1]

    assert last.startswith("306 frames, 465.6 kB in ")
    assert last.endswith(" s")


def test_the_table_fits_80_columns(report):
    """So does the longest type that there is."""
    assert max(map(len, report.splitlines())) <= 80


def test_usage_that_no_response_gives_is_not_invented():
    """Only the counts that came are there, a null being none."""
    response = {"usage": {"total_tokens": 5, "input_tokens": None}}
    done = {"type": "response.done", "event_id": "event_1", "response": response}
    log = to_lines([done, done, {**done, "response": {}}])

    assert check(log)[1]["usage"] == {"total_tokens": 10}


def test_what_did_not_happen_has_no_table():
    """A session without audio and without responses is only counted."""
    _, report = tell(to_lines([SERVER]))

    assert "Tokens" not in report
    assert "Audio" not in report


@pytest.mark.parametrize(
    ("direction", "events", "unknown"),
    [
        ("auto", {"response.cancel": 1, "input_audio_buffer.cleared": 1}, {}),
        ("client", {"response.cancel": 1}, {"input_audio_buffer.cleared": 1}),
        ("server", {"input_audio_buffer.cleared": 1}, {"response.cancel": 1}),
    ],
)
def test_the_direction_decides_what_is_known(direction, events, unknown):
    """Left to itself, the command goes by the type of each message."""
    _, summary = check(to_lines([CLIENT, SERVER]), "--direction", direction)

    assert summary["events"] == events
    assert summary["unknown"] == unknown


def test_unknown_types_are_counted_and_no_issues():
    """Events newer than the library are no errors in tolerant mode."""
    status, summary = check(to_lines([UNKNOWN, UNKNOWN, SERVER]))

    assert status == 0
    assert summary["unknown"] == {"future.event": 2}
    assert summary["events"] == {"input_audio_buffer.cleared": 1}


def test_unknown_types_stand_in_the_table():
    """They are in line with the types that are known."""
    _, report = tell(to_lines([UNKNOWN, SERVER]))
    rows = [line.split() for line in report.splitlines()]

    assert ["future.event", "1", "unknown"] in rows
    assert ["total", "2"] in rows


def test_unknown_types_are_issues_in_strict_mode():
    """A server under test should send none."""
    status, summary = check(to_lines([SERVER, UNKNOWN]), "--mode", "strict")
    (issue,) = summary["issues"]

    assert status == 1
    assert summary["unknown"] == {}
    assert issue["path"] == "$.type"
    assert issue["got"] == "'future.event'"


def test_forgiving_mode_keeps_wrong_events_as_unknown():
    """An event that does not fit is set aside, and so is one without a type."""
    status, summary = check(to_lines([INVALID, {}]), "--mode", "forgiving")

    assert status == 0
    assert summary["unknown"] == {"": 1, "input_audio_buffer.cleared": 1}


def seconds(*messages):
    """Measure the audio that *messages* carry in and out."""
    audio = check(to_lines(messages))[1]["audio"]
    return audio["input"]["seconds"], audio["output"]["seconds"]


@pytest.mark.parametrize("type_", ["session.created", "session.updated"])
@pytest.mark.parametrize("name", ["audio/pcmu", "audio/pcma"])
def test_g711_takes_8000_bytes_a_second(type_, name):
    """The server's word on the formats counts, for each way on its own."""
    heard = settings(type_, input={"type": name})
    spoken = settings(type_, input=PCM, output={"type": name})

    assert seconds(heard, append(8000), delta(48_000)) == (1, 1)
    assert seconds(spoken, append(48_000), delta(8000)) == (1, 1)


def test_the_format_changes_with_an_update():
    """Audio counts by the format of its time, and a partial update leaves the rest."""
    update = settings("session.update", output=PCMU)

    assert seconds(delta(48_000), update, delta(8000), append(48_000)) == (1, 2)


def test_a_new_session_starts_with_pcm():
    """What one session agreed on does not hold in the next."""
    first = settings("session.created", input=PCMU)
    second = settings("session.created")

    assert seconds(first, append(8000), second, append(48_000)) == (2, 0)


def test_a_new_file_starts_with_pcm(tmp_path):
    """Each file counts as one session."""
    other = tmp_path / "other.jsonl"
    other.write_bytes(to_lines([append(48_000)]))

    _, summary = check(to_lines([settings("session.created", input=PCMU)]), str(other))

    assert summary["audio"]["input"]["seconds"] == 1


def test_pcm_at_another_rate_is_measured_by_it():
    """A session that says 16 kHz is believed."""
    slow = settings("session.created", input={"type": "audio/pcm", "rate": 16000})

    assert seconds(slow, append(32_000)) == (1, 0)


def test_the_length_of_a_format_nobody_knows_is_not_invented():
    """The length is left out, in JSON and in the table, whatever else is known."""
    opus = settings("session.update", input={"type": "audio/opus"})
    pcm = settings("session.update", input=PCM)
    log = to_lines([append(24_000), opus, append(100), pcm, append(24_000)])

    assert check(log)[1]["audio"]["input"] == {"bytes": 48_100, "seconds": None}
    assert ["input", "?", "48,100"] in map(str.split, tell(log)[1].splitlines())
