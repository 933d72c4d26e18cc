"""Conversion of rows to Arrow tables."""

from collections.abc import Iterable
from itertools import chain, islice
from typing import Any, get_args

import attrs

from rtmodels.adapters._recordings.times import Instant
from rtmodels.errors import MissingDependencyError

try:
    import pyarrow as pa
    from pyarrow import compute
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

# pyarrow generates the functions of this module at import, so type checkers cannot
# see any of them.
pc: Any = compute
"""The compute functions of pyarrow."""

ARROW_TYPES = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    Instant: pa.timestamp("us", tz="UTC"),
}
"""The Arrow type of each field type."""

# Packed rows take a tenth of the memory that Python objects do.
BATCH = 4096
"""Number of rows that are collected before they are packed."""


def make_schema(row: type[attrs.AttrsInstance]) -> pa.Schema:
    """Build the schema of a table whose rows are instances of *row*."""
    return pa.schema(
        [
            (column.name, ARROW_TYPES[(get_args(column.type) or (column.type,))[0]])
            for column in attrs.fields(row)
        ]
    )


class TableRows:
    """The rows of one table, packed into batches as they are added."""

    def __init__(self, row: type[attrs.AttrsInstance]) -> None:
        """Create an empty table for instances of *row*."""
        self._schema = make_schema(row)
        self._packed: list[pa.RecordBatch] = []
        self._loose: list[Any] = []

    def add(self, row: object) -> None:
        """Append *row*, which must not change afterwards."""
        self._loose.append(row)
        if len(self._loose) == BATCH:
            self._packed.append(self._pack(self._loose))
            self._loose = []

    def to_table(self, unfinished: Iterable[object] = ()) -> pa.Table:
        """Return the rows added so far, followed by the *unfinished* ones."""
        # Unfinished rows may still change, so nothing of this is kept.
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
    """Build an array of *values*, and adapt those that Arrow cannot represent."""
    try:
        return pa.array(values, type_)
    except (OverflowError, UnicodeEncodeError):
        # Too rare to check every value: the column is built again.
        return pa.array([_fit(value) for value in values], type_)


def _fit(value: Any) -> Any:
    """Return *value* as Arrow can represent it: a 64-bit integer, or valid Unicode."""
    # JSON may escape lone surrogates, which have no UTF-8.
    if isinstance(value, str):
        return value.encode(errors="replace").decode()

    # Null is honest; the nearest 64-bit integer would be a wrong count.
    if isinstance(value, int) and value.bit_length() > 63:  # noqa: PLR2004 - and a sign
        return None
    return value
