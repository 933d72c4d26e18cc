"""Decoding of batches in the workers of Dask, Ray Data and Spark."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from rtmodels.adapters._base import MAX_BYTES
from rtmodels.adapters.arrow._adapter import (
    DROPPED,
    ArrowAdapter,
    OnIssue,
    leave_out,
)
from rtmodels.adapters.arrow._messages import list_messages
from rtmodels.converter import Mode
from rtmodels.errors import MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

if TYPE_CHECKING:
    from typing_extensions import TypeForm

__all__ = ["BatchDecoder", "count_dropped", "decode_batches"]

T = TypeVar("T")


class BatchDecoder(Generic[T]):
    """Decodes the messages in batches; made by `decode_batches`.

    A decoder pickles, so engines can send it to their workers.
    """

    def __init__(
        self, type_: "TypeForm[T]", *, column: str, rows: int, options: dict[str, Any]
    ) -> None:
        """Make the adapter, and keep the arguments for pickling."""
        self._given = partial(
            decode_batches, type_, column=column, rows=rows, **options
        )
        self._column = column
        self._rows = rows
        self._adapter = ArrowAdapter(type_, **options)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the arguments of `decode_batches`."""
        return self._given, ()

    def schema_for(self, schema: pa.Schema) -> pa.Schema:
        """Return the schema of the output for batches of *schema*."""
        others = [field for field in schema if field.name != self._column]
        names = {field.name for field in others} & set(self._adapter.schema.names)
        if names:
            raise ValueError(f"duplicate column in the output: {names.pop()!r}")
        return pa.schema([*others, *self._adapter.schema])

    def __call__(self, data: Any) -> Any:
        """Decode a batch, a table, or an iterable of batches or messages.

        The decoded columns replace the column of messages; all other columns are kept.

        Args:
            data: A `pyarrow.RecordBatch`, a `pyarrow.Table`, or an iterable of batches
                or messages. Messages are collected into batches.

        Raises:
            TypeError: *data* is a single message, a mapping or a dataframe.
        """
        if isinstance(data, pa.RecordBatch):
            return self._decode(data)
        if isinstance(data, pa.Table):
            return self._decode_table(data)

        if isinstance(data, (pa.Array, pa.ChunkedArray)):
            data = list_messages(data)
        # Each of these can be iterated over too, but not by batches or messages.
        if isinstance(data, (bytes, str, Mapping)) or hasattr(data, "columns"):
            got = type(data).__name__
            raise TypeError(f"expected pyarrow batches or messages, got {got}")
        return self._decode_all(iter(data))

    def _decode_table(self, table: pa.Table) -> pa.Table:
        """Decode a table a few rows at a time, however long its chunks are."""
        parts = table.to_batches(max_chunksize=self._rows)
        batches = [self._decode(part) for part in parts]

        schema = self.schema_for(table.schema)
        if dropped := sum(map(count_dropped, batches)):
            schema = schema.with_metadata({DROPPED: str(dropped)})
        return pa.Table.from_batches(batches, schema)

    def _decode_all(self, data: Iterator[Any]) -> Iterator[pa.RecordBatch]:
        """Iterate over the decoded batches; collect messages into batches."""
        # The input is all batches or all messages, so the first of a group decides.
        for first in data:
            if isinstance(first, pa.RecordBatch):
                yield self._decode(first)
            else:
                yield self._adapter.decode([first, *islice(data, self._rows - 1)])

    def _decode(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Decode one batch."""
        messages = list_messages(batch.column(self._column))
        decoded, dropped = self._adapter._decode(messages)  # noqa: SLF001 - internal
        others = {
            name: leave_out(column, dropped)
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
            if name != self._column
        }

        schema = self.schema_for(batch.schema).with_metadata(decoded.schema.metadata)
        return pa.RecordBatch.from_arrays(
            [*others.values(), *decoded.columns], schema=schema
        )


def decode_batches(
    type_: "TypeForm[T]",
    *,
    mode: Mode | None = None,
    converter: Callable[[], Any] | None = None,
    max_depth: int | None = None,
    max_bytes: int = MAX_BYTES,
    upgrade: bool = False,
    on_issue: OnIssue = "keep",
    column: str = "message",
    rows: int = 4096,
) -> BatchDecoder[T]:
    """Make a function that decodes the messages in batches, in any process.

    Dask, Ray Data and Spark pickle the function and call it in their workers::

        decode = decode_batches(RealtimeClientEvent | RealtimeServerEvent)
        bag.map_partitions(decode)  # Dask: messages, or batches of them
        dataset.map_batches(decode, batch_format="pyarrow")  # Ray Data
        dataframe.mapInArrow(decode, schema)  # Spark

    Each worker makes its own converter, once a task. Other columns than that of the
    messages, such as the file and the line, are kept. All output batches have the same
    schema, which `BatchDecoder.schema_for` returns before anything is decoded.
    ``docs/engines.md`` has a complete recipe for each engine.

    Args:
        type_: As for `ArrowAdapter`.
        mode: As for `JsonAdapter`.
        converter: The function that makes a converter in each worker.
        max_depth: As for `JsonAdapter`.
        max_bytes: As for `JsonAdapter`, for each message.
        upgrade: As for `JsonAdapter`.
        on_issue: As for `ArrowAdapter`.
        column: The column of a batch that holds the messages, as text or binary.
        rows: The number of messages in a batch, when the input is a table or single
            messages.
    """
    options = {
        "mode": mode,
        "converter": converter,
        "max_depth": max_depth,
        "max_bytes": max_bytes,
        "upgrade": upgrade,
        "on_issue": on_issue,
    }
    return BatchDecoder(type_, column=column, rows=rows, options=options)


def count_dropped(batch: "pa.RecordBatch | pa.Table") -> int:
    """Return the number of messages that decoding dropped from *batch*.

    The number is in the metadata of the schema, which Ray Data and Spark discard. With
    these, keep messages with issues and count them.
    """
    return int((batch.schema.metadata or {}).get(DROPPED, 0))
