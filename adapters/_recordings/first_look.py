"""A look at the first messages of a file, for files that are read with wrong options.

One line that says what a file looks like, and which option reads it, replaces an issue
for each of its messages.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import orjson
from attrs import define, field

from rtmodels._display import MAX_TEXT, truncate
from rtmodels.adapters._json_text import load_json
from rtmodels.adapters._recordings.events import TYPES, list_beta_types
from rtmodels.adapters._recordings.found import Hint
from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters._recordings.times import read_time
from rtmodels.errors import RtmodelsError

MAX_MESSAGES = 1000
"""Maximum number of messages to look at."""

MAX_SIZE = 1 << 20
"""Maximum bytes of messages to look at."""

ENOUGH_LINES = 3
"""Number of lines that are no JSON from which on a file is taken for other text."""

EARLIEST = datetime.fromisoformat("2001-01-01T00:00:00Z")
"""The earliest time that a log is expected to hold; smaller numbers are no times."""

BETA_SETTINGS = frozenset(
    {"modalities", "input_audio_format", "output_audio_format"},
)
"""Keys of a session that only the beta has."""


@define
class FirstLook:
    """What the first messages of a file show about it."""

    options: ReadOptions
    """How the file is read."""

    is_text: bool
    """Whether its messages are JSON; otherwise they are MessagePack."""

    events: int = 0
    """Number of events that are read."""

    unparsed: list[bytes] = field(factory=list)
    """The messages that are no JSON and no MessagePack."""

    beta: str | None = None
    """The first sign of the beta: the type of an event, or the key of a setting."""

    wrapped: dict[str, Any] | None = None
    """The first record that holds an event under another key than is read."""

    key: str = ""
    """That key."""

    def judge(self, messages: Sequence[bytes]) -> Iterator[Hint]:
        """Iterate over hints about the file that begins with *messages*."""
        size = 0
        for message in islice(messages, MAX_MESSAGES):
            size += len(message)
            if size > MAX_SIZE:
                break
            self._add(message)

        if self.events == 0:
            yield from self._describe_strange()
        if self.beta is not None:
            yield Hint(
                f"looks like a log of the beta ({self.beta}); --upgrade reads it",
                ends_file=False,
            )

    def _add(self, message: bytes) -> None:
        """Look at one *message*."""
        try:
            value = self._parse(message)
        except (RtmodelsError, ValueError):
            self.unparsed.append(message)
            return
        if not isinstance(value, dict):
            return

        # A record without the key of the event is itself the message.
        key = self.options.event_key
        event = _to_object(value.get(key)) if key is not None else None
        event = value if event is None else event
        if _is_event(event):
            self.events += 1
            if self.beta is None and not self.options.upgrade:
                self.beta = _find_beta(event)
        elif self.wrapped is None:
            self._look_inside(value)

    def _parse(self, message: bytes) -> Any:
        """Parse *message* in the format of the file."""
        if self.is_text:
            return load_json(message, lax=True)

        from rtmodels.adapters._msgpack import load_msgpack  # noqa: PLC0415 - an extra

        return load_msgpack(message, len(message))

    def _look_inside(self, record: dict[str, Any]) -> None:
        """Look for an event in *record*, which is none itself."""
        for key, value in record.items():
            inner = _to_object(value)
            if inner is not None and _is_event(inner):
                self.wrapped, self.key = record, key
                return

    def _describe_strange(self) -> Iterator[Hint]:
        """Iterate over hints about a file of which no message is an event."""
        if self.wrapped is not None:
            key = self.options.event_key
            absent = (
                "" if key is None else f" and not under {truncate(key, MAX_TEXT)!r}"
            )
            yield Hint(
                f"looks like a log whose records hold the event under {_show(self.key)}"
                f"{absent}; {self._suggest(self.wrapped)} reads it",
                ends_file=True,
            )

        elif len(self.unparsed) >= ENOUGH_LINES:
            first = self.unparsed[0]
            start = truncate(first.decode("utf-8", "replace"), MAX_TEXT)
            is_prefixed = b"{" in first and first.rstrip().endswith(b"}")
            advice = "; remove what is in front of the JSON" if is_prefixed else ""
            yield Hint(
                f"looks like text that is not JSON: begins with {start!r}{advice}",
                ends_file=True,
            )

    def _suggest(self, record: dict[str, Any]) -> str:
        """Return the options that read the event in *record*, and its time."""
        text = f"--event-key {_show(self.key)}"
        if self.options.time_key is not None:
            return text

        times = (key for key, value in record.items() if _is_time(value))
        key = next(times, None)
        return text if key is None else f"{text} --time-key {_show(key)}"


def _to_object(value: Any) -> dict[str, Any] | None:
    """Return *value* if it is an object, or the object that it holds as text."""
    if isinstance(value, str) and value.lstrip()[:1] == "{":
        try:
            value = orjson.loads(value)
        except (ValueError, UnicodeEncodeError):
            return None
    return value if isinstance(value, dict) else None


def _is_event(value: dict[str, Any]) -> bool:
    """Check whether *value* has the type of an event, of the beta or not."""
    type_ = value.get("type")
    return isinstance(type_, str) and (type_ in TYPES or type_ in list_beta_types())


def _find_beta(event: dict[str, Any]) -> str | None:
    """Return what shows that *event* is one of the beta; None if nothing does."""
    if event["type"] not in TYPES:
        return str(event["type"])

    session = event.get("session")
    keys = BETA_SETTINGS & session.keys() if isinstance(session, dict) else ()
    return min(keys, default=None)


def _is_time(value: object) -> bool:
    """Check whether *value* is a time at which a log may have been written."""
    time = read_time(value)
    return time is not None and time > EARLIEST


def _show(key: str) -> str:
    """Return *key* as an argument of a command."""
    short = truncate(key, MAX_TEXT)
    return short if re.fullmatch(r"[\w.@-]+", short) else repr(short)
