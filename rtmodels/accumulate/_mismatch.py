"""Mismatches: the record of a place where a stream contradicts itself, and its text.

Any module of `rtmodels.accumulate` may import it; it imports none of them.
"""

from typing import Any, Final, Literal, NamedTuple, TypeAlias

from attrs import field, frozen

from rtmodels._display import truncate
from rtmodels.schema.response import RealtimeResponse

__all__ = ["Mismatch", "MismatchKind"]

MismatchKind: TypeAlias = Literal[
    "text",
    "transcript",
    "arguments",
    "audio",
    "content",
    "output",
    "unannounced",
    "repeated",
    "late",
]
"""What is wrong.

``text`` to ``audio``: a *done* event differs from the events before it.
``content`` and ``output``: it lists other parts, or other items.
``unannounced``: no *created* or *added* event came first, as where a stream is joined
midway.
``repeated``: something that happens only once was reported twice.
``late``: the event came after the end of what it belongs to.
"""

CONTRADICTIONS: Final = frozenset[MismatchKind](
    {"text", "transcript", "arguments", "audio", "content", "output"}
)
"""The kinds where two events contradict each other; the others concern their order."""

MAX_ID = 100
"""Maximum number of characters of an id; those of OpenAI have at most 32."""

EXCERPT_BEFORE = 10
EXCERPT_LENGTH = 40
"""Size of an excerpt: characters before the first difference, and in all."""


def cut_id(id_: str | None) -> str | None:
    """Return *id_*, cut to `MAX_ID` characters."""
    return None if id_ is None else truncate(id_, MAX_ID)


@frozen(kw_only=True)
class Mismatch:
    """A place where a stream contradicts itself, or the protocol.

    From then on, the accumulator holds what the event says. Ids of over 100 characters
    are cut.
    """

    kind: MismatchKind
    """What is wrong."""

    event_type: str
    """The ``type`` of the event that revealed it."""

    event_id: str | None = field(default=None, converter=cut_id)
    """The id of that event, if it has one."""

    response_id: str | None = field(default=None, converter=cut_id)
    """The response concerned, if any."""

    item_id: str | None = field(default=None, converter=cut_id)
    """The item concerned, if any."""

    output_index: int | None = None
    """The index of that item in the response's output."""

    content_index: int | None = None
    """The index of the part in the item."""

    expected: str
    """What the event says, or what is missing: an excerpt."""

    got: str
    """What the events before it add up to, or what came instead: an excerpt."""

    @property
    def is_contradiction(self) -> bool:
        """Whether two events contradict each other; if not, their order is wrong."""
        return self.kind in CONTRADICTIONS

    def __str__(self) -> str:
        """Describe the mismatch in one line."""
        places = [self.response_id, self.item_id]
        if self.content_index is not None:
            places.append(f"content {self.content_index}")

        where = ", ".join(place for place in places if place)
        return (
            f"{self.event_type}{f' ({where})' if where else ''}: {self.kind}: "
            f"expected {self.expected}, got {self.got}"
        )


class Difference(NamedTuple):
    """A value in a *done* event, and what the events before it add up to."""

    kind: MismatchKind
    expected: Any
    got: Any
    content_index: int | None = None


def locate(event: Any) -> dict[str, Any]:
    """Return where in the session *event* belongs, as fields of a `Mismatch`."""
    places = {
        name: getattr(event, name, None)
        for name in ("response_id", "item_id", "output_index", "content_index")
    }

    # Events that carry a whole response or item have its id in that object only.
    match getattr(event, "response", None):
        case RealtimeResponse(id=id_):
            places["response_id"] = id_
    item = getattr(event, "item", None)
    if item is not None:
        places["item_id"] = getattr(item, "id", None)

    return {**places, "event_type": event.type, "event_id": event.event_id}


def excerpt(expected: Any, got: Any) -> tuple[str, str]:
    """Return excerpts of two texts, from just before their first difference.

    For audio, return the sizes instead.

    `rtmodels._display.truncate` would not do: it keeps the beginning, which two long
    texts have in common.
    """
    # Bytes of audio mean nothing to a reader.
    if isinstance(expected, bytes):
        return f"{len(expected)} bytes", f"{len(got)} bytes"

    # Halving compares long texts piece by piece, and not character by character.
    first, end = 0, min(len(expected), len(got))
    while first < end:
        middle = (first + end + 1) // 2
        if expected[first:middle] == got[first:middle]:
            first = middle
        else:
            end = middle - 1

    start = max(first - EXCERPT_BEFORE, 0)
    return _quote(expected, start), _quote(got, start)


def _quote(text: str, start: int) -> str:
    """Quote *text* from *start*, with dots for the omitted text."""
    end = start + EXCERPT_LENGTH
    before, after = "..." if start else "", "..." if end < len(text) else ""
    return repr(before + text[start:end] + after)
