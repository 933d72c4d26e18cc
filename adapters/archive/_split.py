"""Finds the messages in a text: JSON Lines, an array, a document, or MessagePack."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import accumulate, chain, pairwise
from typing import TypeAlias

from rtmodels.adapters._session_log import is_document
from rtmodels.adapters.archive._array import split_array
from rtmodels.adapters.archive._found import (
    Rows,
    drop_long,
    give_up,
    read_as_much,
    read_rest,
)
from rtmodels.adapters.archive._text import Text
from rtmodels.errors import DecodeError, MissingDependencyError

try:
    import msgpack
except ModuleNotFoundError as exc:
    raise MissingDependencyError("msgpack", extra="arrow") from exc

HEAD_SIZE = 1 << 16
"""Bytes from the beginning of a text that tell its form."""

MAPS = frozenset([*range(0x80, 0x90), 0xDE, 0xDF])
"""How a MessagePack map begins."""

_MSGPACK = re.compile(
    rb"(?s)\x80(?:[\x80-\x8f\xde\xdf]|\Z)"
    rb"|(?:[\x81-\x8f]|\xde..|\xdf....)[\xa0-\xbf\xd9-\xdb]"
)
"""A map that is empty, or whose first key is a string."""

_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_BINARY_HEAD = 512

Splitter: TypeAlias = Callable[[Text, int, int], Iterator[Rows | DecodeError]]
"""Takes a text, the number of the last line read, and the most bytes of a message.

It yields an error where it can go on behind it, and raises one where it cannot.
"""


def find_splitter(head: bytes, text: Text) -> Splitter:
    """Find what splits *text*, which begins with *head*.

    Raises:
        DecodeError: It is neither JSON nor MessagePack.
    """
    if _MSGPACK.match(head):
        return split_msgpack
    first = head.lstrip()[:1]
    if first not in (b"[", b"{") and _BINARY.search(head, 0, _BINARY_HEAD):
        raise text.refuse(1, f"neither JSON nor MessagePack, it begins {head[:8]!r}")
    if not is_document(BytesIO(head)):
        return split_lines
    return split_array if first == b"[" else take_document


def split_lines(
    text: Text, number: int, max_bytes: int
) -> Iterator[Rows | DecodeError]:
    """Split JSON Lines; a line that is too long is skipped, as blank ones are."""
    offset = text.offset
    held: list[bytes] = []  # what there is of a line, unless that is too long already
    held_size = 0
    for chunk in chain(text, [b""]):
        if chunk and b"\n" not in chunk:
            held_size += len(chunk)
            held = [*held, chunk] if held_size <= max_bytes else []
            continue
        lines = BytesIO(b"".join([*held, chunk])).readlines() or [b""]
        rest = lines.pop() if chunk and not chunk.endswith(b"\n") else b""
        lost = 0 if held else held_size
        ends = list(accumulate(map(len, lines), initial=offset + lost))[1:]
        numbers = list(range(number + 1, number + 1 + len(lines)))
        rows = Rows(list(map(bytes.strip, lines)), numbers, ends)
        yield from drop_long(text, rows, max_bytes, lost)
        offset, number = ends[-1], numbers[-1]
        held, held_size = [rest], len(rest)


def take_document(text: Text, number: int, max_bytes: int) -> Iterator[Rows]:
    """Take a whole text as one message."""
    data = read_rest(text, b"", max_bytes)
    if len(data) > max_bytes:
        raise text.refuse(number + 1, f"the document has more than {max_bytes:,} bytes")
    if data.strip():
        yield Rows([data.strip()], [number + 1], [text.offset])


def split_msgpack(
    text: Text, number: int, max_bytes: int
) -> Iterator[Rows | DecodeError]:
    """Split concatenated MessagePack maps."""
    unpacker = msgpack.Unpacker(max_buffer_size=2 * (max_bytes + text.chunk_size))
    origin = text.offset
    data, problem = b"", None
    while problem is None and len(data) <= max_bytes:
        more = read_as_much(text, data)
        if not more:
            break
        data += more
        unpacker.feed(more)
        base = text.offset - len(data)
        ends, problem = _find_maps(unpacker, data, base - origin)
        if ends:
            messages = [data[a:b] for a, b in pairwise([0, *ends])]
            numbers = list(range(number + 1, number + 1 + len(messages)))
            rows = Rows(messages, numbers, [base + end for end in ends])
            yield from drop_long(text, rows, max_bytes)
            number = numbers[-1]
            data = data[ends[-1] :]
    if data:
        problem = f"not MessagePack maps: {problem or 'it breaks off'}"
        yield from give_up(text, data, number, max_bytes, problem)


def _find_maps(
    unpacker: msgpack.Unpacker, data: bytes, skipped: int
) -> tuple[list[int], str | None]:
    """Find where maps end in *data*, and why there are no more, unless data is missing.

    The unpacker, which was fed all the data, has given *skipped* bytes before.
    """
    ends: list[int] = []
    end = 0
    try:
        while end < len(data):
            if data[end] not in MAPS:
                return ends, f"byte {data[end]:#04x} begins none"
            unpacker.skip()
            end = unpacker.tell() - skipped
            ends.append(end)
    except msgpack.OutOfData:
        pass
    except (ValueError, msgpack.UnpackException) as exc:
        return ends, str(exc) or type(exc).__name__
    return ends, None
