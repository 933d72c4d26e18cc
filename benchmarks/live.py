"""Frames of the Live API as a server sends them, and what it costs to decode them.

The shape of a turn is that of recordings of OpenAI's server: the transcript of the
caller, a task that is delegated to the Responses API, whose events are passed on, and
an answer in audio with its transcript. The usage so far follows each turn.
"""

from collections.abc import Iterator
from statistics import median

import orjson
from attrs import frozen

from benchmarks.cases import Case
from benchmarks.frames import PCM, Frame, FrameMaker
from benchmarks.measure import Effort, Race, make_loop, run_race
from benchmarks.scaling import find_decoders
from rtmodels import LiveServerEvent
from rtmodels.adapters import JsonAdapter

__all__ = ["LiveCost", "generate_live_session", "make_live_cases", "measure_live"]

KINDS = {
    "transcripts": {
        "session.input_transcript.delta",
        "session.output_transcript.delta",
    },
    "audio": {"session.output_audio.delta"},
    "delegation": {"session.delegation.created"},
    "response.event": {"response.event"},
    "usage": {"session.usage.updated"},
    "session": {"session.started", "session.updated"},
}
"""The types in each kind of frame; ``mix`` is all of a session."""

TURNS, WORDS, DELTAS_OF_TASK = 6, 12, 20
"""The turns of a session, and the deltas of an answer and of a task."""

FRAME_MS = 200
PCM_SIZE = 9_600
"""The bytes in a delta of audio, `FRAME_MS` at 24 kHz."""


@frozen
class LiveCost:
    """What one kind of frame costs."""

    kind: str
    size: int
    """The mean size of a frame, in bytes."""

    ratios: dict[str, float]
    """The time to decode a frame, in that of ``orjson.loads``, with and without C."""


def generate_live_session(seed: int = 0) -> Iterator[Frame]:
    """Yield what a server sends in a session; the same *seed* makes the same frames."""
    make = FrameMaker(seed)
    session = _make_session(make)
    yield make.frame("session.started", session=session)
    yield make.frame("session.updated", session=session)

    for turn in range(TURNS):
        start = turn * WORDS * FRAME_MS
        yield from _make_transcript(make, "input", start)
        yield from _make_task(make, start)

        for frame in _make_transcript(make, "output", start):
            audio = make.audio_delta({}, PCM_SIZE)
            yield {"type": "session.output_audio.delta", "delta": audio["delta"]}
            yield frame

        usage = {"seconds": (turn + 1) * 14.0, "active_seconds": (turn + 1) * 9}
        yield make.frame("session.usage.updated", usage=usage)


def _make_session(make: FrameMaker) -> Frame:
    """Make the settings of a session."""
    tool = {
        "type": "function",
        "name": "find_trains",
        "description": make.text(8),
        "parameters": {"type": "object", "properties": {"to": {"type": "string"}}},
    }
    responses = {
        "model": "gpt-5.6-sol",
        "instructions": make.text(20),
        "tools": [tool],
        "tool_choice": "auto",
    }
    return {
        "id": make.id_("live"),
        "expires_at": 1790210434,
        "model": "gpt-live-1",
        "instructions": make.text(60),
        "audio": {"output": {"voice": "marin"}, "format": PCM},
        "delegation": {"type": "responses", "responses": responses},
        "status": "active",
        "input": [],
    }


def _make_transcript(make: FrameMaker, side: str, start: int) -> Iterator[Frame]:
    """Yield the words of one side, a delta each."""
    for index in range(WORDS):
        start_ms = start + index * FRAME_MS
        yield make.frame(
            f"session.{side}_transcript.delta",
            start_ms=start_ms,
            end_ms=start_ms + FRAME_MS,
            delta=make.text(1),
        )


def _make_task(make: FrameMaker, offset: int) -> Iterator[Frame]:
    """Yield a delegation, and the events of the response that it led to."""
    item, response = make.id_("item"), make.id_("resp")
    delegation = {
        "id": item,
        "type": "delegation",
        "response_id": response,
        "target": "responses",
    }
    yield make.frame(
        "session.delegation.created", offset_ms=offset, delegation=delegation
    )

    body = {
        "id": response,
        "object": "response",
        "created_at": 1790203238,
        "error": None,
        "model": "gpt-5.6-sol",
        "output": [make.message("assistant", [make.content("text", make.text(12))])],
        "usage": None,
    }
    inner: list[Frame] = [{"type": "response.created", "response": body}]
    inner += [
        {
            "type": "response.output_text.delta",
            "sequence_number": number,
            "item_id": item,
            "output_index": 0,
            "content_index": 0,
            "delta": make.text(1),
            "logprobs": [],
        }
        for number in range(DELTAS_OF_TASK)
    ]
    inner.append({"type": "response.completed", "response": body})

    for event in inner:
        yield make.frame("response.event", delegation_id=item, event=event)


def make_live_cases() -> list[Case]:
    """Make a case of each kind of frame, and the mix of a session."""
    frames = list(generate_live_session())
    groups = {
        kind: [frame for frame in frames if frame["type"] in types]
        for kind, types in KINDS.items()
    }
    groups["mix"] = frames
    return [Case(kind, list(map(orjson.dumps, own))) for kind, own in groups.items()]


def measure_live(effort: Effort) -> list[LiveCost]:
    """Time the decoding of each kind of frame, beside ``orjson.loads``."""
    decoders = find_decoders(JsonAdapter(LiveServerEvent))
    costs = []

    for case in make_live_cases():
        floor = make_loop(orjson.loads, case.frames)
        ratios = {}
        for name, decode in decoders.items():
            race = Race(floor, make_loop(decode, case.frames), len(case.frames))
            samples = run_race(race, effort)
            pairs = zip(samples.values, samples.floors, strict=True)
            ratios[name] = median(ours / theirs for ours, theirs in pairs)
        costs.append(LiveCost(case.kind, case.size, ratios))
    return costs
