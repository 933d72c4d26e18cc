"""What the caller has heard, by laws that hold for every order of events."""

import threading
from collections import defaultdict

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from rtmodels import (
    ConversationItemTruncateEvent,
    RealtimeResponse,
    ResponseDoneEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputAudioDoneEvent,
    build,
)

from .events import sent

BYTES_PER_MS = {"audio/pcm": 48, "audio/pcmu": 8, "audio/pcma": 8}


def speak(audio, item="item_1", response="resp_1", part=0):
    """Return an event with some speech."""
    return ResponseOutputAudioDeltaEvent(
        event_id="event_1",
        response_id=response,
        item_id=item,
        output_index=0,
        content_index=part,
        delta=audio,
    )


def end(item="item_1", response="resp_1", part=0):
    """Return the event that ends the speech of an item."""
    return ResponseOutputAudioDoneEvent(
        event_id="event_1",
        response_id=response,
        item_id=item,
        output_index=0,
        content_index=part,
    )


def done(response="resp_1"):
    """Return the event that ends a response."""
    return ResponseDoneEvent(
        event_id="event_1", response=RealtimeResponse(id=response, status="completed")
    )


def truncations(playback):
    """Interrupt, and return item, part and milliseconds of each truncation."""
    return [
        (event.item_id, event.content_index, event.audio_end_ms)
        for event in map(sent, playback.interrupt())
    ]


@pytest.mark.parametrize("audio_format", sorted(BYTES_PER_MS))
def test_an_interruption_tells_how_much_was_heard(audio_format):
    """100 of 300 ms, in each format."""
    playback = build.Playback(audio_format)
    playback.feed(speak(bytes(300 * BYTES_PER_MS[audio_format])))

    assert playback.remaining_ms == 300
    assert len(playback.play(100)) == 100 * BYTES_PER_MS[audio_format]
    assert playback.remaining_ms == 200
    assert playback.interrupt() == (
        ConversationItemTruncateEvent(
            item_id="item_1", content_index=0, audio_end_ms=100
        ),
    )
    assert playback.remaining_ms == 0
    assert playback.play(100) == b""


def test_what_was_heard_to_the_end_is_not_truncated():
    """A truncation would delete its transcript."""
    playback = build.Playback()
    playback.feed(speak(bytes(4800)))
    playback.feed(end())
    playback.play(100)

    assert truncations(playback) == []


def test_the_end_of_a_response_ends_its_speech():
    """An item may lack its own end, where a response is cut short."""
    playback = build.Playback()
    playback.feed(speak(bytes(4800)))
    playback.play(100)
    playback.feed(done("resp_other"))
    playback.feed(done())

    assert truncations(playback) == []


def test_speech_that_is_still_coming_is_truncated():
    """The server may have made more than was received."""
    playback = build.Playback()
    playback.feed(speak(bytes(4800)))
    playback.play(100)

    assert truncations(playback) == [("item_1", 0, 100)]


def test_a_loudspeaker_gets_whole_samples():
    """Half a sample would make noise of all that follows."""
    playback = build.Playback()
    playback.feed(speak(bytes(48)))

    assert len(playback.play(0.11)) == 4


def test_silence_needs_no_truncation():
    """The caller may speak before the model does."""
    assert truncations(build.Playback()) == []


def test_what_was_not_begun_is_truncated_at_zero():
    """The model must not believe that the caller knows it."""
    playback = build.Playback()
    for item in ("item_1", "item_2"):
        playback.feed(speak(bytes(4800), item=item))
        playback.feed(end(item=item))
    playback.feed(done())
    playback.play(150)

    assert truncations(playback) == [("item_2", 0, 50)]


def test_items_may_be_interleaved():
    """Each is counted from its own beginning."""
    playback = build.Playback()
    for item in ("item_1", "item_2", "item_1"):
        playback.feed(speak(bytes(4800), item=item))
    playback.feed(speak(bytes(4800), part=1))
    playback.play(250)

    assert truncations(playback) == [
        ("item_1", 0, 150),
        ("item_2", 0, 100),
        ("item_1", 1, 0),
    ]


def test_what_an_interrupted_response_still_sends_is_dropped():
    """It is on its way while the client interrupts."""
    playback = build.Playback()
    playback.feed(speak(bytes(4800)))
    assert truncations(playback) == [("item_1", 0, 0)]

    playback.feed(speak(b"late"))
    playback.feed(speak(b"late", item="item_2"))
    playback.feed(done())
    playback.feed(speak(b"next", response="resp_2", item="item_3"))
    assert playback.play(100) == b"next"


def test_a_new_response_of_the_same_name_is_played():
    """Nothing is kept of a response that is done."""
    playback = build.Playback()
    playback.feed(speak(bytes(4800)))
    playback.interrupt()
    playback.feed(done())

    playback.feed(speak(b"next"))
    assert playback.play(100) == b"next"


@pytest.mark.parametrize("milliseconds", [-1, float("nan")])
def test_time_does_not_run_backwards(milliseconds):
    """Nor can it be no number."""
    with pytest.raises(ValueError, match="milliseconds must be at least 0"):
        build.Playback().play(milliseconds)


def test_a_format_without_duration_is_refused():
    """Its bytes cannot be counted in milliseconds."""
    with pytest.raises(ValueError, match="format must be one of 'audio/pcm'"):
        build.Playback("audio/opus")


def test_a_loudspeaker_may_have_a_thread_of_its_own():
    """Nothing is lost or played twice while another thread feeds."""
    playback = build.Playback("audio/pcmu")
    pieces = [number.to_bytes(2) * 40 for number in range(2_000)]
    is_fed = threading.Event()
    heard = []

    def listen():
        while not is_fed.is_set() or playback.remaining_ms:
            heard.append(playback.play(7))

    thread = threading.Thread(target=listen)
    thread.start()
    for piece in pieces:
        playback.feed(speak(piece))
    is_fed.set()
    thread.join()

    assert b"".join(heard) == b"".join(pieces)


class Playing(RuleBasedStateMachine):
    """Any order of speech, playing and interruptions, beside a plain account of it."""

    def __init__(self) -> None:
        super().__init__()
        self.playback = build.Playback("audio/pcm")
        self.received = defaultdict(bytes)
        self.heard = defaultdict(bytes)
        self.queue = []
        self.complete = set()
        self.response = 0

    @property
    def name(self) -> str:
        """The name of the current response."""
        return f"resp_{self.response}"

    @rule(
        item=st.sampled_from(["a", "b"]),
        part=st.sampled_from([0, 1]),
        samples=st.integers(0, 400),
    )
    def speak(self, item, part, samples):
        """Receive speech of any length for an item of the current response."""
        key = f"{self.name}_{item}", part
        if key in self.complete:
            return
        number = len(self.queue) + len(self.received[key])
        audio = bytes([number % 256, len(self.heard) % 256]) * samples
        self.playback.feed(speak(audio, key[0], self.name, part))
        self.received[key] += audio
        self.queue += [(key, audio[i : i + 2]) for i in range(0, len(audio), 2)]

    @rule(item=st.sampled_from(["a", "b"]), part=st.sampled_from([0, 1]))
    def end(self, item, part):
        """Receive the end of an item."""
        key = f"{self.name}_{item}", part
        self.playback.feed(end(key[0], self.name, part))
        self.complete.add(key)

    @rule()
    def respond(self):
        """End the current response, and begin another one."""
        self.playback.feed(done(self.name))
        self.complete |= {key for key in self.received if key[0].startswith(self.name)}
        self.response += 1

    @rule(milliseconds=st.floats(0, 20))
    def play(self, milliseconds):
        """Play for some time."""
        audio = self.playback.play(milliseconds)

        count = min(int(milliseconds * 48) // 2, len(self.queue))
        played, self.queue = self.queue[:count], self.queue[count:]
        assert audio == b"".join(sample for _, sample in played)
        for key, sample in played:
            self.heard[key] += sample

    @rule()
    def interrupt(self):
        """Compare the truncations with what was heard of each item."""
        note(f"{dict(self.heard)}")
        unheard = {
            key: len(self.heard[key]) // 48
            for key in self.received
            if key not in self.complete or self.heard[key] != self.received[key]
        }

        found = {(i, p): ms for i, p, ms in truncations(self.playback)}
        assert found == unheard
        assert all(ms * 48 <= len(self.received[key]) for key, ms in found.items())

        # What else the response sends is not played, so begin another one.
        self.playback.feed(speak(b"late", "late", self.name))
        if any(key[0].startswith(self.name) for key in self.received):
            assert self.playback.play(1) == b""
        else:
            self.playback.play(1)
        self.playback.feed(done(self.name))
        self.received.clear()
        self.heard.clear()
        self.queue.clear()
        self.complete.clear()
        self.response += 1

    @invariant()
    def counts(self):
        """Compare the rest with what was received and not played."""
        assert self.playback.remaining_ms == len(self.queue) * 2 // 48


TestPlaying = Playing.TestCase


@given(st.lists(st.binary(max_size=60)), st.lists(st.floats(0, 3)))
def test_all_audio_is_played_once_and_in_order(deltas, steps):
    """Odd deltas as well: the pieces add up to what was received."""
    playback = build.Playback()
    for delta in deltas:
        playback.feed(speak(delta))

    heard = [playback.play(step) for step in steps]
    assert b"".join([*heard, playback.play(10**6)]) == b"".join(deltas)
