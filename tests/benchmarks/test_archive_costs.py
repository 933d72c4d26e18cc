"""What archives cost, and what is lost; nothing here asserts how much it costs."""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

pytest.importorskip("duckdb")
pytest.importorskip("matplotlib")
pytest.importorskip("msgspec")
pytest.importorskip("openai")
pytest.importorskip("pandas")
pytest.importorskip("polars")
pytest.importorskip("pyarrow")
pytest.importorskip("pyperf")

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import __main__ as main
from benchmarks import archives
from benchmarks.archive import AUDIO, Contents, Log, write_log
from benchmarks.archive_chart import draw_archives
from benchmarks.archive_report import print_archives, update_archive_docs
from benchmarks.archives import (
    COMMANDS,
    KEYS,
    LABELS,
    LOGS,
    PARTS,
    PURE_RTMODELS,
    RTMODELS,
    TASKS,
    Scale,
    grow,
    list_installed,
    measure_archives,
    note_losses,
    run,
    time_contenders,
    time_parts,
)
from benchmarks.converters import ANSWERERS, COLUMNS, NESTED
from benchmarks.losses import FAULTS, describe_losses
from benchmarks.measure import ONCE
from benchmarks.results import Results
from benchmarks.worker import Note, Timing

from ..paths import ROOT

MACHINE = {
    "python": "CPython 3.13.0",
    "processor": "some",
    "cores": 2,
    "load_before": "0.10",
    "load_after": "1.90",
}
EVENTS = 800


@pytest.fixture(autouse=True)
def unsafe_path(monkeypatch):
    """Unset ``PYTHONSAFEPATH``, so that child processes find the benchmarks."""
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """Write a log without faults, and return its path."""
    path = tmp_path_factory.mktemp("log") / "log.jsonl"
    write_log(path, EVENTS, seed=0, contents=LOGS["small_keys"].contents)
    return path


@pytest.fixture(scope="module")
def faulty_log(tmp_path_factory):
    """Write a log with faults, and return its path."""
    path = tmp_path_factory.mktemp("log") / "faulty.jsonl"
    write_log(path, EVENTS, seed=0, contents=LOGS["faulty"].contents)
    return path


@pytest.mark.parametrize(
    "contender", [name for name in TASKS["convert"] if name != "duckdb_text"]
)
def test_each_contender_converts_everything(contender, log, tmp_path):
    """Every contender writes one row for each event, in order."""
    output = tmp_path / "log.parquet"
    events = list(map(orjson.loads, log.read_bytes().splitlines()))

    usage = run("convert", contender, log, KEYS, output)

    assert not usage.refusal
    table = pq.read_table(output, columns=["type", "event_id"])
    assert table.to_pylist() == [
        {"type": event["type"], "event_id": event["event_id"]} for event in events
    ]


def test_lines_are_converted_as_they_are(log, faulty_log, tmp_path):
    """Even lines that are no JSON, which have no type."""
    for path in (log, faulty_log):
        output = tmp_path / f"{path.stem}.parquet"
        assert not run("convert", "duckdb_text", path, (), output).refusal

        table = pq.read_table(output)
        assert [line.encode() for line in table["line"].to_pylist()] == (
            path.read_bytes().splitlines()
        )
        assert table["type"].null_count == (path == faulty_log) * 2


@pytest.mark.parametrize("contender", ANSWERERS)
def test_each_contender_has_the_same_answers(contender, tmp_path):
    """They are those of a loop over the events."""
    log = tmp_path / "log.jsonl"
    write_log(log, 5_000, seed=0, contents=Contents(audio_bytes=0))
    events = map(orjson.loads, log.read_bytes().splitlines())
    done = [event["response"] for event in events if event["type"] == "response.done"]
    tokens = [(r["usage"] or {}).get("total_tokens", 0) for r in done]

    answers = ANSWERERS[contender](str(log))

    assert {status for status, *_ in answers} == {"completed", "failed"}
    assert {code for _, code, *_ in answers} == {None, "inference_overloaded"}
    assert sum(count for _, _, count, _ in answers) == len(done)
    assert sum(total for *_, total in answers) == sum(tokens)


def test_the_others_have_a_column_for_each_key(tmp_path):
    """What is told beforehand is all that the logs have in them."""
    path = tmp_path / "log.jsonl"
    write_log(path, 2_000, seed=0, contents=Contents(audio_bytes=0, stamps=True))
    events = list(map(orjson.loads, path.read_bytes().splitlines()))

    assert {key for event in events for key in event} == {
        key for keys in COLUMNS.values() for key in keys
    }
    assert {
        key
        for event in events
        for key, value in event.items()
        if isinstance(value, (dict, list))
    } == NESTED


def test_the_cost_is_that_of_all_processes():
    """A process that waits for others has their time, and their memory."""
    child = f"{sys.executable} -c 'print(len(bytearray([1]) * 100_000_000))'"
    command = [sys.executable, "-m", "benchmarks.usage", "/bin/sh", "-c"]
    printed = subprocess.run(
        [*command, f"{child}; {child}; exit 7"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=False,
    )
    *output, cost = printed.stdout.splitlines()
    cost = orjson.loads(cost)

    assert output == [b"100000000"] * 2
    assert printed.returncode == 7
    assert cost["cpu"] > 0
    assert cost["wall"] > 0
    assert cost["peak"] > 100_000_000


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no Linux")
def test_the_memory_of_the_benchmark_does_not_count(log):
    """A loop that holds one line needs less than the libraries that are loaded here."""
    usage = run("answer", "orjson_loop", log, (), Path())

    assert usage.peak < 50_000_000


def test_each_contender_is_timed_in_turns(log):
    """Those that finish have their costs beside those of rtmodels."""
    results = Results()
    names = {"convert": [RTMODELS, "duckdb_text"], "answer": [RTMODELS, "orjson_loop"]}

    for _ in range(2):
        time_contenders("small_keys", log, names, results)

    assert set(results.timings) == {
        f"{title}/small_keys/{name}"
        for task, contenders in names.items()
        for name in contenders
        for title in (task, f"{task}_wall", f"memory/{task}")
    }
    first = results.timings[f"convert/small_keys/{RTMODELS}"]
    floors = results.timings["convert/small_keys/duckdb_text"]
    assert [timing.floors for timing in floors] == [timing.values for timing in first]


def test_losses_are_noted_once(faulty_log):
    """A contender that refuses a log has no time, and one line that says why."""
    results = Results()
    names = {"convert": [RTMODELS, "orjson", "duckdb_lenient"], "answer": []}

    for _ in range(2):
        time_contenders("faulty", faulty_log, names, results)

    ours, refusal, lenient = results.notes
    assert "convert/faulty/orjson" not in results.timings
    assert ours == Note(RTMODELS, "faulty", "800 rows of 800 lines", able=True)
    assert refusal.text.startswith("JSONDecodeError: ")
    assert not refusal.able
    assert lenient.text == (
        "800 rows of 800 lines; empty rows: 2; JSON text in event_id"
    )


def test_recordings_are_looked_through(tmp_path):
    """Real traffic has columns that change their type."""
    path = tmp_path / "recording.jsonl"
    path.write_bytes(b'{"type":"a","session":{"voice":{"a":1}}}\n' * 2)
    with path.open("ab") as file:
        file.write(b'{"type":"a","session":{"voice":"alloy"}}\n')
    results = Results()

    note_losses("recording.jsonl", path, (), [RTMODELS, "pyarrow"], results)

    assert [note.able for note in results.notes] == [True, False]
    assert "changed from object to string" in results.notes[1].text


def test_a_run_of_our_own_that_fails_is_an_error(tmp_path):
    """It would leave a column empty."""
    with pytest.raises(RuntimeError, match=r"rtmodels convert failed: .*missing"):
        run("convert", RTMODELS, tmp_path / "missing.jsonl", (), tmp_path / "x.parquet")


def test_missing_libraries_are_named(monkeypatch):
    """Their contenders are left out, whatever they do with the library."""
    find = archives.find_spec
    monkeypatch.setattr(
        archives, "find_spec", lambda name: None if name == "duckdb" else find(name)
    )
    results = Results()

    names = list_installed(TASKS["convert"], results)
    list_installed(TASKS["convert"], results)

    assert {RTMODELS, PURE_RTMODELS, "polars"} <= set(names)
    assert "duckdb_text" not in names
    missing = [name for name in TASKS["convert"] if name.startswith("duckdb")]
    assert [note.contender for note in results.notes] == missing


LINES = (
    b'{"type":"a","delta":"x","item":{},"count":1}',
    b'{"type":"a","delta":"\\ud83d","item":{},"count":2}',
    b'{"type":"a","half',
)


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ({"raw": LINES}, "3 rows of 3 lines"),
        ({"type": ["a"] * 2}, "2 rows of 3 lines; no column for count, delta, item"),
        (
            {"type": ["a", "a", None], "extra": ['{"delta":"x"}', None, None]},
            "3 rows of 3 lines; empty rows: 1",
        ),
        (
            {
                "type": ["a", "a", None],
                "delta": ["x", "\0", None],
                "item": ["{}", "{}", None],
                "count": [1.0, 2.0, None],
            },
            (
                "3 rows of 3 lines; empty rows: 1; rows with a text missing or "
                "changed: 1; JSON text in item; floats for integers in count"
            ),
        ),
        (
            {"type": ["a"] * 3, "delta": ["x", None, "y"], "extra": [None] * 3},
            "3 rows of 3 lines; rows with a text missing or changed: 2",
        ),
    ],
)
def test_losses_are_found(columns, text, tmp_path):
    """In rows, texts and columns."""
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"\n".join(LINES) + b"\n")
    pq.write_table(pa.table(columns), tmp_path / "log.parquet")

    assert describe_losses(log, tmp_path / "log.parquet") == text


def test_everything_is_measured(tmp_path, monkeypatch):
    """Each log, the parts, and the memory."""
    tasks = {"convert": (RTMODELS, "duckdb_text"), "answer": (RTMODELS, "orjson_loop")}
    logs = {name: LOGS[name] for name in ("small_keys", "faulty")}
    monkeypatch.setattr(archives, "TASKS", tasks)
    monkeypatch.setattr(archives, "LOGS", logs)
    recording = tmp_path / "recording.jsonl"
    write_log(recording, 10, seed=0)
    scale = Scale(40, 20, 10, (0.1,))

    results = measure_archives(ONCE, scale, [recording], lambda _: None)

    for log in logs:
        for task, names in tasks.items():
            assert all(f"{task}/{log}/{name}" in results.timings for name in names)
    assert "memory/growth/stats/0.1" in results.timings
    assert {note.subject for note in results.notes} == {
        "faulty",
        *(f"10 events and {fault}" for fault in FAULTS),
        "recorded traffic, recording",
    }
    lost = [note for note in results.notes if note.contender == RTMODELS]
    assert {note.text.replace("11", "10") for note in lost} <= {
        "40 rows of 40 lines",
        "10 rows of 10 lines",
    }
    assert results.machine.keys() >= MACHINE.keys()


def test_each_part_is_timed(tmp_path):
    """Beside the parsing of the same lines."""
    results = Results()

    time_parts(tmp_path / "parts.jsonl", 50, ONCE, results)

    assert set(results.timings) == {f"part/{part}/{RTMODELS}" for part in PARTS}


def test_a_log_grows_without_repeating_itself(tmp_path):
    """No event comes twice."""
    path = tmp_path / "log.jsonl"
    lines = Log(0, Contents(audio_bytes=0)).run()

    for size in (50_000, 100_000):
        grow(path, size, lines)
        assert size <= path.stat().st_size < size + 50_000

    ids = [orjson.loads(line)["event_id"] for line in path.read_bytes().splitlines()]
    assert len(set(ids)) == len(ids)


def test_a_server_alone_has_no_client(tmp_path):
    """What a client sends is left out if asked for."""
    path = tmp_path / "log.jsonl"
    write_log(path, 200, seed=0, contents=Contents(audio_bytes=30, client=False))
    types = {orjson.loads(line)["type"] for line in path.read_bytes().splitlines()}

    assert types.isdisjoint({"input_audio_buffer.append", "response.create"})
    assert "response.output_audio.delta" in types & AUDIO.keys()


@pytest.mark.parametrize(("largest", "reached"), [(300e6, True), (500e6, False)])
def test_the_goal_is_judged(largest, reached, capsys):
    """Memory no longer grows, once all buffers are full."""
    assert print_archives(make_results(largest)) is reached

    printed = capsys.readouterr().out
    assert "load of the machine: 0.10 before, 1.90 after" in printed
    assert "Polars: refused: ComputeError: some | other" in printed
    assert "Left out: pandas, not installed: pandas." in printed


def test_archives_are_drawn(tmp_path):
    """As an SVG and a PNG, from a file of results as well."""
    make_results(300e6).dump(tmp_path / "archives.json")

    draw_archives(Results.load(tmp_path / "archives.json"), tmp_path / "archives")

    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".svg", ".png"}


@pytest.fixture
def documents(tmp_path):
    """Copy the documents with figures of archives, and return the folder."""
    (tmp_path / "docs").mkdir()
    name = "docs/speed.md"
    (tmp_path / name).write_text((ROOT / name).read_text())
    return tmp_path


def test_figures_are_written_into_the_documents(documents):
    """Nothing but their places changes, and a second run replaces them."""
    speed = documents / "docs" / "speed.md"
    first = speed.read_text()
    for largest in (400e6, 300e6):
        update_archive_docs(documents, make_results(largest))

    text = speed.read_text()
    assert text.count("Archives, by `python -m benchmarks archives`") == 1
    assert "at most 300 MB of memory for 2,000 MB" in text
    assert "| rtmodels convert | 200 | 290 | 300 |\n" in text
    assert r"| Polars | refused: ComputeError: some \| other |" in text
    assert "400 MB" not in text
    assert text.partition("\nArchives, by")[0] == first.partition("\nArchives, by")[0]
    assert text.endswith(first[first.index("\n\n## Worst inputs") :])


def test_the_command_draws_and_writes(documents, monkeypatch):
    """The recordings are all files of a folder."""
    (documents / "b.jsonl").touch()
    (documents / "a.jsonl").touch()
    seen = []

    def measure(*arguments):
        seen.extend(path.name for path in arguments[2])
        return make_results(300e6)

    monkeypatch.setattr(archives, "measure_archives", measure)
    for name in ("ROOT", "BUILD", "CHARTS"):
        monkeypatch.setattr(main, name, documents)
    command = ["archives", "--recordings", str(documents), "--write"]

    assert main.app(command, result_action="return_value") == 0
    assert seen == ["a.jsonl", "b.jsonl"]
    assert (documents / "archives.svg").exists()
    assert "300 MB" in (documents / "docs" / "speed.md").read_text()


def test_a_document_without_the_place_is_an_error(documents):
    """Rather than figures that are not updated."""
    (documents / "docs" / "speed.md").write_text("# Speed\n")

    with pytest.raises(ValueError, match=r"speed\.md needs one place"):
        update_archive_docs(documents, make_results(300e6))


def make_results(largest):
    """Make results with the peak memory of the *largest* log."""
    results = Results(MACHINE, labels=LABELS)
    for log in LOGS:
        results.sizes |= {f"{log}/events": 3_000, f"{log}/bytes": 2_000_000}
        for task, names in TASKS.items():
            for name in names:
                if name != "pandas":
                    for title in (task, f"{task}_wall"):
                        timing = Timing(f"{title}/{log}/{name}", [4.0], [2.0])
                        results.add(timing)
                    results.add(Timing(f"memory/{task}/{log}/{name}", [2e8], []))
    for part in PARTS:
        results.add(Timing(f"part/{part}/{RTMODELS}", [4e-6], [2e-6]))
    for command in COMMANDS.values():
        for size, peak in [(10, 200e6), (100, 290e6), (2_000, largest)]:
            results.add(Timing(f"memory/growth/{command}/{size}", [peak], []))
    results.notes += [
        Note("polars", "faulty", "ComputeError: some | other", able=False),
        Note("pandas", "all", "not installed: pandas", able=False),
    ]
    return results
