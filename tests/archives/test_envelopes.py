"""Records of a log that hold an event beside its time and its session."""

import json
from datetime import UTC, datetime, timedelta, timezone
from math import inf, nan

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels.adapters._recordings.times import read_time
from rtmodels.adapters.archive import read_events

from .event_files import TEXTS, messages_of, places_of

pytestmark = pytest.mark.needs("arrow")

KEYS = {"event_key": "my event", "time_key": "ts", "session_key": "call"}
NOON = datetime(2026, 11, 24, 12, 0, 0, 250_000, tzinfo=UTC)


def read_records(folder, *records, **keys):
    """Write *records* as JSON Lines, and read them."""
    path = folder / "log"
    path.write_bytes(b"\n".join(records))
    return list(read_events(path, **(keys or KEYS)))


def test_the_event_is_cut_out_as_it_stands(tmp_path):
    """Its bytes are copied, white space included."""
    event = b'{"type" :  "x","n":1.0e2, "\\u0041":[ ]}'

    batches = read_records(
        tmp_path, b'{"ts":1,"my event" : ' + event + b' ,"level":"info","call":"c"}'
    )

    assert messages_of(batches) == [event]
    assert places_of(batches, "session") == ["c"]
    assert places_of(batches, "received_at") == [datetime(1970, 1, 1, 0, 0, 1, 0, UTC)]


def test_an_event_in_messagepack_is_cut_out_too(tmp_path):
    """It stays MessagePack, and the record's time may be a timestamp."""
    record = {"ts": NOON, "my event": {"type": "x", "audio": b"\0"}, "call": 7}

    batches = read_records(tmp_path, msgspec.msgpack.encode(record))

    assert messages_of(batches) == [msgspec.msgpack.encode(record["my event"])]
    assert places_of(batches, "received_at") == [NOON]
    assert places_of(batches, "session") == ["7"]


@pytest.mark.parametrize(
    "record",
    [
        b'{"type":"response.cancel"}',
        b'{"my event":{"type":"x"},',
        b'{"my event":{"type":"x"},"ts":1e999}',
        b'{"my event":{"type":"x"},"ts":"\xff"}',
        b'{"x":' + b"[" * 100_000,
        b"[1]",
        b"noise",
        b"\x82\xa8my event",
    ],
)
def test_a_record_that_holds_no_event_is_the_message(tmp_path, record):
    """What is wrong with it is told when it is decoded."""
    batches = read_records(tmp_path, b'{"my event":1}', record)

    assert messages_of(batches) == [b"1", record]
    assert places_of(batches, "received_at") == [None, None]


def test_a_record_without_an_event_has_its_time(tmp_path):
    """Loggers put other records in between."""
    batches = read_records(tmp_path, b'{"ts":"1970-01-01","level":"info"}')

    assert messages_of(batches) == [b'{"ts":"1970-01-01","level":"info"}']
    assert places_of(batches, "received_at") == [datetime(1970, 1, 1, tzinfo=UTC)]


def test_a_key_may_stand_in_the_event_itself(tmp_path):
    """It stays there."""
    text = b'{"type":"response.cancel","at":1764000000}'

    batches = read_records(tmp_path, text, time_key="at")

    assert messages_of(batches) == [text]
    assert places_of(batches, "received_at") == [
        datetime.fromtimestamp(1764000000, UTC)
    ]
    assert places_of(batches, "session") == [None]


def test_without_keys_nobody_looks_into_messages(tmp_path):
    """Time and session are null."""
    path = tmp_path / "log"
    path.write_bytes(b"\n".join(TEXTS))

    batches = list(read_events(path))

    assert messages_of(batches) == TEXTS
    assert set(places_of(batches, "received_at")) == {None}
    assert set(places_of(batches, "session")) == {None}


@pytest.mark.parametrize(
    ("session", "name"),
    [("sess_1", "sess_1"), ("", ""), (12, "12"), (True, None), (1.5, None), ([], None)],
)
def test_a_session_has_a_name_or_a_number(tmp_path, session, name):
    """Anything else names none."""
    record = json.dumps({"my event": {}, "call": session}).encode()

    assert places_of(read_records(tmp_path, record), "session") == [name]


@given(
    time=st.datetimes(
        datetime(1973, 4, 1),  # noqa: DTZ001 - the strategy adds the zone
        datetime(5138, 11, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    )
)
def test_a_number_tells_its_unit(time):
    """The ranges of the units do not overlap between 1973 and 5138."""
    number = (time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)

    assert read_time(number) == time
    assert read_time(number * 1000) == time
    assert abs(read_time(number / 1e3) - time) < timedelta(milliseconds=1)
    assert abs(read_time(number / 1e6) - time) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    "text",
    ["2026-11-24T12:00:00.250Z", "2026-11-24 12:00:00.25", "2026-11-24T13:00:00.25+01"],
)
def test_text_is_iso_8601(text):
    """A time that does not say where it was taken is in UTC."""
    time = read_time(text)

    assert time == NOON
    assert time.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "yesterday",
        "",
        {},
        [],
        nan,
        inf,
        -inf,
        10**400,
        -(10**21),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=1))),
        "0001-01-01T00:00:00+01:00",
    ],
)
def test_anything_else_is_no_time(value):
    """Nor is what no calendar has."""
    assert read_time(value) is None
