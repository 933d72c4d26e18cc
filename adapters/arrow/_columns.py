"""The base of all columns, and the columns without others inside.

Null in a column means that the key is absent. An explicit null is kept in ``extra``,
the JSON text of all that no other column of its object holds. Only among the items of a
list and the values of a map does null mean null.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from rtmodels._display import truncate
from rtmodels.adapters.arrow._json import dump_json
from rtmodels.errors import Issue, MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

__all__ = [
    "BINARY_COLUMN",
    "JSON_COLUMN",
    "SCALAR_COLUMNS",
    "STRING_COLUMN",
    "Column",
    "JsonColumn",
    "Rejections",
    "ScalarColumn",
    "UnlimitedColumn",
]

REJECTING = (pa.ArrowException, OverflowError, TypeError, UnicodeError, ValueError)
"""What pyarrow and orjson raise for a value that they cannot hold."""


class Rejections(Exception):  # noqa: N818 - never leaves the adapter
    """Values that their column cannot hold: one issue for each row that has any.

    Each issue is seen from the column that raises; columns above put it under theirs.
    """

    def __init__(self, issues: Mapping[int, Issue]) -> None:
        """Hold *issues* by row."""
        super().__init__(issues)
        self.issues = issues

    def under(self, *steps: str | int) -> "Rejections":
        """Return the rejections of the column above, where it has the same rows."""
        return self.move(lambda row: (row, *steps))

    def move(self, place: Callable[[int], tuple[Any, ...]]) -> "Rejections":
        """Return the rejections of the column above, where it has other rows.

        *place* returns the row above and the steps that lead from there to a row.
        """
        moved = {}
        for row, issue in self.issues.items():
            above, *steps = place(row)
            moved[above] = issue.under(*steps)

        return Rejections(moved)


class Column(ABC):
    """How the values of one shape become an Arrow array, and an array values again."""

    type: pa.DataType
    """The type of the array."""

    kind: str
    """The JSON type of the values, or ``binary``."""

    @abstractmethod
    def build(self, values: Sequence[Any]) -> pa.Array:
        """Build the array of *values*, as the schema classes hold them.

        ``None`` becomes null.

        Raises:
            Rejections: Arrow cannot hold some of them.
        """

    @abstractmethod
    def read(self, array: pa.Array) -> list[Any]:
        """Return the wire data in *array*, with audio as bytes."""

    def merge(self, _: Any, /) -> "Column":
        """Return the column for the values of this and of another of the same kind."""
        return self


class ScalarColumn(Column):
    """Values that Arrow has a type for."""

    def __init__(self, kind: str, type_: pa.DataType) -> None:
        """Hold values of the Arrow type *type_*."""
        self.kind = kind
        self.type = type_

    def build(self, values: Sequence[Any]) -> pa.Array:
        """Build the array."""
        try:
            return pa.array(values, self.type)
        except REJECTING:
            raise Rejections(dict(self._find_rejected(values))) from None

    def _find_rejected(self, values: Sequence[Any]) -> Iterator[tuple[int, Issue]]:
        """Iterate over the rows whose value the type has no room for."""
        expected = f"what {self.type} can hold"
        for row, value in enumerate(values):
            try:
                pa.array([value], self.type)
            except REJECTING:
                yield row, Issue((), expected, truncate(repr(value)))

    def read(self, array: pa.Array) -> list[Any]:
        """Return the values as Python has them."""
        values: list[Any] = array.to_pylist()
        return values


class JsonColumn(Column):
    """Values of any form, as JSON text."""

    type = pa.string()
    kind = "json"

    def __init__(self, unstructure: Callable[[Any], Any] | None = None) -> None:
        """Hold JSON values, or the JSON values that *unstructure* returns."""
        self._unstructure = unstructure

    def build(self, values: Sequence[Any]) -> pa.Array:
        """Encode each value."""
        texts: list[str | None] = []
        rejected = {}
        for row, value in enumerate(values):
            try:
                texts.append(None if value is None else self._encode(value))
            except REJECTING as exc:
                rejected[row] = Issue((), "a JSON value", truncate(str(exc)))

        if rejected:
            raise Rejections(rejected)
        return pa.array(texts, self.type)

    def _encode(self, value: Any) -> str:
        """Encode one value."""
        if self._unstructure is not None:
            value = self._unstructure(value)
        return dump_json(value).decode()

    def read(self, array: pa.Array) -> list[Any]:
        """Parse each text."""
        return [
            None if text is None else orjson.loads(text) for text in array.to_pylist()
        ]


class UnlimitedColumn(Column):
    """The word "inf", as true."""

    type = pa.bool_()
    kind = "unlimited"

    def build(self, values: Sequence[Any]) -> pa.Array:
        """Build the array with true in place of the word."""
        return pa.array(
            [None if value is None else True for value in values], self.type
        )

    def read(self, array: pa.Array) -> list[Any]:
        """Return the word in place of true."""
        return ["inf" if value else None for value in array.to_pylist()]


STRING_COLUMN = ScalarColumn("string", pa.string())
BINARY_COLUMN = ScalarColumn("binary", pa.binary())
JSON_COLUMN = JsonColumn()
SCALAR_COLUMNS = {
    str: STRING_COLUMN,
    int: ScalarColumn("integer", pa.int64()),
    float: ScalarColumn("number", pa.float64()),
    bool: ScalarColumn("boolean", pa.bool_()),
}
"""The column for each class of scalars."""
