"""The transcript of what the caller says, filled into the caller's item."""

import pytest

from rtmodels import (
    UNSET,
    ConversationItemInputAudioTranscriptionCompletedEvent,
    ConversationItemInputAudioTranscriptionDeltaEvent,
    ConversationItemInputAudioTranscriptionFailedEvent,
    ConversationItemInputAudioTranscriptionFailedEventError,
    ConversationItemInputAudioTranscriptionSegmentEvent,
    LogProbProperties,
    Transcription,
    TranscriptionLanguage,
    TranscriptTextUsageDuration,
)

from .streams import added, converse, deleted, done, kinds, retrieved, user

SILENT = user("item_a", type="input_audio")
PLACE = {"event_id": "event_1", "item_id": "item_a", "content_index": 0}
USAGE = TranscriptTextUsageDuration(seconds=2)
ERROR = ConversationItemInputAudioTranscriptionFailedEventError(code="busy")


def heard(text, **fields):
    """Make the event that brings some more of the transcript."""
    return ConversationItemInputAudioTranscriptionDeltaEvent(
        **{**PLACE, "delta": text, **fields}
    )


def completed(text, **fields):
    """Make the event that completes the transcript."""
    return ConversationItemInputAudioTranscriptionCompletedEvent(
        transcript=text, usage=USAGE, **PLACE, **fields
    )


FAILED = ConversationItemInputAudioTranscriptionFailedEvent(error=ERROR, **PLACE)


def logprob(token):
    """Return the log probability of *token*."""
    return LogProbProperties(token=token, logprob=-0.1, bytes=tuple(token.encode()))


def said(text):
    """Return the item with its transcript."""
    return user("item_a", type="input_audio", transcript=text)


def test_the_transcript_grows():
    """The caller reads along."""
    accumulator = converse(added(SILENT))
    for text, whole in (("Good", "Good"), (" day", "Good day")):
        accumulator.feed(heard(text))

        assert accumulator.transcript("item_a") == whole
        assert accumulator.items == (said(whole),)
        assert accumulator.transcription("item_a").status == "in_progress"


def test_the_transcript_is_completed():
    """What *completed* says is in the item, and the rest beside it."""
    language = TranscriptionLanguage(code="en")

    accumulator = converse(
        added(SILENT), heard("Hi"), completed("Hi", languages=(language,))
    )

    assert accumulator.items == (said("Hi"),)
    assert accumulator.mismatches == ()
    assert accumulator.transcription("item_a") == Transcription(
        status="completed", languages=(language,), usage=USAGE
    )


def test_blanks_around_the_transcript_are_no_mismatch():
    """OpenAI's first delta begins with one that the transcript has not."""
    accumulator = converse(added(SILENT), heard(" Hi"), completed("Hi"))

    assert accumulator.items == (said("Hi"),)
    assert accumulator.mismatches == ()


def test_a_transcript_that_does_not_add_up_is_reported():
    """What *completed* says counts."""
    accumulator = converse(added(SILENT), heard("High"), completed("Hi"))

    assert accumulator.items == (said("Hi"),)
    assert kinds(accumulator) == ["transcript"]


def test_a_transcript_need_not_come_in_deltas():
    """Some models send it at once."""
    accumulator = converse(added(SILENT), completed("Hi"))

    assert accumulator.items == (said("Hi"),)
    assert accumulator.mismatches == ()


def test_a_transcription_may_fail():
    """Then there is no transcript, and a reason."""
    accumulator = converse(added(SILENT), heard("Hi"), FAILED)

    assert accumulator.items == (SILENT,)
    assert accumulator.mismatches == ()
    assert accumulator.transcription("item_a") == Transcription(
        status="failed", error=ERROR
    )


@pytest.mark.parametrize("none", [None, UNSET, ()])
def test_log_probabilities_are_gathered(none):
    """Those that *completed* has win over those of the deltas."""
    accumulator = converse(
        added(SILENT),
        heard("a", logprobs=(logprob("a"),)),
        heard("b", logprobs=none),
        heard("c", logprobs=(logprob("c"),)),
    )
    gathered = (logprob("a"), logprob("c"))

    assert accumulator.transcription("item_a").logprobs == gathered

    accumulator.feed(completed("abc", logprobs=none))

    assert accumulator.transcription("item_a").logprobs == gathered

    accumulator.feed(completed("abc", logprobs=(logprob("abc"),)))

    assert accumulator.transcription("item_a").logprobs == (logprob("abc"),)


def test_segments_are_gathered():
    """They say who spoke when."""
    segment = ConversationItemInputAudioTranscriptionSegmentEvent(
        text="Hi", id="seg_1", speaker="A", start=0.0, end=0.5, **PLACE
    )

    accumulator = converse(added(SILENT), segment, completed("Hi"))

    assert accumulator.transcription("item_a").segments == (segment,)


def test_a_transcript_may_begin_before_its_item():
    """Models that transcribe live write while the caller speaks."""
    accumulator = converse(heard("Good"), heard(" day"))

    assert accumulator.transcript("item_a") == "Good day"
    assert accumulator.items == ()

    for event in (added(SILENT), done(SILENT), heard("!"), completed("Good day!")):
        accumulator.feed(event)

    assert accumulator.items == (said("Good day!"),)
    assert accumulator.mismatches == ()


def test_the_end_of_a_transcript_is_no_mismatch():
    """One may join while the caller speaks."""
    accumulator = converse(heard(" day"), completed("Good day"))

    assert accumulator.mismatches == ()


def test_a_content_index_may_be_missing():
    """Then the first part is meant; a delta without text is nothing."""
    accumulator = converse(added(SILENT), heard("Hi", content_index=None), heard(None))

    assert accumulator.transcript("item_a", 0) == "Hi"


def test_an_item_that_is_complete_still_gets_its_transcript():
    """The transcript is often the last to come."""
    accumulator = converse(added(SILENT), done(SILENT), heard("Hi"), completed("Hi"))

    assert accumulator.items == (said("Hi"),)
    assert accumulator.mismatches == ()


def test_what_comes_after_the_end_is_reported():
    """It changes nothing."""
    accumulator = converse(added(SILENT), completed("Hi"), heard("!"), heard("?"))

    assert accumulator.items == (said("Hi"),)
    assert kinds(accumulator) == ["late"]


@pytest.mark.parametrize("event", [heard("!"), completed("Hi"), FAILED])
def test_what_comes_for_a_deleted_item_is_reported(event):
    """The item no longer exists."""
    accumulator = converse(added(SILENT), heard("Hi"), deleted("item_a"), event)

    assert accumulator.items == ()
    assert accumulator.transcription("item_a") is None
    assert kinds(accumulator) == ["late"]


def test_an_item_retrieved_early_keeps_its_transcript():
    """The server's copy has no transcript yet, while deltas still arrive."""
    accumulator = converse(
        added(SILENT), heard("Good"), retrieved(SILENT), heard(" day")
    )

    assert accumulator.items == (said("Good day"),)
