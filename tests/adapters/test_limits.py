"""What adapters refuse for its size: documents, depth, and what errors say of them."""

import copy
import json
import pickle
import struct

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import (
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseOutputAudioDeltaEvent,
    Unknown,
    configure,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter
from rtmodels.errors import DecodeError, RtmodelsError, ValidationError

pytestmark = pytest.mark.needs("msgpack")

MIB = 1 << 20
MODES = ("strict", "tolerant", "forgiving")
FORMS = [
    bytes,
    bytearray,
    memoryview,
    lambda data: memoryview(data).cast("B", (1, len(data))),
    bytes.decode,
]


def text_of(size):
    """Make a document of JSON with *size* bytes."""
    return b'{"type":"x","v":"%b"}' % (b"a" * (size - 19))


def packed_of(size):
    """Make a document of MessagePack with *size* bytes."""
    text = b"a" * (size - 15)
    return b"\x82\xa4type\xa1x\xa1v\xdb" + struct.pack(">I", len(text)) + text


def nested(levels, left="[", right="]"):
    """Make an event with *levels* arrays or objects in one another, and itself."""
    levels -= 1
    return f'{{"type":"x","v":{left * levels}1{right * levels}}}'.encode()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [21, 99, 100, 101, 3_999, 4_000, 100_000])
def test_a_document_may_have_max_bytes_and_no_more(size, form):
    """In whatever form it comes, and whatever else is done for its size."""
    data = form(text_of(size))

    event = JsonAdapter(RealtimeServerEvent, max_bytes=size).decode(data)
    assert event.tag == "x"
    with pytest.raises(
        DecodeError, match=rf"^too large: {size:,} bytes, the limit is {size - 1:,}$"
    ):
        JsonAdapter(RealtimeServerEvent, max_bytes=size - 1).decode(data)


@pytest.mark.parametrize("form", FORMS[:3])
@pytest.mark.parametrize("size", [20, 99, 100_000])
def test_messagepack_may_have_max_bytes_and_no_more(size, form):
    """As JSON."""
    data = form(packed_of(size))

    event = MsgpackAdapter(RealtimeServerEvent, max_bytes=size).decode(data)
    assert event.tag == "x"
    with pytest.raises(DecodeError, match=r"^too large"):
        MsgpackAdapter(RealtimeServerEvent, max_bytes=size - 1).decode(data)


@pytest.mark.parametrize("letter", ["a", "é", "€", "😀", "\\ud83d\\ude00"])
@given(count=st.integers(1, 100), below=st.integers(-3, 3))
def test_text_counts_as_its_bytes(letter, count, below):
    """A frame is as large as text as it is in UTF-8."""
    text = f'{{"type":"x","v":"{letter * count}"}}'
    size = len(text.encode())
    adapter = JsonAdapter(RealtimeServerEvent, max_bytes=size - below)

    if below <= 0:
        assert adapter.decode(text) == adapter.decode(text.encode())
    else:
        for data in (text, text.encode()):
            with pytest.raises(DecodeError, match=f"^too large: {size:,} bytes"):
                adapter.decode(data)


def test_audio_is_no_exception():
    """Where the payload is cut out of the frame, the frame has a limit too."""
    event = ResponseOutputAudioDeltaEvent(
        event_id="e",
        response_id="r",
        item_id="i",
        output_index=0,
        content_index=0,
        delta=bytes(100_000),
    )
    frame = JsonAdapter(RealtimeServerEvent).encode(event)
    size = len(frame)

    for data in (frame, frame.decode()):
        assert JsonAdapter(RealtimeServerEvent, max_bytes=size).decode(data) == event
        with pytest.raises(DecodeError, match=r"^too large"):
            JsonAdapter(RealtimeServerEvent, max_bytes=size - 1).decode(data)


@pytest.mark.parametrize(
    ("adapter_class", "make"), [(JsonAdapter, text_of), (MsgpackAdapter, packed_of)]
)
def test_there_is_a_limit_that_no_real_frame_reaches(adapter_class, make):
    """The API accepts 15 MiB of audio at once, which are 20 MiB of base64."""
    adapter = adapter_class(RealtimeServerEvent)

    assert adapter.decode(make(32 * MIB)).tag == "x"
    with pytest.raises(DecodeError, match=r"^too large: 33,554,433 bytes"):
        adapter.decode(make(32 * MIB + 1))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("brackets", [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("limit", [None, 2, 7, 100, 200])
@pytest.mark.parametrize(
    ("adapter_class", "make"),
    [
        (JsonAdapter, bytes),
        (DictAdapter, orjson.loads),
        (MsgpackAdapter, lambda data: msgspec.msgpack.encode(orjson.loads(data))),
    ],
)
def test_what_nobody_knows_may_nest_max_depth_levels(
    adapter_class, make, limit, brackets, mode
):
    """One more is rejected in every mode; what passes can be encoded again."""
    adapter = adapter_class(Unknown, mode=mode, max_depth=limit)
    levels = 100 if limit is None else limit
    data = make(nested(levels, *brackets))

    assert adapter.encode(adapter.decode(data)) == data
    with pytest.raises(ValidationError):
        adapter.decode(make(nested(levels + 1, *brackets)))


@pytest.mark.parametrize("mode", ["tolerant", "forgiving"])
@given(levels=st.integers(1, 300), limit=st.integers(1, 200))
def test_unknown_keys_nest_as_deep_as_unknown_events(mode, levels, limit):
    """The limit counts from where no class says what comes."""
    adapter = JsonAdapter(RealtimeResponse, mode=mode, max_depth=limit)
    data = f'{{"id":"r","new":{"[" * levels}{"]" * levels}}}'.encode()

    if levels <= limit:
        assert adapter.encode(adapter.decode(data)) == data
    else:
        with pytest.raises(ValidationError):
            adapter.decode(data)


@pytest.mark.parametrize("limit", [0, -1, 201, 10**9])
def test_no_limit_that_nobody_could_keep(limit):
    """What is deeper than 200 levels could be read, and never be written."""
    for make in (JsonAdapter, DictAdapter, MsgpackAdapter):
        with pytest.raises(ValueError, match=r"^max_depth must be from 1 to 200"):
            make(RealtimeResponse, max_depth=limit)
    with pytest.raises(ValueError, match=r"^max_depth must be from 1 to 200"):
        configure(make_converter(), max_depth=limit)


def test_a_converter_brings_its_depth():
    """It brings its mode, too."""
    converter = make_converter(max_depth=3)
    adapter = JsonAdapter(RealtimeServerEvent, converter=converter)

    assert adapter.decode(nested(3)).tag == "x"
    with pytest.raises(ValidationError, match="no more than 3 levels"):
        adapter.decode(nested(4))
    with pytest.raises(TypeError, match="max_depth="):
        JsonAdapter(RealtimeServerEvent, converter=converter, max_depth=4)


@pytest.mark.parametrize("adapter_class", [JsonAdapter, MsgpackAdapter])
def test_limits_survive_pickle_and_show(adapter_class):
    """A worker process has the limits of its parent."""
    adapter = adapter_class(RealtimeServerEvent, max_bytes=1_000, max_depth=5)
    make = text_of if adapter_class is JsonAdapter else packed_of
    for twin in (pickle.loads(pickle.dumps(adapter)), copy.copy(adapter)):
        assert "max_depth=5" in repr(twin)
        assert "max_bytes=1000" in repr(twin)
        assert twin.decode(make(1_000)).tag == "x"
        with pytest.raises(DecodeError, match="too large"):
            twin.decode(make(1_001))


LONG = "k" * 10_000


def hostile_documents():
    """Yield documents that have as much to complain about as can be."""
    keys = [LONG[:n] + str(n) for n in range(1_000, 1_300)]
    yield orjson.dumps({"type": "x", **dict.fromkeys(keys, "v" * 10_000)})
    yield orjson.dumps({"type": LONG})
    yield orjson.dumps({"type": [LONG] * 1_000})
    response = {"output": [{"type": LONG, LONG: LONG}] * 1_000, "id": [LONG]}
    yield orjson.dumps({"type": "response.done", "response": response})
    item = {"type": "message", "role": LONG, "content": [{"type": "text", "text": 1}]}
    yield orjson.dumps({"type": "conversation.item.added", "item": item})
    response = {"metadata": dict.fromkeys(keys, 1), "usage": LONG, "status": [LONG]}
    yield orjson.dumps({"type": "response.done", "event_id": 1, "response": response})
    yield b'{"type":"x","v":' + b"9" * 100_000 + b"}"
    yield b'{"type":"x"' + b',"%b":[' % LONG.encode() * 300
    yield b"\xff" * 100_000
    yield b'"' + b"\\ud800" * 10_000 + b'"'
    yield nested(250, f'{{"{LONG}":', "}")
    yield nested(250, '{"a b":', "}")
    yield nested(250)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("data", list(hostile_documents()), ids=range(13))
@pytest.mark.parametrize("loads", [orjson.loads, json.loads])
def test_errors_are_short_whatever_came(data, mode, loads):
    """A hundred issues of a line or two; and no long piece of what came."""
    adapter = JsonAdapter(RealtimeServerEvent, mode=mode, loads=loads)
    try:
        adapter.decode(data)
    except RtmodelsError as exc:
        text = str(exc)
        assert len(text) < 100_000
        assert LONG[:100] not in text
        for issue in getattr(exc, "issues", ()):
            assert len(str(issue)) < 1_500
        assert len(pickle.dumps(exc)) < 150_000
