"""Archives of the Live API: conversion, tables and the report."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rtmodels.adapters.archive import read_events, tabulate

from ..live_recordings import (
    FORK,
    PRIMARY,
    SIDEBAND,
    TALK,
    closed,
    delegated,
    heard,
    responded,
    server,
    spoken,
    start,
    started,
    usage,
    words,
)
from ..recordings import SERVER, UNKNOWN, run, settings, to_lines

pytestmark = pytest.mark.needs("cli", "arrow")

LOGS = {"primary": PRIMARY, "fork": FORK, "sideband": SIDEBAND}
ALL = [message for log in LOGS.values() for message in log]


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path, monkeypatch):
    """Work in an empty directory."""
    monkeypatch.chdir(tmp_path)


def write(name, messages):
    """Write *messages* as JSON Lines."""
    Path(name).write_bytes(to_lines(messages))
    return name


def read(name):
    """Return the messages in a file of JSON Lines."""
    return [json.loads(line) for line in Path(name).read_text().splitlines()]


def sum_up(*logs, **options):
    """Return the tables of *logs*, each in a file of its own."""
    names = [write(f"{number}.jsonl", log) for number, log in enumerate(logs)]
    return tabulate(read_events(names), **options)


def rows(table, *columns):
    """Return the values of some columns, row by row."""
    return [tuple(row.values()) for row in table.select(columns).to_pylist()]


# Conversion


@pytest.mark.parametrize(
    ("ending", "mode"),
    [
        ("parquet", "strict"),
        ("parquet", "tolerant"),
        ("parquet", "forgiving"),
        ("msgpack", "tolerant"),
        ("jsonl.gz", "tolerant"),
    ],
)
def test_a_log_survives_each_format(ending, mode):
    """All connections fit in one file, and every message comes back."""
    write("a.jsonl", ALL)

    there = run("convert", "a.jsonl", f"b.{ending}", "--mode", mode)
    back = run("convert", f"b.{ending}", "c.jsonl", "--mode", mode)

    assert (there.returncode, back.returncode) == (0, 0)
    assert f"{len(ALL)} messages, 0 invalid".encode() in there.stderr
    assert read("c.jsonl") == ALL


def test_parquet_has_the_columns_of_the_live_api():
    """Other programs can query them."""
    pq = pytest.importorskip("pyarrow.parquet")
    write("a.jsonl", ALL)
    run("convert", "a.jsonl", "b.parquet")

    table = pq.read_table("b.parquet")

    models = [row["model"] for row in table["session"].to_pylist() if row]
    assert models[:2] == ["gpt-live-1", "gpt-live-1"]
    assert None in models  # the start of the fork
    assert {"delta", "usage", "delegation", "client_event_id"} < {*table.column_names}


def test_invalid_and_unknown_messages_are_kept():
    """They come back as they were."""
    log = [*PRIMARY, UNKNOWN, {**closed(1.0), "usage": 1}]
    write("a.jsonl", log)

    result = run("convert", "a.jsonl", "b.parquet")
    run("convert", "b.parquet", "c.jsonl")

    assert result.returncode == 1
    assert b"$.usage: expected object, got int" in result.stderr
    assert read("c.jsonl") == log


def test_a_run_has_messages_of_one_protocol():
    """The first file decides, and others are named."""
    write("a.jsonl", PRIMARY)
    write("b.jsonl", [settings("session.created"), SERVER])

    result = run("convert", "a.jsonl", "b.jsonl", "c.parquet")

    assert result.returncode == 2
    assert f"{len(PRIMARY)} messages, 0 invalid".encode() in result.stderr
    assert (
        b"b.jsonl: looks like a log of the Realtime API (session.created);"
        b" read it with --protocol realtime"
    ) in result.stderr


@pytest.mark.parametrize("command", ["check", "stats", "convert"])
def test_parquet_of_another_protocol_is_one_line(command):
    """As text of it is."""
    write("a.jsonl", PRIMARY)
    run("convert", "a.jsonl", "a.parquet")
    output = ["b.parquet"] if command == "convert" else []

    result = run(command, "a.parquet", *output, "--protocol", "realtime")

    hint = "a.parquet: looks like a log of the Live API; read it with --protocol live"
    assert result.returncode == 2
    assert result.stderr.decode().splitlines()[0] == f"rtmodels: {hint}"


@pytest.mark.parametrize("command", ["check", "stats", "convert"])
def test_each_command_takes_the_protocol(command):
    """And each refuses one that has no beta."""
    write("a.jsonl", TALK[:1])
    output = ["b.parquet"] if command == "convert" else []

    assert run(command, "a.jsonl", *output, "--protocol", "live").returncode == 0

    result = run(command, "a.jsonl", *output, "--protocol", "live", "--upgrade")
    assert result.returncode == 2
    assert b"--upgrade reads the beta of the Realtime API" in result.stderr


def test_a_run_resumes_with_the_protocol_that_it_had():
    """The middle of a log may not show it."""
    from rtmodels.adapters._recordings.options import ReadOptions  # noqa: PLC0415
    from rtmodels.adapters.archive import _sinks  # noqa: PLC0415
    from rtmodels.adapters.archive._convert import Conversion  # noqa: PLC0415

    audio = [spoken(30_000) for _ in range(2000)]
    log = [*PRIMARY, *audio]
    write("a.jsonl", log)

    def make(watch):
        return Conversion(("a.jsonl",), Path("b.parquet"), ReadOptions(), print, watch)

    def stop(_name, file):
        if file.position > 60_000_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(stop).run()
    assert _sinks.SEGMENT < 60_000_000

    again = make(lambda *_: None)
    again.run()

    assert again.resumed
    assert (again.totals.messages, again.totals.invalid) == (len(log), 0)
    run("convert", "b.parquet", "c.jsonl")
    assert read("c.jsonl") == log


# Tables


def test_a_session_is_a_row():
    """With its totals, its end and the length of its audio."""
    tables = sum_up(PRIMARY)

    (row,) = tables.sessions.to_pylist()
    assert {name: value for name, value in row.items() if value is not None} == {
        "file": "0.jsonl",
        "line": 1,
        "session": "live_1",
        "session_id": "live_1",
        "reason": "close_requested",
        "model": "gpt-live-1",
        "voice": "marin",
        "seconds": 6.0,
        "input_audio_seconds": 1.0,
        "output_audio_seconds": 1.0,
    }


@pytest.mark.parametrize("log", [PRIMARY, PRIMARY[2:], PRIMARY[5:]])
def test_what_each_side_says_is_an_item(log):
    """A turn is a run of deltas; the log may begin in the middle of one."""
    items = sum_up(log).items

    texts = ["What time is it?", "Let me see. It is noon.", "Thanks."]
    if log[0] == TALK[1]:
        texts[0] = " time is it?"
    assert rows(items, "type", "role", "text") == [
        ("message", "user", texts[0]),
        ("message", "assistant", texts[1]),
        ("message", "user", texts[2]),
    ]
    assert items["audio_seconds"].to_pylist()[1:] == [2.5, 0.5]
    lines = [log.index(TALK[index]) + 1 for index in (0, 3, 6) if TALK[index] in log]
    assert items["line"].to_pylist()[-len(lines) :] == lines


def test_a_delegated_task_is_a_row():
    """With what has become of it; one that failed is an error."""
    log = [
        started(),
        delegated(),
        delegated("item_2", "client"),
        delegated("item_3"),
        responded("failed", "item_3"),
        responded(),
        responded("completed", "item_4"),
    ]
    tables = sum_up(log)

    assert rows(
        tables.delegations, "line", "delegation_id", "target", "response_id", "status"
    ) == [
        (2, "item_1", "responses", "resp_item_1", "completed"),
        (3, "item_2", "client", None, None),
        (4, "item_3", "responses", "resp_item_3", "failed"),
        (7, "item_4", None, "resp_item_4", "completed"),
    ]
    assert rows(tables.errors, "kind", "line", "response_id") == [
        ("delegation_failed", 4, "resp_item_3")
    ]


def test_no_delegated_task_is_lost():
    """However many there are."""
    log = [started(), *(delegated(f"item_{number}") for number in range(1500))]

    delegations = sum_up(log).delegations

    assert delegations["delegation_id"].to_pylist() == [
        f"item_{number}" for number in range(1500)
    ]
    assert set(delegations["target"].to_pylist()) == {"responses"}


def test_errors_are_rows():
    """Of every kind that the API has."""
    error = {"type": "invalid_request_error", "code": None, "message": "No."}
    failed = {"type": "call_error", "code": "busy", "message": "Busy."}
    log = [
        started(),
        server("error", error={**error, "client_event_id": "event_9"}),
        server("transport.failed", session_id="live_1", error=failed),
        {**usage(1.0), "usage": {"seconds": "1"}},
    ]

    assert rows(sum_up(log).errors, "session", "line", "kind", "code", "event_id") == [
        ("live_1", 2, "error", None, "event_9"),
        ("live_1", 3, "transport_failed", "busy", None),
        ("live_1", 4, "undecodable", None, None),
    ]


def test_events_are_counted_by_type():
    """In each session."""
    events = sum_up([*PRIMARY, *FORK]).events

    starts = [
        row for row in rows(events, "session", "type", "count") if "start" in row[1]
    ]
    assert starts == [
        ("live_1", "session.start", 1),
        ("live_1", "session.started", 1),
        ("live_2", "session.start", 1),
        ("live_2", "session.started", 1),
    ]
    assert sum(events["count"].to_pylist()) == len(PRIMARY) + len(FORK)


@pytest.mark.parametrize(
    ("log", "ids"),
    [
        ([*PRIMARY, *FORK], ["live_1", "live_2"]),
        ([*PRIMARY, *SIDEBAND], ["live_1"]),  # another connection of the same session
        ([usage(1.0), *PRIMARY], [None, "live_1"]),
        ([*PRIMARY, start(), heard(), started("live_3")], ["live_1", "live_3"]),
        ([*PRIMARY, closed(2.0, "live_2")], ["live_1", "live_2"]),
    ],
)
def test_sessions_in_one_file_are_told_apart(log, ids):
    """By their starts and their ids."""
    assert sum_up(log).sessions["session_id"].to_pylist() == ids


def test_keys_tell_sessions_apart_that_alternate():
    """As in the log of a server."""
    pairs = [("a", each) for each in PRIMARY] + [("b", each) for each in FORK]
    pairs.sort(key=lambda pair: pair[1]["type"] != "session.start")
    lines = [
        {"s": name, "t": 1_764_000_000 + number, "e": each}
        for number, (name, each) in enumerate(pairs)
    ]
    write("a.jsonl", lines)
    batches = read_events("a.jsonl", event_key="e", time_key="t", session_key="s")

    tables = tabulate(batches)

    assert rows(tables.sessions, "session", "session_id", "seconds") == [
        ("a", "live_1", 6.0),
        ("b", "live_2", 4.0),
    ]
    first = tables.sessions["started_at"].to_pylist()[0]
    assert first == datetime.fromtimestamp(1_764_000_000, UTC)


def test_tables_of_both_protocols_add_up():
    """Each file is read as what it is, unless the protocol is given."""
    realtime = [settings("session.created"), server("response.done", response={})]
    realtime[1]["response"] = {"id": "resp_1", "status": "completed"}

    tables = sum_up(PRIMARY, realtime)
    assert (tables.sessions.num_rows, tables.responses.num_rows) == (1, 1)

    tables = sum_up(PRIMARY, realtime, protocol="realtime")
    assert (tables.sessions.num_rows, tables.responses.num_rows) == (0, 1)

    tables = sum_up(realtime, protocol="live")
    assert tables.responses.num_rows == 0


def test_the_tables_are_the_same_from_each_format():
    """Rows and MessagePack are read like text."""
    pq = pytest.importorskip("pyarrow.parquet")
    write("a.jsonl", ALL)
    expected = tabulate(read_events("a.jsonl"))

    run("convert", "a.jsonl", "b.parquet")
    run("convert", "a.jsonl", "c.msgpack")

    assert tabulate(pq.ParquetFile("b.parquet").iter_batches()) == expected
    packed = tabulate(read_events("c.msgpack"))
    assert packed.items["text"] == expected.items["text"]
    assert packed.delegations["status"] == expected.delegations["status"]


def test_tabulate_refuses_a_beta_that_does_not_exist():
    """As the commands do."""
    with pytest.raises(ValueError, match="--protocol live has no beta"):
        tabulate([], protocol="live", upgrade=True)


# The report


def report(*logs):
    """Return the report on *logs* as lines of words."""
    names = [write(f"{number}.jsonl", log) for number, log in enumerate(logs)]
    result = run("stats", *names)
    assert result.returncode == 0, result.stderr
    return [line.split() for line in result.stdout.decode().splitlines()]


def test_the_report_sums_up_live_sessions():
    """Types, time, audio, turns and delegated tasks."""
    lines = report(PRIMARY, FORK[:-1], SIDEBAND)

    assert ["session.input_audio.append", "3"] in lines
    assert ["close_requested", "1", "6.0"] in lines
    assert ["(never", "ended)", "1", "3.0"] in lines
    assert ["caller", "1.7"] in lines
    assert ["stream", "to", "the", "model", "3.0"] in lines
    assert ["message", "2", "user"] in lines
    assert ["responses", "1", "completed"] in lines
    assert lines[-1][:2] == ["2", "sessions,"]


def test_the_report_has_no_empty_tables():
    """What a log lacks is left out."""
    lines = report([started(), words("output", "Hi", 0, 500)])

    titles = [line[0] for line in lines if line and line[0][0].isupper()]
    assert titles == ["Events", "Sessions", "Audio", "Items"]
