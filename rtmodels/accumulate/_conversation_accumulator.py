"""`ConversationAccumulator`: the items of a conversation, and their transcriptions.

Only the package itself imports it, and exports its public classes.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, TypeAlias

from attrs import define, field, frozen

from rtmodels._display import truncate
from rtmodels.accumulate._event import EventHandler
from rtmodels.accumulate._mismatch import MAX_ID
from rtmodels.accumulate._order import ItemOrder
from rtmodels.accumulate._parts import PartState, ends_with
from rtmodels.accumulate._placeholders import placeholder_user_message
from rtmodels.accumulate._response_accumulator import ResponseAccumulator
from rtmodels.accumulate._resumption import Resumption, resume_items
from rtmodels.accumulate._state import ItemState, get_item_id
from rtmodels.schema._model import UNSET
from rtmodels.schema.events.conversation import (
    ConversationItemAddedEvent,
    ConversationItemCreatedEvent,
    ConversationItemDeletedEvent,
    ConversationItemDoneEvent,
    ConversationItemInputAudioTranscriptionCompletedEvent,
    ConversationItemInputAudioTranscriptionDeltaEvent,
    ConversationItemInputAudioTranscriptionFailedEvent,
    ConversationItemInputAudioTranscriptionFailedEventError,
    ConversationItemInputAudioTranscriptionSegmentEvent,
    ConversationItemRetrievedEvent,
    ConversationItemTruncatedEvent,
)
from rtmodels.schema.items import (
    RealtimeConversationItem,
    RealtimeConversationItemFunctionCallOutput,
)
from rtmodels.schema.usage import (
    LogProbProperties,
    TranscriptionLanguage,
    TranscriptTextUsage,
)

MAX_DELETED = 10_000
"""Maximum number of ids of deleted items that are kept."""

TranscriptionStatus: TypeAlias = Literal["in_progress", "completed", "failed"]
"""How far a transcription has come."""

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


@frozen(kw_only=True)
class Transcription:
    """All about the transcript of the caller's speech, except the words.

    The words themselves are in the item.
    """

    status: TranscriptionStatus
    """How far it has come."""

    logprobs: tuple[LogProbProperties, ...] = ()
    """How sure the transcriber is of each token, if the session asks for it."""

    segments: tuple[ConversationItemInputAudioTranscriptionSegmentEvent, ...] = ()
    """Who said what and when, if the transcriber tells speakers apart."""

    languages: tuple[TranscriptionLanguage, ...] = ()
    """The languages recognised."""

    usage: TranscriptTextUsage | None = None
    """What it cost."""

    error: ConversationItemInputAudioTranscriptionFailedEventError | None = None
    """Why the transcription failed, if it did."""


@define(eq=False)
class TranscriptionState:
    """One transcription, and the part of the item that its words go into."""

    item: ItemState
    part: PartState

    logprobs: list[LogProbProperties] = field(factory=list)

    segments: list[ConversationItemInputAudioTranscriptionSegmentEvent] = field(
        factory=list
    )

    provisional: bool = False
    """Whether the words may change until the end, and not only grow."""

    end: (
        ConversationItemInputAudioTranscriptionCompletedEvent
        | ConversationItemInputAudioTranscriptionFailedEvent
        | None
    ) = None
    """The event that ended it."""

    def snapshot(self) -> Transcription:
        """Return the transcription as it is now."""
        segments = tuple(self.segments)

        match self.end:
            case ConversationItemInputAudioTranscriptionCompletedEvent() as end:
                return Transcription(
                    status="completed",
                    logprobs=end.logprobs or tuple(self.logprobs),
                    segments=segments,
                    languages=end.languages or (),
                    usage=end.usage,
                )

            case ConversationItemInputAudioTranscriptionFailedEvent() as end:
                return Transcription(
                    status="failed", segments=segments, error=end.error
                )

            case _:
                return Transcription(
                    status="in_progress",
                    logprobs=tuple(self.logprobs),
                    segments=segments,
                )


def _rolling_transcript(event: Any) -> str | None:
    """Return what the caller said so far, if *event* says all of it anew.

    Only other servers send such events. They are told by their type, so that their
    classes are not loaded for others.
    """
    text: str | None = None
    match getattr(event, "type", None):
        case "conversation.item.input_audio_transcription.updated":
            text = event.transcript
        case "conversation.item.input_audio_transcription.text":
            text = event.text + (event.stash or "")
    return text


class ConversationAccumulator(ResponseAccumulator):
    """Collects the events of a session into its conversation, and into responses.

    ::

        adapter = JsonAdapter(RealtimeServerEvent)
        accumulator = ConversationAccumulator(audio=False)
        for frame in websocket:
            match accumulator.feed(adapter.decode(frame)):
                case ConversationItemDoneEvent():
                    show(accumulator.items)

    Output of responses outside the conversation is not among its items. An item is
    kept until the server deletes it, even if its response is popped.
    """

    def __init__(self, *, audio: bool = True) -> None:
        """Begin with an empty session; *audio* is that of the base class."""
        super().__init__(audio=audio)
        self._order = ItemOrder()
        self._placed: dict[str | None, ItemState] = {}
        # The values mean nothing: a dict keeps the ids in order, and a set does not.
        self._deleted: dict[str | None, None] = {}
        # By the id of the item, then by content index.
        self._transcriptions: dict[str, dict[int, TranscriptionState]] = {}
        self._cached: tuple[RealtimeConversationItem, ...] = ()

    @property
    def items(self) -> tuple[RealtimeConversationItem, ...]:
        """The items in order, as they are now.

        If any has changed, this visits each of them, and copies those that have grown.
        """
        # One flag for the whole session, so that deltas are cheap.
        if self._session.changed:
            self._cached = tuple(item.snapshot() for item in self._order)
            self._session.changed = False
        return self._cached

    def item(self, item_id: str) -> RealtimeConversationItem | None:
        """Return an item as it is now; ``None`` if no item has this id."""
        item = self._placed.get(item_id)
        return None if item is None else item.snapshot()

    def transcription(
        self, item_id: str, content_index: int = 0
    ) -> Transcription | None:
        """Return the state of a transcription; ``None`` if none has begun."""
        transcription = self._transcriptions.get(item_id, {}).get(content_index)
        return None if transcription is None else transcription.snapshot()

    def resume(self) -> Resumption:
        """Return the events that rebuild the conversation in a new session.

        ::

            resumption = accumulator.resume()
            for event in resumption.events:
                send(event)

        Send them in order, after ``session.created`` and your ``session.update``. The
        API accepts no audio of the model, so audio becomes text: its transcript, as far
        as it is known. The server drops that of a truncated answer, which then has no
        words. Images, the instructions in system messages, and function calls with
        their outputs are kept. What has to be left out, `Resumption.left_out` lists:
        audio without a transcript, messages without content, calls without an output
        and outputs without their call, items of MCP, items in progress, and unknown
        ones.

        Items keep their ids, if these have at most 32 characters, as the ids that a
        client chooses. Give the new session to an accumulator of its own.
        """
        return resume_items(self.items)

    def _release(self, item: ItemState) -> None:
        """Drop *item*, unless it is part of the conversation."""
        # Not by id alone: the id may be that of a later item by now.
        if self._placed.get(item.id) is not item:
            super()._release(item)

    def _add(
        self, event: ConversationItemAddedEvent | ConversationItemCreatedEvent
    ) -> None:
        """Add an item that enters the conversation."""
        id_ = get_item_id(event.item)
        if id_ in self._placed:
            self._session.report_repeated(event)
        else:
            # A server may use the id of a deleted item again.
            self._deleted.pop(id_, None)
            self._place(event).announce(event.item)

    def _find_item(self, event: ItemEvent) -> ItemState | None:
        """Return the item of *event*, which is added if it is new."""
        id_ = get_item_id(event.item)
        item = self._placed.get(id_)
        if item is None and id_ in self._deleted:
            self._session.report_late(event)
        elif item is None:
            self._session.report_unannounced(event, "conversation.item.added")
            item = self._place(event)

        return item

    def _place(self, event: ItemEvent) -> ItemState:
        """Add the item of *event* to the conversation.

        Events of its response, or of its transcription, may have mentioned it before.
        """
        id_ = get_item_id(event.item)
        item = self._session.items.get(id_) or ItemState(event.item, announced=False)
        self._insert(item, event)
        if id_ is not None:
            self._placed[id_] = self._session.items[id_] = item
        self._invalidate(item)
        return item

    def _insert(self, item: ItemState, event: ItemEvent) -> None:
        """Insert *item* after the previous item that *event* names.

        Null means the start of the conversation, and a missing key the end.
        """
        # In a *done* event, null is sent for items at any place. xAI sends it for calls
        # and their outputs as well, none of which can come first.
        previous = getattr(event, "previous_item_id", UNSET)
        is_first = previous is None and not isinstance(event, ConversationItemDoneEvent)
        is_reply = item.response_id is not None or isinstance(
            item.base, RealtimeConversationItemFunctionCallOutput
        )
        if is_first and not is_reply:
            self._order.insert(item, None)
            return

        before = self._placed.get(previous) if previous else None
        self._order.insert(item, before or self._order.last)
        if before is None and previous:
            missing = f"the item {truncate(previous, MAX_ID)}"
            self._session.report_unannounced(event, missing)

    def _finish(self, event: ConversationItemDoneEvent) -> None:
        """Replace an item with its final state, and report where the two differ."""
        item = self._find_item(event)
        if item is not None:
            self._session.finish(item, event.item, event)
            self._invalidate(item)

    def _replace(self, event: ConversationItemRetrievedEvent) -> None:
        """Replace an item with the one that the server holds, unless it still grows."""
        # While the item grows, what the server holds may be older than its last deltas.
        item = self._find_item(event)
        if item is not None and (item.done or item.response_id is None):
            item.replace(event.item)
            self._invalidate(item)

    def _truncate(self, event: ConversationItemTruncatedEvent) -> None:
        """Cut off the end of an answer, which was not played."""
        if event.item_id in self._deleted:
            self._session.report_late(event)
        elif event.item_id not in self._session.items:
            self._session.report_unannounced(event, "conversation.item.added")
        super()._truncate(event)

    def _delete(self, event: ConversationItemDeletedEvent) -> None:
        """Drop an item from the conversation; the response that output it keeps it."""
        item = self._placed.pop(event.item_id, None)
        if item is None:
            if event.item_id in self._deleted:
                self._session.report_repeated(event)
            else:
                self._session.report_unannounced(event, "conversation.item.added")
        else:
            self._order.remove(item)
            self._transcriptions.pop(event.item_id, None)

            # A response that is still kept releases its items when it is popped.
            if item.response_id not in self._responses:
                self._release(item)
            self._session.changed = True

        # Late events for the item are recognised by its id. They come soon if at all,
        # so that the oldest ids can be dropped.
        self._deleted[event.item_id] = None
        if len(self._deleted) > MAX_DELETED:
            del self._deleted[next(iter(self._deleted))]

    def _open_transcription(
        self, event: TranscriptionEvent
    ) -> TranscriptionState | None:
        """Return the transcription of *event*, unless its item is deleted."""
        item_id, index = event.item_id, event.content_index or 0
        found = self._transcriptions.get(item_id, {}).get(index)
        if found is not None:
            return found
        if item_id in self._deleted:
            self._session.report_late(event)
            return None

        # The transcription can begin before the item: the caller is still speaking.
        item = self._session.items.get(item_id)
        if item is None:
            item = ItemState(placeholder_user_message(item_id), announced=False)
            self._session.items[item_id] = item

        found = TranscriptionState(item, item.open_part(index))
        self._transcriptions.setdefault(item_id, {})[index] = found
        self._invalidate(item)
        return found

    def _feed_other(self, event: Any) -> Any:
        """Add an event that is not about the contents of a response; return it."""
        text = _rolling_transcript(event)
        if text is None:
            return super()._feed_other(event)
        self._replace_transcript(event, text)
        return event

    def _replace_transcript(self, event: Any, text: str) -> None:
        """Replace the transcript so far of the caller's speech with *text*."""
        found = self._open_transcription(event)
        if found is None:
            return

        # The caller may have paused only, and the server taken that for the end.
        found.provisional, found.end = True, None
        buffer = found.part.transcript
        buffer.close(text)
        buffer.closed = False
        self._invalidate(found.item)

    def _append_transcript(
        self, event: ConversationItemInputAudioTranscriptionDeltaEvent
    ) -> None:
        """Append a delta to the transcript of the caller's speech."""
        found = self._open_transcription(event)
        if found is None:
            return

        buffer = found.part.transcript
        if buffer.closed:
            self._session.report_late_delta(buffer, event)
            return

        # With deltas pending, no snapshot was taken since the last of them.
        if not buffer.pending:
            self._invalidate(found.item)
        buffer.pending.append(event.delta or "")
        if event.logprobs:
            found.logprobs += event.logprobs

    def _add_segment(
        self, event: ConversationItemInputAudioTranscriptionSegmentEvent
    ) -> None:
        """Add a segment of speech by one speaker."""
        found = self._open_transcription(event)
        if found is not None:
            found.segments.append(event)

    def _finish_transcript(
        self, event: ConversationItemInputAudioTranscriptionCompletedEvent
    ) -> None:
        """Replace the transcript with its final value, and report where they differ.

        Spaces at the ends are no difference: the first delta begins with one.
        """
        found = self._open_transcription(event)
        if found is None:
            return

        # Where the item was never announced, the first deltas may be missing.
        buffer, final = found.part.transcript, event.transcript.strip()
        got = buffer.gathered.strip()
        midway = not found.item.announced and ends_with(final, got)
        if got not in ("", final) and not midway and not found.provisional:
            self._session.report_contradiction("transcript", event, final, got)

        buffer.close(event.transcript)
        found.end = event
        self._invalidate(found.item)

    def _fail_transcript(
        self, event: ConversationItemInputAudioTranscriptionFailedEvent
    ) -> None:
        """Drop the words of a transcription that failed."""
        found = self._open_transcription(event)
        if found is not None:
            found.part.transcript.close(None)
            found.end = event
            self._invalidate(found.item)

    _handlers: ClassVar[Mapping[type, EventHandler]] = {
        **ResponseAccumulator._handlers,  # noqa: SLF001 - the base class
        ConversationItemAddedEvent: _add,
        ConversationItemCreatedEvent: _add,
        ConversationItemDoneEvent: _finish,
        ConversationItemRetrievedEvent: _replace,
        ConversationItemTruncatedEvent: _truncate,
        ConversationItemDeletedEvent: _delete,
        ConversationItemInputAudioTranscriptionDeltaEvent: _append_transcript,
        ConversationItemInputAudioTranscriptionSegmentEvent: _add_segment,
        ConversationItemInputAudioTranscriptionCompletedEvent: _finish_transcript,
        ConversationItemInputAudioTranscriptionFailedEvent: _fail_transcript,
    }
