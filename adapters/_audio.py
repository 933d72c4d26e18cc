"""Parses JSON frames that are mostly base64, without parsing the base64 as JSON."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import orjson

from rtmodels.converter._values import decode_base64

__all__ = ["MIN_SIZE", "make_cutters"]

Cutter: TypeAlias = Callable[[Any], dict[str, Any] | None]

MIN_SIZE = 4000
"""Frames of fewer bytes are parsed as fast as a whole, and need not be cut."""

MAX_HEAD = 512
"""The payload begins within so many bytes, or the frame is parsed as a whole."""


def make_cutters(fields: Mapping[str, str]) -> dict[type, Cutter]:
    """Make the functions that parse a frame with its payload as bytes.

    They find the payload, parse the frame without it, and put the decoded bytes in its
    place. They give ``None`` for a frame that they are not sure about, which then has
    to be parsed as usual. There is one for each class that a frame may have, and none
    where nothing is to be cut.

    Args:
        fields: The key of the payload, for each ``type`` of frame that has one.
    """
    return {kind: _make_cutter(kind, fields) for kind in (bytes, str) if fields}


def _make_cutter(kind: type[bytes | str], fields: Mapping[str, str]) -> Cutter:
    """Make the function for frames of one class.

    Why what it gives is right: the quote before the key has no backslash in front, so
    that it begins the key; if it ended another string, the rest would not parse. What
    was cut out is valid base64, which holds no quote, and so is the whole value. Where
    it ends the frame, the key is at the top, and the last of its kind, which counts.
    Elsewhere the key must stand in the rest just once, with no backslash that may hide
    another, and at the top have the empty text that the cut has left.
    """

    def literal(text: str) -> Any:
        return text if kind is str else text.encode()

    heads = [
        (key, literal(f'"{key}"'), literal(f'"{key}":{space}"'))
        for key in sorted(set(fields.values()))
        for space in ("", " ")
    ]
    tail, quote, backslash = map(literal, ('"}', '"', "\\"))
    escape = backslash[0]
    view: Any = str if kind is str else memoryview

    def cut(data: Any) -> dict[str, Any] | None:
        for key, name, head in heads:  # noqa: B007 - used where the loop broke off
            start = data.find(head, 0, MAX_HEAD)
            if start > 0:
                break
        else:
            return None
        if data[start - 1] == escape:
            return None
        start += len(head)
        if data.endswith(tail):
            end = len(data) - 2
            rest = data[:start] + tail
        else:
            end = data.find(quote, start)
            rest = data[:start] + data[end:]
            if end < 0 or backslash in rest or rest.count(name) != 1:
                return None
        try:
            obj: dict[str, Any] = orjson.loads(rest)
            if fields[obj["type"]] != key or obj[key] != "":
                return None
            obj[key] = decode_base64(view(data)[start:end])
        except (KeyError, TypeError, ValueError):
            return None
        return obj

    return cut
