"""JSON text for wire data that may hold bytes."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import orjson
import pybase64

from rtmodels.adapters._json_text import EXACT_LIMITS, dump_exactly

__all__ = ["dump_fast", "dump_json"]


def dump_json(value: Any) -> bytes:
    """Encode *value* as JSON, with bytes as base64 text."""
    try:
        return dump_fast(value)
    except TypeError:
        return dump_exactly(value, limits=EXACT_LIMITS, default=_encode_default)


def _encode_default(value: Any) -> Any:
    """Convert *value*, which orjson does not support, to one that it does."""
    if isinstance(value, bytes):
        return pybase64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"not a JSON value: {type(value).__name__}")


dump_fast = partial(orjson.dumps, default=_encode_default)
"""Encodes a value like `dump_json`; raises `TypeError` if orjson cannot."""
