"""The cost of archives: whole processes, as they are run in a shell.

Each log is converted to Parquet, and questions are asked of it, by each contender in
turns. The parts of a conversion are timed in one process. The names of the
measurements:

- ``convert/LOG/CONTENDER``, ``answer/LOG/CONTENDER``: seconds of processor time, user
  and system, of a process and all that it starts, beside those of rtmodels
- ``convert_wall/...``, ``answer_wall/...``: the same, as time on the clock
- ``memory/convert/LOG/CONTENDER``, ``memory/answer/...``: peak memory
- ``memory/growth/COMMAND/MEGABYTES``: peak memory of a command, as a log grows
- ``part/PART/rtmodels``: a part of the conversion, beside `orjson.loads`
"""

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from functools import partial
from importlib.util import find_spec
from io import BytesIO
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from attrs import frozen

from benchmarks import ROOT
from benchmarks.archive import Contents, Log, write_log
from benchmarks.contenders import PURE
from benchmarks.converters import ANSWERERS, CONVERTERS
from benchmarks.losses import FAULTS, describe_losses, insert_fault
from benchmarks.measure import Effort, Loop, Progress, Race, make_loop, run_race
from benchmarks.results import Results, describe_machine
from benchmarks.worker import Note, Timing
from rtmodels import RealtimeClientEvent, RealtimeServerEvent
from rtmodels.adapters.archive import read_events
from rtmodels.adapters.arrow import ArrowAdapter, decode_batches

Event = RealtimeClientEvent | RealtimeServerEvent

MEGABYTE = 1_000_000

RTMODELS = "rtmodels"
PURE_RTMODELS = RTMODELS + PURE

COMMANDS = {"convert": "convert", "answer": "stats"}
"""The command of rtmodels for each task."""

TASKS = {
    "convert": (RTMODELS, PURE_RTMODELS, *CONVERTERS),
    "answer": (RTMODELS, PURE_RTMODELS, *ANSWERERS),
}
"""The contenders for each task."""

LABELS = {
    RTMODELS: "rtmodels",
    PURE_RTMODELS: "rtmodels, pure Python",
    "duckdb": "DuckDB, columns inferred",
    "duckdb_columns": "DuckDB, columns given",
    "duckdb_text": "DuckDB, line as text",
    "duckdb_lenient": "DuckDB, ignore_errors",
    "polars": "Polars",
    "pyarrow": "pyarrow.json",
    "orjson": "orjson, from_pylist",
    "orjson_loop": "orjson, a loop",
    "pandas": "pandas",
    "openai": "openai-python, pandas",
}

KEYS = ("--time-key", "logged_at", "--session-key", "logged_session")

COMMAND = "import sys; from rtmodels.adapters.cli import app; sys.exit(app())"
"""The program that installs as ``rtmodels``."""

FINISHED = (0, 1)
"""The statuses of a run that read the whole log; 1 tells of invalid messages."""

PARTS = {
    "read": "read lines into batches",
    "decode": "decode batches of messages",
    "write": "write Parquet",
    "encode": "encode batches as messages",
}
"""The parts of a conversion, in both directions."""


@frozen
class LogKind:
    """A log, and how it is read."""

    title: str
    contents: Contents
    share: float = 1.0
    """How many of the events of the largest log it has."""

    keys: tuple[str, ...] = ()
    """Options of rtmodels."""

    losses: bool = False
    """Find what each contender lost."""


SMALL_AUDIO = 300
"""Bytes of audio in an event of a log with small audio."""

LOGS = {
    "small": LogKind("small audio", Contents(SMALL_AUDIO)),
    "small_keys": LogKind(
        "small audio, with keys", Contents(SMALL_AUDIO, stamps=True), 1, KEYS
    ),
    "large": LogKind("full audio", Contents(), 0.25),
    "large_keys": LogKind(
        "full audio, with keys", Contents(stamps=True), 0.25, KEYS, losses=True
    ),
    "faulty": LogKind(
        "small audio, with keys and faults",
        Contents(SMALL_AUDIO, stamps=True, faults=True),
        1,
        KEYS,
        losses=True,
    ),
}


@frozen
class Scale:
    """How large the archives are."""

    events: int
    """Events of the largest log."""

    part_events: int
    """Events that the parts of the conversion are timed with."""

    fault_events: int
    """Events of a log with one fault."""

    megabytes: tuple[float, ...]
    """Sizes of the logs that memory is measured with."""


FULL_SCALE = Scale(200_000, 16_384, 2_000, (10, 100, 500, 2_000))
SMALL_SCALE = Scale(800, 100, 400, (0.1, 0.2))


@frozen
class Usage:
    """The cost of a process, and of all that it started."""

    cpu: float
    """Seconds of processor time, of the user and of the system."""

    wall: float
    """Seconds on the clock."""

    peak: int
    """Peak memory of the largest process, in bytes."""

    refusal: str
    """The first line of the error, if there was one."""


def measure_archives(
    effort: Effort, scale: Scale, recordings: Iterable[Path], progress: Progress
) -> Results:
    """Measure everything; *recordings* are only looked through for what is lost."""
    results = Results(machine=describe_machine(), labels=LABELS)
    results.machine |= {"cores": os.cpu_count() or 1, "load_before": read_load()}
    tasks = {task: list_installed(names, results) for task, names in TASKS.items()}

    with TemporaryDirectory() as name:
        folder = Path(name)
        for title, kind in LOGS.items():
            events = int(scale.events * kind.share)
            log = folder / f"{title}.jsonl"
            write_log(log, events, 0, kind.contents)
            results.sizes |= {
                f"{title}/events": events,
                f"{title}/bytes": log.stat().st_size,
            }
            for round_ in range(effort.processes):
                progress(f"{kind.title}, round {round_ + 1} of {effort.processes}")
                time_contenders(title, log, tasks, results)
            log.unlink()

        for fault in FAULTS:
            progress(f"looking for losses, with {fault}")
            log = folder / "fault.jsonl"
            write_log(log, scale.fault_events, 0, LOGS["small_keys"].contents)
            insert_fault(log, fault)
            title = f"{scale.fault_events:,} events and {fault}"
            note_losses(title, log, KEYS, tasks["convert"], results)

        for path in recordings:
            progress(f"looking for losses in {path.name}")
            title = f"recorded traffic, {path.stem}"
            note_losses(title, path, (), tasks["convert"], results)

        progress("timing the parts")
        time_parts(folder / "parts.jsonl", scale.part_events, effort, results)
        measure_growth(folder / "log.jsonl", scale.megabytes, progress, results)

    results.machine["load_after"] = read_load()
    return results


def read_load() -> str:
    """Return how many processes ran or waited for a core, in the last minute."""
    return f"{os.getloadavg()[0]:.2f}"


def list_installed(names: Iterable[str], results: Results) -> list[str]:
    """Return the contenders whose library is installed, and note the others."""
    installed = []
    for name in names:
        library = name.partition("_")[0]
        if find_spec(library):
            installed.append(name)
        else:
            text = f"not installed: {library}"
            note_once(Note(name, "all", text, able=False), results)
    return installed


def note_once(note: Note, results: Results) -> None:
    """Add *note*, unless it is there from another round."""
    if note not in results.notes:
        results.notes.append(note)


def time_contenders(
    title: str, log: Path, tasks: dict[str, list[str]], results: Results
) -> None:
    """Run each contender on *log* once, rtmodels first."""
    kind = LOGS[title]
    find_losses = kind.losses and f"convert/{title}/{RTMODELS}" not in results.timings
    if find_losses:
        note_losses(title, log, kind.keys, tasks["convert"], results)

    for task, names in tasks.items():
        ours = None
        for name in names:
            with TemporaryDirectory() as folder:
                usage = run(task, name, log, kind.keys, Path(folder, "log.parquet"))
            if usage.refusal:
                note_once(Note(name, title, usage.refusal, able=False), results)
                continue

            ours = ours or usage
            place = f"{title}/{name}"
            for timing in (
                Timing(f"{task}/{place}", [usage.cpu], [ours.cpu]),
                Timing(f"{task}_wall/{place}", [usage.wall], [ours.wall]),
                Timing(f"memory/{task}/{place}", [usage.peak], []),
            ):
                results.add(timing)


def note_losses(
    title: str, log: Path, keys: tuple[str, ...], names: list[str], results: Results
) -> None:
    """Note what each contender loses of *log*, or why it refuses it."""
    for name in names:
        with TemporaryDirectory() as folder:
            output = Path(folder, "log.parquet")
            refusal = run("convert", name, log, keys, output).refusal
            text = refusal or describe_losses(log, output)
        note_once(Note(name, title, text, able=not refusal), results)


def run(task: str, name: str, log: Path, keys: tuple[str, ...], output: Path) -> Usage:
    """Run the contender *name* on *log*, in a new process.

    Raises:
        RuntimeError: rtmodels did not read the log to its end.
    """
    is_ours = name in (RTMODELS, PURE_RTMODELS)
    files = [str(log), str(output)] if task == "convert" else [str(log)]
    if is_ours:
        command = ["-c", COMMAND, COMMANDS[task], *files, *keys]
    else:
        command = ["-m", "benchmarks.converters", task, name, *files]

    process = subprocess.run(
        [sys.executable, "-m", "benchmarks.usage", sys.executable, *command],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | ({"RTMODELS_PURE": "1"} if name == PURE_RTMODELS else {}),
        check=False,
    )
    cost = json.loads(process.stdout.splitlines()[-1])
    refusal = ""
    if process.returncode not in FINISHED:
        error = process.stderr.strip() or f"exit status {process.returncode}"
        if is_ours:
            raise RuntimeError(f"rtmodels {COMMANDS[task]} failed: {error}")
        refusal = error.splitlines()[0].replace(str(log), log.name)
    return Usage(**cost, refusal=refusal)


def time_parts(path: Path, events: int, effort: Effort, results: Results) -> None:
    """Time the parts of the conversion beside the parsing of the same lines."""
    write_log(path, events, 0, LOGS["small_keys"].contents)
    lines = path.read_bytes().splitlines()
    for part, loop in make_parts(path).items():
        samples = run_race(Race(make_loop(orjson.loads, lines), loop, events), effort)
        timing = Timing(f"part/{part}/{RTMODELS}", samples.values, samples.floors)
        results.add(timing)


def make_parts(path: Path) -> dict[str, Loop]:
    """Make a loop for each of `PARTS`."""
    decode, encode = decode_batches(Event), ArrowAdapter(Event).encode
    read = partial(
        read_events,
        [str(path)],
        time_key="logged_at",
        session_key="logged_session",
    )
    raw = list(read())
    decoded = list(map(decode, raw))

    def write() -> None:
        schema = decoded[0].schema
        with pq.ParquetWriter(BytesIO(), schema, compression="zstd") as writer:
            writer.write_table(pa.Table.from_batches(decoded))

    return {
        "read": lambda: deque(read(), maxlen=0),
        "decode": make_loop(decode, raw),
        "write": write,
        "encode": make_loop(encode, decoded),
    }


def measure_growth(
    path: Path, megabytes: tuple[float, ...], progress: Progress, results: Results
) -> None:
    """Measure the peak memory of the commands, while a log grows."""
    lines = Log(0, Contents()).run()
    for size in sorted(megabytes):
        grow(path, int(size * MEGABYTE), lines)
        for task, command in COMMANDS.items():
            progress(f"measuring the memory of rtmodels {command} of {size:,} MB")
            with TemporaryDirectory() as folder:
                usage = run(task, RTMODELS, path, (), Path(folder, "log.parquet"))
            results.add(Timing(f"memory/growth/{command}/{size:g}", [usage.peak], []))


def grow(path: Path, size: int, lines: Iterator[bytes]) -> None:
    """Append *lines* to a log until it has *size* bytes; no event is repeated."""
    with path.open("ab") as file:
        while file.tell() < size:
            file.writelines(line + b"\n" for line in islice(lines, 100))
