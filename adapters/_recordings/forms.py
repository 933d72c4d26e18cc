"""Detects what form a text has, and splits JSON Lines and single documents."""

import re
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import accumulate, chain
from typing import TypeAlias

import orjson
from attrs import frozen

from rtmodels.adapters._recordings.array import split_array
from rtmodels.adapters._recordings.found import (
    Damage,
    FoundMessages,
    drop_long,
    read_rest,
)
from rtmodels.adapters._recordings.text import RecordedText

BOM = b"\xef\xbb\xbf"

HEAD_SIZE = 1 << 16
"""Bytes from the beginning of a text that tell its form."""

_MSGPACK = re.compile(
    rb"(?s)\x80(?:[\x80-\x8f\xde\xdf]|\Z)"
    rb"|(?:[\x81-\x8f]|\xde..|\xdf....)[\xa0-\xbf\xd9-\xdb]"
)
"""A map that is empty, or whose first key is a string."""

_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_BINARY_HEAD = 512

Splitter: TypeAlias = Callable[
    [RecordedText, int, int], Iterator[FoundMessages | Damage]
]
"""Takes a text, the number of the last line read, and the most bytes of a message.

It ends behind damage that hides where the next message begins.
"""


@frozen
class Form:
    """How messages stand in a text."""

    split: Splitter
    """Finds the messages."""

    has_lines: bool
    """Whether they are numbered by lines; otherwise they are numbered themselves."""

    is_text: bool = True
    """Whether they are JSON, and not MessagePack."""


def find_form(head: bytes) -> Form | None:
    """Return the form of a text that begins with *head*; None if it has no messages.

    Raises:
        MissingDependencyError: It is MessagePack, and msgpack is not installed.
    """
    if _MSGPACK.match(head):
        from rtmodels.adapters._recordings.maps import (  # noqa: PLC0415 - msgpack
            split_msgpack,
        )

        return Form(split_msgpack, has_lines=False, is_text=False)

    first = head.lstrip()[:1]
    if first not in (b"[", b"{") and _BINARY.search(head, 0, _BINARY_HEAD):
        return None
    if not is_document(BytesIO(head)):
        return Form(split_lines, has_lines=True)
    if first == b"[":
        return Form(split_array, has_lines=False)
    return Form(take_document, has_lines=True)


def shows_form(head: bytes) -> bool:
    """Check whether *head* tells the form of a text: it has two lines with text."""
    *lines, _ = head.split(b"\n")
    return sum(map(bool, map(bytes.strip, lines))) > 1


def is_document(lines: Iterable[bytes]) -> bool:
    """Check by the first two *lines* with text whether a file is not JSON Lines.

    An object that the first line leaves open is a document if the second line can
    continue it; if not, it is a message that broke off, and the next follows.
    """
    first, second = (*filter(bytes.strip, lines), b"", b"")[:2]
    match first.lstrip()[:1]:
        case b"[":
            return not (second and _is_json(first))
        case b"{":
            return _can_continue(second) and not _is_json(first)
        case _:
            return False


def _can_continue(line: bytes) -> bool:
    """Check whether *line* can be the second of an object: a key, or the end."""
    opener = line[:1]
    return opener in (b" ", b"\t", b"}") or (opener == b'"' and not _is_json(line))


def _is_json(text: bytes) -> bool:
    """Check whether *text* is one complete JSON value."""
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def split_lines(
    text: RecordedText, number: int, max_bytes: int
) -> Iterator[FoundMessages | Damage]:
    """Split JSON Lines; a line that is too long is skipped, as blank ones are."""
    offset = text.offset
    held: list[bytes] = []  # what there is of a line, unless that is too long already
    held_size = 0
    for chunk in chain(text, [b""]):
        if chunk and b"\n" not in chunk:
            held_size += len(chunk)
            # A pipe may send a line in many small pieces.
            if held_size <= max_bytes:
                held.append(chunk)
            else:
                held = []
            continue

        lines = BytesIO(b"".join([*held, chunk])).readlines() or [b""]
        rest = lines.pop() if chunk and not chunk.endswith(b"\n") else b""
        lost = 0 if held else held_size
        ends = list(accumulate(map(len, lines), initial=offset + lost))[1:]
        numbers = list(range(number + 1, number + 1 + len(lines)))
        found = FoundMessages(list(map(bytes.strip, lines)), numbers, ends)
        yield from drop_long(found, max_bytes, lost)
        offset, number = ends[-1], numbers[-1]
        held, held_size = [rest], len(rest)


def take_document(
    text: RecordedText, number: int, max_bytes: int
) -> Iterator[FoundMessages | Damage]:
    """Yield a whole text as one message, numbered by the line that it begins on."""
    data = read_rest(text, b"", max_bytes)
    if len(data) > max_bytes:
        yield Damage(number + 1, f"the document has more than {max_bytes:,} bytes")
        return

    document = data.lstrip()
    if document:
        above = data.count(b"\n", 0, len(data) - len(document))
        yield FoundMessages([document.rstrip()], [number + 1 + above], [text.offset])
