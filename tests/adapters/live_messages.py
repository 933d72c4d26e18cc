"""Messages of the Live API: an event of each type for each side of each socket.

They are made of the facts, with all keys of their classes and with the required ones.
"""

from collections.abc import Iterator
from typing import Any

import rtmodels

from ..tools.drift.document import LIVE_FACTS, load
from ..tools.drift.upstream import is_audio, is_kept_whole, values_of, variants_of

__all__ = ["MESSAGES", "UNIONS"]

FACTS = load(LIVE_FACTS)
SCHEMAS = FACTS["components"]["schemas"]
SCALARS = {
    "string": "Hello, Zürich",
    "integer": 3,
    "number": 0.5,
    "boolean": True,
    "object": {"key": [1, None, {"deep": "value"}]},
}

NAMES = {
    f"{socket}.{side}": sides[side]
    for socket, sides in FACTS["sockets"].items()
    for side in ("client", "server")
}
UNIONS = {place: getattr(rtmodels, name) for place, name in NAMES.items()}
"""The union for each side of each socket."""


def make(spec: dict[str, Any], *, full: bool) -> Any:
    """Make a value of *spec*: with all keys if *full*, or else the required ones."""
    if "$ref" in spec:
        return make(SCHEMAS[spec["$ref"].rpartition("/")[2]], full=full)
    if values_of(spec):
        return values_of(spec)[0]
    if variants := variants_of(spec):
        return make(variants[0], full=full)

    match spec:
        case {"properties": properties}:
            keys = properties if full else spec.get("required", ())
            made = {
                key: "//8AAQ=="
                if is_audio(spec, key)
                else make(properties[key], full=full)
                for key in keys
            }
            return {**SCALARS["object"], **made} if is_kept_whole(spec) else made
        case {"items": items}:
            return [make(items, full=full)]
        case {"additionalProperties": dict(values)}:
            return {"key": make(values, full=full)}
    return SCALARS[spec["type"]]


def _make_all(name: str) -> Iterator[dict[str, Any]]:
    """Yield the messages of the union called *name*."""
    for variant in variants_of(SCHEMAS[name]):
        for full in (True, False):
            yield make(variant, full=full)


MESSAGES = {place: [*_make_all(name)] for place, name in NAMES.items()}
"""The messages for each side of each socket, two of each type."""
