"""Instances that the native program makes are like all others."""

import copy
import gc
import pickle
import sys
import weakref
from contextlib import suppress

import attrs
import pytest

from rtmodels import UNSET, RealtimeServerEvent, RtmodelsError
from rtmodels.adapters import JsonAdapter

from .test_traffic import CASES
from .twins import compare, counting, needs_extension, pure, same

pytestmark = [needs_extension, pytest.mark.needs("msgpack")]

ADAPTER = JsonAdapter(RealtimeServerEvent)
DELTA, DONE = CASES["deltas"][0], CASES["response.done"][0]
CLEARED = b'{"type":"input_audio_buffer.cleared","event_id":"event_1",%s}'


@pytest.mark.parametrize("frame", [DELTA, DONE])
def test_instances_are_copied_pickled_hashed_and_frozen(frame):
    """As those that Python code makes."""
    value = ADAPTER.decode(frame)
    expected = pure(JsonAdapter.decode)(ADAPTER, frame)

    assert value == expected
    assert same(copy.deepcopy(value), expected)
    assert same(pickle.loads(pickle.dumps(value)), expected)
    assert repr(value) == repr(expected)
    assert attrs.evolve(value, event_id="other").event_id == "other"
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        value.event_id = "other"


def test_hashes_are_equal():
    """Instances without mappings are hashable."""
    assert hash(ADAPTER.decode(DELTA)) == hash(pure(JsonAdapter.decode)(ADAPTER, DELTA))


def test_weak_references_die_with_the_instance():
    """Also where the garbage collector does not track it."""
    value = ADAPTER.decode(DELTA)
    reference = weakref.ref(value)

    assert reference() is value
    del value
    assert reference() is None


def test_a_cycle_through_extra_is_collected():
    """Only instances that hold nothing but strings and numbers are left untracked."""
    value = ADAPTER.decode(CLEARED % b'"zz":{"a":1}')
    value.extra["zz"]["self"] = value
    reference = weakref.ref(value)

    del value
    gc.collect()

    assert reference() is None


def test_extra_has_nulls_first_and_then_undeclared_keys_in_order():
    """The order in which Python code builds it."""
    keys = b'"b":1,"usage":null,"\xc3\xbc":[2],"status":null,"a":null'
    frame = b'{"type":"response.done","event_id":"event_1","response":{%s}}'

    value = compare(ADAPTER, frame % keys)

    assert list(value.response.extra) == ["status", "usage", "b", "ü", "a"]


def test_long_strings_are_not_kept():
    """What decoding remembers is bounded, however long the strings of a frame are."""
    text = "x" * 1_000_000
    value = ADAPTER.decode(DELTA.replace(b'"delta":"', b'"delta":"' + text.encode()))
    (name,) = [
        field.name
        for field in attrs.fields(type(value))
        if isinstance(getattr(value, field.name), str)
        and len(getattr(value, field.name)) >= len(text)
    ]

    # The instance, the local variable and the argument of the call.
    kept = getattr(value, name)
    assert sys.getrefcount(kept) == 3


def test_repeated_calls_leave_nothing_behind():
    """Frames that are read, and frames that are not, with all that they hold."""
    frames = [frame for kind in ("deltas", "session") for frame in CASES[kind]]
    frames += [frame[: len(frame) // 2] for frame in frames]
    frames += [frame[:-1] + b',"zz":{"a":[1,2.5]},"\\u0041":"\\n"}' for frame in frames]

    def work():
        for frame in frames:
            with suppress(RtmodelsError):
                ADAPTER.encode(ADAPTER.decode(frame))

    def measure():
        gc.collect()
        return sys.getallocatedblocks(), sys.getrefcount(UNSET)

    for _ in range(300):  # until what is kept has settled
        work()
    blocks, references = measure()
    for _ in range(20):
        work()
    blocks_after, references_after = measure()

    assert abs(blocks_after - blocks) < 50
    assert references_after == references


def test_limits_are_obeyed():
    """Size in bytes, and depth in levels."""
    for size in (len(DELTA) - 1, len(DELTA), len(DELTA) + 1):
        adapter = JsonAdapter(RealtimeServerEvent, max_bytes=size)
        for data in (DELTA, DELTA.decode(), bytearray(DELTA), memoryview(DELTA)):
            compare(adapter, data)
    wide = DELTA.replace(b'"delta":"', '"delta":"é€'.encode()).decode()
    for size in range(len(wide) - 1, len(wide.encode()) + 2):
        compare(JsonAdapter(RealtimeServerEvent, max_bytes=size), wide)

    for depth in (1, 2, 3):
        adapter = JsonAdapter(RealtimeServerEvent, max_depth=depth)
        for text in (b"[1]", b"[[1]]", b'{"a":[[1]]}', b'[{"a":[[1]]}]'):
            compare(adapter, CLEARED % (b'"zz":' + text))
            compare(adapter, b'{"type":"zz","a":%s}' % text)


def test_a_buffer_is_read_once():
    """What changes it later does not change the instance."""
    buffer = bytearray(DELTA)
    with counting() as counter:
        value = ADAPTER.decode(buffer)
        other = ADAPTER.decode(memoryview(buffer))
    buffer[:] = b"x" * len(buffer)

    assert value == other == ADAPTER.decode(DELTA)
    assert counter.give_ups == 0


def test_a_view_with_gaps_is_left_to_python():
    """As is one that was released, and other classes."""
    released = memoryview(DELTA)
    released.release()

    compare(ADAPTER, memoryview(DELTA)[::2])
    with pytest.raises(ValueError, match="released"):
        ADAPTER.decode(released)
