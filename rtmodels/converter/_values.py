"""Checks and conversions of single values, for generated code and for fallbacks.

This module does not depend on shapes and classes. Every module of the package may
import it, and so may adapters and versions.
"""

from collections.abc import Mapping
from math import inf, isfinite
from typing import Any

import pybase64

from rtmodels.converter._options import MAX_DEPTH_WRITTEN

__all__ = [
    "LEAVES",
    "MAX_SAFE_FLOAT",
    "REJECTIONS",
    "ROUNDING",
    "Rejected",
    "check_float",
    "check_keys",
    "check_large",
    "collect_extra",
    "decode_base64",
    "ensure_json",
    "ensure_lax_json",
    "merge_extra",
    "reject",
    "to_base64",
    "to_builtins",
    "to_bytes",
    "to_int",
    "to_wire",
]

MAX_WHOLE_FLOAT = 2.0**53
"""Maximum of the floats that become ints: larger ones may be another int, rounded."""

MAX_SAFE_FLOAT = 2.0**63
"""Bound of the floats that are no rounded integers.

JSON parsers that round integers of more than 64 bits make floats of this size.
"""

LEAVES = frozenset({str, int, bool, type(None)})
"""The classes whose values need no further check."""

BYTES_OR_LEAVES = LEAVES | {bytes}
"""The same, for wire formats that hold bytes."""

# The last character before one or two padding signs has two or four unused bits. Unless
# they are zero, encoding the bytes again would produce different text.
_LAST = {
    count: frozenset(characters) | frozenset(characters.encode())
    for count, characters in {1: "AEIMQUYcgkosw048", 2: "AQgw"}.items()
}


class Rejected(Exception):  # noqa: N818 - a signal, which never leaves the package
    """A fast pass gave up on a value; the fallback finds out where and why."""


REJECTIONS = (Rejected, KeyError, TypeError, AttributeError, RecursionError)
"""The exceptions by which fast passes reject a value.

A missing key raises `KeyError`. A value without keys raises one of the next two, and an
object too deep for the stack raises `RecursionError`.
"""


class Rounding:
    """Records that a check met a float that may be a rounded integer.

    Such floats are too rare to justify a look at every number. So the fast pass leaves
    a mark, and `JsonAdapter` compares the mark before and after it decodes a frame.
    """

    __slots__ = ("mark",)

    def __init__(self) -> None:
        # Not an object of its own until it is needed: the count of references to one
        # would be contended by the threads of a build without the GIL.
        self.mark: object = None


ROUNDING = Rounding()
"""The record of this process.

Threads share it without a lock. A mark is stored only once, so another thread can cause
a needless second look at a frame, but never hide that one is needed.
"""


def check_large(value: float) -> None:
    """Reject NaN and infinity, and leave a mark for other large floats."""
    if not -inf < value < inf:
        raise Rejected
    ROUNDING.mark = object()


def reject(_: object) -> Any:
    """Reject every value."""
    raise Rejected


def to_int(value: Any) -> int:
    """Return the whole float *value* as an integer."""
    if (
        value.__class__ is float
        and -MAX_WHOLE_FLOAT <= value <= MAX_WHOLE_FLOAT
        and value.is_integer()
    ):
        return int(value)
    raise Rejected


def check_float(value: Any) -> float:
    """Return *value*, a finite float or an int."""
    if value.__class__ is float:
        if not -MAX_SAFE_FLOAT < value < MAX_SAFE_FLOAT:
            check_large(value)
    elif value.__class__ is not int:
        raise Rejected

    number: float = value
    return number


def to_bytes(text: Any) -> bytes:
    """Decode base64 text."""
    if text.__class__ is not str:
        raise Rejected
    try:
        return decode_base64(text)
    except ValueError:
        raise Rejected from None


def decode_base64(text: str | bytes | memoryview) -> bytes:
    """Decode base64.

    Accept only the spelling that encodes back to the same text.

    Raises:
        ValueError: The text is not base64, or is another spelling of the same bytes.
    """
    data = pybase64.b64decode(text, None, True)  # noqa: FBT003 - by name it is slower
    padding = -len(data) % 3
    if padding and text[-padding - 1] not in _LAST[padding]:
        raise ValueError("unused bits in the last character are set")
    return data


def to_base64(value: bytes) -> str:
    """Encode *value* as base64 text."""
    return pybase64.b64encode_as_string(value)


def ensure_json(value: object, depth: int) -> None:
    """Check that *value*, of unknown shape and up to *depth* levels, can be encoded."""
    # Most values are leaves. Comparing their class first saves a call for each.
    match value:
        case dict():
            if not depth:
                raise Rejected
            check_keys(value)
            for item in value.values():
                if item.__class__ not in LEAVES:
                    ensure_json(item, depth - 1)

        case list():
            if not depth:
                raise Rejected
            for item in value:
                if item.__class__ not in LEAVES:
                    ensure_json(item, depth - 1)

        case float():
            if not -MAX_SAFE_FLOAT < value < MAX_SAFE_FLOAT:
                check_large(value)
        case str() | int() | bytes() | None:
            pass
        case _:
            raise Rejected


def ensure_lax_json(value: object, depth: int, *, nan: bool) -> None:
    """Check that *value*, of up to *depth* levels, is what forgiving mode accepts.

    That is JSON and, if *nan* is true, NaN and infinity as well.
    """
    # Level by level, and by identity, so that each object is checked once in a level.
    # Lists that each hold the next one twice would otherwise take 2**depth steps.
    level: dict[int, Any] = {0: value}
    while level:
        inner: dict[int, Any] = {}
        for item in level.values():
            if item.__class__ is dict and depth:
                check_keys(item)
                inner.update((id(child), child) for child in item.values())
            elif item.__class__ is list and depth:
                inner.update((id(child), child) for child in item)
            elif item.__class__ is float:
                if not nan or isfinite(item):
                    check_float(item)
            elif item.__class__ not in BYTES_OR_LEAVES:
                raise Rejected

        level = inner
        depth -= 1


def check_keys(value: dict[Any, Any]) -> None:
    """Raise `Rejected` unless every key is a string."""
    if any(key.__class__ is not str for key in value):
        raise Rejected


def collect_extra(
    obj: dict[str, Any],
    fields: frozenset[str],
    extra: dict[str, Any] | None,
    depth: int,
) -> dict[str, Any] | None:
    """Return *extra* and the keys of *obj* that are not among *fields*.

    Their values may have up to *depth* levels.
    """
    unknown = {key: value for key, value in obj.items() if key not in fields}
    check_keys(unknown)
    for value in unknown.values():
        if value.__class__ not in LEAVES:
            ensure_json(value, depth)

    return {**extra, **unknown} if extra else unknown


def to_wire(
    value: object,
    *,
    binary: bool,
    nan: bool = False,
    depth: int = MAX_DEPTH_WRITTEN,
) -> Any:
    """Copy *value*, of unknown shape, into objects that an encoder accepts.

    NaN and infinity are among them if *nan* is true.
    """
    # Subclasses may override __str__ and its kin, as enums do. The methods of the base
    # classes return the plain value. bool is before int, whose subclass it is.
    match value:
        case None | bool():
            return value
        case str():
            return str.__str__(value)
        case int():
            return int.__int__(value)
        case float() if nan or -inf < value < inf:
            return float.__float__(value)

        case bytes() | bytearray() | memoryview():
            data = copy_bytes(value)
            return data if binary else to_base64(data)

        case Mapping() if depth and all(isinstance(key, str) for key in value):
            return {
                str.__str__(key): to_wire(item, binary=binary, nan=nan, depth=depth - 1)
                for key, item in value.items()
            }
        case list() | tuple() if depth:
            return [
                to_wire(item, binary=binary, nan=nan, depth=depth - 1) for item in value
            ]

        case _:
            raise Rejected


def merge_extra(
    out: dict[str, Any], extra: Mapping[str, Any], *, binary: bool, nan: bool = False
) -> None:
    """Add the keys of *extra* to *out*, except for those that a field has set.

    The options are those of `to_wire`.
    """
    for key, value in extra.items():
        if key not in out:
            if key.__class__ is not str:
                raise Rejected
            out[key] = (
                value
                if value.__class__ in LEAVES
                else to_wire(value, binary=binary, nan=nan)
            )


def to_builtins(value: object, depth: int = MAX_DEPTH_WRITTEN) -> Any:
    """Copy *value* into exact dicts, lists, strs and numbers, as parsers return them.

    Fast passes compare classes, for speed. The copy lets them accept other mappings,
    tuples and subclasses as well. Values without such a counterpart stay as they are.
    More than *depth* levels are `Rejected`.
    """
    match value:
        case bool() | None:
            return value
        case str():
            return str.__str__(value)
        case int():
            return int.__int__(value)
        case float():
            return float.__float__(value)

        case bytes() | bytearray() | memoryview():
            return copy_bytes(value)

        case Mapping() | list() | tuple() if not depth:
            raise Rejected
        case Mapping():
            return {
                str.__str__(key) if isinstance(key, str) else key: to_builtins(
                    item, depth - 1
                )
                for key, item in value.items()
            }

        case list() | tuple():
            return [to_builtins(item, depth - 1) for item in value]
        case _:
            return value


def copy_bytes(buffer: bytes | bytearray | memoryview) -> bytes:
    """Return *buffer* as bytes."""
    try:
        return bytes(buffer)
    except ValueError:  # the memoryview has been released
        raise Rejected from None
