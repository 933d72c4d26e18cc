"""Attributes that a program may set, and that no parser would."""

from collections import OrderedDict
from random import Random
from types import MappingProxyType
from typing import Any

import attrs

from rtmodels import UNSET, Model, Unknown

from .values import KEYS, make_float, make_int, make_json, make_text


class Text(str):
    """A string only by descent."""

    __slots__ = ()


class Number(int):
    """An integer only by descent."""


class Real(float):
    """A float only by descent."""

    __slots__ = ()


class Data(bytes):
    """Bytes only by descent."""


class Pair(tuple[Any, ...]):
    """A tuple only by descent."""

    __slots__ = ()


class Table(dict[Any, Any]):
    """A dict only by descent."""


MAKERS = [
    lambda _: None,
    lambda _: UNSET,
    lambda _: True,
    lambda _: (),
    lambda _: {},
    make_int,
    make_float,
    make_text,
    make_json,
    lambda rng: rng.randbytes(rng.randrange(60)),
    lambda rng: make_int(rng) << rng.choice((1, 40, 300)),
    lambda rng: rng.choice((float("nan"), float("inf"), float("-inf"))),
    lambda rng: f"{make_text(rng)}{rng.choice((chr(0xD800), chr(0xDFFF)))}",
    lambda rng: Text(make_text(rng)),
    lambda rng: Number(make_int(rng)),
    lambda rng: Real(make_float(rng)),
    lambda rng: Data(rng.randbytes(5)),
    lambda rng: bytearray(rng.randbytes(5)),
    lambda rng: memoryview(rng.randbytes(6))[:: rng.choice((1, 2))],
    lambda rng: tuple(make_json(rng) for _ in range(rng.randrange(3))),
    lambda rng: Pair((make_json(rng),)),
    lambda rng: [make_json(rng)],
    lambda rng: Table({make_text(rng): make_json(rng)}),
    lambda rng: OrderedDict({make_text(rng): make_json(rng)}),
    lambda rng: MappingProxyType({make_text(rng): make_json(rng)}),
    lambda rng: {rng.choice((1, None, b"x", Text("type"))): make_json(rng)},
    lambda rng: {rng.choice(KEYS): _nest(rng)},
    lambda rng: Unknown(tag="x", payload={"type": "x", "v": make_json(rng)}),
    lambda rng: Unknown(tag="x", payload={rng.choice(KEYS): make_odd(rng)}),
    lambda _: object(),
]


def make_odd(rng: Random) -> Any:
    """Return a value that only just fits somewhere, or does not."""
    return rng.choice(MAKERS)(rng)


def _nest(rng: Random) -> Any:
    """Return lists in lists, about as many as the limit allows."""
    value: Any = make_text(rng)
    for _ in range(rng.choice((90, 97, 98, 99, 100, 101, 102, 199, 201))):
        value = [value]
    return value


def spoil(value: Any, rng: Random) -> Any:
    """Change attributes of the instances in *value*; return it, or what replaces it."""
    if rng.random() < 0.02:
        return make_odd(rng)
    found = _find_instances(value)
    for _ in range(rng.choice((1, 1, 2, 3))):
        if found:
            _spoil_attribute(rng.choice(found), found, rng)
    return value


def _spoil_attribute(instance: Any, others: list[Any], rng: Random) -> None:
    """Set or delete one attribute of *instance*, past its ``__setattr__``."""
    name = rng.choice([field.name for field in attrs.fields(type(instance))])
    chance = rng.random()
    if chance < 0.03:
        if hasattr(instance, name):
            object.__delattr__(instance, name)
        return

    old = getattr(instance, name, None)
    if chance < 0.1:
        new = rng.choice(others)
        # A cycle would end in a RecursionError, at a depth that varies.
        if any(each is instance for each in _find_instances(new)):
            return
    elif chance < 0.2 and isinstance(old, tuple):
        new = (*old, make_odd(rng))
    elif chance < 0.4 and isinstance(old, dict):
        new = {**old, rng.choice(KEYS): make_odd(rng)}
    elif name == "extra":
        new = {rng.choice([*KEYS, *_names(instance)]): make_odd(rng)}
    else:
        new = make_odd(rng)
    object.__setattr__(instance, name, new)


def _names(instance: Any) -> list[str]:
    """Return the names of the attributes of *instance*."""
    return [field.name for field in attrs.fields(type(instance))]


def _find_instances(value: Any) -> list[Any]:
    """Return the instances in *value*, itself included."""
    found: list[Any] = []
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Model | Unknown):
            found.append(item)
            waiting += [getattr(item, name, None) for name in _names(item)]
        elif isinstance(item, tuple | list):
            waiting += item
    return found
