"""How much of the model's speech the caller has heard."""

from collections import deque
from threading import Lock

from rtmodels._building.formats import AudioFormat, measure_format
from rtmodels.schema.events import RealtimeServerEvent
from rtmodels.schema.events.conversation import ConversationItemTruncateEvent
from rtmodels.schema.events.response import (
    ResponseDoneEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputAudioDoneEvent,
)

__all__ = ["Playback"]


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
    that was received and not heard. The server has to know how much it was.

    A loudspeaker may run in a thread of its own. Where audio is played elsewhere, on a
    telephone for example, call `play` for each stretch reported as played.
    """

    def __init__(self, format: AudioFormat = "audio/pcm") -> None:  # noqa: A002
        """Start without audio; *format* is the session's output format."""
        self._bytes_per_ms, self._width = measure_format(format)
        self._queue: deque[tuple[_Part, bytes]] = deque()
        self._parts: dict[tuple[str, int], _Part] = {}
        self._running: set[str] = set()
        self._interrupted: set[str] = set()
        # A callback of the sound card plays while the connection's thread feeds.
        self._lock = Lock()

    @property
    def remaining_ms(self) -> int:
        """How much audio is left to play, in milliseconds."""
        with self._lock:
            return sum(len(audio) for _, audio in self._queue) // self._bytes_per_ms

    def feed(self, event: RealtimeServerEvent) -> None:
        """Accept the server's next event, and add its audio if it has any.

        What an interrupted response still sends is dropped: the caller is speaking.
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

    def play(self, milliseconds: float) -> bytes:
        """Return the audio to play next, and count it as heard.

        It is shorter than *milliseconds* if there is no more, and then empty.

        Raises:
            ValueError: *milliseconds* is negative.
        """
        if not milliseconds >= 0:
            raise ValueError(f"milliseconds must be at least 0, not {milliseconds}")
        size = int(milliseconds * self._bytes_per_ms) // self._width * self._width

        pieces = []
        with self._lock:
            while size and self._queue:
                part, audio = self._queue.popleft()
                if len(audio) > size:
                    self._queue.appendleft((part, audio[size:]))
                    audio = audio[:size]
                pieces.append(audio)
                size -= len(audio)

                part.played += len(audio)
                self._forget_if_heard(part)
        return b"".join(pieces)

    def interrupt(self) -> tuple[ConversationItemTruncateEvent, ...]:
        """Discard what was not played, and return what to send to the server.

        For each message that was not heard to its end, a
        `ConversationItemTruncateEvent` says how much of it was. There is none if the
        model was silent. Without turn detection, also send a `cancel_response`.
        """
        with self._lock:
            parts = list(self._parts.values())
            self._queue.clear()
            self._parts.clear()
            self._interrupted |= self._running
            self._running.clear()

        return tuple(
            [
                ConversationItemTruncateEvent(
                    item_id=part.key[0],
                    content_index=part.key[1],
                    audio_end_ms=part.played // self._bytes_per_ms,
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
        if part is None:
            part = self._parts[key] = _Part(key, event.response_id)
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


class _Part:
    """The audio of one content part, in bytes."""

    __slots__ = ("is_complete", "key", "played", "received", "response_id")

    def __init__(self, key: tuple[str, int], response_id: str) -> None:
        self.key = key
        self.response_id = response_id
        self.received = self.played = 0
        self.is_complete = False
