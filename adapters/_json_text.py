r"""JSON with the values that orjson does not hold, which are rare.

orjson reads and writes nearly all JSON. Three kinds of values are beyond it:

- Integers of more than 64 bits. orjson reads them as floats, and writes none.
- Numbers beyond the range of a float, such as ``1e400``, which it rejects.
- Text with a lone surrogate, such as ``"\ud83d"``: half of a character, as in a delta
  that was cut in the middle of an emoji. It rejects that as well.

The parser of the standard library accepts all three. It is slower, and used only for a
document that needs it.
"""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from math import isinf
from typing import Any

import orjson

from rtmodels.adapters._base import INT64_LIMITS
from rtmodels.converter._issues import WireLimits

__all__ = [
    "EXACT_LIMITS",
    "FLOAT_LIMITS",
    "dump_exactly",
    "load_exactly",
    "load_json",
    "may_hold_large_int",
]

MAX_DIGITS = 4300
"""Maximum digits of an integer: the default of `sys.set_int_max_str_digits`.

Converting an integer from or to text takes time quadratic in its digits.
"""

DIGITS_PER_CHARACTER = 16
"""How many digits exponents may stand for, for each character of a document."""

MAX_EXPONENT = 5
"""Maximum characters of an exponent that stands for no more digits than allowed."""

_MAX_FLOAT = 2**1024 - 2**970
"""Bound of the integers that round to a finite float."""

FLOAT_LIMITS = WireLimits(range(1 - _MAX_FLOAT, _MAX_FLOAT), "int of up to 308 digits")
"""What strict and tolerant mode write: no more than they read back."""

_MAX_INT = 10**MAX_DIGITS

EXACT_LIMITS = WireLimits(
    range(1 - _MAX_INT, _MAX_INT),
    f"int of up to {MAX_DIGITS:,} digits",
    surrogates=True,
)
"""What forgiving mode reads and writes."""

_MIN_INT64, _MAX_INT64 = INT64_LIMITS.ints[0], INT64_LIMITS.ints[-1]

# Without the first class spelled out, the search would not skip to the first digit.
_LARGE_INT = r"[0-9][0-9]{18}"
_find_in_bytes = re.compile(_LARGE_INT.encode()).search
_find_in_text = re.compile(_LARGE_INT).search

_find_surrogate = re.compile("[\ud800-\udfff]").search


def may_hold_large_int(data: Any) -> bool:
    """Check whether JSON has as many digits in a row as a 64-bit integer has."""
    if isinstance(data, str):
        return _find_in_text(data) is not None

    # A pattern needs the bytes in a row, which a memoryview may not have.
    found = _find_in_bytes(bytes(data) if isinstance(data, memoryview) else data)
    return found is not None


def load_json(data: bytes | bytearray | memoryview | str, *, lax: bool = False) -> Any:
    """Parse JSON as orjson does, except that integers of any size stay integers.

    If *lax*, accept what `load_exactly` accepts.

    Raises:
        orjson.JSONDecodeError: *data* is not JSON, or nested too deep.
    """
    try:
        obj = orjson.loads(data)
    except ValueError:
        if lax:
            with suppress(ArithmeticError, RecursionError, ValueError):
                return load_exactly(data)
        raise

    if not may_hold_large_int(data):
        return obj
    try:
        return load_exactly(data)
    except RecursionError:
        raise orjson.JSONDecodeError("depth limit exceeded", "", 0) from None


def load_exactly(data: bytes | bytearray | memoryview | str) -> Any:
    """Parse JSON with the values that orjson does not hold.

    Numbers beyond the range of a float become integers.

    Raises:
        ValueError: *data* is not JSON in UTF-8.
        OverflowError: It has a number with too many digits, which the message says.
        RecursionError: The nesting is too deep.
    """
    if data.__class__ not in (bytes, bytearray, memoryview, str):
        raise ValueError(f"not bytes or text: {type(data).__name__}")

    text = data if isinstance(data, str) else bytes(data).decode()
    numbers = _Numbers(len(text))
    decoder = json.JSONDecoder(
        parse_int=numbers.parse_int,
        parse_float=numbers.parse_float,
        parse_constant=_reject_constant,
    )
    return decoder.decode(text)


class _Numbers:
    """Parses the numbers of one document."""

    def __init__(self, size: int) -> None:
        """Prepare for a document of *size* characters."""
        # Six characters, as in 1e4299, may stand for thousands of digits. With a limit
        # on their sum, the numbers of a document take time and memory in proportion to
        # its size.
        self._digits = DIGITS_PER_CHARACTER * size + MAX_DIGITS

    def parse_int(self, text: str) -> int:
        """Parse an integer."""
        if len(text) > MAX_DIGITS:
            _check_digits(len(text.removeprefix("-")))
        return int(text)

    def parse_float(self, text: str) -> float:
        """Parse a number with a fraction or an exponent."""
        number = float(text)
        if not isinf(number):
            return number

        mantissa, _, exponent = text.lower().partition("e")
        whole, _, fraction = mantissa.partition(".")
        fraction = fraction.rstrip("0")
        if len(exponent) > MAX_EXPONENT:
            raise OverflowError("a number with too large an exponent")

        shift = int(exponent or "0") - len(fraction)
        if shift < 0:
            raise OverflowError("a fraction beyond the range of a float")

        count = len(whole.removeprefix("-")) + len(fraction) + shift
        _check_digits(count)
        self._digits -= count
        if self._digits < 0:
            raise OverflowError("too many numbers beyond the range of a float")

        exact: int = int(whole + fraction) * 10**shift
        return exact


def _check_digits(count: int) -> None:
    """Raise for a number of *count* digits if these are too many."""
    if count > MAX_DIGITS:
        raise OverflowError(
            f"a number of {count:,} digits; the limit is {MAX_DIGITS:,}"
        )


def _reject_constant(name: str) -> None:
    """Raise for a constant that Python's parser accepts and JSON does not have."""
    raise ValueError(f"{name} is not JSON")


def dump_exactly(
    wire: Any, *, limits: WireLimits, default: Callable[[Any], Any] | None = None
) -> bytes:
    """Encode *wire*, which orjson rejected, with the values that orjson does not hold.

    Args:
        wire: The output of a converter.
        limits: What to write: `FLOAT_LIMITS` or `EXACT_LIMITS`.
        default: As for `orjson.dumps`.

    Raises:
        TypeError: *wire* has a value beyond *limits*, or another that orjson rejects.
        ValueError: The interpreter converts integers with fewer digits only.
        RecursionError: The nesting is too deep.
    """

    def dump(value: Any) -> bytes:
        return orjson.dumps(value, default)

    # What is within the limits becomes its own text. orjson then writes the rest, and
    # raises for what is beyond them. Output of a converter has built-in classes only.
    def prepare(value: Any) -> Any:
        cls = value.__class__
        if cls is str:
            if limits.surrogates and not value.isascii() and _find_surrogate(value):
                return orjson.Fragment(_dump_text(value))
        elif cls is int:
            if not _MIN_INT64 <= value <= _MAX_INT64 and value in limits.ints:
                return orjson.Fragment(_dump_int(value))
        elif cls is list:
            return [prepare(item) for item in value]
        elif cls is dict:
            if limits.surrogates and _find_surrogate("".join(value)):
                return orjson.Fragment(dump_members(value))
            return {key: prepare(item) for key, item in value.items()}
        return value

    def dump_members(obj: dict[str, Any]) -> bytes:
        members = (
            _dump_text(key) + b":" + dump(prepare(item)) for key, item in obj.items()
        )
        return b"{" + b",".join(members) + b"}"

    return dump(prepare(wire))


def _dump_text(text: str) -> bytes:
    """Encode a string, with lone surrogates as escapes."""
    # The error handler of Python and JSON happen to write the same escape.
    return json.dumps(text, ensure_ascii=False).encode(errors="backslashreplace")


def _dump_int(value: int) -> bytes:
    """Encode an integer, with an exponent if it is beyond the range of a float."""
    text = str(value)
    if value in FLOAT_LIMITS.ints:
        return text.encode()

    # As it was most likely read: 1e400 rather than 401 digits.
    digits = text.rstrip("0")
    zeros = len(text) - len(digits)
    return (f"{digits}e{zeros}" if zeros else text).encode()
