"""Parses JSON frames that are mostly base64, without parsing the base64 as JSON."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import orjson

from rtmodels.converter import decode_base64

__all__ = ["MIN_SIZE", "make_cutter"]

Cutter: TypeAlias = Callable[[bytes | str], dict[str, Any] | None]

MIN_SIZE = 1500
"""Frames of fewer bytes are parsed as fast as a whole, and need not be cut."""

MAX_HEAD = 512
"""The payload begins within so many bytes, or the frame is parsed as a whole."""


def make_cutter(fields: Mapping[str, str]) -> Cutter:
    """Make the function that parses a frame with its payload as bytes.

    It finds the payload, parses the frame without it, and puts the decoded bytes in its
    place. It gives ``None`` for a frame that it is not sure about, which then has to be
    parsed as usual.

    Why what it gives is right: the rest of the frame holds no backslash, so that every
    quote in it begins or ends a string, and the key stands in it just once. What was
    cut out is valid base64, and so holds no quote either. The rest parses, has the key
    at the top, and an empty string there; that can only be where the cut was made.

    Args:
        fields: The key of the payload, for each ``type`` of frame that has one.
    """
    heads = [
        (key, f'"{key}"', f'"{key}":{space}"')
        for key in sorted(set(fields.values()))
        for space in ("", " ")
    ]
    encoded = [(key, name.encode(), head.encode()) for key, name, head in heads]

    def cut(data: bytes | str) -> dict[str, Any] | None:
        if isinstance(data, bytes):
            return cut_out(data, encoded, b'"', b"\\")
        return cut_out(data, heads, '"', "\\")

    def cut_out(
        data: Any, heads: Iterable[tuple[str, Any, Any]], quote: Any, backslash: Any
    ) -> dict[str, Any] | None:
        for key, name, head in heads:  # noqa: B007 - used where the loop broke off
            start = data.find(head, 0, MAX_HEAD)
            if start >= 0:
                break
        else:
            return None
        start += len(head)
        end = data.find(quote, start)
        rest = data[:start] + data[end:]
        if end < 0 or rest.find(backslash) >= 0 or rest.count(name) != 1:
            return None
        try:
            obj: dict[str, Any] = orjson.loads(rest)
            if obj[key] != "" or fields[obj["type"]] != key:
                return None
            obj[key] = decode_base64(data, start, end)
        except (KeyError, TypeError, ValueError):
            return None
        return obj

    return cut
