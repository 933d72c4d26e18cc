"""Generates voice sessions as a server sends them: the same frames every time.

The shape is that of seven recordings of OpenAI's server, 329 frames in all, which are
not part of this project. `SESSIONS` repeats their turns one by one, so that each type
of frame is as frequent as it was there:

    ====  ==================================================================
      66  ``response.output_audio.delta``
      45  ``response.output_audio_transcript.delta``
      28  ``conversation.item.input_audio_transcription.delta``
      26  ``response.output_text.delta``
      12  ``response.function_call_arguments.delta``
      44  ``conversation.item.added``, ``.done``
      40  ``response.created``, ``.done``, ``response.output_item.added``, ``.done``
      18  ``response.content_part.added``, ``.done``
      16  ``response.output_*.done``, ``response.function_call_arguments.done``
      16  ``input_audio_buffer.*``, ``...input_audio_transcription.completed``
      12  ``session.created`` (5), ``session.updated`` (7)
       6  ``rate_limits.updated``, ``output_audio_buffer.started``, ``.stopped``
    ====  ==================================================================

The recordings had their audio cut out, so the length of a delta is our choice: 50, 100
or 200 ms of PCM at 24 kHz. Nulls are where that server sends them against its own
schema, and every text delta has ``obfuscation``. One session in seven is as Azure sends
it, with a second copy of ``part`` under ``content``, a key that no schema has.
"""

from collections.abc import Iterator
from typing import Literal

from attrs import frozen

from benchmarks.frames import Frame, FrameMaker

PCM_SIZES = (2_400, 4_800, 4_800, 9_600, 9_600)
"""Bytes of PCM in a delta, each as likely as the next."""


@frozen
class Turn:
    """The makeup of one answer of the model."""

    heard: int = 0
    """Deltas of the transcript of what the user said; none if the user typed."""

    says: Literal["audio", "text", "call"] = "audio"
    """The kind of answer."""

    words: int = 0
    """Deltas of text, of transcript, or of the arguments of a call."""

    audio: int = 0
    """Deltas of audio; none if the audio goes over WebRTC."""

    items: int = 1
    """Items that the client adds to the conversation first."""

    limits: bool = False
    """Whether the server reports rate limits at the end."""


@frozen
class Session:
    """A connection, from its first frame to its last."""

    turns: tuple[Turn, ...]
    sideband: bool = False
    """Whether the audio goes over WebRTC, which means no ``session.created``."""

    azure: bool = False


SESSIONS = (
    Session((Turn(heard=7, words=16, audio=27),)),
    Session(
        (
            Turn(heard=7, words=8, audio=11, limits=True),
            Turn(heard=7, words=8, audio=13, limits=True),
            Turn(heard=7, words=7, audio=11, limits=True),
        )
    ),
    Session((Turn(says="text", words=12, items=3),)),
    Session((Turn(words=3, audio=4),)),
    Session((Turn(says="call", words=12), Turn(says="text", words=11))),
    Session((Turn(words=3, limits=True),), sideband=True),
    Session((Turn(says="text", words=3),), sideband=True, azure=True),
)
"""The turns of the seven recordings."""


def generate_session(session: Session, seed: int) -> list[Frame]:
    """Make the frames of *session*; the same *seed* makes the same frames."""
    return list(Server(session, FrameMaker(seed, azure=session.azure)).run())


@frozen
class Server:
    """Sends the frames of one session in order."""

    session: Session
    make: FrameMaker

    def run(self) -> Iterator[Frame]:
        """Send everything, from the first frame to the last."""
        if not self.session.sideband:
            yield self.make.settings("session.created", transcribes=False)
        yield self.make.settings("session.updated", transcribes=True)
        for turn in self.session.turns:
            yield from self.listen(turn)
            yield from self.answer(turn)

    def listen(self, turn: Turn) -> Iterator[Frame]:
        """Send the events about the user's part of *turn*."""
        if turn.heard:
            item = self.make.id_("item")
            buffer = "input_audio_buffer"

            yield self.make.frame(
                f"{buffer}.speech_started", audio_start_ms=1460, item_id=item
            )
            yield self.make.frame(
                f"{buffer}.speech_stopped", audio_end_ms=4256, item_id=item
            )
            yield self.make.frame(
                f"{buffer}.committed", previous_item_id=None, item_id=item
            )

            content = {"type": "input_audio", "transcript": None}
            yield from self.add(self.make.message("user", [content], id_=item))
            yield from self.transcribe(item, turn.heard)
            return

        for _ in range(turn.items):
            text = {"type": "input_text", "text": self.make.text(6)}
            yield from self.add(self.make.message("user", [text]))

    def transcribe(self, item: str, deltas: int) -> Iterator[Frame]:
        """Send the transcript of what the user said."""
        stem = "conversation.item.input_audio_transcription"
        place = {"item_id": item, "content_index": 0}
        spoken = [self.make.text_delta(f"{stem}.delta", place) for _ in range(deltas)]
        yield from spoken

        yield self.make.frame(
            f"{stem}.completed",
            **place,
            transcript=join(spoken).strip(),
            usage={"type": "duration", "seconds": 3},
        )

    def answer(self, turn: Turn) -> Iterator[Frame]:
        """Send the model's part of *turn*."""
        self.make.begin_response()
        modality = "audio" if turn.says == "audio" else "text"
        yield self.make.frame(
            "response.created", response=self.make.response("in_progress", modality, [])
        )

        speak = self.call if turn.says == "call" else self.speak
        item = yield from speak(turn)
        yield self.make.frame(
            "conversation.item.done", previous_item_id=None, item=item
        )
        yield self.make.frame(
            "response.output_item.done", **self.make.spot(), item=item
        )

        done = self.make.response("completed", modality, [item])
        yield self.make.frame("response.done", response=done)

        if turn.limits:
            limit = {
                "name": "tokens",
                "limit": 15_000_000,
                "remaining": 14_999_371,
                "reset_seconds": 0.002,
            }
            yield self.make.frame("rate_limits.updated", rate_limits=[limit])

        if self.session.sideband and turn.says == "audio":
            yield self.make.frame(
                "output_audio_buffer.stopped", response_id=self.make.response_id
            )

    def speak(self, turn: Turn) -> Iterator[Frame]:
        """Send a message, and return it as it is at the end."""
        opened = self.make.message("assistant", [], status="in_progress")
        yield from self.open_item(opened)

        place = self.make.place(opened["id"])
        spoken = turn.says == "audio"
        kind, field_name = ("audio", "transcript") if spoken else ("text", "text")
        stem = "response.output_audio_transcript" if spoken else "response.output_text"
        words = [
            self.make.text_delta(f"{stem}.delta", place) for _ in range(turn.words)
        ]
        text = join(words)

        yield self.make.part("added", place, {"type": kind, field_name: ""})
        yield from words
        if self.session.sideband and spoken:
            yield self.make.frame(
                "output_audio_buffer.started", response_id=self.make.response_id
            )
        for _ in range(turn.audio):
            yield self.make.audio_delta(place, self.make.rng.choice(PCM_SIZES))

        if spoken:
            yield self.make.frame("response.output_audio.done", **place)
        yield self.make.frame(f"{stem}.done", **place, **{field_name: text})
        yield self.make.part("done", place, {"type": kind, field_name: text})

        content = [self.make.content(kind, text)]
        return opened | {"status": "completed", "content": content}

    def call(self, turn: Turn) -> Iterator[Frame]:
        """Send a function call, and return it as it is at the end."""
        call_id = f"call_{self.make.token(16)}"
        opened = {
            "id": self.make.id_("item"),
            "type": "function_call",
            "status": "in_progress",
            "name": "get_weather",
            "call_id": call_id,
            "arguments": "",
        }
        yield from self.open_item(opened)

        place = {**self.make.spot(), "item_id": opened["id"], "call_id": call_id}
        stem = "response.function_call_arguments"
        pieces = [
            self.make.text_delta(f"{stem}.delta", place) for _ in range(turn.words)
        ]

        # Together the deltas are a JSON object.
        pieces[0]["delta"] = '{"city": "' + pieces[0]["delta"]
        pieces[-1]["delta"] += '"}'
        arguments = join(pieces)
        yield from pieces

        yield self.make.frame(
            f"{stem}.done", **place, name="get_weather", arguments=arguments
        )
        return opened | {"status": "completed", "arguments": arguments}

    def open_item(self, item: Frame) -> Iterator[Frame]:
        """Send that the model begins *item*."""
        yield self.make.frame(
            "response.output_item.added", **self.make.spot(), item=item
        )
        previous = self.make.enter(item["id"])
        yield self.make.frame(
            "conversation.item.added", previous_item_id=previous, item=item
        )

    def add(self, item: Frame) -> Iterator[Frame]:
        """Send that *item* is in the conversation."""
        previous = self.make.enter(item["id"])
        for step in ("added", "done"):
            yield self.make.frame(
                f"conversation.item.{step}", previous_item_id=previous, item=item
            )


def join(deltas: list[Frame]) -> str:
    """Return the text that *deltas* add up to."""
    return "".join(frame["delta"] for frame in deltas)
