"""Files of events in every form, and what is in them when they are read."""

import gzip
import json
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgpack
import pyarrow as pa
import pytest

from rtmodels.adapters.archive._files import EventFile

EVENTS = [
    {"type": "response.created", "event_id": "event_1", "response": {"id": "resp_1"}},
    {
        "type": "response.output_text.delta",
        "delta": 'Größe "M" \\ \n]},{[',
        "n": [1, 2],
    },
    {"type": "future.event", "nested": {"a": [{}, {"b": None}]}, "x": 1.5e300},
    {"type": "input_audio_buffer.append", "audio": "AAAA" * 40},
    {"type": "response.cancel"},
] * 4
TEXTS = [json.dumps(event).encode() for event in EVENTS]
LINES = b"".join(text + b"\n" for text in TEXTS)
PACKED = [msgpack.packb(event) for event in EVENTS]


def to_zstd(data: bytes) -> bytes:
    """Compress *data* as one frame of zstd."""
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


def to_parts(compress: Callable[[bytes], bytes], data: bytes) -> bytes:
    """Compress *data* as two members or frames, one after the other."""
    half = len(data) // 2
    return compress(data[:half]) + compress(data[half:])


COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "gzip members": lambda data: to_parts(gzip.compress, data),
    "zstd": to_zstd,
    "zstd frames": lambda data: to_parts(to_zstd, data),
}


def to_array(texts: Iterable[bytes], gap: bytes = b"", comma: bytes = b",") -> bytes:
    """Write an array of *texts*, with white space at all places where it may be."""
    return gap + b"[" + gap + comma.join(texts) + gap + b"]" + gap


def messages_of(batches: Iterable[pa.RecordBatch]) -> list[bytes]:
    """Return all messages in *batches*."""
    return [text for batch in batches for text in batch["message"].to_pylist()]


def places_of(batches: Iterable[pa.RecordBatch], key: str = "line") -> list[Any]:
    """Return one *key* of the source of each message in *batches*."""
    return [row[key] for batch in batches for row in batch["source"].to_pylist()]


def read(path: Path, **options: Any) -> list[pa.RecordBatch]:
    """Read all batches of one file."""
    with EventFile(str(path), **options) as file:
        return [batch for batch, _ in file]


def read_until_error(
    batches: Iterable[pa.RecordBatch], kind: type[Exception], match: str
) -> list[pa.RecordBatch]:
    """Return the *batches* before the error, and fail if it is not raised."""
    found: list[pa.RecordBatch] = []
    with pytest.raises(kind, match=match):
        deque(map(found.append, batches), maxlen=0)
    return found
