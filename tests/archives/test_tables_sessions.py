"""Which session a row belongs to, and what does not matter for it."""

import json
from bisect import bisect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels.adapters._recordings.times import Instant
from rtmodels.adapters.archive._rows import MessageSource
from rtmodels.adapters.archive._tables import Tabulator

from ..paths import SAMPLE
from .tabulating import (
    START,
    audio,
    created,
    decode,
    done,
    feed,
    message,
    placed,
    server,
    settings,
    tabulate,
    tabulate_events,
)

pytestmark = pytest.mark.needs("arrow")

RECORDED = [decode(json.loads(line)) for line in SAMPLE.read_bytes().splitlines()]
ERROR = server("error", error={"type": "server_error", "message": "No."})


def record(events, *, file="a.jsonl", session=None):
    """Pair *events* with their sources, with an event every 7 ms."""
    return [
        (MessageSource(file, line, Instant(START + line * 7000), session), event)
        for line, event in enumerate(events, start=1)
    ]


def list_rows(tables, *, without=()):
    """Return all rows of *tables* in a fixed order, without some columns."""
    return [
        sorted(str(row) for row in table.drop_columns(list(without)).to_pylist())
        for table in (tables.responses, tables.items, tables.errors)
    ]


def names(table):
    """Return the session of each row of *table*."""
    return table["session"].to_pylist()


def test_a_session_has_the_id_that_the_server_gave_it():
    """Rows of all three tables have it."""
    tables = tabulate(settings(), created(), placed(message("user")), done(), ERROR)

    for table in (tables.responses, tables.items, tables.errors):
        assert names(table) == ["sess_1"]


def test_a_key_of_the_log_comes_before_the_id():
    """The log's own key is more reliable."""
    tables = tabulate(settings(), created(), done(), ERROR, session="call-7")

    assert names(tables.responses) == names(tables.errors) == ["call-7"]


def test_a_log_may_tell_no_session():
    """The session is then null."""
    assert names(tabulate(created(), done()).responses) == [None]


@pytest.mark.parametrize("type_", ["session.created", "session.updated"])
def test_sessions_can_follow_each_other_in_a_file(type_):
    """The second begins anew, with new settings, ids and open responses."""
    first = [settings(voice="ash"), placed(message("user")), created("a"), created("b")]
    second = [settings(type_, id_="sess_2"), created("a"), placed(message("assistant"))]
    tables = tabulate(*first, done("b"), *second, done("a"))

    columns = ("session", "response_id", "status", "voice")
    assert tables.responses.select(columns).to_pylist() == [
        dict(zip(columns, ("sess_1", "b", "completed", "ash"), strict=True)),
        dict(zip(columns, ("sess_1", "a", None, "ash"), strict=True)),
        dict(zip(columns, ("sess_2", "a", "completed", "marin"), strict=True)),
    ]
    assert names(tables.items) == ["sess_1", "sess_2"]
    assert tables.items["role"].to_pylist() == ["user", "assistant"]


def test_an_update_of_the_same_session_ends_nothing():
    """The response continues."""
    update = settings("session.updated")
    tables = tabulate(settings(), created(), audio(), update, audio(), done())

    assert tables.responses["audio_seconds"].to_pylist() == [2.0]


def test_what_the_client_says_first_is_part_of_the_session():
    """It may ask for a response before ``session.created`` arrives."""
    asked = {"type": "response.create"}
    tables = tabulate((0, asked), (5, settings()), (10, created()), (20, audio()))

    assert tables.responses["wait_ms"].to_pylist() == [20.0]


def test_the_same_ids_in_several_files_at_once():
    """Without a key, files have nothing to do with each other."""
    tabulator = Tabulator()
    for step in (settings(), created(), audio(), done()):
        for file in ("a.jsonl", "b.jsonl"):
            feed(tabulator, [step], file=file)
    responses = tabulator.tables().responses

    assert responses["file"].to_pylist() == ["a.jsonl", "b.jsonl"]
    assert responses["audio_seconds"].to_pylist() == [1.0, 1.0]


LOGS = [
    record(RECORDED, session="a"),
    record(RECORDED[100:], session="b"),
    record(RECORDED[:200], file="b.jsonl", session="c"),
]
APART = list_rows(tabulate_events(pair for log in LOGS for pair in log))


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 80))))
def test_the_order_of_interleaved_sessions_does_not_matter(turns):
    """Each has the rows that it has alone."""
    logs = [iter(log) for log in LOGS]
    mixed = [
        pair
        for number, count in turns
        for _, pair in zip(range(count), logs[number], strict=False)
    ]
    rest = [pair for log in logs for pair in log]

    assert list_rows(tabulate_events([*mixed, *rest])) == APART


PLACE = ("file", "line")
WHOLE = list_rows(tabulate_events(LOGS[0]), without=PLACE)


@given(st.sets(st.integers(1, len(RECORDED))))
def test_sessions_with_a_key_go_on_in_the_next_file(borders):
    """Files that are rotated in the middle of a response give the same rows."""
    splits = sorted(borders)
    parts = [
        (
            MessageSource(f"{bisect(splits, source.line)}", 1, source.received_at, "a"),
            event,
        )
        for source, event in LOGS[0]
    ]

    assert list_rows(tabulate_events(parts), without=PLACE) == WHOLE


def repeat(name_file):
    """Return the rows of four sessions, each in the file that *name_file* names."""
    sessions = [record(RECORDED[:130], file=name_file(number)) for number in range(4)]
    tables = tabulate_events(pair for session in sessions for pair in session)
    return list_rows(tables, without=PLACE)


@given(st.sets(st.integers(1, 3)))
def test_sessions_without_a_key_can_be_in_one_file_or_in_many(borders):
    """A file that is split between sessions gives the same rows."""
    splits = sorted(borders)

    assert repeat(lambda number: f"{bisect(splits, number)}") == repeat(lambda _: "a")
