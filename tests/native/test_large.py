"""Large frames: other threads run meanwhile, and may change what is being encoded."""

import base64
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from operator import call
from threading import Event, Thread
from typing import Any

import pytest

from rtmodels import RealtimeServerEvent, ResponseDoneEvent
from rtmodels.adapters import JsonAdapter
from tests.native.twins import compare, counting, needs_extension

pytestmark = [needs_extension, pytest.mark.needs("msgpack")]

SIZE = 3 << 20
"""Bytes, which take several of the runs between which other threads may run."""

TEXTS = {
    "ASCII": b"a",
    "escapes": rb"\n\"",
    "escaped characters": rb"\u00e9x",
    "escaped pairs": rb"\ud83d\ude00",
    "2 bytes": "é".encode(),
    "3 bytes": "ab 漢 ".encode(),
    "4 bytes": "😀".encode(),
    "control": b"ab\\u0001",
}
ITEMS = {
    "objects": b'{"token":"a","logprob":-0.125,"bytes":[104,105]}',
    "integers": b'{"token":"a","logprob":0,"bytes":[' + b"104," * 99 + b"104]}",
}

adapter = JsonAdapter(RealtimeServerEvent)


def fill(unit: bytes, separator: bytes = b"") -> bytes:
    """Return *unit*, repeated up to `SIZE` bytes."""
    return separator.join([unit] * (SIZE // (len(unit) + len(separator))))


def delta(text: bytes, kind: bytes = b"text") -> bytes:
    """Return a frame with *text*, which is as it is in JSON."""
    return (
        b'{"type":"response.output_%b.delta","event_id":"e","response_id":"r",'
        b'"item_id":"i","output_index":0,"content_index":0,"delta":"%b"}' % (kind, text)
    )


def transcription(logprobs: bytes) -> bytes:
    """Return a frame with an array of *logprobs*, which are as they are in JSON."""
    return (
        b'{"type":"conversation.item.input_audio_transcription.delta","event_id":"e",'
        b'"item_id":"i","content_index":0,"delta":"x","logprobs":[%b]}' % logprobs
    )


FRAMES = {
    **{name: delta(fill(unit)) for name, unit in TEXTS.items()},
    **{name: transcription(fill(unit, b",")) for name, unit in ITEMS.items()},
    "audio": delta(base64.b64encode(b"\1\2\3" * (SIZE // 4)), b"audio"),
    "undeclared keys": delta(b'","x":"' + fill(b"x")),
}


@contextmanager
def running(work: Callable[[], object]) -> Iterator[None]:
    """Repeat *work* in another thread inside the ``with`` statement."""
    stop = Event()

    def repeat() -> None:
        while not stop.is_set():
            work()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    thread = Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(interval)


@pytest.mark.parametrize("name", FRAMES)
def test_large_frames_are_read_and_written_natively(name: str) -> None:
    """A program gives up on none of them."""
    with counting() as counter:
        value = compare(adapter, FRAMES[name])
    assert adapter.decode(adapter.encode(value)) == value
    assert counter.give_ups == 0


@pytest.mark.parametrize("name", FRAMES)
def test_other_threads_run_meanwhile(name: str) -> None:
    """Decoding and encoding release the GIL now and then."""
    ticks = [0]
    read_ticks = partial(ticks.__getitem__, 0)

    def tick() -> None:
        ticks[0] += 1

    def lets_others_run(work: Callable[[], object]) -> bool:
        """Return whether a thread has run during *work*, a call without bytecode."""
        # No bytecode runs between these three calls either, so that only *work* itself
        # can let the other thread run.
        calls: list[Callable[[], Any]] = [read_ticks, work, read_ticks]
        before, _, after = map(call, calls)
        return bool(after > before)

    frame = FRAMES[name]
    decode = partial(adapter.decode, frame)
    encode = partial(adapter.encode, adapter.decode(frame))
    with running(tick):
        # The other thread asks for the GIL only if the machine lets it.
        assert any(lets_others_run(decode) for _ in range(1_000))
        assert any(lets_others_run(encode) for _ in range(1_000))


def test_values_that_change_while_they_are_written() -> None:
    """Containers may lose values that are being written, which do not end with them."""
    key, text = "é" * (1 << 18), "漢" * (1 << 18)
    metadata: dict[str, Any] = {"a": text, key: text, "b": text}
    extra: dict[str, Any] = {"x": [text, {key: text}, text], key: {"y": text}}
    event = adapter.decode(
        b'{"type":"response.done","event_id":"e","response":{"object":'
        b'"realtime.response","id":"r","output":[],"metadata":{}}}'
    )
    assert isinstance(event, ResponseDoneEvent)
    object.__setattr__(event.response, "metadata", metadata)
    object.__setattr__(event.response, "extra", extra)

    def change() -> None:
        for values in (metadata, extra):
            values.clear()
            values.update({str(number): "漢" * (1 << 16) for number in range(3)})

    with running(change):
        for _ in range(30):
            try:
                frame = adapter.encode(event)
            except Exception:  # noqa: BLE001, S112 - which one depends on the moment
                continue
            assert frame.startswith(b'{"type":"response.done"')
