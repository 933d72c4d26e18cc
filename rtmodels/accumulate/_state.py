"""The state of a session: its items so far, and its mismatches.

`_response` and the accumulators may import it.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, TypeAlias

from attrs import define, evolve, field

from rtmodels.accumulate._buffer import Buffer
from rtmodels.accumulate._mismatch import (
    Difference,
    Mismatch,
    MismatchKind,
    excerpt,
    locate,
)
from rtmodels.accumulate._parts import Content, PartState, Stream, reconcile
from rtmodels.accumulate._placeholders import (
    EMPTY_ASSISTANT_CONTENT,
    EMPTY_USER_CONTENT,
)
from rtmodels.schema._model import Unknown
from rtmodels.schema.audio import RealtimeAudioFormats
from rtmodels.schema.items import (
    RealtimeConversationItem,
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemMessageAssistant,
    RealtimeConversationItemMessageUser,
)
from rtmodels.schema.mcp import RealtimeMCPApprovalRequest, RealtimeMCPToolCall

MessageItem: TypeAlias = (
    RealtimeConversationItemMessageAssistant | RealtimeConversationItemMessageUser
)
MESSAGE_CLASSES: Final = (
    RealtimeConversationItemMessageAssistant,
    RealtimeConversationItemMessageUser,
)
"""The members of `MessageItem`; ``isinstance`` is faster with a tuple than a union."""

MAX_MISMATCHES = 1000
"""Maximum number of mismatches that are kept."""

MAX_RECENT = 256
"""Maximum number of events that are kept to recognise repeated ones."""

CallItem: TypeAlias = (
    RealtimeConversationItemFunctionCall
    | RealtimeMCPToolCall
    | RealtimeMCPApprovalRequest
)


def get_item_id(item: RealtimeConversationItem) -> str | None:
    """Return the id of *item*, whether its class is known or not."""
    id_ = item.payload.get("id") if isinstance(item, Unknown) else item.id
    return id_ if isinstance(id_, str) else None


@define(eq=False)
class ItemState:
    """One item, from the first event that mentions it to its end."""

    base: RealtimeConversationItem
    """Everything that deltas do not carry; a placeholder unless it was announced."""

    announced: bool
    """Whether the event that begins it was seen."""

    id: str | None = field(init=False)
    arguments: Buffer[str] = field(init=False)

    parts: dict[int, PartState] = field(factory=dict)
    """The parts of a message that have had events of their own, by content index."""

    done: bool = False
    """Whether the event that ends it was seen."""

    response_id: str | None = None
    """The response that it is output of, if any."""

    output_index: int = 0
    """Its index in the output of that response."""

    cached: RealtimeConversationItem | None = None
    """The result of `snapshot`, until something changes."""

    def __attrs_post_init__(self) -> None:
        """Read the id and the arguments from *base*."""
        self.id = get_item_id(self.base)
        self.arguments = Buffer("", getattr(self.base, "arguments", None) or None)

    def announce(self, base: RealtimeConversationItem) -> None:
        """Replace a placeholder with *base*, the item in its first state."""
        self.announced = True
        if self.done or isinstance(base, Unknown):
            return

        # Deltas that came first are newer than the announcement.
        self.rebase(base)
        if self.arguments.value is None:
            self.arguments.whole = getattr(base, "arguments", None) or None

        if isinstance(base, MESSAGE_CLASSES):
            for _, content, part in self._pair(base):
                part.rebase(content)

    def rebase(self, base: RealtimeConversationItem) -> None:
        """Replace the base with *base*, and drop parts that belong to another class."""
        if type(base) is not type(self.base):
            self.parts = {}
        self.base = base

    def open_part(self, index: int) -> PartState:
        """Return the part at *index*, and make it if there is none."""
        part = self.parts.get(index)
        if part is None:
            part = self.parts[index] = self._make_part(index)
        return part

    def _pair(self, message: MessageItem) -> Iterator[tuple[int, Content, PartState]]:
        """Iterate over the content of *message* that has a part with the same index."""
        # Not over the parts: each event may cost only as much as it holds itself.
        content: tuple[Content, ...] = message.content
        for index, value in enumerate(content):
            part = self.parts.get(index)
            if part is not None:
                yield index, value, part

    def read(self, index: int, name: Stream) -> str | bytes | None:
        """Return field *name* of the part at *index*, if there is one."""
        if index in self.parts:
            value: str | bytes | None = getattr(self.parts[index], name).value
            return value

        content = self.base.content if isinstance(self.base, MESSAGE_CLASSES) else ()
        return getattr(content[index], name) if 0 <= index < len(content) else None

    def _make_part(self, index: int) -> PartState:
        """Build a part from the content of the item, or from a placeholder."""
        from_user = isinstance(self.base, RealtimeConversationItemMessageUser)
        content: Content = EMPTY_USER_CONTENT if from_user else EMPTY_ASSISTANT_CONTENT
        announced = False
        if isinstance(self.base, MESSAGE_CLASSES):
            announced = 0 <= index < len(self.base.content)
            content = self.base.content[index] if announced else content

        part = PartState(content, announced=announced)
        # The transcription of a user's message arrives after the message is done.
        if self.done and not from_user:
            part.close()
        return part

    def snapshot(self) -> RealtimeConversationItem:
        """Return the item as it is now."""
        if self.cached is None:
            match self.base:
                case (
                    RealtimeConversationItemMessageAssistant()
                    | RealtimeConversationItemMessageUser()
                ):
                    self.cached = self._snapshot_message(self.base)

                case (
                    RealtimeConversationItemFunctionCall()
                    | RealtimeMCPToolCall()
                    | RealtimeMCPApprovalRequest()
                ):
                    self.cached = self._snapshot_call(self.base)

                case _:
                    self.cached = self.base
        return self.cached

    def _snapshot_message(self, base: Any) -> MessageItem:
        """Return *base* with the parts as they are now."""
        # Once the item is done, its list of parts is final.
        indices = set(range(len(base.content)))
        if not self.done:
            indices.update(self.parts)

        content = tuple(
            self.parts[index].snapshot() if index in self.parts else base.content[index]
            for index in sorted(indices)
        )
        same = is_identical(content, base.content)
        message: MessageItem = base if same else evolve(base, content=content)
        return message

    def _snapshot_call(self, base: CallItem) -> CallItem:
        """Return *base* with the arguments as they are now."""
        arguments = self.arguments.gathered
        if arguments in ("", base.arguments):
            return base
        return evolve(base, arguments=arguments)

    def finish(self, final: RealtimeConversationItem) -> list[Difference]:
        """Replace the item with its *final* state; return where the two differ."""
        differences = []
        if not isinstance(self.base, Unknown):
            # What could not be decoded contradicts nothing.
            if isinstance(final, Unknown):
                return []
            if self.announced and type(final) is not type(self.base):
                differences.append(Difference("content", final.type, self.base.type))

        final = self._fill(final)
        self.rebase(final)
        self.done = True
        match final:
            case RealtimeConversationItemMessageUser():
                differences += self._finish_parts(final)
            case RealtimeConversationItemMessageAssistant():
                differences += self._finish_parts(final)
                for part in self.parts.values():
                    part.close()
            case (
                RealtimeConversationItemFunctionCall()
                | RealtimeMCPToolCall()
                | RealtimeMCPApprovalRequest()
            ):
                differences += self._finish_arguments(final.arguments)

        return differences

    def _fill(self, final: RealtimeConversationItem) -> RealtimeConversationItem:
        """Return *final*, with the parts as they are if it has none.

        Some servers, such as xAI's, leave the content of a complete message to the
        events about its parts.
        """
        if (
            isinstance(final, RealtimeConversationItemMessageAssistant)
            and not final.content
            and final.status == "completed"
            and self.parts.keys() == set(range(len(self.parts)))
        ):
            parts: Any = [self.parts[i].snapshot() for i in range(len(self.parts))]
            return evolve(final, content=tuple(parts))
        return final

    def _finish_parts(self, final: MessageItem) -> list[Difference]:
        """Replace each part with that of *final*; return where the two differ."""
        differences: list[Difference] = []
        for index, content, part in self._pair(final):
            found = part.finish(content)
            differences += [each._replace(content_index=index) for each in found]
            part.rebase(content)

        # Indexes come from the wire, and can be negative or too large. Parts that the
        # item has not are dropped, so that they are counted only once.
        count = len(final.content)
        kept = {i: part for i, part in self.parts.items() if 0 <= i < count}
        lost = sum(p.has_content for i, p in self.parts.items() if i >= count)
        self.parts = kept
        if lost:
            parts = f"{count} parts", f"{count + lost} parts"
            differences.append(Difference("content", *parts))

        return differences

    def _finish_arguments(self, final: str) -> list[Difference]:
        """Replace the arguments with *final*; return where the two differ."""
        got = reconcile(self.arguments, final, midway=not self.announced)
        return [] if got is None else [Difference("arguments", final, got)]

    def replace(self, current: RealtimeConversationItem) -> None:
        """Replace the item with *current*, the server's version; keep what it omits."""
        for part in self.parts.values():
            part.truncated = False

        # The differences are not reported: the server was asked for its own version.
        self.finish(current)


def is_identical(new: tuple[object, ...], old: tuple[object, ...]) -> bool:
    """Check whether two tuples hold the very same objects."""
    return len(new) == len(old) and all(a is b for a, b in zip(new, old, strict=True))


@define(eq=False)
class SessionState:
    """The state that the responses and the conversation of one session share."""

    gathers_audio: bool

    items: dict[str | None, ItemState] = field(factory=dict)
    """The items by id; no key is ``None``."""

    mismatches: list[Mismatch] = field(factory=list)
    """The first mismatches, of which at most `MAX_MISMATCHES` are kept."""

    mismatch_count: int = 0
    """How many there were, with those that were not kept."""

    audio_format: RealtimeAudioFormats | None = None
    """How the session encodes the speech of the model."""

    changed: bool = False
    """Whether any item has changed since the conversation was last read."""

    recent: dict[str | None, Any] = field(factory=dict)
    """The last events by id, without the deltas of responses."""

    has_unique_ids: bool = True
    """Whether no two different events had the same id so far."""

    def is_repeated(self, event: Any) -> bool:
        """Check whether *event* came before, and report that; otherwise keep it."""
        first = self.recent.get(event.event_id)
        if first is not None and self._judge(event, same=first == event):
            return True

        self.recent[event.event_id] = event
        if len(self.recent) > MAX_RECENT:
            # Half of them at once, so that each event pays for little of it.
            for event_id in list(islice(self.recent, MAX_RECENT // 2)):
                del self.recent[event_id]
        return False

    def is_repeated_delta(self, buffer: Buffer[Any], event: Any) -> bool:
        """Check whether *event*, with the id of the delta before it, is the same.

        Deltas are most of a session, so that they are not kept.
        """
        if buffer.closed:
            return False
        return self._judge(event, same=buffer.ends_with(event.delta))

    def _judge(self, event: Any, *, same: bool) -> bool:
        """Check whether *event*, whose id is not new, is repeated, and report that.

        *same* is whether its content is not new either.
        """
        # Some servers and recordings have no ids, or one id for many events. Two equal
        # deltas mean nothing there.
        if not event.event_id or not self.recent.keys() - {event.event_id}:
            return False
        self.has_unique_ids = self.has_unique_ids and same
        if self.has_unique_ids:
            self.report_repeated(event)
        return self.has_unique_ids

    def finish(
        self, item: ItemState, final: RealtimeConversationItem, event: Any
    ) -> None:
        """Replace *item* with its *final* state, and report where the two differ."""
        # Only items of a response have an index in its output.
        index = None if item.response_id is None else item.output_index
        for kind, expected, got, content_index in item.finish(final):
            place = {"item_id": item.id, "content_index": content_index}
            self.report_contradiction(
                kind, event, expected, got, output_index=index, **place
            )

    def report_contradiction(
        self, kind: MismatchKind, event: Any, expected: Any, got: Any, **place: Any
    ) -> None:
        """Report that *event* contradicts the events before it."""
        self._report(kind, event, *excerpt(expected, got), **place)

    def report_unannounced(self, event: Any, missing: str) -> None:
        """Report that *missing* did not come before *event*, as it should."""
        self._report("unannounced", event, missing, "nothing")

    def report_repeated(self, event: Any) -> None:
        """Report that *event* announces something for the second time."""
        self._report("repeated", event, "nothing", event.type)

    def report_late(self, event: Any) -> None:
        """Report that *event* came after the end of its part, item or response."""
        self._report("late", event, "nothing", event.type)

    def report_late_delta(self, buffer: Buffer[Any], event: Any) -> None:
        """Report a delta for a closed *buffer*, if it is the first one."""
        if not buffer.quiet:
            buffer.quiet = True
            self.report_late(event)

    def _report(
        self, kind: MismatchKind, event: Any, expected: str, got: str, **place: Any
    ) -> None:
        """Record a mismatch found by *event*."""
        self.mismatch_count += 1
        if len(self.mismatches) >= MAX_MISMATCHES:
            return

        self.mismatches.append(
            Mismatch(
                kind=kind, expected=expected, got=got, **{**locate(event), **place}
            )
        )
