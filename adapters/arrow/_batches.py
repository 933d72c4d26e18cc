"""Decodes batches of messages in the workers of an engine."""

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
    """Decodes the messages in batches; `decode_batches` makes it.

    It pickles, so that engines can send it to their workers.
    """

    def __init__(
        self, type_: "TypeForm[T]", *, column: str, rows: int, options: dict[str, Any]
    ) -> None:
        """Hold the arguments of `decode_batches`."""
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
        """Return the schema of the batches that those of *schema* become."""
        others = [field for field in schema if field.name != self._column]
        names = {field.name for field in others} & set(self._adapter.schema.names)
        if names:
            raise ValueError(f"the column {names.pop()!r} would be there twice")
        return pa.schema([*others, *self._adapter.schema])

    def __call__(self, data: Any) -> Any:
        """Decode a batch or a table, or each batch among many.

        The columns of the schema replace that of the messages; all others stay.

        Args:
            data: A `pyarrow.RecordBatch` or `pyarrow.Table`; or an iterable of batches
                or messages, which become batches.

        Raises:
            TypeError: *data* is a single message, a mapping or a dataframe.
        """
        if isinstance(data, pa.RecordBatch):
            return self._decode(data)
        if isinstance(data, pa.Table):
            return self._decode_table(data)
        if isinstance(data, (pa.Array, pa.ChunkedArray)):
            data = list_messages(data)
        if isinstance(data, (bytes, str, Mapping)) or hasattr(data, "columns"):
            got = type(data).__name__
            raise TypeError(f"expected batches of pyarrow's, or messages, got {got}")
        return self._decode_all(iter(data))

    def _decode_table(self, table: pa.Table) -> pa.Table:
        """Decode a table, few rows at a time, however long its chunks are."""
        parts = table.to_batches(max_chunksize=self._rows)
        batches = [self._decode(part) for part in parts]
        schema = self.schema_for(table.schema)
        if dropped := sum(map(count_dropped, batches)):
            schema = schema.with_metadata({DROPPED: str(dropped)})
        return pa.Table.from_batches(batches, schema)

    def _decode_all(self, data: Iterator[Any]) -> Iterator[pa.RecordBatch]:
        """Iterate over the decoded batches; single messages are put into batches."""
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
    """Make a function that decodes the messages of batches, wherever it runs.

    Dask, Ray Data and Spark pickle it, and call it in their workers::

        decode = decode_batches(RealtimeClientEvent | RealtimeServerEvent)
        bag.map_partitions(decode)  # Dask: messages, or batches of them
        dataset.map_batches(decode, batch_format="pyarrow")  # Ray Data
        dataframe.mapInArrow(decode, schema)  # Spark

    Each worker makes its own converter, once a task. The columns beside that of the
    messages, such as the file and the line, are kept. The output has the schema that
    `BatchDecoder.schema_for` returns without decoding anything; it is the same for all
    batches. ``docs/engines.md`` has a whole recipe for each engine.

    Args:
        type_: As for `ArrowAdapter`.
        mode: As for `JsonAdapter`.
        converter: The function that makes a converter in each worker.
        max_depth: As for `JsonAdapter`.
        max_bytes: As for `JsonAdapter`, for each message.
        upgrade: As for `JsonAdapter`.
        on_issue: As for `ArrowAdapter`.
        column: The column of a batch that holds the messages, as text or binary.
        rows: The number of messages in a batch where they come one by one or in a
            table.
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
    """Return how many messages were dropped from *batch* as it was decoded.

    The number is in the metadata of its schema, which Ray Data and Spark throw away:
    there, count the rows that have ``issues``.
    """
    return int((batch.schema.metadata or {}).get(DROPPED, 0))
