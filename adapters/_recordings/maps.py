"""Splitter for concatenated MessagePack maps."""

from collections.abc import Iterator
from itertools import pairwise

from rtmodels.adapters._recordings.found import (
    Damage,
    FoundMessages,
    drop_long,
    give_up,
    read_as_much,
)
from rtmodels.adapters._recordings.text import RecordedText
from rtmodels.errors import MissingDependencyError

try:
    import msgpack
except ModuleNotFoundError as exc:
    raise MissingDependencyError("msgpack", extra="arrow") from exc

MAPS = frozenset([*range(0x80, 0x90), 0xDE, 0xDF])
"""The first byte of a MessagePack map."""


def split_msgpack(
    text: RecordedText, number: int, max_bytes: int
) -> Iterator[FoundMessages | Damage]:
    """Iterate over concatenated MessagePack maps, each as the bytes in the file."""
    # The unpacker is used only to skip; it keeps its place in a map that the end of a
    # chunk cuts, so no byte is parsed twice.
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
            found = FoundMessages(messages, numbers, [base + end for end in ends])
            yield from drop_long(found, max_bytes)

            number = numbers[-1]
            data = data[ends[-1] :]

    if data:
        if problem is None:
            too_long = f"the message exceeds {max_bytes:,} bytes"
            problem = too_long if len(data) > max_bytes else "unexpected end of file"
        problem = f"not MessagePack maps: {problem}"
        yield from give_up(text, data, number, max_bytes, problem)


def _find_maps(
    unpacker: msgpack.Unpacker, data: bytes, skipped: int
) -> tuple[list[int], str | None]:
    """Return the ends of the maps in *data*, and the problem that stopped the search.

    The problem is None if only more data is missing. The unpacker has been fed all of
    *data*, and had consumed *skipped* bytes before it.
    """
    ends: list[int] = []
    end = 0
    try:
        while end < len(data):
            if data[end] not in MAPS:
                return ends, f"byte {data[end]:#04x} does not start a map"

            unpacker.skip()
            end = unpacker.tell() - skipped
            ends.append(end)
    except msgpack.OutOfData:
        pass
    except (ValueError, msgpack.UnpackException) as exc:
        return ends, str(exc) or type(exc).__name__

    return ends, None
