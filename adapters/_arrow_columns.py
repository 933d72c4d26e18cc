"""What Arrow makes of the shapes of our types, and back: a column for each shape.

Null in a column means that the key is absent. An explicit null stands in ``extra``, the
JSON text of all that no other column of its object holds; but a null among the items of
a list or the values of a map is one.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from operator import attrgetter
from typing import Any

import orjson
import pybase64

from rtmodels import UNSET, Model, Unknown
from rtmodels._display import truncate
from rtmodels.converter.plan import FieldPlan, plan_class
from rtmodels.errors import Issue, MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

REFUSALS = (pa.ArrowException, OverflowError, TypeError, UnicodeError, ValueError)
"""What pyarrow and orjson raise for a value that they cannot hold."""


class Misfits(Exception):  # noqa: N818 - never leaves the adapter
    """Values that are no fit for their column: an issue for each row that has one.

    The paths begin where the column does, and grow on the way up.
    """

    def __init__(self, issues: dict[int, Issue]) -> None:
        """Hold *issues* by row."""
        super().__init__(issues)
        self.issues = issues

    def move(self, place: Callable[[int], tuple[int, str]]) -> "Misfits":
        """Make the error of the column above, whose row and path *place* tells."""
        moved = {}
        for row, issue in self.issues.items():
            above, step = place(row)
            moved[above] = Issue(step + issue.path, issue.expected, issue.got)
        return Misfits(moved)

    def below(self, step: str) -> "Misfits":
        """Make the error of the column above, which has the same rows."""
        return self.move(lambda row: (row, step))


class Column(ABC):
    """How the values of one shape become an Arrow array, and an array values again."""

    type: pa.DataType
    """The type of the array."""

    kind: str
    """The JSON type of the values, or ``binary``."""

    @abstractmethod
    def build(self, values: Sequence[Any]) -> pa.Array:
        """Make the array of *values*, as our classes hold them; None becomes null.

        Raises:
            Misfits: Arrow cannot hold some of them.
        """

    @abstractmethod
    def read(self, array: pa.Array) -> list[Any]:
        """Make wire data of *array*, with bytes where audio is."""

    def merge(self, _: Any, /) -> "Column":
        """Make the column for its own values and those of another of the same kind."""
        return self


class Leaf(Column):
    """Values that Arrow has a type for."""

    def __init__(self, kind: str, type_: pa.DataType) -> None:
        """Hold values of the Arrow type *type_*."""
        self.kind = kind
        self.type = type_

    def build(self, values: Sequence[Any]) -> pa.Array:
        """Make the array."""
        try:
            return pa.array(values, self.type)
        except REFUSALS:
            raise Misfits(dict(self._refuse(values))) from None

    def _refuse(self, values: Sequence[Any]) -> Iterator[tuple[int, Issue]]:
        """Find the values that the type has no room for."""
        for row, value in enumerate(values):
            try:
                pa.array([value], self.type)
            except REFUSALS:
                yield (
                    row,
                    Issue("", f"what {self.type} can hold", truncate(repr(value))),
                )

    def read(self, array: pa.Array) -> list[Any]:
        """Make Python's own values of it."""
        values: list[Any] = array.to_pylist()
        return values


class Text(Column):
    """Values of any form, as JSON text."""

    type = pa.string()
    kind = "json"

    def __init__(self, unstructure: Callable[[Any], Any] | None = None) -> None:
        """Hold JSON values, or what *unstructure* makes JSON values of."""
        self._unstructure = unstructure

    def build(self, values: Sequence[Any]) -> pa.Array:
        """Write each value."""
        texts: list[str | None] = []
        bad = {}
        for row, value in enumerate(values):
            try:
                texts.append(None if value is None else self._write(value))
            except REFUSALS as exc:
                bad[row] = Issue("", "a JSON value", truncate(str(exc)))
        if bad:
            raise Misfits(bad)
        return pa.array(texts, self.type)

    def _write(self, value: Any) -> str:
        """Write one value."""
        if self._unstructure is not None:
            value = self._unstructure(value)
        return dump_json(value).decode()

    def read(self, array: pa.Array) -> list[Any]:
        """Parse each text."""
        return [
            None if text is None else orjson.loads(text) for text in array.to_pylist()
        ]


class Record(Column):
    """Objects, of one class or of several: each key has one field, whoever has it."""

    kind = "object"

    def __init__(self, classes: Iterable[type], fields: Mapping[str, Column]) -> None:
        """Hold instances of *classes*, which have *fields* between them."""
        self.classes = frozenset(classes)
        """The classes of the objects."""

        self.fields = dict(fields)
        """The column of each key, and ``extra``; of a union, ``unknown`` as well."""

        self.type = pa.struct(
            [pa.field(name, column.type) for name, column in self.fields.items()]
        )

    def build(self, values: Sequence[Any]) -> pa.Array:
        """Build the fields of the objects that are there, and put nulls between."""
        rows = [row for row, value in enumerate(values) if value is not None]
        if not rows:
            return pa.nulls(len(values), self.type)
        dense = len(rows) == len(values)
        objects = values if dense else [values[row] for row in rows]
        try:
            array = self._build_dense(objects)
        except Misfits as exc:
            raise exc.move(lambda row: (rows[row], "")) from None
        return array if dense else array.take(_spread_rows(rows, len(values)))

    def _build_dense(self, objects: Sequence[Any]) -> pa.Array:
        """Make the array of *objects*, none of which is None."""
        columns = self._split(objects)
        arrays = []
        for name, column in self.fields.items():
            if name not in columns:
                arrays.append(pa.nulls(len(objects), column.type))
                continue
            try:
                arrays.append(column.build(columns[name]))
            except Misfits as exc:
                raise exc.below(f".{name}") from None
        return pa.StructArray.from_arrays(arrays, fields=list(self.type))

    def _split(self, objects: Sequence[Any]) -> dict[str, list[Any]]:
        """Take *objects* apart: the values of each key that any of them has."""
        rows: dict[type, list[int]] = {}
        for row, object_ in enumerate(objects):
            rows.setdefault(object_.__class__, []).append(row)
        self._refuse_others(rows, objects)
        if len(rows) == 1:
            (cls,) = rows
            return _split(cls, objects)
        columns: dict[str, list[Any]] = {}
        for cls, places in rows.items():
            for name, values in _split(cls, [objects[row] for row in places]).items():
                if name not in columns:
                    columns[name] = [None] * len(objects)
                column = columns[name]
                for row, value in zip(places, values, strict=True):
                    column[row] = value
        return columns

    def _refuse_others(
        self, rows: dict[type, list[int]], objects: Sequence[Any]
    ) -> None:
        """Raise `Misfits` if there are instances of other classes among *rows*."""
        expected = " or ".join(sorted(cls.__name__ for cls in self.classes))
        bad = {
            row: Issue("", truncate(expected), truncate(repr(objects[row])))
            for cls in rows.keys() - self.classes
            for row in rows[cls]
        }
        if bad:
            raise Misfits(bad)

    def read(self, array: pa.Array) -> list[Any]:
        """Make an object of each row, out of the keys that are there."""
        dense = array.drop_null() if array.null_count else array
        objects: list[Any] = [{} for _ in range(len(dense))]
        for index, (name, column) in enumerate(self.fields.items()):
            child = dense.field(index)
            if child.null_count == len(child):
                continue
            values = column.read(child)
            if name == "unknown":
                _replace(objects, values)
            elif name == "extra":
                _fill_up(objects, values)
            else:
                for object_, value in zip(objects, values, strict=True):
                    if value is not None:
                        object_[name] = value
        return _spread(objects, array)

    def merge(self, other: Any, /) -> Column:
        """Join the keys of both."""
        fields = dict(self.fields)
        for name, column in other.fields.items():
            fields[name] = join(fields[name], column) if name in fields else column
        for name in ("extra", "unknown"):  # last, since they give way to the others
            if name in fields:
                fields[name] = fields.pop(name)
        return Record(self.classes | other.classes, fields)


class Sequences(Column):
    """Arrays, as lists."""

    kind = "array"

    def __init__(self, item: Column) -> None:
        """Hold arrays of what *item* holds."""
        self.item = item
        """The column of the items."""

        self.type = pa.list_(item.type)

    def build(self, values: Sequence[Any]) -> pa.Array:
        """Make one array of all the items, and cut it."""
        items = [item for value in values if value is not None for item in value]
        try:
            array = self.item.build(items)
        except Misfits as exc:
            places = [
                (row, f"[{index}]")
                for row, value in enumerate(values)
                for index in range(len(value or ()))
            ]
            raise exc.move(places.__getitem__) from None
        return pa.ListArray.from_arrays(_offsets(values), array, type=self.type)

    def read(self, array: pa.Array) -> list[Any]:
        """Cut the items by lengths."""
        items = iter(self.item.read(array.flatten()))
        return [
            None if length is None else [next(items) for _ in range(length)]
            for length in array.value_lengths().to_pylist()
        ]

    def merge(self, other: Any, /) -> Column:
        """Join what is in both."""
        return Sequences(join(self.item, other.item))


class Mappings(Column):
    """Objects of any keys with equal values, as maps."""

    kind = "map"

    def __init__(self, value: Column) -> None:
        """Hold mappings to what *value* holds."""
        self.value = value
        """The column of the values."""

        self.type = pa.map_(pa.string(), value.type)

    def build(self, values: Sequence[Any]) -> pa.Array:
        """Make one array of all keys, one of all their values, and cut them."""
        pairs = [
            (row, key, item)
            for row, value in enumerate(values)
            if value is not None
            for key, item in value.items()
        ]
        try:
            keys = STRING.build([key for _, key, _ in pairs])
            items = self.value.build([item for _, _, item in pairs])
        except Misfits as exc:
            places = [(row, f"[{truncate(key)!r}]") for row, key, _ in pairs]
            raise exc.move(places.__getitem__) from None
        return pa.MapArray.from_arrays(_offsets(values), keys, items, type=self.type)

    def read(self, array: pa.Array) -> list[Any]:
        """Cut the pairs by offsets."""
        keys = array.keys.to_pylist()
        values = self.value.read(array.items)
        return [
            dict(zip(keys[start:end], values[start:end], strict=True))
            if valid
            else None
            for valid, (start, end) in zip(
                array.is_valid().to_pylist(),
                pairwise(array.offsets.to_pylist()),
                strict=True,
            )
        ]

    def merge(self, other: Any, /) -> Column:
        """Join what is in both."""
        return Mappings(join(self.value, other.value))


class Unlimited(Column):
    """The word "inf", as true."""

    type = pa.bool_()
    kind = "unlimited"

    def build(self, values: Sequence[Any]) -> pa.Array:
        """Say true where the word is."""
        return pa.array(
            [None if value is None else True for value in values], self.type
        )

    def read(self, array: pa.Array) -> list[Any]:
        """Write the word where true is."""
        return ["inf" if value else None for value in array.to_pylist()]


class Variants(Column):
    """Values of several JSON types, as a struct with a field for each type."""

    kind = "variants"

    def __init__(self, columns: Iterable[Column]) -> None:
        """Hold what any of *columns* holds; each has a kind of its own."""
        self.columns = {column.kind: column for column in columns}
        """The column of each kind."""

        self.type = pa.struct(
            [pa.field(kind, column.type) for kind, column in self.columns.items()]
        )

    def build(self, values: Sequence[Any]) -> pa.Array:
        """Deal the values out by kind."""
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
        """Tell which column takes *value*."""
        if value == "inf" and "unlimited" in self.columns:
            return "unlimited"
        kind = (
            "object"
            if isinstance(value, (Model, Unknown))
            else _KINDS.get(type(value), "json")
        )
        stand_in = _STAND_INS.get(kind, kind)
        return kind if kind in self.columns else stand_in

    def read(self, array: pa.Array) -> list[Any]:
        """Take the one value that is there."""
        values: list[Any] = [None] * len(array)
        for index, column in enumerate(self.columns.values()):
            child = array.field(index)
            if child.null_count == len(child):
                continue
            for row, value in enumerate(column.read(child)):
                if value is not None:
                    values[row] = value
        return values

    def merge(self, other: Any, /) -> Column:
        """Join the columns of both."""
        return reduce(_add_variant, _variants(other), self)


_KINDS = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    bytes: "binary",
    tuple: "array",
    dict: "map",
}
"""The kind of a value by its class."""

_STAND_INS = {"integer": "number", "map": "json"}
"""The kind of column that takes values of another where these have none."""

STRING = Leaf("string", pa.string())
LEAVES = {
    str: STRING,
    int: Leaf("integer", pa.int64()),
    float: Leaf("number", pa.float64()),
    bool: Leaf("boolean", pa.bool_()),
}
BINARY = Leaf("binary", pa.binary())
JSON = Text()


def join(one: Column, other: Column) -> Column:
    """Make the column for the values of *one* and of *other*."""
    if one.kind == other.kind:
        return one.merge(other)
    return reduce(_add_variant, _variants(other), Variants(_variants(one)))


def _variants(column: Column) -> Iterable[Column]:
    """Give the columns that *column* is made of."""
    return column.columns.values() if isinstance(column, Variants) else [column]


def _add_variant(variants: Column, column: Column) -> Variants:
    """Make *column* one of *variants*."""
    columns = {variant.kind: variant for variant in _variants(variants)}
    known = columns.get(column.kind)
    columns[column.kind] = column if known is None else known.merge(column)
    return Variants(columns.values())


def _split(cls: type, instances: Sequence[Any]) -> dict[str, list[Any]]:
    """Take *instances* of *cls* apart: the values of each field, and what is extra."""
    if cls is Unknown:
        return {
            "type": [instance.type for instance in instances],
            "unknown": [instance.payload for instance in instances],
        }
    extras = list(map(attrgetter("extra"), instances))
    columns = {}
    for field in plan_class(cls).fields:
        values = list(map(attrgetter(field.name), instances))
        if field.nullable:
            values = _note_nulls(field, values, extras)
        columns[field.name] = values
    columns["extra"] = extras
    return columns


def _note_nulls(field: FieldPlan, values: list[Any], extras: list[Any]) -> list[Any]:
    """Move explicit nulls to *extras*, and put None for what is absent."""
    for row, value in enumerate(values):
        if value is None:
            extras[row] = {**(extras[row] or {}), field.name: None}
    if field.required:
        return values
    return [None if value is UNSET else value for value in values]


def _replace(objects: list[Any], payloads: list[Any]) -> None:
    """Put *payloads*, where there are any, in the place of the objects."""
    for row, payload in enumerate(payloads):
        if payload is not None:
            objects[row] = payload


def _fill_up(objects: list[Any], extras: list[Any]) -> None:
    """Add *extras* to the objects, under keys that have no value yet."""
    for object_, extra in zip(objects, extras, strict=True):
        if extra is not None:
            for key, value in extra.items():
                object_.setdefault(key, value)


def _spread(objects: list[Any], array: pa.Array) -> list[Any]:
    """Put None between the objects, where *array* has a null."""
    if not array.null_count:
        return objects
    rest = iter(objects)
    return [next(rest) if valid else None for valid in array.is_valid().to_pylist()]


def _spread_rows(rows: list[int], length: int) -> pa.Array:
    """Make the indices that spread an array over *rows*, with nulls between them."""
    indices: list[int | None] = [None] * length
    for index, row in enumerate(rows):
        indices[row] = index
    return pa.array(indices, pa.int64())


def _offsets(values: Sequence[Any]) -> pa.Array:
    """Tell where each of *values* begins in one array of all that is in them."""
    offsets: list[int | None] = [None] * len(values)
    end = 0
    for row, value in enumerate(values):
        if value is not None:
            offsets[row] = end
            end += len(value)
    return pa.array([*offsets, end], pa.int32())


def dump_json(value: Any) -> bytes:
    """Write *value* as JSON, and bytes in it as base64."""
    return orjson.dumps(value, default=_express)


def _express(value: Any) -> Any:
    """Give JSON something that it has for *value*."""
    if isinstance(value, bytes):
        return pybase64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON value: {type(value).__name__}")
