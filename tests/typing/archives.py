"""What type checkers make of reading archives; checked, and never run."""

from collections.abc import Iterator
from pathlib import Path
from typing import assert_type

import pyarrow as pa

from rtmodels.adapters.archive import read_events


def paths_are_one_or_many(errors: list[Exception]) -> None:
    """Accept text, paths, and any iterable of them."""
    assert_type(read_events("logs/*.jsonl"), Iterator[pa.RecordBatch])
    read_events(Path("log.jsonl"), event_key="event", report=errors.append)
    read_events(Path("logs").iterdir())
    read_events(["a.jsonl", Path("b.jsonl")], batch_rows=100)
    read_events(b"log.jsonl")  # type: ignore[arg-type]
    read_events(None)  # type: ignore[arg-type]
