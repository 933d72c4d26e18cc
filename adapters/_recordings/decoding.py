"""Decoding and encoding of recorded events whose type may have several classes.

A log does not say which connection a message is from, nor which side has sent it. Where
a protocol has several classes for a type, the keys of the message decide.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rtmodels import Unknown
from rtmodels.adapters._json_text import load_json
from rtmodels.adapters._recordings.protocol import (
    list_classes,
    type_of,
)
from rtmodels.adapters._wire_format import is_msgpack
from rtmodels.converter._plan import plan_class
from rtmodels.converter._shapes import Object
from rtmodels.errors import RtmodelsError

Decoder = Callable[[Any], Any]
"""Decodes a message, as it was recorded or as a parser returns it."""

Encoder = Callable[[Any], bytes]
"""Encodes an event."""


def make_decoder(
    unions: Sequence[Any], make: Callable[[Any], Decoder], *, lax: bool = False
) -> Decoder:
    """Build a function that decodes a message as one of the events in *unions*.

    Args:
        unions: Unions as in `Protocol.unions`.
        make: Builds the decoder for one of them.
        lax: Whether to accept the JSON that only forgiving mode accepts.
    """
    first, *others = map(make, unions)
    if not others:
        return first

    twins = _find_twins(unions)

    def decode(message: Any) -> Any:
        try:
            event = first(message)
        except RtmodelsError:
            choice = choose(message)
            if choice:
                return others[choice - 1](message)
            raise

        # Most messages are of a type with one class, or the first takes all their keys.
        # In forgiving mode, a message without a required key is unknown.
        is_unknown = isinstance(event, Unknown)
        type_ = event.tag if is_unknown else event.type
        if type_ not in twins or not (is_unknown or event.extra):
            return event
        choice = choose(message)
        return others[choice - 1](message) if choice else event

    def choose(message: Any) -> int:
        """Return the index of the union with the best class for *message*."""
        value = message if isinstance(message, Mapping) else _parse(message, lax=lax)
        type_ = value.get("type") if isinstance(value, Mapping) else None
        classes = twins.get(type_, {}) if isinstance(type_, str) else {}
        # `max` returns the first of equals.
        return max(classes, key=lambda index: _rate(classes[index], value), default=0)

    return decode


def make_encoder(unions: Sequence[Any], make: Callable[[Any], Encoder]) -> Encoder:
    """Build a function that encodes what `make_decoder` has decoded.

    Args:
        unions: Unions as in `Protocol.unions`.
        make: Builds the encoder for one of them.
    """
    first, *others = map(make, unions)
    if not others:
        return first

    # Of the unions that have a class, any will do.
    encoders = {
        cls: encode
        for union, encode in zip(unions[1:], others, strict=True)
        for cls in list_classes(union)
    }
    return lambda event: encoders.get(event.__class__, first)(event)


def _find_twins(unions: Sequence[Any]) -> dict[str, dict[int, type]]:
    """Return the classes of each type that has several, by the index of the union."""
    found: dict[str, dict[int, type]] = {}
    for index, union in enumerate(unions):
        for cls in list_classes(union):
            found.setdefault(type_of(cls), {})[index] = cls
    return {type_: classes for type_, classes in found.items() if len(classes) > 1}


def _rate(cls: type, value: Mapping[Any, Any]) -> tuple[int, int]:
    """Return how many keys of *value* the class has, and minus those it lacks.

    The objects inside are part of it if they are always of one class.
    """
    known = missing = 0
    for field in plan_class(cls).fields:
        if field.name not in value:
            missing += field.required
            continue

        known += 1
        inner = value[field.name]
        if isinstance(field.shape, Object) and isinstance(inner, Mapping):
            more_known, fewer_missing = _rate(field.shape.cls, inner)
            known += more_known
            missing -= fewer_missing
    return known, -missing


def _parse(message: bytes, *, lax: bool) -> Any:
    """Parse *message*; return None if that is impossible."""
    try:
        if not is_msgpack(message):
            return load_json(message, lax=lax)

        from rtmodels.adapters._msgpack import load_msgpack  # noqa: PLC0415 - an extra

        return load_msgpack(message, len(message))
    except (RtmodelsError, ValueError):
        return None
