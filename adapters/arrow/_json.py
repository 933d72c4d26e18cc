"""JSON text for wire data that may hold bytes."""

from collections.abc import Mapping
from typing import Any

import orjson
import pybase64

__all__ = ["dump_json"]


def dump_json(value: Any) -> bytes:
    """Encode *value* as JSON, with bytes as base64 text."""
    return orjson.dumps(value, default=_encode_default)


def _encode_default(value: Any) -> Any:
    """Return what JSON has in place of *value*, which orjson does not know."""
    if isinstance(value, bytes):
        return pybase64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON value: {type(value).__name__}")
