"""The base of all columns, and the columns that have none inside.

Null in a column means that the key is absent. An explicit null is kept in ``extra``,
the JSON text of everything in an object that has no column. Only among the items of a
list and the values of a map is null an explicit null.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from rtmodels._display import truncate
from rtmodels.adapters._json_text import load_json
from rtmodels.adapters.arrow._json import dump_json
from rtmodels.errors import Issue, MissingDependencyError

try:
    import pyarrow as pa
    from pyarrow import compute
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
    "find_valid",
]

# pyarrow generates the functions of this module at import, so type checkers cannot
# see any of them.
pc: Any = compute
"""The compute functions of pyarrow."""

REJECTING = (pa.ArrowException, OverflowError, TypeError, UnicodeError, ValueError)
"""The errors of pyarrow and orjson for a value that they cannot represent."""


class Rejections(Exception):  # noqa: N818 - never leaves the adapter
    """Values that their column cannot hold, with one issue for each such row.

    The path of an issue begins at the column that raises. On the way up, each outer
    column puts it under its own path.
    """

    def __init__(self, issues: Mapping[int, Issue]) -> None:
        """Keep *issues*, each under its row."""
        super().__init__(issues)
        self.issues = issues

    def under(self, *steps: str | int) -> "Rejections":
        """Return the rejections of an outer column with the same rows."""
        return self.move(lambda row: (row, *steps))

    def move(self, place: Callable[[int], tuple[Any, ...]]) -> "Rejections":
        """Return the rejections of an outer column with other rows.

        *place* returns, for a row, the outer row and the steps from there to the row.
        """
        moved = {}
        for row, issue in self.issues.items():
            above, *steps = place(row)
            moved[above] = issue.under(*steps)

        return Rejections(moved)


class Column(ABC):
    """Converts the values of one shape to an Arrow array, and back."""

    type: pa.DataType
    """The type of the array."""

    kind: str
    """The JSON type of the values, or ``binary``."""

    @abstractmethod
    def build(self, values: Sequence[Any]) -> pa.Array:
        """Build the array of *values*, as the schema classes hold them.

        ``None`` becomes null.

        Raises:
            Rejections: Arrow cannot represent some of the values.
        """

    @abstractmethod
    def read(self, array: pa.Array) -> list[Any]:
        """Return the wire data in *array*, with audio as bytes."""

    def read_valid(self, array: pa.Array) -> Iterable[tuple[int, Any]]:
        """Return the rows of *array* that are not null, each with its wire data."""
        # Most columns of a union are null in most rows, which then cost nothing.
        valid = array.drop_null() if array.null_count else array
        return zip(find_valid(array), self.read(valid), strict=True)

    def merge(self, _: Any, /) -> "Column":
        """Return a column for the values of this one and of another of its kind."""
        return self


def find_valid(array: pa.Array) -> Sequence[int]:
    """Return the rows of *array* that are not null."""
    if not array.null_count:
        return range(len(array))
    rows: list[int] = pc.indices_nonzero(array.is_valid()).to_pylist()
    return rows


class ScalarColumn(Column):
    """Values of a native Arrow type."""

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
        """Iterate over the rows whose value the type cannot hold."""
        # pyarrow does not report the row, so each value is tried alone.
        expected = f"a value of type {self.type}"
        for row, value in enumerate(values):
            try:
                pa.array([value], self.type)
            except REJECTING:
                yield row, Issue((), expected, truncate(repr(value)))

    def read(self, array: pa.Array) -> list[Any]:
        """Return the values as Python objects."""
        values: list[Any] = array.to_pylist()
        return values


class JsonColumn(Column):
    """Values of any shape, as JSON text."""

    type = pa.string()
    kind = "json"

    def __init__(self, unstructure: Callable[[Any], Any] | None = None) -> None:
        """Hold JSON values, or the JSON values that *unstructure* returns."""
        self.encode: Callable[[Any], bytes] = dump_json
        """Encodes one value."""

        if unstructure is not None:
            self.encode = lambda value: dump_json(unstructure(value))

    def build(self, values: Sequence[Any]) -> pa.Array:
        """Encode each value."""
        texts: list[bytes | None] = []
        rejected = {}
        for row, value in enumerate(values):
            try:
                texts.append(None if value is None else self.encode(value))
            except REJECTING as exc:
                rejected[row] = Issue((), "a JSON value", truncate(str(exc)))

        if rejected:
            raise Rejections(rejected)
        return pa.array(texts, self.type)

    def read(self, array: pa.Array) -> list[Any]:
        """Parse each text."""
        return [
            None if text is None else load_json(text, lax=True)
            for text in array.to_pylist()
        ]


class UnlimitedColumn(Column):
    """The string ``inf``, as true."""

    type = pa.bool_()
    kind = "unlimited"

    def build(self, values: Sequence[Any]) -> pa.Array:
        """Build the array with true in place of the string."""
        return pa.array(
            [None if value is None else True for value in values], self.type
        )

    def read(self, array: pa.Array) -> list[Any]:
        """Return the string in place of true."""
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
"""The column for scalars of each Python class."""
