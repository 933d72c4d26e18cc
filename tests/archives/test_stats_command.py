"""``rtmodels stats`` sums up archives in a terminal, and draws them."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from rtmodels.adapters.archive import read_events, tabulate

from ..recordings import CLIENT, MESSAGES, append, to_lines

pytestmark = pytest.mark.needs("arrow", "cli")

SAMPLE_TOKENS = sum(
    message["response"]["usage"]["total_tokens"]
    for message in MESSAGES
    if message["type"] == "response.done" and message["response"].get("usage")
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Work in a folder that has a log, where a terminal is wide."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    Path("log.jsonl").write_bytes(to_lines(MESSAGES))


def test_it_prints_the_tables(stats):
    """Tokens and responses are those of the sample session."""
    status, out, err = stats("log.jsonl")

    done = sum(message["type"] == "response.done" for message in MESSAGES)
    assert (status, err) == (0, "")
    assert f"{SAMPLE_TOKENS:,}" in out
    assert f"{done} responses" in out


@pytest.mark.parametrize("output", ["a.parquet", "a.msgpack.zst", "a.ndjson.gz"])
def test_all_that_convert_writes_reads_the_same(stats, output):
    """Whatever an archive is kept as, its figures are the same."""
    stats("log.jsonl", output, command="convert")

    assert stats(output) == stats("log.jsonl")


def test_files_add_up(stats):
    """A pattern names several files."""
    Path("more.jsonl").write_bytes(to_lines(MESSAGES))

    _, out, _ = stats("*.jsonl")

    assert f"{2 * SAMPLE_TOKENS:,}" in out


def test_records_have_times(stats):
    """Latencies need the times at which events were received."""
    records = [
        {"at": 1_767_225_600 + 0.25 * number, "event": message}
        for number, message in enumerate(MESSAGES)
    ]
    Path("records.jsonl").write_bytes(to_lines(records))

    status, out, _ = stats("records.jsonl", "--event-key", "event", "--time-key", "at")

    assert status == 0
    assert "first audio" in out
    assert "from 2026-01-01 00:00:" in out


def test_a_plot_is_drawn(stats):
    """As SVG or as PNG, by the ending."""
    assert stats("log.jsonl", "--plot", "a.svg")[0] == 0
    assert stats("log.jsonl", "--plot", "a.png")[0] == 0

    assert Path("a.svg").read_text().startswith("<?xml")
    assert Path("a.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("plot", "message"),
    [
        ("a.pdf", "a.pdf: the name of a plot must end in .png or .svg"),
        ("no/where.svg", "no/where.svg: No such file or directory"),
    ],
)
def test_a_plot_that_cannot_be_drawn(stats, plot, message):
    """It is told, and the exit status is 2."""
    status, _, err = stats("log.jsonl", "--plot", plot)

    assert status == 2
    assert message in err


def test_what_cannot_be_read_is_told(stats):
    """The rest counts; the exit status is 2."""
    Path("cut.jsonl.gz").write_bytes(gzip.compress(to_lines(MESSAGES))[:-30])

    status, out, err = stats("cut.jsonl.gz", "gone.jsonl", "log.jsonl")

    assert status == 2
    assert "cut.jsonl.gz:" in err
    assert "gone.jsonl: No such file or directory" in err
    assert f"{2 * SAMPLE_TOKENS:,}" in out


def test_messages_that_do_not_decode_are_errors(stats):
    """They are no failure of the command."""
    Path("half.jsonl").write_bytes(to_lines([CLIENT]) + b'{"type": "resp')

    status, out, _ = stats("half.jsonl")

    assert status == 0
    assert "undecodable" in out


def test_the_beta_can_be_upgraded(stats):
    """Its events count as those of the GA."""
    renamed = [
        {**message, "type": message["type"].replace("output_audio.", "audio.")}
        for message in MESSAGES
        if message["type"].startswith(("response.created", "response.output_audio."))
    ]
    Path("beta.jsonl").write_bytes(to_lines(renamed))
    batches = list(read_events("beta.jsonl"))

    before, after = (tabulate(batches, upgrade=upgrade) for upgrade in (False, True))

    assert before.responses["audio_seconds"].to_pylist()[0] in (None, 0.0)
    assert after.responses["audio_seconds"].to_pylist()[0] > 0
    status, out, _ = stats("beta.jsonl", "--upgrade")
    assert status == 0
    assert "model" in out


@pytest.mark.parametrize("command", ["convert", "stats"])
def test_a_missing_library_is_named(command):
    """The other commands work without pyarrow, and these say what to install."""
    code = (
        "import sys\n"
        "sys.modules['pyarrow'] = None\n"
        "from rtmodels.adapters.cli import app\n"
        f"app([{command!r}, 'log.jsonl', 'a.jsonl'])\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, text=True
    )

    assert done.returncode == 2
    assert "rtmodels[arrow]" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_array_is_an_archive_too(stats):
    """A document that holds all events, as some tools write it."""
    Path("log.json").write_text(json.dumps([*MESSAGES, append(3)], indent=1))

    status, out, _ = stats("log.json")

    assert status == 0
    assert f"{SAMPLE_TOKENS:,}" in out
    assert orjson.loads(Path("log.json").read_bytes())[-1] == append(3)
