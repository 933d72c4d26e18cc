"""Audio that is appended, committed and discarded."""

import asyncio
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import (
    InputAudioBufferAppendEvent,
    InputAudioBufferClearEvent,
    InputAudioBufferCommitEvent,
    build,
)

from .events import sent

BYTES_PER_MS = {"audio/pcm": 48, "audio/pcmu": 8, "audio/pcma": 8}

PIECES = st.lists(st.binary(max_size=300), max_size=20)


async def record(pieces):
    """Yield *pieces*, as a microphone does."""
    for piece in pieces:
        await asyncio.sleep(0)
        yield piece


def collect(events):
    """Return all events of an async iterator."""

    async def gather():
        return [event async for event in events]

    return asyncio.run(gather())


@given(PIECES, st.sampled_from([0.1, 1, 2.5, 7]), st.sampled_from(sorted(BYTES_PER_MS)))
def test_events_have_all_audio_in_equal_pieces(pieces, milliseconds, audio_format):
    """No byte is lost, and the cuts do not depend on how the audio arrives."""
    options = {"milliseconds": milliseconds, "format": audio_format}
    whole = b"".join(pieces)
    size = int(milliseconds * BYTES_PER_MS[audio_format])
    size -= size % (2 if audio_format == "audio/pcm" else 1)
    if size == 0:
        return

    events = list(build.append_audio(whole, **options))

    assert b"".join(event.audio for event in events) == whole
    assert all(len(event.audio) == size for event in events[:-1])
    assert all(0 < len(event.audio) <= size for event in events)
    assert all(type(sent(event)) is InputAudioBufferAppendEvent for event in events)
    assert list(build.append_audio(pieces, **options)) == events
    assert list(build.append_audio(bytearray(whole), **options)) == events
    assert collect(build.append_audio(record(pieces), **options)) == events


def test_a_hundred_milliseconds_are_the_default():
    """100 ms of PCM are 4,800 bytes."""
    events = build.append_audio(bytes(12_000))

    assert [len(event.audio) for event in events] == [4_800, 4_800, 2_400]


def test_an_endless_microphone_is_read_as_needed():
    """Each event takes no more audio than it sends."""
    read = itertools.count()
    microphone = (bytes([next(read)]) * 480 for _ in itertools.repeat(None))

    events = build.append_audio(microphone, milliseconds=20)
    next(events)
    assert next(events).audio == b"\2" * 480 + b"\3" * 480
    assert next(read) == 4


def test_an_event_has_whole_samples():
    """Half a sample would make noise of all that follows."""
    sizes = [len(e.audio) for e in build.append_audio(bytes(12), milliseconds=0.12)]

    assert sizes == [4, 4, 4]


@pytest.mark.parametrize("milliseconds", [0, -1, 0.02, 327_681])
def test_an_event_has_from_one_byte_to_15_mib(milliseconds):
    """The error comes at once, not with the first event."""
    with pytest.raises(ValueError, match="from 1 byte to 15 MiB of audio"):
        build.append_audio(b"", milliseconds=milliseconds)


def test_15_mib_are_allowed():
    """It is the largest event that OpenAI accepts."""
    [event] = build.append_audio(bytes(15 << 20), milliseconds=327_680)

    assert len(event.audio) == 15 << 20


def test_an_unknown_format_is_refused():
    """Its bytes have no duration."""
    with pytest.raises(ValueError, match="format must be one of 'audio/pcm'"):
        build.append_audio(b"", format="audio/opus")


def test_committing_and_clearing_have_no_options():
    """They are about all that was appended."""
    assert sent(build.commit_audio()) == InputAudioBufferCommitEvent()
    assert sent(build.clear_audio(event_id="event_1")) == (
        InputAudioBufferClearEvent(event_id="event_1")
    )
