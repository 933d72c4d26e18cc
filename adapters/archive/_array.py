"""Finds the elements of a JSON array, without having all of it at once."""

import re
from collections.abc import Iterator
from json import JSONDecodeError, JSONDecoder
from typing import NamedTuple

from rtmodels.adapters.archive._found import (
    Rows,
    drop_long,
    give_up,
    read_as_much,
)
from rtmodels.adapters.archive._text import Text
from rtmodels.errors import DecodeError

_OPENING = re.compile(r"[ \t\n\r]*+\[[ \t\n\r]*+(?P<close>\])?")
_GAP = re.compile(r"[ \t\n\r]*+(?:,[ \t\n\r]*+|(?P<close>\]))")


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
        more = read_as_much(text, data) if len(data) <= max_bytes else b""
        if not more:
            problem = f"not a JSON array: {problem}"
            yield from give_up(text, data[rest:], number, max_bytes, problem)
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
            yield from drop_long(text, Rows(messages, numbers, ends), max_bytes)
            number = numbers[-1]
            cut = found.spans[-1][1]
            data, rest = data[cut:], rest - cut
        if found.closed:
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
            end = _skip(text, rest)[1]
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
