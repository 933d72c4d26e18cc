"""Programs for parsed objects: they agree with the Python code, or give up.

A `Function` stands in each adapter in place of the Python function that it wraps, so
that both can be called with the same value.
"""

import copy
import enum
import gc
import random
import sys
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from operator import call
from types import MappingProxyType
from typing import Any, Literal

import attrs
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtmodels import (
    UNSET,
    InputAudioBufferClearedEvent,
    MaxOutputTokens,
    Model,
    RealtimeBetaServerEvent,
    RealtimeClientEvent,
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeServerEvent,
    RtmodelsError,
    Unknown,
    ValidationError,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

from ..strategies import (
    EACH,
    MODELS,
    UNIONS,
    damaged,
    instances,
    odd_values,
    spoiled,
    values,
)
from .test_agreement import time_limit
from .test_large import running
from .test_traffic import CASES, CHANGED, EVENTS, SESSION
from .twins import MODES, counting, needs_extension, outcome, pure, same

pytestmark = [needs_extension, pytest.mark.needs("msgpack")]

every_mode = pytest.mark.parametrize("mode", MODES)
binary_or_not = pytest.mark.parametrize("binary", [False, True])
MIXES = 20 * settings().max_examples

CLEARED = {"type": "input_audio_buffer.cleared", "event_id": "event_1"}
DONE = {"type": "response.done", "event_id": "e", "response": {"id": "resp_1"}}
ADAPTER = DictAdapter(RealtimeServerEvent)


def structure_of(adapter: Any) -> Any:
    """Return the function that structures objects for *adapter*."""
    return adapter._structure  # noqa: SLF001 - to call it alone


def unstructure_of(adapter: Any) -> Any:
    """Return the function that unstructures instances for *adapter*."""
    return adapter._unstructure  # noqa: SLF001 - likewise


def compare(adapter: Any, data: Any) -> Any:
    """Decode *data* twice, encode the results twice, and return the instance.

    The errors are equal as well; one is returned in place of the instance.
    """
    before = copy.deepcopy(data)
    value = outcome(structure_of(adapter), data)
    expected = outcome(pure(structure_of(adapter)), data)
    assert same(value, expected), (data, value, expected)
    assert same(data, before)

    if not isinstance(value, RtmodelsError):
        check_encoding(adapter, value)
        check_encoding(adapter, expected)
    return value


def check_encoding(adapter: Any, value: Any) -> None:
    """Encode *value* twice, and check that the data or the errors are equal."""
    data = outcome(unstructure_of(adapter), value)
    expected = outcome(pure(unstructure_of(adapter)), value)
    assert same(data, expected), (value, data, expected)


def containers(data: Any) -> dict[int, Any]:
    """Return the dicts and lists in *data*, an object or an instance, by `id`."""
    found: dict[int, Any] = {}
    todo = [data]
    while todo:
        value = todo.pop()
        if isinstance(value, dict | list):
            if id(value) in found:
                continue
            found[id(value)] = value
        match value:
            case dict():
                todo += value.values()
            case list() | tuple():
                todo += value
            case _ if attrs.has(type(value)):
                todo += [
                    getattr(value, each.name) for each in attrs.fields(type(value))
                ]
    return found


def give_ups(function: Any, *args: Any) -> int:
    """Return how often the program gave up in *function*."""
    with counting() as counter:
        function(*args)
    return counter.give_ups


def is_made_natively(value: Any) -> bool:
    """Return whether *value* is an instance that no Python code made.

    The collector does not track those that hold only strings and numbers.
    """
    return not gc.is_tracked(value)


# ---- Agreement ---------------------------------------------------------------------


@pytest.mark.parametrize("cls", MODELS)
@every_mode
def test_instances_of_every_class(cls, mode):
    """Generated instances are encoded to equal objects, and these decoded equally."""
    text, binary = DictAdapter(cls), DictAdapter(cls, binary=True)
    adapters = [DictAdapter(cls, mode=mode, binary=binary) for binary in (False, True)]

    @EACH
    @given(instances(cls))
    def check(value):
        for adapter, other in zip(adapters, (binary, text), strict=True):
            check_encoding(adapter, value)
            compare(adapter, other.encode(value))

    check()


@pytest.mark.parametrize("name", UNIONS)
def test_values_of_every_union(name):
    """The same for what is exported as an alias, as a tuple."""
    adapter = DictAdapter(tuple[UNIONS[name], ...])

    @EACH
    @given(st.lists(values(UNIONS[name]), max_size=2).map(tuple))
    def check(value):
        check_encoding(adapter, value)
        compare(adapter, adapter.encode(value))

    check()


@every_mode
@pytest.mark.parametrize("change", [damaged, spoiled])
@given(data=st.data())
def test_values_that_fit_or_do_not(mode, change, data):
    """Decoding accepts the same values, and raises the same errors."""
    type_ = RealtimeServerEvent | RealtimeConversationItem
    value = data.draw(values(type_))
    payload = data.draw(change(st.just(DictAdapter(type_).encode(value))))

    compare(DictAdapter(type_, mode=mode), payload)
    compare(MsgpackAdapter(type_, mode=mode), payload)


@every_mode
@binary_or_not
@given(data=st.data())
def test_odd_attributes(mode, binary, data):
    """Encoding checks the attributes, which attrs does not."""
    value = data.draw(values(RealtimeServerEvent))
    names = [field.name for field in attrs.fields(type(value))]
    name = data.draw(st.sampled_from(names))
    object.__setattr__(value, name, data.draw(odd_values))

    check_encoding(DictAdapter(RealtimeServerEvent, mode=mode, binary=binary), value)


@every_mode
@given(value=odd_values)
def test_values_of_a_type_without_objects(mode, value):
    """A union of a word and a number, with null."""
    compare(DictAdapter(MaxOutputTokens | None, mode=mode), value)


class Text(str):
    """A string of another class, which is equal to one that is exact."""

    __slots__ = ()


class Number(int):
    """An integer of another class."""


class Color(enum.StrEnum):
    """A string that is a member of an enum."""

    RED = "red"


class Twin:
    """A key that is equal to a string, and has its hash."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __hash__(self) -> int:
        """Return the hash of the string."""
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        """Compare with a string."""
        return bool(self.text == other)


def nest(levels: int, inner: Any = 1) -> Any:
    """Return lists in lists."""
    for _ in range(levels):
        inner = [inner]
    return inner


SHARED: list[Any] = [1]
ODD_VALUES = [
    *(True, False, None, 0, -1, 2**63, -(2**70), 10**400, Number(3)),
    *(0.0, -0.0, 1.0, 1.5, 2.0**53, 2.0**63, -(2.0**63), 1e300),
    *(float("nan"), float("inf"), -float("inf")),
    *("", "x", "é", "€", "😀", "\ud800", "\x00", Text("x"), Color.RED),
    *(b"", b"xx", bytearray(b"x"), memoryview(b"x")),
    *("YQ==", "YR==", "YQ=", "Y", "YQ==\n", "é===", "=" * 4, "A" * 1000, "A" * 1001),
    *([], {}, (), (1,), {1}, object(), 1j),
    *([None, [True, {"a": "b"}]], {"a": [1.5, b"x"]}, {"a": {"b": {}}}),
    *({1: 2}, {None: 1}, {Text("a"): 1}, {"a": {1: 2}}, {b"a": 1}),
    *(OrderedDict(a=1), MappingProxyType({"a": 1}), Counter("ab")),
    *({"a": OrderedDict(a=1)}, [(1, 2)], [Text("x")], [Number(1)], [Color.RED]),
    *(nest(98), nest(99), nest(100), nest(101), nest(199), nest(200), nest(201)),
    *([SHARED, SHARED], {"a": SHARED, "b": [SHARED]}, nest(2, 2.0**64), [float("nan")]),
]


def places(value: Any) -> list[Any]:
    """Return events with *value* in fields of each kind, and where no class is."""
    response = {"id": "resp_1", "usage": {"total_tokens": value}}
    return [
        value,
        {**CLEARED, "event_id": value},
        {**CLEARED, "type": value},
        {**CLEARED, "zz": value},
        {"type": "zz", "a": value},
        {"type": value},
        {**DONE, "response": value},
        {**DONE, "response": {"id": value, "output": value, "metadata": value}},
        {**DONE, "response": {"max_output_tokens": value, "temperature": value}},
        {**DONE, "response": response},
        {
            "type": "response.output_audio.delta",
            "event_id": "e",
            "response_id": "r",
            "item_id": "i",
            "output_index": 0,
            "content_index": value if isinstance(value, int | float) else 0,
            "delta": value,
        },
        {
            "type": "session.update",
            "session": {
                "type": "realtime",
                "tools": [{"type": "function", "name": "f", "parameters": value}],
            },
        },
    ]


@pytest.mark.parametrize("number", range(len(ODD_VALUES)))
@every_mode
def test_odd_values(number, mode):
    """Values of other classes, and those that only some places allow."""
    type_ = RealtimeServerEvent | RealtimeClientEvent
    adapters = [
        DictAdapter(type_, mode=mode),
        DictAdapter(type_, mode=mode, binary=True, max_depth=99),
        MsgpackAdapter(type_, mode=mode),
    ]

    for data in places(ODD_VALUES[number]):
        for adapter in adapters:
            for _ in range(2):  # with what the first call has left behind
                value = outcome(structure_of(adapter), data)
                expected = outcome(pure(structure_of(adapter)), data)
                assert same(value, expected), (data, value, expected)
            if not isinstance(value, RtmodelsError):
                check_encoding(adapter, value)


@pytest.mark.parametrize("number", range(len(ODD_VALUES)))
@every_mode
@binary_or_not
def test_odd_values_in_instances(number, mode, binary):
    """Encoding meets them in fields, in ``extra``, and in an `Unknown`."""
    odd = ODD_VALUES[number]
    adapter = DictAdapter(RealtimeServerEvent, mode=mode, binary=binary)
    for value in (
        odd,
        InputAudioBufferClearedEvent(event_id=odd),
        InputAudioBufferClearedEvent(event_id="e", extra=odd),
        InputAudioBufferClearedEvent(event_id="e", extra={"zz": odd, "event_id": odd}),
        Unknown(tag="zz", payload={"type": "zz", "a": odd}),
        Unknown(tag="zz", payload=odd),
    ):
        check_encoding(adapter, value)


@every_mode
@pytest.mark.parametrize(
    "data",
    [
        {Twin("type"): "input_audio_buffer.cleared", "event_id": "e"},
        {"type": "input_audio_buffer.cleared", Twin("event_id"): "e"},
        {Twin("zz"): 1, **CLEARED},
        {**CLEARED, Twin("zz"): 1},
        {**CLEARED, Text("zz"): 1},
        {Text("type"): "input_audio_buffer.cleared", Text("event_id"): "e"},
        {"type": Text("input_audio_buffer.cleared"), "event_id": "e"},
        {
            "event_id": "e",
            "_type"[1:]: CLEARED["type"][:6] + CLEARED["type"][6:],
        },
        dict(reversed(DONE.items())),
        {"type": "zürich", "é": 1},
        {"type": "response.doné"},
        {"event_id": 1},
        {},
        OrderedDict(CLEARED),
        MappingProxyType(CLEARED),
        {**DONE, "response": OrderedDict(id="resp_1")},
        {**DONE, "response": {"id": None, "zz": 1, "status": None, "output": None}},
        {**DONE, "response": {"output": ({"type": "message"},)}},
        {**DONE, "response": {"output": [{"type": "message", "role": "zz"}]}},
        {**DONE, "response": {"output": [{"type": "message"}, {"role": "user"}, {}]}},
        {**DONE, "response": {"usage": {"total_tokens": True, "input_tokens": 1.0}}},
    ],
)
def test_odd_objects(data, mode):
    """Other keys, other orders, and what is nearly an event."""
    type_ = RealtimeServerEvent | RealtimeClientEvent
    for adapter in (DictAdapter(type_, mode=mode), MsgpackAdapter(type_, mode=mode)):
        for _ in range(2):
            value = outcome(structure_of(adapter), data)
            assert same(value, outcome(pure(structure_of(adapter)), data))


# ---- Sharing and order -------------------------------------------------------------


NESTED = {
    "type": "session.update",
    "zz": [{"a": [{"b": 1}, []]}, {}],
    "session": {
        "type": "realtime",
        "tools": [
            {"type": "function", "name": "f", "parameters": {"a": {"b": [1, {"c": 2}]}}}
        ],
        "yy": {"a": {"b": [2.5]}},
    },
}


@pytest.mark.parametrize("data", [NESTED, {**NESTED, "type": "zz"}])
def test_instances_share_no_dict_or_list_with_the_input_or_output(data):
    """`DictAdapter` copies what no class describes, in both directions."""
    adapter = DictAdapter(RealtimeClientEvent)
    data = copy.deepcopy(data)

    with counting() as counter:
        value = adapter.decode(data)
        out = adapter.encode(value)

    assert counter.give_ups == 0
    assert out == data
    assert not containers(value).keys() & containers(data).keys()
    assert not containers(value).keys() & containers(out).keys()


def test_an_adapter_that_parses_shares_values_of_unknown_shape():
    """Nothing else refers to them, and a copy would cost time."""
    adapter = MsgpackAdapter(RealtimeClientEvent)
    data = copy.deepcopy(NESTED)

    with counting() as counter:
        value = structure_of(adapter)(data)

    assert counter.give_ups == 0
    assert value.extra["zz"] is data["zz"]
    assert (
        value.session.tools[0].parameters is data["session"]["tools"][0]["parameters"]
    )


def test_copies_of_one_list_are_one_list():
    """As where Python code makes them; hostile lists would else need 2**n steps."""
    doubled: Any = []
    for _ in range(60):
        doubled = [doubled, doubled]

    for structure in (structure_of(ADAPTER), pure(structure_of(ADAPTER))):
        with time_limit():
            value = structure({**CLEARED, "zz": doubled, "yy": [SHARED, SHARED]})
        assert value.extra["zz"][0] is value.extra["zz"][1]
        assert value.extra["yy"][0] is value.extra["yy"][1] is not SHARED


@every_mode
def test_lists_and_dicts_that_hold_themselves(mode):
    """They are too deep for any limit."""
    endless: Any = [1]
    endless.append(endless)
    circle: Any = {"type": "zz"}
    circle["a"] = circle
    for adapter in (
        DictAdapter(RealtimeServerEvent, mode=mode),
        MsgpackAdapter(RealtimeServerEvent, mode=mode),
    ):
        for data in (circle, {**CLEARED, "zz": endless}, {**DONE, "response": circle}):
            with time_limit():
                error = outcome(structure_of(adapter), data)
            assert isinstance(error, ValidationError)
            assert same(error, outcome(pure(structure_of(adapter)), data))

        value = InputAudioBufferClearedEvent(event_id="e", extra={"zz": endless})
        with time_limit():
            check_encoding(adapter, value)


def test_keys_are_in_order():
    """In ``extra``: nulls in the order of the fields, then undeclared keys."""
    response = {"b": 1, "usage": None, "ü": [2], "status": None, "a": None}

    value = compare(ADAPTER, {**DONE, "response": response})

    assert list(value.response.extra) == ["status", "usage", "b", "ü", "a"]
    assert give_ups(ADAPTER.decode, {**DONE, "response": response}) == 0
    assert give_ups(ADAPTER.encode, value) == 0


# ---- Real traffic ------------------------------------------------------------------


@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("mode", ["tolerant", "forgiving"])
def test_no_frame_of_the_benchmarks_gives_up(kind, mode):
    """Strict mode rejects some of them."""
    objects = DictAdapter(RealtimeServerEvent, mode=mode)
    binary = MsgpackAdapter(RealtimeServerEvent, mode=mode)

    with counting() as counter:
        for frame in CASES[kind]:
            value = compare(objects, orjson.loads(frame))
            assert binary.decode(binary.encode(value)) == value

    assert counter.give_ups == 0


def test_no_frame_of_the_sample_session_gives_up():
    """Both sides of it, with the keys in either order."""
    adapter = DictAdapter(RealtimeServerEvent | RealtimeClientEvent)

    with counting() as counter:
        for event in SESSION:
            compare(adapter, event)
            compare(adapter, dict(reversed(event.items())))

    assert counter.give_ups == 0


@pytest.mark.parametrize("mode", ["tolerant", "forgiving"])
def test_no_valid_frame_of_a_capture_gives_up(captures, mode):
    """Frames of other servers have undeclared keys, nulls and unknown types."""
    adapters = {key: DictAdapter(type_, mode=mode) for key, type_ in EVENTS.items()}
    tolerant = {key: DictAdapter(type_) for key, type_ in EVENTS.items()}
    gave_up: Counter[str] = Counter()

    for capture in captures:
        key = capture["direction"], capture["shape"]
        if key not in EVENTS:
            continue
        with suppress(ValidationError):
            pure(structure_of(tolerant[key]))(capture["value"])
            with counting() as counter:
                compare(adapters[key], capture["value"])
            gave_up[capture["server"]] += counter.give_ups

    assert gave_up.total() == 0, gave_up


def test_upgrading_agrees(captures):
    """Events of either version become the same ones, natively unless objects change."""
    union = {"server": RealtimeServerEvent, "client": RealtimeClientEvent}
    adapters = {key: DictAdapter(type_, upgrade=True) for key, type_ in union.items()}
    gave_up = set()

    for capture in captures:
        if capture["direction"] in union and capture["server"] != "xai":
            adapter = adapters[capture["direction"]]
            compare(adapter, capture["value"])
            if give_ups(outcome, structure_of(adapter), capture["value"]):
                gave_up.add(capture["value"]["type"])

    assert gave_up <= CHANGED


def test_downgrading_is_left_to_python():
    """There is no program that writes the events of the beta."""
    adapter = DictAdapter(RealtimeServerEvent, downgrade=True)
    beta = DictAdapter(RealtimeBetaServerEvent)
    event = adapter.decode(DONE)

    assert give_ups(adapter.encode, event) == 0
    assert beta.decode(adapter.encode(event)).type == "response.done"


def test_instances_are_made_natively():
    """By each adapter that converts objects, and by no Python code."""
    objects = DictAdapter(RealtimeServerEvent)
    binary = MsgpackAdapter(RealtimeServerEvent)
    parsing = JsonAdapter(RealtimeServerEvent, loads=orjson.loads)

    for value in (
        objects.decode(CLEARED),
        binary.decode(binary.encode(objects.decode(CLEARED))),
        parsing.decode(orjson.dumps(CLEARED)),
    ):
        assert value == pure(structure_of(objects))(CLEARED)
        assert is_made_natively(value)
    assert not is_made_natively(pure(structure_of(objects))(CLEARED))


# ---- Hooks -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        (InputAudioBufferClearedEvent, CLEARED),
        (RealtimeResponse, DONE),
        (Unknown, {"type": "zz.unknown", "event_id": "event_3"}),
    ],
)
def test_a_structure_hook_is_called_for_its_class_only(type_, data):
    """Objects without that class are read natively."""
    converter = make_converter()
    built_in = converter.get_structure_hook(type_)
    calls = []
    converter.register_structure_hook(
        type_, lambda value, cls: (calls.append(cls), built_in(value, cls))[1]
    )
    adapter = DictAdapter(RealtimeServerEvent, converter=converter)

    for each in (CLEARED, DONE, {"type": "zz.unknown", "event_id": "event_3"}):
        calls.clear()
        assert give_ups(adapter.decode, each) == int(each == data)
        assert calls == [type_] * (each == data)


def test_an_unstructure_hook_is_called_for_its_class_only():
    """As for structuring."""
    converter = make_converter()
    converter.register_unstructure_hook(RealtimeResponse, lambda _: {"id": "other"})
    adapter = DictAdapter(RealtimeServerEvent, converter=converter)
    cleared, done = adapter.decode(CLEARED), adapter.decode(DONE)

    assert give_ups(adapter.encode, cleared) == 0
    assert adapter.encode(done)["response"] == {"id": "other"}


@pytest.mark.parametrize("make", [DictAdapter, MsgpackAdapter])
def test_a_hook_registered_after_the_first_use_is_not_bypassed(make):
    """A class that had not arrived before gets the new hooks, as in pure Python."""
    converter = make_converter()
    adapter = make(RealtimeServerEvent, converter=converter)
    event = structure_of(adapter)(CLEARED)
    assert unstructure_of(adapter)(event) == CLEARED

    converter.register_structure_hook(RealtimeResponse, lambda *_: "mine")
    converter.register_unstructure_hook(RealtimeResponse, lambda _: "yours")
    done = ADAPTER.decode(DONE)

    assert structure_of(adapter)(DONE).response == "mine"
    assert unstructure_of(adapter)(done)["response"] == "yours"
    assert give_ups(structure_of(adapter), CLEARED) == 0
    assert give_ups(unstructure_of(adapter), event) == 0


def test_a_hook_for_a_class_that_was_read_before_is_left_to_python():
    """Functions compiled before keep their hooks; a program is made anew."""
    converter = make_converter()
    adapter = DictAdapter(RealtimeServerEvent, converter=converter)
    assert give_ups(adapter.decode, DONE) == 0

    converter.register_structure_hook(RealtimeResponse, lambda *_: "mine")

    assert give_ups(adapter.decode, DONE) == 1
    other = DictAdapter(RealtimeServerEvent, converter=converter)
    assert other.decode(DONE).response == "mine"


def test_hooks_for_the_type_of_the_adapter_are_called():
    """There is no program for such an adapter."""
    converter = make_converter()
    converter.register_structure_hook(RealtimeServerEvent, lambda *_: "mine")
    converter.register_unstructure_hook(RealtimeServerEvent, lambda _: "yours")
    adapter = DictAdapter(RealtimeServerEvent, converter=converter)

    with counting() as counter:
        assert adapter.decode(CLEARED) == "mine"
        assert adapter.encode(ADAPTER.decode(CLEARED)) == "yours"
    assert counter.give_ups == 0


def test_a_type_of_another_library_is_left_to_its_hook():
    """An adapter accepts any type that its converter does."""
    converter = make_converter()
    adapter = DictAdapter(dict[str, int], converter=converter)

    assert adapter.decode({"a": "1"}) == {"a": 1}
    assert adapter.encode({"a": 1}) == {"a": 1}


@attrs.frozen(kw_only=True)
class Node(Model):
    """A class that may hold itself."""

    inner: "Node | None" = None


@attrs.frozen(kw_only=True)
class Checked(Model):
    """A class whose ``__init__`` does more than store."""

    size: int = attrs.field()

    @size.validator
    def _check(self, _: object, value: int) -> None:
        if value < 0:
            raise ValueError("negative")


@pytest.mark.parametrize("cls", [Node, Checked])
@pytest.mark.parametrize("data", [{"inner": {"inner": {}}}, {"size": 1}, {"size": -1}])
def test_classes_that_slots_alone_do_not_make_are_left_to_python(cls, data):
    """Their instances are made as before."""
    adapter = DictAdapter(cls)

    assert give_ups(compare, adapter, data) >= 1
    assert not isinstance(compare(adapter, CLEARED), InputAudioBufferClearedEvent)


@attrs.frozen(kw_only=True)
class Wide(Model):
    """A user-defined class with a field of each kind."""

    text: str
    number: float
    flag: bool | None = None
    sizes: tuple[int, ...] = ()
    data: bytes | None = None
    word: Literal["a", "b"] | None = None
    map: Mapping[str, float] | None = None


@pytest.mark.parametrize("number", range(len(ODD_VALUES)))
@every_mode
@binary_or_not
def test_odd_values_in_one_field(number, mode, binary):
    """Nothing else is wrong with the object."""
    adapter = DictAdapter(Wide, mode=mode, binary=binary)
    odd, fine = ODD_VALUES[number], {"text": "x", "number": 1.5}

    for name in ("text", "number", "flag", "sizes", "data", "word", "map", "zz"):
        for value in (odd, [odd], {"a": odd}):
            data = {**fine, name: value}
            found = outcome(structure_of(adapter), data)
            assert same(found, outcome(pure(structure_of(adapter)), data))

            instance = Wide(**fine, extra={"zz": value} if name == "zz" else None)
            if name != "zz":
                object.__setattr__(instance, name, value)
            check_encoding(adapter, instance)


# ---- Changes while an object is read -----------------------------------------------


@pytest.mark.parametrize("verb", ["structure", "unstructure"])
@pytest.mark.parametrize("change", ["clear", "replace", "grow"])
def test_an_object_that_changes_while_a_class_is_compiled(verb, change):
    """A factory of hooks that the user registered runs in the middle of a value."""
    converter = make_converter()
    data = copy.deepcopy(DONE)
    data["response"]["output"] = [
        {"type": "message", "role": "user", "content": [], "id": f"item_{number}"}
        for number in range(20)
    ]
    value = ADAPTER.decode(data)
    found = containers(data if verb == "structure" else value)
    armed = False

    def changes(_: Any) -> bool:
        if armed:
            for container in found.values():
                if change == "clear":
                    container.clear()
                elif isinstance(container, list):
                    container[:] = ["x"] * (3 if change == "replace" else 1000)
                elif change == "replace":
                    container.update(dict.fromkeys(container, "x"))
                else:
                    container.update((f"k{number}", [number]) for number in range(1000))
        return False

    converter.register_structure_hook_factory(changes, lambda _: None)
    converter.register_unstructure_hook_factory(changes, lambda _: None)
    adapter = DictAdapter(RealtimeServerEvent, converter=converter)

    armed = True
    if verb == "structure":
        outcome(adapter.decode, data)
    else:
        object.__setattr__(value.response, "extra", {"zz": [[1], {"a": [2]}]})
        found.update(containers(value))
        outcome(adapter.encode, value)
    armed = False

    gc.collect()
    compare(adapter, DONE)


def test_an_object_that_changes_during_a_collection():
    """Up to CPython 3.11, any allocation may run code; later, only that of Python."""
    rng = random.Random(7)  # noqa: S311 - repeatable
    data: Any = None

    def change(phase: str, _: object) -> None:
        if phase == "start" and data is not None:
            for container in containers(data).values():
                if rng.random() < 0.1:
                    container.clear()
                elif isinstance(container, list):
                    container.append("x")
                else:
                    container[f"k{rng.randrange(100)}"] = [1]

    adapter = DictAdapter(RealtimeClientEvent)
    adapter.decode(NESTED)
    threshold = gc.get_threshold()
    gc.callbacks.append(change)
    try:
        gc.set_threshold(1)
        for _ in range(MIXES):
            data = copy.deepcopy(NESTED)
            value = outcome(structure_of(adapter), data)
            if not isinstance(value, RtmodelsError):
                data = {"extra": value.extra, "session": value.session.extra}
                outcome(unstructure_of(adapter), value)
            data = None
    finally:
        gc.callbacks.remove(change)
        gc.set_threshold(*threshold)

    compare(adapter, copy.deepcopy(NESTED))


@pytest.mark.parametrize("make", [DictAdapter, MsgpackAdapter])
def test_threads_that_change_an_object_that_others_read(make):
    """Pauses let them. The result is any mixture, or an error."""
    adapter = make(RealtimeClientEvent)
    data = copy.deepcopy(NESTED)
    tool = NESTED["session"]["tools"][0]

    def change() -> None:
        data["zz"] = [{"a": [number, {}]} for number in range(5000)]
        data["session"]["tools"] = [copy.deepcopy(tool) for _ in range(500)]
        data["session"]["yy"].clear()
        data["session"][f"k{len(data['session']) % 9}"] = [[1], {"b": [{}]}]
        data["zz"].clear()
        data["session"]["tools"].clear()

    with running(change):
        for _ in range(MIXES // 10):
            value = outcome(structure_of(adapter), data)
            outcome(unstructure_of(adapter), value)

    assert compare(adapter, copy.deepcopy(NESTED)).extra == {"zz": NESTED["zz"]}


@pytest.mark.parametrize("make", [DictAdapter, MsgpackAdapter])
@pytest.mark.parametrize("key", ["zz", "tools"])
def test_other_threads_run_while_a_large_object_is_read(make, key):
    """Both directions release the GIL now and then."""
    adapter = make(RealtimeClientEvent)
    data = copy.deepcopy(NESTED)
    tool = data["session"]["tools"][0]
    if key == "tools":
        data["session"]["tools"] = [{**tool, "parameters": {}} for _ in range(20_000)]
    else:
        data["zz"] = [{"a": number} for number in range(50_000)]

    ticks = [0]
    read_ticks = partial(ticks.__getitem__, 0)

    def tick() -> None:
        ticks[0] += 1

    def lets_others_run(work: Callable[[], object]) -> bool:
        # No bytecode runs between these calls, as in test_large.py.
        calls: list[Callable[[], Any]] = [read_ticks, work, read_ticks]
        before, _, after = map(call, calls)
        return bool(after > before)

    with counting() as counter:
        structure = partial(structure_of(adapter), data)
        unstructure = partial(unstructure_of(adapter), structure())
        with running(tick):
            # The other thread asks for the GIL only if the machine lets it.
            assert any(lets_others_run(structure) for _ in range(1000))
            assert any(lets_others_run(unstructure) for _ in range(1000))

    assert counter.give_ups == 0


# ---- References --------------------------------------------------------------------


def test_repeated_calls_leave_nothing_behind():
    """Objects that are read, and objects that are not, with all that they hold."""
    objects = [
        orjson.loads(frame) for kind in ("deltas", "session") for frame in CASES[kind]
    ]
    objects += [{**data, "event_id": 5} for data in objects]
    objects += [
        {**data, "zz": [1.5, {"a": [SHARED, SHARED]}], "status": None}
        for data in objects
    ]
    objects += [{**NESTED, "type": "zz"}, {"type": "zz", 1: 2}]
    adapters = [ADAPTER, MsgpackAdapter(RealtimeServerEvent)]

    def work() -> None:
        for adapter in adapters:
            for data in objects:
                with suppress(RtmodelsError):
                    unstructure_of(adapter)(structure_of(adapter)(data))

    def measure() -> Any:
        gc.collect()
        held = [value for data in objects for value in data.values()]
        own = [value for value in held if isinstance(value, str | list | dict)]
        references = [sys.getrefcount(UNSET), sys.getrefcount(SHARED)]
        return sys.getallocatedblocks(), references, sum(map(sys.getrefcount, own))

    for _ in range(30):  # until what is kept has settled
        work()
    blocks, references, total = measure()
    for _ in range(20):
        work()
    blocks_after, references_after, total_after = measure()

    assert abs(blocks_after - blocks) < 50
    assert references_after == references
    assert abs(total_after - total) < 10


def test_an_adapter_is_collected_with_its_programs():
    """Also after both have been used."""
    adapter = DictAdapter(RealtimeServerEvent)
    adapter.encode(adapter.decode(DONE))
    before = sum(type(each).__name__ == "Program" for each in gc.get_objects())

    del adapter
    gc.collect()

    after = sum(type(each).__name__ == "Program" for each in gc.get_objects())
    assert after == before - 2


def test_a_function_takes_one_argument():
    """As the Python function does."""
    structure = structure_of(ADAPTER)

    for arguments in ((), (CLEARED, CLEARED)):
        with pytest.raises(TypeError):
            structure(*arguments)
    assert structure(value=CLEARED) == ADAPTER.decode(CLEARED)
