"""Detection of the format of a message, and decoding by the right adapter."""

from collections.abc import Callable
from typing import Any, TypeGuard

from rtmodels.adapters.json import JsonAdapter

MSGPACK = b"\x80"
"""The least of the bytes that MessagePack maps begin with, and no JSON does."""


def is_msgpack(message: bytes | str) -> TypeGuard[bytes]:
    """Check by its first byte whether *message* is a MessagePack map, and not JSON."""
    return isinstance(message, bytes) and message[:1] >= MSGPACK


def make_message_decoder(type_: Any, **options: Any) -> Callable[[bytes | str], Any]:
    """Build a function that decodes messages of either format.

    The *options* are passed to both adapters.
    """
    # Imported late, because `is_msgpack` is also used where msgspec is missing.
    from rtmodels.adapters.msgpack import MsgpackAdapter  # noqa: PLC0415

    json = JsonAdapter(type_, **options).decode
    msgpack = MsgpackAdapter(type_, **options).decode

    def decode(message: bytes | str) -> Any:
        # As `is_msgpack`, without a call for each message of an archive.
        if isinstance(message, bytes) and message[:1] >= MSGPACK:
            return msgpack(message)
        return json(message)

    return decode
