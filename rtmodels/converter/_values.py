"""The checks and conversions of single values that generated code calls."""

from collections.abc import Mapping
from math import inf
from typing import Any

import pybase64

MAX_DEPTH = 100
"""How deep a value of unknown shape may nest, unless somebody says otherwise."""

MAX_DEPTH_WRITTEN = 200
"""How deep it may nest on the way out: orjson writes no more than 254 levels."""

MAX_WHOLE_FLOAT = 2.0**53
"""Beyond this, a float that looks whole may have been another integer on the wire."""

LEAVES = frozenset({str, int, bool, type(None)})
"""The classes of values that need no second look."""

SCALARS = LEAVES | {float, bytes}
"""The classes of values that hold no other values."""

# The last character before one or two signs of padding holds two or four bits that mean
# nothing. Where they are not zero, encoding the bytes again would give another text.
_LAST = {
    count: frozenset(characters) | frozenset(characters.encode())
    for count, characters in {1: "AEIMQUYcgkosw048", 2: "AQgw"}.items()
}


class Mismatch(Exception):  # noqa: N818 - a signal, which never leaves the package
    """A value does not fit; a slow pass over the same data finds out where and why."""


MISFITS = (Mismatch, KeyError, TypeError, AttributeError, RecursionError)
"""What the functions raise for what does not fit.

A key that is missing is a `KeyError`; a value that has no keys is one of the next two.
Objects that hold their like may do so to a depth that the stack does not reach.
"""


def to_int(value: Any) -> int:
    """Take the whole float *value* for an integer."""
    if (
        value.__class__ is float
        and -MAX_WHOLE_FLOAT <= value <= MAX_WHOLE_FLOAT
        and value.is_integer()
    ):
        return int(value)
    raise Mismatch


def to_bytes(text: Any) -> bytes:
    """Decode base64 text."""
    if text.__class__ is not str:
        raise Mismatch
    try:
        return decode_base64(text)
    except ValueError:
        raise Mismatch from None


def decode_base64(text: str | bytes | memoryview) -> bytes:
    """Decode base64.

    Only the one spelling is taken that encodes back to the same text.

    Raises:
        ValueError: It is not base64, or another spelling of it.
    """
    data = pybase64.b64decode(text, None, True)  # noqa: FBT003 - by name it is slower
    padding = -len(data) % 3
    if padding and text[-padding - 1] not in _LAST[padding]:
        raise ValueError("bits that mean nothing are set")
    return data


def to_base64(value: bytes) -> str:
    """Encode *value* as base64 text."""
    return pybase64.b64encode_as_string(value)


def check(value: object, depth: int) -> None:
    """Make sure that *value*, whose shape nobody knows, can be encoded again.

    It may nest *depth* levels deep.
    """
    match value:
        case dict():
            if not depth:
                raise Mismatch
            check_keys(value)
            for item in value.values():
                if item.__class__ not in LEAVES:
                    check(item, depth - 1)
        case list():
            if not depth:
                raise Mismatch
            for item in value:
                if item.__class__ not in LEAVES:
                    check(item, depth - 1)
        case float():
            if not -inf < value < inf:
                raise Mismatch
        case str() | int() | bytes() | None:
            pass
        case _:
            raise Mismatch


def leftover(
    obj: dict[str, Any],
    fields: frozenset[str],
    extra: dict[str, Any] | None,
    depth: int,
) -> dict[str, Any] | None:
    """Add to *extra* the keys of *obj* that are not among *fields*.

    Their values may nest *depth* levels deep.
    """
    unknown = {key: value for key, value in obj.items() if key not in fields}
    check_keys(unknown)
    for value in unknown.values():
        if value.__class__ not in LEAVES:
            check(value, depth)
    return {**extra, **unknown} if extra else unknown


def check_kept(value: object, depth: int) -> None:
    """Make sure that *value* is JSON, as forgiving mode sees it.

    That is NaN and infinity too. It may nest *depth* levels deep.
    """
    level: dict[int, Any] = {0: value}
    while level:
        inner: dict[int, Any] = {}  # each object once, however often it occurs
        for item in level.values():
            if item.__class__ is dict and depth:
                check_keys(item)
                inner.update((id(child), child) for child in item.values())
            elif item.__class__ is list and depth:
                inner.update((id(child), child) for child in item)
            elif item.__class__ not in SCALARS:
                raise Mismatch
        level = inner
        depth -= 1


def check_keys(value: dict[Any, Any]) -> None:
    """Make sure that every key is a string."""
    if any(key.__class__ is not str for key in value):
        raise Mismatch


def plain(value: object, *, binary: bool, depth: int = MAX_DEPTH_WRITTEN) -> Any:
    """Copy *value*, whose shape nobody knows, into what JSON or MessagePack holds."""
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
                str.__str__(key): plain(item, binary=binary, depth=depth - 1)
                for key, item in value.items()
            }
        case list() | tuple() if depth:
            return [plain(item, binary=binary, depth=depth - 1) for item in value]
        case _:
            raise Mismatch


def merge(out: dict[str, Any], extra: Mapping[str, Any], *, binary: bool) -> None:
    """Add to *out* what *extra* holds and no field has said."""
    for key, value in extra.items():
        if key not in out:
            if key.__class__ is not str:
                raise Mismatch
            out[key] = (
                value if value.__class__ in LEAVES else plain(value, binary=binary)
            )


def builtin(value: object, depth: int = MAX_DEPTH_WRITTEN) -> Any:
    """Copy *value* into exact dicts, lists, strs and numbers, as parsers give them.

    Structuring compares classes for speed. This is how mappings of other kinds, tuples
    and subclasses get in all the same. What has no twin stays as it is; more than
    *depth* levels are a `Mismatch`.
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
            raise Mismatch
        case Mapping():
            return {
                str.__str__(key) if isinstance(key, str) else key: builtin(
                    item, depth - 1
                )
                for key, item in value.items()
            }
        case list() | tuple():
            return [builtin(item, depth - 1) for item in value]
        case _:
            return value


def copy_bytes(buffer: bytes | bytearray | memoryview) -> bytes:
    """Copy *buffer*, unless it is bytes already."""
    try:
        return bytes(buffer)
    except ValueError:  # a memoryview that was released
        raise Mismatch from None
