"""The cost of archives: conversion on one core and on two, and memory.

The names of the measurements:

- ``archive/LOG/CONTENDER``: processor time of an event, beside that of rtmodels
- ``archive_wall/LOG/CONTENDER``: the same, as time on the clock
- ``archive_part/PART/rtmodels``: a part of the conversion, beside `orjson.loads`
- ``archive_workers/LOG/rtmodels``: time on the clock of two processes, beside one
- ``memory/COMMAND/MEGABYTES``: peak memory of a command
"""

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from attrs import frozen

from benchmarks import ROOT
from benchmarks.archive import Contents, Log, make_archive, write_log
from benchmarks.contenders import PURE
from benchmarks.converters import Usage
from benchmarks.measure import Effort, Loop, Progress, Race, make_loop, run_race
from benchmarks.results import Results, describe_machine
from benchmarks.worker import Timing
from rtmodels import RealtimeClientEvent, RealtimeServerEvent
from rtmodels.adapters.archive import read_events
from rtmodels.adapters.arrow import ArrowAdapter, decode_batches

Event = RealtimeClientEvent | RealtimeServerEvent

FILES = 4
"""Files in an archive; each of two processes converts half of them."""

MEGABYTE = 1_000_000

RTMODELS = "rtmodels"
PURE_RTMODELS = RTMODELS + PURE
RIVALS = {
    "both": (PURE_RTMODELS, "orjson"),
    "server": (PURE_RTMODELS, "orjson", "openai"),
}
"""The other converters of each log; the SDK supports only the events of servers."""

PARTS = {
    "read": "read lines into batches",
    "decode": "decode batches of messages",
    "write": "write Parquet",
    "encode": "encode batches as messages",
}
"""The parts of a conversion, in both directions."""

COMMANDS = {"convert": RTMODELS, "stats": "stats"}
"""The commands whose memory is measured, by the names that `benchmarks.converters` has
for them."""


@frozen
class Scale:
    """How large the archives are."""

    events: int
    """Events of an archive that is converted."""

    part_events: int
    """Events that the parts of the conversion are timed with."""

    megabytes: tuple[float, ...]
    """Sizes of the logs that memory is measured with."""


FULL_SCALE = Scale(100_000, 16_384, (10, 100, 500, 2_000))
SMALL_SCALE = Scale(200, 100, (0.1, 0.2))


def measure_archives(effort: Effort, scale: Scale, progress: Progress) -> Results:
    """Measure everything."""
    results = Results(machine=describe_machine())
    with TemporaryDirectory() as name:
        folder = Path(name)
        for log in RIVALS:
            files = write_archive(folder / log, log, scale.events, results)
            for round_ in range(effort.processes):
                progress(f"converting {log}, round {round_ + 1} of {effort.processes}")
                time_contenders(log, files, scale.events, results)
                if log == "both":
                    time_workers(log, files, results)

        progress("timing the parts")
        time_parts(folder / "parts.jsonl", scale.part_events, effort, results)
        measure_commands(folder / "log.jsonl", scale.megabytes, progress, results)
    return results


def write_archive(folder: Path, log: str, events: int, results: Results) -> list[Path]:
    """Write an archive, and note the size of its events."""
    contents = Contents(client=log == "both")
    make_archive(folder, events=events, files=FILES, contents=contents)
    files = sorted(folder.iterdir())
    results.sizes[log] = sum(file.stat().st_size for file in files) // events
    return files


def time_contenders(log: str, files: list[Path], events: int, results: Results) -> None:
    """Convert *files* with each contender, rtmodels first."""
    ours = convert(RTMODELS, files)
    for name in (RTMODELS, *RIVALS[log]):
        usage = ours if name == RTMODELS else convert(name, files)

        for title, theirs, floor in [
            ("archive", usage.cpu, ours.cpu),
            ("archive_wall", usage.end - usage.begin, ours.end - ours.begin),
        ]:
            timing = Timing(
                f"{title}/{log}/{name}", [theirs / events], [floor / events]
            )
            results.add(timing)


def time_workers(log: str, files: list[Path], results: Results) -> None:
    """Convert all *files* in one process, then half of them each in two."""
    # Right after each other, so that both are measured on an equally busy machine.
    half = len(files) // 2
    one = convert(RTMODELS, files)
    two = run_all([(RTMODELS, files[:half]), (RTMODELS, files[half:])])
    seconds = max(u.end for u in two) - min(u.begin for u in two)
    name = f"archive_workers/{log}/{RTMODELS}"
    results.add(Timing(name, [seconds], [one.end - one.begin]))


def time_parts(path: Path, events: int, effort: Effort, results: Results) -> None:
    """Time the parts of the conversion beside the parsing of the same lines."""
    write_log(path, events, seed=0)
    lines = path.read_bytes().splitlines()
    for part, loop in make_parts(path).items():
        samples = run_race(Race(make_loop(orjson.loads, lines), loop, events), effort)
        name = f"archive_part/{part}/{RTMODELS}"
        results.add(Timing(name, samples.values, samples.floors))


def make_parts(path: Path) -> dict[str, Loop]:
    """Make a loop for each of `PARTS`."""
    decode, encode = decode_batches(Event), ArrowAdapter(Event).encode
    raw = list(read_events([str(path)]))
    decoded = list(map(decode, raw))

    def write() -> None:
        schema = decoded[0].schema
        with pq.ParquetWriter(BytesIO(), schema, compression="zstd") as writer:
            writer.write_table(pa.Table.from_batches(decoded))

    return {
        "read": lambda: deque(read_events([str(path)]), maxlen=0),
        "decode": make_loop(decode, raw),
        "write": write,
        "encode": make_loop(encode, decoded),
    }


def measure_commands(
    path: Path, megabytes: tuple[float, ...], progress: Progress, results: Results
) -> None:
    """Measure the peak memory of the commands, while a log grows."""
    lines = Log(0, Contents()).run()
    for size in sorted(megabytes):
        grow(path, int(size * MEGABYTE), lines)
        for command, name in COMMANDS.items():
            progress(f"measuring the memory of rtmodels {command} of {size:,} MB")
            peak = convert(name, [path]).peak
            results.add(Timing(f"memory/{command}/{size:g}", [peak], []))


def grow(path: Path, size: int, lines: Iterator[bytes]) -> None:
    """Append *lines* to a log until it has *size* bytes; no event is repeated."""
    with path.open("ab") as file:
        while file.tell() < size:
            file.writelines(line + b"\n" for line in islice(lines, 100))


def is_pure(name: str) -> bool:
    """Return whether the contender *name* does without the extension."""
    return name.endswith(PURE)


def convert(name: str, files: list[Path]) -> Usage:
    """Convert *files* in one process."""
    [usage] = run_all([(name, files)])
    return usage


def run_all(tasks: list[tuple[str, list[Path]]]) -> list[Usage]:
    """Run each of *tasks* in a separate process, all at the same time."""
    with TemporaryDirectory() as folder:
        processes = [
            subprocess.Popen(
                [
                    *(sys.executable, "-m", "benchmarks.converters", name),
                    *(str(Path(folder, f"{index}.parquet")), *map(str, files)),
                ],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=ROOT,
                env=os.environ | ({"RTMODELS_PURE": "1"} if is_pure(name) else {}),
            )
            for index, (name, files) in enumerate(tasks)
        ]
        outcomes = [process.communicate() for process in processes]

    for process, (_, errors) in zip(processes, outcomes, strict=True):
        if process.returncode:
            raise RuntimeError(f"{process.args} failed: {errors}")
    return [Usage(**json.loads(out.splitlines()[-1])) for out, _ in outcomes]
