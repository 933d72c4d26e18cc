"""Checks responses: whether their deltas add up, and whether they ended.

For `_tally`, which feeds it, and `_check_report`, which prints it.
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
"""So many mismatches, and so many responses without an end, are kept."""


@frozen
class Place:
    """Where a message is."""

    file: str
    line: int | None

    def __str__(self) -> str:
        """Write it as compilers do."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


@define
class Audit:
    """What became of the responses in some recordings.

    Only what two events say differently counts as a mismatch, since a recording may
    begin in the middle of a response.
    """

    ends: Counter[str] = field(factory=Counter)
    """How many responses ended in which way."""

    mismatch_count: int = 0
    """The places where a *done* event contradicts what came before it."""

    mismatches: list[tuple[Place, Mismatch]] = field(factory=list)
    """The first of these."""

    unended: list[tuple[Place, str]] = field(factory=list)
    """The first of the responses that never ended, and where they began."""

    _accumulator: ResponseAccumulator = field(init=False)
    _begun: dict[str, Place] = field(init=False)
    _unread: set[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Begin with an empty session."""
        self._begin_session()

    def _begin_session(self) -> None:
        """Hold nothing."""
        self._accumulator = ResponseAccumulator(audio=False)
        self._begun = {}
        self._unread = set()

    def add(self, place: Place, event: Event) -> None:
        """Take the event at *place*."""
        if isinstance(event, SessionCreatedEvent):
            self.end_session()

        self._accumulator.feed(event)  # type: ignore[arg-type] # the client's go by
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
                self._accumulator.pop(id_)
                self._begun.pop(id_, None)
                self._unread.discard(id_)

    def skip(self, message: Any) -> None:
        """Record that *message* cannot be read: its response need not add up."""
        response_id = message.get("response_id") if isinstance(message, Mapping) else ()
        if isinstance(response_id, str):
            self._unread.add(response_id)

    def end_session(self) -> None:
        """Count the responses that have not ended, and begin anew."""
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
            yield f"{self.mismatch_count:,} contradicted what came before.", "red"

    def summarize(self) -> dict[str, Any]:
        """Return the object that stands for the responses in JSON."""
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
