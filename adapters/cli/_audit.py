"""Audit of responses: whether their deltas add up, and whether they ended once.

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
)
from rtmodels._display import truncate
from rtmodels.adapters._recordings.events import UNENDED, Event

MAX_KEPT = 10
"""Maximum number of mismatches, and of responses of each kind, that are kept."""

MAX_WORDS = 1000
"""Maximum number of different words from recordings that are counted one by one."""

MAX_WORD = 200
"""Maximum length of such a word; of a longer one, a prefix is counted."""

OTHERS = "(others)"
"""What all further words are counted as."""

MAX_OPEN = 64 << 20
"""Maximum bytes of text in a session since the last time when no response was open.

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


@define(eq=False)
class OpenResponses:
    """The responses of one session."""

    # Audio is by far the largest part of a response, and the audit does not need it.
    accumulator: ResponseAccumulator = field(
        factory=lambda: ResponseAccumulator(audio=False)
    )
    """The responses that have not ended."""

    begun: dict[str, Place] = field(factory=dict)
    """Where each of them was first named."""

    over: set[str] = field(factory=set)
    """The ids of the responses that have ended."""

    unread: set[str] = field(factory=set)
    """The ids of responses that have a message that could not be decoded."""

    held: int = 0
    """Bytes of text since the last time when no response was open."""

    @property
    def has_begun(self) -> bool:
        """Whether it has any response."""
        return bool(self.over or self.accumulator.response_ids)


@define
class Audit:
    """The outcome of the responses in some recordings.

    A mismatch is a contradiction between two events. Missing deltas do not count, since
    a recording may begin in the middle of a response. A response that ends again counts
    once, as in the tables of an archive.
    """

    ends: Words = field(factory=Words)
    """Number of responses by final status."""

    mismatch_count: int = 0
    """Number of values in *done* events that contradict earlier events."""

    mismatches: list[tuple[Place, Mismatch]] = field(factory=list)
    """The first mismatches."""

    repeat_count: int = 0
    """Number of ends of responses that had ended before."""

    repeats: list[tuple[Place, str]] = field(factory=list)
    """The first of them, by response."""

    unended: list[tuple[Place, str]] = field(factory=list)
    """The first responses that never ended, and where they began."""

    def add(
        self, place: Place, responses: OpenResponses, event: Event, size: int
    ) -> bool:
        """Add the *event* at *place*; return whether it counts.

        It does not if it is the end of a response that has ended before.
        """
        responses.held += size
        if responses.held > MAX_OPEN:
            self.drop_open(responses)

        id_ = _read_response_id(event)
        if id_ is not None and id_ in responses.over:
            # What follows the end of a response is late, or recorded again.
            if not isinstance(event, ResponseDoneEvent):
                return True
            self.repeat_count += 1
            if len(self.repeats) < MAX_KEPT:
                self.repeats.append((place, truncate(id_)))
            return False

        if id_ is not None:
            responses.begun.setdefault(id_, place)
        self._feed(place, responses, event)
        if isinstance(event, ResponseDoneEvent):
            self._end_response(responses, id_, event.response)
        return True

    def _feed(self, place: Place, responses: OpenResponses, event: Event) -> None:
        """Add *event* to *responses*, and record the mismatches."""
        accumulator = responses.accumulator
        accumulator.feed(event)
        for mismatch in accumulator.pop_mismatches():
            if (
                mismatch.is_contradiction
                and mismatch.response_id not in responses.unread
            ):
                self.mismatch_count += 1
                if len(self.mismatches) < MAX_KEPT:
                    self.mismatches.append((place, mismatch))

    def _end_response(
        self, responses: OpenResponses, id_: str | None, final: RealtimeResponse
    ) -> None:
        """Count the end of a response, and drop all but its id."""
        self.ends.count(final.status or "(no status)")

        # Responses that have ended are dropped, so a long log needs hardly more memory
        # than a short one.
        if id_ is not None:
            responses.accumulator.pop(id_)
            responses.begun.pop(id_, None)
            responses.unread.discard(id_)
            responses.over.add(id_)
        if not responses.accumulator.response_ids:
            responses.held = 0

    def skip(self, responses: OpenResponses, message: Any) -> None:
        """Exclude the response of an undecodable *message* from the audit."""
        # Without this message it cannot add up. The issue itself is reported anyway.
        response_id = message.get("response_id") if isinstance(message, Mapping) else ()
        is_open = response_id not in responses.over
        if isinstance(response_id, str) and is_open:
            responses.unread.add(response_id)

    def drop_open(self, responses: OpenResponses) -> None:
        """Count the *responses* that have not ended as such, and drop them."""
        for response_id in responses.accumulator.response_ids:
            # An empty id names no response; archives do not count it either.
            if response_id not in responses.begun:
                continue
            self.ends[UNENDED] += 1
            if len(self.unended) < MAX_KEPT:
                place = responses.begun[response_id]
                self.unended.append((place, truncate(response_id)))

        fresh = OpenResponses()
        responses.accumulator, responses.begun = fresh.accumulator, fresh.begun
        responses.unread, responses.held = fresh.unread, 0

    def describe(self) -> Iterator[tuple[str, str]]:
        """Iterate over the lines of the report, each with a style."""
        for place, response_id in self.unended:
            yield f"{place}: {response_id} never ended", "yellow"
        if self.ends[UNENDED] > len(self.unended):
            yield f"... and {self.ends[UNENDED] - len(self.unended):,} more.", "yellow"

        for place, response_id in self.repeats:
            text = f"{place}: response.done: {response_id} ended before; it counts once"
            yield text, "yellow"
        if self.repeat_count > len(self.repeats):
            yield f"... and {self.repeat_count - len(self.repeats):,} more.", "yellow"

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
            "unended": _list_responses(self.unended),
            "repeat_count": self.repeat_count,
            "repeats": _list_responses(self.repeats),
            "mismatch_count": self.mismatch_count,
            "mismatches": [
                {**asdict(place), **asdict(mismatch)}
                for place, mismatch in self.mismatches
            ],
        }


def _read_response_id(event: Event) -> str | None:
    """Return the id of the response that *event* is about; None without one."""
    match event:
        case ResponseCreatedEvent() | ResponseDoneEvent():
            return event.response.id or None
        case _:
            return getattr(event, "response_id", None) or None


def _list_responses(responses: list[tuple[Place, str]]) -> list[dict[str, Any]]:
    """Return *responses* as objects of ``rtmodels check --json``."""
    return [{**asdict(place), "response_id": id_} for place, id_ in responses]
