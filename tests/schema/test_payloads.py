"""Whatever OpenAI's schema allows decodes, and whatever we make is allowed by it."""

from typing import get_args

import attrs
import orjson
import pytest
from hypothesis import given, settings

from rtmodels import ErrorEvent, Model, RealtimeResponse
from rtmodels.adapters import JsonAdapter
from rtmodels.schema import upstream

from ..strategies import is_model, values
from .payloads import SCHEMAS, make_validator, payloads_of

FEW = settings(max_examples=min(10, settings().max_examples))
every_schema = pytest.mark.parametrize("target", SCHEMAS)


class Codec:
    """Reads and writes the type for one schema, strictly.

    A type that is no class cannot be decoded alone, and so is put into a field.
    """

    def __init__(self, target):
        """Look up the type for the schema called *target*."""
        self.ours = upstream(target)
        self.classes = [
            cls for cls in (self.ours, *get_args(self.ours)) if is_model(cls)
        ]
        holder = attrs.make_class(
            "Holder", {"value": attrs.field(type=self.ours)}, (Model,), frozen=True
        )
        type_ = self.ours if self.classes else holder
        self.adapter = JsonAdapter(type_, mode="strict")
        self.hold = holder

    def decode(self, payload):
        """Decode a JSON value."""
        if self.classes:
            return self.adapter.decode(orjson.dumps(payload))
        return self.adapter.decode(orjson.dumps({"value": payload})).value

    def encode(self, value):
        """Encode to a JSON value."""
        if self.classes:
            return orjson.loads(self.adapter.encode(value))
        return orjson.loads(self.adapter.encode(self.hold(value=value)))["value"]


@every_schema
def test_what_the_schema_allows_decodes_strictly(target):
    """It becomes what we have for the schema, and encodes back equal."""
    codec, validator = Codec(target), make_validator(target)

    @FEW
    @given(payloads_of(target))
    def check(payload):
        validator.validate(payload)

        value = codec.decode(payload)

        assert codec.encode(value) == payload
        assert type(value) in codec.classes or not is_model(type(value))

    check()


@every_schema
def test_what_we_make_is_allowed_by_the_schema(target):
    """But for the fields that are meant to differ, which may be anything."""
    codec, validator = Codec(target), make_validator(target)

    @FEW
    @given(values(codec.ours, closed=True))
    def check(value):
        validator.validate(codec.encode(value))

    check()


@pytest.mark.parametrize(
    ("target", "payload"),
    [
        ("RealtimeServerEventError", {"type": "error", "event_id": "e"}),
        ("RealtimeResponse", {"status": "over"}),
        ("RealtimeResponse", {"usage": None}),
        ("RealtimeResponse", {"output": [{"type": "message", "role": "user"}]}),
        ("RealtimeResponse", {"mood": "good"}),
        ("RealtimeSession", {"modalities": "text"}),
    ],
)
def test_the_validators_refuse_what_is_wrong(target, payload):
    """Otherwise it would mean nothing that they pass, or that strict mode does."""
    assert not make_validator(target).is_valid(payload)
    with pytest.raises(ValueError, match="expected"):
        JsonAdapter(upstream(target), mode="strict").decode(orjson.dumps(payload))


def test_the_validators_let_known_differences_pass():
    """The list of them is the only reason to."""
    payload = {"usage": {"output_token_details": {"reasoning_tokens": 5}}}

    assert make_validator("RealtimeResponse").is_valid(payload)
    assert upstream("RealtimeResponse") is RealtimeResponse
    assert upstream("RealtimeServerEventError") is ErrorEvent
