"""Packs rows into Arrow tables."""

from collections.abc import Iterable
from itertools import chain, islice
from typing import Any, get_args

import attrs

from rtmodels.adapters.archive._rows import Instant
from rtmodels.errors import MissingDependencyError

try:
    import pyarrow as pa
    from pyarrow import compute
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

pc: Any = compute
"""The same, for type checkers: its functions are made when it is imported."""

ARROW_TYPES = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    Instant: pa.timestamp("us", tz="UTC"),
}
"""What each type of a field is in Arrow."""

BATCH = 4096
"""So many rows are gathered before they are packed; they then take a tenth of it."""


def make_schema(row: type[attrs.AttrsInstance]) -> pa.Schema:
    """Build the schema of the table whose rows are of the class *row*."""
    return pa.schema(
        [
            (column.name, ARROW_TYPES[(get_args(column.type) or (column.type,))[0]])
            for column in attrs.fields(row)
        ]
    )


class TableRows:
    """The rows of one table; they are packed as they come."""

    def __init__(self, row: type[attrs.AttrsInstance]) -> None:
        """Begin with none; all will be of the class *row*."""
        self._schema = make_schema(row)
        self._packed: list[pa.RecordBatch] = []
        self._loose: list[Any] = []

    def add(self, row: object) -> None:
        """Take *row*, which must not change any more."""
        self._loose.append(row)
        if len(self._loose) == BATCH:
            self._packed.append(self._pack(self._loose))
            self._loose = []

    def to_table(self, unfinished: Iterable[object] = ()) -> pa.Table:
        """Return all the rows, and after them those that are *unfinished*."""
        rows = chain(self._loose, unfinished)
        batches = [*self._packed]
        while batch := list(islice(rows, BATCH)):
            batches.append(self._pack(batch))
        return pa.Table.from_batches(batches, self._schema)

    def _pack(self, rows: list[Any]) -> pa.RecordBatch:
        """Build a batch of *rows*."""
        columns = [
            _pack_column([getattr(row, column.name) for row in rows], column.type)
            for column in self._schema
        ]
        return pa.RecordBatch.from_arrays(columns, schema=self._schema)


def _pack_column(values: list[Any], type_: pa.DataType) -> pa.Array:
    """Build an array of *values*; Arrow does not have all that Python can hold."""
    try:
        return pa.array(values, type_)
    except (OverflowError, UnicodeEncodeError):
        return pa.array([_fit(value) for value in values], type_)


def _fit(value: Any) -> Any:
    """Return *value* as Arrow can hold it: an integer of 64 bits, or valid Unicode."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, int) and value.bit_length() > 63:  # noqa: PLR2004 - and a sign
        return None
    return value
