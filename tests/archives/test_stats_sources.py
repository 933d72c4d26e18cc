"""``rtmodels stats`` sums up files as `tabulate` sums up the batches in them."""

import gzip
import json
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
import pytest

from rtmodels.adapters._recordings.found import HintError
from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters.archive import read_events, tabulate
from rtmodels.adapters.archive._reading import tabulate_files
from rtmodels.adapters.cli import app

from ..recordings import CLIENT, INVALID, MESSAGES, UNKNOWN, append
from .tabulating import audio, created, done, settings

pytestmark = pytest.mark.needs("arrow", "cli")

ODD = [
    UNKNOWN,
    INVALID,
    append(300),
    {**CLIENT, "response_id": 7},
    {"no": "type"},
    created("resp_7"),
    audio(960, response_id="resp_7", item_id="item_7"),
    done("resp_7", "failed", usage={"input_tokens": 3.0, "output_tokens": 2**70}),
]
"""Messages that are extended, invalid or unknown."""

TIMES = [
    1_767_225_600,
    1_767_225_600_250,
    1_767_225_600.75,
    "2026-01-01T00:00:01+00:00",
    "2026-01-01T02:00:01.5",
    None,
    True,
    {"seconds": 1},
    10**30,
    "yesterday",
]
"""Times in the notations of many loggers, and values that are none."""

SESSIONS = ["a", "b", 7, 2**70, "été", None, 1.5, [1], "", "sess_1"]
"""Names of sessions, and values that are none."""

NO_KEYS = {"event_key": None, "time_key": None, "session_key": None}
INSIDE = {**NO_KEYS, "time_key": "at", "session_key": "of"}
AROUND = {**INSIDE, "event_key": "event"}
DECLARED = {**NO_KEYS, "time_key": "at", "session_key": "event_id"}
RARE = {**NO_KEYS, "time_key": "previous_item_id", "session_key": "response_id"}


def make_records(keys):
    """Return the messages with stamps around them or inside."""
    messages = [*MESSAGES, *ODD, settings(), *MESSAGES[:20]]
    for number, message in enumerate(messages):
        stamps = {
            "at": TIMES[number % len(TIMES)],
            "of": SESSIONS[number // 9 % len(SESSIONS)],
        }
        if keys["event_key"] is not None:
            yield {**stamps, "event": message}
        else:
            yield {**message, **stamps}


def write_lines(path, records):
    """Write *records* as JSON Lines, and damaged ones after them."""
    lines = [*map(json.dumps, records), "[1]", '{"type": "resp', '"x"', '{"at": 1}']
    path.write_text("".join(f"{line}\n" for line in lines))


def write_gzip(path, records):
    """Write *records* as compressed JSON Lines."""
    text = "".join(f"{json.dumps(record)}\n" for record in records)
    path.write_bytes(gzip.compress(text.encode()))


def write_array(path, records):
    """Write *records* as one JSON array."""
    path.write_text(json.dumps([*records], indent=1))


def write_msgpack(path, records):
    """Write *records* as MessagePack, without the integers that it cannot hold."""
    small = (
        record
        for record in records
        if str(2**70) not in json.dumps(record)
        and str(10**30) not in json.dumps(record)
    )
    path.write_bytes(b"".join(map(msgspec.msgpack.encode, small)))


def sum_up(path, **options):
    """Return the tables that the command makes of *path*."""
    told = []
    tables = tabulate_files(
        [str(path)], ReadOptions(**options), told.append, lambda *_: None
    )
    assert all(isinstance(error, HintError) for error in told)
    return tables


@pytest.mark.parametrize("mode", ["strict", "tolerant", "forgiving"])
@pytest.mark.parametrize("keys", [NO_KEYS, INSIDE, AROUND, DECLARED, RARE])
@pytest.mark.parametrize(
    "write",
    [write_lines, write_gzip, write_array, write_msgpack],
    ids=lambda f: f.__name__,
)
def test_a_file_is_summed_up_like_its_batches(tmp_path, write, keys, mode):
    """Wherever the time and the session are, and whatever they are."""
    path = tmp_path / "log"
    write(path, make_records(keys))

    tables = sum_up(path, **keys, mode=mode)

    expected = tabulate(read_events(path, **keys), mode=mode)
    assert tables == expected
    assert tables.errors.num_rows > 3


def test_an_upgrade_leaves_the_stamps(tmp_path):
    """Events of the beta have theirs in the message as it was."""
    path = tmp_path / "log"
    write_lines(path, make_records(INSIDE))

    tables = sum_up(path, **INSIDE, upgrade=True)

    assert tables == tabulate(read_events(path, **INSIDE), upgrade=True)
    assert tables.responses["created_at"].null_count < tables.responses.num_rows


def test_half_a_surrogate_hides_no_stamps(tmp_path):
    """Forgiving mode reads such an event, and so its time and its session too."""
    event = created("resp_1", metadata={"a": "\ud83d"})
    path = tmp_path / "log"
    write_lines(path, [{**CLIENT, "at": 1, "of": "a"}, {**event, "at": 2, "of": "b"}])

    tables = sum_up(path, **INSIDE, mode="forgiving")

    assert tables.responses["session"].to_pylist() == ["b"]
    assert tables.responses["created_at"].null_count == 0


@pytest.fixture(params=["at", "received_at"])
def parquet(tmp_path, monkeypatch, request):
    """Return the path of a Parquet file, in the current folder.

    The key of the times is still in the events: their own, or a field of another one.
    """
    monkeypatch.chdir(tmp_path)
    records = (
        {**message, request.param: 1_767_225_600 + number / 4}
        for number, message in enumerate([*MESSAGES, append(3000), append(5000)])
    )
    write_gzip(Path("log.jsonl.gz"), records)
    with pytest.raises(SystemExit):
        app(["convert", "log.jsonl.gz", "log.parquet", f"--time-key={request.param}"])
    return Path("log.parquet")


def damage(path, name):
    """Change the pages of the column *name* in a Parquet file."""
    group = pq.read_metadata(path).row_group(0)
    chunks = (group.column(index) for index in range(group.num_columns))
    chunk = next(chunk for chunk in chunks if chunk.path_in_schema == name)
    begin = chunk.dictionary_page_offset or chunk.data_page_offset
    end = begin + chunk.total_compressed_size
    data = bytearray(path.read_bytes())
    data[end - 4 : end] = bytes(255 - byte for byte in data[end - 4 : end])
    path.write_bytes(data)


def test_columns_that_no_table_needs_are_not_read(parquet):
    """Not even if they are damaged: the audio of the caller is in none."""
    expected = sum_up(parquet)
    damage(parquet, "audio")

    with pytest.raises(OSError, match="CRC"):
        pq.read_table(parquet, columns=["audio"], page_checksum_verification=True)
    assert sum_up(parquet) == expected


def test_all_columns_are_read_if_a_mode_may_refuse_a_row(tmp_path):
    """Forgiving mode keeps what tolerant mode refuses, in any kind of row."""
    lines = [*MESSAGES, {**CLIENT, "response_id": 7}, {**append(9), "event_id": 5}]
    log, archive = tmp_path / "log.jsonl", tmp_path / "log.parquet"
    log.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    with pytest.raises(SystemExit):
        app(["convert", str(log), str(archive), "--mode=forgiving"])

    tables = sum_up(archive)

    assert tables.errors["path"].to_pylist()[-2:] == ["$.response_id", "$.event_id"]
    damage(archive, "audio")
    with pytest.raises(AssertionError):
        sum_up(archive)


def test_columns_that_a_table_needs_are_read(parquet):
    """What is damaged there is told."""
    damage(parquet, "delta.binary")
    told = []

    tabulate_files([str(parquet)], ReadOptions(), told.append, lambda *_: None)

    assert len(told) == 1
    assert "are damaged" in str(told[0])
