"""What may stand in an instance besides what the annotations say."""

import json
from collections import UserDict
from enum import IntEnum, StrEnum
from types import MappingProxyType

import attrs
import pytest

from rtmodels import (
    AudioTranscription,
    CustomVoice,
    ErrorEvent,
    ErrorEventError,
    InputAudioBufferAppendEvent,
    InputTextContent,
    Prompt,
    RealtimeClientEvent,
    RealtimeFunctionTool,
    RealtimeResponse,
    RealtimeResponseCreateParams,
    RealtimeServerEvent,
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateRequestAudioOutput,
    RealtimeTurnDetectionServerVad,
    SessionUpdateEvent,
    Unknown,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

pytestmark = pytest.mark.needs("msgpack")

Vad = RealtimeTurnDetectionServerVad
Output = RealtimeSessionCreateRequestAudioOutput


class Word(StrEnum):
    """Strings by descent."""

    DONE = "completed"
    INF = "inf"
    AUTO = "auto"


class Count(IntEnum):
    """Integers by descent."""

    SEVEN = 7


class Text(str):
    """A string that is more than one."""

    __slots__ = ()


class Half(float):
    """A float that is more than one."""

    __slots__ = ()


class Blob(bytes):
    """Bytes that are more."""

    __slots__ = ()


ACCEPTED = [
    (RealtimeResponse(status=Word.DONE), {"status": "completed"}),
    (RealtimeResponse(id=Text("r")), {"id": "r"}),
    (RealtimeResponse(max_output_tokens=Count.SEVEN), {"max_output_tokens": 7}),
    (RealtimeResponse(max_output_tokens=Word.INF), {"max_output_tokens": "inf"}),
    (RealtimeResponse(output=[]), {"output": []}),
    (RealtimeResponse(output_modalities=["a"]), {"output_modalities": ["a"]}),
    (
        RealtimeResponse(output=[Unknown(tag="n", payload={"type": "n"})]),
        {"output": [{"type": "n"}]},
    ),
    (RealtimeResponse(metadata=UserDict(a=Text("b"))), {"metadata": {"a": "b"}}),
    (RealtimeResponse(metadata={Word.INF: "b"}), {"metadata": {"inf": "b"}}),
    (Vad(threshold=1), {"type": "server_vad", "threshold": 1}),
    (Vad(threshold=Half(0.5)), {"type": "server_vad", "threshold": 0.5}),
    (Vad(threshold=Count.SEVEN), {"type": "server_vad", "threshold": 7}),
    (Output(voice=Word.AUTO), {"voice": "auto"}),
    (Output(voice=CustomVoice(id=Text("v"))), {"voice": {"id": "v"}}),
    (
        RealtimeResponseCreateParams(tool_choice=Word.AUTO),
        {"tool_choice": "auto"},
    ),
    (
        RealtimeFunctionTool(parameters=MappingProxyType({"a": (Count.SEVEN,)})),
        {"type": "function", "parameters": {"a": [7]}},
    ),
    (
        Prompt(id="p", variables={"v": InputTextContent(text=Text("t"))}),
        {"id": "p", "variables": {"v": {"type": "input_text", "text": "t"}}},
    ),
    (
        Unknown(tag="n", payload=MappingProxyType({"type": Text("n"), "a": (1,)})),
        {"type": "n", "a": [1]},
    ),
    (AudioTranscription(languages=["en", Text("de")]), {"languages": ["en", "de"]}),
]


@pytest.mark.parametrize(("instance", "wire"), ACCEPTED)
def test_what_is_as_good_as_the_annotation_is_written(instance, wire):
    """Enums, subclasses, lists and mappings, as plain JSON types."""
    encoded = DictAdapter(type(instance)).encode(instance)

    assert encoded == wire
    assert json.loads(JsonAdapter(type(instance)).encode(instance)) == wire
    assert repr(encoded) == repr(json.loads(json.dumps(encoded)))


@pytest.mark.parametrize(
    "audio",
    [
        b"abc",
        bytearray(b"abc"),
        memoryview(b"abc"),
        pytest.param(
            Blob(b"abc"),
            marks=(),
        ),
    ],
)
def test_any_buffer_of_bytes_is_audio(audio):
    """Base64 on JSON, raw on MessagePack."""
    event = InputAudioBufferAppendEvent(audio=audio)

    assert b'"audio":"YWJj"' in JsonAdapter(RealtimeClientEvent).encode(event)
    assert b"\xc4\x03abc" in MsgpackAdapter(RealtimeClientEvent).encode(event)


def test_a_slice_of_a_buffer_is_audio():
    """Every other byte too, as from a stereo recording."""
    event = InputAudioBufferAppendEvent(audio=memoryview(b"aXbXcX")[::2])

    assert DictAdapter(InputAudioBufferAppendEvent).encode(event)["audio"] == "YWJj"


@pytest.mark.parametrize(
    ("event", "odd"),
    [
        (
            InputAudioBufferAppendEvent(audio=b"a", event_id="e"),
            {"audio": bytearray(b"a")},
        ),
        (
            SessionUpdateEvent(session=RealtimeSessionCreateRequest(), event_id="e"),
            {"event_id": Text("e")},
        ),
        (
            ErrorEvent(event_id="e", error=ErrorEventError(type="t", message="m")),
            {"event_id": Text("e")},
        ),
    ],
)
def test_the_order_of_keys_does_not_depend_on_how_a_value_came(event, odd):
    """Readers that take the type from the head of a frame rely on it."""
    adapter = JsonAdapter(type(event))

    assert adapter.encode(attrs.evolve(event, **odd)) == adapter.encode(event)


def test_encoding_leaves_the_instance_alone():
    """Dicts and lists on the wire are new ones."""
    payload = {"type": "new", "a": [{"b": 1}]}
    unknown = Unknown(tag="new", payload=payload)
    wire = DictAdapter(RealtimeServerEvent).encode(unknown)
    wire["a"][0]["b"] = 2

    assert payload == {"type": "new", "a": [{"b": 1}]}
