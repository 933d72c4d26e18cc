"""Detection of the format of a message, and decoding by the right adapter."""

from collections.abc import Callable
from typing import Any, TypeGuard

from rtmodels.adapters.json import JsonAdapter


def is_msgpack(message: bytes | str) -> TypeGuard[bytes]:
    """Check by its first byte whether *message* is a MessagePack map, and not JSON."""
    return isinstance(message, bytes) and message[:1] >= b"\x80"


def make_message_decoder(type_: Any, **options: Any) -> Callable[[bytes | str], Any]:
    """Build a function that decodes messages of either format.

    The *options* are passed to both adapters.
    """
    # Imported late, because `is_msgpack` is also used where msgspec is missing.
    from rtmodels.adapters.msgpack import MsgpackAdapter  # noqa: PLC0415

    json = JsonAdapter(type_, **options).decode
    msgpack = MsgpackAdapter(type_, **options).decode

    def decode(message: bytes | str) -> Any:
        return msgpack(message) if is_msgpack(message) else json(message)

    return decode
