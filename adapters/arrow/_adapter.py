"""The adapter between messages and Arrow record batches."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from rtmodels._display import MAX_ISSUES, truncate
from rtmodels.adapters._base import MAX_BYTES, Adapter, ConverterSource
from rtmodels.adapters._wire_format import make_message_decoder
from rtmodels.adapters.arrow._columns import Column, Rejections
from rtmodels.adapters.arrow._json import dump_json
from rtmodels.adapters.arrow._layout import lay_out, make_array
from rtmodels.adapters.arrow._messages import (
    NO_MESSAGE,
    WireFormat,
    list_messages,
    read_issues,
)
from rtmodels.adapters.arrow._objects import ObjectColumn
from rtmodels.adapters.arrow._plan import make_column
from rtmodels.converter import Mode
from rtmodels.errors import (
    Issue,
    MissingDependencyError,
    RtmodelsError,
    ValidationError,
)

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

if TYPE_CHECKING:
    from typing_extensions import TypeForm

__all__ = ["DROPPED", "ArrowAdapter", "OnIssue", "leave_out"]

T = TypeVar("T")

OnIssue: TypeAlias = Literal["keep", "raise", "drop"]
"""What to do with a message that does not decode.

``keep`` adds a row with its issues and its raw bytes, ``raise`` rejects all messages,
``drop`` leaves the message out and counts it.
"""

Messages: TypeAlias = "pa.Array | pa.ChunkedArray | Iterable[bytes | str | None]"
"""An array of binary or text, or an iterable of messages."""

IssuesByRow: TypeAlias = dict[int, tuple[Issue, ...]]
"""The issues of each message that has any."""

DROPPED = b"rtmodels.dropped"
"""The key in a schema's metadata that holds the number of dropped rows."""

ISSUES_TYPE = pa.list_(
    pa.struct([(name, pa.string()) for name in ("path", "expected", "got")])
)
ISSUE_FIELDS = (pa.field("issues", ISSUES_TYPE), pa.field("raw", pa.binary()))


class ArrowAdapter(Adapter[T]):
    """Decodes messages into Arrow record batches, and encodes these back.

    A message is JSON or MessagePack, which its first byte determines. `encode` returns
    messages that equal the decoded ones as JSON values, also for rows with issues.
    """

    __slots__ = ("_column", "_decode_one", "_layout", "_on_issue", "schema")

    def __init__(
        self,
        type_: "TypeForm[T]",
        *,
        mode: Mode | None = None,
        converter: ConverterSource | None = None,
        max_depth: int | None = None,
        max_bytes: int = MAX_BYTES,
        upgrade: bool = False,
        on_issue: OnIssue = "keep",
    ) -> None:
        """Make an adapter for *type_*.

        Args:
            type_: A schema class or union. For any other type that *converter*
                supports, the schema has a single column, ``value``.
            mode: As for `JsonAdapter`.
            converter: As for `JsonAdapter`. Types with user-defined hooks become JSON
                text.
            max_depth: As for `JsonAdapter`.
            max_bytes: As for `JsonAdapter`, for each message.
            upgrade: As for `JsonAdapter`.
            on_issue: What to do with a message that does not decode: ``keep``,
                ``raise`` or ``drop``.
        """
        super().__init__(
            type_,
            mode=mode,
            converter=converter,
            max_depth=max_depth,
            max_bytes=max_bytes,
            upgrade=upgrade,
            downgrade=False,
            binary=False,
            parsed=False,
            options={"on_issue": on_issue},
        )

        self._on_issue = on_issue
        self._decode_one = make_message_decoder(
            type_, converter=self.converter, max_bytes=max_bytes, upgrade=upgrade
        )
        self.schema: pa.Schema = self._set_column(make_column(type_, self.converter))
        """The schema of the batches."""

    def _set_column(self, column: Column) -> pa.Schema:
        """Store messages in *column*, and return the schema of the batches.

        Raises:
            TypeError: A field has the name of a column for messages with issues.
        """
        self._column = column
        self._layout = lay_out(column)
        fields = [pa.field("value", self._column.type)]
        if isinstance(self._column, ObjectColumn):
            fields = list(self._column.type)
            if clash := {"issues", "raw"} & self._column.fields.keys():
                raise TypeError(
                    f"the column {clash.pop()!r} is for messages with issues, but "
                    f"{truncate(str(self._type))} has a key of that name"
                )

        return pa.schema([*fields, *(ISSUE_FIELDS if self._on_issue == "keep" else ())])

    def decode(self, messages: Messages) -> pa.RecordBatch:
        """Decode messages, each of which becomes a row.

        Raises:
            ValidationError: A message does not decode, and *on_issue* is ``raise``.
                Paths begin with the index of the message: ``$[3].response.id``.
        """
        return self._decode(list_messages(messages))[0]

    def _decode(
        self,
        messages: Sequence[Any],
        watch: Callable[[Iterator[T | None]], Iterator[T | None]] = iter,
    ) -> tuple[pa.RecordBatch, list[int]]:
        """Decode messages; also return the indexes of those that were dropped.

        *watch* iterates over the instances, as `_decode_each` returns them, and yields
        them as they are. It may be called twice.
        """
        issues: IssuesByRow = {}
        array = self._fill(watch(self._decode_each(messages, issues)))
        if array is None:
            issues.clear()
            values = [*watch(self._decode_each(messages, issues))]
            array = self._build(values, issues)

        if issues and self._on_issue == "raise":
            raise ValidationError(_number(issues))
        if self._on_issue != "keep":
            return self._drop(array, sorted(issues))

        raws = [messages[row] if row in issues else None for row in range(len(array))]
        return self._assemble(array, _make_issue_array(issues, len(array)), raws), []

    def _fill(self, values: Iterator[T | None]) -> pa.Array | None:
        """Build the array of *values* by the extension; return None if it cannot."""
        if self._layout is None:
            return None

        # An instance is dropped before the next one is decoded. The collector, which
        # would visit all instances of a batch again and again, finds none.
        rows = self._layout.begin()
        if all(map(rows.append, values)):
            return make_array(rows, self._column.type)
        return None

    def _decode_each(
        self, messages: Sequence[Any], issues: IssuesByRow
    ) -> Iterator[T | None]:
        """Iterate over the instances, with ``None`` for those with *issues*."""
        decode = self._decode_one
        for row, message in enumerate(messages):
            value = None
            if message is None:
                issues[row] = NO_MESSAGE
            else:
                try:
                    value = decode(message)
                except RtmodelsError as exc:
                    issues[row] = read_issues(exc)
            yield value

    def _build(self, values: list[T | None], issues: IssuesByRow) -> pa.Array:
        """Build the array of *values*; record values that Arrow rejects in *issues*."""
        # A column raises before those after it are built, which may reject other rows.
        # The loop ends: each pass empties rows, and an empty row is never rejected.
        while True:
            try:
                return self._column.build(values)
            except Rejections as exc:
                for row, issue in exc.issues.items():
                    values[row] = None
                    issues[row] = (issue,)

    def _drop(
        self, array: pa.Array, rows: list[int]
    ) -> tuple[pa.RecordBatch, list[int]]:
        """Make a batch of all rows but *rows*, whose number goes to its metadata."""
        batch = self._assemble(leave_out(array, rows))
        if rows:
            batch = batch.replace_schema_metadata({DROPPED: str(len(rows))})
        return batch, rows

    def _assemble(self, array: pa.Array, *others: Any) -> pa.RecordBatch:
        """Make a batch from the fields of *array* and from *others*."""
        columns = [array]
        if isinstance(self._column, ObjectColumn):
            columns = [array.field(index) for index in range(array.type.num_fields)]
        return pa.RecordBatch.from_arrays([*columns, *others], schema=self.schema)

    def encode(
        self, batch: "pa.RecordBatch | pa.Table", *, wire: WireFormat = "json"
    ) -> pa.Array:
        """Encode each row as one message, in UTF-8 or MessagePack.

        A message with issues is returned unchanged, in its own format. A row that
        MessagePack cannot hold, for a long integer or a lone surrogate, becomes JSON.
        Columns that are not in the schema are ignored.

        Raises:
            ValueError: The batch lacks a column of the schema, or has one whose type
                cannot be cast.
        """
        dump = dump_json
        if wire == "msgpack":
            # At the top, msgspec would be reported missing before pyarrow is.
            from rtmodels.adapters._msgpack import dump_msgpack  # noqa: PLC0415

            def dump(value: Any) -> bytes:
                try:
                    return dump_msgpack(value)
                except (OverflowError, UnicodeError):
                    return dump_json(value)

        messages = [
            None if value is None else dump(value) for value in self.to_wire(batch)
        ]
        if "raw" in batch.schema.names:
            for row, raw in enumerate(batch.column("raw").to_pylist()):
                if raw is not None:
                    messages[row] = raw

        return pa.array(messages, pa.binary())

    def to_values(self, batch: "pa.RecordBatch | pa.Table") -> list[T | None]:
        """Return an instance for each row, or ``None`` for a row with issues.

        Raises:
            ValidationError: A row does not fit the schema of *type_*.
            ValueError: As `encode`.
        """
        return [
            None if value is None else self._structure(value)
            for value in self.to_wire(batch)
        ]

    def from_values(self, values: Iterable[T]) -> pa.RecordBatch:
        """Make a batch of instances.

        Raises:
            ValidationError: Arrow cannot represent a value, such as an integer of more
                than 64 bits.
        """
        issues: IssuesByRow = {}
        array = self._build(list(values), issues)
        if issues:
            raise ValidationError(_number(issues))

        if self._on_issue == "keep":
            nothing = [pa.nulls(len(array), field.type) for field in ISSUE_FIELDS]
            return self._assemble(array, *nothing)
        return self._assemble(array)

    def to_wire(self, batch: "pa.RecordBatch | pa.Table") -> list[Any]:
        """Return a dict for each row, or ``None`` for a row with issues.

        The dict is the message as a parser returns it, but for audio, which is bytes.
        A value that is no object takes the place of the dict.

        Raises:
            ValueError: As `encode`.
        """
        schema = pa.schema(self._event_fields())
        if missing := set(schema.names) - set(batch.schema.names):
            raise ValueError(f"missing columns: {', '.join(sorted(missing))}")

        columns = batch.select(schema.names)
        if not columns.schema.equals(schema):
            columns = _cast(columns, schema)

        parts = columns.to_batches() if isinstance(columns, pa.Table) else [columns]
        values = [value for part in parts for value in self._read_columns(part)]
        if "issues" in batch.schema.names:
            for row, bad in enumerate(batch.column("issues").is_valid().to_pylist()):
                if bad:
                    values[row] = None

        return values

    def _read_columns(self, batch: pa.RecordBatch) -> list[Any]:
        """Return the wire data of a batch with exactly the columns of events."""
        array = batch.column(0)
        if isinstance(self._column, ObjectColumn):
            fields = list(self._column.type)
            array = pa.StructArray.from_arrays(batch.columns, fields=fields)
        return self._column.read(array)

    def _event_fields(self) -> list[pa.Field]:
        """Return the fields of the schema other than those for issues."""
        fields = list(self.schema)
        return fields[: -len(ISSUE_FIELDS)] if self._on_issue == "keep" else fields


def leave_out(array: pa.Array, rows: list[int]) -> pa.Array:
    """Return *array* without *rows*."""
    if not rows:
        return array
    gone = set(rows)
    return array.filter(pa.array([row not in gone for row in range(len(array))]))


def _cast(columns: "pa.RecordBatch | pa.Table", schema: pa.Schema) -> Any:
    """Cast *columns* to the types of *schema*.

    Raises:
        ValueError: A column cannot be cast.
    """
    arrays = []
    for field in schema:
        try:
            arrays.append(columns.column(field.name).cast(field.type))
        except pa.ArrowException as exc:
            raise ValueError(
                f"the column {field.name!r} does not fit the schema: {exc}"
            ) from exc

    return type(columns).from_arrays(arrays, schema=schema)


def _number(issues: IssuesByRow) -> tuple[Issue, ...]:
    """Return all issues, each under the index of its message."""
    numbered = (issue.under(row) for row in sorted(issues) for issue in issues[row])
    return tuple(islice(numbered, MAX_ISSUES))


def _make_issue_array(issues: IssuesByRow, length: int) -> pa.Array:
    """Build the column of issues for *length* rows."""
    rows: list[Any] = [None] * length
    for row, found in issues.items():
        rows[row] = [
            {"path": issue.path, "expected": issue.expected, "got": issue.got}
            for issue in found
        ]

    return pa.array(rows, ISSUES_TYPE)
