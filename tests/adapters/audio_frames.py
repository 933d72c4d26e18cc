"""Frames that are audio events or nearly so, and two ways to decode them."""

import base64
import json
from functools import cache
from typing import Any

import attrs
from hypothesis import strategies as st

from rtmodels import (
    DecodeError,
    InputAudioBufferAppendEvent,
    RealtimeClientEvent,
    RealtimeServerEvent,
    ResponseOutputAudioDeltaEvent,
    ValidationError,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

from ..exact_json import load_as

TYPES = {
    "server": RealtimeServerEvent,
    "client": RealtimeClientEvent,
    "delta": ResponseOutputAudioDeltaEvent,
    "append": InputAudioBufferAppendEvent,
}
MODES = ("strict", "tolerant", "forgiving")
BUFFERS = (bytes, bytearray, memoryview)

DELTA = (
    '{"type":"response.output_audio.delta","event_id":"event_1",'
    '"response_id":"resp_1","item_id":"item_1","output_index":0,"content_index":0,'
    '"delta":"@"}'
)
"""As OpenAI's server orders the keys; the payload goes where the @ is."""

APPEND = '{"type":"input_audio_buffer.append","audio":"@"}'
HEAD = DELTA[: DELTA.index('"delta"')]
OTHERS = HEAD[1:-1]
"""The keys beside the payload."""


def base64_of(size: int) -> str:
    """Write *size* bytes, all different ones among them, as base64 text."""
    return base64.b64encode((bytes(range(256)) * (size // 256 + 1))[:size]).decode()


BIG = base64_of(20_000)
SIZES = [*range(10), 47, 48, 255, 1000, 2850, 3000, 3071, 3072, 4800, 9600, 20_000]
FRAMES = {
    "small delta": DELTA.replace("@", base64_of(30)),
    "big delta": DELTA.replace("@", BIG),
    "small append": APPEND.replace("@", base64_of(31)),
    "big append": APPEND.replace("@", BIG),
}


@cache
def adapters(name: str, mode: Any) -> tuple[JsonAdapter[Any], DictAdapter[Any]]:
    """Make the adapter under test, and the plain one, once."""
    type_ = TYPES[name]
    return JsonAdapter(type_, mode=mode), DictAdapter(type_, mode=mode)


def parse(frame: Any, mode: str) -> Any:
    """Parse *frame* as the plain path does."""
    try:
        return load_as(mode, frame)
    except ValueError:
        raise DecodeError from None


def outcome(decode: Any, frame: Any) -> Any:
    """Write down all that decoding *frame* gives, or what is wrong with it."""
    try:
        value = decode(frame)
    except DecodeError:
        return DecodeError
    except ValidationError as exc:
        return exc.issues
    return type(value), json.dumps(attrs.asdict(value), sort_keys=True, default=repr)


def assert_alike(frame: Any) -> None:
    """Decode *frame* both ways, as every type and in every mode."""
    for name in TYPES:
        for mode in MODES:
            json_adapter, dict_adapter = adapters(name, mode)

            def plain(
                data: Any, decode: Any = dict_adapter.decode, mode: str = mode
            ) -> Any:
                return decode(parse(data, mode))

            assert outcome(json_adapter.decode, frame) == outcome(plain, frame)


def assert_all_alike(text: str) -> None:
    """Decode *text* both ways, and as bytes in every kind of buffer."""
    assert_alike(text)
    data = text.encode(errors="surrogatepass")
    for buffer in BUFFERS:
        assert_alike(buffer(data))


BYTES = [b'"', b"\\", b"{", b"}", b",", b":", b"0", b" ", b"\n", b"=", b"\x00", b"\xff"]
"""What may change the meaning of a frame wherever it stands."""

sizes = st.sampled_from(SIZES) | st.integers(0, 20_000)
good_base64 = sizes.map(base64_of)
PADDINGS = ["=", "==", "===", "A", "AA", "A=", "AA=", "AB==", "AAB=", "=AAA", "A=A="]
STRANGE = ["\\n", "\\r\\n", "\\/", "\\u0041", "\\u002f", "\\u002B", "\\\\", '\\"']
STRANGE += ["-", "_", " ", "\n", "\t", "\x00", "é", "\U0001f3a7", "\\ud83c", "\ud83c"]
STRANGE += ["\\", '"', "\\x41", "\\u00", "%2B", ".", ",", "=", "{", "}", '","delta":"']


@st.composite
def strange_base64(draw: st.DrawFn) -> str:
    """Put what is not plain base64 somewhere into a payload, or at its end."""
    text = draw(good_base64)
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(text)))
        if draw(st.booleans()):
            text = text[:at] + draw(st.sampled_from(STRANGE)) + text[at:]
        else:
            text = text.rstrip("=") + draw(st.sampled_from(PADDINGS))
    return text


payload_texts = (good_base64 | strange_base64()).map('"{}"'.format)
NO_TEXT = ["null", "5", "1.5", "true", "{}", "[]", '["AAAA"]', '{"delta":"AAAA"}']
NO_TEXT += ["NaN", "", "'AAAA'", '""""', '"AAAA" "AAAA"', "[1,", '"\\u00e9"']
payloads = payload_texts | st.sampled_from(NO_TEXT)

PAYLOAD_KEYS = ['"delta"', '"audio"', '"d\\u0065lta"', '"\\u0061udio"', '"delt\\u0061"']
DECOYS = [
    ('"x"', '{"delta":"AAAA","audio":"AAAA"}'),
    ('"x"', '[{"type":"response.output_audio.delta","delta":"AAAA"}]'),
    ('"x"', '"\\"delta\\":\\"AAAA\\""'),
    ('"x"', '"\\"audio\\":\\"AAAA"'),
    ('"x"', '"delta"'),
    ('"\\"delta\\""', '"AAAA"'),
    ('"x\\"delta"', f'"{BIG}"'),
    ('"event_id"', '"\\\\\\",\\"delta\\":\\""'),
    ('"event_id"', '"delta"'),
    ('"item_id"', '"é \U0001f3a7 \\ud83c\\udfa7"'),
    ('"Delta"', '"AAAA"'),
    ('"delta "', '"AAAA"'),
    ('""', '""'),
    ('"new"', "12345678901234567890123"),
    ('"output_index"', '"0"'),
    ('"output_index"', "0.0"),
    ('"event_id"', "null"),
    ('"extra"', '{"a":[1,2.5,null]}'),
]
WIRE_TYPES = ["response.output_audio.delta", "input_audio_buffer.append"]
WIRE_TYPES += ["response.output_text.delta", "response.audio.delta", "x", "error"]
TYPE_VALUES = [*map(json.dumps, WIRE_TYPES), '"response.output_audio\\u002edelta"']
TYPE_VALUES += ["null", "5", '["response.output_audio.delta"]']
SPACES = [" ", "\n", "\t", "\r", " \r\n\t ", "\ufeff", "\x0b", "\xa0"]
ALL_KEYS = ["event_id", "response_id", "item_id"]
SCALARS = [(f'"{key}"', f'"{key}_1"') for key in ALL_KEYS]
SCALARS += [('"output_index"', "0"), ('"content_index"', "0")]


@st.composite
def frames(draw: st.DrawFn) -> str:
    """Assemble a frame as text: one that is nearly an audio event."""
    wire_type, key = draw(st.sampled_from([(0, '"delta"'), (1, '"audio"')]))
    members = [(key, draw(payload_texts)), *SCALARS[: 1 if wire_type else None]]
    members += draw(st.lists(st.sampled_from(DECOYS), max_size=2))
    if draw(st.booleans()):
        members.append((draw(st.sampled_from(PAYLOAD_KEYS)), draw(payloads)))
    members = draw(st.just(members) | st.permutations(members))
    type_value = draw(st.just(TYPE_VALUES[wire_type]) | st.sampled_from(TYPE_VALUES))
    at = draw(st.sampled_from([0, 0, len(members)]))
    members[at:at] = draw(st.sampled_from([[('"type"', type_value)]] * 9 + [[]]))
    space = draw(st.just("") | st.sampled_from(SPACES))
    pairs = [f"{space}{name}{space}:{space}{value}{space}" for name, value in members]
    return f"{space}{{{','.join(pairs)}}}{space}"


def places(frame: str) -> list[int]:
    """Choose places in *frame*: all but those deep inside a long payload."""
    start = frame.rindex('":"') + 3
    deep = range(start + 6, len(frame) - 8)
    return [at for at in range(len(frame) + 1) if at not in deep or at % 4999 == 0]
