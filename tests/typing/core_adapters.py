"""What type checkers make of the three core adapters; checked, and never run."""

import json
from typing import Any, Literal, assert_type

from attrs import frozen
from cattrs import Converter

import rtmodels.adapters.dicts
import rtmodels.adapters.json
import rtmodels.adapters.msgpack
from rtmodels import (
    ErrorEvent,
    RealtimeClientEvent,
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseCancelEvent,
    ResponseDoneEvent,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter


@frozen
class Turn:
    """A user-defined class."""

    response: RealtimeResponse


def the_type_is_that_of_the_argument(converter: Converter) -> None:
    """Accept a class, a union, an optional, a tuple, or a user-defined class."""
    assert_type(JsonAdapter(RealtimeResponse), JsonAdapter[RealtimeResponse])
    assert_type(JsonAdapter(RealtimeServerEvent), JsonAdapter[RealtimeServerEvent])
    assert_type(
        MsgpackAdapter(RealtimeResponse | None), MsgpackAdapter[RealtimeResponse | None]
    )
    assert_type(
        MsgpackAdapter(ResponseDoneEvent | ErrorEvent),
        MsgpackAdapter[ResponseDoneEvent | ErrorEvent],
    )
    assert_type(
        DictAdapter(tuple[RealtimeConversationItem, ...]),
        DictAdapter[tuple[RealtimeConversationItem, ...]],
    )
    assert_type(JsonAdapter(Turn, converter=converter), JsonAdapter[Turn])
    JsonAdapter(5)  # type: ignore[arg-type]
    MsgpackAdapter(RealtimeResponse())  # type: ignore[arg-type]


def json_comes_as_bytes_or_text(adapter: JsonAdapter[RealtimeServerEvent]) -> None:
    """Accept what holds one document, and nothing that is parsed already."""
    assert_type(adapter.decode(b"{}"), RealtimeServerEvent)
    assert_type(adapter.decode("{}"), RealtimeServerEvent)
    adapter.decode(bytearray())
    adapter.decode(memoryview(b""))
    adapter.decode({})  # type: ignore[arg-type]
    adapter.decode(None)  # type: ignore[arg-type]


def messagepack_is_bytes(adapter: MsgpackAdapter[RealtimeServerEvent]) -> None:
    """Reject text, which is no MessagePack."""
    assert_type(adapter.decode(b"\x80"), RealtimeServerEvent)
    adapter.decode("{}")  # type: ignore[arg-type]


def dicts_are_mappings(adapter: DictAdapter[RealtimeServerEvent]) -> None:
    """Reject what would have to be parsed."""
    assert_type(adapter.decode({"type": "response.done"}), RealtimeServerEvent)
    adapter.decode(b"{}")  # type: ignore[arg-type]
    adapter.decode({1: "response.done"})  # type: ignore[dict-item]


def encoding_takes_the_type(
    text: JsonAdapter[RealtimeClientEvent],
    binary: MsgpackAdapter[RealtimeClientEvent],
    dicts: DictAdapter[RealtimeClientEvent],
) -> None:
    """Reject values of another type, such as events of the other direction."""
    event = ResponseCancelEvent()
    assert_type(text.encode(event), bytes)
    assert_type(binary.encode(event), bytes)
    assert_type(dicts.encode(event), dict[str, Any])
    text.encode(RealtimeResponse())  # type: ignore[arg-type]
    binary.encode({"type": "response.cancel"})  # type: ignore[arg-type]
    dicts.encode(None)  # type: ignore[arg-type]


def options_are_given_by_name(converter: Converter) -> None:
    """Check all options and their types."""
    JsonAdapter(RealtimeResponse, mode="strict", upgrade=True, downgrade=True)
    JsonAdapter(RealtimeResponse, loads=json.loads, dumps=json.dumps)
    MsgpackAdapter(RealtimeResponse, converter=make_converter)
    DictAdapter(RealtimeResponse, converter=converter, binary=True)
    JsonAdapter(RealtimeResponse, "strict")  # type: ignore[call-arg]
    JsonAdapter(RealtimeResponse, binary=True)  # type: ignore[call-arg]
    MsgpackAdapter(RealtimeResponse, loads=json.loads)  # type: ignore[call-arg]
    JsonAdapter(RealtimeResponse, converter=Converter)
    JsonAdapter(RealtimeResponse, converter=5)  # type: ignore[arg-type]


def adapters_tell_what_they_are(adapter: JsonAdapter[RealtimeResponse]) -> None:
    """Check that they have a converter, and a flag for text."""
    assert_type(adapter.converter, Converter)
    assert_type(JsonAdapter.is_text, bool)
    assert_type(MsgpackAdapter.is_text, bool)


def adapters_are_the_same_wherever_they_come_from(
    one: rtmodels.adapters.json.JsonAdapter[RealtimeResponse],
    two: rtmodels.adapters.msgpack.MsgpackAdapter[RealtimeResponse],
    three: rtmodels.adapters.dicts.DictAdapter[RealtimeResponse],
) -> None:
    """Be one class in both places."""
    assert_type(one, JsonAdapter[RealtimeResponse])
    assert_type(two, MsgpackAdapter[RealtimeResponse])
    assert_type(three, DictAdapter[RealtimeResponse])


def modes_are_three(mode: Literal["strict", "tolerant", "forgiving"]) -> None:
    """Pass the name of a mode that is known only at run time."""
    DictAdapter(RealtimeResponse, mode=mode)
    DictAdapter(RealtimeResponse, mode="lax")  # type: ignore[arg-type]
