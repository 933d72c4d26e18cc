"""Long integers and half characters pass through archives, or are reported."""

import re
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest

from rtmodels import RealtimeServerEvent
from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters.archive._convert import Conversion
from rtmodels.adapters.arrow import ArrowAdapter

from ..exact_json import load_exactly
from ..recordings import run

pytestmark = pytest.mark.needs("arrow", "cli")

LONG = 18446744073709551617
LIMITS = b'{"type":"rate_limits.updated","event_id":"e","rate_limits":[%s]}'
ERROR = b'{"type":"error","event_id":"e","error":{"type":"t","message":"m"},"at":%d}'
INTEGERS = [
    b'{"type":"new.event","a":%d,"n":[{"b":-9223372036854775809,"c":1e30}]}' % LONG,
    ERROR % LONG,
    LIMITS % (b'{"limit":%d}' % LONG),
    LIMITS % (b'{"reset_seconds":%d}' % LONG),
    b'{"type":"error","event_id":%d}' % LONG,
]
DELTA = (
    rb'{"type":"response.output_text.delta","event_id":"e","response_id":"r",'
    rb'"item_id":"i","output_index":0,"content_index":0,"delta":"hi \ud83d"}'
)
HALVES = [
    rb'{"type":"new.event","\ud83d":["\ude00",1e400]}',
    DELTA,
    rb'{"type":"error","event_id":5,"x":"\udfff"}',
]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Change to a new folder."""
    monkeypatch.chdir(tmp_path)


def convert(source, target, mode="tolerant"):
    """Convert a file; return the totals, and the messages for the user."""
    told = []
    options = ReadOptions(mode=mode)
    conversion = Conversion(
        (source,), Path(target), options, told.append, lambda *_: None
    )
    conversion.run()
    return conversion.totals, told


def read_lines(file):
    """Read JSON Lines."""
    return list(map(load_exactly, Path(file).read_bytes().splitlines()))


@pytest.mark.parametrize("mode", ["tolerant", "forgiving"])
@pytest.mark.parametrize("middle", ["m.jsonl", "m.jsonl.gz", "m.parquet"])
def test_archives_keep_what_json_holds(middle, mode):
    """There and back, every message is the same JSON."""
    lines = [*INTEGERS, *HALVES]
    Path("log.jsonl").write_bytes(b"\n".join(lines) + b"\n")

    convert("log.jsonl", middle, mode)
    totals, _ = convert(middle, "back.jsonl", mode)

    assert totals.lost == 0
    assert read_lines("back.jsonl") == list(map(load_exactly, lines))


@pytest.mark.parametrize("source", ["log.jsonl", "log.parquet"])
def test_messagepack_reports_what_it_cannot_hold(source):
    """Each message that it leaves out has the paths of its values in the report."""
    lines = [*INTEGERS, *HALVES, b'{"type":"new.event","a":1}']
    Path("log.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    if source != "log.jsonl":
        convert("log.jsonl", source, "forgiving")

    totals, told = convert(source, "m.msgpack", "forgiving")
    convert("m.msgpack", "back.jsonl", "forgiving")

    assert totals.lost == len(lines) - 1
    assert (
        "log.jsonl:1: new.event: $.a: expected 64-bit int, got 65 bits (left out)"
        in told
    )
    assert any("a lone surrogate (left out)" in line for line in told)
    assert read_lines("back.jsonl") == [{"type": "new.event", "a": 1}]


@pytest.mark.parametrize("mode", ["tolerant", "forgiving"])
def test_nan_does_not_become_null(mode):
    """JSON has no NaN, so its message is left out; Parquet keeps the bytes."""
    values = [{"type": "x", "a": float("nan")}, {"type": "error", "event_id": 5.5}]
    data = b"".join(map(msgspec.msgpack.encode, values))
    Path("log.msgpack").write_bytes(data)

    totals, _ = convert("log.msgpack", "log.jsonl", mode)
    convert("log.msgpack", "log.parquet", mode)
    convert("log.parquet", "back.msgpack", mode)

    assert totals.lost == 1
    assert read_lines("log.jsonl") == [{"type": "error", "event_id": 5.5}]
    assert Path("back.msgpack").read_bytes() == data


def test_columns_hold_long_integers_as_text():
    """JSON text in the columns ``extra`` and ``unknown``, as in the messages."""
    adapter = ArrowAdapter(RealtimeServerEvent)
    batch = adapter.decode(INTEGERS)

    assert str(LONG) in batch.column("extra")[1].as_py()
    assert list(map(load_exactly, adapter.encode(batch).to_pylist())) == list(
        map(load_exactly, INTEGERS)
    )
    again = adapter.encode(batch, wire="msgpack")
    assert pa.array(again.to_pylist()[:2]).equals(adapter.encode(batch)[:2])


def test_check_reads_what_its_mode_accepts():
    """In forgiving mode also half characters."""
    Path("log.jsonl").write_bytes(b"\n".join([*INTEGERS, *HALVES]) + b"\n")

    tolerant, forgiving = (
        run("check", "log.jsonl", "--mode", mode) for mode in ("tolerant", "forgiving")
    )

    assert b"log.jsonl:6: $: expected JSON, got no low surrogate" in tolerant.stdout
    assert forgiving.returncode == 0


@pytest.mark.parametrize("levels", [150, 1015])
def test_nesting_around_a_long_integer_is_reported(levels):
    """The parser that keeps the integer may stop before the first one does."""
    frame = '{"type":"x","a":' + "[" * levels + str(LONG) + "]" * levels + "}"
    Path("log.jsonl").write_text(f"{frame}\n")

    result = run("check", "log.jsonl")
    _, told = convert("log.jsonl", "out.msgpack")

    assert result.returncode == 1
    # Where the parser has stopped, the type of the event is not known.
    assert re.search(rb"log\.jsonl:1: (x: )?\$", result.stdout)
    assert told
