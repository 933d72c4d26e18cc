"""The columns of arrays and of maps."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from rtmodels.adapters.arrow._columns import STRING_COLUMN, Column, Rejections
from rtmodels.adapters.arrow._unions import join
from rtmodels.errors import MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

__all__ = ["ArrayColumn", "MapColumn"]


class ArrayColumn(Column):
    """Arrays, as lists."""

    kind = "array"

    def __init__(self, item: Column) -> None:
        """Hold arrays of the values of *item*."""
        self.item = item
        """The column of the items."""

        self.type = pa.list_(item.type)

    def build(self, values: Sequence[Any]) -> pa.Array:
        """Build one array of the items of all rows, and cut it by offsets."""
        items = [item for value in values if value is not None for item in value]
        try:
            array = self.item.build(items)
        except Rejections as exc:
            places = [
                (row, index)
                for row, value in enumerate(values)
                for index in range(len(value or ()))
            ]
            raise exc.move(places.__getitem__) from None

        return pa.ListArray.from_arrays(_offsets(values), array, type=self.type)

    def read(self, array: pa.Array) -> list[Any]:
        """Read the items of all rows at once, and cut them by lengths."""
        # Not by offsets, which count from the start of the parent of a sliced array.
        items = iter(self.item.read(array.flatten()))
        return [
            None if length is None else [next(items) for _ in range(length)]
            for length in array.value_lengths().to_pylist()
        ]

    def merge(self, other: Any, /) -> Column:
        """Join the columns of the items."""
        return ArrayColumn(join(self.item, other.item))


class MapColumn(Column):
    """Objects with any keys and values of one shape, as maps."""

    kind = "map"

    def __init__(self, value: Column) -> None:
        """Hold mappings of strings to the values of *value*."""
        self.value = value
        """The column of the values."""

        self.type = pa.map_(pa.string(), value.type)

    def build(self, values: Sequence[Any]) -> pa.Array:
        """Build the keys and the values of all rows, and cut them by offsets."""
        entries = [
            (row, key, item)
            for row, value in enumerate(values)
            if value is not None
            for key, item in value.items()
        ]

        try:
            keys = STRING_COLUMN.build([key for _, key, _ in entries])
            items = self.value.build([item for _, _, item in entries])
        except Rejections as exc:
            places = [(row, key) for row, key, _ in entries]
            raise exc.move(places.__getitem__) from None

        return pa.MapArray.from_arrays(_offsets(values), keys, items, type=self.type)

    def read(self, array: pa.Array) -> list[Any]:
        """Read the entries of all rows at once, and cut them by offsets."""
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
        """Join the columns of the values."""
        return MapColumn(join(self.value, other.value))


def _offsets(values: Sequence[Any]) -> pa.Array:
    """Return the start of each of *values* in an array of all their items."""
    # A null offset is how Arrow is told that the row is null.
    offsets: list[int | None] = [None] * len(values)
    end = 0
    for row, value in enumerate(values):
        if value is not None:
            offsets[row] = end
            end += len(value)

    return pa.array([*offsets, end], pa.int32())
