"""Finds the messages in a text: JSON Lines, an array, a document, or MessagePack."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import accumulate, chain, compress, pairwise
from json import JSONDecodeError, JSONDecoder
from typing import NamedTuple, TypeAlias

from attrs import Factory, define

from rtmodels.adapters._session_log import is_document
from rtmodels.adapters.archive._text import Text
from rtmodels.errors import DecodeError, MissingDependencyError

try:
    import msgpack
except ImportError as exc:
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

_OPENING = re.compile(r"[ \t\n\r]*+\[[ \t\n\r]*+(?P<close>\])?")
_GAP = re.compile(r"[ \t\n\r]*+(?:,[ \t\n\r]*+|(?P<close>\]))")


@define
class Rows:
    """Messages, and for each where it stands."""

    messages: list[bytes] = Factory(list)

    lines: list[int] = Factory(list)
    """The number of each, from 1: of its line, or else of the message itself."""

    ends: list[int] = Factory(list)
    """The offset in the text behind each."""

    def __len__(self) -> int:
        """Count the messages."""
        return len(self.messages)

    def __getitem__(self, part: slice) -> "Rows":
        """Give some of them."""
        return Rows(self.messages[part], self.lines[part], self.ends[part])

    def extend(self, rows: "Rows") -> None:
        """Put *rows* behind."""
        self.messages += rows.messages
        self.lines += rows.lines
        self.ends += rows.ends

    def drop(self, count: int) -> None:
        """Drop the first *count* of them."""
        del self.messages[:count], self.lines[:count], self.ends[:count]

    def take_all(self) -> Iterator["Rows"]:
        """Yield what there is, unless there is nothing, and keep nothing."""
        if self.messages:
            yield self[:]
            self.drop(len(self))


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
        yield from _drop_long(text, rows, max_bytes, lost)
        offset, number = ends[-1], numbers[-1]
        held, held_size = [rest], len(rest)


def _drop_long(
    text: Text, rows: Rows, max_bytes: int, lost: int = 0
) -> Iterator[Rows | DecodeError]:
    """Yield what is not blank in *rows*, and an error for what is too long.

    The first message once had *lost* bytes more.
    """
    begin = 0
    sizes = list(map(len, rows.messages))
    sizes[0] += lost
    for index in [i for i, size in enumerate(sizes) if size > max_bytes]:
        yield _drop_blank(rows[begin:index])
        yield text.refuse(
            rows.lines[index],
            f"the message has {sizes[index]:,} bytes, and {max_bytes:,} are allowed",
        )
        begin = index + 1
    yield _drop_blank(rows[begin:] if begin else rows)


def _drop_blank(rows: Rows) -> Rows:
    """Leave out empty messages."""
    if all(rows.messages):
        return rows
    return Rows(
        list(filter(None, rows.messages)),
        list(compress(rows.lines, rows.messages)),
        list(compress(rows.ends, rows.messages)),
    )


def _refuse_constant(name: str) -> None:
    """Refuse what Python's parser takes, and JSON does not have."""
    raise ValueError(f"{name} is not JSON")


# Integers of any length become floats at no risk, and nobody looks at them.
_skip = JSONDecoder(parse_constant=_refuse_constant, parse_int=float).raw_decode


class _Scan(NamedTuple):
    """What was found in a part of an array."""

    spans: list[tuple[int, int]]
    """Where elements are: those behind which a comma or the bracket was seen."""

    rest: int
    """Where the next element begins; or what is behind the array, if it is closed."""

    closed: bool
    problem: str
    """Why there are no more elements, should the text end here."""


def split_array(
    text: Text, number: int, max_bytes: int
) -> Iterator[Rows | DecodeError]:
    """Split an array into its elements, each as it stands there."""
    data, rest, problem = b"", 0, "it breaks off"
    while True:
        more = _read_as_much(text, data) if len(data) <= max_bytes else b""
        if not more:
            problem = f"not a JSON array: {problem}"
            yield from _give_up(text, data[rest:], number, max_bytes, problem)
            return
        data += more
        base = text.offset - len(data)
        # In Latin-1, each byte is a character, and JSON's own characters are the same.
        found = _scan(data.decode("latin-1"), base, _GAP if number else _OPENING)
        rest, problem = found.rest, found.problem
        if found.spans:
            messages = [data[start:end] for start, end in found.spans]
            numbers = list(range(number + 1, number + 1 + len(messages)))
            ends = [base + end for _, end in found.spans]
            yield from _drop_long(text, Rows(messages, numbers, ends), max_bytes)
            number = numbers[-1]
            cut = found.spans[-1][1]
            data, rest = data[cut:], rest - cut
        if found.closed:
            break
    tail = data[rest:]
    while not tail.strip() and (more := text.read(text.chunk_size)):
        tail = more
    if tail.strip():
        yield from _give_up(text, tail, number, max_bytes, "the array ends before this")


def _scan(text: str, base: int, opening: re.Pattern[str]) -> _Scan:
    """Find elements in *text*, whose offset is *base*, behind what is *opening* it."""
    spans = []
    rest = 0
    problem = f"no array or comma at byte {base:,}"
    gap = opening.match(text)
    try:
        while gap and not gap["close"]:
            rest = gap.end()
            end = _skip(text, rest)[1]
            gap = _GAP.match(text, end)
            problem = f"no comma or bracket at byte {base + end:,}"
            if gap:
                spans.append((rest, end))
    except JSONDecodeError as exc:
        problem = f"{exc.msg} at byte {base + exc.pos:,}"
    except (ValueError, RecursionError) as exc:
        problem = f"{exc}, behind byte {base + rest:,}"
    closed = gap is not None and gap["close"] is not None
    return _Scan(spans, gap.end() if gap and closed else rest, closed, problem)


def take_document(text: Text, number: int, max_bytes: int) -> Iterator[Rows]:
    """Take a whole text as one message."""
    data = _read_rest(text, b"", max_bytes)
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
        more = _read_as_much(text, data)
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
            yield from _drop_long(text, rows, max_bytes)
            number = numbers[-1]
            data = data[ends[-1] :]
    if data:
        problem = f"not MessagePack maps: {problem or 'it breaks off'}"
        yield from _give_up(text, data, number, max_bytes, problem)


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


def _give_up(
    text: Text, rest: bytes, number: int, max_bytes: int, problem: str
) -> Iterator[Rows]:
    """Yield all that is left as one message, if it may be so long, and say why."""
    rest = _read_rest(text, rest, max_bytes)
    if rest.strip() and len(rest) <= max_bytes:
        yield Rows([rest], [number + 1], [text.offset])
    if not text.is_broken:  # or else that is the reason
        raise text.refuse(number + 1, problem)


def _read_rest(text: Text, data: bytes, max_bytes: int) -> bytes:
    """Read what comes behind *data*, until all of it is too long."""
    while len(data) <= max_bytes and (more := _read_as_much(text, data)):
        data += more
    return data


def _read_as_much(text: Text, data: bytes) -> bytes:
    """Read as much as *data* has, so that few readings make it as long as it gets."""
    return text.read(max(text.chunk_size, len(data)))
