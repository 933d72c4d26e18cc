"""Single messages in JSON or MessagePack, whichever they are written in."""

from collections.abc import Callable
from typing import Any, Literal, TypeAlias, TypeGuard

from rtmodels.adapters._issues import make_issue
from rtmodels.adapters.json import JsonAdapter
from rtmodels.adapters.msgpack import MsgpackAdapter
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
    "is_msgpack",
    "list_messages",
    "make_message_decoder",
    "read_issues",
]

WireFormat: TypeAlias = Literal["json", "msgpack"]
"""How messages are written."""

NO_MESSAGE = (make_issue((), "a message", "null"),)
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


def make_message_decoder(type_: Any, **options: Any) -> Callable[[bytes | str], Any]:
    """Return the function that decodes one message, in either format.

    The *options* are those that `JsonAdapter` and `MsgpackAdapter` share.
    """
    json = JsonAdapter(type_, **options).decode
    msgpack = MsgpackAdapter(type_, **options).decode

    def decode(message: bytes | str) -> Any:
        return msgpack(message) if is_msgpack(message) else json(message)

    return decode


def is_msgpack(message: bytes | str) -> TypeGuard[bytes]:
    """Check by its first byte whether *message* is a MessagePack map."""
    return isinstance(message, bytes) and message[:1] >= b"\x80"


def read_issues(exc: RtmodelsError) -> tuple[Issue, ...]:
    """Return the issues of an error that decoding raised."""
    if isinstance(exc, ValidationError):
        return exc.issues
    return (make_issue((), "a message", str(exc)),)
