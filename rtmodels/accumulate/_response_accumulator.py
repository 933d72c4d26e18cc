"""`ResponseAccumulator`: the responses that the events of a session describe.

`_conversation_accumulator` may import it, and the package exports it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, AnyStr, ClassVar, overload

from rtmodels.accumulate._audio import bytes_per_second
from rtmodels.accumulate._event import Event, EventHandler, RawEvent, is_event
from rtmodels.accumulate._mismatch import Mismatch
from rtmodels.accumulate._parts import Stream
from rtmodels.accumulate._placeholders import placeholder_response
from rtmodels.accumulate._response import RESPONSE_HANDLERS, ResponseState
from rtmodels.accumulate._state import MESSAGE_CLASSES, ItemState, SessionState
from rtmodels.schema._model import Model
from rtmodels.schema.events.conversation import ConversationItemTruncatedEvent
from rtmodels.schema.events.output_audio_buffer import OutputAudioBufferClearedEvent
from rtmodels.schema.events.response import ResponseCreatedEvent, ResponseDoneEvent
from rtmodels.schema.events.session import SessionCreatedEvent, SessionUpdatedEvent
from rtmodels.schema.response import RealtimeResponse
from rtmodels.schema.session import RealtimeSessionCreateResponse

if TYPE_CHECKING:
    from rtmodels.schema.events import RealtimeServerEvent


class ResponseAccumulator:
    """Collects the events of a session into responses.

    ::

        adapter = JsonAdapter(RealtimeServerEvent)
        accumulator = ResponseAccumulator()
        for frame in websocket:
            match accumulator.feed(adapter.decode(frame)):
                case ResponseOutputAudioTranscriptDeltaEvent(item_id=item_id):
                    show(accumulator.transcript(item_id))
                case ResponseDoneEvent(response=RealtimeResponse(id=response_id)):
                    save(accumulator.pop(response_id))

    The responses that it returns are frozen, and never change. A delta costs the same
    however many came before it. Reading a response copies the texts and audio that have
    grown since the last read, and costs nothing if none has.

    Responses, with their audio, are kept until they are popped. An
    accumulator is for one session, and for one thread at a time.
    """

    def __init__(self, *, audio: bool = True) -> None:
        """Begin with an empty session.

        Args:
            audio: Whether to keep the bytes of audio, which no *done* event repeats.
        """
        self._session = SessionState(audio)
        self._responses: dict[str, ResponseState] = {}

    @overload
    def feed(self, event: Event) -> Event: ...
    @overload
    def feed(self, event: RawEvent) -> "RealtimeServerEvent": ...
    def feed(self, event: Any) -> Any:
        """Add one event, and return it.

        No event raises an exception, whatever came before it: inconsistencies are
        recorded in `mismatches`. Unknown events and unrelated ones have no effect. Nor
        has an event that was fed before, with the same id and content: that is a
        mismatch of the kind ``repeated``. A delta is compared with the one before it,
        and any other event with at least the last 128.

        Args:
            event: An event from the server: as an adapter decodes it, as parsed JSON,
                or as one frame of JSON. The latter two are decoded in forgiving mode,
                and those of the beta upgraded. Pass events of the beta that are decoded
                already, and those of servers other than OpenAI's, through
                `rtmodels.upgrade` first; what that leaves as it is has no effect.

        Raises:
            TypeError: *event* is neither an event, nor a mapping, bytes or text.
            DecodeError: *event* is bytes or text, and not JSON.
            ValidationError: *event* is JSON, and not an object.
        """
        # Most events are deltas, so their table comes first.
        handler = RESPONSE_HANDLERS.get(event.__class__)
        if handler is None:
            return self._feed_other(event)

        inside: Any = event  # each class in that table has a `response_id`
        response = self._responses.get(inside.response_id)
        if response is None:
            response = self._open_response(inside.response_id, inside)
        handler(response, inside)
        return event

    @property
    def response_ids(self) -> tuple[str, ...]:
        """The ids of all responses, in the order in which they began."""
        return tuple(self._responses)

    @property
    def running(self) -> tuple[str, ...]:
        """The ids of the responses that are not over."""
        return tuple(r.id for r in self._responses.values() if not r.done)

    @property
    def interrupted(self) -> tuple[str, ...]:
        """The ids of the responses that were cancelled, cut off or not fully played.

        The ``status`` and ``status_details`` of each say how it ended.
        """
        return tuple(r.id for r in self._responses.values() if r.interrupted)

    @property
    def mismatches(self) -> tuple[Mismatch, ...]:
        """The places where the events contradict each other, in order.

        Only the first 1,000 are kept; `mismatch_count` counts them all.
        """
        return tuple(self._session.mismatches)

    @property
    def mismatch_count(self) -> int:
        """How many mismatches there were since the last call of `pop_mismatches`."""
        return self._session.mismatch_count

    def pop_mismatches(self) -> tuple[Mismatch, ...]:
        """Return `mismatches`, and drop them."""
        mismatches = self.mismatches
        self._session.mismatches.clear()
        self._session.mismatch_count = 0
        return mismatches

    def response(self, response_id: str | None = None) -> RealtimeResponse | None:
        """Return a response as it is now; ``None`` if it is unknown.

        Once it is over, it is the response of ``response.done``, plus the audio.

        Args:
            response_id: Which response; by default, the one that began last.
        """
        response = self._find(response_id)
        return None if response is None else response.snapshot()

    def pop(self, response_id: str | None = None) -> RealtimeResponse | None:
        """Return a response as it is now, and drop it.

        Wait until it has been played. Until then the caller can interrupt it, and the
        accumulator needs the response when ``conversation.item.truncated`` arrives,
        which may be long after ``response.done``.

        Args:
            response_id: Which response; by default, the one that began last.
        """
        response = self._find(response_id)
        if response is None:
            return None

        del self._responses[response.id]
        for item in response.items.values():
            self._release(item)
        return response.snapshot()

    def text(self, item_id: str, content_index: int = 0) -> str:
        """Return the text so far of one part of a message."""
        return self._read(item_id, content_index, "text", "")

    def transcript(self, item_id: str, content_index: int = 0) -> str:
        """Return the transcript so far of one part of a message."""
        return self._read(item_id, content_index, "transcript", "")

    def audio(self, item_id: str, content_index: int = 0) -> bytes:
        """Return the audio so far of one part of a message."""
        return self._read(item_id, content_index, "audio", b"")

    def arguments(self, item_id: str) -> str:
        """Return the arguments so far of a call; once complete, they should be JSON."""
        item = self._session.items.get(item_id)
        return "" if item is None else item.arguments.gathered

    def _read(
        self, item_id: str, content_index: int, name: Stream, empty: AnyStr
    ) -> AnyStr:
        """Return field *name* of a part of a message, or *empty*."""
        item = self._session.items.get(item_id)
        value: Any = None if item is None else item.read(content_index, name)
        return empty if value is None else value

    def _find(self, response_id: str | None) -> ResponseState | None:
        """Find a response; the one that began last if *response_id* is ``None``."""
        if response_id is None:
            return next(reversed(self._responses.values()), None)
        return self._responses.get(response_id)

    def _release(self, item: ItemState) -> None:
        """Drop *item*, since its response is dropped."""
        # Not by id alone: another response may have an item with the same id.
        if self._session.items.get(item.id) is item:
            del self._session.items[item.id]

    def _feed_other(self, event: Any) -> Any:
        """Add an event that is not about the contents of a response; return it."""
        handler = self._handlers.get(event.__class__)
        if handler is not None:
            if not self._session.is_repeated(event):
                handler(self, event)
        elif not is_event(event):
            from rtmodels.accumulate._decode import decode_event  # noqa: PLC0415 - slow

            return self.feed(decode_event(event, "RealtimeServerEvent"))
        return event

    def _open_response(self, response_id: str, event: Model) -> ResponseState:
        """Add a placeholder for a response that *event* mentions, and report that."""
        self._session.report_unannounced(event, "response.created")
        placeholder = placeholder_response(response_id)
        return self._add_response(response_id, placeholder, announced=False)

    def _add_response(
        self, response_id: str, base: RealtimeResponse, *, announced: bool
    ) -> ResponseState:
        """Register a response under its id, with the current audio format."""
        response = self._responses[response_id] = ResponseState(
            response_id, base, self._session, announced, self._session.audio_format
        )
        return response

    def _begin_response(self, event: ResponseCreatedEvent) -> None:
        """Add the response of *event*, or replace the placeholder for it."""
        first = event.response
        if first.id is None:
            self._session.report_unannounced(event, "an id")
            return

        response = self._responses.get(first.id)
        if response is None:
            response = self._add_response(first.id, first, announced=True)
            for index, item in enumerate(first.output or ()):
                response.add_item(item, index)
        elif response.announced:
            self._session.report_repeated(event)
        else:
            response.announce(event)

    def _finish_response(self, event: ResponseDoneEvent) -> None:
        """Replace a response with its final state."""
        response_id = event.response.id
        if response_id is None:
            self._session.report_unannounced(event, "an id")
            return

        response = self._responses.get(response_id)
        if response is None:
            response = self._open_response(response_id, event)
        response.finish(event)

    def _truncate(self, event: ConversationItemTruncatedEvent) -> None:
        """Cut off the end of an answer, which was not played."""
        item = self._session.items.get(event.item_id)
        if item is None or not isinstance(item.base, MESSAGE_CLASSES):
            return

        part = item.open_part(event.content_index)
        response = self._responses.get(item.response_id or "")
        rate = bytes_per_second(self._session.audio_format)
        if response is not None:
            # The session may have changed its format since the response began.
            rate = response.bytes_per_second
            response.interrupted = True

        if not part.truncate(event.audio_end_ms, rate):
            self._session.report_contradiction(
                "audio", event, f"{event.audio_end_ms} ms", "a format of unknown rate"
            )
        self._invalidate(item)

    def _invalidate(self, item: ItemState) -> None:
        """Drop the snapshots of *item*, its response and the conversation."""
        item.cached = None
        self._session.changed = True
        response = self._responses.get(item.response_id or "")
        if response is not None:
            response.cached = None

    def _stop_playback(self, event: OutputAudioBufferClearedEvent) -> None:
        """Record that the rest of a response is not played."""
        response = self._responses.get(event.response_id)
        if response is not None:
            response.interrupted = True

    def _update_session(self, event: SessionCreatedEvent | SessionUpdatedEvent) -> None:
        """Record how audio is encoded from now on."""
        # A transcription session has no output, and an update may leave the format out.
        session = event.session
        if isinstance(session, RealtimeSessionCreateResponse):
            output = session.audio and session.audio.output
            self._session.audio_format = (
                output and output.format
            ) or self._session.audio_format

    _handlers: ClassVar[Mapping[type, EventHandler]] = {
        ResponseCreatedEvent: _begin_response,
        ResponseDoneEvent: _finish_response,
        ConversationItemTruncatedEvent: _truncate,
        OutputAudioBufferClearedEvent: _stop_playback,
        SessionCreatedEvent: _update_session,
        SessionUpdatedEvent: _update_session,
    }
    """The method for each class of event that is not in `RESPONSE_HANDLERS`."""
