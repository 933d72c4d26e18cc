"""Parsing of the messages of a recording to values, which `_tally` then decodes."""

from collections.abc import Iterator
from typing import Any

import orjson
from attrs import frozen

from rtmodels.adapters._json_text import load_json
from rtmodels.adapters._recordings.forms import Form
from rtmodels.adapters._recordings.found import Damage, FoundMessages
from rtmodels.adapters._recordings.reader import RecordingReader
from rtmodels.errors import DecodeError, Issue


@frozen
class ParsedMessage:
    """One message as it was recorded."""

    value: Any
    """The parsed message; ``None`` if it cannot be parsed."""

    line: int | None = None
    """The line that it begins on, from 1; ``None`` if *index* is set instead."""

    index: int | None = None
    """Its index in an array, or in a stream of MessagePack, from 0."""

    problem: Issue | None = None
    """Why it cannot be parsed."""

    def locate(self, issue: Issue) -> Issue:
        """Return *issue* with its path from the root of the file."""
        if self.index is None:
            return issue
        return issue.under(self.index)


def parse_messages(
    recording: RecordingReader, *, lax: bool = False
) -> Iterator[ParsedMessage | Damage | OSError]:
    """Iterate over the messages, damage and read errors of *recording*.

    If *lax*, accept the JSON that only forgiving mode accepts.

    The remainder at the end of a damaged file counts as a message only if it parses.
    """
    held: ParsedMessage | None = None
    number = 0
    for found in recording:
        if not isinstance(found, FoundMessages):
            if held is not None and not _is_remainder(number, found):
                yield held

            held = None
            yield found
            continue

        for message, number in zip(found.messages, found.lines, strict=True):
            if held is not None:
                yield held
                held = None
            parsed = _parse_message(message, number, recording.form, lax=lax)
            if parsed.problem is None:
                yield parsed
            else:
                # The damage that explains it may come next. One fault must not be
                # reported as two.
                held = parsed

    if held is not None:
        yield held


def _is_remainder(number: int, found: Damage | OSError) -> bool:
    """Check whether message *number* is only the remainder before *found*."""
    return isinstance(found, OSError) or found.line == number


def _parse_message(
    message: bytes, number: int, form: Form | None, *, lax: bool
) -> ParsedMessage:
    """Parse *message*, which has the given *number* in a file of this *form*."""
    has_lines = form is None or form.has_lines
    line, index = (number, None) if has_lines else (None, number - 1)

    try:
        value = _load(message, form, lax=lax)
    except orjson.JSONDecodeError as exc:
        above, problem = _describe_syntax(message, exc)
        line = None if line is None else line + above
        return ParsedMessage(None, line, index, problem)
    except DecodeError as exc:
        return ParsedMessage(None, line, index, _make_issue("a message", str(exc)))

    return ParsedMessage(value, line, index)


def _load(message: bytes, form: Form | None, *, lax: bool) -> Any:
    """Parse *message* in the format of the file."""
    # The form of the file decides, and not the first byte: a broken line of text may
    # begin as MessagePack does, and must not ask for another extra.
    if form is None or form.is_text:
        return load_json(message, lax=lax)

    from rtmodels.adapters._msgpack import load_msgpack  # noqa: PLC0415 - an extra

    return load_msgpack(message, len(message))


def _describe_syntax(text: bytes, exc: orjson.JSONDecodeError) -> tuple[int, Issue]:
    """Return the number of lines above the first error in *text*, and the error."""
    # orjson reports invalid UTF-8 without its place.
    try:
        text.decode()
    except UnicodeDecodeError as bad:
        line = text.count(b"\n", 0, bad.start)
        column = bad.start - text.rfind(b"\n", 0, bad.start)
        got = f"byte {text[bad.start]:#04x} at column {column}"
        return line, _make_issue("UTF-8", got)
    return exc.lineno - 1, _make_issue("JSON", f"{exc.msg} at column {exc.colno}")


def _make_issue(expected: str, got: str) -> Issue:
    """Build the issue of a message that has no values, and so no path."""
    return Issue((), expected, got)
