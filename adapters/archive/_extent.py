"""What tables cover: their files, their sessions and their time span."""

from typing import Any

from rtmodels.adapters.archive._packing import pc
from rtmodels.adapters.archive._tables import Tables


def list_files(tables: Tables) -> list[str]:
    """Return the names of the files that have rows in *tables*, sorted."""
    names: set[str | None] = set()
    for rows in _all_rows(tables):
        names.update(rows["file"].unique().to_pylist())
    return sorted(name for name in names if name is not None)


def count_sessions(tables: Tables) -> int:
    """Count the sessions; the rows of a file that have none count as one."""
    names: set[str | None] = set()
    for rows in _all_rows(tables):
        names.update(pc.coalesce(rows["session"], rows["file"]).unique().to_pylist())
    return len(names)


def find_span(tables: Tables) -> tuple[str, str] | None:
    """Return the times of the first and the last event, if any is known."""
    columns = (
        tables.sessions["started_at"],
        tables.sessions["ended_at"],
        tables.responses["created_at"],
        tables.responses["ended_at"],
        tables.items["received_at"],
        tables.errors["received_at"],
    )

    ends = [end for column in columns for end in pc.min_max(column).as_py().values()]
    times = [end for end in ends if end is not None]
    if not times:
        return None
    first, last = (f"{end:%Y-%m-%d %H:%M:%S}" for end in (min(times), max(times)))
    return first, last


def _all_rows(tables: Tables) -> tuple[Any, ...]:
    """Return the tables that have a row for each session, unless nothing is known."""
    return tables.sessions, tables.responses, tables.items, tables.errors
