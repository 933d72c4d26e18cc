"""The frames for all measurements, by kind."""

from pathlib import Path
from typing import Any

import attrs
import orjson
from attrs import frozen

from benchmarks.frames import Frame, FrameMaker
from benchmarks.session import SESSIONS, generate_session
from benchmarks.wires import AUDIO
from rtmodels import RealtimeServerEvent
from rtmodels.adapters import JsonAdapter

KINDS = {
    "deltas": {
        "conversation.item.input_audio_transcription.delta",
        "response.function_call_arguments.delta",
        "response.output_audio_transcript.delta",
        "response.output_text.delta",
    },
    "response.done": {"response.done"},
    "session": {"session.created", "session.updated"},
    "audio": {AUDIO},
}
"""The types in each kind of frame."""

TITLES = {
    "deltas": "text, transcript, argument deltas",
    "response.done": "response.done",
    "session": "session.created / updated",
    "audio": "audio deltas, 9,600 bytes of PCM",
    "mix": "the whole mix of a voice session",
}
"""The title of each kind in tables; ``mix`` is everything that a server sends."""


@frozen
class Case:
    """Some frames of one kind."""

    kind: str
    frames: list[bytes]

    @property
    def size(self) -> int:
        """The mean size of a frame, in bytes."""
        return sum(map(len, self.frames)) // len(self.frames)


@frozen
class Selection:
    """Which frames to use."""

    recording: str | None = None
    """A file of JSON Lines, in place of generated frames."""

    smallest: bool = False
    """Whether one frame of each type is enough."""


ALL = Selection()


def make_cases(selection: Selection = ALL) -> list[Case]:
    """Make a case of each kind that has frames."""
    recording, smallest = selection.recording, selection.smallest
    mix = read_recording(Path(recording)) if recording else generate_mix()
    if smallest:
        mix = list({frame["type"]: frame for frame in mix}.values())

    groups = {
        kind: [frame for frame in mix if frame["type"] in types]
        for kind, types in KINDS.items()
    }
    if recording is None:
        groups["audio"] = generate_audio(1 if smallest else 20)
    groups["mix"] = mix

    return [
        Case(kind, [orjson.dumps(frame) for frame in frames])
        for kind, frames in groups.items()
        if frames
    ]


def generate_mix() -> list[Frame]:
    """Make the frames of all sessions, one after the other."""
    return [
        frame
        for seed, session in enumerate(SESSIONS)
        for frame in generate_session(session, seed)
    ]


def generate_audio(count: int) -> list[Frame]:
    """Make audio deltas of 200 ms each."""
    make = FrameMaker(seed=len(SESSIONS))
    return [make.audio_delta(make.place(), 9_600) for _ in range(count)]


def read_recording(path: Path) -> list[Frame]:
    """Read a file of JSON Lines in which each line is a frame with a type."""
    frames = [orjson.loads(line) for line in path.read_bytes().splitlines() if line]
    if not all(isinstance(frame, dict) and "type" in frame for frame in frames):
        raise ValueError(f"{path}: a line is not an object with a type")
    return frames


def drop_undeclared(frame: bytes) -> bytes:
    """Remove undeclared keys and undeclared nulls from *frame*."""
    adapter = JsonAdapter(RealtimeServerEvent)
    return adapter.encode(_drop_extra(adapter.decode(frame)))


def _drop_extra(value: Any) -> Any:
    """Copy *value* with no ``extra`` anywhere in it."""
    if isinstance(value, tuple):
        return tuple(map(_drop_extra, value))
    if not attrs.has(type(value)):
        return value

    changes = {
        field.name: _drop_extra(getattr(value, field.name))
        for field in attrs.fields(type(value))
        if field.name != "extra"
    }
    if hasattr(value, "extra"):
        changes["extra"] = None

    return attrs.evolve(value, **changes)


def make_invalid(frame: bytes) -> bytes | None:
    """Replace the last integer in *frame* by a string; return ``None`` without one."""
    value = orjson.loads(frame)
    holder: Any = None
    stack = [value]

    while stack:
        parent = stack.pop()
        pairs = parent.items() if isinstance(parent, dict) else enumerate(parent)
        for key, item in pairs:
            if type(item) is int:
                holder = parent, key
            elif isinstance(item, dict | list):
                stack.append(item)

    if holder is None:
        return None

    parent, key = holder
    parent[key] = "many"
    return orjson.dumps(value)
