"""A JSON Schema document accepts what its mode accepts, and nothing else."""

import json
import re
from functools import cache
from math import isfinite
from typing import Any, Literal, get_args

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError as Invalid

from rtmodels import (
    UNSET,
    ErrorEvent,
    InputTextContent,
    MaxOutputTokens,
    Model,
    RealtimeAudioFormatsPcm,
    RealtimeAudioFormatsPcmu,
    RealtimeClientEvent,
    RealtimeConversationItemMessageSystem,
    RealtimeConversationItemMessageUser,
    RealtimeResponse,
    RealtimeServerEvent,
    Unknown,
    Unset,
    ValidationError,
    json_schema,
)
from rtmodels.adapters import DictAdapter

from ..strategies import (
    ALIASES,
    ARRAYS,
    BASE64,
    MODELS,
    OBJECTS,
    UNIONS,
    damaged,
    instances,
    is_model,
    spoiled,
    values,
)
from .places import MODES

pytestmark = pytest.mark.complete

HOLDERS = {
    f"{name} in fields": attrs.make_class(
        f"HolderOf{name}",
        {
            "required": attrs.field(type=alias),
            "required_nullable": attrs.field(type=alias | None),
            "optional": attrs.field(type=alias | None, default=None),
            "optional_nullable": attrs.field(type=alias | None | Unset, default=UNSET),
        },
        bases=(Model,),
        frozen=True,
        kw_only=True,
    )
    for name, alias in ALIASES.items()
    if len(get_args(alias)) < 20
}
"""One class for each alias, with a field for each line of the null table."""


def make_untagged(tag: str, type_: Any) -> Any:
    """Make a class that may go without its tag, with a field of *type_*."""
    fields = {
        "type": attrs.field(type=Literal[tag] | None, default=tag),
        "size": attrs.field(type=type_ | None, default=None),
    }
    return attrs.make_class(tag.title(), fields, bases=(Model,), kw_only=True)


def make_speaker(role: str) -> Any:
    """Make a class of messages that may go without their ``type``, but not a role."""
    fields = {
        "role": attrs.field(type=Literal[role], default=role),
        "type": attrs.field(type=Literal["message"] | None, default="message"),
        "text": attrs.field(type=str | None, default=None),
    }
    return attrs.make_class(role.title(), fields, bases=(Model,), kw_only=True)


OTHERS = {
    "tuple": tuple[RealtimeServerEvent, ...],
    "optional class": RealtimeResponse | None,
    "optional union": RealtimeClientEvent | None,
    "union without unknown": ErrorEvent | InputTextContent,
    "roles without unknown": (
        RealtimeConversationItemMessageUser | RealtimeConversationItemMessageSystem
    ),
    "one class or unknown": ErrorEvent | Unknown,
    "untagged without unknown": RealtimeAudioFormatsPcmu | RealtimeAudioFormatsPcm,
    "untagged with equal keys": (
        make_untagged("count", int) | make_untagged("word", str) | Unknown
    ),
    "untagged with roles": make_speaker("caller") | make_speaker("agent") | Unknown,
    "unknown": Unknown,
    "token limit": MaxOutputTokens,
}
TAGGED = {
    name: union
    for name, union in (UNIONS | OTHERS).items()
    if any(map(is_model, get_args(union))) and len(get_args(union)) < 20
}
"""Those of events are like the others, and only slower."""

OURS = {**{cls.__name__: cls for cls in MODELS}, **UNIONS, **OTHERS}
TYPES = OURS | HOLDERS
CLIENT_TYPES = {
    attrs.fields(cls).type.default
    for cls in get_args(RealtimeClientEvent)
    if cls is not Unknown
}
VALUES = [None, True, 12, 12.5, *BASE64[:2], "inf", *OBJECTS, *ARRAYS]
FEWER = settings(max_examples=settings.default.max_examples // 2 + 1)
"""There are many types, and what matters most is tried in turn besides."""

every_type = pytest.mark.parametrize("type_", TYPES.values(), ids=TYPES)


def check_pattern(_: object, pattern: str, value: object, __: object) -> Any:
    """Do as ECMA-262 says: unlike in Python, nothing follows a ``$``."""
    if isinstance(value, str) and not re.search(pattern.replace("$", r"\Z"), value):
        yield Invalid(f"{value!r} does not match {pattern!r}")


Validator = validators.extend(Draft202012Validator, {"pattern": check_pattern})


@cache
def validator_for(type_: Any, mode: Any) -> Any:
    """Make the validator for a document once."""
    return Validator(json_schema(type_, mode=mode))


@cache
def adapter_for(type_: Any, mode: Any) -> DictAdapter[Any]:
    """Make an adapter once."""
    return DictAdapter(type_, mode=mode)


def accepts(type_: Any, mode: Any, payload: Any) -> bool:
    """Return whether *mode* accepts *payload* as a *type_*."""
    try:
        adapter_for(type_, mode).decode(payload)
    except ValidationError:
        return False
    return True


def to_schema_json(value: Any) -> Any:
    """Put in place of what no schema can tell apart what it can.

    That is an int for a whole float; and a word for NaN, infinity and bytes, which JSON
    does not have.
    """
    match value:
        case dict():
            return {key: to_schema_json(item) for key, item in value.items()}
        case list():
            return [to_schema_json(item) for item in value]
        case bytes():
            return "bytes"
        case float() if not isfinite(value):
            return repr(value)
        case float() if value.is_integer():
            return int(value)
    return value


def assert_taken_alike(type_: Any, payload: Any) -> None:
    """Check that document and converter agree in every mode."""
    payload = to_schema_json(payload)
    valid = {mode: validator_for(type_, mode).is_valid(payload) for mode in MODES}
    accepted = {mode: accepts(type_, mode, payload) for mode in MODES}

    assert valid == accepted
    assert list(valid.values()) == sorted(valid.values()), "laxer modes take more"


@pytest.mark.parametrize("type_", OURS.values(), ids=OURS)
def test_what_the_library_encodes_is_valid(type_):
    """Any instance is, with unknown keys and objects in it."""

    @FEWER
    @given(values(type_))
    def check(value):
        payload = adapter_for(type_, "tolerant").encode(value)

        assert validator_for(type_, "tolerant").is_valid(payload)

    check()


@every_type
def test_payloads_are_taken_alike(type_):
    """Good ones, damaged ones, and those with values that only just fit."""
    good = values(type_).map(adapter_for(type_, "tolerant").encode)

    @FEWER
    @given(good | damaged(good) | spoiled(good) | damaged(spoiled(good)))
    def check(payload):
        assert_taken_alike(type_, payload)

    check()


@pytest.mark.parametrize("cls", MODELS, ids=lambda cls: cls.__name__)
def test_every_field_is_taken_alike(cls):
    """Each field of each class, with each odd value in turn, and without any."""

    @settings(max_examples=1)
    @given(values(cls).map(adapter_for(cls, "tolerant").encode))
    def check(payload):
        for field in attrs.fields(cls):
            rest = {key: item for key, item in payload.items() if key != field.name}
            assert_taken_alike(cls, rest)
            for value in VALUES:
                assert_taken_alike(cls, {**rest, field.name: value})

    check()


@pytest.mark.parametrize("union", TAGGED.values(), ids=TAGGED)
def test_every_tag_is_taken_alike(union):
    """Each tag of each member, with each odd value in turn, and without any."""

    @settings(max_examples=1)
    @given(st.tuples(*(instances(cls) for cls in get_args(union) if is_model(cls))))
    def check(members):
        payloads = [adapter_for(type(one), "tolerant").encode(one) for one in members]
        for payload in [*payloads, *({"size": size} for size in (5, "x", []))]:
            for key in {"type", "role"} & {"type", *payload}:
                rest = {k: item for k, item in payload.items() if k != key}
                assert_taken_alike(union, rest)
                assert_taken_alike(union, {**rest, "x_new": 1})
                for value in [None, 5, "tool"]:
                    assert_taken_alike(union, {**rest, key: value})
                    assert_taken_alike(union, {**rest, key: value, "x_new": 1})

    check()


@every_type
def test_whatever_is_at_the_top_is_taken_alike(type_):
    """Be it an object or not."""
    for value in VALUES:
        assert_taken_alike(type_, value)


@pytest.mark.parametrize("text", BASE64)
def test_base64_is_taken_alike(text):
    """Only the one spelling is valid that encodes back to the same text."""
    event = {"type": "input_audio_buffer.append", "audio": text}

    assert_taken_alike(RealtimeClientEvent, event)


def test_the_sample_session_is_valid(sample_frames):
    """Every message is, in the direction that it went."""
    for frame in map(json.loads, sample_frames):
        sent = frame["type"] in CLIENT_TYPES
        union = RealtimeClientEvent if sent else RealtimeServerEvent

        assert validator_for(union, "tolerant").is_valid(frame)


def test_messages_of_each_type_are_taken_alike(sample_frames):
    """The last of each in the sample session, as what a client or a server sends."""
    frames = {frame["type"]: frame for frame in map(json.loads, sample_frames)}
    for frame in frames.values():
        for union in (RealtimeClientEvent, RealtimeServerEvent):
            assert_taken_alike(union, frame)


def test_captured_messages_are_taken_alike(captures):
    """Whatever the servers of this world send, and their clients."""
    types = {"server": RealtimeServerEvent, "client": RealtimeClientEvent}
    for row in captures:
        assert_taken_alike(types[row["direction"]], row["value"])


@pytest.mark.parametrize(
    ("tokens", "taken"),
    [
        (12, ["strict", "tolerant", "forgiving"]),
        (12.0, ["tolerant", "forgiving"]),
        (12.5, ["forgiving"]),
        (1e300, ["forgiving"]),
    ],
)
def test_a_whole_float_is_an_integer_to_a_schema(tokens, taken):
    """Documents and modes differ here, as the docstring of `json_schema` says."""
    response = {"max_output_tokens": tokens}
    whole = float(tokens).is_integer()

    accepting = [mode for mode in MODES if accepts(RealtimeResponse, mode, response)]
    assert accepting == taken
    for mode in MODES:
        valid = validator_for(RealtimeResponse, mode).is_valid(response)
        assert valid == (whole or mode == "forgiving")
