"""Totals of recorded messages for `_check`: events, tokens, audio and issues."""

from collections import Counter
from collections.abc import Callable
from time import perf_counter
from typing import Any, Literal, TypeAlias

import attrs
from attrs import asdict, define, field, frozen

from rtmodels import (
    InputAudioBufferAppendEvent,
    Issue,
    Mode,
    Model,
    RealtimeAudioFormats,
    RealtimeClientEvent,
    RealtimeResponse,
    RealtimeResponseUsage,
    RealtimeServerEvent,
    ResponseDoneEvent,
    ResponseOutputAudioDeltaEvent,
    SessionCreatedEvent,
    SessionUpdatedEvent,
    SessionUpdateEvent,
    Unknown,
    ValidationError,
    bytes_per_second,
)
from rtmodels.adapters._recordings.events import (
    CLIENT_TYPES,
    Event,
    read_audio_setting,
)
from rtmodels.adapters._recordings.found import Damage
from rtmodels.adapters._recordings.paths import expand
from rtmodels.adapters._recordings.reader import RecordingReader
from rtmodels.adapters.cli._audit import Audit, Place, Words
from rtmodels.adapters.cli._messages import ParsedMessage, parse_messages
from rtmodels.adapters.dicts import DictAdapter
from rtmodels.errors import MissingDependencyError

SideOption: TypeAlias = Literal["auto", "client", "server"]
"""Which end of the wire sent the messages; ``auto`` decides by the type of each."""

MAX_LISTED = 10
"""Maximum number of issues that are kept; the rest are only counted."""

STDIN = "-"
"""The name of standard input among the files."""

# Larger chunks are no faster here, and would make the progress bar move in jumps.
CHECK_CHUNK = 1 << 18
"""Bytes of text to scan at once."""


@frozen
class LocatedIssue:
    """An issue with its file and line."""

    file: str
    line: int | None
    path: str
    expected: str
    got: str


@frozen
class Unreadable:
    """A file, or a part of one, that cannot be read."""

    file: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        """Return the place and the reason in one line."""
        return f"{Place(self.file, self.line)}: {self.reason}"


@define
class AudioTrack:
    """The audio in one direction."""

    size: int = 0
    """Its bytes."""

    seconds: float | None = 0.0
    """Its length; ``None`` as soon as some of it has an unknown format."""

    rate: int | None = bytes_per_second(None)
    """Bytes per second in the current format, if known."""

    def add(self, audio: bytes) -> None:
        """Count *audio*."""
        self.size += len(audio)
        if self.rate is None:
            self.seconds = None
        elif self.seconds is not None:
            self.seconds += len(audio) / self.rate

    def reset(self) -> None:
        """Return to the default format of a session."""
        self.rate = bytes_per_second(None)

    def summarize(self) -> dict[str, Any]:
        """Return the object for this direction in ``rtmodels check --json``."""
        seconds = None if self.seconds is None else round(self.seconds, 3)
        return {"bytes": self.size, "seconds": seconds}

    def follow(self, audio_format: RealtimeAudioFormats | None) -> None:
        """Change to *audio_format*, unless it is ``None``."""
        if audio_format is not None:
            self.rate = bytes_per_second(audio_format)


@define
class Tally:
    """The totals of the messages in some files.

    Each frame is counted once: in *events*, in *unknown*, or as *invalid*.
    """

    decode: Callable[[Any], Event]
    """The function that converts a parsed message to an event."""

    lax: bool = False
    """Whether to read the JSON that only forgiving mode accepts."""

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

    usage: dict[str, Any] = field(factory=dict)
    """The tokens of all responses, with the keys of their ``usage``."""

    heard: AudioTrack = field(factory=AudioTrack)
    """The audio sent to the model."""

    spoken: AudioTrack = field(factory=AudioTrack)
    """The audio received from the model."""

    audit: Audit = field(factory=Audit)
    """The responses, and whether they add up."""

    @property
    def frames_per_second(self) -> int:
        """Messages read per second."""
        return round(self.frames / self.seconds) if self.seconds else 0

    @property
    def bytes_per_second(self) -> int:
        """Bytes of text read per second."""
        return round(self.size / self.seconds) if self.seconds else 0

    def read(self, path: str, watch: Callable[[str, RecordingReader], None]) -> None:
        """Add the messages in the files that *path* names or matches.

        *watch* is called after each message.
        """
        start = perf_counter()

        try:
            files = expand(path)
        except (OSError, MissingDependencyError) as exc:
            self.files.append(path)
            self._add_failure(path, exc)
        else:
            for file in files:
                self.files.append(file)
                self._read_file(file, watch)

        self.seconds += perf_counter() - start

    def _read_file(
        self, file: str, watch: Callable[[str, RecordingReader], None]
    ) -> None:
        """Add the messages in *file*."""
        descriptor = 0 if file == STDIN else None
        try:
            with RecordingReader(
                file, chunk_size=CHECK_CHUNK, descriptor=descriptor
            ) as recording:
                self._add_recording(file, recording, watch)
        except (OSError, MissingDependencyError) as exc:
            self._add_failure(file, exc)

    def _add_recording(
        self,
        file: str,
        recording: RecordingReader,
        watch: Callable[[str, RecordingReader], None],
    ) -> None:
        """Add the messages in *recording*, including those before a read error."""
        self._reset_formats()
        try:
            for found in parse_messages(recording, lax=self.lax):
                if isinstance(found, ParsedMessage):
                    self._add_message(file, found, recording.text_size)
                    watch(file, recording)
                elif isinstance(found, Damage):
                    # The number of a message in an array would look like a line.
                    has_lines = recording.form is None or recording.form.has_lines
                    line = found.line if has_lines else None
                    self.unreadable.append(Unreadable(file, line, found.reason))
                else:
                    self._add_failure(file, found)
        finally:
            self.size += recording.text_size
            self.audit.end_session()

    def _add_failure(self, file: str, exc: Exception) -> None:
        """Record that *file* cannot be read, or not in full."""
        # The report names the file, so the reason must not repeat it.
        reason = getattr(exc, "strerror", None) or str(exc).removeprefix(f"{file}: ")
        self.unreadable.append(Unreadable(file, None, reason))

    def _add_message(self, file: str, message: ParsedMessage, offset: int) -> None:
        """Decode *message*, and count its event or its issues.

        The *offset* is that of the text read so far.
        """
        self.frames += 1
        if message.problem is not None:
            self._add_issues(file, message, (message.problem,))
            return

        try:
            event = self.decode(message.value)
        except ValidationError as exc:
            self._add_issues(file, message, exc.issues)
        else:
            self._add_event(event)
            self.audit.add(Place(file, message.line), event, offset)

    def _add_issues(
        self, file: str, message: ParsedMessage, issues: tuple[Issue, ...]
    ) -> None:
        """Count *issues*, and keep the first of them."""
        self.invalid += 1
        self.audit.skip(message.value)
        self.issue_count += len(issues)

        for issue in map(message.locate, issues[: MAX_LISTED - len(self.issues)]):
            self.issues.append(
                LocatedIssue(file, message.line, issue.path, issue.expected, issue.got)
            )

    def _add_event(self, event: Event) -> None:
        """Count *event* with its audio or tokens."""
        if isinstance(event, Unknown):
            self.unknown.count(event.tag or "")
            self.audit.skip(event.payload)
            return

        self.events[event.type] += 1
        match event:
            case InputAudioBufferAppendEvent():
                self.heard.add(event.audio)
            case ResponseOutputAudioDeltaEvent():
                self.spoken.add(event.delta)
            case ResponseDoneEvent(
                response=RealtimeResponse(usage=RealtimeResponseUsage() as usage)
            ):
                _add_usage(self.usage, usage)
            case SessionCreatedEvent():
                self._reset_formats()
                self._follow(event.session)
            case SessionUpdatedEvent() | SessionUpdateEvent():
                self._follow(event.session)

    def _reset_formats(self) -> None:
        """Forget the formats of the session before."""
        self.heard.reset()
        self.spoken.reset()

    def _follow(self, session: object) -> None:
        """Update the formats from *session*, which may be partial."""
        self.heard.follow(read_audio_setting(session, "input", "format"))
        self.spoken.follow(read_audio_setting(session, "output", "format"))

    def summarize(self) -> dict[str, Any]:
        """Return the object that ``rtmodels check --json`` prints."""
        return {
            "files": self.files,
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


def make_event_decoder(direction: SideOption, mode: Mode) -> Callable[[Any], Event]:
    """Build the function that converts a parsed message to an event."""
    # Forgiving mode keeps NaN where the wire is MessagePack; JSON brings in none.
    client = DictAdapter(RealtimeClientEvent, mode=mode, binary=True)
    server = DictAdapter(RealtimeServerEvent, mode=mode, binary=True)
    if direction == "client":
        return client.decode
    if direction == "server":
        return server.decode

    # Types are unique to one direction. The server's union gets the rest, since a
    # recording of a newer server is the likelier source of unknown types.
    def decode(value: Any) -> Event:
        type_ = value.get("type") if isinstance(value, dict) else None
        if isinstance(type_, str) and type_ in CLIENT_TYPES:
            return client.decode(value)
        return server.decode(value)

    return decode


def _add_usage(total: dict[str, Any], usage: Model) -> None:
    """Add the numbers in *usage* to those with the same key in *total*."""
    for each in attrs.fields(type(usage)):
        value = getattr(usage, each.name)
        if isinstance(value, int):
            total[each.name] = total.get(each.name, 0) + value
        elif isinstance(value, Model):
            _add_usage(total.setdefault(each.name, {}), value)
