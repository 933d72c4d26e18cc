"""Totals by hour and by day: ``rtmodels stats --per`` and `Tables.per`."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rtmodels.adapters.archive import read_events, tabulate

from ..recordings import INVALID
from .tabulating import audio, created, done

pytestmark = pytest.mark.needs("arrow", "cli")


def usage(tokens):
    """Return a count of tokens, as many to the model as from it."""
    return {"total_tokens": 2 * tokens, "input_tokens": tokens, "output_tokens": tokens}


LOG = [
    ("2026-03-01T23:59:00Z", created("resp_1")),
    ("2026-03-01T23:59:00.200Z", audio(response_id="resp_1")),
    ("2026-03-02T00:00:10Z", done("resp_1", usage=usage(10))),
    ("2026-03-01T22:30:00-02:00", created("resp_2")),
    ("2026-03-02T00:30:00.400Z", audio(response_id="resp_2")),
    ("2026-03-02T00:30:30Z", done("resp_2", usage=usage(20))),
    ("2026-03-02T00:40:00Z", created("resp_3")),
    ("2026-03-02T00:40:00.600Z", audio(response_id="resp_3")),
    ("2026-03-02T00:40:30Z", done("resp_3", "failed", usage=usage(5))),
    ("2026-03-04T12:00:00Z", INVALID),
    (None, created("resp_4")),
    (None, INVALID),
]
"""Events in three hours of two days, an error on a third, and some without a time."""


@pytest.fixture
def log(tmp_path, monkeypatch):
    """Return the path of a log, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    lines = (json.dumps({"at": at, **event}) for at, event in LOG)
    path = Path("log.jsonl")
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def list_rows(table, *columns):
    """Return the values of *columns* of each row, as tuples."""
    return [*zip(*(table[column].to_pylist() for column in columns), strict=True)]


def test_hours_are_in_order_and_in_utc(log):
    """A response counts in the hour in which it was created; the rest comes last."""
    tables = tabulate(read_events(log, time_key="at"))

    hours = tables.per("hour")

    assert list_rows(hours, "start", "responses", "errors", "total_tokens") == [
        (datetime(2026, 3, 1, 23, tzinfo=UTC), 1, 0, 20),
        (datetime(2026, 3, 2, 0, tzinfo=UTC), 2, 1, 50),
        (datetime(2026, 3, 4, 12, tzinfo=UTC), 0, 1, None),
        (None, 1, 1, None),
    ]


def test_days_have_the_quantiles_of_latencies(log):
    """They are those of the responses of the day, and null without any."""
    tables = tabulate(read_events(log, time_key="at"))

    days = tables.per("day")

    assert list_rows(days, "start", "first_audio_ms") == [
        (datetime(2026, 3, 1, tzinfo=UTC), 200),
        (datetime(2026, 3, 2, tzinfo=UTC), 500),
        (datetime(2026, 3, 4, tzinfo=UTC), None),
        (None, None),
    ]
    assert sum(days["responses"].to_pylist()) == tables.responses.num_rows
    assert sum(days["errors"].to_pylist()) == tables.errors.num_rows


def test_without_times_there_are_no_periods(log):
    """A single row without a time would look like an answer."""
    tables = tabulate(read_events(log))

    with pytest.raises(ValueError, match="no event has a time"):
        tables.per("hour")


def test_an_empty_archive_has_no_periods():
    """Nothing is wrong with it."""
    assert tabulate([]).per("day").num_rows == 0


def test_the_command_shows_a_row_for_each_hour(log, stats):
    """What has no time is in the last one."""
    status, out, err = stats(str(log), "--time-key=at", "--per=hour")

    table = out.partition("Hour (UTC)")[2].partition("\n\n")[0]
    rows = [line.split() for line in table.splitlines()[2:]]
    assert (status, err) == (0, "")
    assert rows == [
        ["2026-03-01", "23", "1", "0", "20", "200"],
        ["2026-03-02", "00", "2", "1", "50", "500"],
        ["2026-03-04", "12", "0", "1"],
        ["(no", "time)", "1", "1"],
    ]


def test_the_command_reads_the_times_in_parquet(log, stats):
    """There they are columns, and need no key."""
    stats(str(log), "a.parquet", "--time-key=at", command="convert")

    assert stats("a.parquet", "--per=day") == stats(
        str(log), "--time-key=at", "--per=day"
    )


def test_the_command_needs_a_key_of_the_time(log, stats):
    """It says so before it reads anything."""
    status, out, err = stats(str(log), "--per=day")

    assert (status, out) == (2, "")
    assert "--time-key" in err


def test_the_command_says_that_no_event_has_a_time(log, stats):
    """All other tables are still there."""
    status, out, err = stats(str(log), "--time-key=none", "--per=day")

    assert status == 2
    assert "--per day: no event has a time" in err
    assert "4 responses" in out
    assert "Day (UTC)" not in out
