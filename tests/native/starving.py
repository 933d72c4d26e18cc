"""Runs programs while allocations fail, each in turn; ``test_memory`` starts it.

A call has to raise `MemoryError` or to return the right value, and to leave nothing
behind. The parser and the writer for single values are CPython's own: without memory,
orjson ends the process.
"""

import _testcapi
import gc
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from operator import methodcaller
from typing import Any
from unittest.mock import patch

import attrs
from cattrs import Converter

from rtmodels import (
    UNSET,
    MaxOutputTokens,
    Model,
    RealtimeServerEvent,
    Unknown,
    configure,
)
from rtmodels.adapters import DictAdapter, JsonAdapter
from rtmodels.native import _compile
from rtmodels.native._columns import ColumnKind, Rows, make_layout
from rtmodels.native._compile import Codec, make_decoder, make_encoder
from rtmodels.native._extension import Program, count_give_ups

from ..parts import find_parts
from .twins import pure, same

MAX_ALLOCATIONS = 10_000
"""No call makes as many."""

ROUNDS = 3
MAX_TRIES = 20

CODEC = Codec(json.loads, b"%a".__mod__, 1 << 20)


@attrs.frozen(kw_only=True)
class Inner(Model):
    """An object without a tag."""

    text: str | None = None
    data: bytes | None = None


@attrs.frozen(kw_only=True)
class Shapes(Model):
    """A class with a field of each shape."""

    text: str
    number: int | None = None
    real: float | None = None
    flag: bool | None = None
    data: bytes | None = None
    limit: MaxOutputTokens | None = None
    inner: Inner | None = None
    mixed: str | int | Inner | tuple[Inner, ...] | None = None
    items: tuple[Inner, ...] | None = None
    words: tuple[str, ...] | None = None
    table: Mapping[str, Inner] | None = attrs.field(default=None, hash=False)
    numbers: Mapping[str, int] | None = attrs.field(default=None, hash=False)
    anything: Any = attrs.field(default=None, hash=False)


SHAPES: dict[str, Any] = {
    "ascii": {"text": "x" * 100},
    "latin": {"text": "\u00e9" * 50},
    "wide": {"text": "\u20ac" * 50},
    "widest": {"text": "\U0001f600" * 50},
    "escapes": {"text": 'a"b\n\\' * 10},
    "many escapes": {"text": "\n" * 2000},
    "repeated": {"text": "item_1"},
    "numbers": {"text": "a", "number": 2**59, "real": 1.5, "flag": True},
    "long float": {"text": "a", "real": 1.2345678901234567e-200},
    "base64": {"text": "a", "data": "AAAA" * 100},
    "long base64": {"text": "a", "data": "AAAA" * 10_000},
    "untagged text": {"text": "a", "mixed": "b", "limit": "inf"},
    "untagged number": {"text": "a", "mixed": 5, "limit": 10**6},
    "untagged object": {"text": "a", "mixed": {"text": "b"}},
    "untagged array": {"text": "a", "mixed": [{"text": "b"}]},
    "array": {"text": "a", "items": [{"text": "b", "data": "AAAA"}] * 3},
    "long array": {"text": "a", "words": [f"w{n}" for n in range(70)]},
    "map": {"text": "a", "table": {"b": {"text": "c"}, "d": {}}, "numbers": {"e": 1}},
    "anything": {"text": "a", "anything": [1, {"b": [2.5, "c", None]}]},
    "extra": {"text": "a", "b": 1, "\u00fc": [2], "c": {"d": "e"}, "number": None},
    "large": {"text": "x" * 20_000, "words": ["\n" * 5000, "\u20ac" * 5000]},
}
"""What each path of decoding and encoding reads."""

EVENTS: dict[str, Any] = {
    "event": {"type": "input_audio_buffer.cleared", "event_id": "event_1"},
    "tag behind": {"event_id": "event_1", "type": "input_audio_buffer.cleared"},
    "unknown": {"type": "zz.unknown", "event_id": 5, "a": [1, {"b": 2}]},
    "response": {
        "type": "response.done",
        "event_id": "event_1",
        "response": {
            "id": "resp_1",
            "status_details": {"type": "completed"},
            "output": [
                {
                    "type": "message",
                    "role": "assistant",
                    "content": [{"type": "output_text", "text": "hi"}],
                },
                {"type": "zz.item", "id": "item_2"},
            ],
            "metadata": {"a": "b"},
            "zz": [None],
        },
    },
}


def starve(
    call: Callable[[Any], Any],
    argument: Any,
    expected: Any,
    renew: Callable[[], Any] | None = None,
) -> int:
    """Call with each allocation failing, and with all from there on failing.

    Return how often the call failed. It ends at the first round in which the call made
    fewer allocations than are let through. *renew* makes the argument for each call.
    *expected* is the value, or its type.
    """
    failures = 0
    for start in range(MAX_ALLOCATIONS):
        outcomes = []
        for stop in (start + 1, 0):
            argument = argument if renew is None else renew()
            # Dicts, tuples and floats that CPython has in reserve need no allocation.
            gc.collect()
            _testcapi.set_nomemory(start, stop)
            try:
                value = call(argument)
            except MemoryError:
                value = MemoryError
            finally:
                _testcapi.remove_mem_hooks()

            is_right = type(value) is expected or same(value, expected)
            assert value is MemoryError or is_right, (argument, value)
            outcomes.append(value is MemoryError)
            del value
        failures += sum(outcomes)
        # With no memory at all from `start` on, success means that none was needed.
        if not outcomes[-1]:
            return failures
    raise AssertionError("the call never succeeds")


def make_calls(type_: Any, payloads: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield a name, a call, its argument and the result, for each path."""
    adapter = JsonAdapter(type_)
    converter = configure(Converter())
    decoder = make_decoder(type_, converter, CODEC)
    encoder = make_encoder(type_, converter, CODEC)
    for name, payload in payloads.items():
        text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        escaped = json.dumps(payload)
        value = pure(JsonAdapter.decode)(adapter, text.encode())
        frames = (text.encode(), text, escaped, bytearray(text.encode()))
        for frame in (*frames, memoryview(text.encode())):
            yield f"decode {name}", decoder.decode, frame, value

        # Both read the extension's own spelling of floats.
        data = encoder.encode(value)
        assert decoder.decode(data) == value
        yield f"encode {name}", encoder.encode, value, data


def make_object_calls(
    type_: Any, payloads: dict[str, Any]
) -> Iterator[tuple[Any, ...]]:
    """Yield the same for the conversion of objects."""
    adapter = DictAdapter(type_)
    for name, payload in payloads.items():
        before = count_give_ups()
        value = adapter.decode(payload)
        wire = adapter.encode(value)
        assert count_give_ups() == before, f"{name!r} is converted in Python"
        yield f"structure {name}", adapter.decode, payload, value
        yield f"unstructure {name}", adapter.encode, value, wire


def measure(shared: list[Any]) -> list[int]:
    """Return the blocks in use, and the reference counts of what instances share."""
    gc.collect()
    return [sys.getallocatedblocks(), *map(sys.getrefcount, shared)]


def check_leaks(work: Callable[[], object], shared: list[Any]) -> None:
    """Repeat *work* until it leaves as much memory as it finds.

    Caches fill up at first. A leak never ends.
    """
    changes: list[int] = []
    for _ in range(MAX_TRIES):
        # The numbers of one measurement are alive during each.
        counts = measure(shared)
        counts = measure(shared)
        for _ in range(ROUNDS):
            work()

        after = measure(shared)
        changes = [new - old for old, new in zip(counts, after, strict=True)]
        if all(abs(change) < ROUNDS for change in changes):
            return
    raise AssertionError(f"each round leaks: {changes}")


def check_calls() -> None:
    """Starve each call, and check that it leaves nothing behind."""
    events = JsonAdapter(RealtimeServerEvent)
    shared = [UNSET, Unknown, Shapes, Inner, None, True, ""]
    shared += [type(events.decode(json.dumps(each))) for each in EVENTS.values()]
    paths = (Shapes, SHAPES), (RealtimeServerEvent, EVENTS)
    calls = [each for path in paths for each in make_calls(*path)]
    calls += [each for path in paths for each in make_object_calls(*path)]
    gc.freeze()  # else each collection would walk all of these
    for name, call, argument, expected in calls:
        failures = starve(call, argument, expected)
        held = [*shared]
        # The program leaves containers that others hold to Python.
        if "structure" not in name:
            held += [*find_parts(argument), *find_parts(expected)]
        check_leaks(partial(starve, call, argument, expected), held)

        assert failures, f"no allocation of {name!r} failed"
        print(f"{name}: {failures} failures")


def make_programs() -> Callable[[Any], Any]:
    """Return a function that makes a program and decodes a frame with it, in C only.

    CPython's own interpreter does not always survive without memory, so the classes are
    described beforehand.
    """
    converter = configure(Converter())
    with patch.object(_compile, "Program") as recorder:
        make_decoder(Shapes, converter, CODEC)
    describe, *arguments = recorder.call_args.args
    describer = describe.__self__
    specs: list[Any] = []
    while len(specs) < len(describer._classes):
        specs.append(describe(len(specs)))

    # The converter keeps the hook that the program watches.
    return lambda frame, _converter=converter: Program(
        specs.__getitem__, *arguments
    ).decode(frame)


def check_first_use() -> None:
    """Starve the calls that make programs and compile classes."""
    call = make_programs()
    for name in ("map", "array", "untagged array", "extra"):
        frame = json.dumps(SHAPES[name]).encode()
        expected = JsonAdapter(Shapes).decode(frame)
        failures = starve(call, frame, expected)
        check_leaks(partial(starve, call, frame, expected), [Shapes, Inner, UNSET])

        assert failures > 50
        print(f"first use of {name}: {failures} failures")


def describe_columns() -> tuple[tuple[Any, ...], dict[type, Any]]:
    """Describe columns for `Shapes`, and the classes in them."""
    scalars = {kind: (kind, CODEC.dumps, ()) for kind in ColumnKind}
    text, json_text = scalars[ColumnKind.STRING], scalars[ColumnKind.JSON]
    number = scalars[ColumnKind.INTEGER]
    inner = ColumnKind.OBJECT, "inner", (text, scalars[ColumnKind.BINARY], json_text)
    inners = ColumnKind.ARRAY, None, (inner,)

    def make_map(value: tuple[Any, ...]) -> tuple[Any, ...]:
        entry = ColumnKind.OBJECT, "entry", (text, value)
        return ColumnKind.MAP, None, (entry,)

    columns = {
        "text": text,
        "number": number,
        "real": scalars[ColumnKind.NUMBER],
        "flag": scalars[ColumnKind.BOOLEAN],
        "data": scalars[ColumnKind.BINARY],
        "limit": (
            ColumnKind.VARIANTS,
            None,
            (number, scalars[ColumnKind.UNLIMITED]),
        ),
        "inner": inner,
        "mixed": (ColumnKind.VARIANTS, None, (text, number, inner, inners)),
        "items": inners,
        "words": (ColumnKind.ARRAY, None, (text,)),
        "table": make_map(inner),
        "numbers": make_map(number),
        "anything": json_text,
        "extra": json_text,
    }
    classes = {
        cls: (
            tuple((name, place, True, name == "real") for place, name in fields),
            "extra",
            extra,
        )
        for cls, fields, extra in [
            (Inner, [(0, "text"), (1, "data")], 2),
            (Shapes, list(enumerate([*columns][:-1])), len(columns) - 1),
        ]
    }
    return (ColumnKind.OBJECT, "shapes", tuple(columns.values())), classes


def check_columns() -> None:
    """Starve the calls that add a row to columns, and those that finish them."""
    root, classes = describe_columns()
    for name, payload in SHAPES.items():
        value = JsonAdapter(Shapes).decode(json.dumps(payload))

        # From the second row of a class on, no Python code runs.
        def renew(value: Shapes = value) -> Rows:
            rows = make_layout(root, lambda _, cls: classes[cls]).begin()
            for _ in range(20):
                rows.append(value)
            return rows

        for verb, call, expected in [
            ("append", methodcaller("append", value), bool),
            ("finish", methodcaller("finish"), type(renew().finish())),
        ]:
            work = partial(starve, call, None, expected, renew)
            failures = work()
            check_leaks(work, [Shapes, Inner, UNSET])
            print(f"{verb} {name}: {failures} failures")


if __name__ == "__main__":
    check_calls()
    check_first_use()
    check_columns()
    print("good")
