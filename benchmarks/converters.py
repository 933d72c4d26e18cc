"""Converters from JSON Lines to one Parquet file, and the process that runs one.

Ours is the command ``rtmodels convert``. The others write what pyarrow accepts with
little code: a column for each key at the top of an event, with nested values as JSON
text. `pyarrow.Table.from_pylist` rejects a column whose values differ in form, as the
items of a session do. So the others have no column for a nested value, such as the
tokens of a response. They leave audio as base64, and do not tell null from an absent
key. orjson validates nothing, and openai-python next to nothing. A fixed list of keys
saves them a first pass over the files.

All read line by line, hold about the same number of bytes, and compress with zstd. The
SDK supports only the events of a server.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from time import process_time, time
from typing import Any, TypeAlias

Convert: TypeAlias = Callable[[list[str], str], object]
"""A function of the files to read, and the file to write."""

ROWS = 8_192
"""Events that the others hold at a time: about as many bytes as ours does."""

COLUMNS = {
    "string": (
        *("type", "event_id", "session", "item", "part", "response", "usage"),
        *("rate_limits", "content", "item_id", "previous_item_id", "response_id"),
        *("call_id", "name", "arguments", "text", "delta", "transcript", "audio"),
        "obfuscation",
    ),
    "int64": ("audio_start_ms", "audio_end_ms", "output_index", "content_index"),
}
"""The keys at the top of the events that `benchmarks.archive` writes."""


@dataclass(frozen=True)
class Usage:
    """The cost of a conversion, without the imports before it."""

    cpu: float
    """Seconds, of all its threads."""

    begin: float
    end: float
    """When it began and ended, in seconds since 1970."""

    peak: int
    """Peak memory of the process in bytes, imports included."""


def prepare_rtmodels(command: str) -> Convert:
    """Import the modules of a command of rtmodels; ``stats`` writes no file."""
    import rtmodels.adapters.archive  # noqa: F401, PLC0415 - only this one pays for it
    from rtmodels.adapters.cli import app  # noqa: PLC0415

    def convert(files: list[str], output: str) -> None:
        arguments = [*files, output] if command == "convert" else files
        try:
            app([command, *arguments])
        except SystemExit as exc:
            if exc.code:
                raise

    return convert


def prepare_orjson() -> Convert:
    """Import orjson and pyarrow."""
    import orjson  # noqa: PLC0415 - as above
    import pyarrow as pa  # noqa: PLC0415

    schema = make_schema(pa)

    def make_tables(lines: Iterator[bytes]) -> Iterator[Any]:
        while rows := [flatten(orjson.loads(line)) for line in islice(lines, ROWS)]:
            yield pa.Table.from_pylist(rows, schema)

    return lambda files, output: write(make_tables(read(files)), schema, output)


def prepare_openai() -> Convert:
    """Import openai-python and pandas."""
    import pandas as pd  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    from benchmarks.contenders.openai_sdk import decode  # noqa: PLC0415

    schema = make_schema(pa)

    def make_row(line: bytes) -> dict[str, Any]:
        event = decode(line)
        return flatten(
            event.model_dump(mode="json", exclude_unset=True, warnings=False)
        )

    def make_tables(lines: Iterator[bytes]) -> Iterator[Any]:
        while rows := list(map(make_row, islice(lines, ROWS))):
            frame = pd.DataFrame(rows, columns=schema.names)
            yield pa.Table.from_pandas(frame, schema, preserve_index=False)

    return lambda files, output: write(make_tables(read(files)), schema, output)


CONVERTERS = {
    "rtmodels": partial(prepare_rtmodels, "convert"),
    "rtmodels_pure": partial(prepare_rtmodels, "convert"),
    "orjson": prepare_orjson,
    "openai": prepare_openai,
    "stats": partial(prepare_rtmodels, "stats"),
}

LABELS = {
    "rtmodels": "rtmodels convert",
    "rtmodels_pure": "rtmodels convert, pure Python",
    "orjson": "orjson, from_pylist",
    "openai": "openai-python, pandas",
}


def make_schema(pa: Any) -> Any:
    """Make the schema of the files that the others write."""
    return pa.schema([(key, type_) for type_, keys in COLUMNS.items() for key in keys])


def read(files: list[str]) -> Iterator[bytes]:
    """Read all lines."""
    for file in files:
        with Path(file).open("rb") as opened:
            yield from opened


def flatten(event: dict[str, Any]) -> dict[str, Any]:
    """Replace nested values by JSON text."""
    import orjson  # noqa: PLC0415 - as above

    return {
        key: orjson.dumps(value).decode() if isinstance(value, (dict, list)) else value
        for key, value in event.items()
    }


def write(tables: Iterable[Any], schema: Any, output: str) -> None:
    """Write *tables* to one file."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    with pq.ParquetWriter(output, schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table)


def import_pandas() -> None:
    """Make pyarrow import pandas, if installed, as it does with the first array."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    pa.array([0])


def find_process_peak() -> int:
    """Find the peak memory of this process.

    On Linux it is read from ``/proc``: `resource` may give that of the parent.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024

    import resource  # noqa: PLC0415 - not on all systems

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(name: str, output: str, *files: str) -> None:
    """Convert *files*; print the cost, below the output of the command."""
    convert = CONVERTERS[name]()
    import_pandas()
    begin, start = time(), process_time()
    convert(list(files), output)
    cpu, end = process_time() - start, time()
    print(json.dumps(asdict(Usage(cpu, begin, end, find_process_peak()))))


if __name__ == "__main__":
    main(*sys.argv[1:])
