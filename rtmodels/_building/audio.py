"""Events about the audio that the caller speaks."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import TypeAlias, overload

from rtmodels._building.checks import check_event_id
from rtmodels._building.formats import AudioFormat, measure_format
from rtmodels.schema.events.input_audio_buffer import (
    InputAudioBufferAppendEvent,
    InputAudioBufferClearEvent,
    InputAudioBufferCommitEvent,
)

__all__ = ["append_audio", "clear_audio", "commit_audio"]

Buffer: TypeAlias = bytes | bytearray
"""A piece of audio."""

MAX_APPEND = 15 << 20
"""Maximum number of bytes of audio in one event."""


@overload
def append_audio(
    audio: Buffer | Iterable[Buffer],
    *,
    milliseconds: float = ...,
    format: AudioFormat = ...,
) -> Iterator[InputAudioBufferAppendEvent]: ...
@overload
def append_audio(
    audio: AsyncIterable[Buffer],
    *,
    milliseconds: float = ...,
    format: AudioFormat = ...,
) -> AsyncIterator[InputAudioBufferAppendEvent]: ...
def append_audio(
    audio: Buffer | Iterable[Buffer] | AsyncIterable[Buffer],
    *,
    milliseconds: float = 100,
    format: AudioFormat = "audio/pcm",  # noqa: A002 - the wire's own word
) -> Iterator[InputAudioBufferAppendEvent] | AsyncIterator[InputAudioBufferAppendEvent]:
    """Iterate over `InputAudioBufferAppendEvent`, each with a piece of *audio*.

    Events are made as they are asked for, so a microphone may be an endless iterator.
    The server answers none of them.

    Args:
        audio: The caller's audio: bytes, or an iterable of pieces of any size. For an
            async iterable, use ``async for``.
        milliseconds: How much audio each event has; the last one may have less.
        format: The format of the audio.

    Raises:
        ValueError: An event would have no audio, or more than 15 MiB.
    """
    bytes_per_ms, width = measure_format(format)
    size = int(milliseconds * bytes_per_ms) // width * width
    if not 0 < size <= MAX_APPEND:
        raise ValueError(
            f"an event must have from 1 byte to 15 MiB of audio, and {milliseconds} ms "
            f"of {format} are {size:,} bytes"
        )

    if isinstance(audio, AsyncIterable):
        return _append_async(audio, size)
    if isinstance(audio, bytes | bytearray):
        return _append((audio,), size)
    return _append(audio, size)


def _append(
    pieces: Iterable[Buffer], size: int
) -> Iterator[InputAudioBufferAppendEvent]:
    """Iterate over events with *size* bytes each, of which the last may have fewer."""
    buffer = bytearray()
    for piece in pieces:
        buffer += piece
        yield from _take_full(buffer, size)
    if buffer:
        yield InputAudioBufferAppendEvent(audio=bytes(buffer))


async def _append_async(
    pieces: AsyncIterable[Buffer], size: int
) -> AsyncIterator[InputAudioBufferAppendEvent]:
    """Iterate over the events of `_append`, for an async iterable."""
    buffer = bytearray()
    async for piece in pieces:
        buffer += piece
        for event in _take_full(buffer, size):
            yield event
    if buffer:
        yield InputAudioBufferAppendEvent(audio=bytes(buffer))


def _take_full(buffer: bytearray, size: int) -> Iterator[InputAudioBufferAppendEvent]:
    """Remove *size* bytes at a time from the head of *buffer*, each for one event."""
    while len(buffer) >= size:
        audio = bytes(buffer[:size])
        del buffer[:size]
        yield InputAudioBufferAppendEvent(audio=audio)


def commit_audio(*, event_id: str | None = None) -> InputAudioBufferCommitEvent:
    """Return an `InputAudioBufferCommitEvent`, which ends the caller's turn.

    Only send it where turn detection is off. `create_response` then has the model
    answer. The server refuses it if no audio was appended.
    """
    return InputAudioBufferCommitEvent(event_id=check_event_id(event_id))


def clear_audio(*, event_id: str | None = None) -> InputAudioBufferClearEvent:
    """Return an `InputAudioBufferClearEvent`, which discards the audio appended."""
    return InputAudioBufferClearEvent(event_id=check_event_id(event_id))
