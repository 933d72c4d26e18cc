"""The server's own part of a session: what it answers without a model."""

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from attrs import evolve

from rtmodels import (
    ConversationItemAddedEvent,
    ConversationItemCreateEvent,
    ConversationItemDeletedEvent,
    ConversationItemDeleteEvent,
    ConversationItemDoneEvent,
    ConversationItemRetrievedEvent,
    ConversationItemRetrieveEvent,
    ConversationItemTruncatedEvent,
    ConversationItemTruncateEvent,
    InputAudioBufferAppendEvent,
    InputAudioBufferClearedEvent,
    InputAudioBufferClearEvent,
    InputAudioBufferCommitEvent,
    InputAudioBufferCommittedEvent,
    OutputAudioBufferClearedEvent,
    OutputAudioBufferClearEvent,
    RealtimeClientEvent,
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemFunctionCallOutput,
    RealtimeConversationItemMessageUser,
    RealtimeConversationItemMessageUserContent,
    ResponseCancelEvent,
    ResponseCreateEvent,
    SessionUpdatedEvent,
    SessionUpdateEvent,
)
from rtmodels.adapters.dicts import DictAdapter
from rtmodels.testing._refusals import RefusalError, already_exists, no_such_item
from rtmodels.testing._session import DEFAULT_MODEL, Settings

__all__ = ["Conversation"]

MIN_COMMIT_MS = 100
"""Milliseconds of audio that the server wants before it makes an item of them."""

_CLIENT_EVENTS: DictAdapter[Any] = DictAdapter(RealtimeClientEvent)


class Conversation:
    """The items, the audio and the settings of one session.

    `answer` does what the real server does without a model. It sends through *send*,
    and raises a `RefusalError` for what the real server refuses.
    """

    def __init__(
        self,
        send: Callable[[Any], None],
        *,
        number: int = 1,
        model: str = DEFAULT_MODEL,
        left_out: tuple[str, ...] = (),
    ) -> None:
        self._send = send
        self._counts: Counter[str] = Counter()
        self._number = number
        self.id: str = self.make_id("conv")
        self.settings: Settings = Settings(
            self.make_id("sess"), model, left_out=left_out
        )
        self.items: dict[str, Any] = {}
        """The items by id, in their order."""
        self.audio: bytearray = bytearray()
        """All audio that the client has appended."""
        self.pending_audio: int = 0
        """Bytes at its end that no item holds yet."""
        self.speaking: str | None = None
        """The id of the item that the caller is speaking, if there is one."""
        self.output_ms: dict[str, float] = {}
        """Milliseconds of audio that each item of the model has."""
        self.requests: list[ResponseCreateEvent] = []
        """What the script has yet to answer."""
        self.active: str | None = None
        """The id of the response that is in progress."""
        self.is_cancelled: bool = False
        """Whether the client has cancelled that response."""

    def make_id(self, kind: str) -> str:
        """Return the next id of *kind*, such as ``item``."""
        self._counts[kind] += 1
        return f"{kind}_{self._number:03}{self._counts[kind]:06}"

    @property
    def last_item_id(self) -> str | None:
        """The id of the last item."""
        return next(reversed(self.items), None)

    @property
    def audio_ms(self) -> int:
        """Milliseconds of audio that the client has appended."""
        return len(self.audio) * 1000 // self.settings.measure("input")

    def answer(self, event: Any) -> None:
        """Acknowledge the client's *event*.

        Raises:
            RefusalError: The real server would refuse it.
        """
        handle = self._HANDLERS.get(type(event))
        if handle is not None:
            handle(self, event)

    def add_item(self, item: Any, previous: str | None) -> None:
        """Put *item* after the item *previous*, or first, and announce it."""
        self.insert(item, previous)
        for cls in (ConversationItemAddedEvent, ConversationItemDoneEvent):
            self._send(
                cls(
                    event_id=self.make_id("event"), item=item, previous_item_id=previous
                )
            )

    def insert(self, item: Any, previous: str | None) -> None:
        """Put *item* after the item *previous*, or first."""
        if previous == self.last_item_id:
            self.items[item.id] = item
            return

        entries = list(self.items.items())
        place = 0 if previous is None else list(self.items).index(previous) + 1
        entries.insert(place, (item.id, item))
        self.items.clear()
        self.items.update(entries)

    def commit(self, item_id: str) -> None:
        """Make the item *item_id* of the audio that no item holds yet."""
        previous = self.last_item_id
        self.pending_audio = 0
        self._send(
            InputAudioBufferCommittedEvent(
                event_id=self.make_id("event"),
                item_id=item_id,
                previous_item_id=previous,
            )
        )
        part = RealtimeConversationItemMessageUserContent(type="input_audio")
        item = RealtimeConversationItemMessageUser(
            id=item_id, status="completed", content=(part,)
        )
        self.add_item(item, previous)

    def _update(self, event: SessionUpdateEvent) -> None:
        changes = _CLIENT_EVENTS.encode(event)["session"]
        self.settings.update(changes)
        self._send(
            SessionUpdatedEvent(
                event_id=self.make_id("event"), session=self.settings.value
            )
        )

    def _create_item(self, event: ConversationItemCreateEvent) -> None:
        item, previous = event.item, event.previous_item_id
        item_id = getattr(item, "id", None)
        if item_id in self.items:
            raise already_exists(item_id)
        if isinstance(item, RealtimeConversationItemFunctionCallOutput):
            self._check_call(item.call_id)

        previous = self.last_item_id if previous is None else previous
        if previous == "root":
            previous = None
        if previous is not None and previous not in self.items:
            raise no_such_item("create", previous, "previous_item_id")

        # Outputs of functions have no status on the wire.
        changes: dict[str, Any] = {"id": item_id or self.make_id("item")}
        if getattr(item, "type", None) in {"message", "function_call"}:
            changes["status"] = "completed"
        self.add_item(evolve(item, **changes), previous)

    def _check_call(self, call_id: str) -> None:
        calls = [
            item.call_id
            for item in self.items.values()
            if isinstance(item, RealtimeConversationItemFunctionCall)
        ]
        if call_id not in calls:
            raise RefusalError(
                message=f"Tool call ID '{call_id}' not found in conversation.",
                code="invalid_tool_call_id",
                param="item.call_id",
            )

    def _retrieve(self, event: ConversationItemRetrieveEvent) -> None:
        item = self._find(event.item_id, "retrieve")
        self._send(
            ConversationItemRetrievedEvent(event_id=self.make_id("event"), item=item)
        )

    def _delete(self, event: ConversationItemDeleteEvent) -> None:
        self._find(event.item_id, "delete")
        del self.items[event.item_id]
        self._send(
            ConversationItemDeletedEvent(
                event_id=self.make_id("event"), item_id=event.item_id
            )
        )

    def _truncate(self, event: ConversationItemTruncateEvent) -> None:
        self._find(event.item_id, "truncate")
        length = self.output_ms.get(event.item_id)
        if length is None:
            raise RefusalError(
                message="Only model output audio messages can be truncated"
            )
        if event.audio_end_ms > length:
            raise RefusalError(
                message=f"Audio content of {length:.0f}ms is already shorter than "
                f"{event.audio_end_ms}ms",
                code="invalid_value",
                param="audio_end_ms",
            )

        self.output_ms[event.item_id] = event.audio_end_ms
        self._send(
            ConversationItemTruncatedEvent(
                event_id=self.make_id("event"),
                item_id=event.item_id,
                content_index=event.content_index,
                audio_end_ms=event.audio_end_ms,
            )
        )

    def _find(self, item_id: str, verb: str) -> Any:
        if item_id not in self.items:
            raise no_such_item(verb, item_id)
        return self.items[item_id]

    def _append(self, event: InputAudioBufferAppendEvent) -> None:
        self.audio += event.audio
        self.pending_audio += len(event.audio)

    def _commit(self, _: InputAudioBufferCommitEvent) -> None:
        length = self.pending_audio * 1000 / self.settings.measure("input")
        if length < MIN_COMMIT_MS:
            raise RefusalError(
                message="Error committing input audio buffer: buffer too small. "
                f"Expected at least {MIN_COMMIT_MS}ms of audio, "
                f"but buffer only has {length:.2f}ms of audio.",
                code="input_audio_buffer_commit_empty",
            )
        self.commit(self.speaking or self.make_id("item"))
        self.speaking = None

    def _clear(self, _: InputAudioBufferClearEvent) -> None:
        self.pending_audio = 0
        self._send(InputAudioBufferClearedEvent(event_id=self.make_id("event")))

    def _clear_output(self, _: OutputAudioBufferClearEvent) -> None:
        self._send(
            OutputAudioBufferClearedEvent(
                event_id=self.make_id("event"), response_id=self.active or ""
            )
        )

    def _request(self, event: ResponseCreateEvent) -> None:
        # Responses outside the conversation may run beside one inside.
        if not _is_outside(event):
            running = next((x for x in self.requests if not _is_outside(x)), None)
            if self.active is not None or running is not None:
                name = self.active or "in progress"
                raise RefusalError(
                    message="Conversation already has an active response in progress: "
                    f"{name}. Wait until the response is finished before creating a "
                    "new one.",
                    code="conversation_already_has_active_response",
                )
        self.requests.append(event)

    def _cancel(self, event: ResponseCancelEvent) -> None:
        named = event.response_id
        if self.active is None or (named is not None and named != self.active):
            raise RefusalError(
                message="Cancellation failed: no active response found",
                code="response_cancel_not_active",
            )
        self.is_cancelled = True

    _HANDLERS: ClassVar[dict[type, Callable[[Any, Any], None]]] = {
        SessionUpdateEvent: _update,
        ConversationItemCreateEvent: _create_item,
        ConversationItemRetrieveEvent: _retrieve,
        ConversationItemDeleteEvent: _delete,
        ConversationItemTruncateEvent: _truncate,
        InputAudioBufferAppendEvent: _append,
        InputAudioBufferCommitEvent: _commit,
        InputAudioBufferClearEvent: _clear,
        OutputAudioBufferClearEvent: _clear_output,
        ResponseCreateEvent: _request,
        ResponseCancelEvent: _cancel,
    }


def _is_outside(event: ResponseCreateEvent) -> bool:
    """Check whether *event* asks for a response outside the conversation."""
    return event.response is not None and event.response.conversation == "none"
