"""Sums archives up, in each engine: ``python -m benchmarks.archive_totals FOLDER``.

The sums count events by type, tokens, bytes of audio and issues, and add up a hash of
each message that a decoded row encodes to. So engines that agree have decoded the same.
Each engine runs in a separate process, with two workers that return only sums. This is
a program and not a test, since a million events take minutes.
"""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from hashlib import blake2b
from pathlib import Path
from time import perf_counter, sleep
from typing import Annotated, TypeAlias

import orjson
import psutil
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen
from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from rtmodels import RealtimeClientEvent, RealtimeServerEvent
from rtmodels.adapters.archive import read_events
from rtmodels.adapters.arrow import ArrowAdapter, decode_batches

Totals: TypeAlias = "Counter[str]"

WORKERS = 2
MEGABYTE = 1 << 20
STORE = 200 * MEGABYTE
"""Bytes that Ray may keep in its object store."""

HASHES = 1 << 64

SUMS = pa.schema([("sums", pa.string())])
"""The output of a worker: a row of JSON text for each batch."""

ADAPTER = ArrowAdapter(RealtimeClientEvent | RealtimeServerEvent)
DECODE = decode_batches(RealtimeClientEvent | RealtimeServerEvent)

app = App(name="python -m benchmarks.archive_totals", version_flags=[])


@frozen
class Run:
    """The sums of one engine for an archive, and their cost."""

    engine: str
    totals: Totals
    seconds: float
    """How long it took, start and stop of the engine included."""

    memory: int
    """Peak memory of its processes in bytes; shared memory counts once."""


@app.default
def compare(
    folder: Path,
    *,
    engine: Annotated[list[str] | None, Parameter(negative=())] = None,
) -> int:
    """Sum an archive up in each engine; exit with 1 if the sums differ.

    Args:
        folder: Files as `rtmodels.adapters.archive.read_events` reads them.
        engine: Only these; may be repeated.
    """
    runs = [watch(name, folder) for name in engine or ENGINES]
    print_runs(runs)
    return int(any(run.totals != runs[0].totals for run in runs))


@app.command(name="sum", show=False)
def sum_up(engine: str, folder: Path) -> int:
    """Print the sums of one engine as JSON."""
    files = [str(path.absolute()) for path in sorted(folder.iterdir())]
    totals: Totals = Counter()
    for text in ENGINES[engine](files):
        totals.update(orjson.loads(text))
    totals["hash"] %= HASHES
    print(orjson.dumps(totals).decode())
    return 0


def watch(engine: str, folder: Path) -> Run:
    """Run *engine* in a process, and watch its memory."""
    print(f"{engine} ...", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "benchmarks.archive_totals", "sum", engine]
    environment = os.environ | {
        "PYSPARK_PYTHON": sys.executable,
        "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
        "RAY_USAGE_STATS_ENABLED": "0",
        "SPARK_LOCAL_IP": "127.0.0.1",
    }

    start, peak = perf_counter(), 0
    with subprocess.Popen(
        [*command, str(folder)], stdout=subprocess.PIPE, env=environment
    ) as process:
        while process.poll() is None:
            peak = max(peak, measure_process_memory(process.pid))
            sleep(0.2)
        output = process.stdout.read() if process.stdout else b""

    seconds = perf_counter() - start
    if process.returncode:
        raise SystemExit(f"{engine} failed")
    return Run(engine, Counter(orjson.loads(output.splitlines()[-1])), seconds, peak)


def measure_process_memory(pid: int) -> int:
    """Add up the memory of a process and of all that it started."""
    size = 0

    # Any of them may end meanwhile.
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0

    for member in family:
        try:
            size += member.memory_full_info().pss
        except psutil.Error:
            continue
    return size


def print_runs(runs: list[Run]) -> None:
    """Print a column of sums for each engine, with the rows that differ in red."""
    table = Table("", *(run.engine for run in runs))
    for column in table.columns[1:]:
        column.justify = "right"

    for name in sorted({name for run in runs for name in run.totals}):
        values = [run.totals[name] for run in runs]
        style = "red" if len(set(values)) > 1 else None
        table.add_row(name, *(f"{value:,}" for value in values), style=style)

    table.add_section()
    table.add_row("seconds", *(f"{run.seconds:,.1f}" for run in runs))
    table.add_row("peak memory, MB", *(f"{run.memory / 1e6:,.0f}" for run in runs))
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def count(batch: pa.RecordBatch) -> dict[str, int]:
    """Sum a decoded batch up."""
    totals: Totals = Counter()
    for type_, number in Counter(batch["type"].to_pylist()).items():
        totals[type_ or "(not valid)"] = number

    done = batch.filter(pc.equal(batch["type"], "response.done"))
    usage = pc.struct_field(done["response"], "usage")
    totals.update(dict(sum_integers(usage, "usage")))
    for audio in (batch["audio"], pc.struct_field(batch["delta"], "binary")):
        totals["audio bytes"] += pc.sum(pc.binary_length(audio)).as_py() or 0

    totals["issues"] = pc.sum(pc.list_value_length(batch["issues"])).as_py() or 0
    hashes = map(hash_message, ADAPTER.encode(batch).to_pylist())
    totals["hash"] = sum(hashes) % HASHES
    return dict(totals)


def sum_integers(array: pa.Array, name: str) -> Iterator[tuple[str, int]]:
    """Sum each column of integers in a struct, at any depth."""
    for index, field in enumerate(array.type):
        child, path = pc.struct_field(array, index), f"{name}.{field.name}"
        if pa.types.is_struct(field.type):
            yield from sum_integers(child, path)
        elif pa.types.is_integer(field.type):
            yield path, pc.sum(child).as_py() or 0


def hash_message(message: bytes) -> int:
    """Return a hash of *message* with 64 bits."""
    return int.from_bytes(blake2b(message, digest_size=8).digest())


def count_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[str]:
    """Write the sums of each batch."""
    for batch in batches:
        yield orjson.dumps(count(batch)).decode()


def count_alone(files: list[str]) -> Iterator[str]:
    """Sum in this process."""
    return count_batches(DECODE(read_events(files)))


def count_in_dask(files: list[str]) -> list[str]:
    """Sum with Dask, with a partition for each file."""
    import dask.bag as db  # noqa: PLC0415 - one engine a process
    from dask.distributed import Client  # noqa: PLC0415

    with Client(
        n_workers=WORKERS, threads_per_worker=1, dashboard_address="127.0.0.1:0"
    ):
        raw = db.from_sequence(files, partition_size=1).map_partitions(read_events)
        sums = raw.map_partitions(DECODE).map_partitions(count_batches)
        texts: list[str] = sums.map_partitions(list).compute()
    return texts


def count_in_ray(files: list[str]) -> list[str]:
    """Sum with Ray Data, with a block for each file."""
    import ray  # noqa: PLC0415

    ray.init(
        num_cpus=WORKERS,
        object_store_memory=STORE,
        include_dashboard=False,
        log_to_driver=False,
    )
    ray.data.DataContext.get_current().enable_progress_bars = False

    given = [{"file": file} for file in files]
    table = partial(ray.data.Dataset.map_batches, batch_format="pyarrow")
    dataset = ray.data.from_items(given, override_num_blocks=len(files))
    dataset = table(dataset, read_tables)
    dataset = table(dataset, DECODE, batch_size=None)
    dataset = table(dataset, count_table, batch_size=None)
    texts = [row["sums"] for row in dataset.take_all()]
    ray.shutdown()
    return texts


def read_tables(files: pa.Table) -> Iterator[pa.Table]:
    """Read some of the files: a batch, in Ray's words."""
    for batch in read_events(files["file"].to_pylist()):
        yield pa.Table.from_batches([batch])


def count_table(table: pa.Table) -> pa.Table:
    """Sum the batches of a table up."""
    return pa.table([list(count_batches(table.to_batches()))], SUMS)


def count_in_spark(files: list[str]) -> list[str]:
    """Sum with Spark, with a partition for each file."""
    from pyspark.sql import SparkSession  # noqa: PLC0415

    spark = (
        SparkSession.builder.master(f"local[{WORKERS}]")
        .config("spark.driver.memory", "1g")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )

    paths = spark.createDataFrame([(file,) for file in files], "file string")
    sums = paths.repartition(len(files)).mapInArrow(count_files, "sums string")
    texts = [row.sums for row in sums.collect()]
    spark.stop()
    return texts


def count_files(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Sum up the files that Spark names."""
    for batch in batches:
        for text in count_alone(batch["file"].to_pylist()):
            yield pa.record_batch([[text]], schema=SUMS)


ENGINES: dict[str, Callable[[list[str]], Iterable[str]]] = {
    "alone": count_alone,
    "dask": count_in_dask,
    "ray": count_in_ray,
    "spark": count_in_spark,
}
"""The function that sums the files up, by the name of the engine."""


if __name__ == "__main__":
    sys.exit(app())
