"""What archives cost; nothing here asserts how much that is."""

import orjson
import pytest

pytest.importorskip("matplotlib")
pytest.importorskip("msgspec")
pytest.importorskip("openai")
pytest.importorskip("pandas")
pytest.importorskip("pyarrow")
pytest.importorskip("pyperf")

import pyarrow.parquet as pq

from benchmarks.archive import AUDIO, Contents, Log, write_log
from benchmarks.archive_chart import draw_archives
from benchmarks.archive_report import print_archives
from benchmarks.archives import (
    COMMANDS,
    PARTS,
    PURE_RTMODELS,
    RIVALS,
    RTMODELS,
    grow,
    run_all,
    time_parts,
)
from benchmarks.converters import COLUMNS, CONVERTERS
from benchmarks.measure import ONCE
from benchmarks.results import Results
from benchmarks.worker import Timing

MACHINE = {"python": "CPython 3.13.0", "processor": "some"}


@pytest.fixture(autouse=True)
def unsafe_path(monkeypatch):
    """Unset ``PYTHONSAFEPATH``, so that child processes find the benchmarks."""
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)


@pytest.fixture
def log(tmp_path):
    """Write the log of a server, and return its path."""
    path = tmp_path / "log.jsonl"
    write_log(path, 200, seed=0, contents=Contents(audio_bytes=30, client=False))
    return path


@pytest.mark.parametrize("contender", [RTMODELS, PURE_RTMODELS, "orjson", "openai"])
def test_each_contender_converts_everything(contender, log, tmp_path):
    """Every contender writes one row for each event, in order."""
    output = tmp_path / "log.parquet"
    events = list(map(orjson.loads, log.read_bytes().splitlines()))

    CONVERTERS[contender]()([str(log)], str(output))

    table = pq.read_table(output, columns=["type", "event_id"])
    assert table.to_pylist() == [
        {"type": event["type"], "event_id": event["event_id"]} for event in events
    ]


def test_the_others_have_a_column_for_each_key(tmp_path):
    """What is told beforehand is all that the logs have in them."""
    path = tmp_path / "log.jsonl"
    write_log(path, 2_000, seed=0, contents=Contents(audio_bytes=0))
    lines = path.read_bytes().splitlines()

    assert {key for line in lines for key in orjson.loads(line)} == {
        key for keys in COLUMNS.values() for key in keys
    }


def test_processes_say_what_they_took(log):
    """Two at the same time, each for itself."""
    for usage in run_all([("orjson", [log]), ("orjson", [log])]):
        assert usage.cpu > 0
        assert usage.end > usage.begin
        assert usage.peak > 10_000_000


def test_a_process_that_fails_is_told():
    """With what it wrote to standard error."""
    with pytest.raises(RuntimeError, match="KeyError: 'nobody'"):
        run_all([("nobody", [])])


def test_each_part_is_timed(tmp_path):
    """Beside the parsing of the same lines."""
    results = Results()

    time_parts(tmp_path / "parts.jsonl", 50, ONCE, results)

    assert set(results.timings) == {f"archive_part/{part}/{RTMODELS}" for part in PARTS}


def test_a_log_grows_without_repeating_itself(tmp_path):
    """No event comes twice."""
    path = tmp_path / "log.jsonl"
    lines = Log(0, Contents(audio_bytes=0)).run()

    for size in (50_000, 100_000):
        grow(path, size, lines)
        assert size <= path.stat().st_size < size + 50_000

    ids = [orjson.loads(line)["event_id"] for line in path.read_bytes().splitlines()]
    assert len(set(ids)) == len(ids)


def test_a_server_alone_has_no_client(log):
    """What a client sends is left out if asked for."""
    types = {orjson.loads(line)["type"] for line in log.read_bytes().splitlines()}

    assert types.isdisjoint({"input_audio_buffer.append", "response.create"})
    assert "response.output_audio.delta" in types & AUDIO.keys()


@pytest.mark.parametrize(
    ("two", "largest", "reached"),
    [(1.0, 300e6, True), (1.2, 300e6, False), (1.0, 500e6, False)],
)
def test_goals_are_judged(two, largest, reached, capsys):
    """Two processes at least 1.8 times as fast, and memory that no longer grows."""
    assert print_archives(make_results(two, largest)) is reached
    assert f"{2 / two:.2f} times as fast" in capsys.readouterr().out


def test_archives_are_drawn(tmp_path):
    """As an SVG and a PNG."""
    draw_archives(make_results(1.0, 300e6), tmp_path / "archives")

    assert {path.suffix for path in tmp_path.iterdir()} == {".svg", ".png"}


def make_results(two, largest):
    """Make results with a time of *two* processes, and the peak of the largest log."""
    results = Results(MACHINE, sizes=dict.fromkeys(RIVALS, 3_000))
    for log, rivals in RIVALS.items():
        for name in (RTMODELS, *rivals):
            for title in ("archive", "archive_wall"):
                results.add(Timing(f"{title}/{log}/{name}", [4e-5], [2e-5]))
    for part in PARTS:
        results.add(Timing(f"archive_part/{part}/{RTMODELS}", [4e-6], [2e-6]))
    results.add(Timing(f"archive_workers/both/{RTMODELS}", [two], [2.0]))
    for command in COMMANDS:
        for size, peak in [(10, 200e6), (100, 290e6), (2_000, largest)]:
            results.add(Timing(f"memory/{command}/{size}", [peak], []))
    return results
