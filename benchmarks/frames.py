"""Makes single frames as a server sends them, where they break the schema too."""

import random
import string
from base64 import b64encode
from typing import Any, TypeAlias

Frame: TypeAlias = dict[str, Any]

ALPHABET = string.ascii_letters + string.digits

WORDS = ("the", "train", "to", "Zürich", "leaves", "at", "nine", "tomorrow")

PCM = {"type": "audio/pcm", "rate": 24000}

TURN_DETECTION = {
    "type": "server_vad",
    "threshold": 0.5,
    "prefix_padding_ms": 300,
    "silence_duration_ms": 200,
    "idle_timeout_ms": None,
    "create_response": True,
    "interrupt_response": True,
}


class FrameMaker:
    """Makes the frames of one session; the same *seed* makes the same ones."""

    def __init__(self, seed: int = 0, *, azure: bool = False) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - nothing here is secret
        self.session_id = self.id_("sess")
        self.conversation_id = self.id_("conv")
        self._azure = azure
        self._last_item: str | None = None
        self.begin_response()

    def begin_response(self) -> None:
        """Begin the next response."""
        self.response_id = self.id_("resp")

    def enter(self, item_id: str) -> str | None:
        """Append an item to the conversation, and return the id before it."""
        previous, self._last_item = self._last_item, item_id
        return previous

    def token(self, length: int) -> str:
        """Make a random word of letters and digits."""
        return "".join(self.rng.choices(ALPHABET, k=length))

    def id_(self, prefix: str) -> str:
        """Make an id such as ``item_E6U0xWSFIFri2uw2kTLLq``."""
        return f"{prefix}_{self.token(21)}"

    def text(self, words: int) -> str:
        """Make a text of this number of words."""
        return " ".join(self.rng.choices(WORDS, k=words))

    def frame(self, type_: str, **keys: Any) -> Frame:
        """Make an event."""
        return {"type": type_, "event_id": self.id_("event"), **keys}

    def spot(self) -> Frame:
        """Return the keys that name the response and the item of a frame."""
        return {"response_id": self.response_id, "output_index": 0}

    def place(self, item: str | None = None) -> Frame:
        """Return the keys that name the content and the item of a frame."""
        return {
            "response_id": self.response_id,
            "item_id": item or self.id_("item"),
            "output_index": 0,
            "content_index": 0,
        }

    def text_delta(self, type_: str, place: Frame) -> Frame:
        """Make a delta of text, padded so that its length says nothing about it."""
        delta = f" {self.rng.choice(WORDS)}"
        padding = self.token(16 - len(delta))
        return self.frame(type_, **place, delta=delta, obfuscation=padding)

    def audio_delta(self, place: Frame, size: int) -> Frame:
        """Make a delta with *size* bytes of PCM."""
        audio = b64encode(self.rng.randbytes(size)).decode()
        return self.frame("response.output_audio.delta", **place, delta=audio)

    def part(self, step: str, place: Frame, part: Frame) -> Frame:
        """Build a ``response.content_part`` event; Azure sends the part twice."""
        copy = {"content": part} if self._azure else {}
        return self.frame(f"response.content_part.{step}", **place, part=part, **copy)

    def content(self, kind: str, text: str) -> Frame:
        """Make the content of a message of the model."""
        name = "transcript" if kind == "audio" else "text"
        return {"type": f"output_{kind}", name: text}

    def message(
        self,
        role: str,
        content: list[Frame],
        *,
        status: str = "completed",
        id_: str | None = None,
    ) -> Frame:
        """Make a message."""
        return {
            "id": id_ or self.id_("item"),
            "type": "message",
            "status": status,
            "role": role,
            "content": content,
        }

    def response(self, status: str, modality: str, output: list[Frame]) -> Frame:
        """Build a response, with nulls that the schema does not allow."""
        speech = {"format": PCM, "voice": "alloy"}
        return {
            "object": "realtime.response",
            "id": self.response_id,
            "status": status,
            "status_details": None,
            "output": output,
            "conversation_id": self.conversation_id,
            "output_modalities": [modality],
            "max_output_tokens": "inf",
            "audio": {"output": speech},
            "usage": self.usage() if status == "completed" else None,
            "metadata": None,
        }

    def usage(self) -> Frame:
        """Make the usage of a response."""
        text, audio = self.rng.randrange(10, 200), self.rng.randrange(10, 400)
        cached = {"text_tokens": 0, "audio_tokens": 0, "image_tokens": 0}

        return {
            "total_tokens": 2 * (text + audio),
            "input_tokens": text + audio,
            "output_tokens": text + audio,
            "input_token_details": {
                "text_tokens": text,
                "audio_tokens": audio,
                "image_tokens": 0,
                "cached_tokens": 0,
                "cached_tokens_details": cached,
            },
            "output_token_details": {"text_tokens": text, "audio_tokens": audio},
        }

    def response_done(self, items: int) -> Frame:
        """Make a ``response.done`` with this number of messages in its output."""
        output = [
            self.message("assistant", [self.content("audio", self.text(12))])
            for _ in range(items)
        ]
        response = self.response("completed", "audio", output)
        return self.frame("response.done", response=response)

    def settings(self, type_: str, *, transcribes: bool) -> Frame:
        """Make a frame with all settings of the session, nulls included."""
        transcription = {"model": "gpt-realtime-whisper", "language": None}
        heard = {
            "format": PCM,
            "transcription": transcription | {"prompt": None} if transcribes else None,
            "noise_reduction": None,
            "turn_detection": TURN_DETECTION,
        }

        session = {
            "type": "realtime",
            "object": "realtime.session",
            "id": self.session_id,
            "model": "gpt-realtime",
            "output_modalities": ["audio"],
            "instructions": self.text(8 if transcribes else 90),
            "tools": [],
            "tool_choice": "auto",
            "max_output_tokens": "inf",
            "tracing": None,
            "truncation": "auto",
            "prompt": None,
            "expires_at": 1785217650,
            "audio": {
                "input": heard,
                "output": {"format": PCM, "voice": "alloy", "speed": 1.0},
            },
            "include": None,
        }
        return self.frame(type_, session=session)
