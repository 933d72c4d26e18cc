"""``rtmodels convert`` turns archives into each other's format, and loses nothing."""

import gzip
import json
import os
import resource
import signal
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rtmodels import RealtimeClientEvent, RealtimeServerEvent
from rtmodels.adapters import JsonAdapter, MsgpackAdapter
from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters.archive import _sinks
from rtmodels.adapters.archive._convert import Conversion
from rtmodels.adapters.cli import app

from ..processes import running, wait_until
from ..recordings import CLIENT, INVALID, MESSAGES, UNKNOWN, append, run, to_lines

pytestmark = pytest.mark.needs("arrow", "cli")

Event = RealtimeClientEvent | RealtimeServerEvent
LOG = [*MESSAGES, UNKNOWN, INVALID, append(7)]
HALF = b'{"type": "response.'


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Change to a new folder with a log, and return it."""
    monkeypatch.chdir(tmp_path)
    Path("log.jsonl").write_bytes(to_lines(LOG))
    return tmp_path


@pytest.fixture
def small_segments(monkeypatch):
    """Set sizes that turn each batch into a segment."""
    monkeypatch.setattr(_sinks, "SEGMENT", 1)
    monkeypatch.setattr(_sinks, "GROWTH", 1 << 40)


def convert(*files, **options):
    """Convert in this process; return the messages, and the run itself."""
    told = []
    *inputs, output = files
    conversion = Conversion(
        tuple(inputs),
        Path(output),
        ReadOptions(**options),
        told.append,
        lambda *_: None,
        overwrite=True,
    )
    conversion.run()
    return told, conversion


def call(capsys, *args):
    """Run the command in this process; return its exit status and its messages."""
    with pytest.raises(SystemExit) as exit_:
        app(["convert", *args])
    return exit_.value.code, capsys.readouterr().err


def load_lines(name):
    """Read JSON Lines."""
    data = Path(name).read_bytes()
    if name.endswith(".gz"):
        data = gzip.decompress(data)
    return [orjson.loads(line) for line in data.splitlines()]


@pytest.mark.parametrize(
    "middle", ["a.parquet", "a.msgpack", "a.mpk", "a.jsonl", "a.ndjson"]
)
@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_there_and_back(middle, ending):
    """Every format holds each message, and JSON Lines come back line by line."""
    if ending and middle.endswith(".parquet"):
        ending = ""
    convert("log.jsonl", middle + ending)

    convert(middle + ending, "back.jsonl")

    assert load_lines("back.jsonl") == LOG


def test_several_files_become_one():
    """In the order in which they are named, whatever their formats are."""
    Path("more.json").write_text(json.dumps([CLIENT, UNKNOWN], indent=2))
    packed = MsgpackAdapter(Event).encode(
        JsonAdapter(Event).decode(json.dumps(append(3)))
    )
    Path("more.msgpack").write_bytes(packed)

    convert("log.jsonl", "more.json", "more.msgpack", "all.jsonl.gz")

    assert load_lines("all.jsonl.gz") == [*LOG, CLIENT, UNKNOWN, append(3)]


def test_parquet_says_where_rows_are_from():
    """Each row has its file and line, and what the log says of its event."""
    records = [
        {"at": 1_767_225_600.5, "call": "a", "event": CLIENT},
        {"at": "2026-01-01T00:00:01Z", "call": "b", "event": UNKNOWN},
    ]
    Path("records.jsonl").write_bytes(to_lines(records))

    convert(
        "records.jsonl",
        "a.parquet",
        event_key="event",
        time_key="at",
        session_key="call",
    )

    rows = pq.read_table("a.parquet").to_pylist()
    assert [row["type"] for row in rows] == [CLIENT["type"], UNKNOWN["type"]]
    assert [row["source"]["line"] for row in rows] == [1, 2]
    assert [row["source"]["session"] for row in rows] == ["a", "b"]
    assert [row["source"]["received_at"].isoformat() for row in rows] == [
        "2026-01-01T00:00:00.500000+00:00",
        "2026-01-01T00:00:01+00:00",
    ]


def test_an_empty_archive_has_a_schema():
    """Empty input becomes a table without rows, and a file without lines."""
    Path("empty.jsonl").touch()

    convert("empty.jsonl", "a.parquet")
    convert("a.parquet", "back.jsonl")

    assert pq.read_table("a.parquet").num_rows == 0
    assert pq.read_schema("a.parquet").names[:2] == ["source", "type"]
    assert Path("back.jsonl").read_bytes() == b""


@pytest.mark.parametrize(
    "output", ["a.jsonl", "a.jsonl.gz", "a.msgpack.zst", "a.parquet"]
)
@pytest.mark.usefixtures("small_segments")
def test_many_segments_are_one_file(output):
    """Other readers see one file, though it was written piece by piece."""
    for index in range(4):
        Path(f"{index}.jsonl").write_bytes(to_lines([{**UNKNOWN, "n": index}] * 3))

    convert(*(f"{index}.jsonl" for index in range(4)), output)
    convert(output, "back.jsonl")

    assert [line["n"] for line in load_lines("back.jsonl")] == [0] * 3 + [1] * 3 + [
        2
    ] * 3 + [3] * 3
    if output.endswith(".parquet"):
        table = pq.read_table(output)
        assert table["source"].combine_chunks().field("file").to_pylist()[::3] == [
            f"{index}.jsonl" for index in range(4)
        ]
        assert pq.read_metadata(output).num_row_groups == 4


@pytest.mark.parametrize("output", ["a.jsonl", "a.msgpack.gz", "a.parquet"])
@pytest.mark.usefixtures("small_segments")
def test_a_run_that_broke_off_goes_on(folder, output):
    """What is done is not done again, and the result is that of a single run."""
    names = [f"{index}.jsonl" for index in range(5)]
    for index, name in enumerate(names):
        Path(name).write_bytes(to_lines([{**UNKNOWN, "n": index}, INVALID]))
    convert(*names, f"whole.{output}")

    class StopError(Exception):
        pass

    seen = []

    def stop(file, _):
        seen.append(file)
        if len(seen) == 4:
            raise StopError

    broken = Conversion(tuple(names), Path(output), ReadOptions(), print, stop)
    with pytest.raises(StopError):
        broken.run()
    told, conversion = convert(*names, output)

    assert conversion.resumed
    assert told == [
        f"{index}.jsonl:2: {INVALID['type']}: $.event_id: expected str, got int"
        for index in (3, 4)
    ]
    assert (conversion.totals.messages, conversion.totals.invalid) == (10, 5)
    convert(output, "one.jsonl")
    convert(f"whole.{output}", "other.jsonl")
    assert load_lines("one.jsonl") == load_lines("other.jsonl")
    assert sorted(path.name for path in folder.glob("*partial*")) == []


@pytest.mark.usefixtures("small_segments")
def test_other_files_or_options_begin_anew():
    """The progress note of another run is ignored."""

    def stop(*_):
        raise KeyboardInterrupt

    Path("more.jsonl").write_bytes(to_lines([CLIENT]))
    files = ("more.jsonl", "log.jsonl")
    interrupted = Conversion(
        files, Path("a.jsonl"), ReadOptions(), print, stop, overwrite=True
    )
    for change in ("options", "files"):
        with pytest.raises(KeyboardInterrupt):
            interrupted.run()
        options = {"mode": "forgiving"} if change == "options" else {}
        if change == "files":
            Path("more.jsonl").write_bytes(to_lines([CLIENT, CLIENT]))

        _, conversion = convert(*files, "a.jsonl", **options)

        assert not conversion.resumed


def test_a_killed_process_goes_on():
    """The command itself, killed hard, ends as if nothing had happened."""
    with Path("long.jsonl").open("wb") as file:
        file.writelines(to_lines([append(96_000), *MESSAGES[:20]]) for _ in range(300))
    command = [sys.executable, "-m", "rtmodels.adapters.cli", "convert"]
    note = Path("a.parquet.partial.json")

    with running(
        [*command, "long.jsonl", "a.parquet"], signal_=signal.SIGKILL
    ) as process:
        wait_until(lambda: note.exists() or process.poll() is not None)
        assert process.poll() is None

    again = run("convert", "long.jsonl", "a.parquet")

    assert again.returncode == 0
    assert b"6,300 messages" in again.stderr
    assert b"resumed an earlier run" in again.stderr
    assert pq.read_metadata("a.parquet").num_rows == 6_300
    convert("a.parquet", "back.jsonl")
    assert Path("back.jsonl").stat().st_size > 35_000_000


def test_what_cannot_be_read_is_told_and_the_rest_converted(capsys):
    """A half line, a broken file, a missing file: exit status 2."""
    Path("half.jsonl").write_bytes(to_lines([CLIENT]) + HALF)
    Path("cut.jsonl.gz").write_bytes(gzip.compress(to_lines(LOG))[:-30])

    status, told = call(
        capsys,
        "half.jsonl",
        "cut.jsonl.gz",
        "gone",
        "log.jsonl",
        "a.parquet",
    )

    assert status == 2
    assert "half.jsonl:2: $: expected a message, got not JSON: " in told
    assert "cut.jsonl.gz:" in told
    assert "gone: No such file or directory" in told
    table = pq.read_table("a.parquet")
    assert table["raw"].to_pylist()[1] == HALF
    assert table["source"].combine_chunks().field("file").to_pylist().count(
        "log.jsonl"
    ) == len(LOG)


def test_messages_with_issues_are_kept(capsys):
    """They are told with file, line and path; the exit status is 1."""
    status, told = call(capsys, "log.jsonl", "a.msgpack")

    line = LOG.index(INVALID) + 1
    assert status == 1
    assert f"log.jsonl:{line}: {INVALID['type']}: $.event_id: expected str" in told
    assert f"{len(LOG)} messages, 1 invalid, 0 left out" in told


def test_what_the_output_has_no_form_for_is_left_out(capsys):
    """Text that is not JSON cannot become MessagePack, and that is told."""
    Path("half.jsonl").write_bytes(to_lines([CLIENT]) + HALF)

    status, told = call(capsys, "half.jsonl", "a.msgpack")

    assert status == 1
    assert "half.jsonl:2: " in told
    assert "(left out)" in told
    assert "2 messages, 1 invalid, 1 left out" in told


def test_text_that_is_not_json_stays_in_json_lines():
    """A line that broke off is kept as it is."""
    Path("half.jsonl").write_bytes(to_lines([CLIENT]) + HALF)

    convert("half.jsonl", "a.parquet")
    convert("a.parquet", "a.jsonl")

    assert Path("a.jsonl").read_bytes().splitlines()[1] == HALF


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (["log.jsonl"], "no output file"),
        (["log.jsonl", "a.csv"], "unsupported file type; use one of .jsonl"),
        (["log.jsonl", "a.parquet.gz"], "all but .parquet may be followed by .gz"),
        (["gone.jsonl", "log.jsonl"], "already exists; use --overwrite to replace it"),
        (["log.jsonl", "log.jsonl"], "is the output, and cannot be read too"),
        (["no*.jsonl", "a.jsonl"], "no*.jsonl: No file matches"),
        (["log.jsonl", "no/where/a.jsonl"], "No such file or directory"),
    ],
)
def test_misuse_is_explained(capsys, files, message):
    """The exit status is 2, and the message says what to do."""
    status, told = call(capsys, *files)

    assert status == 2
    assert message in told
    assert "Traceback" not in told


def test_overwriting_replaces_the_output_at_the_end(capsys):
    """Until then the old file is there."""
    Path("a.jsonl").write_text("old")

    status, _ = call(capsys, "log.jsonl", "a.jsonl", "--overwrite")

    assert status == 1
    assert load_lines("a.jsonl") == LOG


@pytest.mark.complete
@pytest.mark.parametrize("output", ["a.jsonl", "a.parquet"])
def test_a_full_disk_keeps_what_is_done(output):
    """The message names the file; with more room, the same command resumes."""
    with Path("long.jsonl").open("wb") as file:
        for _ in range(160):
            audio = b64encode(os.urandom(225_000)).decode()
            file.write(orjson.dumps({**append(0), "audio": audio}) + b"\n")
    command = [
        sys.executable,
        "-m",
        "rtmodels.adapters.cli",
        "convert",
        "long.jsonl",
        output,
    ]
    limit = 35_000_000

    full = subprocess.run(
        command,
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    again = run("convert", "long.jsonl", output)

    assert full.returncode == 2
    assert f"{output}.partial: File too large" in full.stderr.decode()
    assert "run the same command again to resume" in full.stderr.decode()
    assert "Traceback" not in full.stderr.decode()
    assert again.returncode == 0
    assert b"160 messages" in again.stderr
    convert(output, "back.jsonl")
    assert os.path.getsize("back.jsonl") == os.path.getsize("long.jsonl")  # noqa: PTH202


def test_parquet_of_others_is_refused(capsys):
    """Its columns are not ours; the message says which are missing."""
    pq.write_table(pa.table({"x": [1]}), "other.parquet")
    Path("broken.parquet").write_bytes(b"PAR1 and no more")

    status, told = call(capsys, "other.parquet", "broken.parquet", "a.jsonl")

    assert status == 2
    assert "other.parquet: not written by rtmodels convert; missing columns: " in told
    assert "broken.parquet: " in told
    assert Path("a.jsonl").read_bytes() == b""
