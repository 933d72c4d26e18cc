"""Splits concatenated MessagePack maps."""

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
"""How a MessagePack map begins."""


def split_msgpack(
    text: RecordedText, number: int, max_bytes: int
) -> Iterator[FoundMessages | Damage]:
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
            found = FoundMessages(messages, numbers, [base + end for end in ends])
            yield from drop_long(found, max_bytes)
            number = numbers[-1]
            data = data[ends[-1] :]

    if data:
        problem = f"not MessagePack maps: {problem or 'it breaks off'}"
        yield from give_up(text, data, number, max_bytes, problem)


def _find_maps(
    unpacker: msgpack.Unpacker, data: bytes, skipped: int
) -> tuple[list[int], str | None]:
    """Return where maps end in *data*, and why there are no more if not for lack of it.

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
