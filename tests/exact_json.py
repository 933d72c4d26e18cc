"""Reads and writes JSON with every integer exact, independently of the library."""

import json
from decimal import Decimal
from typing import Any

import orjson

OUT_OF_RANGE = 10**400
"""A number that no float can hold; `dump_exactly` writes it as ``1e400``."""

MAX_DIGITS = 4300
"""As many as Python converts to and from text, and no adapter accepts more."""


def load_exactly(data: Any) -> Any:
    """Parse JSON; numbers beyond the range of a float become integers."""
    text = data if isinstance(data, str) else bytes(data).decode()
    return json.loads(text, parse_float=_parse_float, parse_constant=_reject)


def _parse_float(text: str) -> float:
    """Parse a number with a fraction or an exponent."""
    number = float(text)
    if abs(number) != float("inf"):
        return number
    exponent = text.lower().partition("e")[2]
    if len(exponent) > 10 or Decimal(text).adjusted() >= MAX_DIGITS:
        raise ValueError("too many digits")
    exact = Decimal(text)
    if exact != int(exact):
        raise ValueError("a fraction beyond the range of a float")
    return int(exact)


def _reject(name: str) -> None:
    """Reject NaN and infinity, which are no JSON."""
    raise ValueError(name)


def load_as(mode: str, data: Any) -> Any:
    """Parse JSON as an adapter in *mode* does."""
    try:
        orjson.loads(data)
    except ValueError:
        if mode != "forgiving" or type(data) not in (bytes, bytearray, memoryview, str):
            raise
    return load_exactly(data)


def dump_exactly(value: Any) -> bytes:
    """Write JSON, with lone surrogates as escapes, and NaN as null if possible."""
    try:
        return orjson.dumps(value)
    except TypeError:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        data = text.encode(errors="backslashreplace")
        return data.replace(b"1" + b"0" * 400, b"1e400")
