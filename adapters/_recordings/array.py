"""Finds the elements of a JSON array, without having all of it at once."""

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

_OPENING = re.compile(r"[ \t\n\r]*+\[[ \t\n\r]*+(?P<close>\])?")
_GAP = re.compile(r"[ \t\n\r]*+(?:,[ \t\n\r]*+|(?P<close>\]))")


def _refuse_constant(name: str) -> None:
    """Refuse what Python's parser takes, and JSON does not have."""
    raise ValueError(f"{name} is not JSON")


# Integers of any length become floats at no risk, and they are only skipped.
_scan_value = JSONDecoder(parse_constant=_refuse_constant, parse_int=float).raw_decode


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
    text: RecordedText, number: int, max_bytes: int
) -> Iterator[FoundMessages | Damage]:
    """Split an array into its elements, each as it stands there."""
    data, rest, problem = b"", 0, "it breaks off"
    while True:
        more = read_as_much(text, data) if len(data) <= max_bytes else b""
        if not more:
            problem = f"not a JSON array: {problem}"
            yield from give_up(text, data[rest:], number, max_bytes, problem)
            return
        data += more
        base = text.offset - len(data)
        # In Latin-1, each byte is a character, and JSON's own characters are the same.
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
        yield from give_up(text, tail, number, max_bytes, "the array ends before this")


def _scan(text: str, base: int, opening: re.Pattern[str]) -> _Scan:
    """Find elements in *text*, whose offset is *base*, behind what is *opening* it."""
    spans = []
    rest = 0
    problem = f"no array or comma at byte {base:,}"
    gap = opening.match(text)
    try:
        while gap and not gap["close"]:
            rest = gap.end()
            end = _scan_value(text, rest)[1]
            gap = _GAP.match(text, end)
            problem = f"no comma or bracket at byte {base + end:,}"
            if gap:
                spans.append((rest, end))
    except JSONDecodeError as exc:
        problem = f"{exc.msg}: byte {base + exc.pos:,}"
    except (ValueError, RecursionError) as exc:
        problem = f"{exc}, behind byte {base + rest:,}"

    closed = gap is not None and gap["close"] is not None
    return _Scan(spans, gap.end() if gap and closed else rest, closed, problem)
