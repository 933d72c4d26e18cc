"""Strict mode on the way out: it encodes exactly what it decodes."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given

from rtmodels import (
    EncodeError,
    RealtimeClientEvent,
    RealtimeFunctionTool,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseDoneEvent,
    Unknown,
    ValidationError,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

from ..strategies import EACH, MODELS, UNIONS, values

pytestmark = pytest.mark.needs("msgpack")

TYPES = {**UNIONS, **{cls.__name__: cls for cls in MODELS}}
STATUSES = "one of 'completed', 'cancelled', 'failed', 'incomplete', 'in_progress'"
NESTED: list[Any] = []
for _ in range(120):
    NESTED = [NESTED]


def refusal(function, value):
    """Return the places for which *function* refuses *value*; none if it accepts it."""
    try:
        function(value)
    except (EncodeError, ValidationError) as exc:
        return {(issue.loc, issue.got) for issue in exc.issues}
    return set()


@pytest.mark.parametrize("name", TYPES)
def test_strict_encodes_exactly_what_it_decodes(name):
    """It refuses the other instances at the same places as their JSON."""
    type_ = TYPES[name]
    strict, tolerant = DictAdapter(type_, mode="strict"), DictAdapter(type_)

    @EACH
    @given(values(type_) | values(type_, closed=True))
    def check(value):
        wire = tolerant.encode(value)
        refused = refusal(strict.encode, value)

        assert refused == refusal(strict.decode, wire)
        if not refused:
            assert strict.encode(value) == wire
            assert strict.decode(wire) == value

    check()


@pytest.mark.parametrize("adapter", [JsonAdapter, DictAdapter, MsgpackAdapter])
@pytest.mark.parametrize("type_", [RealtimeServerEvent, RealtimeClientEvent])
def test_what_any_strict_adapter_encodes_it_decodes(adapter, type_):
    """Equal, in every format."""
    strict = adapter(type_, mode="strict")

    @given(values(type_, closed=True) | values(type_))
    def check(value):
        with suppress(EncodeError):
            assert strict.decode(strict.encode(value)) == value

    check()


@pytest.mark.parametrize(
    ("value", "issue"),
    [
        (
            RealtimeResponse(status="dreaming"),
            f"$.status: expected {STATUSES}, got 'dreaming'",
        ),
        (
            RealtimeResponse(status=5),
            f"$.status: expected {STATUSES}, got int",
        ),
        (
            RealtimeResponse(object="reply"),
            "$.object: expected 'realtime.response', got 'reply'",
        ),
        (
            RealtimeResponse(output=(Unknown(tag="new", payload={"type": "new"}),)),
            "$.output[0].type: expected a known type, got 'new'",
        ),
        (
            RealtimeResponse(extra={"mood": []}),
            "$.mood: expected no such key, got array",
        ),
        (
            RealtimeResponse(extra={"id": None}),
            "$.id: expected no value in extra, got null",
        ),
    ],
)
def test_the_issue_says_what_strict_mode_rejects(value, issue):
    """With the path, as in decoding."""
    adapter = JsonAdapter(RealtimeServerEvent, mode="strict")
    with pytest.raises(EncodeError) as caught:
        JsonAdapter(RealtimeResponse, mode="strict").encode(value)
    assert str(caught.value) == issue

    with pytest.raises(EncodeError) as caught:
        adapter.encode(ResponseDoneEvent(event_id="e", response=value))
    assert str(caught.value) == issue.replace("$", "$.response")


@pytest.mark.parametrize("mode", ["tolerant", "forgiving"])
def test_other_modes_encode_any_word(mode):
    """And say ``str`` where a value is no string, as in decoding."""
    adapter = DictAdapter(RealtimeResponse, mode=mode)

    assert adapter.encode(RealtimeResponse(status="x")) == {"status": "x"}
    with pytest.raises(EncodeError, match=r"^\$\.status: expected str, got int$"):
        adapter.encode(RealtimeResponse(status=5))


def test_every_issue_is_listed():
    """Not only the first, and with those that every mode reports."""
    value = RealtimeResponse(id=5, status="x", output_modalities=("smell",))
    found = refusal(DictAdapter(RealtimeResponse, mode="strict").encode, value)

    assert {loc for loc, _ in found} == {
        ("id",),
        ("status",),
        ("output_modalities", 0),
    }


@pytest.mark.parametrize("extra", [{}, {"id": "other"}])
def test_extra_without_effect_is_no_fault(extra):
    """A field that is set wins over a key of its name."""
    value = RealtimeResponse(id="r", extra=extra)

    assert DictAdapter(RealtimeResponse, mode="strict").encode(value) == {"id": "r"}


def test_a_list_stands_for_a_tuple_in_strict_mode_too():
    """The slow pass applies the same rules."""
    adapter = DictAdapter(RealtimeResponse, mode="strict")

    assert adapter.encode(RealtimeResponse(output_modalities=["text"])) == {
        "output_modalities": ["text"]
    }
    with pytest.raises(EncodeError, match=r"^\$\.output_modalities\[1\]: expected one"):
        adapter.encode(RealtimeResponse(output_modalities=["text", "smell"]))


def test_unknown_alone_is_no_fault():
    """Who asks for `Unknown` gets it in both directions."""
    adapter = DictAdapter(Unknown, mode="strict")
    value = Unknown(tag="new", payload={"type": "new"})

    assert adapter.encode(value) == {"type": "new"}
    assert adapter.decode({"type": "new"}) == value


def test_the_depth_that_strict_decodes_is_the_depth_it_encodes():
    """Other modes write all that encoders can."""
    tool = RealtimeFunctionTool(name="f", parameters={"a": NESTED})
    strict = JsonAdapter(RealtimeFunctionTool, mode="strict")
    wire = JsonAdapter(RealtimeFunctionTool).encode(tool)

    with pytest.raises(EncodeError, match="no more than 100 levels"):
        strict.encode(tool)
    with pytest.raises(ValidationError, match="no more than 100 levels"):
        strict.decode(wire)
