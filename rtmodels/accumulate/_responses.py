"""What the events about responses add up to."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, AnyStr, ClassVar, Final, TypeAlias

from rtmodels.accumulate._audio import bytes_per_second
from rtmodels.accumulate._guess import guess_response
from rtmodels.accumulate._items import MESSAGES, GrowingItem
from rtmodels.accumulate._ledger import Ledger
from rtmodels.accumulate._mismatch import Mismatch
from rtmodels.accumulate._parts import Stream
from rtmodels.accumulate._response import METHODS, GrowingResponse
from rtmodels.schema._model import Model, Unknown
from rtmodels.schema.events import RealtimeServerEvent
from rtmodels.schema.events.conversation import ConversationItemTruncatedEvent
from rtmodels.schema.events.output_audio_buffer import OutputAudioBufferClearedEvent
from rtmodels.schema.events.response import ResponseCreatedEvent, ResponseDoneEvent
from rtmodels.schema.events.session import SessionCreatedEvent, SessionUpdatedEvent
from rtmodels.schema.response import RealtimeResponse
from rtmodels.schema.session import RealtimeSessionCreateResponse

Frame: TypeAlias = bytes | bytearray | memoryview | str
"""An event as it comes off the wire."""

FRAMES: Final = (bytes, bytearray, memoryview, str)
"""The members of `Frame`; a tuple is faster to look into than a union."""

Decoder: TypeAlias = Callable[[Any], RealtimeServerEvent]
"""What turns a frame into an event, such as an adapter's ``decode``."""

Handler: TypeAlias = Callable[[Any, Any], None]


class ResponseAccumulator:
    """Holds responses as far as they are known, from the events that bring them.

    ::

        accumulator = ResponseAccumulator()
        for frame in websocket:
            match accumulator.feed(frame):
                case ResponseOutputAudioTranscriptDeltaEvent(item_id=item_id):
                    show(accumulator.transcript(item_id))
                case ResponseDoneEvent(response=RealtimeResponse(id=response_id)):
                    save(accumulator.pop(response_id))

    What comes out is frozen, and never changes. A delta costs the same however many
    came before it. To ask for a response costs a copy of each of its texts, and of its
    audio, that has grown since somebody last asked, and nothing if none has.

    Each response is held until it is popped, with its audio, and so is each mismatch.
    An accumulator is for one session, and for one thread at a time.
    """

    def __init__(self, *, audio: bool = True, decode: Decoder | None = None) -> None:
        """Begin with an empty session.

        Args:
            audio: Whether to gather the bytes of audio, which no *done* event repeats.
            decode: Decodes frames: the method of an adapter for `RealtimeServerEvent`,
                which is a `JsonAdapter` by default.
        """
        self._decode = decode
        self._ledger = Ledger(audio)
        self._responses: dict[str, GrowingResponse] = {}

    def feed(self, event: RealtimeServerEvent | Frame) -> RealtimeServerEvent:
        """Take one event, or a frame that holds one, and give the event.

        No event raises anything, whatever came before it: what does not fit is in
        `mismatches`. Unknown events and those about other things have no effect.

        Args:
            event: What the server sent.

        Raises:
            DecodeError: The frame is not JSON.
            ValidationError: The frame is not what the schema says.
        """
        method = METHODS.get(event.__class__)
        if method is None:
            return self._feed_other(event)
        inside: Any = event
        response = self._responses.get(inside.response_id)
        if response is None:
            response = self._open_response(inside.response_id, inside)
        method(response, inside)
        return event  # type: ignore[return-value] # no frame has a method

    @property
    def response_ids(self) -> tuple[str, ...]:
        """All responses that are held, in the order in which they began."""
        return tuple(self._responses)

    @property
    def running(self) -> tuple[str, ...]:
        """The responses that are not over, by id."""
        return tuple(r.id for r in self._responses.values() if not r.done)

    @property
    def interrupted(self) -> tuple[str, ...]:
        """The responses that were cancelled, truncated or not played to the end, by id.

        The ``status`` and ``status_details`` of each say how it ended.
        """
        return tuple(r.id for r in self._responses.values() if r.interrupted)

    @property
    def mismatches(self) -> tuple[Mismatch, ...]:
        """Where the events did not agree with each other, in order."""
        return tuple(self._ledger.mismatches)

    def pop_mismatches(self) -> tuple[Mismatch, ...]:
        """Give `mismatches`, and hold them no longer."""
        mismatches = self.mismatches
        self._ledger.mismatches.clear()
        return mismatches

    def response(self, response_id: str | None = None) -> RealtimeResponse | None:
        """Give a response as far as it is known; ``None`` if it is not held.

        Once it is over, it is what ``response.done`` says, plus the audio.

        Args:
            response_id: Which response; by default, the one that began last.
        """
        response = self._find(response_id)
        return None if response is None else response.freeze()

    def pop(self, response_id: str | None = None) -> RealtimeResponse | None:
        """Give a response as far as it is known, and hold it no longer.

        As long as it is being played, the caller can interrupt, and then
        ``conversation.item.truncated`` comes for it, long after ``response.done``.

        Args:
            response_id: Which response; by default, the one that began last.
        """
        response = self._find(response_id)
        if response is None:
            return None
        del self._responses[response.id]
        for item in response.items.values():
            self._forget(item)
        return response.freeze()

    def text(self, item_id: str, content_index: int = 0) -> str:
        """Give what the model has written so far in one part of a message."""
        return self._read(item_id, content_index, "text", "")

    def transcript(self, item_id: str, content_index: int = 0) -> str:
        """Give the words so far of one part of a message."""
        return self._read(item_id, content_index, "transcript", "")

    def audio(self, item_id: str, content_index: int = 0) -> bytes:
        """Give the audio so far of one part of a message."""
        return self._read(item_id, content_index, "audio", b"")

    def arguments(self, item_id: str) -> str:
        """Give the arguments so far of a call; once complete, they should be JSON."""
        item = self._ledger.items.get(item_id)
        return "" if item is None else item.arguments.gathered

    def _read(
        self, item_id: str, content_index: int, name: Stream, empty: AnyStr
    ) -> AnyStr:
        """Give what a part of a message has under *name*."""
        item = self._ledger.items.get(item_id)
        value: Any = None if item is None else item.read(content_index, name)
        return empty if value is None else value

    def _find(self, response_id: str | None) -> GrowingResponse | None:
        """Find a response; the one that began last if *response_id* is ``None``."""
        if response_id is None:
            return next(reversed(self._responses.values()), None)
        return self._responses.get(response_id)

    def _forget(self, item: GrowingItem) -> None:
        """Hold *item* no longer, since its response is gone."""
        if self._ledger.items.get(item.id) is item:
            del self._ledger.items[item.id]

    def _feed_other(self, event: RealtimeServerEvent | Frame) -> RealtimeServerEvent:
        """Take what is no event about the inside of a response."""
        handler = self._handlers.get(event.__class__)
        if handler is not None:
            handler(self, event)
        elif isinstance(event, FRAMES):
            if self._decode is None:
                self._decode = make_decoder()
            return self.feed(self._decode(event))
        elif not isinstance(event, (Model, Unknown)):
            kind = type(event).__name__
            raise TypeError(f"feed() takes an event or a frame, not {kind}")
        return event  # type: ignore[return-value] # frames have no handler either

    def _open_response(self, response_id: str, event: Model) -> GrowingResponse:
        """Begin a response that *event* mentions, though no event announced it."""
        self._ledger.report_unannounced(event, "response.created")
        guess = guess_response(response_id)
        return self._add_response(response_id, guess, announced=False)

    def _add_response(
        self, response_id: str, base: RealtimeResponse, *, announced: bool
    ) -> GrowingResponse:
        """Begin a response."""
        response = self._responses[response_id] = GrowingResponse(
            response_id, base, self._ledger, announced, self._ledger.format
        )
        return response

    def _begin_response(self, event: ResponseCreatedEvent) -> None:
        """Take a response in its first state."""
        said = event.response
        if said.id is None:
            self._ledger.report_unannounced(event, "an id")
            return
        response = self._responses.get(said.id)
        if response is None:
            response = self._add_response(said.id, said, announced=True)
            for index, item in enumerate(said.output or ()):
                response.add_item(item, index)
        elif response.announced:
            self._ledger.report_repeated(event)
        else:
            response.announce(event)

    def _finish_response(self, event: ResponseDoneEvent) -> None:
        """Take a response in its final state."""
        response_id = event.response.id
        if response_id is None:
            self._ledger.report_unannounced(event, "an id")
            return
        response = self._responses.get(response_id)
        if response is None:
            response = self._open_response(response_id, event)
        response.finish(event)

    def _truncate(self, event: ConversationItemTruncatedEvent) -> None:
        """Cut off the end of an answer, which nobody heard."""
        item = self._ledger.items.get(event.item_id)
        if item is None or not isinstance(item.base, MESSAGES):
            return
        part = item.open_part(event.content_index)
        response = self._responses.get(item.response_id or "")
        rate = bytes_per_second(self._ledger.format)
        if response is not None:
            rate = response.bytes_per_second
            response.interrupted = True
        if not part.truncate(event.audio_end_ms, rate):
            self._ledger.contradict(
                "audio", event, f"{event.audio_end_ms} ms", "a format nobody can cut"
            )
        self._touch(item)

    def _touch(self, item: GrowingItem) -> None:
        """Let *item*, and what holds it, be frozen anew."""
        item.frozen = None
        self._ledger.changed = True
        response = self._responses.get(item.response_id or "")
        if response is not None:
            response.frozen = None

    def _stop_playback(self, event: OutputAudioBufferClearedEvent) -> None:
        """Note that the caller does not hear the rest of a response."""
        response = self._responses.get(event.response_id)
        if response is not None:
            response.interrupted = True

    def _follow(self, event: SessionCreatedEvent | SessionUpdatedEvent) -> None:
        """Note how audio is encoded from now on."""
        session = event.session
        if isinstance(session, RealtimeSessionCreateResponse):
            output = session.audio and session.audio.output
            self._ledger.format = (output and output.format) or self._ledger.format

    _handlers: ClassVar[Mapping[type, Handler]] = {
        ResponseCreatedEvent: _begin_response,
        ResponseDoneEvent: _finish_response,
        ConversationItemTruncatedEvent: _truncate,
        OutputAudioBufferClearedEvent: _stop_playback,
        SessionCreatedEvent: _follow,
        SessionUpdatedEvent: _follow,
    }
    """What to do with each event that is about more than the inside of a response."""


@cache
def make_decoder() -> Decoder:
    """Make what decodes JSON; who feeds no frames does not load what that takes."""
    from rtmodels.adapters.json import JsonAdapter  # noqa: PLC0415

    return JsonAdapter(RealtimeServerEvent).decode
