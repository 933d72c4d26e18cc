"""Audit of responses: whether their deltas add up, and whether they ended.

`_tally` feeds it, and `_check_report` prints it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import asdict, define, field, frozen

from rtmodels import (
    Mismatch,
    RealtimeResponse,
    ResponseAccumulator,
    ResponseCreatedEvent,
    ResponseDoneEvent,
    SessionCreatedEvent,
)
from rtmodels._display import truncate
from rtmodels.adapters._recordings.events import UNENDED, Event

MAX_KEPT = 10
"""Maximum number of mismatches, and of responses without an end, that are kept."""

MAX_WORDS = 1000
"""Maximum number of different words from recordings that are counted one by one."""

MAX_WORD = 200
"""Maximum length of such a word; of a longer one, a prefix is counted."""

OTHERS = "(others)"
"""What all further words are counted as."""

MAX_OPEN = 64 << 20
"""Maximum bytes of text since the last time when all responses had ended.

No server leaves responses open for so long. They are held in memory until they end, and
so count as never ended from there on.
"""


class Words(Counter[str]):
    """Counts of words from recordings, in bounded memory."""

    def count(self, word: str) -> None:
        """Count *word*."""
        word = truncate(word, MAX_WORD)
        self[word if word in self or len(self) < MAX_WORDS else OTHERS] += 1


@frozen
class Place:
    """The file and line of a message."""

    file: str
    line: int | None

    def __str__(self) -> str:
        """Return the place in the form that compilers use."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


@define
class Audit:
    """The outcome of the responses in some recordings.

    A mismatch is a contradiction between two events. Missing deltas do not count, since
    a recording may begin in the middle of a response.
    """

    ends: Words = field(factory=Words)
    """Number of responses by final status."""

    mismatch_count: int = 0
    """Number of values in *done* events that contradict earlier events."""

    mismatches: list[tuple[Place, Mismatch]] = field(factory=list)
    """The first mismatches."""

    unended: list[tuple[Place, str]] = field(factory=list)
    """The first responses that never ended, and where they began."""

    _accumulator: ResponseAccumulator = field(init=False)
    _begun: dict[str, Place] = field(init=False)
    _unread: set[str] = field(init=False)
    _all_ended_at: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        """Start with an empty session."""
        self._begin_session()

    def _begin_session(self) -> None:
        """Forget all responses of the session before."""
        # Audio is by far the largest part of a session, and the audit does not need it.
        self._accumulator = ResponseAccumulator(audio=False)
        self._begun = {}
        self._unread = set()

    def add(self, place: Place, event: Event, offset: int) -> None:
        """Add the event at *place*, which has *offset* bytes of text before its end."""
        is_too_long = offset - self._all_ended_at > MAX_OPEN
        if is_too_long or isinstance(event, SessionCreatedEvent):
            self.end_session(offset)

        self._accumulator.feed(event)  # type: ignore[arg-type] # ignores the client's
        for mismatch in self._accumulator.pop_mismatches():
            if mismatch.is_contradiction and mismatch.response_id not in self._unread:
                self.mismatch_count += 1
                if len(self.mismatches) < MAX_KEPT:
                    self.mismatches.append((place, mismatch))

        match event:
            case ResponseCreatedEvent(response=RealtimeResponse(id=str(id_))):
                self._begun.setdefault(id_, place)
            case ResponseDoneEvent(response=RealtimeResponse(id=str(id_)) as response):
                self.ends.count(response.status or "(no status)")
                # Responses that have ended are dropped, so a long log needs no more
                # memory than a short one.
                self._accumulator.pop(id_)
                self._begun.pop(id_, None)
                self._unread.discard(id_)
                if not self._accumulator.response_ids:
                    self._all_ended_at = offset

    def skip(self, message: Any) -> None:
        """Exclude the response of an undecodable *message* from the audit."""
        # Without this message it cannot add up. The issue itself is reported anyway.
        response_id = message.get("response_id") if isinstance(message, Mapping) else ()
        if isinstance(response_id, str):
            self._unread.add(response_id)

    def end_session(self, offset: int = 0) -> None:
        """Count the responses that have not ended; start a new session at *offset*."""
        for response_id, place in self._begun.items():
            self.ends[UNENDED] += 1
            if len(self.unended) < MAX_KEPT:
                self.unended.append((place, truncate(response_id)))
        self._begin_session()
        self._all_ended_at = offset

    def describe(self) -> Iterator[tuple[str, str]]:
        """Iterate over the lines of the report, each with a style."""
        for place, response_id in self.unended:
            yield f"{place}: {response_id} never ended", "yellow"
        if self.ends[UNENDED] > len(self.unended):
            yield f"... and {self.ends[UNENDED] - len(self.unended):,} more.", "yellow"

        for place, mismatch in self.mismatches:
            yield f"{place}: {mismatch}", ""
        if self.mismatch_count > len(self.mismatches):
            yield f"... and {self.mismatch_count - len(self.mismatches):,} more.", ""
        if self.mismatch_count:
            yield f"Contradictions: {self.mismatch_count:,}.", "red"

    def summarize(self) -> dict[str, Any]:
        """Return the *responses* object of ``rtmodels check --json``."""
        return {
            "ends": dict(self.ends.most_common()),
            "unended": [
                {**asdict(place), "response_id": response_id}
                for place, response_id in self.unended
            ],
            "mismatch_count": self.mismatch_count,
            "mismatches": [
                {**asdict(place), **asdict(mismatch)}
                for place, mismatch in self.mismatches
            ],
        }
