"""Parsing and writing of MessagePack that is limited to JSON's types and bytes.

Parsing needs two libraries, each of which is too lenient alone:

- msgspec accepts integers as keys. Chosen for their hashes, these make building a dict
  quadratic: 400 kB of them took two seconds.
- ormsgpack accepts text keys only, but ignores data after the end of the document.

So msgspec first skips the document, which fails if data follows it, and ormsgpack then
builds the objects. Skipping takes a tenth of the time of parsing. Both together are
about as fast as msgspec alone: a quarter of a microsecond slower on the smallest
events, and no slower on large ones.
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
    """Parse one MessagePack document.

    Raises:
        DecodeError: *data* is not MessagePack, is larger than *max_bytes*, has more
            after the end of the document, or holds extension types or keys that are
            not text.
    """
    try:
        if len(data) > max_bytes or data.__class__ is memoryview:
            check_size(data, max_bytes)
        _skip_document(data)
    except DecodeError:
        raise
    except Exception as exc:  # noqa: BLE001 - any error of the parser
        raise decode_error("MessagePack", data, exc, msgspec.DecodeError) from None

    try:
        return _build_objects(data)
    except Exception as exc:  # noqa: BLE001 - likewise
        what = "MessagePack of JSON's types, with text keys"
        raise decode_error(what, data, exc) from None
