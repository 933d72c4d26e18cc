"""Parts of a message as they grow."""

from typing import Any, Final, Literal, NamedTuple, TypeAlias

from attrs import define, evolve, field

from rtmodels.accumulate._audio import cut
from rtmodels.accumulate._growth import Growth
from rtmodels.accumulate._mismatch import MismatchKind
from rtmodels.schema.content import (
    RealtimeConversationItemMessageAssistantContent,
    RealtimeConversationItemMessageUserContent,
    ResponseContentPart,
)

Content: TypeAlias = (
    RealtimeConversationItemMessageAssistantContent
    | RealtimeConversationItemMessageUserContent
)
Stream: TypeAlias = Literal["text", "transcript", "audio"]

STREAMS: Final[tuple[Stream, ...]] = ("text", "transcript", "audio")
"""What a part can hold that comes in deltas."""

ITEM_TYPES: Final = {"text": "output_text", "audio": "output_audio"}
"""What items call the kinds of part."""


class Difference(NamedTuple):
    """What a *done* event says, and what came before it."""

    kind: MismatchKind
    expected: Any
    got: Any
    content_index: int | None = None


def to_content(
    part: ResponseContentPart,
) -> RealtimeConversationItemMessageAssistantContent:
    """Turn *part* into what stands for it in a message."""
    return RealtimeConversationItemMessageAssistantContent(
        type=ITEM_TYPES.get(part.type or "", part.type),
        text=part.text,
        transcript=part.transcript,
        audio=part.audio,
        extra=part.extra,
    )


def settle(growth: Growth[Any], said: Any, *, midway: bool) -> Any:
    """Let *said* be the whole; give what came before it if that is something else.

    Whoever joined *midway* has got only the end, and that is nothing else.
    """
    got = growth.gathered
    growth.close(said)
    return None if got == said or (midway and said.endswith(got)) else got


@define(eq=False)
class GrowingPart:
    """One part of a message: a text, or speech and its transcript."""

    base: Content
    """What is known beside the deltas."""

    announced: bool
    """Whether it was seen from its beginning, so that no delta can be missing."""

    text: Growth[str] = field(init=False)
    transcript: Growth[str] = field(init=False)
    audio: Growth[bytes] = field(init=False)

    truncated: bool = False
    """Whether the end was cut off, since nobody heard it."""

    def __attrs_post_init__(self) -> None:
        """Grow from what *base* has."""
        self.text = Growth("", self.base.text or None)
        self.transcript = Growth("", self.base.transcript or None)
        self.audio = Growth(b"", self.base.audio or None)

    def announce(self, base: Content) -> None:
        """Put *base* in the place of a guess; it may hold the first of the content."""
        self.announced = True
        self.rest_on(base)
        for name in STREAMS:
            growth, value = getattr(self, name), getattr(self.base, name)
            if value and growth.value is None and not growth.closed:
                growth.pending.append(value)

    @property
    def has_grown(self) -> bool:
        """Whether there is anything in it."""
        return any(getattr(self, name).value for name in STREAMS)

    def freeze(self) -> Content:
        """Give the part as far as it is known."""
        values = ((name, getattr(self, name).value) for name in STREAMS)
        changes: dict[str, Any] = {
            name: value
            for name, value in values
            if value and value is not getattr(self.base, name)
        }
        return evolve(self.base, **changes) if changes else self.base

    def finish(self, said: Content | ResponseContentPart) -> list[Difference]:
        """Compare with *said*, which counts where it says anything."""
        differences = []
        for name in STREAMS:
            growth, value = getattr(self, name), getattr(said, name)
            if value is None or (self.truncated and name != "text"):
                continue
            if growth.value is None:
                growth.close(value)
            else:
                got = settle(growth, value, midway=not self.announced)
                if got is not None:
                    differences.append(Difference(name, value, got))
        return differences

    def rest_on(self, base: Content) -> None:
        """Take *base* for what is known beside the deltas, if it fits the message."""
        if type(base) is not type(self.base):
            return
        cut = self.truncated
        self.base = evolve(base, transcript=None, audio=None) if cut else base

    def close(self) -> None:
        """Take no more deltas."""
        for name in STREAMS:
            growth = getattr(self, name)
            growth.close(growth.value, quiet=growth.quiet)

    def truncate(self, milliseconds: int, rate: int | None) -> bool:
        """Cut off what was not heard, and all words; tell whether that was possible.

        Without a *rate* nobody knows how many bytes to keep, and all of them stay.
        """
        self.truncated = True
        self.rest_on(self.base)
        self.transcript.close(None, quiet=True)
        audio = self.audio.value
        if audio is not None and rate is not None:
            audio = cut(audio, milliseconds, rate)
        self.audio.close(audio, quiet=True)
        return audio is None or rate is not None
