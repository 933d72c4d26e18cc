"""The settings of a session: the server's defaults, and what a client changes."""

from collections.abc import Iterable, Mapping
from typing import Any

from rtmodels import (
    RealtimeAudioFormatsPcm,
    ServerSession,
)
from rtmodels.accumulate import bytes_per_second
from rtmodels.adapters.dicts import DictAdapter

__all__ = ["DEFAULT_MODEL", "Settings"]

DEFAULT_MODEL = "gpt-realtime"

_VAD: Mapping[str, Mapping[str, Any]] = {
    "server_vad": {
        "type": "server_vad",
        "threshold": 0.5,
        "prefix_padding_ms": 300,
        "silence_duration_ms": 200,
        "idle_timeout_ms": None,
        "create_response": True,
        "interrupt_response": True,
    },
    "semantic_vad": {
        "type": "semantic_vad",
        "eagerness": "auto",
        "create_response": True,
        "interrupt_response": True,
    },
}
"""The defaults of turn detection, by its type."""

_PCM = {"type": "audio/pcm", "rate": 24_000}

_INSTRUCTIONS = "You are a helpful, witty, and friendly AI."

_SETTINGS: DictAdapter[Any] = DictAdapter(ServerSession)


class Settings:
    """The session as the server shows it, kept in the shape of the wire."""

    def __init__(self, id_: str, model: str, *, left_out: Iterable[str] = ()) -> None:
        """Make the settings that a session starts with, less the keys *left_out*."""
        wire: dict[str, Any] = {
            "type": "realtime",
            "object": "realtime.session",
            "id": id_,
            "model": model,
            "output_modalities": ["audio"],
            "instructions": _INSTRUCTIONS,
            "tools": [],
            "tool_choice": "auto",
            "max_output_tokens": "inf",
            "tracing": None,
            "truncation": "auto",
            "prompt": None,
            "expires_at": 1_785_217_655,
            "audio": {
                "input": {"format": _PCM, "turn_detection": _VAD["server_vad"]},
                "output": {"format": _PCM, "voice": "alloy", "speed": 1.0},
            },
        }
        self._left_out = frozenset(left_out)
        self._keep(wire)

    def _keep(self, wire: dict[str, Any]) -> None:
        """Store *wire*, which is the session's as a whole."""
        self._wire = {k: wire[k] for k in wire if k not in self._left_out}
        self.value: Any = _SETTINGS.decode(self._wire)
        """The session as an instance of its class."""

    def update(self, changes: Mapping[str, Any]) -> None:
        """Apply a client's *changes*: what they do not name stays as it is."""
        wire = {**self._wire, **changes}
        if wire["type"] == "transcription":
            wire["object"] = "realtime.transcription_session"
            kept = ("type", "object", "id", "expires_at", "include", "audio")
            wire = {key: wire[key] for key in kept if key in wire}

        audio = {**self._wire["audio"]}
        for way, settings in (changes.get("audio") or {}).items():
            audio[way] = {**audio.get(way, {}), **(settings or {})}
            _complete_turn_detection(audio[way])
        if wire["type"] == "transcription":
            audio.pop("output", None)

        self._keep({**wire, "audio": audio})

    def measure(self, way: str) -> int:
        """Return the bytes of audio in one second of the *way*, input or output."""
        return bytes_per_second(self.read(way, "format")) or 48_000

    def make_silence(self, milliseconds: float) -> bytes:
        """Return so much silence in the output format."""
        size = int(self.measure("output") * milliseconds / 1000)
        audio_format = self.read("output", "format")
        if isinstance(audio_format, RealtimeAudioFormatsPcm) or audio_format is None:
            return bytes(size - size % 2)
        return (b"\xd5" if audio_format.type == "audio/pcma" else b"\xff") * size

    def read(self, way: str, key: str) -> Any:
        """Return one setting of the audio, ``None`` where there is none."""
        audio = getattr(self.value, "audio", None)
        return getattr(getattr(audio, way, None), key, None) or None


def _complete_turn_detection(settings: dict[str, Any]) -> None:
    """Fill in the defaults of the turn detection in *settings* of input audio."""
    detection = settings.get("turn_detection")
    if detection:
        settings["turn_detection"] = {**_VAD.get(detection["type"], {}), **detection}
