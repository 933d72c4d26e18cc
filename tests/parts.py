"""What instances consist of, at any depth."""

from typing import Any

import attrs

from rtmodels import Model, Unknown


def find_parts(value: Any) -> list[Any]:
    """Return all objects that *value* consists of, itself included."""
    parts, waiting = [], [value]
    while waiting:
        item = waiting.pop()
        parts.append(item)
        if attrs.has(type(item)):
            names = [field.name for field in attrs.fields(type(item))]
            waiting += [getattr(item, name, None) for name in names]
        elif isinstance(item, dict):
            waiting += [*item, *item.values()]
        elif isinstance(item, tuple | list):
            waiting += item
    return parts


def find_unknown(value: Any) -> list[Unknown]:
    """Return each `Unknown` in *value*."""
    return [part for part in find_parts(value) if isinstance(part, Unknown)]


def find_undeclared(value: Any) -> list[Any]:
    """Return each `Unknown` in *value*, and each ``extra`` that has keys."""
    extras = [part.extra for part in find_parts(value) if isinstance(part, Model)]
    return [*find_unknown(value), *filter(None, extras)]
