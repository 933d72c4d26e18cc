"""Single messages in JSON or MessagePack, whichever they are written in."""

from typing import Any, Literal, TypeAlias

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

__all__ = [
    "NO_MESSAGE",
    "WireFormat",
    "list_messages",
    "read_issues",
]

WireFormat: TypeAlias = Literal["json", "msgpack"]
"""How messages are written."""

NO_MESSAGE = (Issue((), "a message", "null"),)
"""The issues of a null in place of a message."""

BYTES_OF = {
    pa.string(): pa.binary(),
    pa.large_string(): pa.large_binary(),
    pa.string_view(): pa.binary_view(),
}
"""The bytes behind each type of text. Spark, for one, puts any bytes into text."""


def list_messages(messages: Any) -> list[Any]:
    """Return the messages of an array or an iterable; text in an array as bytes."""
    if isinstance(messages, (pa.Array, pa.ChunkedArray)):
        if messages.type in BYTES_OF:
            messages = messages.cast(BYTES_OF[messages.type])
        values: list[Any] = messages.to_pylist()
        return values
    return list(messages)


def read_issues(exc: RtmodelsError) -> tuple[Issue, ...]:
    """Return the issues of an error that decoding raised."""
    if isinstance(exc, ValidationError):
        return exc.issues
    return (Issue((), "a message", str(exc)),)
