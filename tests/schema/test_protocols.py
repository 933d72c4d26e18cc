"""Frames of one protocol given to an adapter for another with the same types."""

from typing import Any, get_args

import attrs
import orjson
import pytest

import rtmodels
from rtmodels import Unknown, ValidationError
from rtmodels.adapters import DictAdapter, JsonAdapter

REALTIME = {
    f"Realtime{family}{side}Event"
    for family in ("", "Beta", "Translation")
    for side in ("Client", "Server")
}
LIVE = {
    f"Live{socket}{side}Event"
    for socket in ("", "Fork", "Sideband")
    for side in ("Client", "Server")
}

SESSION = {"id": "live_1", "expires_at": 5, "model": "gpt-live-1", "status": "active"}
LIVE_FRAMES = {
    "error": {
        "event_id": "e",
        "client_event_id": "c",
        "error": {"type": "t", "code": "c", "message": "m"},
    },
    "session.updated": {"event_id": "e", "session": SESSION},
    "session.update": {"session": {"delegation": {"type": "client"}}},
    "session.closed": {
        "event_id": "e",
        "reason": "expired",
        "session": SESSION,
        "usage": {"seconds": 1.5},
    },
    "session.input_transcript.delta": {
        "event_id": "e",
        "delta": "Hi",
        "start_ms": 0,
        "end_ms": 200,
    },
    "session.output_transcript.delta": {
        "delta": "Hi",
        "start_ms": 0,
        "end_ms": 200,
    },
    "session.output_audio.delta": {"delta": "AAAA"},
}
REALTIME_FRAMES = {
    "error": {
        "event_id": "e",
        "error": {"type": "t", "message": "m", "event_id": "c"},
    },
    "session.updated": {
        "event_id": "e",
        "session": {"type": "realtime", "object": "realtime.session", "id": "s"},
    },
    "session.update": {"session": {"type": "realtime", "instructions": "Be brief."}},
    "response.create": {"response": {"instructions": "Say hi."}},
    "session.input_transcript.delta": {
        "event_id": "e",
        "delta": "Hi",
        "elapsed_ms": 200,
    },
    "session.output_transcript.delta": {
        "event_id": "e",
        "delta": "Hi",
        "elapsed_ms": 200,
    },
    "session.output_audio.delta": {
        "event_id": "e",
        "delta": "AAAA",
        "sample_rate": 24000,
    },
}
ALIKE = {"response.create", "session.close"}
"""Types of which a frame may be the same in both protocols, and mean the same."""


def types_of(name: str) -> set[str]:
    """Return the types of the events in the union *name*."""
    classes = (cls for cls in get_args(getattr(rtmodels, name)) if cls is not Unknown)
    return {attrs.fields(cls).type.default for cls in classes}


def meetings(frames: dict[str, Any], unions: set[str]) -> list[Any]:
    """Return the frames, each with the unions that have an event of its type."""
    return [
        pytest.param({"type": type_, **frame}, union, id=f"{type_} {union}")
        for type_, frame in frames.items()
        for union in sorted(unions)
        if type_ in types_of(union)
    ]


FRAMES = {
    "the Live API": meetings(LIVE_FRAMES, REALTIME),
    "the Realtime API": meetings(REALTIME_FRAMES, LIVE),
}
CASES = [
    pytest.param(*case.values, protocol, id=case.id)
    for protocol, cases in FRAMES.items()
    for case in cases
]
every_meeting = pytest.mark.parametrize(("frame", "union", "protocol"), CASES)


def test_all_types_that_both_protocols_have_are_tested_here():
    """So that a new one does not go untested."""
    shared = {
        type_
        for ours in REALTIME
        for theirs in LIVE
        for type_ in types_of(ours) & types_of(theirs)
    }

    assert shared == LIVE_FRAMES.keys() | ALIKE
    assert shared == REALTIME_FRAMES.keys() | {"session.closed", "session.close"}


@every_meeting
@pytest.mark.parametrize("adapter", [JsonAdapter, DictAdapter])
def test_the_error_names_the_other_protocol(adapter, frame, union, protocol):
    """No class of another protocol is taken for the frame's."""
    type_ = getattr(rtmodels, union)
    message = orjson.dumps(frame) if adapter is JsonAdapter else frame

    with pytest.raises(ValidationError, match=protocol):
        adapter(type_).decode(message)


@pytest.mark.parametrize(
    ("frame", "union"), [case for cases in FRAMES.values() for case in cases]
)
def test_forgiving_mode_keeps_the_frame_whole(frame, union):
    """It has no errors for objects."""
    adapter = DictAdapter(getattr(rtmodels, union), mode="forgiving")

    event = adapter.decode(frame)

    assert type(event) is Unknown or type(event.session) is Unknown
    assert adapter.encode(event) == frame


@pytest.mark.parametrize("type_", sorted(ALIKE))
def test_a_frame_that_both_protocols_have_is_either_ones(type_):
    """Only the connection tells which protocol it is."""
    frame = {"type": type_, "event_id": "c"}

    for union in sorted(REALTIME | LIVE):
        if type_ in types_of(union):
            adapter = DictAdapter(getattr(rtmodels, union))
            assert adapter.encode(adapter.decode(frame)) == frame
