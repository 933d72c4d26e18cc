"""What an `Unknown` would have been, and why it is not."""

import copy
import pickle

import pytest
from hypothesis import given

from rtmodels import (
    ErrorEvent,
    Issue,
    RealtimeClientEvent,
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemMessageUser,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseDoneEvent,
    Unknown,
    ValidationError,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

from ..parts import find_unknown
from ..strategies import damaged, values
from .places import MODES, added, done

ERROR = {"type": "error", "error": {"type": "server_error", "message": "overloaded"}}
FORGIVING = DictAdapter(RealtimeServerEvent, mode="forgiving")


@pytest.mark.parametrize("type_", [RealtimeServerEvent, RealtimeClientEvent])
def test_the_expected_class_says_why_it_rejects_the_payload(type_):
    """Wherever the object is, and in the converter's own mode as well."""
    adapter = DictAdapter(type_, mode="forgiving")
    encode = DictAdapter(type_).encode

    @given(damaged(damaged(values(type_).map(encode))))
    def check(payload):
        if not isinstance(payload, dict) or not isinstance(payload.get("type"), str):
            return
        for unknown in find_unknown(adapter.decode(payload)):
            if unknown.expected is not None:
                for mode in MODES:
                    again = DictAdapter(unknown.expected, mode=mode)
                    with pytest.raises(ValidationError) as caught:
                        again.decode(unknown.payload)
                    assert caught.value.issues

    check()


def test_an_error_without_event_id_can_be_caught():
    """As the README shows it."""
    match FORGIVING.decode(ERROR):
        case ErrorEvent(error=error):
            message = error.message
        case Unknown(expected=cls, payload={"error": {"message": message}}):
            assert cls is ErrorEvent
    assert message == "overloaded"

    with pytest.raises(ValidationError) as caught:
        DictAdapter(ErrorEvent).decode(ERROR)
    assert caught.value.issues == (Issue(("event_id",), "str", "nothing"),)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"type": "function_call", "name": 5}, RealtimeConversationItemFunctionCall),
        ({"type": "message", "role": "user"}, RealtimeConversationItemMessageUser),
        ({"type": "message", "role": "tool"}, None),
        ({"type": "message"}, None),
        ({"type": "new_item"}, None),
        ({}, None),
    ],
)
def test_a_nested_object_knows_its_class_if_its_tags_name_one(item, expected):
    """Items are told apart by ``type`` and ``role``."""
    assert FORGIVING.decode(added(item)).item.expected is expected
    (inner,) = FORGIVING.decode(done(output=[item])).response.output
    assert inner.expected is expected


def test_only_a_rejected_object_expects_a_class():
    """An unknown event does not, in any mode."""
    event = DictAdapter(RealtimeServerEvent).decode({"type": "new"})

    assert event.expected is None
    assert FORGIVING.decode({"type": "new"}).expected is None
    assert Unknown(tag="error", payload={}).expected is None


def test_the_expected_class_is_no_part_of_the_value():
    """Equality, hash and encoding leave it out; pickles, copies and repr have it."""
    event = FORGIVING.decode(ERROR)
    plain = Unknown(tag="error", payload=ERROR)

    assert event == plain
    assert len({hash(event), hash(plain)}) == 1
    assert FORGIVING.encode(event) == ERROR
    for twin in (pickle.loads(pickle.dumps(event)), copy.deepcopy(event)):
        assert twin == event
        assert twin.expected is ErrorEvent
    assert repr(event) == f"{repr(plain)[:-1]}, expected=ErrorEvent)"


def test_bytes_give_the_same_class():
    """The JSON adapter recovers by the same code."""
    adapter = JsonAdapter(RealtimeServerEvent, mode="forgiving")
    event = adapter.decode(b'{"type":"response.done","event_id":"e","response":5}')

    assert event.expected is ResponseDoneEvent


def test_a_users_hook_for_the_class_counts():
    """The tag names the expected class, also where a hook rejects the object."""
    converter = make_converter(mode="forgiving")

    def refuse(value, _):
        raise ValueError(value)

    converter.register_structure_hook(RealtimeResponse, refuse)
    event = DictAdapter(RealtimeServerEvent, converter=converter).decode(done())

    assert event.expected is ResponseDoneEvent
    with pytest.raises(ValidationError, match=r"\$\.response: expected"):
        DictAdapter(event.expected, converter=converter).decode(event.payload)
