"""The converter and its slow, obvious twin agree, on good payloads and on bad ones."""

from functools import cache
from math import nan
from typing import Any

import attrs
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtmodels import (
    UNSET,
    ClientSession,
    EncodeError,
    ErrorEventError,
    RealtimeClientEvent,
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeServerEvent,
    RealtimeSessionCreateRequest,
    ServerSession,
    Unknown,
    ValidationError,
)
from rtmodels.adapters import DictAdapter

from ..strategies import (
    ARRAYS,
    EACH,
    KEYS,
    MODELS,
    OBJECTS,
    ODD,
    damaged,
    instances,
    json_values,
    spoiled,
    values,
)
from .places import MODES
from .twin import Refused, is_finite, spell, structure, unstructure

TYPES = {
    "server": RealtimeServerEvent,
    "client": RealtimeClientEvent,
    "item": RealtimeConversationItem,
    "response": RealtimeResponse,
    "server session": ServerSession,
    "client session": ClientSession,
    "session request": RealtimeSessionCreateRequest,
}
every_type = pytest.mark.parametrize("type_", TYPES.values(), ids=TYPES)
every_mode = pytest.mark.parametrize("mode", MODES)

ODD_ATTRIBUTES = [UNSET, (), (5,), ("x",), ErrorEventError(type="t", message="m")]
odd_attributes = (
    st.sampled_from([*ODD, *ODD_ATTRIBUTES, Unknown(tag=None, payload={}), object()])
    | json_values
)


def payloads_for(type_: Any) -> st.SearchStrategy[Any]:
    """Make payloads of *type_* that nothing is wrong with; each is a fresh copy."""
    encode = DictAdapter(type_).encode
    return values(type_).map(encode)


@cache
def adapter_for(type_: Any, **options: Any) -> DictAdapter[Any]:
    """Make an adapter once."""
    return DictAdapter(type_, **options)


def assert_read_alike(type_: Any, mode: str, payload: Any) -> None:
    """Read *payload* with the library and with the twin."""
    # The twin reads for a wire that holds NaN; for JSON, NaN is always an error.
    adapter = adapter_for(type_, mode=mode)
    if not is_finite(payload):
        with pytest.raises(ValidationError):
            adapter.decode(payload)
        adapter = adapter_for(type_, mode=mode, binary=True)

    try:
        twin = spell(structure(type_, payload, mode))
    except Refused:
        with pytest.raises(ValidationError):
            adapter.decode(payload)
    else:
        assert spell(adapter.decode(payload)) == twin


def assert_written_alike(type_: Any, value: Any) -> None:
    """Write *value* with the library and with the twin, with raw bytes and without."""
    for binary in (False, True):
        adapter = adapter_for(type_, binary=binary)
        try:
            twin = spell(unstructure(type_, value, binary=binary))
        except Refused:
            with pytest.raises(EncodeError):
                adapter.encode(value)
        else:
            assert spell(adapter.encode(value)) == twin


@every_mode
@every_type
def test_good_payloads_are_read_alike(type_, mode):
    """The same instance, with the same ``extra`` at every level."""

    @given(payloads_for(type_))
    def check(payload):
        assert_read_alike(type_, mode, payload)

    check()


@every_mode
@every_type
def test_damaged_payloads_are_read_alike(type_, mode):
    """Both return the same for missing, added or replaced values, or both fail."""

    @given(damaged(payloads_for(type_)))
    def check(payload):
        assert_read_alike(type_, mode, payload)

    check()


@every_mode
@every_type
def test_payloads_that_only_just_fit_are_read_alike(type_, mode):
    """Tags, roles, whole floats, NaN, other spellings of base64, null anywhere."""

    @given(spoiled(payloads_for(type_)))
    def check(payload):
        assert_read_alike(type_, mode, payload)

    check()


def find_fields() -> dict[type, list[str]]:
    """Return the fields by class; equal name, type and default count only once."""
    firsts = {
        (field.name, field.type, repr(field.default)): cls
        for cls in reversed(MODELS)
        for field in attrs.fields(cls)
    }
    found: dict[type, list[str]] = {}
    for (name, *_), cls in firsts.items():
        found.setdefault(cls, []).append(name)
    return found


FIELDS = find_fields()


@pytest.mark.parametrize(
    ("cls", "names"), FIELDS.items(), ids=[cls.__name__ for cls in FIELDS]
)
def test_every_field_is_read_alike(cls, names):
    """Each sort of field, with each odd value in turn, in every mode."""

    @settings(max_examples=1)
    @given(payloads_for(cls))
    def check(payload):
        for name in names:
            for value in [*ODD, *OBJECTS, *ARRAYS]:
                for mode in MODES:
                    assert_read_alike(cls, mode, {**payload, name: value})

    check()


@every_mode
@every_type
@pytest.mark.parametrize("value", [None, True, 5, 1.5, "x", b"x", [], [{}], {}, nan])
def test_what_is_no_event_is_read_alike(type_, mode, value):
    """Whatever else stands at the top."""
    assert_read_alike(type_, mode, value)


@every_mode
def test_the_sample_session_is_read_alike(sample_frames, mode):
    """Every message of a whole session, in both directions."""
    for frame in sample_frames:
        for type_ in (RealtimeServerEvent, RealtimeClientEvent):
            assert_read_alike(type_, mode, orjson.loads(frame))


@every_mode
def test_captured_messages_are_read_alike(captures, mode):
    """Whatever the servers of this world send, and their clients."""
    types = {"server": RealtimeServerEvent, "client": RealtimeClientEvent}
    for row in captures:
        assert_read_alike(types[row["direction"]], mode, row["value"])


@every_type
def test_instances_are_written_alike(type_):
    """With audio as base64 text and as bytes."""

    @given(values(type_))
    def check(value):
        assert_written_alike(type_, value)

    check()


@every_type
def test_what_was_read_forgivingly_is_written_alike(type_):
    """Also where ``extra`` holds keys of fields, or NaN, which both reject."""
    decode = DictAdapter(type_, mode="forgiving", binary=True).decode

    @given(spoiled(payloads_for(type_)))
    def check(payload):
        try:
            value = decode(payload)
        except ValidationError:
            return
        assert_written_alike(type_, value)

    check()


@pytest.mark.parametrize("cls", MODELS, ids=lambda cls: cls.__name__)
def test_attributes_of_a_wrong_type_are_written_alike(cls):
    """Nothing enforces the types of an instance, so both reject it on the way out."""
    names = [field.name for field in attrs.fields(cls) if field.name != "extra"]

    @EACH
    @given(instances(cls), st.dictionaries(st.sampled_from(names), odd_attributes))
    def check(value, odd):
        for name, attribute in odd.items():
            assert_written_alike(cls, attrs.evolve(value, **{name: attribute}))

    check()


@pytest.mark.parametrize("cls", MODELS, ids=lambda cls: cls.__name__)
def test_extra_is_written_alike(cls):
    """A key in ``extra`` that a field has counts only where the field is absent."""

    @EACH
    @given(instances(cls), st.dictionaries(st.sampled_from(KEYS), odd_attributes))
    def check(value, extra):
        extra |= {field.name: 5 for field in attrs.fields(cls)}
        assert_written_alike(cls, attrs.evolve(value, extra=extra))

    check()
