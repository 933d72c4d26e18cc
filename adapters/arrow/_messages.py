"""Messages before they are decoded, and the issues of those that are not."""

from typing import Any, Literal, TypeAlias

from rtmodels.errors import (
    Issue,
    IssuesError,
    MissingDependencyError,
    RtmodelsError,
)

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

__all__ = [
    "NO_MESSAGE",
    "WireFormat",
    "list_messages",
    "read_issues",
]

WireFormat: TypeAlias = Literal["json", "msgpack"]
"""The format of messages."""

NO_MESSAGE = (Issue((), "a message", "null"),)
"""The issues of a row with null in place of a message."""

BYTES_OF = {
    pa.string(): pa.binary(),
    pa.large_string(): pa.large_binary(),
    pa.string_view(): pa.binary_view(),
}
"""The binary type for each type of text; Spark, for one, writes any bytes as text."""


def list_messages(messages: Any) -> list[Any]:
    """Return the messages of an array or an iterable; text in an array as bytes."""
    if isinstance(messages, (pa.Array, pa.ChunkedArray)):
        # As text, one message of invalid UTF-8 would fail the whole array.
        if messages.type in BYTES_OF:
            messages = messages.cast(BYTES_OF[messages.type])
        values: list[Any] = messages.to_pylist()
        return values
    return list(messages)


def read_issues(exc: RtmodelsError) -> tuple[Issue, ...]:
    """Return the issues of *exc*, which decoding or encoding a message raised."""
    if isinstance(exc, IssuesError):
        return exc.issues
    return (Issue((), "a message", str(exc)),)
