"""No error holds more of a payload than a short prefix of the offending scalar."""

import copy
import json
import pickle
from enum import Enum

import pytest
from attrs import define, frozen

from rtmodels import (
    DecodeError,
    EncodeError,
    ErrorEvent,
    InputAudioBufferAppendEvent,
    Issue,
    Model,
    RealtimeClientEvent,
    RealtimeConversationItem,
    RealtimeFunctionTool,
    RealtimeResponse,
    RealtimeResponseUsage,
    RealtimeServerEvent,
    ResponseCreateEvent,
    ResponseDoneEvent,
    RtmodelsError,
    ToolChoice,
    Unknown,
    ValidationError,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

from .places import CALL, USER, added, done, update

pytestmark = pytest.mark.needs("msgpack")

SECRET = "".join(f"<{number}>" for number in range(2200))
"""Ten kilobytes in which no six characters occur twice."""
SHOWN = 40
"""No more characters than this of a payload get into an issue."""
LIMIT = 1000
"""The maximum length of an error about one place, which is mostly fixed text."""


@define
class Mine:
    """A user-defined class."""

    count: int = 0
    share: float = 0.0
    response: RealtimeResponse | None = None
    named: dict[str, RealtimeResponse] | None = None


@frozen(kw_only=True)
class Hued(Model):
    """A schema class with a user-defined type in a field."""

    hue: Enum("Hue", ["RED"]) | None = None


class Chatty:
    """An object whose representation tells everything."""

    def __repr__(self):
        """Reveal the secret."""
        return SECRET


DECODED = {
    "str for int": (RealtimeResponse, {"usage": {"total_tokens": SECRET}}),
    "str for float": (RealtimeServerEvent, done(audio=SECRET)),
    "str for bool": (RealtimeClientEvent, update(parallel_tool_calls=SECRET)),
    "str for constant": (ErrorEvent, {"type": SECRET}),
    "str for limit": (RealtimeResponse, {"max_output_tokens": SECRET}),
    "str for array": (RealtimeResponse, {"output": SECRET}),
    "str for object": (RealtimeResponse, {"usage": SECRET}),
    "str for mapping": (RealtimeResponse, {"metadata": SECRET}),
    "str for union": (RealtimeServerEvent, added(SECRET)),
    "str for event": (RealtimeServerEvent, SECRET),
    "str for part": (RealtimeServerEvent, done(output=[{**USER, "content": [SECRET]}])),
    "list for str": (RealtimeResponse, {"id": [SECRET]}),
    "object for str": (RealtimeResponse, {"id": {SECRET: SECRET}}),
    "no base64": (InputAudioBufferAppendEvent, {"audio": SECRET}),
    "nearly base64": (InputAudioBufferAppendEvent, {"audio": "QUJD" * 2500 + "!"}),
    "value of a mapping": (RealtimeResponse, {"metadata": {"a": [SECRET]}}),
    "key of a mapping": (RealtimeResponse, {"metadata": {SECRET: 5}}),
    "plain key of a mapping": (RealtimeResponse, {"metadata": {"k" * 10_000: 5}}),
    "variable of a prompt": (
        RealtimeClientEvent,
        update(prompt={"id": "p", "variables": {SECRET: 5}}),
    ),
    "list for tag": (RealtimeServerEvent, {"type": [SECRET]}),
    "role": (ResponseDoneEvent | ErrorEvent, {"type": SECRET}),
    "choice": (ToolChoice, [SECRET]),
    "bytes for str": (RealtimeResponse, {"id": SECRET.encode()}),
    "long int for str": (RealtimeResponse, {"id": 10**4000}),
    "long int for bool": (RealtimeClientEvent, update(parallel_tool_calls=10**4000)),
    "object of a class": (RealtimeResponse, {"usage": Chatty()}),
    "object in extra": (RealtimeResponse, {"new": Chatty()}),
    "object as key": (RealtimeResponse, {"metadata": {Chatty(): "a"}}),
    "object as key in extra": (RealtimeResponse, {"new": {Chatty(): 1}}),
    "bytes as key": (RealtimeResponse, {"metadata": {SECRET.encode(): "a"}}),
    "tuple as key": (RealtimeResponse, {"metadata": {(SECRET,): "a"}}),
    "deep in extra": (RealtimeResponse, {SECRET: {SECRET: object()}}),
    "theirs: int": (Mine, {"count": SECRET}),
    "theirs: float": (Mine, {"share": SECRET}),
    "theirs: ours": (Mine, {"response": SECRET}),
    "theirs: key": (Mine, {"named": {SECRET: {"id": 5}}}),
    "theirs: no mapping": (Mine, {"named": SECRET}),
    "theirs in ours": (Hued, {"hue": SECRET}),
    "list of theirs": (list[Mine], [{"count": SECRET}]),
}
STRICT = {
    "word": (RealtimeResponse, {"status": SECRET}),
    "tag": (RealtimeServerEvent, {"type": SECRET}),
    "role": (RealtimeConversationItem, {**USER, "role": SECRET}),
    "value of an unknown key": (RealtimeResponse, {"new": SECRET}),
    "unknown key": (RealtimeResponse, {SECRET: SECRET}),
    "plain unknown key": (RealtimeResponse, {"k" * 10_000: SECRET}),
    "call": (RealtimeConversationItem, {**CALL, SECRET: 1}),
}
ENCODED = {
    "str for int": RealtimeResponseUsage(total_tokens=SECRET),
    "str for limit": RealtimeResponse(max_output_tokens=SECRET),
    "str for constant": ResponseCreateEvent(type=SECRET),
    "str for audio": InputAudioBufferAppendEvent(audio=SECRET),
    "str for array": RealtimeResponse(output=SECRET),
    "str for object": RealtimeResponse(usage=SECRET),
    "str for mapping": RealtimeResponse(metadata=SECRET),
    "bytes for str": RealtimeResponse(id=SECRET.encode()),
    "object for str": RealtimeResponse(id=Chatty()),
    "object in extra": RealtimeResponse(extra={"new": Chatty()}),
    "object as key": RealtimeResponse(extra={Chatty(): 1}),
    "str as key": RealtimeResponse(extra={SECRET: Chatty()}),
    "tuple as key": RealtimeResponse(extra={(SECRET,): 1}),
    "key of a mapping": RealtimeResponse(metadata={SECRET: 5}),
    "parameters": RealtimeFunctionTool(parameters={"a": {SECRET: {SECRET}}}),
    "half a character": RealtimeResponse(id=SECRET + "\ud800"),
    "half a character as key": RealtimeResponse(metadata={SECRET + "\ud800": ""}),
    "long int": RealtimeResponse(max_output_tokens=10**4000),
    "payload": Unknown(tag="new", payload={SECRET: Chatty()}),
    "item": RealtimeResponse(output=(Chatty(),)),
    "theirs": Mine(response=RealtimeResponse(id=Chatty())),
}


def check(error):
    """Make sure that *error* is small and tells little, and so do its copies."""
    twins = (copy.copy(error), copy.deepcopy(error), pickle.loads(pickle.dumps(error)))
    for twin in (error, *twins):
        for text in (str(twin), repr(twin)):
            assert len(text) <= LIMIT
            assert SECRET[SHOWN : SHOWN + 10] not in text
            assert "k" * (SHOWN + 1) not in text
    assert {(type(twin), str(twin)) for twin in twins} == {(type(error), str(error))}
    assert len(pickle.dumps(error)) <= 2 * LIMIT


@pytest.mark.parametrize("mode", ["strict", "tolerant"])
@pytest.mark.parametrize(("type_", "payload"), DECODED.values(), ids=DECODED)
def test_a_secret_in_the_wrong_place_is_not_told(type_, payload, mode):
    """On the way in, wherever it stands."""
    with pytest.raises(ValidationError) as caught:
        DictAdapter(type_, mode=mode).decode(payload)

    check(caught.value)


@pytest.mark.parametrize(("type_", "payload"), STRICT.values(), ids=STRICT)
def test_strict_mode_tells_no_secrets(type_, payload):
    """Errors that only this mode raises are as short."""
    with pytest.raises(ValidationError) as caught:
        DictAdapter(type_, mode="strict").decode(payload)

    check(caught.value)


@pytest.mark.parametrize("adapter", [JsonAdapter, MsgpackAdapter])
@pytest.mark.parametrize("instance", ENCODED.values(), ids=ENCODED)
def test_a_secret_that_cannot_be_written_is_not_told(instance, adapter):
    """On the way out."""
    with pytest.raises(EncodeError) as caught:
        adapter(type(instance), converter=make_converter()).encode(instance)

    check(caught.value)


@pytest.mark.parametrize("exc", [ValueError, KeyError, RuntimeError, AttributeError])
def test_a_secret_that_a_hook_tells_is_cut(exc):
    """Hooks like to quote what they were given."""

    def hook(_value, _type=None):
        raise exc(SECRET)

    converter = make_converter()
    converter.register_structure_hook(RealtimeResponse, hook)
    converter.register_unstructure_hook(RealtimeResponse, hook)
    for adapter in (
        DictAdapter(RealtimeServerEvent, converter=converter),
        DictAdapter(RealtimeResponse, converter=converter),
    ):
        with pytest.raises(ValidationError) as caught:
            adapter.decode(done())
        check(caught.value)
    with pytest.raises(EncodeError) as caught:
        DictAdapter(RealtimeServerEvent, converter=converter).encode(
            ResponseDoneEvent(event_id="e", response=RealtimeResponse())
        )
    check(caught.value)


@pytest.mark.parametrize(
    "data",
    [SECRET, '{"a":' + SECRET, '"' + SECRET, '{"' + SECRET + '":}', b"\xff" * 9999],
)
def test_what_is_not_json_is_not_told(data):
    """Whichever library reads it."""
    for loads in (None, json.loads):
        with pytest.raises(DecodeError) as caught:
            JsonAdapter(RealtimeResponse, loads=loads).decode(data)
        check(caught.value)


def test_what_a_parser_quotes_is_cut():
    """A user-defined parser may quote its input."""

    def loads(data):
        raise ValueError(f"bad input: {data}")

    with pytest.raises(DecodeError) as caught:
        JsonAdapter(RealtimeResponse, loads=loads).decode(SECRET)

    check(caught.value)


def test_a_hundred_issues_are_small_together():
    """Each has its path and its prefix, and no more."""
    content = [{"type": SECRET, "text": [SECRET], SECRET: 1}] * 200
    with pytest.raises(ValidationError) as caught:
        DictAdapter(RealtimeServerEvent, mode="strict").decode(
            done(output=[{**USER, "content": content}])
        )

    assert len(caught.value.issues) == 100
    assert len(str(caught.value)) < 100 * 200


def test_the_base_of_all_errors_is_rtmodels_error():
    """One ``except`` is enough."""
    for cls in (ValidationError, EncodeError, DecodeError):
        assert issubclass(cls, RtmodelsError)
        assert issubclass(cls, ValueError)
    assert str(Issue((), "str", "int")) == "$: expected str, got int"
