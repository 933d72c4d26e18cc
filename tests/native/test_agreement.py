"""Native and Python code agree on each class, each union and each mode."""

import json
import random
import signal
import sys
from contextlib import contextmanager

import attrs
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtmodels import (
    MaxOutputTokens,
    Model,
    RealtimeConversationItem,
    RealtimeServerEvent,
    make_converter,
)
from rtmodels.adapters import JsonAdapter

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
from ..tools.native.spelling import mutate
from .twins import MODES, check_encoding, compare, counting, needs_extension

pytestmark = [needs_extension, pytest.mark.needs("msgpack")]

every_mode = pytest.mark.parametrize("mode", MODES)
MUTANTS = 100 * settings().max_examples
"""Number of mutants for each mode; the environment variable sets more, as elsewhere."""

SECONDS = 5
"""How long one input may take: a loop without progress would take forever."""


@contextmanager
def time_limit():
    """Kill the process if the ``with`` statement takes too long.

    A handler in Python would never run while the extension does. The limit is of
    processor time, which a busy machine does not use up.
    """
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def to_json(value, converter=make_converter()):  # noqa: B008 - made once
    """Return the JSON value for an instance."""
    return orjson.loads(JsonAdapter(type(value), converter=converter).encode(value))


@pytest.mark.parametrize("cls", MODELS)
@every_mode
def test_instances_of_every_class(cls, mode):
    """Generated instances are encoded to equal bytes, and these decoded equally."""
    adapter = JsonAdapter(cls, mode=mode)

    @EACH
    @given(instances(cls))
    def check(value):
        check_encoding(adapter, value)
        compare(adapter, JsonAdapter(cls).encode(value))

    check()


@pytest.mark.parametrize("name", UNIONS)
def test_values_of_every_union(name):
    """The same for what is exported as an alias, as a tuple."""
    adapter = JsonAdapter(tuple[UNIONS[name], ...])

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
    value = data.draw(values(RealtimeServerEvent | RealtimeConversationItem))
    payload = data.draw(change(st.just(to_json(value))))
    adapter = JsonAdapter(RealtimeServerEvent | RealtimeConversationItem, mode=mode)

    compare(adapter, json.dumps(payload, default=bytes.decode))


@every_mode
@given(data=st.data())
def test_odd_attributes(mode, data):
    """Encoding checks the attributes, which attrs does not."""
    value = data.draw(values(RealtimeServerEvent))
    names = [field.name for field in attrs.fields(type(value))]
    name = data.draw(st.sampled_from(names))
    odd = data.draw(odd_values)
    object.__setattr__(value, name, odd)

    check_encoding(JsonAdapter(RealtimeServerEvent, mode=mode), value)


@every_mode
@given(value=odd_values)
def test_values_of_a_type_without_objects(mode, value):
    """A union of a word and a number, with null."""
    compare(JsonAdapter(MaxOutputTokens | None, mode=mode), b" " * 16 + dump(value))


def dump(value):
    """Return the JSON of *value*, which may be none."""
    return json.dumps(value, default=repr).encode()


@every_mode
def test_mutants_of_frames(mode):
    """Bytes that nearly are a frame; each input has a time limit."""
    rng = random.Random(f"{mode} {sys.version_info}")  # noqa: S311 - repeatable
    adapter = JsonAdapter(RealtimeServerEvent, mode=mode)
    frames = seeds()

    for _ in range(MUTANTS):
        mutant = mutate(rng.choice(frames), rng)
        with time_limit():
            compare(adapter, mutant)


def seeds():
    """Return frames of each kind of value."""
    from .test_traffic import CASES  # noqa: PLC0415 - it makes the frames

    frames = {orjson.loads(frame)["type"]: frame for frame in CASES["mix"]}
    return [frame for frame in frames.values() if len(frame) < 3000]


@pytest.mark.parametrize(
    "text",
    [
        b'{"type":"zz.unknown","event_id":1}',
        b'{"event_id":1,"type":"zz.unknown"}',
        b'{"type":"zz","type":"response.done"}',
        b'{"type":"response.done","type":"zz"}',
        '{"type":"zürich", "a": {"b": [1.5, -0.0, "\\n"]}}'.encode(),
        b'{"type":"zz","a":12345678901234567890}',
        b'{"type":"zz\\u0041","a":1}',
        b'{"t\\u0079pe":"input_audio_buffer.cleared","event_id":"event_1"}',
        b'{"type":"input_audio_buffer.cleared","event\\u005fid":"event_1"}',
        b'{"type":"input_audio_buffer.cleared","event_id":"e","event_id":"f"}',
        b'{"type":"input_audio_buffer.cleared","event_id":"e","z":1,"z":2}',
        b'{"type":"input_audio_buffer.cleared","event_id":"\\ud83d"}',
        b'{"type":"input_audio_buffer.cleared","event_id":"\xff"}',
        b'{"type":"input_audio_buffer.cleared","event_id":"a\nb"}',
        b'{"type":"input_audio_buffer.cleared","event_id":"e"} x',
        b'{"type":"input_audio_buffer.cleared","event_id":"e"}\x00',
        b'{"type":"input_audio_buffer.cleared","event_id":"e",}',
        b'{,"type":"input_audio_buffer.cleared","event_id":"e"}',
        b'{"type":"input_audio_buffer.cleared" "event_id":"e"}',
        b"{" * 100_000,
        b"[" * 100_000,
        b'{"type":"zz","a":' + b"[" * 100 + b"]" * 100 + b"}",
        b'{"type":"zz","a":' + b"[" * 99 + b"]" * 99 + b"}",
    ],
)
@every_mode
def test_odd_frames(text, mode):
    """Repeated keys, escapes in keys and tags, and what is nearly JSON."""
    adapter = JsonAdapter(RealtimeServerEvent, mode=mode)

    with time_limit():
        compare(adapter, text)
        compare(adapter, text)  # with what the first call has left behind


@pytest.mark.parametrize("first", [b'"a\\"b"', b'"a\\nb"', b'"\\\\"'])
@pytest.mark.parametrize("second", [b'"a"b"', b'"a\nb"', b'"\\"'])
def test_a_string_that_is_kept_matches_only_its_own_text(first, second):
    """The last string of a field is compared with the bytes of the next frame."""
    adapter = JsonAdapter(RealtimeServerEvent)
    frame = b'{"type":"input_audio_buffer.cleared","event_id":%s}'

    compare(adapter, frame % first)
    compare(adapter, frame % second)


@attrs.frozen(kw_only=True)
class Wide(Model):
    """A class with strings."""

    words: tuple[str, ...]


@pytest.mark.parametrize("length", [0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 1000])
@pytest.mark.parametrize("character", ["a", '"', "\\", "\x1f", "\x7f", "é", "€", "😀"])
def test_strings_of_every_length(length, character):
    """A special character at each place near the borders of blocks of 16 bytes."""
    adapter = JsonAdapter(Wide)
    text = "x" * length
    words = tuple(
        text[:at] + character + text[at:] for at in {0, 1, length // 2, length}
    )

    with counting() as counter:
        assert compare(adapter, adapter.encode(Wide(words=words))).words == words
        assert compare(adapter, json.dumps({"words": words})).words == words

    assert counter.give_ups == 0
