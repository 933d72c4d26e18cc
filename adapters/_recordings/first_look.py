"""A look at the first messages of a file, for files that are read with wrong options.

One line that says what a file looks like, and which option reads it, replaces an issue
for each of its messages.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson
from attrs import define, field

from rtmodels._display import MAX_TEXT, truncate
from rtmodels.adapters._json_text import load_json
from rtmodels.adapters._recordings.events import list_beta_types
from rtmodels.adapters._recordings.found import Hint
from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters._recordings.protocol import (
    Protocol,
)
from rtmodels.adapters._recordings.protocols import (
    find_protocol,
    is_event_type,
    load_protocol,
)
from rtmodels.adapters._recordings.times import read_time
from rtmodels.errors import RtmodelsError

MAX_MESSAGES = 1000
"""Maximum number of messages to look at."""

MAX_SIZE = 1 << 20
"""Maximum bytes of messages to look at."""

ENOUGH_LINES = 3
"""Number of lines without objects from which on a file is taken for other text."""

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

    count: int = 0
    """Number of messages so far."""

    size: int = 0
    """Bytes of these messages."""

    events: int = 0
    """Number of events among them."""

    objects: int = 0
    """Number of objects among them."""

    others: list[bytes] = field(factory=list)
    """Those that are no objects."""

    beta: str | None = None
    """The first sign of the beta: the type of an event, or the key of a setting."""

    protocol: Protocol | None = None
    """The protocol of the first event that only one protocol has."""

    foreign: tuple[Protocol, str] | None = None
    """A protocol that the file is not read as, and the type of an event of it."""

    wrapped: dict[str, Any] | None = None
    """The first record that holds an event under another key."""

    key: str = ""
    """That key."""

    listed: str | None = None
    """The key of a list of events or records, in a document that holds them all."""

    is_over: bool = False
    """Whether enough was seen."""

    def judge(self, messages: Sequence[bytes]) -> Iterator[Hint]:
        """Look at the next *messages*, and iterate over hints about the file."""
        if self.is_over:
            return

        is_first = self.count == 0
        for message in messages:
            self.count += 1
            self.size += len(message)
            self.is_over = self.count > MAX_MESSAGES or self.size > MAX_SIZE
            if self.is_over:
                break
            self._add(message)

        if is_first and self.events == 0:
            yield from self._describe_strange()
        yield from self._describe_foreign()
        yield from self._describe_beta()

    def judge_types(self, types: Iterable[str | None]) -> Iterator[Hint]:
        """Look at the *types* of events, and iterate over hints about the file."""
        if self.is_over or self.options.upgrade:
            return

        ga = load_protocol("realtime").classes.keys()
        strange = (type_ for type_ in types if type_ is not None and type_ not in ga)
        self.beta = next((t for t in strange if t in list_beta_types()), None)
        yield from self._describe_beta()

    def _describe_foreign(self) -> Iterator[Hint]:
        """Yield the hint about events of another protocol if there are any."""
        if self.foreign is None:
            return

        self.is_over = True
        protocol, type_ = self.foreign
        text = describe_other(protocol, self.options, type_)
        if text is None or self.protocol is not None:
            text = (
                f"also has events of {protocol.title} ({type_});"
                f" to read these, use --protocol {protocol.name}"
            )
        yield Hint(text, ends_file=self.protocol is None)

    def _describe_beta(self) -> Iterator[Hint]:
        """Yield the hint about a log of the beta if it is one."""
        if self.beta is not None:
            self.is_over = True
            yield Hint(
                f"looks like a log of the beta ({self.beta}); read it with --upgrade",
                ends_file=False,
            )

    def _add(self, message: bytes) -> None:
        """Look at one *message*."""
        try:
            value = self._parse(message)
        except (RtmodelsError, ValueError):
            value = None
        if not isinstance(value, dict):
            self.others.append(message)
            return

        self.objects += 1
        # A record without the key of the event is itself the message.
        key = self.options.event_key
        event = _to_object(value.get(key)) if key is not None else None
        event = value if event is None else event
        if _is_event(event):
            self.events += 1
            self._look_at(event)
        elif self.wrapped is None:
            self._look_inside(value)

    def _look_at(self, event: dict[str, Any]) -> None:
        """Note the protocol of *event*, and whether it is one of the beta."""
        protocol, beta = find_protocol(event), None
        if protocol is None or protocol.name == "realtime":
            beta = _find_beta(event)
        if beta is not None:
            protocol = load_protocol("realtime")

        if self.beta is None and not self.options.upgrade:
            self.beta = beta
        if protocol is not None:
            self._compare(protocol, event["type"])

    def _compare(self, protocol: Protocol, type_: str) -> None:
        """Compare the *protocol* of an event with that of the file."""
        name = self.options.only
        if name is None and self.protocol is not None:
            name = self.protocol.name

        if name in (None, protocol.name):
            self.protocol = protocol
        elif self.foreign is None:
            self.foreign = protocol, type_

    def _parse(self, message: bytes) -> Any:
        """Parse *message* in the format of the file."""
        if self.is_text:
            return load_json(message, lax=True)

        from rtmodels.adapters._msgpack import load_msgpack  # noqa: PLC0415 - an extra

        return load_msgpack(message, len(message))

    def _look_inside(self, record: dict[str, Any]) -> None:
        """Look for events in *record*, which is none itself."""
        self.key = _find_event(record) or ""
        if self.key:
            self.wrapped = record
            return

        for key, value in record.items():
            first = value[0] if isinstance(value, list) and value else None
            if isinstance(first, dict) and (_is_event(first) or _find_event(first)):
                self.listed = key

    def _describe_strange(self) -> Iterator[Hint]:
        """Iterate over hints about a file of which no message is an event."""
        if self.wrapped is not None:
            yield Hint(
                "looks like a log whose records hold the event under"
                f" {truncate(self.key, MAX_TEXT)!r};"
                f" read it with {self._suggest(self.wrapped)}",
                ends_file=True,
            )

        elif self.listed is not None:
            yield Hint(
                "looks like a document that holds its records in a list; write them"
                f" one by one first: jq -c '.{_show(self.listed)}[]' FILE",
                ends_file=True,
            )

        elif not self.objects and len(self.others) >= ENOUGH_LINES:
            first = self.others[0]
            start = truncate(first.decode("utf-8", "replace"), MAX_TEXT)
            is_prefixed = b"{" in first and first.rstrip().endswith(b"}")
            advice = "; remove what is in front of the JSON" if is_prefixed else ""
            yield Hint(
                f"looks like text without JSON objects: begins with {start!r}{advice}",
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


def describe_other(
    protocol: Protocol, options: ReadOptions, type_: str | None = None
) -> str | None:
    """Return a hint about a file of *protocol*; None if it is what *options* ask for.

    *type_* is the type of an event that shows the protocol.
    """
    if options.only in (None, protocol.name):
        return None

    name = protocol.title if type_ is None else f"{protocol.title} ({type_})"
    if options.upgrade:
        return f"looks like a log of {name}, which has no beta; omit --upgrade"
    return f"looks like a log of {name}; read it with --protocol {protocol.name}"


def _find_event(record: dict[str, Any]) -> str | None:
    """Return the key of *record* under which there is an event, if any."""
    for key, value in record.items():
        inner = _to_object(value)
        if inner is not None and _is_event(inner):
            return key
    return None


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
    return isinstance(type_, str) and (
        is_event_type(type_) or type_ in list_beta_types()
    )


def _find_beta(event: dict[str, Any]) -> str | None:
    """Return what shows that *event* is one of the beta; None if nothing does."""
    type_: str = event["type"]
    if not is_event_type(type_) and type_ in list_beta_types():
        return type_

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
