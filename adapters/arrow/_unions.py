"""The column for values of several JSON types, and the joining of columns."""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

from rtmodels import Model, Unknown
from rtmodels.adapters.arrow._columns import Column
from rtmodels.errors import MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

__all__ = ["UntaggedUnionColumn", "join"]

KIND_OF = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    bytes: "binary",
    tuple: "array",
    dict: "map",
}
"""The kind of column for values of each Python class."""

FALLBACK_KINDS = {"integer": "number", "map": "json"}
"""The kind of column that values go to if their own kind has no column."""


class UntaggedUnionColumn(Column):
    """Values of several JSON types, as a struct with a field for each type."""

    kind = "variants"

    def __init__(self, columns: Iterable[Column]) -> None:
        """Hold the values of all *columns*, which are of different kinds."""
        self.columns = {column.kind: column for column in columns}
        """The column of each kind."""

        self.type = pa.struct(
            [pa.field(kind, column.type) for kind, column in self.columns.items()]
        )

    def build(self, values: Sequence[Any]) -> pa.Array:
        """Build one array for each kind of value."""
        kinds = [None if value is None else self._find_kind(value) for value in values]

        arrays = [
            column.build(
                [
                    value if kind == name else None
                    for kind, value in zip(kinds, values, strict=True)
                ]
            )
            for name, column in self.columns.items()
        ]

        mask = pa.array([value is None for value in values], pa.bool_())
        return pa.StructArray.from_arrays(arrays, fields=list(self.type), mask=mask)

    def _find_kind(self, value: Any) -> str:
        """Return the kind of the column that holds *value*."""
        if value == "inf" and "unlimited" in self.columns:
            return "unlimited"

        if isinstance(value, (Model, Unknown)):
            # A class with a hook of the user has no struct, and is JSON text.
            objects = getattr(self.columns.get("object"), "classes", ())
            is_text = type(value) not in objects and "json" in self.columns
            return "json" if is_text else "object"

        kind = KIND_OF.get(type(value), "json")
        return kind if kind in self.columns else FALLBACK_KINDS.get(kind, kind)

    def read(self, array: pa.Array) -> list[Any]:
        """Return the value of each row, which at most one of the columns has."""
        values: list[Any] = [None] * len(array)
        for index, column in enumerate(self.columns.values()):
            child = array.field(index)
            if child.null_count == len(child):
                continue
            for row, value in column.read_valid(child):
                if value is not None:
                    values[row] = value

        return values

    def merge(self, other: Any, /) -> Column:
        """Join the columns of both."""
        return reduce(_add_member, _member_columns(other), self)


def join(one: Column, other: Column) -> Column:
    """Return a column for the values of *one* and of *other*."""
    if one.kind == other.kind:
        return one.merge(other)
    return reduce(
        _add_member, _member_columns(other), UntaggedUnionColumn(_member_columns(one))
    )


def _member_columns(column: Column) -> Iterable[Column]:
    """Return the members of *column* if it is a union, or else *column* alone."""
    if isinstance(column, UntaggedUnionColumn):
        return column.columns.values()
    return [column]


def _add_member(union: UntaggedUnionColumn, column: Column) -> UntaggedUnionColumn:
    """Return *union* with *column* among its members."""
    columns = dict(union.columns)
    known = columns.get(column.kind)
    columns[column.kind] = column if known is None else known.merge(column)
    return UntaggedUnionColumn(columns.values())
