"""User-defined hooks for aliases that mix classes and scalars, in fields."""

from typing import Any

import pytest
from attrs import frozen

from rtmodels import (
    MaxOutputTokens,
    Model,
    RealtimeBetaSessionCreateRequest,
    RealtimeBetaToolChoice,
    RealtimeBetaVoice,
    RealtimeResponse,
    RealtimeResponseCreateParams,
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateRequestAudioOutput,
    RealtimeTracing,
    RealtimeTruncation,
    ToolChoice,
    VoiceIdsOrCustomVoice,
    make_converter,
)
from rtmodels.adapters import DictAdapter

from .places import MODES


@frozen(kw_only=True)
class Choices(Model):
    """A class with an alias in containers."""

    some: tuple[ToolChoice, ...] | None = None


PLACES = [
    (RealtimeSessionCreateRequest, "tool_choice", ToolChoice),
    (RealtimeResponseCreateParams, "tool_choice", ToolChoice),
    (RealtimeSessionCreateRequest, "tracing", RealtimeTracing),
    (RealtimeSessionCreateRequest, "truncation", RealtimeTruncation),
    (RealtimeSessionCreateRequestAudioOutput, "voice", VoiceIdsOrCustomVoice),
    (RealtimeSessionCreateRequest, "max_output_tokens", MaxOutputTokens),
    (RealtimeResponse, "max_output_tokens", MaxOutputTokens),
    (RealtimeBetaSessionCreateRequest, "tool_choice", RealtimeBetaToolChoice),
    (RealtimeBetaSessionCreateRequest, "voice", RealtimeBetaVoice),
]
every_place = pytest.mark.parametrize(
    ("cls", "key", "alias"), PLACES, ids=lambda value: getattr(value, "__name__", None)
)


def adapter(cls: type, alias: Any, mode: str = "tolerant") -> DictAdapter[Any]:
    """Make an adapter whose converter has hooks for *alias*, both ways."""
    converter = make_converter(mode=mode)
    converter.register_structure_hook(alias, lambda value, _: ("read", value))
    converter.register_unstructure_hook(alias, lambda value: ["written", value])
    return DictAdapter(cls, converter=converter)


@every_place
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("value", ["auto", {"id": "x"}, 5])
def test_a_structure_hook_for_an_alias_is_called_in_fields(
    cls, key, alias, mode, value
):
    """It gets whatever has come, of any JSON type."""
    tag = {"type": "realtime"} if cls is RealtimeSessionCreateRequest else {}
    found = adapter(cls, alias, mode).decode({**tag, key: value})

    assert getattr(found, key) == ("read", value)


@every_place
def test_an_unstructure_hook_for_an_alias_is_called_in_fields(cls, key, alias):
    """It gets the value of the attribute."""
    found = adapter(cls, alias).encode(cls(**{key: "auto"}))

    assert found[key] == ["written", "auto"]


@every_place
def test_absent_values_and_null_are_no_business_of_the_alias(cls, key, alias):
    """The field decides on them."""
    tag = {"type": "realtime"} if cls is RealtimeSessionCreateRequest else {}
    payload = {**tag, key: None}
    adapter_ = adapter(cls, alias)

    assert adapter_.encode(adapter_.decode(payload)) == payload
    assert adapter_.encode(adapter_.decode(tag)) == tag


def test_a_hook_for_an_alias_is_called_in_a_tuple():
    """In a user-defined class."""
    found = adapter(Choices, ToolChoice)

    assert found.decode({"some": ["auto"]}).some == (("read", "auto"),)
    assert found.encode(Choices(some=("auto",))) == {"some": [["written", "auto"]]}


def test_the_built_in_hook_of_an_alias_can_be_wrapped():
    """As that of a class."""
    converter = make_converter()
    structure = converter.get_structure_hook(ToolChoice)
    converter.register_structure_hook(
        ToolChoice, lambda value, type_: structure(value.lower(), type_)
    )
    found = DictAdapter(Choices, converter=converter).decode({"some": ["AUTO"]})

    assert found == Choices(some=("auto",))
