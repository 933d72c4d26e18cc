"""Arrow columns, built from the plan of a type."""

from functools import reduce
from typing import Any, assert_never

from cattrs import Converter

from rtmodels import Unknown
from rtmodels.adapters.arrow._columns import (
    BINARY_COLUMN,
    JSON_COLUMN,
    SCALAR_COLUMNS,
    STRING_COLUMN,
    Column,
    JsonColumn,
    UnlimitedColumn,
)
from rtmodels.adapters.arrow._containers import ArrayColumn, MapColumn
from rtmodels.adapters.arrow._objects import ObjectColumn
from rtmodels.adapters.arrow._unions import join
from rtmodels.converter._binding import find_hook
from rtmodels.converter._plan import hook_type, is_recursive, plan_class, plan_type
from rtmodels.converter._shapes import (
    AnyJson,
    Array,
    Base64,
    Custom,
    Literals,
    Map,
    Nullable,
    Object,
    Scalar,
    Shape,
    TaggedUnion,
    UntaggedUnion,
)

__all__ = ["make_column"]

UNLIMITED = Literals(str, ("inf",), "always")
"""The shape of ``inf``, which limits may be instead of a number."""


def make_column(type_: Any, converter: Converter) -> Column:
    """Build the column for *type_*, whose instances *converter* makes."""
    return _ColumnFactory(converter).make(plan_type(type_))


class _ColumnFactory:
    """Builds the column of a type, with those of all types inside it."""

    def __init__(self, converter: Converter) -> None:
        """Use *converter* to find out which classes have built-in hooks."""
        self._converter = converter

    def make(self, shape: Shape) -> Column:
        """Build the column for *shape*."""
        match shape:
            case Literals() if shape == UNLIMITED:
                return UnlimitedColumn()
            case Scalar(kind) | Literals(kind):
                return SCALAR_COLUMNS[kind]
            case Base64():
                return BINARY_COLUMN
            case AnyJson():
                return JSON_COLUMN

            case Object(cls):
                return self._make_object(cls)
            case TaggedUnion():
                return self._make_tagged_union(shape)

            case Nullable(inner):
                return self.make(inner)
            case Array(item):
                return ArrayColumn(self.make(item))
            case Map(value):
                return MapColumn(self.make(value))
            case UntaggedUnion():
                return self._make_untagged_union(shape)
            case Custom():
                return self._make_custom()

            case _:
                assert_never(shape)

    def _make_custom(self) -> Column:
        """Build a column of JSON text, for values that need the converter's hooks."""
        return JsonColumn(self._converter.unstructure)

    def _make_object(self, cls: type) -> Column:
        """Build the struct of a class, or JSON text if it cannot be a struct."""
        # Arrow has no recursive types. A user-defined hook may read any other keys than
        # the fields of the class.
        if is_recursive(cls) or not find_hook(cls, self._converter):
            return self._make_custom()

        fields = {
            field.name: self.make(field.shape) for field in plan_class(cls).fields
        }
        return ObjectColumn([cls], {**fields, "extra": JSON_COLUMN})

    def _make_tagged_union(self, shape: TaggedUnion) -> Column:
        """Build a struct with the keys of all members."""
        if not find_hook(shape.union, self._converter):
            return self._make_custom()

        columns = [self._make_object(cls) for cls in shape.members]
        if shape.unknown:
            fields = {"type": STRING_COLUMN, "unknown": JSON_COLUMN}
            columns.append(ObjectColumn([Unknown], fields))

        # Joined to the others, this makes `type` the first column.
        first: Column = ObjectColumn([], {"type": STRING_COLUMN})
        return reduce(join, columns, first)

    def _make_untagged_union(self, shape: UntaggedUnion) -> Column:
        """Build a struct with a field for each JSON type."""
        type_ = hook_type(shape)
        if type_ is not None and not find_hook(type_, self._converter):
            return self._make_custom()

        columns = [self.make(member) for member in shape.shapes]
        # The flag follows the number, whichever of them the union lists first.
        columns.sort(key=lambda column: column.kind == "unlimited")
        return reduce(join, columns)
