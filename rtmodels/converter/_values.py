"""Checks and conversions of single values, for generated code and for fallbacks.

This module does not depend on shapes and classes. Every module of the package may
import it, and so may adapters and versions.
"""

from collections.abc import Callable, Collection, Mapping
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
    "SavingExtra",
    "check_float",
    "check_json",
    "check_keys",
    "check_large",
    "collect_extra",
    "copy_containers",
    "copy_json",
    "decode_base64",
    "ensure_lax_json",
    "keep_misfit",
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

MAX_SAFE_FLOAT = 2.0**63
"""Bound of the floats that are no rounded integers.

JSON parsers that round integers of more than 64 bits make floats of this size.
"""

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
        # Lists that each hold only the next one are the cheapest levels to send, so
        # they take no call each.
        inner = value
        while inner.__class__ is list and len(inner) == 1 and depth:
            inner = inner[0]
            depth -= 1

        if inner is not value:
            check_json(inner, depth)
        else:
            for item in value:
                if item.__class__ not in LEAVES:
                    check_json(item, depth - 1)

    elif cls is float:
        check_float(value)
    elif cls not in SCALARS:
        raise Rejected
    return value


def copy_json(
    value: Any, depth: int, copies: dict[tuple[int, int], Any] | None = None
) -> Any:
    """Copy *value*, of unknown shape and up to *depth* levels, if it can be encoded.

    An instance thus shares no dict or list with the data that it was decoded from.
    *copies* are those so far, by the `id` of the original and by depth.
    """
    # By exact class, which takes half the time of a match. Most values are leaves, and
    # comparing their class here saves a call for each.
    cls = value.__class__
    if cls in SCALARS:
        return value if cls is not float else check_float(value)
    if not depth:
        raise Rejected

    # Lists that each hold the next one twice would otherwise take 2**depth steps.
    if copies is None:
        copies = {}
    copy: Any = copies.get((id(value), depth))
    if copy is not None:
        return copy

    if cls is list:
        copy = [
            item if item.__class__ in LEAVES else copy_json(item, depth - 1, copies)
            for item in value
        ]
    elif cls is dict:
        copy = {}
        for key, item in value.items():
            if key.__class__ is not str:
                raise Rejected
            leaf = item.__class__ in LEAVES
            copy[key] = item if leaf else copy_json(item, depth - 1, copies)
    else:
        raise Rejected

    copies[id(value), depth] = copy
    return copy


def ensure_lax_json(value: Any, depth: int, *, nan: bool) -> Any:
    """Return *value*, of up to *depth* levels, if it is what forgiving mode accepts.

    That is JSON and, if *nan* is true, NaN and infinity as well.
    """
    # Level by level, and by identity, so that each object is checked once in a level.
    # Lists that each hold the next one twice would otherwise take 2**depth steps.
    level: Collection[Any] = ((value,),)
    if value.__class__ is dict or value.__class__ is list:
        if not depth:
            raise Rejected
        level = (value,)
        depth -= 1

    while level:
        inner: dict[int, Any] = {}
        for container in level:
            children = container
            if container.__class__ is dict:
                check_keys(container)
                children = container.values()

            for child in children:
                cls = child.__class__
                if cls is dict or cls is list:
                    if not depth:
                        raise Rejected
                    if child:
                        inner[id(child)] = child
                elif cls is float:
                    if not nan or isfinite(child):
                        check_float(child)
                elif cls not in SCALARS:
                    raise Rejected

        level = inner.values()
        depth -= 1

    return value


def check_keys(value: dict[Any, Any]) -> None:
    """Raise `Rejected` unless every key is a string."""
    for key in value:
        if key.__class__ is not str:
            raise Rejected


def collect_extra(
    obj: dict[str, Any],
    fields: frozenset[str],
    extra: dict[str, Any] | None,
    depth: int,
    take: Callable[[Any, int], Any],
) -> dict[str, Any]:
    """Return *extra* and the keys of *obj* that are not among *fields*.

    Their values may have up to *depth* levels; *take* checks or copies them.
    """
    if extra is None:
        # An object with no declared key at all is its own extra, if it may be shared.
        if take is check_json and fields.isdisjoint(obj):
            check_json(obj, depth + 1)
            return obj
        extra = {}

    for key, value in obj.items():
        if key not in fields:
            if key.__class__ is not str:
                raise Rejected
            extra[key] = value if value.__class__ in LEAVES else take(value, depth)
    return extra


def keep_misfit(
    obj: dict[str, Any],
    key: str,
    extra: dict[str, Any] | None,
    depth: int,
    *,
    nan: bool,
) -> dict[str, Any]:
    """Return *extra* and the value of *key* in *obj*, which does not fit its field."""
    value = obj[key]
    if value.__class__ not in LEAVES:
        ensure_lax_json(value, depth, nan=nan)
    if extra is None:
        return {key: value}
    extra[key] = value
    return extra


def to_wire(
    value: Any, *, binary: bool, nan: bool = False, depth: int = MAX_DEPTH_WRITTEN
) -> Any:
    """Copy *value*, of unknown shape, into objects that an encoder accepts.

    NaN and infinity are among them if *nan* is true.
    """
    # Parsers make only these two kinds of containers, so they are compared first.
    if value.__class__ is dict or value.__class__ is list:
        if not depth:
            raise Rejected

        depth -= 1
        if isinstance(value, list):
            return [
                item
                if item.__class__ in LEAVES
                else to_wire(item, binary=binary, nan=nan, depth=depth)
                for item in value
            ]
        return {
            key if key.__class__ is str else _to_key(key): (
                item
                if item.__class__ in LEAVES
                else to_wire(item, binary=binary, nan=nan, depth=depth)
            )
            for key, item in value.items()
        }

    # Subclasses may override __str__ and similar methods, as enums do. The methods of
    # the base classes return the plain value. bool is before int, whose subclass it is.
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

        case Mapping():
            return to_wire(dict(value.items()), binary=binary, nan=nan, depth=depth)
        case list() | tuple():
            return to_wire(list(value), binary=binary, nan=nan, depth=depth)
        case _:
            raise Rejected


def _to_key(key: object) -> str:
    """Return *key*, an instance of a subclass of str, as an exact str."""
    if not isinstance(key, str):
        raise Rejected
    return str.__str__(key)


class SavingExtra(dict[str, Any]):
    """An ``extra`` that also saves what a conversion needs to be reversed.

    Its keys are those of any ``extra``. What it saves is no key: it is not shown, not
    compared and not encoded, but it is copied and pickled along with the instance.
    """

    __slots__ = ("saved",)

    def __init__(self, keys: Mapping[str, Any] | None, saved: Any) -> None:
        super().__init__(keys or ())
        self.saved = saved

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy as the call that makes it."""
        return SavingExtra, (dict(self), self.saved)


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
    More than *depth* levels raise `Rejected`.
    """
    # Level by level, for the reason that `ensure_lax_json` gives.
    copied: list[Any] = []
    level: dict[int, tuple[Any, Any]] = {0: ([value], copied)}
    while level:
        inner: dict[int, tuple[Any, Any]] = {}
        for source, copy in level.values():
            if copy.__class__ is list:
                copy += [_copy_item(item, inner, depth) for item in source]
                continue
            for key, item in source.items():
                name = str.__str__(key) if isinstance(key, str) else key
                copy[name] = _copy_item(item, inner, depth)

        level = inner
        depth -= 1
    return copied[0]


def _copy_item(item: Any, inner: dict[int, tuple[Any, Any]], depth: int) -> Any:
    """Return *item* as an exact scalar, or an empty copy of it that *inner* gets."""
    match item:
        case None | bool():
            return item
        case str():
            return str.__str__(item)
        case int():
            return int.__int__(item)
        case float():
            return float.__float__(item)
        case bytes() | bytearray() | memoryview():
            return copy_bytes(item)

        case list() | tuple() | Mapping():
            if not depth:
                raise Rejected
            empty: Any = [] if isinstance(item, list | tuple) else {}
            return inner.setdefault(id(item), (item, empty))[1]
        case _:
            return item


def copy_containers(value: Any, depth: int = MAX_DEPTH_WRITTEN) -> Any:
    """Copy the dicts and lists in *value*, parsed data, and nothing else.

    Below *depth* levels, the copy shares them with *value*.
    """
    if value.__class__ is dict and depth:
        return {key: copy_containers(item, depth - 1) for key, item in value.items()}
    if value.__class__ is list and depth:
        return [copy_containers(item, depth - 1) for item in value]
    return value


def copy_bytes(buffer: bytes | bytearray | memoryview) -> bytes:
    """Return *buffer* as bytes."""
    try:
        return bytes(buffer)
    except ValueError:  # the memoryview has been released
        raise Rejected from None
