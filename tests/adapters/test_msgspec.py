"""Structs of msgspec's with fields of our types."""

import pickle
from typing import Any

import msgspec
import pytest
from hypothesis import given

from rtmodels import (
    EncodeError,
    InputAudioBufferAppendEvent,
    Issue,
    RealtimeConversationItem,
    RealtimeFunctionTool,
    RealtimeResponse,
    RealtimeServerEvent,
    RealtimeSessionCreateRequest,
    Unknown,
    ValidationError,
    make_converter,
)
from rtmodels.adapters import DictAdapter
from rtmodels.adapters import msgspec as module
from rtmodels.adapters.msgspec import Boxed, dec_hook, enc_hook, make_hooks

from ..examples import read_examples
from ..recordings import MESSAGES
from ..strategies import values

pytestmark = pytest.mark.needs("msgspec")

WIRES = [msgspec.json, msgspec.msgpack]
AUDIO = InputAudioBufferAppendEvent(audio=b"\x00\xff\xfe")


class Session(msgspec.Struct):
    """All the places that our types may have in a Struct."""

    events: list[Boxed[RealtimeServerEvent]] = []
    response: Boxed[RealtimeResponse] | None = None
    items: Boxed[tuple[RealtimeConversationItem, ...]] | None = None
    frames: dict[str, Boxed[InputAudioBufferAppendEvent]] = {}


def encode(obj: Any) -> bytes:
    """Write JSON."""
    return msgspec.json.encode(obj, enc_hook=enc_hook)


def convert(obj: Any, **hooks: Any) -> Session:
    """Read plain data."""
    return msgspec.convert(obj, Session, **{"dec_hook": dec_hook, **hooks})


def test_the_sample_session_comes_back_whole():
    """Every message of it, server's and client's, known and unknown keys."""
    data = msgspec.json.encode({"events": MESSAGES})

    session = msgspec.json.decode(data, type=Session, dec_hook=dec_hook)

    expected = [DictAdapter(RealtimeServerEvent).decode(m) for m in MESSAGES]
    assert [event.value for event in session.events] == expected
    assert msgspec.json.decode(encode(session))["events"] == MESSAGES


@pytest.mark.parametrize("wire", WIRES)
@given(event=values(RealtimeServerEvent))
def test_every_event_comes_back(wire, event):
    """On JSON and on MessagePack."""
    session = Session(events=[Boxed(event)])

    data = wire.encode(session, enc_hook=enc_hook)
    (back,) = wire.decode(data, type=Session, dec_hook=dec_hook).events

    adapter = DictAdapter(RealtimeServerEvent, binary=True)
    assert adapter.encode(back.value) == adapter.encode(event)


@pytest.mark.parametrize("wire", WIRES)
def test_tuples_and_optional_fields(wire):
    """An array of a union is one field; ``None`` may stand in place of any."""
    items = DictAdapter(RealtimeResponse).decode(
        next(m["response"] for m in MESSAGES if m["type"] == "response.done")
    )
    session = Session(items=Boxed(items.output), response=Boxed(items))

    data = wire.encode(session, enc_hook=enc_hook)

    assert wire.decode(data, type=Session, dec_hook=dec_hook) == session


def test_audio_is_base64_on_json_and_binary_on_messagepack():
    """One pair of hooks serves both."""
    session = Session(frames={"a": Boxed(AUDIO)})

    assert b'"audio":"AP/+"' in encode(session)
    assert b"\xc4\x03\x00\xff\xfe" in msgspec.msgpack.encode(session, enc_hook=enc_hook)


def test_builtins_go_both_ways():
    """By ``to_builtins`` and ``convert``."""
    session = Session(frames={"a": Boxed(AUDIO)})

    plain = msgspec.to_builtins(session, enc_hook=enc_hook)

    assert plain["frames"]["a"]["audio"] == "AP/+"
    assert convert(plain) == session


def test_all_issues_are_told_below_the_path_of_the_field():
    """As text; and ours is the cause."""
    bad = {"events": [{"type": "x"}, {"type": "error"}]}

    with pytest.raises(msgspec.ValidationError, match=r"\$\.events\[1\]`$") as caught:
        convert(bad)

    assert "$.event_id: expected str, got nothing\n" in str(caught.value)
    cause = caught.value.__cause__
    assert isinstance(cause, ValidationError)
    assert [issue.path for issue in cause.issues] == ["$.event_id", "$.error"]


@pytest.mark.parametrize("bad", ['"5"', "true", "[]", "12.5"])
def test_nothing_is_coerced(bad):
    """Not even where msgspec is told not to be strict."""
    data = b'{"response":{"usage":{"total_tokens":%s}}}' % bad.encode()

    with pytest.raises(msgspec.ValidationError, match=r"total_tokens.*`\$\.response`"):
        msgspec.json.decode(data, type=Session, dec_hook=dec_hook, strict=False)


def test_hooks_can_be_made_for_another_mode():
    """By the name of the mode, or with a converter."""
    unknown = {"response": {"mood": "good"}}

    for options in (
        {"mode": "strict"},
        {"converter": make_converter(mode="strict")},
    ):
        _, strict = make_hooks(**options)
        with pytest.raises(msgspec.ValidationError, match=r"\$\.mood"):
            convert(unknown, dec_hook=strict)
    assert convert(unknown).response.value.extra == {"mood": "good"}


def test_what_the_wire_cannot_hold_is_told():
    """By our own error."""
    with pytest.raises(EncodeError, match=r"\$\.id: expected str, got int") as caught:
        encode(Boxed(RealtimeResponse(id=5)))

    assert caught.value.issues == (Issue(("id",), "str", "int"),)


def test_the_hooks_leave_other_types_alone():
    """They raise `NotImplementedError`, so user-defined hooks can call them last."""
    with pytest.raises(NotImplementedError, match="complex"):
        encode(1j)
    with pytest.raises(NotImplementedError, match="complex"):
        msgspec.json.decode(b"1", type=complex, dec_hook=dec_hook)


def test_a_field_of_our_class_itself_is_what_the_docstring_says():
    """Without `Boxed`, msgspec rejects the class at once, or decodes it wrongly."""
    for type_ in (RealtimeResponse, RealtimeServerEvent, RealtimeSessionCreateRequest):
        with pytest.raises(TypeError, match="more than one dataclass or attrs type"):
            msgspec.json.Decoder(type_, dec_hook=dec_hook)
    tool = msgspec.json.decode(b'{"name":"a","new":1}', type=RealtimeFunctionTool)
    assert tool.extra is None


@pytest.mark.parametrize("wire", WIRES)
@given(event=values(RealtimeServerEvent))
def test_instances_need_no_box_to_be_encoded(wire, event):
    """The hook writes them wherever they are, as the adapter does."""
    adapter = DictAdapter(RealtimeServerEvent, binary=True)

    data = wire.encode({"events": [event]}, enc_hook=enc_hook)

    assert wire.decode(data) == wire.decode(
        wire.encode({"events": [adapter.encode(event)]})
    )


def test_a_box_is_a_value():
    """It compares, hashes, prints, matches and pickles."""
    boxed = Boxed(Unknown(tag="x", payload={"type": "x"}))
    match boxed:
        case Boxed(value):
            pass

    assert value is boxed.value
    assert boxed == pickle.loads(pickle.dumps(boxed))
    assert boxed != Boxed(AUDIO)
    assert boxed != boxed.value
    assert hash(Boxed(AUDIO)) == hash(Boxed(AUDIO))
    assert repr(boxed).startswith("Boxed(Unknown(")
    with pytest.raises(AttributeError):
        boxed.value = None


def test_the_example_in_the_docstring_runs():
    """And loses nothing."""
    (example,) = read_examples(module)
    space: dict[str, Any] = {}
    exec(example, space)  # noqa: S102

    assert space["data"] == b'{"caller":"Ada","response":{"id":"resp_1","mood":"good"}}'
    assert space["response"].extra == {"mood": "good"}
