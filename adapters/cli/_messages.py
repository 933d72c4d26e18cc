"""Parsing of the messages of a recording to values, which `_tally` then decodes."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import orjson
from attrs import define, frozen

from rtmodels.adapters._json_text import load_json
from rtmodels.adapters._recordings.forms import Form
from rtmodels.adapters._recordings.found import Damage, FoundMessages, Hint
from rtmodels.adapters._recordings.reader import RecordingReader
from rtmodels.adapters._wire_format import is_msgpack
from rtmodels.errors import DecodeError, Issue

if TYPE_CHECKING:
    from rtmodels.adapters._recordings.envelope import Envelope


@define
class ParsedMessage:
    """One message as it was recorded."""

    value: Any
    """The parsed message; ``None`` if it cannot be parsed."""

    file: str
    """The file that it was recorded in."""

    line: int | None = None
    """The line that it begins on, from 1; ``None`` if *index* is set instead."""

    index: int | None = None
    """Its index in an array, or in a stream of MessagePack, from 0."""

    session: str | None = None
    """The key of its session in the log; ``None`` if the log has no such key."""

    size: int = 0
    """Its bytes."""

    problem: Issue | None = None
    """Why it cannot be parsed."""

    def locate(self, issue: Issue) -> Issue:
        """Return *issue* with its path from the root of the file."""
        if self.index is None:
            return issue
        return issue.under(self.index)


@frozen
class MessageParser:
    """Parses the messages of one file."""

    file: str
    """The name of the file."""

    envelope: "Envelope | None"
    """Where the event is in each record; ``None`` if the records are the events."""

    lax: bool
    """Whether to accept the JSON that only forgiving mode accepts."""

    def parse_all(
        self, recording: RecordingReader
    ) -> Iterator[ParsedMessage | Damage | Hint | OSError]:
        """Iterate over the messages, damage, hints and read errors of *recording*.

        The remainder at the end of a damaged file counts as a message only if it
        parses.
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
                parsed = self._parse_message(message, number, recording.form)
                if parsed.problem is None:
                    yield parsed
                else:
                    # The damage that explains it may come next. One fault must not be
                    # reported as two.
                    held = parsed

        if held is not None:
            yield held

    def _parse_message(
        self, message: bytes, number: int, form: Form | None
    ) -> ParsedMessage:
        """Parse *message*, which has the given *number* in a file of this *form*."""
        has_lines = form is None or form.has_lines
        line, index = (number, None) if has_lines else (None, number - 1)
        place = ParsedMessage(None, self.file, line, index, size=len(message))

        # The form of the file decides, and not the first byte: a broken line of text
        # may begin as MessagePack does, and must not ask for another extra.
        is_text = form is None or form.is_text
        if self.envelope is None:
            return self._load(message, place, is_text=is_text)

        # A record in MessagePack may hold its event as text.
        event, _, session = self.envelope.open(message)
        place.session = session
        return self._load(event, place, is_text=is_text or not is_msgpack(event))

    def parse_row(self, source: Mapping[str, Any], message: bytes) -> ParsedMessage:
        """Parse *message* from a row of Parquet, which has the given *source*."""
        place = ParsedMessage(
            None,
            source["file"] or self.file,
            source["line"],
            session=source["session"],
            size=len(message),
        )
        return self._load(message, place, is_text=not is_msgpack(message))

    def _load(
        self, message: bytes, place: ParsedMessage, *, is_text: bool
    ) -> ParsedMessage:
        """Return *place* with the value of *message*, or with its problem."""
        try:
            place.value = self._parse(message, is_text=is_text)
        except orjson.JSONDecodeError as exc:
            above, place.problem = _describe_syntax(message, exc)
            # The lines of text inside a record are none of the file.
            if place.line is not None and self.envelope is None:
                place.line += above
        except DecodeError as exc:
            place.problem = _make_issue("a message", str(exc))
        return place

    def _parse(self, message: bytes, *, is_text: bool) -> Any:
        """Parse *message* as JSON or as MessagePack."""
        if is_text:
            return load_json(message, lax=self.lax)

        from rtmodels.adapters._msgpack import load_msgpack  # noqa: PLC0415 - an extra

        return load_msgpack(message, len(message))


def _is_remainder(number: int, found: Damage | Hint | OSError) -> bool:
    """Check whether message *number* is only the remainder before *found*."""
    return not isinstance(found, Damage) or found.line == number


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
