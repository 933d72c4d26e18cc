"""What the events about a conversation add up to."""

from collections.abc import Mapping
from typing import ClassVar, TypeAlias

from rtmodels.accumulate._items import GrowingItem, id_of
from rtmodels.accumulate._responses import Decoder, Handler, ResponseAccumulator
from rtmodels.accumulate._transcription import GrowingTranscription, Transcription
from rtmodels.schema._model import UNSET
from rtmodels.schema.events.conversation import (
    ConversationItemAddedEvent,
    ConversationItemCreatedEvent,
    ConversationItemDeletedEvent,
    ConversationItemDoneEvent,
    ConversationItemInputAudioTranscriptionCompletedEvent,
    ConversationItemInputAudioTranscriptionDeltaEvent,
    ConversationItemInputAudioTranscriptionFailedEvent,
    ConversationItemInputAudioTranscriptionSegmentEvent,
    ConversationItemRetrievedEvent,
    ConversationItemTruncatedEvent,
)
from rtmodels.schema.items import (
    RealtimeConversationItem,
    RealtimeConversationItemMessageUser,
)

TranscriptionEvent: TypeAlias = (
    ConversationItemInputAudioTranscriptionDeltaEvent
    | ConversationItemInputAudioTranscriptionSegmentEvent
    | ConversationItemInputAudioTranscriptionCompletedEvent
    | ConversationItemInputAudioTranscriptionFailedEvent
)
ItemEvent: TypeAlias = (
    ConversationItemAddedEvent
    | ConversationItemCreatedEvent
    | ConversationItemDoneEvent
    | ConversationItemRetrievedEvent
)


class ConversationAccumulator(ResponseAccumulator):
    """Holds a conversation as far as it is known: its items, and all the responses.

    ::

        accumulator = ConversationAccumulator(audio=False)
        for frame in websocket:
            match accumulator.feed(frame):
                case ConversationItemDoneEvent():
                    show(accumulator.items)

    Output of responses outside the conversation is not among its items. An item is
    held until the server says that it is deleted, also when its response is popped.
    """

    def __init__(self, *, audio: bool = True, decode: Decoder | None = None) -> None:
        """Begin with an empty session; the arguments are those of the base class."""
        super().__init__(audio=audio, decode=decode)
        self._order: list[GrowingItem] = []
        self._placed: dict[str | None, GrowingItem] = {}
        self._deleted: set[str | None] = set()
        self._transcriptions: dict[tuple[str, int], GrowingTranscription] = {}
        self._frozen: tuple[RealtimeConversationItem, ...] = ()

    @property
    def items(self) -> tuple[RealtimeConversationItem, ...]:
        """The items in order, as far as they are known.

        If any has changed, this looks at each of them, and copies what has grown.
        """
        if self._ledger.changed:
            self._frozen = tuple(item.freeze() for item in self._order)
            self._ledger.changed = False
        return self._frozen

    def item(self, item_id: str) -> RealtimeConversationItem | None:
        """Give an item as far as it is known; ``None`` if it is not there."""
        item = self._placed.get(item_id)
        return None if item is None else item.freeze()

    def transcription(
        self, item_id: str, content_index: int = 0
    ) -> Transcription | None:
        """Tell what is known about the transcript of what the caller said."""
        transcription = self._transcriptions.get((item_id, content_index))
        return None if transcription is None else transcription.freeze()

    def _forget(self, item: GrowingItem) -> None:
        """Hold *item* no longer, unless it is part of the conversation."""
        if self._placed.get(item.id) is not item:
            super()._forget(item)

    def _add(
        self, event: ConversationItemAddedEvent | ConversationItemCreatedEvent
    ) -> None:
        """Take an item that enters the conversation."""
        id_ = id_of(event.item)
        if id_ in self._placed:
            self._ledger.report_repeated(event)
        else:
            self._deleted.discard(id_)
            self._place(event).announce(event.item)

    def _find_item(self, event: ItemEvent) -> GrowingItem | None:
        """Give the item that *event* has, which is put in if it is news."""
        id_ = id_of(event.item)
        item = self._placed.get(id_)
        if item is None and id_ in self._deleted:
            self._ledger.report_late(event)
        elif item is None:
            self._ledger.report_unannounced(event, "conversation.item.added")
            item = self._place(event)
        return item

    def _place(self, event: ItemEvent) -> GrowingItem:
        """Put the item that *event* has into the conversation.

        Its response may have begun it, or the transcription of what the caller says.
        """
        id_ = id_of(event.item)
        item = self._ledger.items.get(id_) or GrowingItem(event.item, announced=False)
        self._insert(item, event)
        if id_ is not None:
            self._placed[id_] = self._ledger.items[id_] = item
        self._touch(item)
        return item

    def _insert(self, item: GrowingItem, event: ItemEvent) -> None:
        """Insert *item* after the previous one: null is the start, absent the end."""
        previous = getattr(event, "previous_item_id", UNSET)
        if previous is None and not isinstance(event, ConversationItemDoneEvent):
            self._order.insert(0, item)
            return
        before = self._placed.get(previous) if previous else None
        if before is None or before is self._order[-1]:
            self._order.append(item)
        else:
            self._order.insert(self._order.index(before) + 1, item)
        if before is None and previous:
            self._ledger.report_unannounced(event, f"the item {previous}")

    def _finish(self, event: ConversationItemDoneEvent) -> None:
        """Take an item in its final state."""
        item = self._find_item(event)
        if item is not None:
            self._ledger.finish(item, event.item, event)
            self._touch(item)

    def _replace(self, event: ConversationItemRetrievedEvent) -> None:
        """Take an item as the server holds it, unless it still grows."""
        item = self._find_item(event)
        if item is not None and (item.done or item.response_id is None):
            item.replace(event.item)
            self._touch(item)

    def _truncate(self, event: ConversationItemTruncatedEvent) -> None:
        """Cut off the end of an answer, which nobody heard."""
        if event.item_id in self._deleted:
            self._ledger.report_late(event)
        elif event.item_id not in self._ledger.items:
            self._ledger.report_unannounced(event, "conversation.item.added")
        super()._truncate(event)

    def _delete(self, event: ConversationItemDeletedEvent) -> None:
        """Drop an item; a response that made it still has it."""
        item = self._placed.pop(event.item_id, None)
        if item is None:
            if event.item_id in self._deleted:
                self._ledger.report_repeated(event)
            else:
                self._ledger.report_unannounced(event, "conversation.item.added")
        else:
            self._order.remove(item)
            for index in item.parts:
                self._transcriptions.pop((event.item_id, index), None)
            if item.response_id not in self._responses:
                self._forget(item)
            self._ledger.changed = True
        self._deleted.add(event.item_id)

    def _listen(self, event: TranscriptionEvent) -> GrowingTranscription | None:
        """Find what *event* adds to, unless that is gone."""
        item_id, index = event.item_id, event.content_index or 0
        found = self._transcriptions.get((item_id, index))
        if found is not None:
            return found
        if item_id in self._deleted:
            self._ledger.report_late(event)
            return None
        item = self._ledger.items.get(item_id)
        if item is None:  # the caller is still speaking
            guess = RealtimeConversationItemMessageUser(id=item_id, content=())
            item = GrowingItem(guess, announced=False)
            self._ledger.items[item_id] = item
        found = GrowingTranscription(item, item.open_part(index))
        self._transcriptions[item_id, index] = found
        self._touch(item)
        return found

    def _grow_transcript(
        self, event: ConversationItemInputAudioTranscriptionDeltaEvent
    ) -> None:
        """Take some more words of what the caller said."""
        found = self._listen(event)
        if found is None:
            return
        growth = found.part.transcript
        if growth.closed:
            self._ledger.refuse(growth, event)
            return
        if not growth.pending:
            self._touch(found.item)
        growth.pending.append(event.delta or "")
        if event.logprobs:
            found.logprobs += event.logprobs

    def _add_segment(
        self, event: ConversationItemInputAudioTranscriptionSegmentEvent
    ) -> None:
        """Take a stretch of speech by one voice."""
        found = self._listen(event)
        if found is not None:
            found.segments.append(event)

    def _finish_transcript(
        self, event: ConversationItemInputAudioTranscriptionCompletedEvent
    ) -> None:
        """Compare the words gathered with the transcript, which counts.

        The first delta begins with a blank that the transcript has not.
        """
        found = self._listen(event)
        if found is None:
            return
        growth, said = found.part.transcript, event.transcript.strip()
        got = growth.gathered.strip()
        midway = not found.item.announced and said.endswith(got)
        if got not in ("", said) and not midway:
            self._ledger.contradict("transcript", event, said, got)
        growth.close(event.transcript)
        found.end = event
        self._touch(found.item)

    def _fail_transcript(
        self, event: ConversationItemInputAudioTranscriptionFailedEvent
    ) -> None:
        """Drop the words gathered."""
        found = self._listen(event)
        if found is not None:
            found.part.transcript.close(None)
            found.end = event
            self._touch(found.item)

    _handlers: ClassVar[Mapping[type, Handler]] = {
        **ResponseAccumulator._handlers,  # noqa: SLF001 - the base class
        ConversationItemAddedEvent: _add,
        ConversationItemCreatedEvent: _add,
        ConversationItemDoneEvent: _finish,
        ConversationItemRetrievedEvent: _replace,
        ConversationItemTruncatedEvent: _truncate,
        ConversationItemDeletedEvent: _delete,
        ConversationItemInputAudioTranscriptionDeltaEvent: _grow_transcript,
        ConversationItemInputAudioTranscriptionSegmentEvent: _add_segment,
        ConversationItemInputAudioTranscriptionCompletedEvent: _finish_transcript,
        ConversationItemInputAudioTranscriptionFailedEvent: _fail_transcript,
    }
