"""One response as it grows."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final, Literal

from attrs import define, evolve, field

from rtmodels.accumulate._audio import bytes_per_second
from rtmodels.accumulate._growth import Growth
from rtmodels.accumulate._guess import (
    ArgumentsDelta,
    ArgumentsDone,
    PartEvent,
    guess_item,
)
from rtmodels.accumulate._items import GrowingItem, id_of, is_same
from rtmodels.accumulate._ledger import Ledger
from rtmodels.accumulate._parts import GrowingPart, Stream, settle, to_content
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
class GrowingResponse:
    """One response, from its first mention to its end."""

    id: str

    base: RealtimeResponse
    """What is known beside the items; a guess unless it was announced."""

    ledger: Ledger

    announced: bool
    """Whether an event said that it begins."""

    format: RealtimeAudioFormats | None
    """How audio was encoded in the session when it began."""

    done: bool = False
    """Whether an event said that it is over."""

    interrupted: bool = False
    """Whether it was cut short, or not heard to its end."""

    items: dict[str | int, GrowingItem] = field(factory=dict)
    """All its items by id, or by output index where they have none."""

    output: list[GrowingItem] = field(factory=list)
    """Those among them that count."""

    parts: dict[tuple[str, int], tuple[GrowingItem, GrowingPart]] = field(factory=dict)
    """All its parts, and their items, by item id and content index."""

    frozen: RealtimeResponse | None = None
    """What `freeze` gave, until something changes."""

    @property
    def bytes_per_second(self) -> int | None:
        """How many bytes a second of its audio takes, if anybody knows."""
        output = self.base.audio and self.base.audio.output
        return bytes_per_second((output and output.format) or self.format)

    def freeze(self) -> RealtimeResponse:
        """Give the response as far as it is known."""
        if self.frozen is None:
            self.output.sort(key=lambda item: item.output_index)
            output = tuple(item.freeze() for item in self.output)
            unchanged = is_same(output, self.base.output or ())
            self.frozen = self.base if unchanged else evolve(self.base, output=output)
        return self.frozen

    def touch(self, item: GrowingItem) -> None:
        """Let *item*, and what holds it, be frozen anew."""
        item.frozen = self.frozen = None
        self.ledger.changed = True

    def announce(self, event: ResponseCreatedEvent) -> None:
        """Put the response in its first state in the place of a guess."""
        self.announced = True
        if self.done:
            self.ledger.report_late(event)
        else:
            self.base, self.frozen = event.response, None

    def finish(self, event: ResponseDoneEvent) -> None:
        """Compare with the response in its final state, which counts."""
        said = event.response
        if self.done:
            self.ledger.report_repeated(event)
        self.base, self.done, self.frozen = said, True, None
        self.interrupted = self.interrupted or said.status == "cancelled"
        if said.output is not None:
            self._finish_output(said.output, event)

    def _finish_output(
        self, output: tuple[RealtimeConversationItem, ...], event: ResponseDoneEvent
    ) -> None:
        """Compare the items with those in *output*, which count."""
        before = sorted(self.output, key=lambda item: item.output_index)
        self.output = []
        for index, said in enumerate(output):
            item = self._find(said, index)
            if item is None:
                item = self._take(GrowingItem(said, announced=False), index)
            item.output_index = index
            self.ledger.finish(item, said, event)
            self.touch(item)
            self.output.append(item)
        if self.announced and before and before != self.output:
            self.ledger.contradict(
                "output", event, list_ids(self.output), list_ids(before)
            )

    # Items

    def _find(
        self, item: RealtimeConversationItem, output_index: int
    ) -> GrowingItem | None:
        """Find what there is of *item*: by its id, or by its place if it has none."""
        id_ = id_of(item)
        return self.items.get(output_index if id_ is None else id_)

    def _take(self, item: GrowingItem, output_index: int) -> GrowingItem:
        """Let *item* be one of ours; the conversation may have it already."""
        if item.id is not None:
            known = self.ledger.items.get(item.id)
            if known is not None and known.response_id is None:
                known.announced = known.announced or item.announced
                item = known
            self.ledger.items[item.id] = item
        item.response_id, item.output_index = self.id, output_index
        self.items[output_index if item.id is None else item.id] = item
        if self.done:
            item.done = True
        else:
            self.output.append(item)
        self.touch(item)
        return item

    def add_item(self, item: RealtimeConversationItem, output_index: int) -> None:
        """Begin an item."""
        self._take(GrowingItem(item, announced=True), output_index)

    def begin_item(self, event: ResponseOutputItemAddedEvent) -> None:
        """Take an item in its first state."""
        item = self._find(event.item, event.output_index)
        if self.done:
            self.ledger.report_late(event)
        elif item is None:
            self.add_item(event.item, event.output_index)
        elif item.announced:
            self.ledger.report_repeated(event)
        else:
            item.announce(event.item)
            item.output_index = event.output_index
            self.touch(item)

    def finish_item(self, event: ResponseOutputItemDoneEvent) -> None:
        """Take an item in its final state."""
        item = self._find(event.item, event.output_index)
        if self.done:
            self.ledger.report_late(event)
            return
        if item is None:
            if self.announced:
                self.ledger.report_unannounced(event, "response.output_item.added")
            item = self._take(
                GrowingItem(event.item, announced=False), event.output_index
            )
        self.ledger.finish(item, event.item, event)
        self.touch(item)

    def _open_item(
        self, event: PartEvent | ArgumentsDelta | ArgumentsDone
    ) -> GrowingItem:
        """Give the item that *event* is about, which may be news."""
        item = self.items.get(event.item_id)
        if item is None:
            if self.announced and not self.done:
                self.ledger.report_unannounced(event, "response.output_item.added")
            guess = GrowingItem(guess_item(event), announced=False)
            return self._take(guess, event.output_index)
        if isinstance(item.base, Unknown) and not item.done:
            item.rest_on(guess_item(event))  # nobody could read what announced it
        return item

    # Parts of a message, and arguments of a call

    def open_part(self, event: PartEvent) -> tuple[GrowingItem, GrowingPart]:
        """Give the part that *event* is about, which may be news, and its item."""
        item = self._open_item(event)
        part = item.open_part(event.content_index)
        if not self.ledger.gathers_audio:
            part.audio.closed = part.audio.quiet = True
        told = part.announced or item.done or not (item.announced and self.announced)
        if not told and event.type != "response.content_part.added":
            self.ledger.report_unannounced(event, "response.content_part.added")
        found = item, part
        self.parts[event.item_id, event.content_index] = found
        self.touch(item)
        return found

    def find_part(self, event: PartEvent) -> tuple[GrowingItem, GrowingPart]:
        """Give the part that *event* is about, and its item."""
        found = self.parts.get((event.item_id, event.content_index))
        return self.open_part(event) if found is None else found

    def begin_part(self, event: ResponseContentPartAddedEvent) -> None:
        """Take a part in its first state."""
        known = (event.item_id, event.content_index) in self.parts
        item, part = self.find_part(event)
        if item.done:
            self.ledger.report_late(event)
        elif known and part.announced:
            self.ledger.report_repeated(event)
        else:
            part.announce(to_content(event.part))
            self.touch(item)

    def finish_part(self, event: ResponseContentPartDoneEvent) -> None:
        """Take a part in its final state."""
        item, part = self.find_part(event)
        if item.done:
            self.ledger.report_late(event)
            return
        for difference in part.finish(event.part):
            self.ledger.contradict(
                difference.kind, event, difference.expected, difference.got
            )
        part.rest_on(to_content(event.part))
        self.touch(item)

    def grow_arguments(self, event: ArgumentsDelta) -> None:
        """Take some more of the arguments of a call."""
        item = self.items.get(event.item_id)
        if item is None:
            item = self._open_item(event)
        self.grow(item, item.arguments, event)

    def grow(self, item: GrowingItem, growth: Growth[Any], event: Any) -> None:
        """Line up the delta of *event*."""
        if growth.closed:
            self.ledger.refuse(growth, event)
            return
        if not growth.pending:
            self.touch(item)
        growth.pending.append(event.delta)

    def finish_text(self, event: ResponseOutputTextDoneEvent) -> None:
        """Compare a text with what it is, as the server says."""
        item, part = self.find_part(event)
        self._settle("text", item, part, event, event.text)

    def finish_transcript(self, event: ResponseOutputAudioTranscriptDoneEvent) -> None:
        """Compare a transcript with what it is, as the server says."""
        item, part = self.find_part(event)
        if not part.truncated:
            self._settle("transcript", item, part, event, event.transcript)

    def finish_audio(self, event: ResponseOutputAudioDoneEvent) -> None:
        """Take no more audio; there is nothing to compare it with."""
        item, part = self.find_part(event)
        if item.done:
            self.ledger.report_late(event)
        else:
            part.audio.close(part.audio.value, quiet=part.audio.quiet)

    def finish_arguments(self, event: ArgumentsDone) -> None:
        """Compare the arguments of a call with what they are, as the server says."""
        item = self._open_item(event)
        self._settle("arguments", item, item, event, event.arguments)

    def _settle(
        self,
        name: Literal["text", "transcript", "arguments"],
        item: GrowingItem,
        holder: GrowingPart | GrowingItem,
        event: Any,
        said: str,
    ) -> None:
        """Compare what *holder* has under *name* with *said*, which counts."""
        if item.done:
            self.ledger.report_late(event)
            return
        got = settle(getattr(holder, name), said, midway=not holder.announced)
        if got is not None:
            self.ledger.contradict(name, event, said, got)
        self.touch(item)


def list_ids(items: list[GrowingItem]) -> str:
    """Write down which *items* these are."""
    return ", ".join(str(item.id) for item in items)


def grow_part(stream: Stream) -> Callable[[GrowingResponse, Any], None]:
    """Make the method that takes some more of *stream*: what is called most of all."""
    pick = attrgetter(stream)

    def grow(self: GrowingResponse, event: Any) -> None:
        found = self.parts.get((event.item_id, event.content_index))
        item, part = found or self.open_part(event)
        growth = pick(part)
        if growth.pending:
            growth.pending.append(event.delta)
        else:
            self.grow(item, growth, event)

    return grow


METHODS: Final[Mapping[type, Callable[[GrowingResponse, Any], None]]] = {
    ResponseOutputItemAddedEvent: GrowingResponse.begin_item,
    ResponseOutputItemDoneEvent: GrowingResponse.finish_item,
    ResponseContentPartAddedEvent: GrowingResponse.begin_part,
    ResponseContentPartDoneEvent: GrowingResponse.finish_part,
    ResponseOutputTextDeltaEvent: grow_part("text"),
    ResponseOutputTextDoneEvent: GrowingResponse.finish_text,
    ResponseOutputAudioDeltaEvent: grow_part("audio"),
    ResponseOutputAudioDoneEvent: GrowingResponse.finish_audio,
    ResponseOutputAudioTranscriptDeltaEvent: grow_part("transcript"),
    ResponseOutputAudioTranscriptDoneEvent: GrowingResponse.finish_transcript,
    ResponseFunctionCallArgumentsDeltaEvent: GrowingResponse.grow_arguments,
    ResponseFunctionCallArgumentsDoneEvent: GrowingResponse.finish_arguments,
    ResponseMcpCallArgumentsDeltaEvent: GrowingResponse.grow_arguments,
    ResponseMcpCallArgumentsDoneEvent: GrowingResponse.finish_arguments,
}
"""What to do with each event that names the response it belongs to."""
