"""The record of a place where a stream does not agree with itself."""

from typing import Any, Final, Literal, TypeAlias

from attrs import frozen

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

From ``text`` to ``audio``, a *done* event says something else than what came before it.
In ``content`` and ``output`` it lists other parts, or other items.
``unannounced``: no *created* or *added* event came first, as where one joins midway.
``repeated``: what happens once was said twice.
``late``: it comes after the end of what it belongs to.
"""

CONTRADICTIONS: Final = frozenset[MismatchKind](
    {"text", "transcript", "arguments", "audio", "content", "output"}
)
"""The kinds where two events say different things; the others are about order."""

BEFORE = 10
LENGTH = 40
"""How much of a text is shown: so much before the first difference, so much in all."""


@frozen(kw_only=True)
class Mismatch:
    """A place where a stream does not agree with itself, or with the protocol.

    What the event says counts from then on.
    """

    kind: MismatchKind
    """What is wrong."""

    event_type: str
    """The ``type`` of the event where it came to light."""

    event_id: str | None = None
    """That event, where it has an id."""

    response_id: str | None = None
    """The response that it is about, if it is about one."""

    item_id: str | None = None
    """The item that it is about, if it is about one."""

    output_index: int | None = None
    """The place of that item in the response's output."""

    content_index: int | None = None
    """The place of the part in the item."""

    expected: str
    """What the event says, or what should have come: an excerpt."""

    got: str
    """What the events before it add up to, or what came: an excerpt."""

    @property
    def is_contradiction(self) -> bool:
        """Whether two events say different things; if not, it is about their order."""
        return self.kind in CONTRADICTIONS

    def __str__(self) -> str:
        """Say it in one line."""
        places = [self.response_id, self.item_id]
        if self.content_index is not None:
            places.append(f"content {self.content_index}")
        where = ", ".join(place for place in places if place)
        return (
            f"{self.event_type}{f' ({where})' if where else ''}: {self.kind}: "
            f"expected {self.expected}, got {self.got}"
        )


def locate(event: Any) -> dict[str, Any]:
    """Say where *event* is about, in the fields of a `Mismatch`."""
    places = {
        name: getattr(event, name, None)
        for name in ("response_id", "item_id", "output_index", "content_index")
    }
    match getattr(event, "response", None):
        case RealtimeResponse(id=id_):
            places["response_id"] = id_
    item = getattr(event, "item", None)
    if item is not None:
        places["item_id"] = getattr(item, "id", None)
    return {**places, "event_type": event.type, "event_id": event.event_id}


def excerpt(expected: Any, got: Any) -> tuple[str, str]:
    """Show where two texts differ; of audio, show the size."""
    if isinstance(expected, bytes):
        return f"{len(expected)} bytes", f"{len(got)} bytes"
    pairs = zip(expected, got, strict=False)
    shared = min(len(expected), len(got))
    first = next((i for i, (a, b) in enumerate(pairs) if a != b), shared)
    start = max(first - BEFORE, 0)
    return _cut(expected, start), _cut(got, start)


def _cut(text: str, start: int) -> str:
    """Quote *text* from *start*, with dots for what is left out."""
    end = start + LENGTH
    before, after = "..." if start else "", "..." if end < len(text) else ""
    return repr(before + text[start:end] + after)
