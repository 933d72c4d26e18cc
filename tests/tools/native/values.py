"""JSON values of any shape of the plan, made from random numbers.

Hypothesis would need a hundred times as long, and these are for millions of inputs.
"""

import base64
from random import Random
from typing import Any, assert_never

from rtmodels.converter._plan import plan_class
from rtmodels.converter._shapes import (
    AnyJson,
    Array,
    Base64,
    Custom,
    Discriminator,
    FieldPlan,
    Literals,
    Map,
    Nullable,
    Object,
    Scalar,
    Shape,
    TaggedUnion,
    UntaggedUnion,
)

CHARACTERS = 'aZ09 _-./:"\\\n\t\r\b\f\x00\x1f\x7f\u0080\u00e9\u07ff\u0800\u20ac\uffff'
CHARACTERS += "\ud7ff\ue000\U00010000\U0001f600\U0010ffff"
"""At the borders of what a string, its escapes and UTF-8 tell apart."""

SIZES = (0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 200)
"""The sizes of strings: at the borders of blocks, and of what a program keeps."""

MAX_TEXT = 10_000
"""A few strings are so long that the buffer of encoding has to grow within them."""

AUDIO_SIZES = (0, 1, 2, 3, 4, 21, 23, 24, 35, 36, 37, 47, 48, 49, 100, 200, 999, 5000)
"""The sizes of payloads, at the borders of blocks too."""

INTEGERS = (0, 1, -1, 9, 10, 99, 100, 24000, 2**31, 2**32, 2**53, 2**53 + 1, 2**59)
INTEGERS += (10**17, 10**17 - 1, 10**18 - 1, -(10**18) + 1)
"""Integers at the borders of digits and of machine words."""

LARGE = (10**18, -(10**18), 2**63 - 1, -(2**63), 2**64 - 1, 2**62, -(2**62))
"""Integers of more digits than the program reads."""

FLOATS = (0.0, -0.0, 0.5, 1.0, 12.0, -1.5, 0.1, 1e-4, 9.999e-5, 1e9, 123456.789, 1e15)
FLOATS += (1e16, 1e21, 1e22, 1e23, 5e-324, 1.7976931348623157e308, 2.0**53, 0.1 + 0.2)

DENSITIES = (0.0, 0.1, 0.5, 0.9, 1.0)
"""How many of the optional fields of an object are there."""


class Dice(Random):
    """Random numbers, and what values to make with them."""

    wild = 0.0
    """How often to make a value that the program leaves to Python."""

    closed = False
    """Whether to make only what the schema names, so that strict mode accepts it."""

    def tame(self, probability: float) -> bool:
        """Return true with *probability*, unless values are to be closed."""
        return not self.closed and self.random() < probability


KEYS = ("x", "", "extra", "a b", "typ", "types", "\u00fc", 'q"', "payload", "z" * 40)


def make_text(rng: Dice) -> str:
    """Return a string: mostly short words, and some that are hard to read."""
    if rng.random() < 0.7:
        return f"item_{rng.randrange(20)}"
    size = rng.choice(SIZES) if rng.random() < 0.99 else rng.randrange(MAX_TEXT)
    if rng.random() < 0.3:
        return "".join(rng.choices(CHARACTERS, k=size))

    # One odd character in a plain text is where blocks of 16 bytes go wrong.
    at = rng.randrange(size + 1)
    return "x" * at + rng.choice(CHARACTERS) + "y" * (size - at)


def make_int(rng: Dice) -> int:
    """Return an integer of any size."""
    if rng.random() < 0.4:
        return rng.choice(LARGE if rng.random() < rng.wild else INTEGERS)
    return rng.getrandbits(rng.choice((4, 8, 16, 31, 53, 59))) * rng.choice((1, 1, -1))


def make_float(rng: Dice) -> float:
    """Return a float, often of a few decimals."""
    if rng.random() < 0.3:
        return rng.choice(FLOATS)
    if rng.random() < 0.2:
        return rng.uniform(-1, 1) * 10.0 ** rng.randrange(-30, 30)
    return rng.randrange(-(10**6), 10**6) / 10 ** rng.randrange(7)


def make_base64(rng: Dice) -> str:
    """Return base64 text, or text that is not quite that."""
    text = base64.b64encode(rng.randbytes(rng.choice(AUDIO_SIZES))).decode()
    if not text or rng.random() >= rng.wild:
        return text

    # Another last character may have bits that no byte needs.
    at = rng.choice((len(text.rstrip("=")) - 1, rng.randrange(len(text))))
    return text[:at] + rng.choice("ABCDEFGHwxyz0123/+=-_ ") + text[at + 1 :]


def make_json(rng: Dice, depth: int = 0) -> Any:
    """Return any JSON value, of a few levels."""
    match rng.randrange(9 if depth < 4 else 7):
        case 0:
            return None
        case 1:
            return rng.random() < 0.5
        case 2 | 3:
            return make_int(rng)
        case 4:
            return make_float(rng)
        case 5 | 6:
            return make_text(rng)
        case 7:
            return [make_json(rng, depth + 1) for _ in range(rng.randrange(4))]
        case _:
            return make_object(rng, depth + 1)


def make_object(rng: Dice, depth: int = 1) -> dict[str, Any]:
    """Return any JSON object."""
    return {make_text(rng): make_json(rng, depth + 1) for _ in range(rng.randrange(4))}


def make_value(shape: Shape, rng: Dice) -> Any:
    """Return a JSON value of *shape*."""
    match shape:
        case Scalar(kind):
            return make_scalar(kind, rng)
        case Literals(kind, values, closed):
            often = rng.wild / 9 if closed == "always" else 0.1
            return make_scalar(kind, rng) if rng.tame(often) else rng.choice(values)
        case Base64():
            return make_base64(rng)
        case AnyJson(kind):
            return make_object(rng) if kind is dict else make_json(rng)
        case Object(cls):
            return make_instance(cls, rng)
        case TaggedUnion():
            return make_tagged(shape, rng)
        case Nullable(inner):
            return None if rng.random() < 0.1 else make_value(inner, rng)
        case Array(item):
            size = rng.choice((0, 1, 1, 2, 3, 16, 17) if rng.random() < 0.2 else (1, 2))
            return [make_value(item, rng) for _ in range(size)]
        case Map(value):
            return {make_text(rng): make_value(value, rng) for _ in range(3)}
        case UntaggedUnion(shapes):
            return make_value(rng.choice(shapes), rng)
        case Custom():
            raise TypeError(f"no values are known of {shape.type}")
        case _:
            assert_never(shape)


def make_scalar(kind: type, rng: Dice) -> Any:
    """Return a string or a number; an integer may stand for a float."""
    if kind is str:
        return make_text(rng)
    if kind is bool:
        return rng.random() < 0.5
    if kind is int or rng.random() < 0.2:
        return make_int(rng)
    return make_float(rng)


def make_tagged(shape: TaggedUnion, rng: Dice) -> dict[str, Any]:
    """Return an object of one class of a union, or with a tag that it lacks."""
    if not shape.members or rng.tame(0.05):
        return {"type": f"x.{make_text(rng)}", **make_object(rng)}
    discriminator: Any = shape.discriminator
    tags = {}
    while isinstance(discriminator, Discriminator):
        tag = rng.choice(list(discriminator.cases))
        tags[discriminator.key] = tag
        discriminator = discriminator.cases[tag]
    value = make_instance(discriminator, rng)
    if discriminator in shape.untagged and rng.random() < rng.wild:
        return value
    return {**tags, **value} if rng.random() < 0.8 else {**value, **tags}


def make_instance(cls: type, rng: Dice) -> dict[str, Any]:
    """Return an object of *cls*, with any of its optional keys and a few others."""
    density = rng.choice(DENSITIES)
    value = {
        field.name: make_field(field, rng)
        for field in plan_class(cls).fields
        if field.required or rng.random() < density or field.constant is not None
    }

    if rng.tame(0.15):
        for _ in range(rng.randrange(1, 4)):
            value[rng.choice(KEYS)] = make_json(rng)
    if rng.random() < 0.2:
        items = list(value.items())
        rng.shuffle(items)
        value = dict(items)
    return value


def make_field(field: FieldPlan, rng: Dice) -> Any:
    """Return a value of *field*, or null where that is not an error."""
    if not field.required and rng.tame(0.05):
        return None
    return make_value(field.shape_or_null, rng)
