"""Totals of recorded messages for `_check`: events, tokens, audio and issues."""

from collections import Counter
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Any

import attrs
from attrs import asdict, define, field, frozen

from rtmodels import (
    Issue,
    Model,
    RealtimeResponse,
    RealtimeResponseUsage,
    ResponseDoneEvent,
    Unknown,
    ValidationError,
)
from rtmodels.adapters._recordings.decoding import make_decoder
from rtmodels.adapters._recordings.events import name_type
from rtmodels.adapters._recordings.first_look import FirstLook
from rtmodels.adapters._recordings.found import Damage, Hint
from rtmodels.adapters._recordings.options import ReadOptions, make_envelope
from rtmodels.adapters._recordings.paths import STDIN, expand, is_parquet
from rtmodels.adapters._recordings.protocol import (
    Protocol,
)
from rtmodels.adapters._recordings.protocols import (
    DEFAULT,
    load_protocol,
)
from rtmodels.adapters._recordings.reader import RecordingReader
from rtmodels.adapters._recordings.session import find_latest
from rtmodels.adapters.cli._audit import Audit, Place, Words
from rtmodels.adapters.cli._inputs import SideOption
from rtmodels.adapters.cli._messages import MessageParser, ParsedMessage
from rtmodels.adapters.cli._sessions import Session, Sessions
from rtmodels.adapters.dicts import DictAdapter
from rtmodels.errors import DecodeError, MissingDependencyError

if TYPE_CHECKING:
    from rtmodels.adapters._recordings.envelope import Envelope
    from rtmodels.adapters.cli._terminal import Measured

MAX_LISTED = 10
"""Maximum number of issues that are kept; the rest are only counted."""

# Larger chunks are no faster here, and would make the progress bar move in jumps.
CHECK_CHUNK = 1 << 18
"""Bytes of text to scan at once."""


MIN_SECONDS = 3.0
"""Minimum time for a rate; below, most of it is spent on compiling at first use."""

READ_ERRORS = (OSError, DecodeError, MissingDependencyError)
"""The errors of a file that cannot be read."""


@frozen
class LocatedIssue:
    """An issue with its file and line, and the type of the event."""

    file: str
    line: int | None
    type: str | None
    path: str
    expected: str
    got: str


@frozen
class Unreadable:
    """A file, or a part of one, that cannot be read."""

    file: str | None
    """The file; ``None`` if all of them are meant."""

    line: int | None
    reason: str

    def __str__(self) -> str:
        """Return the place and the reason in one line."""
        if self.file is None:
            return self.reason
        return f"{Place(self.file, self.line)}: {self.reason}"


@define
class AudioTrack:
    """The audio in one direction."""

    size: int = 0
    """Its bytes."""

    seconds: float | None = 0.0
    """Its length; ``None`` as soon as some of it has an unknown format."""

    def add(self, audio: bytes, rate: int | None) -> None:
        """Count *audio*, which has *rate* bytes per second."""
        self.size += len(audio)
        if rate is None:
            self.seconds = None
        elif self.seconds is not None:
            self.seconds += len(audio) / rate

    def summarize(self) -> dict[str, Any]:
        """Return the object for this direction in ``rtmodels check --json``."""
        seconds = None if self.seconds is None else round(self.seconds, 3)
        return {"bytes": self.size, "seconds": seconds}


@define
class Tally:
    """The totals of the messages in some files.

    Each frame is counted once: in *events*, in *unknown*, or as *invalid*.
    """

    options: ReadOptions
    """How to find the events in the files, and how to read them."""

    direction: SideOption = "auto"
    """Who sent the messages."""

    watch: Callable[[str, "Measured"], None] = lambda *_: None
    """Called with the name of a file and the file, after each message."""

    files: list[str] = field(factory=list)
    """The files in order, including those that cannot be read."""

    unreadable: list[Unreadable] = field(factory=list)
    """The files that cannot be read, or not in full, and why."""

    size: int = 0
    """Bytes of text read."""

    seconds: float = 0.0
    """Time spent on reading."""

    frames: int = 0
    """Number of messages."""

    invalid: int = 0
    """Number of messages with issues."""

    events: Counter[str] = field(factory=Counter)
    """Number of events by type."""

    unknown: Words = field(factory=Words)
    """Number of events decoded as `Unknown`, by type; ``""`` if there is no type."""

    issue_count: int = 0
    """Number of issues; one frame may have many."""

    issues: list[LocatedIssue] = field(factory=list)
    """The first issues."""

    senders: dict[str, str] = field(factory=dict)
    """The side that sends the events of each type, or ``either``."""

    protocols: set[str] = field(factory=set)
    """The names of the protocols that messages were decoded as."""

    usage: dict[str, Any] = field(factory=dict)
    """The tokens of all responses, with the keys of their ``usage``.

    The seconds of sessions that are paid by time have their own keys.
    """

    heard: AudioTrack = field(factory=AudioTrack)
    """The audio sent to the model."""

    spoken: AudioTrack = field(factory=AudioTrack)
    """The audio received from the model."""

    audit: Audit = field(factory=Audit)
    """The responses, and whether they add up."""

    _decoders: dict[str, Callable[[Any], Any]] = field(init=False, factory=dict)
    _totals: dict[object, Model] = field(init=False, factory=dict)
    _envelope: "Envelope | None" = field(init=False)
    _sessions: Sessions = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Prepare to read with the options.

        Raises:
            MissingDependencyError: The options need an extra that is not installed.
        """
        self._envelope = make_envelope(self.options)
        self._sessions = Sessions(self._end_session)

    @property
    def frames_per_second(self) -> int | None:
        """Messages read per second; ``None`` if reading took too little time."""
        return self._per_second(self.frames)

    @property
    def bytes_per_second(self) -> int | None:
        """Bytes of text read per second; ``None`` in the same case."""
        return self._per_second(self.size)

    def _per_second(self, number: int) -> int | None:
        """Return *number* per second of reading."""
        return round(number / self.seconds) if self.seconds >= MIN_SECONDS else None

    def read_all(self, paths: Iterable[str]) -> None:
        """Add the messages in the files that *paths* name or match."""
        start = perf_counter()

        for path in paths:
            self._read(path)
        self._sessions.end_all()
        for usage in self._totals.values():
            _add_usage(self.usage, usage)
        self._totals.clear()
        for hint in self._envelope.describe_missing() if self._envelope else ():
            self.unreadable.append(Unreadable(None, None, hint))

        self.seconds += perf_counter() - start

    def _read(self, path: str) -> None:
        """Add the messages in the files that *path* names or matches."""
        try:
            files = [path] if path == STDIN else expand(path)
        except (OSError, MissingDependencyError) as exc:
            self.files.append(path)
            self._add_failure(path, exc)
            return

        for file in files:
            self.files.append(file)
            try:
                if is_parquet(file):
                    self._read_parquet(file)
                else:
                    self._read_recording(file)
            except READ_ERRORS as exc:
                self._add_failure(file, exc)
            self._sessions.end_file(file)

    def _read_recording(self, file: str) -> None:
        """Add the messages in *file*, including those before a read error."""
        parser = self._make_parser(file)
        with RecordingReader(
            file,
            chunk_size=CHECK_CHUNK,
            descriptor=0 if file == STDIN else None,
            options=self.options,
        ) as recording:
            try:
                for found in parser.parse_all(recording):
                    if isinstance(found, ParsedMessage):
                        self._add_message(found, recording.protocol)
                        self.watch(file, recording)
                    elif isinstance(found, Damage):
                        # The number of a message in an array would look like a line.
                        has_lines = recording.form is None or recording.form.has_lines
                        line = found.line if has_lines else None
                        self.unreadable.append(Unreadable(file, line, found.reason))
                    elif isinstance(found, Hint):
                        self.unreadable.append(Unreadable(file, None, found.reason))
                    else:
                        self._add_failure(file, found)
            finally:
                self.size += recording.text_size

    def _read_parquet(self, file: str) -> None:
        """Add the messages in *file*, which `rtmodels convert` wrote."""
        from rtmodels.adapters.archive._parquet import (  # noqa: PLC0415 - pyarrow
            ParquetFile,
        )

        parser = self._make_parser(file)

        def report(exc: Exception) -> None:
            self._add_failure(file, exc)

        look = FirstLook(self.options, is_text=True)
        with ParquetFile(file, self.options, report=report) as rows:
            for batch, _ in rows:
                sources, messages = (column.to_pylist() for column in batch)
                for hint in look.judge(messages):
                    self.unreadable.append(Unreadable(file, None, hint.reason))

                for source, message in zip(sources, messages, strict=True):
                    self._add_message(parser.parse_row(source, message), rows.protocol)
                    self.size += len(message)
                self.watch(file, rows)

    def _make_parser(self, file: str) -> MessageParser:
        """Build the parser for the messages of *file*."""
        return MessageParser(file, self._envelope, lax=self.options.mode == "forgiving")

    def _add_failure(self, file: str, exc: Exception) -> None:
        """Record that *file* cannot be read, or not in full."""
        # The report names the file, so the reason must not repeat it.
        reason = getattr(exc, "strerror", None) or str(exc).removeprefix(f"{file}: ")
        self.unreadable.append(Unreadable(file, None, reason))

    def _add_message(self, message: ParsedMessage, protocol: Protocol | None) -> None:
        """Decode *message* of *protocol*, and count its event or its issues."""
        self.frames += 1
        if message.problem is not None:
            self._add_issues(message, (message.problem,))
            return

        protocol = protocol or load_protocol(DEFAULT)
        decode = self._decoders.get(protocol.name)
        if decode is None:
            decode = make_event_decoder(protocol, self.direction, self.options)
            self._decoders[protocol.name] = decode
            self.protocols.add(protocol.name)

        try:
            event = decode(message.value)
        except ValidationError as exc:
            self._add_issues(message, exc.issues)
        else:
            self._add_event(message, event, protocol)

    def _end_session(self, session: Session) -> None:
        """Count what is known of *session* at its end."""
        self.audit.drop_open(session.responses)

        # Several logs may be of one session. Each has the totals of all of it.
        if session.usage is not None:
            key = session.id or session
            self._totals[key] = find_latest(self._totals.get(key), session.usage)

    def _add_issues(self, message: ParsedMessage, issues: tuple[Issue, ...]) -> None:
        """Count *issues*, and keep the first of them."""
        self.invalid += 1
        self.audit.skip(self._sessions.find(message).responses, message.value)
        self.issue_count += len(issues)

        type_ = name_type(message.value)
        for issue in map(message.locate, issues[: MAX_LISTED - len(self.issues)]):
            self.issues.append(
                LocatedIssue(
                    message.file,
                    message.line,
                    type_,
                    issue.path,
                    issue.expected,
                    issue.got,
                )
            )

    def _add_event(
        self, message: ParsedMessage, event: Any, protocol: Protocol
    ) -> None:
        """Count *event* with its audio or tokens."""
        session = self._sessions.follow(message, event, protocol)
        if isinstance(event, Unknown):
            self.unknown.count(event.tag or "")
            self.audit.skip(session.responses, event.payload)
            return

        self.events[event.type] += 1
        if event.type not in self.senders:
            sender = protocol.find_sender(event.type)
            is_open = sender == "either" and self.direction != "auto"
            self.senders[event.type] = self.direction if is_open else sender

        sound = protocol.sounds.get(event.type)
        if sound is not None:
            track = self.heard if sound.way == "input" else self.spoken
            rate = session.find_rate(event, sound.way, protocol)
            track.add(getattr(event, sound.key), rate)
        if protocol.has_responses:
            self._audit(message, event, session)

    def _audit(self, message: ParsedMessage, event: Any, session: Session) -> None:
        """Add *event* to the audit of responses, and count its tokens."""
        place = Place(message.file, message.line)
        counts = self.audit.add(place, session.responses, event, message.size)
        match event:
            case ResponseDoneEvent(
                response=RealtimeResponse(usage=RealtimeResponseUsage() as usage)
            ) if counts:
                _add_usage(self.usage, usage)

    def summarize(self) -> dict[str, Any]:
        """Return the object that ``rtmodels check --json`` prints."""
        return {
            "files": self.files,
            "protocols": sorted(self.protocols),
            "unreadable": [asdict(unreadable) for unreadable in self.unreadable],
            "frames": self.frames,
            "bytes": self.size,
            "elapsed_seconds": round(self.seconds, 6),
            "frames_per_second": self.frames_per_second,
            "bytes_per_second": self.bytes_per_second,
            "events": dict(rank(self.events)),
            "unknown": dict(rank(self.unknown)),
            "invalid": self.invalid,
            "issue_count": self.issue_count,
            "issues": [asdict(issue) for issue in self.issues],
            "responses": self.audit.summarize(),
            "usage": self.usage,
            "audio": {
                "input": self.heard.summarize(),
                "output": self.spoken.summarize(),
            },
        }


def rank(counts: Counter[str]) -> list[tuple[str, int]]:
    """Sort *counts* by number, the highest first, and then by name."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def make_event_decoder(
    protocol: Protocol, direction: SideOption, options: ReadOptions
) -> Callable[[Any], Any]:
    """Build the function that converts a parsed message to an event."""

    # Forgiving mode keeps NaN where the wire is MessagePack; JSON brings in none.
    def make(union: Any) -> Callable[[Any], Any]:
        adapter = DictAdapter[Any](
            union, mode=options.mode, upgrade=options.upgrade, binary=True
        )
        return adapter.decode

    return make_decoder(protocol.unions[direction], make)


def _add_usage(total: dict[str, Any], usage: Model) -> None:
    """Add the numbers in *usage* to those with the same key in *total*."""
    for each in attrs.fields(type(usage)):
        value = getattr(usage, each.name)
        if isinstance(value, int | float):
            total[each.name] = total.get(each.name, 0) + value
        elif isinstance(value, Model):
            _add_usage(total.setdefault(each.name, {}), value)
