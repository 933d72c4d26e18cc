"""The adapter between messages and Arrow record batches."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from rtmodels._display import truncate
from rtmodels.adapters._arrow_columns import Misfits, Record, dump_json
from rtmodels.adapters._arrow_plan import make_column
from rtmodels.adapters._base import MAX_BYTES, Adapter, ConverterSource
from rtmodels.adapters._msgpack import dump_msgpack
from rtmodels.adapters._wire_format import make_message_decoder
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

T = TypeVar("T")

OnIssue: TypeAlias = Literal["keep", "raise", "drop"]
"""What becomes of a message that does not decode.

``keep`` makes it a row with its issues and its raw bytes, ``raise`` refuses all of the
messages, ``drop`` leaves it out and counts it.
"""

WireFormat: TypeAlias = Literal["json", "msgpack"]
"""How messages are written."""

Messages: TypeAlias = "pa.Array | pa.ChunkedArray | Iterable[bytes | str | None]"
"""Messages as an array of binary or text, or one by one."""

MAX_ISSUES = 100
"""So many issues get into an error."""

DROPPED = b"rtmodels.dropped"
"""The key in a schema's metadata under which the number of dropped rows stands."""

BYTES_OF = {
    pa.string(): pa.binary(),
    pa.large_string(): pa.large_binary(),
    pa.string_view(): pa.binary_view(),
}
"""The bytes behind each type of text, which Spark for one fills with anything."""

NO_MESSAGE = (Issue("$", "a message", "null"),)

ISSUES = pa.list_(
    pa.struct([(name, pa.string()) for name in ("path", "expected", "got")])
)
ISSUE_FIELDS = (pa.field("issues", ISSUES), pa.field("raw", pa.binary()))


class ArrowAdapter(Adapter[T]):
    """Decodes messages into Arrow record batches, and encodes these back.

    A message is JSON or MessagePack; its first byte tells. `encode` gives back what
    came, as JSON value, also of rows that have issues.
    """

    __slots__ = ("_column", "_decode_one", "_on_issue", "schema")

    def __init__(  # noqa: PLR0913 - each is an option, given by name
        self,
        type_: "TypeForm[T]",
        *,
        converter: ConverterSource | None = None,
        mode: Mode | None = None,
        max_depth: int | None = None,
        max_bytes: int = MAX_BYTES,
        on_issue: OnIssue = "keep",
        upgrade: bool = False,
    ) -> None:
        """Make an adapter for *type_*.

        Args:
            type_: A class or union of ours. Of any other type that *converter* knows,
                the schema has one column ``value``.
            converter: A converter that `rtmodels.configure` has taught our types; or,
                for an adapter that can be pickled, the function that makes it. What a
                hook of yours reads is JSON text in the table.
            mode: ``strict``, ``tolerant`` (the default) or ``forgiving``.
            max_depth: How many arrays and objects may stand in one another where no
                class says what comes; by default 100, at most 200.
            max_bytes: How many bytes a message may have; by default 32 MiB.
            on_issue: What becomes of a message that does not decode: ``keep``,
                ``raise`` or ``drop``.
            upgrade: Take events of the beta as well, and turn them into the GA's.
        """
        super().__init__(
            type_,
            converter=converter,
            mode=mode,
            max_depth=max_depth,
            max_bytes=max_bytes,
            binary=False,
            options={
                "on_issue": on_issue,
                "upgrade": upgrade or None,
            },
        )
        self._on_issue = on_issue
        self._decode_one = make_message_decoder(
            type_, converter=self.converter, max_bytes=max_bytes, upgrade=upgrade
        )
        self._column = make_column(type_, self.converter)
        fields = [pa.field("value", self._column.type)]
        if isinstance(self._column, Record):
            fields = list(self._column.type)
            if clash := {"issues", "raw"} & self._column.fields.keys():
                raise TypeError(
                    f"{truncate(str(type_))} has a key {clash.pop()!r} already"
                )
        self.schema: pa.Schema = pa.schema(
            [*fields, *(ISSUE_FIELDS if on_issue == "keep" else ())]
        )
        """The schema of the batches."""

    def decode(self, messages: Messages) -> pa.RecordBatch:
        """Decode messages; each becomes a row.

        Raises:
            ValidationError: Some do not decode, and *on_issue* is ``raise``. Paths
                begin with the number of the message: ``$[3].response.id``.
        """
        return self._decode(list_messages(messages))[0]

    def _decode(self, messages: Sequence[Any]) -> tuple[pa.RecordBatch, list[int]]:
        """Decode messages; tell also which rows were dropped."""
        values: list[T | None] = []
        issues: dict[int, tuple[Issue, ...]] = {}
        decode = self._decode_one
        for row, message in enumerate(messages):
            try:
                if message is None:
                    values.append(None)
                    issues[row] = NO_MESSAGE
                else:
                    values.append(decode(message))
            except RtmodelsError as exc:
                values.append(None)
                issues[row] = read_issues(exc)
        array = self._build(values, issues)
        if issues and self._on_issue == "raise":
            raise ValidationError(_number(issues))
        if self._on_issue == "keep":
            raws = [
                messages[row] if row in issues else None for row in range(len(array))
            ]
            return self._assemble(array, _tabulate(issues, len(array)), raws), []
        return self._drop(array, sorted(issues))

    def _build(
        self, values: list[T | None], issues: dict[int, tuple[Issue, ...]]
    ) -> pa.Array:
        """Make the array of *values*, without those that Arrow cannot hold."""
        while True:
            try:
                return self._column.build(values)
            except Misfits as exc:
                for row, issue in exc.issues.items():
                    values[row] = None
                    path = "$" + issue.path
                    issues[row] = (Issue(path, issue.expected, issue.got),)

    def _drop(
        self, array: pa.Array, rows: list[int]
    ) -> tuple[pa.RecordBatch, list[int]]:
        """Make the batch of all but *rows*, with their number in its metadata."""
        batch = self._assemble(leave_out(array, rows))
        if rows:
            batch = batch.replace_schema_metadata({DROPPED: str(len(rows))})
        return batch, rows

    def _assemble(self, array: pa.Array, *rest: Any) -> pa.RecordBatch:
        """Make a batch of the fields of *array*, and of *rest*."""
        columns = [array]
        if isinstance(self._column, Record):
            columns = [array.field(index) for index in range(array.type.num_fields)]
        return pa.RecordBatch.from_arrays([*columns, *rest], schema=self.schema)

    def encode(
        self, batch: "pa.RecordBatch | pa.Table", *, wire: WireFormat = "json"
    ) -> pa.Array:
        """Encode each row as one message, in UTF-8 or MessagePack.

        A message with issues is given back as it came, whatever *wire* says. Columns
        that are not in the schema are left aside.

        Raises:
            ValueError: The batch has not all the columns of the schema, or others than
                can be turned into these.
        """
        dump = dump_json if wire == "json" else dump_msgpack
        messages = [
            None if value is None else dump(value) for value in self._read_wire(batch)
        ]
        if "raw" in batch.schema.names:
            for row, raw in enumerate(batch.column("raw").to_pylist()):
                if raw is not None:
                    messages[row] = raw
        return pa.array(messages, pa.binary())

    def to_values(self, batch: "pa.RecordBatch | pa.Table") -> list[T | None]:
        """Make instances of the rows; None where a row has issues.

        Raises:
            ValidationError: A row is not what the schema of *type_* says.
            ValueError: As `encode`.
        """
        return [
            None if value is None else self._read(value)
            for value in self._read_wire(batch)
        ]

    def from_values(self, values: Iterable[T]) -> pa.RecordBatch:
        """Make a batch of instances.

        Raises:
            ValidationError: Arrow cannot hold some of them, such as an integer of more
                than 64 bits.
        """
        issues: dict[int, tuple[Issue, ...]] = {}
        array = self._build(list(values), issues)
        if issues:
            raise ValidationError(_number(issues))
        if self._on_issue == "keep":
            nothing = [pa.nulls(len(array), field.type) for field in ISSUE_FIELDS]
            return self._assemble(array, *nothing)
        return self._assemble(array)

    def _read_wire(self, batch: "pa.RecordBatch | pa.Table") -> list[Any]:
        """Make wire data of the rows; None where there are issues instead."""
        schema = pa.schema(self._event_fields())
        if missing := set(schema.names) - set(batch.schema.names):
            raise ValueError(f"there is no column {', '.join(sorted(missing))}")
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
        """Make wire data of the rows of a batch with just the right columns."""
        array = batch.column(0)
        if isinstance(self._column, Record):
            fields = list(self._column.type)
            array = pa.StructArray.from_arrays(batch.columns, fields=fields)
        return self._column.read(array)

    def _event_fields(self) -> list[pa.Field]:
        """Give the fields of the schema, without those for issues."""
        fields = list(self.schema)
        return fields[: -len(ISSUE_FIELDS)] if self._on_issue == "keep" else fields


def _cast(columns: "pa.RecordBatch | pa.Table", schema: pa.Schema) -> Any:
    """Turn *columns* into those of *schema*, or tell which of them cannot be."""
    arrays = []
    for field in schema:
        try:
            arrays.append(columns.column(field.name).cast(field.type))
        except pa.ArrowException as exc:
            raise ValueError(f"the column {field.name!r} does not fit: {exc}") from exc
    return type(columns).from_arrays(arrays, schema=schema)


def list_messages(messages: Any) -> list[Any]:
    """Take the messages out of an array, if they are in one; text as its bytes."""
    if isinstance(messages, (pa.Array, pa.ChunkedArray)):
        if messages.type in BYTES_OF:
            messages = messages.cast(BYTES_OF[messages.type])
        values: list[Any] = messages.to_pylist()
        return values
    return list(messages)


def read_issues(exc: RtmodelsError) -> tuple[Issue, ...]:
    """Take the issues out of what an adapter raised."""
    if isinstance(exc, ValidationError):
        return exc.issues
    return (Issue("$", "a message", str(exc)),)


def _number(issues: dict[int, tuple[Issue, ...]]) -> tuple[Issue, ...]:
    """Put the numbers of the messages before the paths of their issues."""
    numbered = (
        Issue(f"$[{row}]{issue.path.removeprefix('$')}", issue.expected, issue.got)
        for row in sorted(issues)
        for issue in issues[row]
    )
    return tuple(islice(numbered, MAX_ISSUES))


def _tabulate(issues: dict[int, tuple[Issue, ...]], length: int) -> pa.Array:
    """Make the column of issues."""
    rows: list[Any] = [None] * length
    for row, found in issues.items():
        rows[row] = [
            {"path": issue.path, "expected": issue.expected, "got": issue.got}
            for issue in found
        ]
    return pa.array(rows, ISSUES)


def leave_out(array: pa.Array, rows: list[int]) -> pa.Array:
    """Take all of *array* but *rows*."""
    if not rows:
        return array
    gone = set(rows)
    return array.filter(pa.array([row not in gone for row in range(len(array))]))
