"""Logs with one fault, and what a Parquet file lost of the log behind it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

DELTA = (
    b'{"type":"response.output_text.delta","event_id":"event_1","item_id":"item_1",'
    b'"response_id":"resp_1","output_index":0,"content_index":0,"delta":"so"}'
)

FAULTS = {
    "an event of an unknown type": (
        b'{"type":"response.thought.delta","event_id":"event_1","delta":{"text":"so"}}'
    ),
    "a number in place of a text": DELTA.replace(b'"event_1"', b"7"),
    "half a character": DELTA.replace(b'"so"', rb'"so \ud83d"'),
    "half a line": DELTA[: len(DELTA) // 2],
}
"""A line for each fault."""

WHOLE = {"line", "raw", "unknown"}
"""Columns that keep a message as it came."""

ROWS = 10_000
"""Rows that are compared at a time."""


def insert_fault(log: Path, fault: str) -> None:
    """Insert a line of `FAULTS` into *log*, behind three quarters of the others."""
    lines = log.read_bytes().splitlines(keepends=True)
    lines.insert(len(lines) * 3 // 4, FAULTS[fault] + b"\n")
    log.write_bytes(b"".join(lines))


def describe_losses(log: Path, output: Path) -> str:
    """Compare the rows of *output* with the lines of *log*.

    Compared are the texts at the top of each event, where a column has texts too, and
    the types of the columns. Numbers and what is nested are not.
    """
    lines = log.read_bytes().splitlines()
    events = list(map(parse, lines))
    table = pq.read_table(output)

    found = [f"{table.num_rows:,} rows of {len(lines):,} lines"]
    if table.num_rows == len(lines):
        found += count_losses(events, table)
    return "; ".join([*found, *list_columns(events, table.schema)])


def parse(line: bytes) -> Any:
    """Parse *line* as leniently as Python does; return None if it is not an object."""
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def count_losses(events: list[Any], table: pa.Table) -> Iterator[str]:
    """Count rows without any value, and rows where a text differs."""
    names = [f.name for f in table.schema if is_string(f.type) or f.name in WHOLE]
    empty = changed = 0
    rows = (
        (row, is_empty)
        for batch in table.to_batches(max_chunksize=ROWS)
        for row, is_empty in zip(
            batch.select(names).to_pylist(), find_empty(batch), strict=True
        )
    )

    for event, (row, is_empty) in zip(events, rows, strict=True):
        if any(row.get(name) is not None for name in WHOLE):
            continue
        empty += is_empty
        changed += not is_empty and differs(event, row)

    if empty:
        yield f"empty rows: {empty:,}"
    if changed:
        yield f"rows with a text missing or changed: {changed:,}"


def find_empty(batch: pa.RecordBatch) -> list[bool]:
    """Find the rows in which every column is null."""
    nulls = [column.is_null().to_pylist() for column in batch.columns]
    return [all(row) for row in zip(*nulls, strict=True)]


def differs(event: Any, row: dict[str, Any]) -> bool:
    """Return whether a text of *event* is missing, or the line is no event.

    Undeclared keys of rtmodels are in the column ``extra``.
    """
    if event is None:
        return True
    missing = {
        name
        for name, value in row.items()
        if isinstance(event.get(name), str) and event[name] != value
    }
    extra = json.loads(row.get("extra") or "{}") if missing else {}
    return not all(extra.get(name) == event[name] for name in missing)


def list_columns(events: list[Any], schema: pa.Schema) -> Iterator[str]:
    """List keys of *events* without a column, and columns of another type.

    A column of JSON is text whatever is in it.
    """
    types: dict[str, set[type]] = {}
    for event in filter(None, events):
        for key, value in event.items():
            types.setdefault(key, set()).add(type(value))

    columns = {column.name: column.type for column in schema}
    texts, floats = [], []
    for name, type_ in columns.items():
        held = types.get(name, set())
        if is_json(type_) or (is_string(type_) and held & {dict, list}):
            texts.append(name)
        if pa.types.is_floating(type_) and held <= {int, type(None)} and held:
            floats.append(name)

    keeps_keys = columns.keys() & {*WHOLE, "extra"}
    missing = [] if keeps_keys else types.keys() - columns.keys()
    for title, names in [
        ("no column for", missing),
        ("JSON text in", texts),
        ("floats for integers in", floats),
    ]:
        if names:
            yield f"{title} {', '.join(sorted(names))}"


def is_string(type_: pa.DataType) -> bool:
    """Return whether a column of *type_* has texts as values."""
    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_))


def is_json(type_: pa.DataType) -> bool:
    """Return whether a column of *type_* has JSON text as values."""
    return getattr(type_, "extension_name", None) == "arrow.json"
