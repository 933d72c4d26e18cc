"""A column type for SQLAlchemy that stores instances of rtmodels as JSON.

::

    from rtmodels import RealtimeResponse
    from rtmodels.adapters.sqlalchemy import WireType
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    class Base(DeclarativeBase):
        pass

    class Turn(Base):
        __tablename__ = "turns"
        id: Mapped[int] = mapped_column(primary_key=True)
        response: Mapped[RealtimeResponse] = mapped_column(WireType(RealtimeResponse))

    costly = Turn.response["usage"]["total_tokens"].as_integer() > 1000

A column compares with instances by every operator, among them ``==``, ``in_``,
``not_in`` and ``between``, and also inside ``tuple_``. PostgreSQL compares the values.
SQLite compares the stored text, so that numbers and the order of undeclared keys have
to be written alike.

SQLAlchemy asks the type of a column only about the values that the column meets. It
knows no type for an instance elsewhere, and the statement fails. ``literal`` passes the
type along::

    from sqlalchemy import case, func, literal

    spare = literal(RealtimeResponse(), Turn.response.type)
    by_default = func.coalesce(Turn.response, spare)
    by_case = case((Turn.id == 1, Turn.response), else_=spare)

This is true of each result of ``case``, of the arguments of functions, and of arrays.
Results of functions that do not return the type of their arguments, such as
``func.nullif``, need ``type_=Turn.response.type``.

Three more limits are those of SQLAlchemy. A path into the column compares with JSON,
not with instances: pass what `DictAdapter` encodes. JSON has no literal, so the option
``literal_binds`` cannot show an instance. An ``update`` or ``delete`` of the ORM also
compares in Python, for objects that the session holds; equality of instances ignores
``extra`` there, unless the statement has the execution option
``synchronize_session="fetch"``.

The error for a stored value that does not fit has a note with the table and the column.
SQLAlchemy does not let a type know the key of the row. To find it, read the column as
JSON, and decode each value::

    from rtmodels import ValidationError
    from rtmodels.adapters import DictAdapter
    from sqlalchemy import JSON, select, type_coerce

    def find_misfits(session):
        adapter = DictAdapter(RealtimeResponse)
        stored = type_coerce(Turn.response, JSON)
        for key, value in session.execute(select(Turn.id, stored)):
            try:
                adapter.decode(value)
            except ValidationError as exc:
                yield key, exc
"""

import json
from typing import TYPE_CHECKING, Any, TypeVar

from rtmodels._display import truncate
from rtmodels.adapters._base import ConverterSource
from rtmodels.adapters.dicts import DictAdapter
from rtmodels.converter import Mode
from rtmodels.errors import EncodeError, MissingDependencyError, ValidationError

try:
    from sqlalchemy import JSON, TypeDecorator, event, type_coerce
    from sqlalchemy.dialects.postgresql import JSONB
    from sqlalchemy.sql import operators
except ModuleNotFoundError as _exc:
    raise MissingDependencyError("sqlalchemy", extra="sqlalchemy") from _exc

if TYPE_CHECKING:
    from sqlalchemy import Column, ColumnElement, Dialect
    from sqlalchemy.sql.operators import OperatorType
    from sqlalchemy.types import TypeEngine
    from typing_extensions import TypeForm

__all__ = ["WireType"]

T = TypeVar("T")

STORED_JSON = JSON(none_as_null=True).with_variant(
    JSONB(none_as_null=True), "postgresql"
)
"""The type of the column in the database, and of expressions on its paths."""

EQUALITY = {
    operators.eq,
    operators.ne,
    operators.is_distinct_from,
    operators.is_not_distinct_from,
    operators.in_op,
    operators.not_in_op,
}
"""Operators that compare a whole column with instances, and with nothing else."""


class _Comparator(TypeDecorator.Comparator[Any], JSON.Comparator[Any]):
    """Compares whole columns with instances, and paths into a column with JSON."""

    def __getitem__(self, index: Any) -> "ColumnElement[Any]":
        """Return the value at a key, an index, or a tuple of these."""
        value: ColumnElement[Any] = type_coerce(self.expr, STORED_JSON)[index]
        return value


class WireType(TypeDecorator[T]):
    """Stores instances of one type in a column: JSONB on PostgreSQL, JSON elsewhere.

    ``None`` is stored as NULL, and audio as base64 text. A path into the column
    compares as in any JSON column:
    ``Turn.response["status"].as_string() == "completed"``. JSONB does not keep the
    order of keys, and PostgreSQL rejects the character NUL.

    A value that is not of the type makes the statement fail with a ``StatementError``,
    whose ``orig`` is an `EncodeError`. Loading a row that does not fit the schema
    raises `ValidationError` with a note that names the table and the column; use
    ``mode="forgiving"`` for old archives.
    """

    impl: "TypeEngine[Any] | type[TypeEngine[Any]]" = STORED_JSON
    """The type of the column in the database."""

    cache_ok: bool | None = True
    """Whether SQLAlchemy may cache statements with such columns."""

    comparator_factory = _Comparator  # pyright: ignore[reportAssignmentType]

    def __init__(
        self,
        type_: "TypeForm[T]",
        mode: Mode | None = None,
        converter: ConverterSource | None = None,
    ) -> None:
        """Make the type of a column.

        Args:
            type_: As for `JsonAdapter`.
            mode: As for `JsonAdapter`.
            converter: As for `JsonAdapter`. Pass a function if the metadata is to be
                pickled.
        """
        super().__init__()
        # SQLAlchemy's cache key consists of the attributes that are named after the
        # parameters. It overlooks keyword-only parameters, so these are positional.
        self.type_ = type_
        self.mode = mode
        self.converter = converter
        self._dicts = DictAdapter(type_, mode=mode, converter=converter)
        self.column: Column[Any] | None = None
        """The column that has the type, which errors name."""

    def process_bind_param(
        self,
        value: T | None,
        dialect: "Dialect",  # noqa: ARG002
    ) -> Any:
        """Return the wire data of *value*, for the JSON serializer of the engine."""
        return None if value is None else self._dicts.encode(value)

    def process_result_value(
        self,
        value: Any,
        dialect: "Dialect",  # noqa: ARG002
    ) -> T | None:
        """Return the instance for a stored value.

        Raises:
            ValidationError: The value does not fit the schema.
        """
        try:
            return None if value is None else self._dicts.decode(value)
        except ValidationError as exc:
            if self.column is not None:
                exc.add_note(f"This value is stored in {_place(self.column)}.")
            raise

    def coerce_compared_value(
        self, op: "OperatorType | None", value: Any
    ) -> "TypeEngine[Any]":
        """Return the type of the other operand: for instances this one, else JSON."""
        type_ = STORED_JSON.coerce_compared_value(op, value)
        is_json = type_ is not STORED_JSON or isinstance(value, dict | list)
        return type_ if is_json and op not in EQUALITY else self

    def compare_values(self, x: Any, y: Any) -> bool:
        """Check whether *x* and *y* are stored as the same JSON."""
        if x is y or x is None or y is None:
            return x is y

        # Instances are equal even if their ``extra`` differs, which is stored too.
        try:
            return json.dumps(self._dicts.encode(x)) == json.dumps(
                self._dicts.encode(y)
            )
        except EncodeError:
            return False  # so that *y* is stored, which raises this error

    def __repr__(self) -> str:
        """Return the name of the stored type, as a call."""
        name = getattr(self.type_, "__name__", None) or truncate(str(self.type_))
        return f"WireType({name})"


@event.listens_for(WireType, "after_parent_attach", propagate=True)
def _remember_column(type_: WireType[Any], column: "Column[Any]") -> None:
    """Remember the *column* of *type_*, which errors name."""
    # Columns may share a type, such as one of a `type_annotation_map`. All but the
    # first column get a copy.
    if type_.column is not None and type_.column is not column:
        type_ = column.type = type_.copy()
    type_.column = column


def _place(column: "Column[Any]") -> str:
    """Return the names of the table and the column."""
    table = getattr(column, "table", None)
    return f"{table.fullname}.{column.name}" if table is not None else column.name
