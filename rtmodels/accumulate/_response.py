"""The state of one response, and the effect of each event about its contents.

Only `_response_accumulator` may import it.
"""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final, Literal

from attrs import define, evolve, field

from rtmodels.accumulate._audio import bytes_per_second
from rtmodels.accumulate._buffer import Buffer
from rtmodels.accumulate._parts import PartState, Stream, reconcile, to_content
from rtmodels.accumulate._placeholders import (
    ArgumentsDelta,
    ArgumentsDone,
    PartEvent,
    placeholder_item,
)
from rtmodels.accumulate._state import (
    ItemState,
    SessionState,
    get_item_id,
    is_identical,
)
from rtmodels.schema._model import Unknown
from rtmodels.schema.audio import RealtimeAudioFormats
from rtmodels.schema.events.response import (
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseCreatedEvent,
    ResponseDoneEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseFunctionCallArgumentsDoneEvent,
    ResponseMcpCallArgumentsDeltaEvent,
    ResponseMcpCallArgumentsDoneEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputAudioDoneEvent,
    ResponseOutputAudioTranscriptDeltaEvent,
    ResponseOutputAudioTranscriptDoneEvent,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputTextDeltaEvent,
    ResponseOutputTextDoneEvent,
)
from rtmodels.schema.items import RealtimeConversationItem
from rtmodels.schema.response import RealtimeResponse


@define(eq=False)
class ResponseState:
    """One response, from the first event that mentions it to its end."""

    id: str

    base: RealtimeResponse
    """Everything but the items; a placeholder unless it was announced."""

    session: SessionState

    announced: bool
    """Whether the event that begins it was seen."""

    audio_format: RealtimeAudioFormats | None
    """How audio was encoded in the session when it began."""

    done: bool = False
    """Whether the event that ends it was seen."""

    interrupted: bool = False
    """Whether it was cancelled, truncated or not played to the end."""

    items: dict[str | int, ItemState] = field(factory=dict)
    """All its items by id, or by output index where they have none."""

    output: list[ItemState] = field(factory=list)
    """The items that are its output; late ones are not."""

    parts: dict[tuple[str, int], tuple[ItemState, PartState]] = field(factory=dict)
    """All its parts, with their items, by item id and content index."""

    cached: RealtimeResponse | None = None
    """The result of `snapshot`, until something changes."""

    @property
    def bytes_per_second(self) -> int | None:
        """Size of one second of its audio in bytes, if that is known."""
        output = self.base.audio and self.base.audio.output
        return bytes_per_second((output and output.format) or self.audio_format)

    def snapshot(self) -> RealtimeResponse:
        """Return the response as it is now."""
        if self.cached is None:
            # Items can be announced in any order.
            self.output.sort(key=lambda item: item.output_index)
            output = tuple(item.snapshot() for item in self.output)
            unchanged = is_identical(output, self.base.output or ())
            self.cached = self.base if unchanged else evolve(self.base, output=output)
        return self.cached

    def invalidate(self, item: ItemState) -> None:
        """Drop the cached snapshots of *item*, this response and the conversation."""
        item.cached = self.cached = None
        self.session.changed = True

    def announce(self, event: ResponseCreatedEvent) -> None:
        """Replace a placeholder with the response in its first state."""
        self.announced = True
        if self.done:
            self.session.report_late(event)
        else:
            self.base, self.cached = event.response, None

    def finish(self, event: ResponseDoneEvent) -> None:
        """Replace the response with its final state, and report where they differ."""
        final = event.response
        if self.done:
            self.session.report_repeated(event)

        self.base, self.done, self.cached = final, True, None
        self.interrupted = self.interrupted or final.status == "cancelled"
        if final.output is not None:
            self._finish_output(final.output, event)

    def _finish_output(
        self, output: tuple[RealtimeConversationItem, ...], event: ResponseDoneEvent
    ) -> None:
        """Replace the items with those in *output*, and report where the two differ."""
        before = sorted(self.output, key=lambda item: item.output_index)

        self.output = []
        for index, final in enumerate(output):
            item = self._find(final, index)
            if item is None:
                item = self._attach(ItemState(final, announced=False), index)
            item.output_index = index
            self.session.finish(item, final, event)
            self.invalidate(item)
            self.output.append(item)

        # A stream that was joined midway has missed items, which is no contradiction.
        if self.announced and before and before != self.output:
            self.session.report_contradiction(
                "output", event, list_ids(self.output), list_ids(before)
            )

    # Items

    def _find(
        self, item: RealtimeConversationItem, output_index: int
    ) -> ItemState | None:
        """Find the state of *item* by its id, or by its place if it has no id."""
        id_ = get_item_id(item)
        return self.items.get(output_index if id_ is None else id_)

    def _attach(self, item: ItemState, output_index: int) -> ItemState:
        """Add *item* to the response, or the state that the conversation has of it."""
        if item.id is not None:
            # The conversation may have announced the item before the response did.
            known = self.session.items.get(item.id)
            if known is not None and known.response_id is None:
                known.announced = known.announced or item.announced
                item = known
            self.session.items[item.id] = item

        item.response_id, item.output_index = self.id, output_index
        self.items[output_index if item.id is None else item.id] = item

        # After `response.done` the output is final, without this item.
        if self.done:
            item.done = True
        else:
            self.output.append(item)

        self.invalidate(item)
        return item

    def add_item(self, item: RealtimeConversationItem, output_index: int) -> None:
        """Add an item that was announced."""
        self._attach(ItemState(item, announced=True), output_index)

    def begin_item(self, event: ResponseOutputItemAddedEvent) -> None:
        """Add the item of *event*, or replace the placeholder for it."""
        item = self._find(event.item, event.output_index)

        if self.done:
            self.session.report_late(event)
        elif item is None:
            self.add_item(event.item, event.output_index)
        elif item.announced:
            self.session.report_repeated(event)
        else:
            item.announce(event.item)
            item.output_index = event.output_index
            self.invalidate(item)

    def finish_item(self, event: ResponseOutputItemDoneEvent) -> None:
        """Replace an item with its final state, and report where the two differ."""
        item = self._find(event.item, event.output_index)
        if self.done:
            self.session.report_late(event)
            return

        if item is None:
            if self.announced:
                self.session.report_unannounced(event, "response.output_item.added")
            item = self._attach(
                ItemState(event.item, announced=False), event.output_index
            )

        self.session.finish(item, event.item, event)
        self.invalidate(item)

    def _open_item(
        self, event: PartEvent | ArgumentsDelta | ArgumentsDone
    ) -> ItemState:
        """Return the item that *event* is about, which may be new."""
        item = self.items.get(event.item_id)
        if item is None:
            if self.announced and not self.done:
                self.session.report_unannounced(event, "response.output_item.added")
            placeholder = ItemState(placeholder_item(event), announced=False)
            return self._attach(placeholder, event.output_index)

        # The item was announced with an unknown type; its deltas show the class.
        if isinstance(item.base, Unknown) and not item.done:
            item.rebase(placeholder_item(event))
        return item

    # Parts of a message, and arguments of a call

    def open_part(self, event: PartEvent) -> tuple[ItemState, PartState]:
        """Return the part that *event* is about, which may be new, and its item."""
        item = self._open_item(event)
        part = item.open_part(event.content_index)
        # A closed and quiet buffer ignores all deltas without a report.
        if not self.session.gathers_audio:
            part.audio.closed = part.audio.quiet = True

        # If the item or the response was not announced either, that was reported.
        expected = part.announced or item.done
        expected = expected or not (item.announced and self.announced)
        if not expected and event.type != "response.content_part.added":
            self.session.report_unannounced(event, "response.content_part.added")

        found = item, part
        self.parts[event.item_id, event.content_index] = found
        self.invalidate(item)
        return found

    def find_part(self, event: PartEvent) -> tuple[ItemState, PartState]:
        """Return the part that *event* is about, and its item."""
        found = self.parts.get((event.item_id, event.content_index))
        return self.open_part(event) if found is None else found

    def begin_part(self, event: ResponseContentPartAddedEvent) -> None:
        """Replace the placeholder for a part with its first state."""
        known = (event.item_id, event.content_index) in self.parts
        item, part = self.find_part(event)

        if item.done:
            self.session.report_late(event)
        elif known and part.announced:
            self.session.report_repeated(event)
        else:
            part.announce(to_content(event.part))
            self.invalidate(item)

    def finish_part(self, event: ResponseContentPartDoneEvent) -> None:
        """Replace a part with its final state, and report where the two differ."""
        item, part = self.find_part(event)
        if item.done:
            self.session.report_late(event)
            return

        for difference in part.finish(event.part):
            self.session.report_contradiction(
                difference.kind, event, difference.expected, difference.got
            )
        part.rebase(to_content(event.part))
        self.invalidate(item)

    def append_arguments(self, event: ArgumentsDelta) -> None:
        """Append a delta to the arguments of a call."""
        item = self.items.get(event.item_id)
        if item is None:
            item = self._open_item(event)

        buffer = item.arguments
        known = event.event_id == buffer.last_id
        if known and self.session.is_repeated_delta(buffer, event):
            return

        buffer.last_id = event.event_id
        self.append(item, buffer, event)

    def append(self, item: ItemState, buffer: Buffer[Any], event: Any) -> None:
        """Append the delta of *event* to *buffer*, which belongs to *item*."""
        if buffer.closed:
            self.session.report_late_delta(buffer, event)
            return

        # With deltas pending, no snapshot was taken since the last of them.
        if not buffer.pending:
            self.invalidate(item)
        buffer.pending.append(event.delta)

    def finish_text(self, event: ResponseOutputTextDoneEvent) -> None:
        """Replace a text with its final value, and report where the two differ."""
        item, part = self.find_part(event)
        self._reconcile("text", item, part, event, event.text)

    def finish_transcript(self, event: ResponseOutputAudioTranscriptDoneEvent) -> None:
        """Replace a transcript with its final value, and report where they differ."""
        # The event has the whole transcript, and not what was played.
        item, part = self.find_part(event)
        if not part.truncated:
            self._reconcile("transcript", item, part, event, event.transcript)

    def finish_audio(self, event: ResponseOutputAudioDoneEvent) -> None:
        """Close the audio; the event has none to compare it with."""
        item, part = self.find_part(event)
        if item.done:
            self.session.report_late(event)
        else:
            part.audio.close(part.audio.value, quiet=part.audio.quiet)

    def finish_arguments(self, event: ArgumentsDone) -> None:
        """Replace arguments with their final value, and report where the two differ."""
        item = self._open_item(event)
        self._reconcile("arguments", item, item, event, event.arguments)

    def _reconcile(
        self,
        name: Literal["text", "transcript", "arguments"],
        item: ItemState,
        holder: PartState | ItemState,
        event: Any,
        final: str,
    ) -> None:
        """Replace buffer *name* of *holder* with *final*, and report if they differ."""
        if item.done:
            self.session.report_late(event)
            return

        got = reconcile(getattr(holder, name), final, midway=not holder.announced)
        if got is not None:
            self.session.report_contradiction(name, event, final, got)
        self.invalidate(item)


def list_ids(items: list[ItemState]) -> str:
    """Return the ids of *items* as text."""
    return ", ".join(str(item.id) for item in items)


def make_append(stream: Stream) -> Callable[[ResponseState, Any], None]:
    """Build the method that appends a delta to *stream*.

    Most events of a session are deltas, so the usual case is written out here.
    """
    pick = attrgetter(stream)

    def append_delta(self: ResponseState, event: Any) -> None:
        found = self.parts.get((event.item_id, event.content_index))
        item, part = found or self.open_part(event)
        buffer = pick(part)
        event_id = event.event_id
        if event_id == buffer.last_id and self.session.is_repeated_delta(buffer, event):
            return

        buffer.last_id = event_id
        if buffer.pending:
            buffer.pending.append(event.delta)
        else:
            self.append(item, buffer, event)

    return append_delta


def make_once(
    handler: Callable[[ResponseState, Any], None],
) -> Callable[[ResponseState, Any], None]:
    """Build the method that calls *handler*, unless the event is a repeated one."""

    def handle(self: ResponseState, event: Any) -> None:
        if not self.session.is_repeated(event):
            handler(self, event)

    return handle


RESPONSE_HANDLERS: Final[Mapping[type, Callable[[ResponseState, Any], None]]] = {
    ResponseOutputItemAddedEvent: make_once(ResponseState.begin_item),
    ResponseOutputItemDoneEvent: make_once(ResponseState.finish_item),
    ResponseContentPartAddedEvent: make_once(ResponseState.begin_part),
    ResponseContentPartDoneEvent: make_once(ResponseState.finish_part),
    ResponseOutputTextDeltaEvent: make_append("text"),
    ResponseOutputTextDoneEvent: make_once(ResponseState.finish_text),
    ResponseOutputAudioDeltaEvent: make_append("audio"),
    ResponseOutputAudioDoneEvent: make_once(ResponseState.finish_audio),
    ResponseOutputAudioTranscriptDeltaEvent: make_append("transcript"),
    ResponseOutputAudioTranscriptDoneEvent: make_once(ResponseState.finish_transcript),
    ResponseFunctionCallArgumentsDeltaEvent: ResponseState.append_arguments,
    ResponseFunctionCallArgumentsDoneEvent: make_once(ResponseState.finish_arguments),
    ResponseMcpCallArgumentsDeltaEvent: ResponseState.append_arguments,
    ResponseMcpCallArgumentsDoneEvent: make_once(ResponseState.finish_arguments),
}
"""The method for each class of event that has a ``response_id``."""
