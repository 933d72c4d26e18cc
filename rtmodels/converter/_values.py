"""Checks and conversions of single values, for generated code and for fallbacks.

This module does not depend on shapes and classes. Every module of the package may
import it, and so may adapters and versions.
"""

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

import pybase64

from rtmodels.converter._options import MAX_DEPTH_WRITTEN

__all__ = [
    "LEAVES",
    "REJECTIONS",
    "Rejected",
    "check_float",
    "check_json",
    "check_keys",
    "collect_extra",
    "copy_json",
    "decode_base64",
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
"""The largest float that becomes an int; beyond it, floats do not hold every int."""

LEAVES = frozenset({str, int, bool, type(None)})
"""The classes whose values need no further check."""

SCALARS = LEAVES | {float, bytes}
"""The classes whose values hold no other values."""

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


def reject(_: object) -> Any:
    """Reject every value."""
    raise Rejected


def to_int(value: Any) -> int:
    """Return *value*, a float that is a whole number, as an int."""
    if (
        value.__class__ is float
        and -MAX_WHOLE_FLOAT <= value <= MAX_WHOLE_FLOAT
        and value.is_integer()
    ):
        return int(value)
    raise Rejected


def check_float(value: Any) -> float:
    """Return *value*, a finite float or an int."""
    if value.__class__ is int or (value.__class__ is float and -inf < value < inf):
        number: float = value
        return number
    raise Rejected


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


def check_json(value: Any, depth: int) -> Any:
    """Return *value*, of unknown shape and up to *depth* levels, if it can be encoded.

    The rules are those of `copy_json`.
    """
    cls = value.__class__
    if cls is dict and depth:
        for key, item in value.items():
            if key.__class__ is not str:
                raise Rejected
            if item.__class__ not in LEAVES:
                check_json(item, depth - 1)

    elif cls is list and depth:
        for item in value:
            if item.__class__ not in LEAVES:
                check_json(item, depth - 1)

    elif cls is float:
        check_float(value)
    elif cls not in SCALARS:
        raise Rejected
    return value


def copy_json(value: Any, depth: int) -> Any:
    """Copy *value*, of unknown shape and up to *depth* levels, if it can be encoded.

    An instance thus shares no dict or list with the data that it was decoded from.
    """
    # By exact class, which takes half the time of a match. Most values are leaves, and
    # comparing their class here saves a call for each.
    cls = value.__class__
    if cls in SCALARS:
        return value if cls is not float else check_float(value)
    if not depth:
        raise Rejected

    if cls is list:
        return [
            item if item.__class__ in LEAVES else copy_json(item, depth - 1)
            for item in value
        ]

    if cls is not dict:
        raise Rejected
    out = {}
    for key, item in value.items():
        if key.__class__ is not str:
            raise Rejected
        out[key] = item if item.__class__ in LEAVES else copy_json(item, depth - 1)
    return out


def ensure_lax_json(value: object, depth: int) -> None:
    """Check that *value*, of up to *depth* levels, is what forgiving mode accepts.

    That is JSON, plus NaN and the infinities.
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
            elif item.__class__ not in SCALARS:
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
    take: Callable[[Any, int], Any],
) -> dict[str, Any] | None:
    """Return *extra* and the keys of *obj* that are not among *fields*.

    Their values may have up to *depth* levels; *take* checks or copies them.
    """
    unknown = {
        key: value if value.__class__ in LEAVES else take(value, depth)
        for key, value in obj.items()
        if key not in fields
    }
    check_keys(unknown)
    return {**extra, **unknown} if extra else unknown


def to_wire(value: object, *, binary: bool, depth: int = MAX_DEPTH_WRITTEN) -> Any:
    """Copy *value*, of unknown shape, into objects that an encoder accepts."""
    # Subclasses may override __str__ and similar methods, as enums do. The methods of
    # the base classes return the plain value. bool is before int, whose subclass it is.
    match value:
        case None | bool():
            return value
        case str():
            return str.__str__(value)
        case int():
            return int.__int__(value)
        case float() if -inf < value < inf:
            return float.__float__(value)

        case bytes() | bytearray() | memoryview():
            data = copy_bytes(value)
            return data if binary else to_base64(data)

        case Mapping() if depth and all(isinstance(key, str) for key in value):
            return {
                str.__str__(key): to_wire(item, binary=binary, depth=depth - 1)
                for key, item in value.items()
            }
        case list() | tuple() if depth:
            return [to_wire(item, binary=binary, depth=depth - 1) for item in value]

        case _:
            raise Rejected


def merge_extra(out: dict[str, Any], extra: Mapping[str, Any], *, binary: bool) -> None:
    """Add the keys of *extra* to *out*, except for those that a field has set."""
    for key, value in extra.items():
        if key not in out:
            if key.__class__ is not str:
                raise Rejected
            out[key] = (
                value if value.__class__ in LEAVES else to_wire(value, binary=binary)
            )


def to_builtins(value: object, depth: int = MAX_DEPTH_WRITTEN) -> Any:
    """Copy *value* into exact dicts, lists, strs and numbers, as parsers return them.

    Fast passes compare classes, for speed. The copy lets them accept other mappings,
    tuples and subclasses as well. Values without such a counterpart stay as they are.
    More than *depth* levels raise `Rejected`.
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
