"""Reads and writes MessagePack that says what JSON can say, and bytes.

Two libraries read it. ormsgpack makes the objects: it takes no keys but text, where
msgspec takes integers too, and somebody who chooses these well makes one dict take time
by the square of its size (400 kB took two seconds). But ormsgpack takes no notice of
what comes after the end of a document; so msgspec skips over the document first, in a
tenth of the time. Together they take about as long as msgspec alone: a quarter of a
microsecond more for the smallest events, and no more for large ones.
"""

from typing import Any

from rtmodels.adapters._base import check_size, decode_error
from rtmodels.errors import DecodeError, MissingDependencyError

try:
    import msgspec
except ModuleNotFoundError as exc:
    raise MissingDependencyError("msgspec", extra="msgpack") from exc
try:
    import ormsgpack
except ModuleNotFoundError as exc:
    raise MissingDependencyError("ormsgpack", extra="msgpack") from exc

__all__ = ["dump_msgpack", "load_msgpack"]

_skip_document = msgspec.msgpack.Decoder(msgspec.Raw).decode
_build_objects = ormsgpack.unpackb

dump_msgpack = msgspec.msgpack.Encoder().encode


def load_msgpack(data: bytes | bytearray | memoryview, max_bytes: int) -> Any:
    """Parse one document of MessagePack.

    Raises:
        DecodeError: It is none, goes on after its end, is larger than *max_bytes*, or
            holds extension types or keys that are not text.
    """
    try:
        if len(data) > max_bytes or data.__class__ is memoryview:
            check_size(data, max_bytes)
        _skip_document(data)
    except DecodeError:
        raise
    except Exception as exc:  # noqa: BLE001 - whatever the parser raises
        raise decode_error("MessagePack", exc, msgspec.DecodeError) from None
    try:
        return _build_objects(data)
    except Exception as exc:  # noqa: BLE001 - likewise
        raise decode_error("MessagePack of JSON's types, with text keys", exc) from None
