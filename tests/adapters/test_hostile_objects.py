"""Python objects whose code raises anything, in data and in instances."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import pytest

from rtmodels import (
    RealtimeAudioFormatsPcm,
    RealtimeConversationItemFunctionCall,
    RealtimeResponse,
    RealtimeServerEvent,
    RealtimeSessionCreateResponse,
    ResponseDoneEvent,
    RtmodelsError,
    SessionCreatedEvent,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

MODES = ("strict", "tolerant", "forgiving")


class HostileError(Exception):
    """An exception without a message."""

    def __str__(self) -> str:
        raise RuntimeError("no message")

    __repr__ = __str__


class HostileMapping(Mapping[str, Any]):
    """A mapping that cannot be read."""

    def __getitem__(self, key: str) -> Any:
        raise HostileError

    def __iter__(self) -> Iterator[str]:
        raise HostileError

    def __len__(self) -> int:
        raise HostileError


class HostileClass:
    """An object that does not show its class."""

    @property
    def __class__(self) -> Any:
        raise HostileError


class ArrayLike:
    """An object that compares as arrays of numpy do."""

    def __eq__(self, other: object) -> Any:
        return self

    def __ne__(self, other: object) -> Any:
        return self

    def __bool__(self) -> bool:
        raise ValueError("the truth value of an array is ambiguous")

    __hash__ = None


class HostileText(str):
    """A text whose methods raise."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        raise HostileError

    def __hash__(self) -> int:
        raise HostileError

    def __len__(self) -> int:
        raise HostileError

    __str__ = __repr__ = __len__


# The tests make the objects, since pytest itself looks at its parameters.
HOSTILE = [HostileMapping, HostileClass, ArrayLike, HostileText]
hostile = pytest.mark.parametrize("cls", HOSTILE)


def attempt(function: Any, argument: Any) -> None:
    """Call *function*, which may raise an error of the library and no other."""
    try:
        function(argument)
    except RtmodelsError as exc:
        assert str(exc)


@hostile
@pytest.mark.parametrize("upgrade", [False, True])
@pytest.mark.parametrize("mode", MODES)
def test_decoding_raises_only_errors_of_the_library(cls, upgrade, mode):
    """Wherever in the data the object is."""
    value = cls()
    adapter = DictAdapter(RealtimeServerEvent, mode=mode, upgrade=upgrade)
    response = {"type": "response.done", "event_id": "e"}
    session = {"type": "session.created", "event_id": "e"}

    attempt(adapter.decode, value)
    attempt(adapter.decode, {"type": value})
    for event, key, model in (
        (response, "response", RealtimeResponse),
        (session, "session", RealtimeSessionCreateResponse),
    ):
        attempt(adapter.decode, {**event, key: value})
        attempt(adapter.decode, {**event, key: {}, "new": value})
        for field in attrs.fields(model):
            attempt(adapter.decode, {**event, key: {field.name: value}})
            attempt(adapter.decode, {**event, key: {field.name: [value]}})


@hostile
@pytest.mark.parametrize("downgrade", [False, True])
@pytest.mark.parametrize("adapter", [DictAdapter, JsonAdapter])
def test_encoding_raises_only_errors_of_the_library(cls, downgrade, adapter):
    """Wherever in the event the object is."""
    value = cls()
    encode = adapter(RealtimeServerEvent, downgrade=downgrade).encode

    attempt(encode, value)
    attempt(encode, ResponseDoneEvent(event_id=value, response=RealtimeResponse()))
    attempt(encode, ResponseDoneEvent(event_id="e", response=value))
    attempt(encode, SessionCreatedEvent(event_id="e", session=value))
    for field in attrs.fields(RealtimeResponse):
        for part in (value, (value,), {"a": value}):
            response = RealtimeResponse(**{field.alias: part})
            attempt(encode, ResponseDoneEvent(event_id="e", response=response))

    for field in attrs.fields(RealtimeSessionCreateResponse):
        for part in (value, (value,), {"a": value}):
            arguments = {"id": "s", "object": "realtime.session", field.alias: part}
            session = RealtimeSessionCreateResponse(**arguments)
            attempt(encode, SessionCreatedEvent(event_id="e", session=session))


@pytest.mark.parametrize("mode", MODES)
def test_an_exception_of_a_hook_may_have_no_message(mode):
    """Both ways; its type is shown."""

    def hook(_value: Any, _type: Any = None) -> Any:
        raise HostileError

    converter = make_converter(mode=mode)
    for cls in (RealtimeConversationItemFunctionCall, RealtimeAudioFormatsPcm):
        converter.register_structure_hook(cls, hook)
        converter.register_unstructure_hook(cls, hook)
    adapter = JsonAdapter(RealtimeConversationItemFunctionCall, converter=converter)

    with pytest.raises(RtmodelsError, match=r"got HostileError$"):
        adapter.decode("{}")
    with pytest.raises(RtmodelsError, match=r"got HostileError$"):
        adapter.encode(RealtimeConversationItemFunctionCall(name="f", arguments="{}"))


def test_what_a_hook_returns_may_hold_itself():
    """No encoder can write that."""
    loop: list[Any] = []
    loop.append(loop)
    converter = make_converter()
    converter.register_unstructure_hook(RealtimeResponse, lambda _: loop)
    adapter = JsonAdapter(RealtimeResponse, converter=converter)

    with pytest.raises(RtmodelsError, match=r"^\$: expected a JSON value, got "):
        adapter.encode(RealtimeResponse())
