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
from rtmodels.adapters._recordings.events import UNENDED, Event

MAX_KEPT = 10
"""Maximum number of mismatches, and of responses without an end, that are kept."""


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

    ends: Counter[str] = field(factory=Counter)
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

    def __attrs_post_init__(self) -> None:
        """Start with an empty session."""
        self._begin_session()

    def _begin_session(self) -> None:
        """Forget all responses of the session before."""
        # Audio is by far the largest part of a session, and the audit does not need it.
        self._accumulator = ResponseAccumulator(audio=False)
        self._begun = {}
        self._unread = set()

    def add(self, place: Place, event: Event) -> None:
        """Add the event at *place*."""
        if isinstance(event, SessionCreatedEvent):
            self.end_session()

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
                self.ends[response.status or "(no status)"] += 1
                # Responses that have ended are dropped, so a long log needs no more
                # memory than a short one.
                self._accumulator.pop(id_)
                self._begun.pop(id_, None)
                self._unread.discard(id_)

    def skip(self, message: Any) -> None:
        """Exclude the response of an undecodable *message* from the audit."""
        # Without this message it cannot add up. The issue itself is reported anyway.
        response_id = message.get("response_id") if isinstance(message, Mapping) else ()
        if isinstance(response_id, str):
            self._unread.add(response_id)

    def end_session(self) -> None:
        """Count the responses that have not ended, and start a new session."""
        for response_id, place in self._begun.items():
            self.ends[UNENDED] += 1
            if len(self.unended) < MAX_KEPT:
                self.unended.append((place, response_id))
        self._begin_session()

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
