"""How much of the model's speech the caller has heard."""

import sys
from collections import Counter, deque
from threading import Lock
from typing import Any

from attrs import define

from rtmodels._building.formats import AudioFormat, measure_audio, measure_format
from rtmodels.schema.events import RealtimeServerEvent
from rtmodels.schema.events.conversation import (
    ConversationItemDeletedEvent,
    ConversationItemTruncatedEvent,
    ConversationItemTruncateEvent,
)
from rtmodels.schema.events.response import (
    ResponseCreatedEvent,
    ResponseDoneEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputAudioDoneEvent,
)
from rtmodels.schema.events.session import SessionCreatedEvent, SessionUpdatedEvent
from rtmodels.schema.session import RealtimeSessionCreateResponse

__all__ = ["Playback"]

MAX_CUT = 100
"""Maximum number of parts and items, cut by the server, whose late audio is dropped."""


class Playback:
    """The queue between the model and the loudspeaker.

    ::

        playback = Playback()
        ...
        playback.feed(event)  # each event of the server
        ...
        loudspeaker.write(playback.play(20))  # every 20 ms
        ...
        for event in playback.interrupt():  # as soon as the caller speaks
            send(event)

    The model speaks faster than a loudspeaker plays, so an interruption finds audio
    that was received and not heard. The server has to know how much it was, and refuses
    a position beyond the end of its audio.

    A loudspeaker may run in a thread of its own. If another queue follows, such as that
    of a telephone company or a sound card, pass its position to `interrupt`.
    """

    def __init__(self, format: AudioFormat | None = None) -> None:  # noqa: A002
        """Start without audio.

        Args:
            format: The session's output format. By default, the one that the events
                about the session and its responses tell, and before them PCM of 24,000
                hertz.
        """
        bytes_per_ms, width = measure_format(format or "audio/pcm")
        self._layout = 1000 * bytes_per_ms, width
        self._follows_session = format is None

        self._queue: deque[tuple[_Part, bytes]] = deque()
        self._parts: dict[tuple[str, int], _Part] = {}
        # What `play` returned of the current response, as parts and numbers of bytes.
        self._runs: list[tuple[_Part, int]] = []

        self._running: set[str] = set()
        self._interrupted: set[str] = set()
        # The ids of deleted items, and the keys of truncated parts.
        self._cut: deque[str | tuple[str, int]] = deque(maxlen=MAX_CUT)
        # A callback of the sound card plays while the connection's thread feeds.
        self._lock = Lock()

    @property
    def remaining_ms(self) -> int:
        """How much audio is left to play, in milliseconds."""
        sizes: Counter[int] = Counter()
        with self._lock:
            for part, audio in self._queue:
                sizes[part.bytes_per_second] += len(audio)
        return sum(size * 1000 // rate for rate, size in sizes.items())

    def feed(self, event: RealtimeServerEvent) -> None:
        """Accept the server's next event, and add its audio if it has any.

        What an interrupted response still sends is dropped: the caller is speaking. So
        is what the server truncates or deletes itself.
        """
        with self._lock:
            match event:
                case ResponseOutputAudioDeltaEvent():
                    self._add(event)
                case ResponseOutputAudioDoneEvent(item_id=item_id, content_index=index):
                    self._complete((item_id, index))
                case ResponseDoneEvent(response=response):
                    for key, part in list(self._parts.items()):
                        if part.response_id == response.id:
                            self._complete(key)
                    self._running.discard(response.id or "")
                    self._interrupted.discard(response.id or "")

                case ConversationItemTruncatedEvent():
                    key = event.item_id, event.content_index
                    self._shorten(key, event.audio_end_ms)
                case ConversationItemDeletedEvent(item_id=item_id):
                    self._delete(item_id)

                case ResponseCreatedEvent(response=response):
                    self._follow(response.audio)
                case SessionCreatedEvent() | SessionUpdatedEvent():
                    if isinstance(event.session, RealtimeSessionCreateResponse):
                        self._follow(event.session.audio)

    def play(self, milliseconds: float) -> bytes:
        """Return the audio to play next, and count it as heard.

        It is shorter than *milliseconds* if there is no more, and then empty. Infinity
        returns all there is.

        Raises:
            ValueError: *milliseconds* is negative.
        """
        left = _check_duration("milliseconds", milliseconds)

        pieces = []
        size, layout = 0, None
        with self._lock:
            while self._queue:
                part, audio = self._queue[0]
                if part.layout != layout:
                    # The format of a session may change between two responses.
                    left = left if layout is None else size * 1000 / layout[0]
                    layout = part.layout
                    size = _count_bytes(left, layout)
                if not size:
                    break

                self._queue.popleft()
                if len(audio) > size:
                    self._queue.appendleft((part, audio[size:]))
                    audio = audio[:size]
                pieces.append(audio)
                size -= len(audio)
                self._count(part, len(audio))
        return b"".join(pieces)

    def interrupt(
        self, *, heard_ms: float | None = None
    ) -> tuple[ConversationItemTruncateEvent, ...]:
        """Discard what was not played, and return what to send to the server.

        For each message that was not heard to its end, a
        `ConversationItemTruncateEvent` says how much of it was: never more than `play`
        returned, nor more than the server itself has left of it. There is none if the
        model was silent. Without turn detection, also send a `cancel_response`.

        Args:
            heard_ms: How much was heard of the response that `play` returned last, in
                milliseconds since its first audio, if that is less than `play`
                returned. This is for audio that passes through another queue, which
                reports how far it is.

        Raises:
            ValueError: *heard_ms* is negative.
        """
        if heard_ms is not None:
            _check_duration("heard_ms", heard_ms)

        with self._lock:
            if heard_ms is not None:
                self._rewind(heard_ms)
            parts = list(self._parts.values())
            self._queue.clear()
            self._parts.clear()
            self._runs.clear()
            self._interrupted |= self._running
            self._running.clear()

        return tuple(
            [
                ConversationItemTruncateEvent(
                    item_id=part.key[0],
                    content_index=part.key[1],
                    audio_end_ms=part.played * 1000 // part.bytes_per_second,
                )
                for part in parts
            ]
        )

    def _add(self, event: ResponseOutputAudioDeltaEvent) -> None:
        """Add the audio of *event* at the end of the queue."""
        if event.response_id in self._interrupted:
            return
        key = event.item_id, event.content_index
        part = self._parts.get(key)
        is_over = part is None or part.is_complete
        if is_over and (key in self._cut or event.item_id in self._cut):
            return

        if part is None:
            part = self._parts[key] = _Part(key, event.response_id, self._layout)
        self._running.add(event.response_id)
        part.received += len(event.delta)
        self._queue.append((part, event.delta))

    def _complete(self, key: tuple[str, int]) -> None:
        """Record that all audio of a part was received."""
        part = self._parts.get(key)
        if part is not None:
            part.is_complete = True
            self._forget_if_heard(part)

    def _forget_if_heard(self, part: "_Part") -> None:
        """Drop a part that needs no truncation any more."""
        if part.is_complete and part.played == part.received:
            self._parts.pop(part.key, None)

    def _count(self, part: "_Part", size: int) -> None:
        """Count *size* bytes of *part* as played."""
        part.played += size
        last, before = self._runs[-1] if self._runs else (part, 0)
        if last.response_id != part.response_id:
            self._runs.clear()
        elif last is part:
            del self._runs[-1:]
            size += before
        self._runs.append((part, size))

        self._forget_if_heard(part)

    def _rewind(self, heard_ms: float) -> None:
        """Count only *heard_ms* of the current response as played."""
        left = heard_ms
        heard: Counter[_Part] = Counter()
        for part, size in self._runs:
            count = min(size, _count_bytes(left, part.layout))
            left -= count * 1000 / part.bytes_per_second
            heard[part] += count

        # A part that `play` returned to its end may be one that was not heard so far.
        self._parts = {part.key: part for part in heard} | self._parts
        for part, count in heard.items():
            part.played = min(count, part.received)
            self._forget_if_heard(part)

    def _shorten(self, key: tuple[str, int], milliseconds: int) -> None:
        """Drop what the server cut off from a part, and what still comes of it."""
        self._cut.append(key)
        played = [part for part, _ in self._runs if part.key == key]
        part = self._parts.get(key) or next(iter(played), None)
        if part is None:
            return

        part.received = min(part.received, _count_bytes(milliseconds, part.layout))
        part.played = min(part.played, part.received)
        part.is_complete = True
        self._forget_if_heard(part)

        # Of its audio in the queue, the first is kept.
        left = part.received - part.played
        kept: deque[tuple[_Part, bytes]] = deque()
        for other, audio in self._queue:
            piece = audio[:left] if other is part else audio
            left -= len(piece) if other is part else 0
            if piece:
                kept.append((other, piece))
        self._queue = kept

    def _delete(self, item_id: str) -> None:
        """Drop all audio of an item, and what still comes of it."""
        self._cut.append(item_id)
        for key in [key for key in self._parts if key[0] == item_id]:
            del self._parts[key]
        self._queue = deque(each for each in self._queue if each[0].key[0] != item_id)
        self._runs = [each for each in self._runs if each[0].key[0] != item_id]

    def _follow(self, audio: Any) -> None:
        """Use the output format in *audio*, settings that the server reports."""
        output = audio and audio.output
        layout = measure_audio(output and output.format)
        if self._follows_session and layout is not None:
            self._layout = layout


@define(eq=False)
class _Part:
    """The audio of one content part, in bytes."""

    key: tuple[str, int]
    response_id: str
    layout: tuple[int, int]
    """The bytes in a second, and those in a sample."""

    received: int = 0
    played: int = 0
    is_complete: bool = False

    @property
    def bytes_per_second(self) -> int:
        """The bytes in a second."""
        return self.layout[0]


def _check_duration(name: str, milliseconds: float) -> float:
    """Return *milliseconds*; raise a `ValueError` if they are negative, or NaN."""
    if not milliseconds >= 0:
        raise ValueError(f"{name} must be at least 0, not {milliseconds}")
    return milliseconds


def _count_bytes(milliseconds: float, layout: tuple[int, int]) -> int:
    """Return the bytes of whole samples in *milliseconds*."""
    rate, width = layout
    size = min(max(milliseconds, 0) * (rate / 1000), sys.maxsize)
    return int(size) // width * width
