"""The column of objects, which are instances of one class or of a union."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from rtmodels import UNSET, Unknown
from rtmodels._display import truncate
from rtmodels.adapters.arrow._columns import Column, Rejections, find_valid
from rtmodels.adapters.arrow._unions import join
from rtmodels.converter._plan import plan_class
from rtmodels.converter._shapes import FieldPlan, Scalar
from rtmodels.errors import Issue, MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

__all__ = ["ObjectColumn", "keeps_integers"]

FLOAT = Scalar(float)
"""The shape of fields whose column holds floats."""


class ObjectColumn(Column):
    """Objects, as a struct with a field for each key of any of their classes."""

    kind = "object"

    def __init__(self, classes: Iterable[type], fields: Mapping[str, Column]) -> None:
        """Hold instances of *classes*; *fields* has a column for each of their keys."""
        self.classes = frozenset(classes)
        """The classes of the objects."""

        self.fields = dict(fields)
        """The column of each key and of ``extra``; in a union, ``unknown`` as well."""

        self.type = pa.struct(
            [pa.field(name, column.type) for name, column in self.fields.items()]
        )

    def build(self, values: Sequence[Any]) -> pa.Array:
        """Build the array of the objects, with null in the rows that have none."""
        rows = [row for row, value in enumerate(values) if value is not None]
        if not rows:
            return pa.nulls(len(values), self.type)

        # Rows without an object are left out, and put back into the finished columns.
        places = None
        if len(rows) < len(values):
            places = _spread_rows(rows, len(values))
            values = [values[row] for row in rows]
        try:
            arrays = self._build_columns(values, places)
        except Rejections as exc:
            raise exc.move(lambda row: (rows[row],)) from None

        mask = None if places is None else places.is_null()
        return pa.StructArray.from_arrays(arrays, fields=list(self.type), mask=mask)

    def _build_columns(
        self, objects: Sequence[Any], places: pa.Array | None
    ) -> list[pa.Array]:
        """Build the column of each key of *objects*, and spread it over *places*."""
        count = len(objects if places is None else places)
        columns = self._split(objects)
        arrays = []
        for name, column in self.fields.items():
            if name not in columns:
                arrays.append(pa.nulls(count, column.type))
                continue
            try:
                array = column.build(columns[name])
            except Rejections as exc:
                raise exc.under(name) from None
            arrays.append(array if places is None else array.take(places))

        return arrays

    def _split(self, objects: Sequence[Any]) -> dict[str, list[Any]]:
        """Return, for each key of any object, its values in all rows."""
        rows: dict[type, list[int]] = {}
        for row, object_ in enumerate(objects):
            rows.setdefault(object_.__class__, []).append(row)
        self._check_classes(rows, objects)

        if len(rows) == 1:
            (cls,) = rows
            return _split_instances(cls, objects)

        columns: dict[str, list[Any]] = {}
        for cls, places in rows.items():
            parts = _split_instances(cls, [objects[row] for row in places])
            for name, values in parts.items():
                if name not in columns:
                    columns[name] = [None] * len(objects)
                column = columns[name]
                for row, value in zip(places, values, strict=True):
                    column[row] = value

        return columns

    def _check_classes(
        self, rows: dict[type, list[int]], objects: Sequence[Any]
    ) -> None:
        """Check that all *objects* are of the classes of the column.

        Raises:
            Rejections: Some objects are instances of other classes.
        """
        expected = " or ".join(sorted(cls.__name__ for cls in self.classes))
        rejected = {
            row: Issue((), truncate(expected), truncate(repr(objects[row])))
            for cls in rows.keys() - self.classes
            for row in rows[cls]
        }

        if rejected:
            raise Rejections(rejected)

    def read(self, array: pa.Array) -> list[Any]:
        """Return an object for each row, with the keys whose columns are not null."""
        return _spread(self._read_objects(array), array)

    def read_valid(self, array: pa.Array) -> Iterable[tuple[int, Any]]:
        """Return the rows of *array* that are not null, each with its object."""
        return zip(find_valid(array), self._read_objects(array), strict=True)

    def _read_objects(self, array: pa.Array) -> list[Any]:
        """Return the objects of the rows that are not null."""
        mask = array.is_valid() if array.null_count else None
        objects: list[Any] = [{} for _ in range(len(array) - array.null_count)]
        for index, (name, column) in enumerate(self.fields.items()):
            # Most keys of a union are absent from all rows, and not worth filtering.
            child = array.field(index)
            if child.null_count == len(child):
                continue

            values = column.read_valid(child if mask is None else child.filter(mask))
            if name == "unknown":
                _replace(objects, values)
            elif name == "extra":
                _add_extras(objects, values)
            else:
                for row, value in values:
                    if value is not None:
                        objects[row][name] = value

        return objects

    def merge(self, other: Any, /) -> Column:
        """Join the fields of both."""
        fields = dict(self.fields)
        for name, column in other.fields.items():
            fields[name] = join(fields[name], column) if name in fields else column

        # `read` fills objects in this order: declared keys win over those in `extra`,
        # and the payload of an unknown object over both.
        for name in ("extra", "unknown"):
            if name in fields:
                fields[name] = fields.pop(name)

        return ObjectColumn(self.classes | other.classes, fields)


def _split_instances(cls: type, instances: Sequence[Any]) -> dict[str, list[Any]]:
    """Return the values of each field of *instances* of *cls*, and their extras."""
    if cls is Unknown:
        return {
            "type": [instance.tag for instance in instances],
            "unknown": [instance.payload for instance in instances],
        }

    extras = [instance.extra or None for instance in instances]
    columns = {}
    for field in plan_class(cls).fields:
        values = list(map(attrgetter(field.name), instances))
        if field.nullable:
            values = _move_nulls(field, values, extras)
        if keeps_integers(field) and int in map(type, values):
            _note_integers(field.name, values, extras)
        columns[field.name] = values
    columns["extra"] = extras

    return columns


def keeps_integers(field: FieldPlan) -> bool:
    """Return whether ``extra`` has to hold the integers among the values of *field*."""
    return field.shape == FLOAT


def _move_nulls(field: FieldPlan, values: list[Any], extras: list[Any]) -> list[Any]:
    """Move explicit nulls to *extras*; return the values, with ``None`` for absent."""
    for row, value in enumerate(values):
        if value is None:
            extras[row] = {**(extras[row] or {}), field.name: None}

    if field.required:
        return values
    return [None if value is UNSET else value for value in values]


def _note_integers(name: str, values: Sequence[Any], extras: list[Any]) -> None:
    """Add integers to *extras*: their column of floats turns ``3`` into ``3.0``."""
    for row, value in enumerate(values):
        if type(value) is int:
            extras[row] = {**(extras[row] or {}), name: value}


def _replace(objects: list[Any], payloads: Iterable[tuple[int, Any]]) -> None:
    """Replace the objects of unknown types, by their rows, with their payloads."""
    for row, payload in payloads:
        if payload is not None:
            objects[row] = payload


def _add_extras(objects: list[Any], extras: Iterable[tuple[int, Any]]) -> None:
    """Add *extras*, by their rows, except for keys that have another value."""
    for row, extra in extras:
        if extra is None:
            continue

        object_ = objects[row]
        for key, value in extra.items():
            known = object_.setdefault(key, value)
            # The same number, written as the message had it.
            if type(value) is int and type(known) is float and value == known:
                object_[key] = value


def _spread(objects: list[Any], array: pa.Array) -> list[Any]:
    """Return the objects with ``None`` in the rows where *array* is null."""
    if not array.null_count:
        return objects
    remaining = iter(objects)
    return [
        next(remaining) if valid else None for valid in array.is_valid().to_pylist()
    ]


def _spread_rows(rows: list[int], length: int) -> pa.Array:
    """Return the indices that spread an array over *rows*, with null elsewhere."""
    indices: list[int | None] = [None] * length
    for index, row in enumerate(rows):
        indices[row] = index
    return pa.array(indices, pa.int64())
