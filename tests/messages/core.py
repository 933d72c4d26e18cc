"""The messages of frames, issues, set-up, building and schemas."""

import pickle
import sys
from functools import partial
from importlib import import_module
from typing import Any, Literal
from unittest.mock import patch

from attrs import field, frozen
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn

from rtmodels import (
    ErrorEvent,
    LiveServerEvent,
    Model,
    RealtimeClientEvent,
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeServerEvent,
    RealtimeSession,
    RealtimeSessionCreateRequest,
    ResponseAccumulator,
    TokenUsage,
    build,
    configure,
    downgrade,
    find,
    json_schema,
    make_converter,
    upgrade,
    upstream,
)
from rtmodels.adapters import DictAdapter, JsonAdapter
from rtmodels.adapters.translate import Translator

from . import Calls

RESPONSES = JsonAdapter(RealtimeResponse)
STRICT = JsonAdapter(RealtimeResponse, mode="strict")
FORGIVING = JsonAdapter(RealtimeResponse, mode="forgiving")
DICTS = DictAdapter(RealtimeResponse)


def decode(type_: Any, **payload: Any) -> Any:
    """Decode a payload as *type_*, in the default mode."""
    return DictAdapter(type_).decode(payload)


def encode(adapter: Any = RESPONSES, **attributes: Any) -> Any:
    """Encode a response that has these attributes."""
    return adapter.encode(RealtimeResponse(**attributes))


def import_without(library: str, module: str) -> None:
    """Import *module* as if *library* were not installed."""
    with patch.dict(sys.modules, {library: None}):
        sys.modules.pop(module, None)
        import_module(module)


def hold_itself() -> dict[str, Any]:
    """Return a dict that is its own value."""
    payload: dict[str, Any] = {}
    payload["again"] = payload
    return payload


def release() -> memoryview:
    """Return a view that cannot be read any more."""
    view = memoryview(b"")
    view.release()
    return view


def fail(*_: object) -> Any:
    """Raise an error as a function of a user may do."""
    raise ValueError("no such thing")


def hook_union() -> Converter:
    """Return a converter with a hook for a union."""
    converter = make_converter()
    converter.register_structure_hook(RealtimeServerEvent, fail)
    return converter


@frozen(kw_only=True)
class Node(Model):
    """A class that holds itself."""

    left: "Node | None" = None


@frozen(kw_only=True)
class Checked(Model):
    """A class with a validator."""

    name: str = field(validator=fail)


@frozen(kw_only=True)
class Untagged(Model):
    """An event without a constant type."""

    type: str = "untagged"


@frozen(kw_only=True)
class Twin(Model):
    """An item with the type and role of another."""

    type: Literal["message"] = "message"
    role: Literal["user"] = "user"


@frozen
class Foreign:
    """A class of attrs that is no model."""


@frozen(kw_only=True)
class AnyOrText(Model):
    """A class with a union that holds all values."""

    value: Any | RealtimeResponse


@frozen(kw_only=True)
class TwoArrays(Model):
    """A class with two kinds of arrays in one field."""

    value: tuple[str, ...] | tuple[int, ...]


def nest() -> dict[str, Any]:
    """Return a payload of `Node` that is nested too deep."""
    payload: dict[str, Any] = {}
    for _ in range(5_000):
        payload = {"left": payload}
    return payload


FRAMES: Calls = {
    "not JSON: …": lambda: RESPONSES.decode("<html>"),
    "not JSON, but a dict: DictAdapter decodes parsed data": (
        lambda: RESPONSES.decode({})
    ),
    "too large: … bytes, the limit is …": (
        lambda: JsonAdapter(RealtimeResponse, max_bytes=1).decode("{}  ")
    ),
    "a number of … digits; the limit is …": (lambda: FORGIVING.decode('{"n":1e5000}')),
    "a number with too large an exponent": (lambda: FORGIVING.decode('{"n":1e999999}')),
    "a fraction beyond the range of a float": (
        lambda: FORGIVING.decode('{"n":' + "9" * 400 + ".5}")
    ),
    "too many numbers beyond the range of a float": (
        lambda: FORGIVING.decode('{"n":[' + "1e4299," * 300 + "1]}")
    ),
}

DECODED: Calls = {
    "expected str, got int": lambda: decode(RealtimeResponse, id=5),
    "expected str, got nothing": lambda: decode(ErrorEvent, type="error", error={}),
    "expected str, got null": lambda: STRICT.decode('{"id":null}'),
    "expected one of …, got …": lambda: STRICT.decode('{"status":"odd"}'),
    "expected base64 text, got …": (
        lambda: JsonAdapter(RealtimeClientEvent).decode(
            '{"type":"input_audio_buffer.append","audio":"!"}'
        )
    ),
    "expected a known type, got …": (
        lambda: JsonAdapter(RealtimeServerEvent, mode="strict").decode('{"type":"odd"}')
    ),
    "expected no such key, got …": lambda: STRICT.decode('{"mood":"good"}'),
    "expected no such key, got a key of …": (
        lambda: decode(
            LiveServerEvent, type="session.started", session={"modalities": []}
        )
    ),
    "expected …, which only … leaves out, got nothing": (
        lambda: decode(
            RealtimeServerEvent, type="session.created", event_id="event_1", session={}
        )
    ),
    "expected no more than … levels, got one more": (
        lambda: DICTS.decode(hold_itself())
    ),
    "expected less nesting, got too many levels": lambda: decode(Node, **nest()),
    "expected …, got …Error: …": lambda: decode(Checked, name="Ada"),
    "expected readable data, got …": lambda: encode(extra={"x": release()}),
}

ENCODED: Calls = {
    "expected …, got dict, which DictAdapter decodes": lambda: RESPONSES.encode({}),
    "expected Mapping, got …": lambda: encode(extra=5),
    "expected string keys, got …": lambda: encode(extra={1: 1}),
    "expected no value in extra, got …": lambda: encode(STRICT, extra={"id": None}),
    "expected finite number, got …": lambda: encode(extra={"x": float("nan")}),
    "expected JSON value, got …": lambda: encode(extra={"x": object()}),
    "expected a JSON value, got …": (
        lambda: encode(JsonAdapter(RealtimeResponse, dumps=fail))
    ),
    "expected text in UTF-8, got a lone surrogate": lambda: encode(id="\ud83d"),
    "expected int of up to … digits, got … bits": (
        lambda: encode(extra={"x": 10**400})
    ),
}

VERSIONS: Calls = {
    "expected a value that the beta can express, got …": (
        lambda: downgrade(
            RealtimeSessionCreateRequest(parallel_tool_calls=True), strict=True
        )
    ),
    "expected a value that the GA can express, got …": (
        lambda: upgrade(RealtimeSession(id="sess_1", temperature=0.8), strict=True)
    ),
    "expected a value, which the GA requires, got nothing": (
        lambda: upgrade(RealtimeSession(), strict=True)
    ),
}

SET_UP: Calls = {
    "… is not installed; get it with …": (
        lambda: import_without("msgspec", "rtmodels.adapters.msgspec")
    ),
    "pass a class or a union, not its name …; …": (
        lambda: JsonAdapter("RealtimeResponse")
    ),
    "unknown mode …: choose one of …": lambda: make_converter(mode="lax"),
    "max_depth must be from 1 to …, not …": lambda: make_converter(max_depth=0),
    "pass either converter=, or mode= and max_depth=: …": (
        lambda: JsonAdapter(RealtimeResponse, converter=make_converter, mode="strict")
    ),
    "the converter has no hooks for rtmodels: …": (
        lambda: JsonAdapter(RealtimeResponse, converter=Converter())
    ),
    "make_dict_…_fn would lose undeclared keys of a class of rtmodels; …": (
        lambda: make_dict_structure_fn(RealtimeResponse, configure(Converter()))
    ),
    "nothing tells … from the other classes of the union: …": (
        lambda: JsonAdapter(RealtimeServerEvent | Foreign)
    ),
    "… cannot be told apart: … has no constant …; …": (
        lambda: JsonAdapter(RealtimeServerEvent | Untagged)
    ),
    "… cannot be told apart: they have the same type and role; …": (
        lambda: JsonAdapter(RealtimeConversationItem | Twin)
    ),
    "… has Any in a union, but Any accepts every value: …": (
        lambda: JsonAdapter(AnyOrText)
    ),
    "… has two kinds of JSON …, which cannot be told apart: …": (
        lambda: JsonAdapter(TwoArrays)
    ),
    "upgrade= and downgrade= require RealtimeServerEvent, …": (
        lambda: JsonAdapter(RealtimeResponse, upgrade=True)
    ),
    "upgrade= requires a union of events without a user-defined hook": (
        lambda: JsonAdapter(RealtimeServerEvent, upgrade=True, converter=hook_union())
    ),
    "a cattrs converter does not pickle; …": (
        lambda: pickle.dumps(JsonAdapter(RealtimeResponse, converter=make_converter()))
    ),
    "no event has the type …": lambda: find("response.don"),
    "OpenAI's schema has no …": lambda: upstream("RealtimeRespons"),
    "feed() accepts an event, a dict or JSON, not …": (
        lambda: ResponseAccumulator().feed(5)
    ),
    "no price for …": lambda: TokenUsage(input_text_tokens=1).cost({}),
    "no such price: …": lambda: TokenUsage().cost({"tokens": 1}),
    "the price of … is not a number: …": (
        lambda: TokenUsage().cost({"input_text_tokens": "$5"})
    ),
}


def take_anything(city) -> None:
    """Accept a parameter without an annotation."""


def take_cities(*cities: str) -> None:
    """Accept parameters without a name."""


def take_rooms(rooms: dict[int, str]) -> None:
    """Accept a mapping that JSON does not have."""


BUILD: Calls = {
    "… must be one of …, not …": lambda: build.update_session(truncation="some"),
    "… must be from … to …, not …": lambda: build.update_session(speed=2),
    "max_output_tokens must be from 1 to … or 'inf', not …": (
        lambda: build.create_response(max_output_tokens=0)
    ),
    "… must be at least 0, not …": lambda: build.Playback().interrupt(heard_ms=-1),
    "event_id must have at most … characters, not …": (
        lambda: build.cancel_response(event_id="x" * 513)
    ),
    "metadata must have at most … keys, not …": (
        lambda: build.create_response(metadata={str(key): "" for key in range(17)})
    ),
    "metadata[…] must have at most … characters …": (
        lambda: build.create_response(metadata={"x" * 65: ""})
    ),
    "languages must have at least one language, or be None": (
        lambda: build.update_session(
            transcription=decode(upstream("AudioTranscription"), languages=[])
        )
    ),
    "PCM must have a rate of … hertz, not …": (
        lambda: build.update_session(
            input_format=decode(
                upstream("RealtimeAudioFormats"), type="audio/pcm", rate=16_000
            )
        )
    ),
    "an event must have from 1 byte to 15 MiB of audio, …": (
        lambda: build.append_audio(b"", milliseconds=0)
    ),
    "a message must have some content: …": build.user_message,
    "a message has text, image() and audio(), not …": lambda: build.user_message(b""),
    "an image must be a PNG or JPEG": lambda: build.image(b"GIF89a"),
    "an image must be the bytes of a PNG or JPEG, or a URL …": (
        lambda: build.image("https://example.com/cat.png")
    ),
    "the output must name a call, …": lambda: build.function_output("", "foggy"),
    "the output must be text or what orjson can encode: …": (
        lambda: build.function_output("call_1", object())
    ),
    "tool_choice names …, which is not among the tools": (
        lambda: build.create_response(
            tools=[],
            tool_choice=decode(
                upstream("ToolChoiceFunction"), type="function", name="get_weather"
            ),
        )
    ),
    "… cannot be a tool: define a function with a name …": (
        lambda: build.function_tool(partial(print))
    ),
    "the parameter … has no annotation": lambda: build.function_tool(take_anything),
    "the parameter … cannot be passed by name": (
        lambda: build.function_tool(take_cities)
    ),
}

SCHEMAS: Calls = {
    (
        "no JSON Schema for …: it is neither a type of JSON nor a class with fields"
    ): lambda: json_schema(complex),
    "no JSON Schema for a mapping whose keys are not str": (
        lambda: build.function_tool(take_rooms)
    ),
    "JSON has no value …": lambda: json_schema(Literal[b"x"]),
    "ref has no {} for the name of a definition: …": (
        lambda: json_schema(RealtimeResponse, ref="#")
    ),
}

TRANSLATION: Calls = {
    "no dialect …; there are …": lambda: Translator("klingon"),
    "unknown must be 'drop' or 'pass', not …": lambda: Translator(unknown="keep"),
}

CORE: Calls = {
    **FRAMES,
    **DECODED,
    **ENCODED,
    **VERSIONS,
    **SET_UP,
    **BUILD,
    **SCHEMAS,
    **TRANSLATION,
}
