"""One limit for ``check``, ``convert`` and ``stats``: memory stays flat."""

import gzip
import struct
import subprocess
import sys
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtmodels.adapters.archive import _parquet
from rtmodels.adapters.cli import app

from ..recordings import MESSAGES, UNKNOWN, check, run, to_lines

pytestmark = pytest.mark.needs("arrow", "cli")

MIB = 1 << 20
SIZE = 600
"""MiB of text in each file; gzip makes 0.6 MB of it."""

MEASURE = """
import sys
from pathlib import Path
from rtmodels.adapters.cli import app
try:
    app(sys.argv[1:])
finally:
    status = Path("/proc/self/status").read_text()
    print(status.partition("VmHWM:")[2].split()[0], file=sys.stderr)
"""
"""Runs the command, and then prints its peak memory in KiB.

`getrusage` would include that of the process of the tests, which started it.
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Change to a new folder, and return it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_gzip(name, start, middle, end):
    """Write a file whose text is far larger than the limit."""
    with gzip.open(name, "wb", compresslevel=1) as file:
        file.write(start)
        for _ in range(SIZE):
            file.write(middle * (MIB // len(middle)))
        file.write(end)


def write_zstd(name, start, middle, end):
    """Write such a file in another format."""
    with pa.CompressedOutputStream(name, "zstd") as file:
        file.write(start)
        for _ in range(SIZE):
            file.write(middle * (MIB // len(middle)))
        file.write(end)


LINE = (b'{"type":"x","a":"', b"A", b'"}\n')
BOMBS = {
    "line of text": (write_gzip, *LINE),
    "line of objects": (write_gzip, b'{"a":[', b"{},", b"{}]}\n"),
    "line of brackets": (write_gzip, b"", b'{"a":', b"\n"),
    "blank line": (write_gzip, b"", b" ", b""),
    "document": (write_gzip, b'{\n"type":"x","a":"', b"A", b'"}'),
    "element": (write_gzip, b'["', b"A", b'"]'),
    "array of brackets": (write_gzip, b"", b"[", b""),
    "binary": (write_gzip, b"\x81\xa1a\xc6" + struct.pack(">I", SIZE * MIB), b"A", b""),
    "map of arrays": (write_gzip, b"\x81\xa1a\xdd\x7f\xff\xff\xff", b"\x90", b""),
    "zstd": (write_zstd, *LINE),
}


@pytest.mark.complete
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
@pytest.mark.parametrize("command", ["check", "convert", "stats"])
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_small_file_of_huge_messages_needs_little_memory(command, bomb):
    """It is reported as unreadable, and never held in memory."""
    write, *parts = BOMBS[bomb]
    write("bomb", *parts)
    output = ["out.jsonl"] if command == "convert" else []

    result = subprocess.run(
        [sys.executable, "-c", MEASURE, command, "bomb", *output],
        capture_output=True,
        check=False,
    )

    *told, peak = result.stderr.decode().splitlines()
    assert result.returncode == 2
    assert told[0].startswith("rtmodels: bomb")
    assert int(peak) < 400 * 1024


@pytest.mark.parametrize("command", ["check", "convert", "stats"])
def test_a_line_beyond_the_limit_is_the_same_to_all_commands(command):
    """It is named with its size, the rest is read, and the exit status is 2."""
    long = orjson.dumps({"type": "x", "a": "A" * (32 * MIB)})
    Path("log.jsonl").write_bytes(to_lines([UNKNOWN, long, UNKNOWN]))
    output = ["out.jsonl"] if command == "convert" else []

    result = run(command, "log.jsonl", *output)

    assert result.returncode == 2
    assert result.stderr.decode().splitlines()[0] == (
        f"rtmodels: log.jsonl:2: the message has {len(long):,} bytes;"
        " the limit is 33,554,432"
    )
    if output:
        assert Path("out.jsonl").read_bytes() == to_lines([UNKNOWN] * 2)


@pytest.mark.parametrize("command", ["convert", "stats"])
def test_a_row_of_parquet_has_the_same_limit(monkeypatch, capsys, command):
    """It is left out and reported by its number."""
    long = {**UNKNOWN, "news": "A" * 5000}
    Path("log.jsonl").write_bytes(to_lines([UNKNOWN, long, UNKNOWN]))
    call("convert", "log.jsonl", "a.parquet")
    monkeypatch.setattr(_parquet, "MAX_BYTES", 1000)
    output = ["out.jsonl"] if command == "convert" else []
    capsys.readouterr()

    status = call(command, "a.parquet", *output)

    told = capsys.readouterr().err
    assert status == 2
    assert "rtmodels: a.parquet:2: the message has 5,0" in told
    if output:
        assert Path("out.jsonl").read_bytes().count(b"\n") == 2


@pytest.mark.complete
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
def test_a_row_group_of_large_rows_is_read_a_few_rows_at_a_time():
    """Other programs write any number of rows to a group."""
    Path("log.jsonl").write_bytes(to_lines([UNKNOWN]))
    call("convert", "log.jsonl", "a.parquet")
    row = pq.read_table("a.parquet")
    raw = pa.array([b'{"type":"x","a":"%s"}' % (b"A" * 4 * MIB)], pa.binary())
    row = row.set_column(row.schema.get_field_index("raw"), "raw", raw)
    with pq.ParquetWriter("big.parquet", row.schema, compression="zstd") as writer:
        writer.write_table(pa.concat_tables([row] * 400))

    result = subprocess.run(
        [sys.executable, "-c", MEASURE, "stats", "big.parquet"],
        capture_output=True,
        check=False,
    )

    *told, peak = result.stderr.decode().splitlines()
    assert (result.returncode, told) == (0, [])
    assert int(peak) < 700 * 1024


def call(*args):
    """Run the command in this process, and return its exit status."""
    with pytest.raises(SystemExit) as exit_:
        app(args)
    return exit_.value.code


def test_check_keeps_no_long_words():
    """Types and statuses of a recording may have any length and number."""
    ends = [
        {
            "type": "response.done",
            "event_id": "e",
            "response": {"id": f"r{index}", "status": f"{index}{'A' * 1000}"},
        }
        for index in range(1500)
    ]
    types = [{"type": f"{index}{'A' * 1000}"} for index in range(1500)]

    _, summary = check(to_lines([*ends, *types]))

    for counts in (summary["unknown"], summary["responses"]["ends"]):
        assert sum(counts.values()) == 1500
        assert counts["(others)"] == 500
        assert max(map(len, counts)) == 200


@pytest.mark.complete
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
def test_check_does_not_hold_responses_that_never_end():
    """They count as never ended as soon as their text is longer than any real one."""
    delta = {
        "type": "response.output_text.delta",
        "event_id": "e",
        "response_id": "r",
        "item_id": "i",
        "output_index": 0,
        "content_index": 0,
        "delta": "A" * MIB,
    }
    created = {"type": "response.created", "event_id": "e", "response": {"id": "r"}}
    with gzip.open("log.jsonl.gz", "wb", compresslevel=1) as log:
        log.write(to_lines([created]))
        for _ in range(SIZE):
            log.write(to_lines([delta]))

    result = subprocess.run(
        [sys.executable, "-c", MEASURE, "check", "log.jsonl.gz"],
        capture_output=True,
        check=False,
    )

    assert result.returncode == 0
    assert "log.jsonl.gz:1: r never ended" in result.stdout.decode()
    assert int(result.stderr) < 300 * 1024


@pytest.fixture(scope="module")
def parquet(tmp_path_factory):
    """Make a Parquet file, and return its bytes."""
    path = tmp_path_factory.mktemp("parquet")
    (path / "log.jsonl").write_bytes(to_lines(MESSAGES))
    call("convert", str(path / "log.jsonl"), str(path / "a.parquet"))
    return (path / "a.parquet").read_bytes()


def test_damaged_pages_of_parquet_are_noticed(parquet, capsys):
    """Each page has a checksum, so that no value silently becomes another one."""
    Path("whole.parquet").write_bytes(parquet)
    call("convert", "whole.parquet", "whole.jsonl")
    whole = Path("whole.jsonl").read_bytes()
    capsys.readouterr()
    size = len(parquet)

    @settings(max_examples=min(25, settings().max_examples))
    @given(st.integers(4, size // 2), st.integers(1, 255))
    def check_damage(place, change):
        data = bytearray(parquet)
        data[place] ^= change
        Path("a.parquet").write_bytes(data)
        Path("out.jsonl").unlink(missing_ok=True)

        status = call("convert", "a.parquet", "out.jsonl")

        # The headers of pages hold statistics as well, which are not read.
        told = capsys.readouterr().err.splitlines()
        if status:
            assert status == 2
            assert told[0].startswith("rtmodels: a.parquet: ")
            assert len(told) == 2
        else:
            assert Path("out.jsonl").read_bytes() == whole

    check_damage()
