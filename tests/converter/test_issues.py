"""What an error says: every problem at once, each with its path, type and value."""

import copy
import json
import pickle
from collections import OrderedDict
from types import MappingProxyType

import msgspec
import pytest

from rtmodels import (
    DecodeError,
    EncodeError,
    ErrorEvent,
    InputAudioBufferAppendEvent,
    Issue,
    RealtimeClientEvent,
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeServerEvent,
    RealtimeSessionCreateRequest,
    RtmodelsError,
    ToolChoice,
    Unknown,
    ValidationError,
    VoiceIdsOrCustomVoice,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

from .places import CALL, MCP_CALL, MCP_LIST, USER, added, done, update

pytestmark = pytest.mark.needs("msgpack")

TEXTS = [
    # scalars
    (RealtimeResponse, {"id": 5}, "$.id: expected str, got int"),
    (RealtimeResponse, {"id": 1.5}, "$.id: expected str, got float"),
    (RealtimeResponse, {"id": True}, "$.id: expected str, got bool"),
    (RealtimeResponse, {"id": []}, "$.id: expected str, got array"),
    (RealtimeResponse, {"id": {}}, "$.id: expected str, got object"),
    (
        RealtimeResponse,
        {"usage": {"total_tokens": "5"}},
        "$.usage.total_tokens: expected int, got str",
    ),
    (
        RealtimeResponse,
        {"usage": {"total_tokens": 5.5}},
        "$.usage.total_tokens: expected int, got 5.5",
    ),
    (
        RealtimeResponse,
        {"usage": {"total_tokens": False}},
        "$.usage.total_tokens: expected int, got bool",
    ),
    (
        RealtimeServerEvent,
        added({**MCP_CALL, "id": None}),
        "$.item.id: expected str, got null",
    ),
    # words
    (RealtimeResponse, {"status": 5}, "$.status: expected str, got int"),
    (
        ErrorEvent,
        {"type": "oops", "event_id": "e", "error": {"type": "t", "message": "m"}},
        "$.type: expected 'error', got 'oops'",
    ),
    (
        RealtimeResponse,
        {"status_details": {"reason": []}},
        "$.status_details.reason: expected str, got array",
    ),
    # base64
    (
        InputAudioBufferAppendEvent,
        {"type": "input_audio_buffer.append", "audio": "no!"},
        "$.audio: expected base64 text, got 'no!'",
    ),
    (
        InputAudioBufferAppendEvent,
        {"type": "input_audio_buffer.append", "audio": 5},
        "$.audio: expected base64 text, got int",
    ),
    # arrays and objects
    (RealtimeResponse, {"output": {}}, "$.output: expected array, got object"),
    (RealtimeResponse, {"output": "x"}, "$.output: expected array, got str"),
    (RealtimeResponse, {"output": [5]}, "$.output[0]: expected object, got int"),
    (RealtimeResponse, {"usage": []}, "$.usage: expected object, got array"),
    (RealtimeResponse, {"metadata": []}, "$.metadata: expected object, got array"),
    (
        RealtimeResponse,
        {"metadata": {"a": None, "b": "c", "d e": 5}},
        (
            "$.metadata.a: expected str, got null\n"
            "$.metadata['d e']: expected str, got int"
        ),
    ),
    (
        RealtimeServerEvent,
        added({**MCP_LIST, "tools": [{"name": "t", "input_schema": []}]}),
        "$.item.tools[0].input_schema: expected object, got array",
    ),
    # several shapes
    (ToolChoice, 5, "$: expected one of 'none', 'auto', 'required' or object, got int"),
    (ToolChoice, {"type": "function"}, "$.name: expected str, got nothing"),
    (VoiceIdsOrCustomVoice, 5, "$: expected str or object, got int"),
    (VoiceIdsOrCustomVoice, {"id": 5}, "$.id: expected str, got int"),
    (
        RealtimeClientEvent,
        update(tools=[{"type": "mcp", "server_label": "s", "allowed_tools": 5}]),
        "$.session.tools[0].allowed_tools: expected object or array, got int",
    ),
    (
        RealtimeClientEvent,
        update(tools=[{"type": "mcp", "server_label": "s", "allowed_tools": [5]}]),
        "$.session.tools[0].allowed_tools[0]: expected str, got int",
    ),
    (
        RealtimeClientEvent,
        update(prompt={"id": "p", "variables": {"v": 5, "w": {"type": 5}}}),
        (
            "$.session.prompt.variables.v: expected str or object, got int\n"
            "$.session.prompt.variables.w.type: expected str, got int"
        ),
    ),
    # required keys
    (
        RealtimeServerEvent,
        {"type": "response.done"},
        (
            "$.event_id: expected str, got nothing\n"
            "$.response: expected object, got nothing"
        ),
    ),
    (
        RealtimeConversationItem,
        {"type": "function_call"},
        "$.name: expected str, got nothing\n$.arguments: expected str, got nothing",
    ),
    # tuples
    (
        tuple[RealtimeServerEvent, ...],
        [done(), 5, {"type": 5}, done(id=5)],
        (
            "$[1]: expected object, got int\n$[2].type: expected str, got int\n"
            "$[3].response.id: expected str, got int"
        ),
    ),
    (tuple[RealtimeServerEvent, ...], {}, "$: expected array, got object"),
    # the example of the design
    (
        RealtimeServerEvent,
        done(
            output=[
                {**USER, "content": [{"type": "input_text"}, {"text": 5}]},
            ]
        ),
        "$.response.output[0].content[1].text: expected str, got int",
    ),
]


def error_of(type_, payload, mode="tolerant"):
    """Return the error that decoding *payload* raises."""
    with pytest.raises(ValidationError) as caught:
        DictAdapter(type_, mode=mode).decode(payload)
    return caught.value


@pytest.mark.parametrize(("type_", "payload", "text"), TEXTS)
def test_an_error_says_where_and_what(type_, payload, text):
    """In these words."""
    error = error_of(type_, payload)

    assert str(error) == text
    assert [str(issue) for issue in error.issues] == text.splitlines()


@pytest.mark.parametrize(("type_", "payload", "text"), TEXTS)
def test_every_wire_says_the_same(type_, payload, text):
    """A payload is as wrong on JSON and MessagePack."""
    with pytest.raises(ValidationError) as caught:
        JsonAdapter(type_).decode(json.dumps(payload))
    assert str(caught.value) == text
    with pytest.raises(ValidationError) as caught:
        MsgpackAdapter(type_).decode(msgspec.msgpack.encode(payload))
    assert str(caught.value) == text


def test_all_problems_come_at_once_in_the_order_of_the_fields():
    """Not in the order of the keys on the wire; unknown keys come last."""
    payload = {
        "new": 1,
        "usage": 5,
        "output": [{**CALL, "arguments": 5, "id": 6}, {"type": "new"}],
        "id": 5,
        "status": None,
    }
    error = error_of(RealtimeServerEvent, {**done(**payload), "newer": 2}, "strict")

    assert [issue.path for issue in error.issues] == [
        "$.response.id",
        "$.response.status",
        "$.response.output[0].arguments",
        "$.response.output[0].id",
        "$.response.output[1].type",
        "$.response.usage",
        "$.response.new",
        "$.newer",
    ]


def test_what_a_laxer_mode_takes_is_no_issue_there():
    """One wrong value among things that are kept is the only issue."""
    payload = done(new=1, status="dreaming", usage=None, id=5, output=[{"type": "n"}])

    assert str(error_of(RealtimeServerEvent, payload)) == (
        "$.response.id: expected str, got int"
    )


@pytest.mark.parametrize("mapping", [OrderedDict, MappingProxyType])
def test_any_mapping_and_sequence_is_read(mapping):
    """A dict adapter accepts mappings like dicts, and tuples for lists."""
    payload = mapping(
        {**done(), "response": mapping({"output": (mapping(CALL),), "metadata": None})}
    )
    event = DictAdapter(RealtimeServerEvent).decode(payload)

    assert event == DictAdapter(RealtimeServerEvent).decode(
        done(output=[CALL], metadata=None)
    )


@pytest.mark.parametrize("value", [object(), {1}, 1j, RealtimeResponse(), range(3)])
def test_what_no_parser_gives_is_told_by_its_class(value):
    """A schema instance is no wire data either."""
    name = type(value).__name__

    assert str(error_of(RealtimeResponse, {"usage": value, "new": value})) == (
        f"$.usage: expected object, got {name}\n$.new: expected JSON value, got {name}"
    )
    assert (
        str(error_of(RealtimeServerEvent, value)) == f"$: expected object, got {name}"
    )


@pytest.mark.parametrize("cls", [ValidationError, EncodeError])
def test_errors_are_value_errors_that_pickle_and_copy(cls):
    """With their issues, which compare and hash by what they say."""
    error = cls((Issue(("a",), "str", "int"), Issue(("b",), "int", "'x'")))

    assert isinstance(error, RtmodelsError)
    assert isinstance(error, ValueError)
    for twin in (
        copy.copy(error),
        copy.deepcopy(error),
        pickle.loads(pickle.dumps(error)),
    ):
        assert type(twin) is cls
        assert twin.issues == error.issues
        assert hash(twin.issues) == hash(error.issues)
        assert str(twin) == "$.a: expected str, got int\n$.b: expected int, got 'x'"


def test_a_decoding_error_comes_without_a_chain():
    """Our own passes leave no trace in tracebacks."""
    error = error_of(RealtimeSessionCreateRequest, {"type": 5})

    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


def test_data_is_not_changed_by_being_refused():
    """Nor shared with what is kept by accident: the payload is as it was."""
    payload = done(id=5, output=[{"type": "new", "a": [1]}], new={"b": 2})
    before = copy.deepcopy(payload)
    error_of(RealtimeServerEvent, payload)
    DictAdapter(RealtimeServerEvent, mode="forgiving").decode(payload)

    assert payload == before


def test_not_json_is_no_validation_error():
    """The two are told apart by class."""
    with pytest.raises(DecodeError) as caught:
        JsonAdapter(Unknown).decode("{")

    assert not isinstance(caught.value, ValidationError)
    assert pickle.loads(pickle.dumps(caught.value)).args == caught.value.args
