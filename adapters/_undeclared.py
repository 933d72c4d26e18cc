"""The keys of a message that its class does not declare, found without an error.

Strict mode finds them too, and much else, but its report costs several times as much
as decoding. Servers add keys to most sessions and responses, so that `Translator`
removes these keys first, and asks strict mode about the rest.

Only the package itself imports this module.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeAlias

from rtmodels import Unknown
from rtmodels.converter._dispatch import find_class
from rtmodels.converter._plan import plan_class
from rtmodels.converter._shapes import (
    Array,
    Map,
    Nullable,
    Object,
    Shape,
    TaggedUnion,
    UntaggedUnion,
)

__all__ = ["remove_undeclared"]

_Loc: TypeAlias = tuple[str | int, ...]
_Removed: TypeAlias = dict[_Loc, Any]

_Trim: TypeAlias = Callable[[Any, _Loc, _Removed], Any]
"""Removes undeclared keys in a value at a place; the result is as for the message."""


def remove_undeclared(cls: type, message: dict[str, Any]) -> tuple[Any, _Removed]:
    """Remove what *cls* and the classes in it do not declare from *message*.

    Values of another JSON type go as well, where objects are declared. The first result
    is a copy of the message without the nulls that strict mode refuses in optional
    keys. The second is what was removed, by its place.
    """
    removed: _Removed = {}
    return _trim_object(cls, message, (), removed), removed


def _trim_object(cls: type, value: Any, loc: _Loc, removed: _Removed) -> Any:
    """Trim an object of *cls*."""
    if value.__class__ is not dict:
        return value

    trims, objects, optional = _plan_trims(cls)
    copy: dict[str, Any] = {}
    refused = []
    for key, item in value.items():
        if key not in trims:
            refused.append(key)
        elif item is None:
            if key not in optional:
                copy[key] = item
        elif (trim := trims[key]) is None:
            copy[key] = item
        elif key in objects and item.__class__ is not dict:
            refused.append(key)
        else:
            copy[key] = trim(item, (*loc, key), removed)

    for key in refused:
        removed[*loc, key] = value.pop(key)
    return copy


@cache
def _plan_trims(
    cls: type,
) -> tuple[dict[str, _Trim | None], frozenset[str], frozenset[str]]:
    """Return how to trim the value of each key of *cls*, and two sets of its keys.

    The first has ``None`` for values that hold no objects. The sets are the keys whose
    values are objects, and those that may be missing and not null.
    """
    fields = plan_class(cls, strict=True).fields
    trims = {field.name: _make_trim(field.shape) for field in fields}
    objects = [f.name for f in fields if isinstance(f.shape, Object | TaggedUnion)]
    optional = [f.name for f in fields if not f.nullable and not f.required]
    return trims, frozenset(objects), frozenset(optional)


def _make_trim(shape: Shape) -> _Trim | None:
    """Make the function that trims values of *shape*, unless these hold no objects."""
    match shape:
        case Object(cls):
            return partial(_trim_object, cls)
        case TaggedUnion():
            return partial(_trim_tagged, shape)
        case Nullable(inner):
            return _make_trim(inner)
        case Array(inner):
            return _apply(_trim_items, _make_trim(inner))
        case Map(inner):
            return _apply(_trim_values, _make_trim(inner))
        case UntaggedUnion(shapes):
            trims = [trim for each in shapes if (trim := _make_trim(each))]
            return partial(_trim_any, trims) if trims else None
    return None


def _apply(function: Callable[..., Any], trim: _Trim | None) -> _Trim | None:
    """Bind *function* to *trim*, which it calls for each part of a value."""
    return None if trim is None else partial(function, trim)


def _trim_tagged(shape: TaggedUnion, value: Any, loc: _Loc, removed: _Removed) -> Any:
    """Trim an object by the class for its tag, if it has a known one."""
    if value.__class__ is not dict or not shape.members:
        return value
    cls = find_class(shape, value)
    if cls is None or cls is Unknown:
        return value
    return _trim_object(cls, value, loc, removed)


def _trim_items(trim: _Trim, value: Any, loc: _Loc, removed: _Removed) -> Any:
    """Trim the items of an array."""
    if value.__class__ is not list:
        return value
    return [trim(item, (*loc, index), removed) for index, item in enumerate(value)]


def _trim_values(trim: _Trim, value: Any, loc: _Loc, removed: _Removed) -> Any:
    """Trim the values of a map."""
    if value.__class__ is not dict:
        return value
    return {key: trim(item, (*loc, key), removed) for key, item in value.items()}


def _trim_any(trims: list[_Trim], value: Any, loc: _Loc, removed: _Removed) -> Any:
    """Trim a value of one of several shapes, of which one is for its JSON type."""
    for trim in trims:
        value = trim(value, loc, removed)
    return value
