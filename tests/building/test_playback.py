"""What the caller has heard, by laws that hold for every order of events."""

import threading
from collections import defaultdict

import pytest
from attrs import evolve
from hypothesis import given, note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from rtmodels import (
    ConversationItemDeletedEvent,
    ConversationItemTruncatedEvent,
    ConversationItemTruncateEvent,
    RealtimeAudioFormatsPcm,
    RealtimeAudioFormatsPcmu,
    RealtimeResponse,
    RealtimeResponseAudio,
    RealtimeResponseAudioOutput,
    RealtimeSessionCreateResponse,
    RealtimeSessionCreateResponseAudio,
    RealtimeSessionCreateResponseAudioOutput,
    ResponseCreatedEvent,
    ResponseDoneEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputAudioDoneEvent,
    SessionCreatedEvent,
    SessionUpdatedEvent,
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


def truncated(milliseconds, item="item_1", part=0):
    """Return the event that tells of a truncation by the server."""
    return ConversationItemTruncatedEvent(
        event_id="event_1",
        item_id=item,
        content_index=part,
        audio_end_ms=milliseconds,
    )


def deleted(item="item_1"):
    """Return the event that tells of a deleted item."""
    return ConversationItemDeletedEvent(event_id="event_1", item_id=item)


def session_with(audio_format, cls=SessionCreatedEvent):
    """Return the event that tells the output format of the session."""
    output = RealtimeSessionCreateResponseAudioOutput(format=audio_format)
    audio = RealtimeSessionCreateResponseAudio(output=output)
    session = RealtimeSessionCreateResponse(id="s", object="realtime.session")
    return cls(event_id="event_1", session=evolve(session, audio=audio))


def truncations(playback, **how):
    """Interrupt, and return item, part and milliseconds of each truncation."""
    return [
        (event.item_id, event.content_index, event.audio_end_ms)
        for event in map(sent, playback.interrupt(**how))
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


def test_everything_may_be_taken_at_once():
    """A queue of another kind follows."""
    playback = build.Playback()
    playback.feed(speak(b"1234"))
    playback.feed(speak(b"56"))

    assert playback.play(float("inf")) == b"123456"
    assert playback.remaining_ms == 0


@pytest.mark.parametrize(("heard", "told"), [(0, 0), (99.99, 99), (100, 100)])
def test_another_queue_reports_how_much_was_heard(heard, told):
    """A telephone company takes all audio at once, and plays it in its own time."""
    playback = build.Playback()
    playback.feed(speak(bytes(200 * 48)))
    playback.feed(end())
    playback.feed(done())
    playback.play(200)

    assert truncations(playback, heard_ms=heard) == [("item_1", 0, told)]
    assert truncations(playback, heard_ms=heard) == []


@pytest.mark.parametrize("heard", [200, 4600, float("inf")])
def test_a_position_beyond_the_audio_is_its_end(heard):
    """A clock goes on after the last word; the server would refuse its time."""
    playback = build.Playback()
    playback.feed(speak(bytes(200 * 48)))
    playback.play(200)
    assert truncations(playback, heard_ms=heard) == [("item_1", 0, 200)]

    playback = build.Playback()
    playback.feed(speak(bytes(200 * 48)))
    playback.feed(end())
    playback.play(200)
    assert truncations(playback, heard_ms=heard) == []


def test_a_position_beyond_what_was_played_is_not_believed():
    """What is in the queue here cannot have been heard."""
    playback = build.Playback()
    playback.feed(speak(bytes(200 * 48)))
    playback.play(50)

    assert truncations(playback, heard_ms=150) == [("item_1", 0, 50)]


def test_a_position_counts_from_the_first_audio_of_the_response():
    """It goes through its messages in the order in which they were played."""
    playback = build.Playback()
    playback.feed(speak(bytes(100 * 48), "item_0", "resp_0"))
    playback.feed(done("resp_0"))
    for item in ("item_1", "item_2", "item_1", "item_3"):
        playback.feed(speak(bytes(100 * 48), item))
    playback.feed(done())
    playback.play(550)

    assert (
        truncations(playback, heard_ms=250)
        == [
            ("item_1", 0, 150),
            ("item_2", 0, 100),
            ("item_3", 0, 0),
        ][::2]
    )


def test_a_response_that_waits_is_not_begun():
    """The position is that of the response before it."""
    playback = build.Playback()
    playback.feed(speak(bytes(100 * 48)))
    playback.feed(done())
    playback.feed(speak(bytes(100 * 48), "item_2", "resp_2"))
    playback.play(100)

    assert truncations(playback, heard_ms=60) == [("item_1", 0, 60), ("item_2", 0, 0)]


@pytest.mark.parametrize(("played", "expected"), [(30, [30]), (50, []), (100, [])])
def test_what_the_server_truncated_is_not_truncated_beyond(played, expected):
    """Its audio is shorter by then."""
    playback = build.Playback()
    playback.feed(speak(bytes(200 * 48)))
    playback.play(played)
    playback.feed(truncated(50))
    playback.feed(speak(bytes(4800)))

    assert playback.remaining_ms == max(50 - played, 0)
    assert [ms for _, _, ms in truncations(playback)] == expected


@pytest.mark.parametrize(("heard", "expected"), [(30, [30]), (50, []), (150, [])])
def test_that_holds_for_a_reported_position_too(heard, expected):
    """Even if the audio was played to its end."""
    playback = build.Playback()
    playback.feed(speak(bytes(200 * 48)))
    playback.feed(end())
    playback.play(200)
    playback.feed(truncated(50))

    assert [ms for _, _, ms in truncations(playback, heard_ms=heard)] == expected


def test_only_the_truncated_part_loses_audio():
    """The others are played on."""
    playback = build.Playback()
    for item, audio in (("item_1", b"11"), ("item_2", b"22"), ("item_1", b"33")):
        playback.feed(speak(audio * 24, item))
    playback.feed(truncated(1))

    assert playback.play(9) == b"11" * 24 + b"22" * 24


@pytest.mark.parametrize("how", [{}, {"heard_ms": 60}])
def test_what_the_server_deleted_is_not_truncated(how):
    """There is no such item any more."""
    playback = build.Playback()
    playback.feed(speak(bytes(100 * 48)))
    playback.feed(speak(bytes(100 * 48), "item_2"))
    playback.play(50)
    playback.feed(deleted())
    playback.feed(speak(b"late"))

    assert playback.remaining_ms == 100
    assert truncations(playback, **how) == [("item_2", 0, 0)]


@pytest.mark.parametrize("cls", [SessionCreatedEvent, SessionUpdatedEvent])
def test_the_session_tells_the_format(cls):
    """100 ms of G.711 are 800 bytes, and a program may have forgotten to say so."""
    playback = build.Playback()
    playback.feed(session_with(RealtimeAudioFormatsPcmu(), cls))
    playback.feed(speak(bytes(800)))

    assert playback.remaining_ms == 100
    assert len(playback.play(50)) == 400
    assert truncations(playback) == [("item_1", 0, 50)]


def test_a_response_may_have_a_format_of_its_own():
    """What waits in the queue keeps its own."""
    playback = build.Playback()
    output = RealtimeResponseAudioOutput(format=RealtimeAudioFormatsPcm(rate=16_000))
    response = RealtimeResponse(id="resp_2", audio=RealtimeResponseAudio(output=output))
    playback.feed(speak(bytes(100 * 48)))
    playback.feed(ResponseCreatedEvent(event_id="event_1", response=response))
    playback.feed(speak(bytes(100 * 32), "item_2", "resp_2"))

    assert playback.remaining_ms == 200
    assert len(playback.play(150)) == 100 * 48 + 50 * 32
    assert truncations(playback) == [("item_1", 0, 100), ("item_2", 0, 50)]


def test_a_format_that_the_program_names_is_kept():
    """Some servers report another one than they send."""
    playback = build.Playback("audio/pcm")
    playback.feed(session_with(RealtimeAudioFormatsPcmu()))
    playback.feed(speak(bytes(4800)))

    assert playback.remaining_ms == 100


@pytest.mark.parametrize("heard", [-1, float("nan")])
def test_a_position_is_a_duration(heard):
    """It cannot be before the start."""
    with pytest.raises(ValueError, match="heard_ms must be at least 0"):
        build.Playback().interrupt(heard_ms=heard)


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


STEPS = st.one_of(
    st.tuples(
        st.just("speak"), st.sampled_from("ab"), st.integers(0, 1), st.integers(0, 300)
    ),
    st.tuples(st.just("play"), st.floats(0, 20)),
    st.tuples(st.just("end"), st.sampled_from("ab"), st.integers(0, 1)),
    st.tuples(
        st.just("truncated"),
        st.sampled_from("ab"),
        st.integers(0, 1),
        st.integers(0, 9),
    ),
    st.tuples(st.just("deleted"), st.sampled_from("ab")),
    st.tuples(st.just("done")),
)


@given(st.lists(STEPS), st.one_of(st.none(), st.floats(0, 50)))
def test_a_truncation_is_within_what_was_received_played_and_left(steps, heard):
    """For any order of events, so that the server never refuses it."""
    playback = build.Playback()
    received, limits, gone, played = defaultdict(int), {}, set(), 0
    for name, *args in steps:
        match name, args:
            case "speak", (item, part, size):
                playback.feed(speak(bytes(size), item, part=part))
                received[item, part] += size
            case "play", (milliseconds,):
                played += len(playback.play(milliseconds))
            case "end", (item, part):
                playback.feed(end(item, part=part))
            case "truncated", (item, part, milliseconds):
                playback.feed(truncated(milliseconds, item, part))
                known = limits.get((item, part), milliseconds)
                limits[item, part] = min(known, milliseconds)
            case "deleted", (item,):
                playback.feed(deleted(item))
                gone.add(item)
            case "done", ():
                playback.feed(done())
    found = truncations(playback, heard_ms=heard)

    for item, part, milliseconds in found:
        assert item not in gone
        assert 0 <= milliseconds <= received[item, part] // 48
        assert milliseconds <= limits.get((item, part), milliseconds)
    total = sum(milliseconds for *_, milliseconds in found)
    assert total * 48 <= played
    assert heard is None or total <= heard
    assert len({(item, part) for item, part, _ in found}) == len(found)
    assert truncations(playback, heard_ms=heard) == []
