"""Finds the Arrow column for a type by its plan."""

from functools import reduce
from typing import Any

from cattrs import Converter

from rtmodels import Unknown
from rtmodels.adapters._arrow_columns import (
    BINARY,
    JSON,
    LEAVES,
    STRING,
    Column,
    Mappings,
    Record,
    Sequences,
    Text,
    Unlimited,
    join,
)
from rtmodels.converter import find_hook
from rtmodels.converter.plan import (
    Anything,
    Array,
    Base64,
    Either,
    Maybe,
    Object,
    Scalar,
    Shape,
    Table,
    Tagged,
    Words,
    is_recursive,
    plan_class,
    plan_type,
)

INFINITE = Words(str, ("inf",), "never")
"""The limit that is none."""


def make_column(type_: Any, converter: Converter) -> Column:
    """Make the column for a type, whose instances come from *converter*."""
    return _Maker(converter).make(plan_type(type_))


class _Maker:
    """Makes the columns of a type and of all that is in it."""

    def __init__(self, converter: Converter) -> None:
        """Ask *converter* which classes are ours to read."""
        self._converter = converter

    def make(self, shape: Shape) -> Column:
        """Make the column for *shape*."""
        match shape:
            case Words() if shape == INFINITE:
                return Unlimited()
            case Scalar(kind) | Words(kind=kind):
                return LEAVES[kind]
            case Base64():
                return BINARY
            case Anything():
                return JSON
            case Object(cls):
                return self._make_class(cls)
            case Tagged():
                return self._make_union(shape)
            case Maybe(inner):
                return self.make(inner)
            case Array(item):
                return Sequences(self.make(item))
            case Table(value):
                return Mappings(self.make(value))
            case Either(shapes):
                columns = [self.make(each) for each in shapes]
                return reduce(
                    join, sorted(columns, key=lambda c: c.kind == "unlimited")
                )
        return Text(self._converter.unstructure)

    def _make_class(self, cls: type) -> Column:
        """Make the struct of one class; text where that has no end or is the user's."""
        if is_recursive(cls) or not find_hook(cls, self._converter):
            return Text(self._converter.unstructure)
        fields = {
            field.name: self.make(field.shape) for field in plan_class(cls).fields
        }
        return Record([cls], {**fields, "extra": JSON})

    def _make_union(self, shape: Tagged) -> Column:
        """Make the struct with the keys of all members."""
        if not find_hook(shape.union, self._converter):
            return Text(self._converter.unstructure)
        head: Column = Record([], {"type": STRING})
        columns = [self._make_class(cls) for cls in shape.members]
        if shape.unknown:
            columns.append(Record([Unknown], {"type": STRING, "unknown": JSON}))
        return reduce(join, columns, head)
