"""How often user-defined hooks are called, and with what: once, with the original."""

import copy
import json
import types
from functools import cache
from typing import Any, Union, get_args, get_origin

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtmodels import (
    IssuesError,
    MaxOutputTokens,
    Model,
    RealtimeConversationItemFunctionCall,
    RealtimeResponseUsage,
    RealtimeServerEvent,
    Unknown,
    Unset,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter

from ..strategies import MODELS, UNIONS, damaged, objects, spoiled, values
from .places import CALL, LAX, MODES, USER, added, done

FEW = settings(max_examples=2)
MARK = "x_mark"


def parts(annotation: Any) -> list[Any]:
    """Return a type and what it consists of, at any depth."""
    absent = {type(None), Unset}
    members = [part for part in get_args(annotation) if part not in absent]
    if get_origin(annotation) in (Union, types.UnionType) and len(members) > 1:
        found = [Union[tuple(members)]]  # noqa: UP007 - from a list
    else:
        found = [annotation]
    return [*found, *(inner for member in members for inner in parts(member))]


@cache
def holders() -> dict[Any, list[type]]:
    """Return the classes that hold each class and union, directly."""
    found: dict[Any, list[type]] = {}
    for cls in MODELS:
        for field in attrs.fields(cls):
            if field.name != "extra":
                for part in parts(field.type):
                    found.setdefault(part, []).append(cls)
    return found


HOOKED = {
    name: type_
    for name, type_ in {
        **{cls.__name__: cls for cls in MODELS},
        **UNIONS,
        "MaxOutputTokens": MaxOutputTokens,
        "Unknown": Unknown,
    }.items()
    if type_ in holders()
}
"""The classes and unions that a field of some class can hold."""

every_type = pytest.mark.parametrize("type_", HOOKED.values(), ids=HOOKED)


class Calls:
    """A converter whose hooks for one type are wrapped, and what they were called with.

    The structure hook empties its argument.
    """

    def __init__(self, type_: Any, mode: str) -> None:
        self.converter = make_converter(mode=mode)
        self.read: list[Any] = []
        self.written: list[Any] = []
        structure = self.converter.get_structure_hook(type_)
        unstructure = self.converter.get_unstructure_hook(type_)

        def read(value: Any, type_: Any) -> Any:
            self.read.append(copy.deepcopy(value))
            result = structure(copy.deepcopy(value), type_)
            if isinstance(value, dict | list):
                value.clear()
            return result

        def write(value: Any) -> Any:
            self.written.append(value)
            return unstructure(value)

        self.converter.register_structure_hook(type_, read)
        self.converter.register_unstructure_hook(type_, write)


def outcome(adapter: Any, payload: Any) -> Any:
    """Return what decoding leads to, encoded again, or the issues."""
    try:
        return adapter.encode(adapter.decode(payload))
    except IssuesError as exc:
        return exc.issues


def marks(calls: list[Any]) -> list[int]:
    """Return the marks in the arguments of a hook."""
    return [value[MARK] for value in calls if isinstance(value, dict)]


@every_type
@given(data=st.data())
@FEW
def test_a_hook_sees_each_value_of_a_valid_payload_once(type_, data):
    """In every mode; and on the way out as often as on the way in."""
    holder = data.draw(st.sampled_from(holders()[type_]))
    instance = data.draw(values(holder, closed=True))
    payload = DictAdapter(holder).encode(instance)

    for mode in MODES:
        for make, wire in ((DictAdapter, payload), (JsonAdapter, json.dumps(payload))):
            calls = Calls(type_, mode)
            adapter = make(holder, converter=calls.converter)
            before = copy.deepcopy(wire)

            assert adapter.decode(wire) == instance
            assert wire == before
            adapter.encode(instance)
            assert len(calls.read) == len(calls.written)
            if isinstance(type_, type):
                assert len(calls.read) == count(type_, instance)


def count(cls: type, value: Any) -> int:
    """Return how many instances of *cls* there are in *value*."""
    found = isinstance(value, cls)
    match value:
        case Model():
            inner = [getattr(value, field.name) for field in attrs.fields(type(value))]
        case tuple():
            inner = list(value)
        case dict():
            inner = list(value.values())
        case _:
            inner = []
    return found + sum(count(cls, part) for part in inner)


@every_type
@given(data=st.data())
@FEW
def test_a_hook_that_changes_its_argument_changes_nothing_else(type_, data):
    """A payload that is no longer valid is read, or explained, as without the hook.

    If it is read, no hook has seen an object twice.
    """
    holder = data.draw(st.sampled_from(holders()[type_]))
    payloads = values(holder).map(DictAdapter(holder).encode)
    payload = data.draw(damaged(payloads) | spoiled(payloads))
    for number, obj in enumerate(objects(payload)):
        obj[MARK] = number

    for mode in LAX:
        expected = outcome(DictAdapter(holder, mode=mode), payload)
        calls = Calls(type_, mode)
        adapter = DictAdapter(holder, converter=calls.converter)

        found = outcome(adapter, payload)
        if mode == "forgiving" and not isinstance(expected, dict):
            # What the wrapped hook has forgiven is not among the issues of the rest.
            assert not isinstance(found, dict)
        else:
            assert found == expected
        if isinstance(expected, dict):
            assert len(marks(calls.read)) == len(set(marks(calls.read)))


@every_type
@given(data=st.data())
@FEW
def test_a_hook_sees_each_value_once_if_only_the_slow_pass_writes_it(type_, data):
    """Here because of lists in place of tuples."""
    holder = data.draw(st.sampled_from(holders()[type_]))
    instance = data.draw(values(holder, closed=True))
    loose = with_lists(instance)
    calls = Calls(type_, "tolerant")
    wire = DictAdapter(holder, converter=calls.converter).encode(loose)

    assert wire == DictAdapter(holder).encode(instance)
    if isinstance(type_, type):
        assert len(calls.written) == count(type_, instance)


def with_lists(value: Any) -> Any:
    """Return a copy of *value* with lists in place of tuples."""
    match value:
        case Model():
            changes = {
                field.alias: with_lists(getattr(value, field.name))
                for field in attrs.fields(type(value))
                if field.name != "extra"
            }
            return attrs.evolve(value, **changes)
        case tuple():
            return [with_lists(item) for item in value]
        case dict():
            return {key: with_lists(item) for key, item in value.items()}
        case _:
            return value


def adapter_with(hooks: dict[Any, Any], mode: str = "tolerant") -> Any:
    """Make an adapter whose converter has structure hooks."""
    converter = make_converter(mode=mode)
    for type_, hook in hooks.items():
        converter.register_structure_hook(type_, hook)
    return JsonAdapter(RealtimeServerEvent, converter=converter)


def pop_name(value: dict[str, Any], _: Any) -> tuple[str, str]:
    """Take the name of a call out of its object."""
    return "call", value.pop("name")


@pytest.mark.parametrize("mode", LAX)
@pytest.mark.parametrize("more", [{}, {"new": 1}, {"previous_item_id": None}])
def test_a_hook_may_pop_keys(more, mode):
    """Even if the event has as many keys as its class has fields, one of them new."""
    adapter = adapter_with({RealtimeConversationItemFunctionCall: pop_name}, mode)
    event = adapter.decode(json.dumps({**added(CALL), **more}))

    assert event.item == ("call", "f")


def test_what_forgiving_mode_keeps_is_the_original():
    """A hook has popped the name before another field turned out to be wrong."""
    adapter = adapter_with(
        {RealtimeConversationItemFunctionCall: pop_name}, "forgiving"
    )
    payload = {**done(output=[CALL], usage=5), "event_id": 5}
    kept = adapter.decode(json.dumps(payload))

    assert kept == Unknown(tag="response.done", payload=payload)


@pytest.mark.parametrize("mode", MODES)
def test_a_hook_that_sums_tokens_sums_each_usage_once(mode):
    """In the fast pass and in the slow one, in a list and alone."""
    total = 0

    def add(value: dict[str, Any], _: Any) -> int:
        nonlocal total
        total += value["total_tokens"]
        return total

    adapter = adapter_with({RealtimeResponseUsage: add}, mode)
    usage = {"total_tokens": 10}
    for response in ({"usage": usage}, {"usage": usage, "output": [USER]}):
        adapter.decode(json.dumps(done(**response)))

    assert total == 20


VERSIONS = [
    {"type": "response.done", "event_id": "e", "response": {"usage": {}, "new": 1}},
    {"type": "response.done", "event_id": "e", "response": {"modalities": ["text"]}},
    {"type": "conversation.item.created", "event_id": "e", "item": CALL},
    {"type": "conversation.item.added", "event_id": "e", "item": CALL},
    {"type": "response.text.delta", "event_id": "e"},
]


@pytest.mark.parametrize("payload", VERSIONS)
@pytest.mark.parametrize("mode", LAX)
def test_a_hook_sees_each_value_once_in_events_of_either_version(payload, mode):
    """An adapter that upgrades tries several classes, and calls hooks of one only."""
    calls = Calls(RealtimeConversationItemFunctionCall, mode)
    usages = []
    calls.converter.register_structure_hook(
        RealtimeResponseUsage, lambda value, _: usages.append(value)
    )
    adapter = JsonAdapter(
        RealtimeServerEvent, converter=calls.converter, upgrade=True, downgrade=True
    )
    try:
        event = adapter.decode(json.dumps(payload))
    except IssuesError:
        event = None

    assert len(calls.read) == ("item" in payload)
    assert len(usages) == ("usage" in payload.get("response", {}))

    if "item" in payload:
        assert adapter.encode(event)
        assert calls.written == [event.item]
