"""What is left of an answer that the caller did not hear to its end."""

import attrs
import pytest

from rtmodels import (
    OutputAudioBufferClearedEvent,
    RealtimeAudioFormatsPcm,
    RealtimeAudioFormatsPcma,
    RealtimeAudioFormatsPcmu,
    RealtimeResponseAudio,
    RealtimeResponseAudioOutput,
    RealtimeSessionCreateResponse,
    RealtimeSessionCreateResponseAudio,
    RealtimeSessionCreateResponseAudioOutput,
    RealtimeTranscriptionSessionCreateResponse,
    SessionCreatedEvent,
    SessionUpdatedEvent,
    Unknown,
    bytes_per_second,
)

from .streams import (
    WORDS,
    Content,
    answer,
    at,
    audio,
    created,
    ended,
    feed,
    item_added,
    item_done,
    kinds,
    message,
    spoken,
    text,
    truncated,
    words,
)

SOUND = bytes(range(1, 251)) * 400
"""100,000 bytes, no two alike within 250."""

OPUS = Unknown(tag="audio/opus", payload={"type": "audio/opus"})
FORMATS = [
    (RealtimeAudioFormatsPcm(rate=24000), 48),
    (RealtimeAudioFormatsPcm(), 48),
    (RealtimeAudioFormatsPcm(rate=16000), 32),
    (RealtimeAudioFormatsPcm(rate=-1), 48),
    (RealtimeAudioFormatsPcmu(), 8),
    (RealtimeAudioFormatsPcma(), 8),
]


def in_format(audio_format):
    """Begin a response in *audio_format*."""
    output = RealtimeResponseAudioOutput(format=audio_format)
    return created(audio=RealtimeResponseAudio(output=output))


def session(audio_format, event=SessionCreatedEvent):
    """Build the event of a session whose output is in *audio_format*."""
    output = RealtimeSessionCreateResponseAudioOutput(format=audio_format)
    settings = RealtimeSessionCreateResponse(
        id="sess_1", audio=RealtimeSessionCreateResponseAudio(output=output)
    )
    return event(event_id="event_1", session=settings)


@pytest.mark.parametrize(("audio_format", "width"), FORMATS)
def test_audio_is_cut_at_the_right_byte(audio_format, width):
    """A millisecond takes so many bytes of each format."""
    accumulator = feed(in_format(audio_format), audio(SOUND), truncated(540))

    assert bytes_per_second(audio_format) == 1000 * width
    assert accumulator.audio("item_1") == SOUND[: 540 * width]


def test_a_cut_is_between_two_samples():
    """Half a sample of PCM would be noise."""
    slow = RealtimeAudioFormatsPcm(rate=11025)

    accumulator = feed(in_format(slow), audio(SOUND), truncated(1))

    assert len(accumulator.audio("item_1")) == 22


@pytest.mark.parametrize(
    ("milliseconds", "size"), [(0, 0), (-5, 0), (10**9, len(SOUND))]
)
def test_a_cut_may_be_anywhere(milliseconds, size):
    """At the start nothing is left, and beyond the end everything."""
    accumulator = feed(created(), audio(SOUND), truncated(milliseconds))

    assert len(accumulator.audio("item_1")) == size


@pytest.mark.parametrize("event", [SessionCreatedEvent, SessionUpdatedEvent])
def test_the_session_says_the_format_if_the_response_does_not(event):
    """A change of it holds for the responses that begin later."""
    accumulator = feed(
        session(RealtimeAudioFormatsPcmu(), event),
        created("resp_1"),
        audio(SOUND),
        session(RealtimeAudioFormatsPcm(rate=24000), event),
        created("resp_2"),
        audio(SOUND, at("resp_2", "item_2")),
        truncated(100),
        truncated(100, "item_2"),
    )

    assert len(accumulator.audio("item_1")) == 800
    assert len(accumulator.audio("item_2")) == 4800


def test_a_session_that_only_transcribes_says_nothing_about_output():
    """Its settings have none."""
    settings = RealtimeTranscriptionSessionCreateResponse(
        id="sess_1", object="realtime.transcription_session"
    )
    event = SessionUpdatedEvent(event_id="event_1", session=settings)

    accumulator = feed(event, created(), audio(SOUND), truncated(100))

    assert len(accumulator.audio("item_1")) == 4800


def test_a_format_of_unknown_rate_is_not_cut():
    """To keep too much, and say so, is better than to keep noise."""
    accumulator = feed(in_format(OPUS), audio(SOUND), words("Hi"), truncated(540))
    mismatch = accumulator.mismatches[-1]

    assert bytes_per_second(OPUS) is None
    assert accumulator.audio("item_1") == SOUND
    assert accumulator.transcript("item_1") == ""
    assert (mismatch.kind, mismatch.item_id) == ("audio", "item_1")


def test_the_transcript_is_dropped():
    """The server deletes it too: it cannot tell which words were heard."""
    events, whole = answer(samples=[SOUND])

    accumulator = feed(*events, truncated(540))
    (item,) = accumulator.response().output

    assert item.content == (Content(type="output_audio", audio=SOUND[: 540 * 48]),)
    assert accumulator.transcript("item_1") == ""
    assert accumulator.interrupted == ("resp_1",)
    assert accumulator.mismatches == ()
    assert attrs.evolve(accumulator.response(), output=whole.output) == whole


def test_text_is_not_cut():
    """Only speech can go unheard."""
    accumulator = feed(created(), text("Hello"), truncated(0))

    assert accumulator.text("item_1") == "Hello"


def test_what_still_comes_of_a_truncated_answer_is_unheard():
    """The server may have sent it before it learned of the interruption."""
    events, _ = answer(samples=[SOUND, SOUND])
    events.insert(11, truncated(540))

    accumulator = feed(*events)
    (item,) = accumulator.response().output

    assert item.content == (Content(type="output_audio", audio=SOUND[: 540 * 48]),)
    assert item.status == "completed"
    assert accumulator.mismatches == ()


def test_an_answer_may_be_truncated_twice():
    """The shorter one is what was heard."""
    accumulator = feed(created(), audio(SOUND), truncated(540), truncated(40))

    assert accumulator.audio("item_1") == SOUND[: 40 * 48]


def test_without_audio_the_words_go_all_the_same():
    """Whether audio is gathered makes no difference to the rest."""
    events, _ = answer(samples=[SOUND])

    accumulator = feed(*events, truncated(540), audio=False)

    assert accumulator.response().output[0].content == (Content(type="output_audio"),)
    assert accumulator.mismatches == ()


def test_an_item_of_no_response_is_not_truncated():
    """The conversation has items that this accumulator never hears of."""
    accumulator = feed(created(), truncated(540, "item_7"))

    assert accumulator.mismatches == ()
    assert accumulator.interrupted == ()


def test_what_is_no_message_is_not_truncated():
    """It contains no audio."""
    call = Unknown(tag="future", payload={"type": "future", "id": "item_1"})

    accumulator = feed(created(), item_added("resp_1", call), truncated(540))

    assert accumulator.response().output == (call,)


def test_playback_that_breaks_off_is_an_interruption():
    """On WebRTC the server plays the audio, and says so."""
    events, whole = answer()
    stop = OutputAudioBufferClearedEvent(event_id="e", response_id="resp_1")
    other = OutputAudioBufferClearedEvent(event_id="e", response_id="resp_2")

    accumulator = feed(*events, other)

    assert accumulator.interrupted == ()

    accumulator.feed(stop)

    assert accumulator.interrupted == ("resp_1",)
    assert accumulator.response() == whole


def test_a_response_that_was_cancelled_and_then_truncated():
    """So it goes when the caller interrupts: the response ends, and then is cut."""
    said = message("item_1", spoken(WORDS[:3]), status="incomplete")
    accumulator = feed(
        created(),
        item_added("resp_1", message("item_1")),
        *(words(word) for word in WORDS[:3]),
        audio(SOUND),
        item_done("resp_1", said),
        ended("resp_1", said, status="cancelled"),
    )
    heard = accumulator.response()

    accumulator.feed(truncated(100))

    assert heard.output[0].content == (spoken(WORDS[:3], [SOUND]),)
    assert accumulator.audio("item_1") == SOUND[:4800]
    assert accumulator.response().status == "cancelled"
    assert kinds(accumulator) == ["unannounced"]
