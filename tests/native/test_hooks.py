"""The native program bypasses no hook, parser or writer of a user."""

import gc
import json
from threading import Thread

import orjson
import pytest
from attrs import field, frozen
from cattrs import Converter

from rtmodels import (
    InputAudioBufferClearedEvent,
    Model,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseDoneEvent,
    Unknown,
    configure,
    make_converter,
)
from rtmodels.adapters import JsonAdapter

from .twins import compare, counting, needs_extension

pytestmark = [needs_extension, pytest.mark.needs("msgpack")]

CLEARED = b'{"type":"input_audio_buffer.cleared","event_id":"event_1"}'
DONE = b'{"type":"response.done","event_id":"event_2","response":{"id":"resp_1"}}'
UNKNOWN = b'{"type":"zz.unknown","event_id":"event_3"}'


def give_ups(call, *args):
    """Return how often the program gave up in *call*."""
    with counting() as counter:
        call(*args)
    return counter.give_ups


@pytest.mark.parametrize(
    ("type_", "frame"),
    [
        (InputAudioBufferClearedEvent, CLEARED),
        (RealtimeResponse, DONE),
        (Unknown, UNKNOWN),
    ],
)
def test_a_structure_hook_is_called_for_its_class_only(type_, frame):
    """Frames without that class are read natively."""
    converter = make_converter()
    built_in = converter.get_structure_hook(type_)
    calls = []
    converter.register_structure_hook(
        type_, lambda value, cls: (calls.append(cls), built_in(value, cls))[1]
    )
    adapter = JsonAdapter(RealtimeServerEvent, converter=converter)

    counts = [give_ups(adapter.decode, each) for each in (CLEARED, DONE, UNKNOWN)]

    assert calls == [type_]
    assert counts == [int(each == frame) for each in (CLEARED, DONE, UNKNOWN)]


def test_an_unstructure_hook_is_called_for_its_class_only():
    """As for structuring."""
    converter = make_converter()
    converter.register_unstructure_hook(RealtimeResponse, lambda _: {"id": "other"})
    adapter = JsonAdapter(RealtimeServerEvent, converter=converter)
    cleared, done = adapter.decode(CLEARED), adapter.decode(DONE)

    assert give_ups(adapter.encode, cleared) == 0
    assert json.loads(adapter.encode(done))["response"] == {"id": "other"}


def test_a_hook_for_the_type_of_the_adapter_is_called():
    """There is no program for such an adapter."""
    converter = make_converter()
    converter.register_structure_hook(RealtimeServerEvent, lambda *_: "mine")
    adapter = JsonAdapter(RealtimeServerEvent, converter=converter)

    assert adapter.decode(CLEARED) == "mine"


def test_the_built_in_hook_of_another_converter_counts_as_user_defined():
    """It has other options than the converter that it was registered with."""
    strict, tolerant = make_converter(mode="strict"), make_converter()
    tolerant.register_structure_hook(
        RealtimeResponse, strict.get_structure_hook(RealtimeResponse)
    )
    adapter = JsonAdapter(RealtimeServerEvent, converter=tolerant)

    frame = DONE.replace(b'{"id"', b'{"zz":1,"id"')

    assert give_ups(compare, adapter, frame) == 1


@pytest.mark.parametrize("collect", [True, False])
def test_a_hook_registered_after_the_first_use_is_not_bypassed(collect):
    """A class that had not arrived before gets the new hook, as in pure Python."""
    converter = make_converter()
    adapter = JsonAdapter(RealtimeServerEvent, converter=converter)
    assert give_ups(adapter.decode, CLEARED) == 0
    if collect:
        gc.collect()

    converter.register_structure_hook(RealtimeResponse, lambda *_: "mine")

    assert adapter.decode(DONE).response == "mine"
    assert give_ups(adapter.decode, CLEARED) == 0


def test_a_hook_for_a_class_that_was_read_before_reaches_a_new_adapter():
    """Functions compiled before keep their hooks; a program is made anew."""
    converter = make_converter()
    adapter = JsonAdapter(RealtimeServerEvent, converter=converter)
    adapter.decode(DONE)

    converter.register_structure_hook(RealtimeResponse, lambda *_: "mine")

    assert give_ups(adapter.decode, DONE) == 1
    other = JsonAdapter(RealtimeServerEvent, converter=converter)
    assert other.decode(DONE).response == "mine"


def test_an_unrelated_hook_leaves_the_program_in_use():
    """It is compiled again, and does not give up."""
    converter = make_converter()
    adapter = JsonAdapter(RealtimeServerEvent, converter=converter)
    adapter.decode(CLEARED)

    converter.register_structure_hook(complex, lambda value, _: complex(value))
    configure(converter)

    assert give_ups(adapter.decode, CLEARED) == 0
    assert give_ups(adapter.encode, adapter.decode(DONE)) == 0


def test_another_parser_or_writer_replaces_the_program():
    """Only in its own direction."""
    reads, writes = [], []

    def loads(data):
        reads.append(data)
        return orjson.loads(data)

    def dumps(value):
        writes.append(value)
        return orjson.dumps(value)

    reading = JsonAdapter(RealtimeServerEvent, loads=loads)
    writing = JsonAdapter(RealtimeServerEvent, dumps=dumps)

    value = reading.decode(CLEARED)
    assert writing.encode(writing.decode(CLEARED)) == reading.encode(value)
    assert reads == [CLEARED]
    assert len(writes) == 1


@frozen(kw_only=True)
class Recursive(Model):
    """A class that may hold itself."""

    inner: "Recursive | None" = None


@frozen(kw_only=True)
class Checked(Model):
    """A class whose ``__init__`` does more than store."""

    size: int = field()

    @size.validator
    def _check(self, _, value):
        if value < 0:
            raise ValueError("negative")


@frozen(kw_only=True)
class Made(Model):
    """A class with a ``__new__`` of its own."""

    size: int

    def __new__(cls, **_):
        """Count the calls."""
        MADE.append(cls)
        return super().__new__(cls)


@frozen(kw_only=True, slots=False)
class Loose(Model):
    """A class whose instances have a dict."""

    size: int


MADE: list[type] = []


@pytest.mark.parametrize(
    ("cls", "frame"),
    [
        (Recursive, b'{"inner": {"inner": {"inner": {}}}}'),
        (Checked, b'{"size":           1}'),
        (Checked, b'{"size":          -1}'),
        (Made, b'{"size":           1}'),
        (Loose, b'{"size":           1}'),
    ],
)
def test_classes_that_slots_alone_do_not_make_are_left_to_python(cls, frame):
    """Their instances are made as before."""
    adapter = JsonAdapter(cls)

    assert give_ups(compare, adapter, frame) >= 1
    assert give_ups(compare, adapter, frame) >= 1


def test_a_subclass_of_the_adapter_may_call_the_method():
    """The method that runs the program is inherited like any other."""

    class Traced(JsonAdapter):
        def decode(self, data):
            return super().decode(data), len(data)

    adapter = Traced(RealtimeServerEvent)

    with counting() as counter:
        value, size = adapter.decode(CLEARED)
    assert (type(value), size) == (InputAudioBufferClearedEvent, len(CLEARED))
    assert counter.give_ups == 0


def test_the_method_looks_like_the_function_that_it_wraps():
    """It has its name, its docstring and its signature."""
    assert JsonAdapter.decode.__name__ == "decode"
    assert JsonAdapter.decode.__doc__.startswith("Decode one JSON document")
    assert JsonAdapter.decode(JsonAdapter(RealtimeServerEvent), data=CLEARED)
    with pytest.raises(TypeError):
        JsonAdapter.decode()


def test_any_converter_that_was_configured_has_a_program():
    """Also one that structures other classes as well."""
    adapter = JsonAdapter(RealtimeServerEvent, converter=configure(Converter()))

    assert give_ups(adapter.decode, DONE) == 0


def test_threads_may_meet_a_class_at_the_same_time():
    """One of them compiles it; all get equal results."""
    adapter = JsonAdapter(RealtimeServerEvent)
    results = []
    threads = [
        Thread(target=lambda: results.append(adapter.decode(DONE))) for _ in range(8)
    ]

    with counting() as counter:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert counter.give_ups == 0
    assert len(results) == 8
    assert {type(value) for value in results} == {ResponseDoneEvent}
    assert all(value == results[0] for value in results)
