"""Finds what a Parquet file lost of the log that it was made from."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

WHOLE = {"line", "raw", "unknown"}
"""Columns that keep a message as it came."""

ROWS = 10_000
"""Rows that are compared at a time."""


def describe_losses(log: Path, output: Path) -> str:
    """Compare the rows of *output* with the lines of *log*.

    Compared are the texts at the top of each event, where a column has texts too.
    Numbers, what is nested, and audio as bytes are not.
    """
    lines = log.read_bytes().splitlines()
    events = list(map(parse, lines))
    table = pq.read_table(output)

    found = [f"{table.num_rows:,} of {len(lines):,} rows"]
    if table.num_rows == len(lines):
        found += count_losses(events, table)
    if texts := sorted(find_texts(events, table.schema)):
        found.append(f"as text: {', '.join(texts)}")
    return "; ".join(found)


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
        yield f"{empty:,} of them empty"
    if changed:
        yield f"{changed:,} with another text"


def find_empty(batch: pa.RecordBatch) -> list[bool]:
    """Find the rows in which every column is null."""
    nulls = [column.is_null().to_pylist() for column in batch.columns]
    return [all(row) for row in zip(*nulls, strict=True)]


def differs(event: Any, row: dict[str, Any]) -> bool:
    """Return whether a text of *event* is not in its column, or the event invalid."""
    return event is None or any(
        isinstance(event.get(name), str) and event[name] != value
        for name, value in row.items()
    )


def find_texts(events: list[Any], schema: pa.Schema) -> Iterator[str]:
    """Find the columns that have text where events have objects or arrays.

    A column of JSON is text whatever is in it.
    """
    nested = {
        key
        for event in events
        for key, value in (event or {}).items()
        if isinstance(value, (dict, list))
    }
    for column in schema:
        if is_json(column.type) or (is_string(column.type) and column.name in nested):
            yield column.name


def is_string(type_: pa.DataType) -> bool:
    """Return whether a column of *type_* has texts as values."""
    return pa.types.is_string(type_) or pa.types.is_large_string(type_)


def is_json(type_: pa.DataType) -> bool:
    """Return whether a column of *type_* has JSON text as values."""
    return getattr(type_, "extension_name", None) == "arrow.json"
