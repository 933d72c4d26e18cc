"""The frames that everything is measured on."""

from collections import Counter

import orjson
import pytest

pytest.importorskip("msgspec")

from benchmarks import session
from benchmarks.cases import (
    Selection,
    drop_undeclared,
    generate_mix,
    make_cases,
    make_invalid,
)
from benchmarks.frames import FrameMaker
from benchmarks.live import generate_live_session, make_live_cases
from rtmodels import (
    ConversationAccumulator,
    LiveServerEvent,
    RealtimeServerEvent,
    Unknown,
    ValidationError,
)
from rtmodels.adapters import JsonAdapter

CASES = make_cases()
FRAMES = [frame for case in CASES for frame in case.frames]


def test_the_same_frames_come_every_time():
    """Two runs on two machines measure the same."""
    assert make_cases() == CASES


def test_frequencies_are_those_that_are_documented():
    """The table in the docstring counts what is generated."""
    counts = Counter(frame["type"] for frame in generate_mix())

    assert counts.total() == 329
    for line in (session.__doc__ or "").splitlines():
        number, _, types = line.strip().partition("  ``")
        if number.isdigit() and "," not in types and "*" not in types:
            assert counts[types.strip("`")] == int(number)


def test_sizes_are_those_of_real_frames():
    """The kinds are about as large as the issue's table says."""
    sizes = {case.kind: case.size for case in CASES}

    assert sizes == {
        "deltas": pytest.approx(240, rel=0.1),
        "response.done": pytest.approx(830, rel=0.1),
        "session": pytest.approx(1_040, rel=0.1),
        "audio": pytest.approx(13_000, rel=0.1),
        "mix": pytest.approx(1_900, rel=0.1),
    }


def test_frames_decode_and_come_back():
    """All frames decode to classes of the schema, and nothing in them is lost."""
    adapter = JsonAdapter(RealtimeServerEvent)

    for frame in FRAMES:
        event = adapter.decode(frame)
        assert not isinstance(event, Unknown)
        assert orjson.loads(adapter.encode(event)) == orjson.loads(frame)


def test_the_sessions_add_up():
    """What the deltas add up to is what the *done* events say."""
    adapter = JsonAdapter(RealtimeServerEvent)
    for number, each in enumerate(session.SESSIONS):
        accumulator = ConversationAccumulator()
        for frame in session.generate_session(each, number):
            accumulator.feed(adapter.decode(orjson.dumps(frame)))

        assert accumulator.items
        assert accumulator.mismatches == ()
        assert accumulator.running == ()


def test_the_session_is_off_the_schema_as_real_ones_are():
    """Only what is left after `drop_undeclared` passes strict mode."""
    strict = JsonAdapter(RealtimeServerEvent, mode="strict")
    refused = 0

    for frame in FRAMES:
        strict.decode(drop_undeclared(frame))
        try:
            strict.decode(frame)
        except ValidationError:
            refused += 1

    assert refused > 20


def test_a_spoilt_frame_has_one_issue():
    """One wrong field is one issue."""
    adapter = JsonAdapter(RealtimeServerEvent)
    frame = orjson.dumps(FrameMaker().response_done(2))

    with pytest.raises(ValidationError, match="got str") as caught:
        adapter.decode(make_invalid(frame))

    assert len(caught.value.issues) == 1


def test_a_frame_without_numbers_cannot_be_spoilt():
    """No value could be replaced with a string."""
    assert make_invalid(b'{"type":"response.done","event_id":"event_1"}') is None


def test_a_recording_replaces_the_generated_frames(tmp_path):
    """Kinds that do not occur in it are left out."""
    path = tmp_path / "recording.jsonl"
    path.write_bytes(b"\n".join(FRAMES[:3]))

    cases = make_cases(Selection(str(path)))

    assert [case.kind for case in cases] == ["deltas", "mix"]
    assert cases[0].frames == FRAMES[:3]


def test_a_recording_of_something_else_is_refused(tmp_path):
    """Each line has to be an object with a type."""
    path = tmp_path / "recording.jsonl"
    path.write_bytes(b"[1]")

    with pytest.raises(ValueError, match="not an object with a type"):
        make_cases(Selection(str(path)))


def test_frames_of_the_live_api_are_whole():
    """Strict mode knows all their keys, and each kind has frames."""
    adapter = JsonAdapter(LiveServerEvent, mode="strict")
    for frame in generate_live_session():
        event = adapter.decode(orjson.dumps(frame))

        assert not isinstance(event, Unknown)
        assert orjson.loads(adapter.encode(event)) == frame
    assert all(case.frames for case in make_live_cases())
    assert make_live_cases() == make_live_cases()
