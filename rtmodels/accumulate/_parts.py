"""The parts of a message, with three buffers each for text and audio.

`_state`, `_response` and the accumulators may import it.
"""

from typing import Any, Final, Literal, TypeAlias

from attrs import define, evolve, field

from rtmodels.accumulate._audio import truncate_audio
from rtmodels.accumulate._buffer import UTF16, Buffer
from rtmodels.accumulate._mismatch import Difference
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
"""The fields of a part that arrive in deltas."""

CONTENT_TYPES: Final = {"text": "output_text", "audio": "output_audio"}
"""The type of a part in a message, by its type in events about parts."""


def reconcile(buffer: Buffer[Any], final: Any, *, midway: bool) -> Any:
    """Close *buffer* with *final*; return what was in it if the two disagree.

    A stream that was joined *midway* has only the end of the value, and agrees. So does
    one without any delta: some servers, and logs without deltas, have only the whole.
    """
    got = buffer.value
    buffer.close(final)
    if got is None or got == final or (midway and ends_with(final, got)):
        return None
    return got


def ends_with(final: Any, got: Any) -> bool:
    """Check whether *got*, which may begin with half of a character, ends *final*."""
    if isinstance(final, str):
        final, got = final.encode(*UTF16), got.encode(*UTF16)
    return bool(final.endswith(got))


@define(eq=False)
class PartState:
    """One part of a message: a text, or speech and its transcript."""

    base: Content
    """Everything that deltas do not carry."""

    announced: bool
    """Whether it was seen from its beginning, so that no delta can be missing."""

    text: Buffer[str] = field(init=False)
    transcript: Buffer[str] = field(init=False)
    audio: Buffer[bytes] = field(init=False)

    truncated: bool = False
    """Whether the end was cut off, since it was not played."""

    def __attrs_post_init__(self) -> None:
        """Fill the buffers with the values of *base*."""
        self.text = Buffer("", self.base.text or None)
        self.transcript = Buffer("", self.base.transcript or None)
        self.audio = Buffer(b"", self.base.audio or None)

    def announce(self, base: Content) -> None:
        """Replace a placeholder with *base*, which may have some content already."""
        self.announced = True
        self.rebase(base)

        # Deltas that came first are newer than the announcement.
        for name in STREAMS:
            buffer, value = getattr(self, name), getattr(self.base, name)
            if value and buffer.value is None and not buffer.closed:
                buffer.pending.append(value)

    @property
    def has_content(self) -> bool:
        """Whether any of the buffers holds something."""
        return any(getattr(self, name).value for name in STREAMS)

    def snapshot(self) -> Content:
        """Return the part as it is now."""
        # Empty values are omitted: the base may have null there, or no key at all.
        values = ((name, getattr(self, name).value) for name in STREAMS)
        changes: dict[str, Any] = {
            name: value
            for name, value in values
            if value and value is not getattr(self.base, name)
        }
        return evolve(self.base, **changes) if changes else self.base

    def finish(self, final: Content | ResponseContentPart) -> list[Difference]:
        """Close each buffer for which *final* has a value; return the differences."""
        differences = []
        for name in STREAMS:
            buffer, value = getattr(self, name), getattr(final, name)
            # What was cut off must not return with a *done* event that has all of it.
            if value is None or (self.truncated and name != "text"):
                continue

            got = reconcile(buffer, value, midway=not self.announced)
            if got is not None:
                differences.append(Difference(name, value, got))

        return differences

    def rebase(self, base: Content) -> None:
        """Replace the base with *base*, if that is for a message of the same role."""
        if type(base) is not type(self.base):
            return

        cut = self.truncated
        self.base = evolve(base, transcript=None, audio=None) if cut else base

    def close(self) -> None:
        """Close all buffers with what they hold."""
        for name in STREAMS:
            buffer = getattr(self, name)
            buffer.close(buffer.value, quiet=buffer.quiet)

    def truncate(self, milliseconds: int, rate: int | None) -> bool:
        """Drop the transcript, and the audio after *milliseconds*.

        Without a *rate* in bytes per second, the audio stays whole. Return whether it
        could be cut.
        """
        self.truncated = True
        self.rebase(self.base)

        # Which words were played is unknown, so the transcript is dropped as a whole.
        self.transcript.close(None, quiet=True)

        audio = self.audio.value
        if audio is not None and rate is not None:
            audio = truncate_audio(audio, milliseconds, rate)
        self.audio.close(audio, quiet=True)
        return audio is None or rate is not None


def to_content(
    part: ResponseContentPart,
) -> RealtimeConversationItemMessageAssistantContent:
    """Return *part* of an event as content of a message."""
    return RealtimeConversationItemMessageAssistantContent(
        type=CONTENT_TYPES.get(part.type or "", part.type),
        text=part.text,
        transcript=part.transcript,
        audio=part.audio,
        extra=part.extra,
    )
