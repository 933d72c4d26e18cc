"""Splitter for JSON arrays that does not hold the whole array in memory."""

import re
from collections.abc import Iterator
from json import JSONDecodeError, JSONDecoder
from typing import NamedTuple

from rtmodels.adapters._recordings.found import (
    Damage,
    FoundMessages,
    drop_long,
    give_up,
    read_as_much,
)
from rtmodels.adapters._recordings.text import RecordedText

# The possessive `*+` never gives white space back, so megabytes of it take linear time.
_OPENING = re.compile(r"[ \t\n\r]*+\[[ \t\n\r]*+(?P<close>\])?")
_GAP = re.compile(r"[ \t\n\r]*+(?:,[ \t\n\r]*+|(?P<close>\]))")


def _reject_constant(name: str) -> None:
    """Raise for a constant that Python's parser accepts and JSON does not have."""
    raise ValueError(f"{name} is not JSON")


# orjson is faster, but only the standard library says where a value ends. Its parser
# builds values that are thrown away; `float` avoids the limit on digits of `int`.
_scan_value = JSONDecoder(parse_constant=_reject_constant, parse_int=float).raw_decode


class _Scan(NamedTuple):
    """The elements found in a part of an array."""

    spans: list[tuple[int, int]]
    """Start and end of each element that a comma or the closing bracket follows."""

    rest: int
    """Start of the next element, or of the text after a closed array."""

    closed: bool
    problem: str
    """Why no more elements were found, in case the text ends here."""


def split_array(
    text: RecordedText, number: int, max_bytes: int
) -> Iterator[FoundMessages | Damage]:
    """Iterate over the elements of an array, each as the bytes in the file."""
    data, rest, problem = b"", 0, "unexpected end of file"
    while True:
        # An element that the end of `data` cuts is scanned again with the next read.
        # Each read doubles `data`, so the total stays linear.
        more = read_as_much(text, data) if len(data) <= max_bytes else b""
        if not more:
            if len(data) > max_bytes:
                problem += f"; the limit of an element is {max_bytes:,} bytes"
            problem = f"not a JSON array: {problem}"
            yield from give_up(text, data[rest:], number, max_bytes, problem)
            return

        data += more
        base = text.offset - len(data)
        # Latin-1 maps each byte to one character and leaves JSON's syntax unchanged, so
        # positions in the text are positions in the bytes, and no UTF-8 is ever split.
        scan = _scan(data.decode("latin-1"), base, _GAP if number else _OPENING)
        rest, problem = scan.rest, scan.problem
        if scan.spans:
            messages = [data[start:end] for start, end in scan.spans]
            numbers = list(range(number + 1, number + 1 + len(messages)))
            ends = [base + end for _, end in scan.spans]
            found = FoundMessages(messages, numbers, ends)
            yield from drop_long(found, max_bytes)

            number = numbers[-1]
            cut = scan.spans[-1][1]
            data, rest = data[cut:], rest - cut
        if scan.closed:
            break

    tail = data[rest:]
    while not tail.strip() and (more := text.read(text.chunk_size)):
        tail = more
    if tail.strip():
        yield from give_up(text, tail, number, max_bytes, "text after the array")


def _scan(text: str, base: int, opening: re.Pattern[str]) -> _Scan:
    """Find elements in *text*, which starts with *opening* at offset *base*."""
    spans = []
    rest = 0
    problem = f"expected '[' or ',' at byte {base:,}"
    gap = opening.match(text)
    try:
        while gap and not gap["close"]:
            rest = gap.end()
            end = _scan_value(text, rest)[1]
            gap = _GAP.match(text, end)
            problem = f"expected ',' or ']' at byte {base + end:,}"
            # A number at the end of the text may have more digits in the next chunk.
            if gap:
                spans.append((rest, end))
    except JSONDecodeError as exc:
        problem = f"{exc.msg}: byte {base + exc.pos:,}"
    except (ValueError, RecursionError) as exc:
        problem = f"{exc}, after byte {base + rest:,}"

    closed = gap is not None and gap["close"] is not None
    return _Scan(spans, gap.end() if gap and closed else rest, closed, problem)
