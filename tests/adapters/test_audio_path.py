"""Audio frames: a shortcut past the JSON parser must not show, whatever the frame."""

import base64
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtmodels import (
    DecodeError,
    RealtimeClientEvent,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseOutputTextDeltaEvent,
    ValidationError,
)
from rtmodels.adapters import JsonAdapter

from ..exact_json import load_exactly
from .audio_frames import (
    APPEND,
    BIG,
    BYTES,
    DECOYS,
    DELTA,
    FRAMES,
    MODES,
    NO_TEXT,
    OTHERS,
    PADDINGS,
    PAYLOAD_KEYS,
    SIZES,
    SPACES,
    STRANGE,
    TYPE_VALUES,
    TYPES,
    adapters,
    assert_alike,
    assert_all_alike,
    base64_of,
    frames,
    places,
)

every_frame = pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)


@given(frames())
def test_assembled_frames_are_decoded_alike(frame):
    """In value, in ``extra`` and in error, whatever it is made of."""
    assert_all_alike(frame)


@given(frames(), st.data())
def test_damaged_frames_are_decoded_alike(frame, data):
    """Cut anywhere, with bytes put in anywhere, that are not even UTF-8."""
    raw = frame.encode(errors="surrogatepass")
    start = data.draw(st.integers(0, len(raw)), label="start")
    stop = data.draw(st.integers(start, min(len(raw), start + 3)), label="stop")
    put = data.draw(st.binary(max_size=2) | st.sampled_from(BYTES), label="put")
    cut = data.draw(st.none() | st.integers(0, len(raw)), label="cut")

    assert_alike((raw[:start] + put + raw[stop:])[:cut])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("template", [DELTA, APPEND], ids=["delta", "append"])
def test_audio_of_any_size_is_decoded_alike(template, size):
    """From nothing to many times the size of what real servers send."""
    frame = template.replace("@", base64_of(size))

    assert_all_alike(frame)


@every_frame
@pytest.mark.parametrize("mode", MODES)
def test_audio_is_decoded_to_exact_bytes(frame, mode):
    """So that no test here compares two errors by mistake."""
    name = "delta" if '"delta"' in frame else "append"
    event = adapters(name, mode)[0].decode(frame)
    audio = event.delta if name == "delta" else event.audio

    assert type(audio) is bytes
    assert base64.b64encode(audio).decode() in frame
    assert event.extra is None


@every_frame
def test_decoded_audio_is_no_view_of_the_frame(frame):
    """Reusing one buffer for all frames overwrites no event."""
    adapter = JsonAdapter(RealtimeServerEvent | RealtimeClientEvent)
    buffer = bytearray(frame.encode())
    event = adapter.decode(memoryview(buffer))
    buffer[:] = bytes(len(buffer))

    assert event == adapter.decode(frame)


@every_frame
def test_views_of_other_shapes_are_decoded_alike(frame):
    """A slice of a larger buffer, every other byte, words."""
    data = frame.encode() + b" " * (-len(frame) % 4)
    views = [
        memoryview(b"xx" + data + b"xx")[2:-2],
        memoryview(bytes(byte for byte in data for _ in range(2)))[::2],
        memoryview(data[::-1])[::-1],
        memoryview(data).cast("I"),
        memoryview(data).cast("B", (2, len(data) // 2)),
        memoryview(data).cast("b"),
        memoryview(data).cast("c"),
    ]

    for view in views:
        assert_alike(view)


@every_frame
def test_a_released_view_is_not_looked_into(frame):
    """There may be something else by now where it points."""
    view = memoryview(frame.encode())
    view.release()
    with pytest.raises(DecodeError, match="released"):
        JsonAdapter(RealtimeServerEvent).decode(view)


class Text(str):
    """A string only by descent."""

    __slots__ = ()


class Data(bytes):
    """Bytes only by descent."""

    __slots__ = ()


@every_frame
def test_text_and_bytes_by_descent_are_decoded_alike(frame):
    """Orjson accepts some subclasses and rejects others."""
    for data in (Text(frame), Data(frame.encode()), None, 5, [frame]):
        assert_alike(data)


@pytest.mark.parametrize("payload", NO_TEXT)
@pytest.mark.parametrize("template", [DELTA, APPEND], ids=["delta", "append"])
def test_what_is_no_text_is_decoded_alike(template, payload):
    """Null, numbers, objects and what is no JSON, where the payload should be."""
    assert_all_alike(template.replace('"@"', payload))


@pytest.mark.parametrize("size", [0, 30, 20_000])
@pytest.mark.parametrize("part", STRANGE)
@pytest.mark.parametrize("template", [DELTA, APPEND], ids=["delta", "append"])
def test_payloads_that_are_not_plain_base64_are_decoded_alike(template, part, size):
    """Escapes, other alphabets, white space, quotes: first, last, in the middle."""
    text = base64_of(size)
    for at in {0, 1, 4, len(text) // 2, len(text) - 1, len(text)}:
        assert_all_alike(template.replace("@", text[:at] + part + text[at:]))
        assert_all_alike(template.replace("@", text[:at] + part + text[at + 1 :]))


@pytest.mark.parametrize("size", [0, 30, 19_999, 20_000])
@pytest.mark.parametrize("end", PADDINGS)
def test_other_paddings_are_decoded_alike(end, size):
    """Too little, too much, in the middle, and bits in it that mean nothing."""
    assert_all_alike(DELTA.replace("@", base64_of(size).rstrip("=") + end))


ONCE = ['"delta":"AAAA"', '"delta":""', '"delta":null', '"delta":"A"', '"delta":{}']
ONCE += [f'"delta":"{BIG}"', '"d\\u0065lta":"AAEC"', f'"\\u0064elta":"{BIG}"']
ONCE += ['"delta":["AAAA"]', '"delta":5', '"delta":"AAAA\\n"', '"audio":"AAAA"']


@pytest.mark.parametrize("last", ONCE, ids=lambda text: text[:25])
@pytest.mark.parametrize("first", ONCE, ids=lambda text: text[:25])
def test_repeated_keys_are_decoded_alike(first, last):
    """The last one counts, wherever the two stand."""
    for text in (
        f"{{{OTHERS},{first},{last}}}",
        f"{{{first},{OTHERS},{last}}}",
        f"{{{first},{last},{OTHERS}}}",
    ):
        assert_all_alike(text)


@pytest.mark.parametrize("value", ['"x"', "null", '"response.output_text.delta"'])
def test_a_repeated_type_is_decoded_alike(value):
    """The last one says which event it is."""
    repeated = f'"type":{value}'
    for text in (f'"delta":"{BIG}"', '"delta":"AAAA"'):
        assert_all_alike(f"{{{OTHERS},{text},{repeated}}}")
        assert_all_alike(f"{{{repeated},{OTHERS},{text}}}")
        assert_all_alike(f"{{{OTHERS},{repeated},{text}}}")


@pytest.mark.parametrize("size", [30, 20_000])
@pytest.mark.parametrize(("name", "value"), DECOYS)
def test_keys_that_only_look_like_the_payload_are_decoded_alike(name, value, size):
    """Nested, or inside a string; before the real one, and after it."""
    decoy, text = f"{name}:{value}", base64_of(size)
    append = '"type":"input_audio_buffer.append"'
    for key, others in (("delta", OTHERS), ("audio", append)):
        payload = f'"{key}":"{text}"'
        for parts in (
            [others, decoy, payload],
            [others, payload, decoy],
            [decoy, others, payload],
            [payload, others, decoy],
            [payload, decoy, others],
            [others, decoy],
        ):
            assert_all_alike(f"{{{','.join(parts)}}}")


@pytest.mark.parametrize("space", [" ", "\n"])
def test_a_key_that_ends_like_the_payloads_is_decoded_alike(space):
    """An escaped quote begins no key, though the frame ends as audio frames do."""
    payload = f'"delta"{space}:{space}""'

    assert_all_alike(f'{{{OTHERS},{payload},"x\\"delta":"{BIG}"}}')
    assert_all_alike(f'{{{OTHERS},{payload},"x\\\\\\"delta": "{BIG}"}}')


@pytest.mark.parametrize("wire_type", TYPE_VALUES)
@pytest.mark.parametrize("key", PAYLOAD_KEYS)
def test_other_types_are_decoded_alike(wire_type, key):
    """Known ones, unknown ones, escaped ones, and what is no type at all."""
    others = OTHERS.replace('"response.output_audio.delta"', wire_type)
    for text in ("AAAA", BIG):
        assert_all_alike(f'{{{others},{key}:"{text}"}}')
        assert_all_alike(f'{{{key}:"{text}",{others}}}')
        assert_all_alike(f'{{{key}:"{text}"}}')


@pytest.mark.parametrize("text", ["AAAA", BIG], ids=["small", "big"])
def test_text_that_looks_like_base64_stays_text(text):
    """A ``delta`` of written words is none of the shortcut's business."""
    frame = DELTA.replace("output_audio", "output_text").replace("@", text)
    event = JsonAdapter(RealtimeServerEvent).decode(frame)

    assert type(event) is ResponseOutputTextDeltaEvent
    assert event.delta == text


@pytest.mark.parametrize("space", SPACES)
@every_frame
def test_other_white_space_is_decoded_alike(frame, space):
    """JSON has four kinds of it, and what else may look like it is an error."""
    for sign in '{:,}"':
        assert_all_alike(frame.replace(sign, space + sign))
        assert_all_alike(frame.replace(sign, sign + space))
    assert_all_alike(frame.replace('":', f'"{space}:{space}'))


@every_frame
def test_frames_cut_anywhere_are_decoded_alike(frame):
    """Everywhere outside the payload, and here and there within it."""
    data = frame.encode()
    for at in places(frame):
        assert_alike(data[:at])
        assert_alike(data[at:])


@pytest.mark.complete
@every_frame
@pytest.mark.parametrize("byte", BYTES, ids=repr)
def test_a_wrong_byte_anywhere_is_decoded_alike(frame, byte):
    """Put in, or in the place of another."""
    data = frame.encode()
    for at in places(frame):
        assert_alike(data[:at] + byte + data[at:])
        assert_alike(data[:at] + byte + data[at + 1 :])


@every_frame
def test_a_missing_byte_anywhere_is_decoded_alike(frame):
    """Between two halves of a frame that fit together badly."""
    data = frame.encode()
    for at in places(frame):
        assert_alike(data[:at] + data[at + 1 :])


@every_frame
@pytest.mark.parametrize(
    "tail", ["x", "}", "{}", ",", '"', "\x00", " x", "\n\n", "//", "=", '"}', "\ufeff"]
)
def test_trailing_bytes_are_decoded_alike(frame, tail):
    """White space may follow a frame, and nothing else; nor may anything precede it."""
    assert_all_alike(frame + tail)
    assert_all_alike(tail + frame)


@every_frame
def test_other_encodings_are_decoded_alike(frame):
    """UTF-16, UTF-32, and a BOM before UTF-8."""
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-7"):
        assert_alike(frame.encode(encoding))


@pytest.mark.parametrize(
    "junk", [b"\xc0\x80", b"\xed\xa0\x80", b"\xf5", b"\xc3", b"\x80", "é".encode()]
)
@every_frame
def test_junk_that_is_not_utf_8_is_decoded_alike(frame, junk):
    """In a key, in another string, in the payload: a parser would see it anywhere."""
    data = frame.encode()
    for mark in (b"type", b"event", b"resp_", b'elta"', b'udio"', b'":"', b'"}'):
        assert_alike(data.replace(mark, mark[:2] + junk + mark[2:]))
        assert_alike(data.replace(mark, junk + mark))


@given(frames())
def test_frames_that_are_taken_come_back(frame):
    """What decodes encodes to the same JSON value."""
    for name in TYPES:
        for mode in MODES:
            adapter, _ = adapters(name, mode)
            try:
                value = adapter.decode(frame)
            except (DecodeError, ValidationError):
                continue

            assert load_exactly(adapter.encode(value)) == load_exactly(frame)


IDS = (
    '"event_id":"e","response_id":"r","item_id":"i","output_index":0,"content_index":0'
)


@pytest.mark.parametrize("space", ["", " "])
@pytest.mark.parametrize("last", [True, False], ids=["last", "first"])
def test_audio_is_decoded_without_a_copy_of_its_text(last, space):
    """Wherever the payload stands, memory holds the frame and the bytes in it."""
    payload = f'"delta":{space}"{base64_of(600_000)}"'
    parts = [IDS, payload] if last else [payload, IDS]
    frame = f'{{"type":"response.output_audio.delta",{",".join(parts)}}}'.encode()
    adapter = JsonAdapter(RealtimeServerEvent)
    adapter.decode(frame)  # makes the functions
    tracemalloc.start()
    event = adapter.decode(frame)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(event.delta) == 600_000
    assert peak < len(event.delta) + 50_000


def test_big_frames_without_audio_are_decoded():
    """Also by an adapter whose type has no audio in it, and so no shortcut."""
    text = "x" * 100_000

    assert JsonAdapter(RealtimeResponse).decode(f'{{"id":"{text}"}}').id == text


@pytest.mark.parametrize("limit", [46, 100, 200, 2000])
def test_a_frame_that_ends_where_its_payload_begins_is_not_json(limit):
    """Its last quote opens the payload, and does not end one."""
    adapter = JsonAdapter(RealtimeClientEvent, max_bytes=limit)
    with pytest.raises(DecodeError, match="not JSON"):
        adapter.decode(b'{"type":"input_audio_buffer.append","audio":"}')
