"""Detection of the form of a text, and splitters for JSON Lines and documents."""

import re
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import accumulate, chain, islice
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
"""Bytes from the beginning of a text that are enough to detect its form."""

# A pattern needs no library, so files of text never ask for the extra of MessagePack.
_MSGPACK = re.compile(
    rb"(?s)\x80(?:[\x80-\x8f\xde\xdf]|\Z)"
    rb"|(?:[\x81-\x8f]|\xde..|\xdf....)[\xa0-\xbf\xd9-\xdb]"
)
"""The first bytes of a map that is empty, or whose first key is a string."""

_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_BINARY_HEAD = 512

_GAP = re.compile(rb"\n(\s{7,})\n")
"""The blank lines after a line, if these are many."""

_SAMPLED = 61
"""Of so many bytes, one tells whether a text is worth a search for blank lines."""

_WIDE = re.compile(rb"\xff\xfe|\xfe\xff|\s?[\[{]\x00|\x00+[\[{]")
"""The first bytes of JSON in UTF-16 or UTF-32, with or without a mark."""

KNOWN_FILES = {
    b"PAR1": "a Parquet file, which can only be read from a local path",
    b"RIFF": "audio or video (RIFF, such as WAV)",
    b"OggS": "audio (Ogg)",
    b"ID3": "audio (MP3)",
    b"fLaC": "audio (FLAC)",
    b"\x89PNG": "an image (PNG)",
    b"\xff\xd8\xff": "an image (JPEG)",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive; unpack it first",
    b"BZh": "compressed with bzip2; decompress it first",
    b"\xfd7zXZ": "compressed with xz; decompress it first",
    b"SQLite format 3": "an SQLite database",
    b"ARROW1": "an Arrow file",
    b"\x7fELF": "a program",
}
"""What files are that begin with these bytes."""

Splitter: TypeAlias = Callable[
    [RecordedText, int, int], Iterator[FoundMessages | Damage]
]
"""Splits a text, given the number of the last line read, and the size limit.

It stops after damage that hides where the next message begins.
"""


@frozen
class Form:
    """The arrangement of messages in a text."""

    split: Splitter
    """The function that finds the messages."""

    has_lines: bool
    """Whether their numbers are those of lines; otherwise the messages are counted."""

    is_text: bool = True
    """Whether they are JSON; otherwise they are MessagePack."""


def find_form(head: bytes) -> Form | None:
    """Return the form of a text that begins with *head*; None if it is unsupported.

    Raises:
        MissingDependencyError: The text is MessagePack, and msgpack is not installed.
    """
    if _MSGPACK.match(head):
        from rtmodels.adapters._recordings.maps import (  # noqa: PLC0415 - msgpack
            split_msgpack,
        )

        return Form(split_msgpack, has_lines=False, is_text=False)

    # Control characters mean a binary file. After a bracket they are a bad string, for
    # which the parser has the better message.
    first = head.lstrip()[:1]
    if first not in (b"[", b"{") and _BINARY.search(head, 0, _BINARY_HEAD):
        return None
    if _WIDE.match(head) or head.startswith(tuple(KNOWN_FILES)):
        return None
    if not is_document(BytesIO(head)):
        return Form(split_lines, has_lines=True)
    if first == b"[":
        return Form(split_array, has_lines=False)
    return Form(take_document, has_lines=True)


def describe_unsupported(head: bytes) -> str:
    """Return what a file looks like that begins with *head* and has no form."""
    kind = next(
        (text for start, text in KNOWN_FILES.items() if head.startswith(start)),
        "a binary file",
    )
    if _WIDE.match(head):
        kind = "UTF-16 text; convert it first: iconv -f UTF-16 -t UTF-8 FILE"
    return f"neither JSON nor MessagePack: starts with {head[:8]!r}; looks like {kind}"


def shows_form(head: bytes) -> bool:
    """Check whether *head* is enough to detect the form: two lines with text."""
    *lines, _ = head.split(b"\n")
    return sum(map(bool, map(bytes.strip, lines))) > 1


def is_document(lines: Iterable[bytes]) -> bool:
    """Check by its first two *lines* with text whether a file is one JSON document.

    An object that is open at the end of the first line is a document if the second line
    can continue it. Otherwise it is a truncated message in JSON Lines.
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
    """Check whether *line* can be the second line of an object: a key, or its end."""
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
    """Iterate over JSON Lines; skip blank lines, and report those that are too long."""
    offset = text.offset
    held: list[bytes] = []  # the start of a line, unless it is too long already
    held_size = 0

    # The empty chunk at the end completes a last line without a line break.
    for chunk in chain(text, [b""]):
        if chunk and b"\n" not in chunk:
            held_size += len(chunk)
            # A pipe may send a line in many small pieces. Joining them once, when the
            # line is complete, takes linear time; a line too long is only counted.
            if held_size <= max_bytes:
                held.append(chunk)
            else:
                held = []
            continue

        data = b"".join([*held, chunk])
        lost = 0 if held else held_size
        cut = data.rfind(b"\n") + 1 if chunk else len(data)
        found = _read_lines(data[:cut], number, offset + lost)
        yield from drop_long(found, max_bytes, lost)

        offset, number = found.ends[-1], found.lines[-1]
        held, held_size = [data[cut:]], len(data) - cut


def _read_lines(data: bytes, number: int, offset: int) -> FoundMessages:
    """Return the lines of *data*, which starts at *offset*, after *number* lines.

    There is at least one. Of many blank lines in a row, only the last is returned.
    """
    # A small compressed file may hold gigabytes of blank lines, so these must not
    # become objects. Where lines are long, there is nothing to search for.
    sample = data[::_SAMPLED]
    is_dense = sample.count(b"\n") * 32 > len(sample)

    found = FoundMessages()
    begin = 0
    while True:
        gap = _GAP.search(data, begin) if is_dense else None
        end = len(data) if gap is None else gap.start(1)
        lines = BytesIO(data[begin:end]).readlines() or [b""]
        found.messages += map(bytes.strip, lines)
        found.lines += range(number + 1, number + 1 + len(lines))
        ends = accumulate(map(len, lines), initial=offset + begin)
        found.ends += islice(ends, 1, None)
        if gap is None:
            return found

        begin = gap.end(1)
        number += len(lines) + gap[1].count(b"\n")


def take_document(
    text: RecordedText, number: int, max_bytes: int
) -> Iterator[FoundMessages | Damage]:
    """Yield the whole text as one message, numbered by its first line."""
    data = read_rest(text, b"", max_bytes)
    if len(data) > max_bytes:
        yield Damage(number + 1, f"the document exceeds {max_bytes:,} bytes")
        return

    document = data.lstrip()
    if document:
        above = data.count(b"\n", 0, len(data) - len(document))
        yield FoundMessages([document.rstrip()], [number + 1 + above], [text.offset])
