"""Fast parsing of JSON frames that are mostly base64.

A frame with audio is a small object with one very long string. A JSON parser would
check each of its characters for escapes and copy them into a string, from which the
base64 is then decoded. A *cutter* saves the check and the copy::

    {"type":"response.output_audio.delta","delta":"UklGRiQA...","item_id":"item_1"}
    {"type":"response.output_audio.delta","delta":"","item_id":"item_1"}

It finds the payload by its key in the frame above, parses the short frame below, and
decodes the payload in place. It never guesses: unless the text of a frame proves that
the cut is right, the frame is parsed as a whole.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import orjson

from rtmodels.converter._values import decode_base64

__all__ = ["MIN_SIZE", "make_cutters"]

Cutter: TypeAlias = Callable[[Any], dict[str, Any] | None]

MIN_SIZE = 4000
"""Size from which a frame is cut; smaller ones are parsed as a whole just as fast."""

MAX_HEAD = 512
"""Number of leading bytes searched for the payload; it keeps a failed search cheap."""


def make_cutters(fields: Mapping[str, str]) -> dict[type, Cutter]:
    """Make a cutter for each class of frames, or none if *fields* is empty.

    A cutter returns the parsed frame with its payload as bytes. It returns ``None`` for
    a frame that must be parsed as usual: one without a payload, one that is invalid,
    and one where the cut cannot be proved right.

    Args:
        fields: The key of the payload, for each ``type`` of frame that has one.
    """
    return {kind: _make_cutter(kind, fields) for kind in (bytes, str) if fields}


def _make_cutter(kind: type[bytes | str], fields: Mapping[str, str]) -> Cutter:
    """Make the cutter for frames of class *kind*.

    A cut is right if what was cut out is the whole value of the key, and if that value
    is the one that a JSON parser would keep: the last of its key, in the object at the
    top. The comments in ``cut`` prove each part where the code checks it.
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
    # Slices of a memoryview do not copy the payload.
    view: Any = str if kind is str else memoryview

    def cut(data: Any) -> dict[str, Any] | None:
        for key, name, head in heads:  # noqa: B007 - used after the loop
            start = data.find(head, 0, MAX_HEAD)
            if start > 0:
                break
        else:
            return None

        # The quote before the key must not be an escaped one, inside a string. An
        # unescaped quote begins a string or ends one. If it ended one, the bare word
        # of the key would follow it, and the rest would not parse. So the head is a
        # key, its colon, and the quote that begins its value.
        if data[start - 1] == escape:
            return None
        start += len(head)

        if data.endswith(tail):
            # The value ends at the last quote: a quote or a backslash before it would
            # not be base64. The brace after it closes the object that has the key, and
            # with it the frame. So this is the object at the top, and no key follows
            # that could replace the value.
            end = len(data) - 2
            if end < start:  # a broken frame: its last quote is the one of the head
                return None
            rest = data[:start] + tail
        else:
            # The value ends at the next quote, which no backslash escapes: a backslash
            # before it would not be base64. The rest must contain the key only once, or
            # another value might be the last one. Only backslashes allow other
            # spellings of the key, so the rest must have none.
            end = data.find(quote, start)
            rest = data[:start] + data[end:]
            if end < 0 or backslash in rest or rest.count(name) != 1:
                return None

        try:
            obj: dict[str, Any] = orjson.loads(rest)
            # The cut has left an empty string. Finding it here proves that the key is
            # at the top: in a nested object, it would be missing from this one.
            if fields[obj["type"]] != key or obj[key] != "":
                return None

            # Base64 is ASCII without quotes and backslashes, so a JSON string of it has
            # no escapes. If the payload decodes, the frame as a whole is valid JSON.
            obj[key] = decode_base64(view(data)[start:end])
        except (KeyError, TypeError, ValueError):
            return None  # parsing the whole frame will report what is wrong
        return obj

    return cut
