"""Columns that the extension fills, one row after the other.

Only `_adapter` imports this. What the extension gives up on is left to `Column.build`.
"""

from typing import TYPE_CHECKING, Any

from rtmodels import Unknown
from rtmodels.adapters.arrow._columns import (
    STRING_COLUMN,
    Column,
    JsonColumn,
    ScalarColumn,
    UnlimitedColumn,
)
from rtmodels.adapters.arrow._containers import ArrayColumn, MapColumn
from rtmodels.adapters.arrow._json import dump_fast, dump_json
from rtmodels.adapters.arrow._objects import ObjectColumn, keeps_integers
from rtmodels.adapters.arrow._unions import UntaggedUnionColumn
from rtmodels.converter._plan import plan_class
from rtmodels.errors import MissingDependencyError
from rtmodels.native import available
from rtmodels.native._columns import ColumnKind, ColumnSpec, RecordSpec, make_layout

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rtmodels.native._columns import Layout, Rows

__all__ = ["lay_out", "make_array"]


def lay_out(column: Column) -> "Layout | None":
    """Build the layout of an object column; None if the extension cannot fill it."""
    if not (available and isinstance(column, ObjectColumn)):
        return None
    spec = _describe(column)
    return None if spec is None else make_layout(spec, _describe_class)


def make_array(rows: "Rows", type_: pa.DataType) -> pa.Array:
    """Return the array of *rows*, none of which was refused."""
    return pa.array(_Finished(rows, type_))


class _Finished:
    """An array that the extension has built, for `pyarrow.array`."""

    def __init__(self, rows: "Rows", type_: pa.DataType) -> None:
        self._rows = rows
        self._type = type_

    def __arrow_c_array__(self, _: object = None) -> tuple[object, object]:
        """Return the type and the array, which can be taken once."""
        return self._type.__arrow_c_schema__(), self._rows.finish()


def _describe(column: Column) -> ColumnSpec | None:
    """Describe a column; return None if one of those inside has no counterpart."""
    argument: Any = None
    inside: Sequence[Column] = ()
    match column:
        case ScalarColumn(kind=name):
            kind = ColumnKind[name.upper()]
        case UnlimitedColumn():
            kind = ColumnKind.UNLIMITED
        case JsonColumn(encode=encode) if encode is dump_json:
            # A hook of a user has to see each value once, and the extension may give
            # up behind it.
            kind, argument = ColumnKind.JSON, dump_fast
        case ObjectColumn():
            kind, argument = ColumnKind.OBJECT, column
            inside = [*column.fields.values()]
        case ArrayColumn():
            kind, inside = ColumnKind.ARRAY, [column.item]
        case MapColumn():
            kind, inside = ColumnKind.MAP, [_make_entry(column)]
        case UntaggedUnionColumn():
            kind, inside = ColumnKind.VARIANTS, [*column.columns.values()]
        case _:
            return None

    specs = [*map(_describe, inside)]
    return None if None in specs else (kind, argument, tuple(specs))


def _make_entry(column: MapColumn) -> ObjectColumn:
    """Return the column of the entries of a map, which is a struct as well."""
    return ObjectColumn([], {"key": STRING_COLUMN, "value": column.value})


def _describe_class(column: ObjectColumn, cls: type) -> RecordSpec | None:
    """Describe a class whose instances *column* holds; return None for any other."""
    if cls not in column.classes:
        return None

    numbers = {name: number for number, name in enumerate(column.fields)}
    if cls is Unknown:
        fields = [("tag", "type"), ("payload", "unknown")]
        return (
            tuple((name, numbers[key], False, False) for name, key in fields),
            None,
            0,
        )

    described = (
        (field.name, numbers[field.name], field.nullable, keeps_integers(field))
        for field in plan_class(cls).fields
    )
    return tuple(described), "extra", numbers["extra"]
