"""A program that does many things for the first time, in one thread or in many at once.

``python first_use.py SAMPLE KIND THREADS ORDER INTERVAL`` prints, as JSON, all the
different results of each thing. Only a fresh process has made nothing yet.
"""

import faulthandler
import json
import pickle
import sys
import threading
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import attrs
from cattrs import Converter

from rtmodels import Model

faulthandler.dump_traceback_later(150, exit=True)

MESSAGES = list(
    {
        message["type"]: message
        for message in map(json.loads, Path(sys.argv[1]).read_bytes().splitlines())
    }.values()
)[::3]
"""Each of another type: what comes later makes nothing for the first time."""

FRAMES = [json.dumps(message) for message in MESSAGES]
BAD = [
    {"type": "response.done", "response": {"id": 5, "output": [{"type": "message"}]}},
    {"type": "input_audio_buffer.append", "audio": "?"},
    {"type": "conversation.item.create", "item": {"type": "message", "role": 1}},
    {"type": "session.update", "session": {"type": "realtime", "tools": 7}},
]
BETA = [
    {"type": "response.text.delta", "event_id": "e", "response_id": "r"}
    | {"item_id": "i", "output_index": 0, "content_index": 0, "delta": "x"},
    {"type": "conversation.item.created", "event_id": "e"}
    | {"item": {"type": "message", "role": "assistant"}}
    | {"item": {"content": [{"type": "text", "text": "x"}]}},
    {"type": "session.updated", "event_id": "e", "session": {"voice": "alloy"}},
]
CONVERTERS = [
    (Converter(), "strict", False),
    (Converter(), "forgiving", False),
    (Converter(), "tolerant", False),
    (Converter(), "tolerant", True),
]
"""User-defined converters, which all threads share."""


@attrs.frozen(kw_only=True)
class Node(Model):
    """A recursive model."""

    left: "Node | None" = None
    children: "tuple[Node | Leaf, ...] | None" = None
    type: Literal["node"] = "node"


@attrs.frozen(kw_only=True)
class Leaf(Model):
    """It holds what holds it, and has to be read by its ``__init__``."""

    size: int = attrs.field(validator=attrs.validators.ge(0))
    root: "Node | None" = None
    type: Literal["leaf"] = "leaf"


@attrs.define
class Turn:
    """A user-defined class, for which cattrs generates the hooks."""

    caller: str
    tree: Node | None = None


def _outcome(function: Any, value: Any) -> str:
    """Show what *function* makes of *value*, or the error that it raises."""
    try:
        return repr(function(value))
    except ValueError as exc:
        return repr(exc)


def _cross(adapter: Any, value: Any) -> Any:
    """Decode *value*, and encode it again."""
    return adapter.encode(adapter.decode(value))


def adapt(name: str, mode: str) -> list[str]:
    """Convert every message back and forth, by a converter that all threads share."""
    import rtmodels
    from rtmodels import adapters

    shown = []
    binary = name == "MsgpackAdapter"
    converter = next(c for c, *kind in CONVERTERS if kind == [mode, binary])
    for union in ("RealtimeServerEvent", "RealtimeClientEvent"):
        cls = getattr(adapters, name)
        adapter = cls(getattr(rtmodels, union), converter=converter)
        wires = [*MESSAGES, *BAD]
        if name == "JsonAdapter":
            wires = [*FRAMES, *(json.dumps(wire) for wire in BAD)]
        if name == "MsgpackAdapter":
            import msgspec

            wires = [msgspec.msgpack.encode(wire) for wire in wires]
        for wire in wires:
            shown.append(_outcome(adapter.decode, wire))
            shown.append(_outcome(partial(_cross, adapter), wire))
        shown.append(_outcome(adapter.encode, rtmodels.RealtimeResponse(id=5)))
    return shown


def configure_own() -> list[str]:
    """Run every message through the shared, user-defined converters."""
    from rtmodels import RealtimeServerEvent

    shown = []
    for converter, mode, _ in CONVERTERS:
        if mode != "tolerant":
            continue
        for message in MESSAGES:
            event = converter.structure(message, RealtimeServerEvent)
            shown.append(repr(converter.unstructure(event, RealtimeServerEvent)))
        wire = {"caller": "Ada", "tree": TREE}
        turn = converter.structure(wire, Turn)
        shown += [repr(turn), repr(converter.unstructure(turn))]
    return shown


TREE = {
    "type": "node",
    "left": {"type": "node", "children": []},
    "children": [
        {"type": "leaf", "size": 1, "root": {"type": "node", "x": None}},
        {"type": "node"},
    ],
}


def recurse() -> list[str]:
    """Read and write models that hold one another."""
    from rtmodels import json_schema
    from rtmodels.adapters import DictAdapter

    adapter = DictAdapter(Node, mode="forgiving")
    tree = adapter.decode(TREE)
    bad = {"type": "node", "left": {"children": [{"type": "leaf", "size": -1}]}}
    return [
        repr(tree),
        repr(adapter.encode(tree)),
        _outcome(adapter.decode, bad),
        _outcome(DictAdapter(Node).decode, bad),
        _outcome(DictAdapter(Leaf).decode, {"type": "leaf"}),
        json.dumps(json_schema(Node)),
    ]


def load_names() -> list[Any]:
    """Load every public name, and see that it is the same object to all."""
    import rtmodels

    objects = []
    for name in rtmodels.__all__:
        space: dict[str, Any] = {}
        exec(f"from rtmodels import {name}", space)
        assert space[name] is getattr(rtmodels, name)
        objects.append(id(space[name]))
    IDENTITIES.add(tuple(objects))
    return list(rtmodels.__all__)


IDENTITIES: set[tuple[int, ...]] = set()


def change_version() -> list[str]:
    """Upgrade and downgrade."""
    from rtmodels import RealtimeServerEvent, downgrade, upgrade
    from rtmodels.adapters import DictAdapter

    newer = DictAdapter(RealtimeServerEvent, upgrade=True)
    both = DictAdapter(RealtimeServerEvent, upgrade=True, downgrade=True)
    shown = [_outcome(newer.decode, message) for message in BETA]
    for message in [*MESSAGES, *BETA]:
        shown.append(_outcome(lambda x: both.encode(both.decode(x)), message))
        shown.append(_outcome(lambda x: upgrade(downgrade(both.decode(x))), message))
    return shown


def describe() -> list[str]:
    """Write JSON Schema documents."""
    from rtmodels import RealtimeClientEvent, json_schema

    return [
        json.dumps(json_schema(RealtimeClientEvent, mode=mode))
        for mode in ("strict", "forgiving")
    ]


def accumulate() -> list[str]:
    """Add up the sample session."""
    from rtmodels import ConversationAccumulator

    accumulator = ConversationAccumulator()
    for event in _decode_all():
        accumulator.feed(event)
    return [repr(accumulator.items), repr(accumulator.mismatches)]


def pickle_values() -> list[str]:
    """Pickle adapters, instances and `UNSET`, and look at them after that."""
    from rtmodels import UNSET, RealtimeServerEvent
    from rtmodels.adapters import DictAdapter

    adapter = pickle.loads(pickle.dumps(DictAdapter(RealtimeServerEvent)))
    events = [adapter.decode(message) for message in MESSAGES]
    assert pickle.loads(pickle.dumps(UNSET)) is UNSET
    assert pickle.loads(pickle.dumps(events)) == events
    return [repr(adapter), repr(events)]


def _decode_all() -> list[Any]:
    """Decode the sample by an adapter of this thread's own."""
    from rtmodels import RealtimeServerEvent
    from rtmodels.adapters import DictAdapter

    adapter = DictAdapter(RealtimeServerEvent)
    return [adapter.decode(message) for message in MESSAGES]


def log() -> list[str]:
    """Show instances to a log."""
    from rtmodels.adapters.logging import represent

    return [repr(represent(event)) for event in _decode_all()]


def queue() -> list[bool]:
    """Write instances to messages for Kombu, and read them back."""
    from rtmodels.adapters.kombu import JSON, MSGPACK

    return [
        loads(dumps(event)) == event
        for dumps, loads, *_ in (JSON, MSGPACK)
        for event in _decode_all()
    ]


def wire() -> list[bool]:
    """Read and write a field of a Struct of msgspec's."""
    import msgspec

    from rtmodels import RealtimeServerEvent
    from rtmodels.adapters.msgspec import Boxed, dec_hook, enc_hook

    decoder = msgspec.json.Decoder(Boxed[RealtimeServerEvent], dec_hook=dec_hook)
    texts = [
        msgspec.json.encode(Boxed(event), enc_hook=enc_hook) for event in _decode_all()
    ]
    values = [decoder.decode(text).value for text in texts]
    return [values == _decode_all()]


def validate() -> list[bool]:
    """Read and write by pydantic."""
    from typing import Annotated

    from pydantic import TypeAdapter

    from rtmodels import RealtimeServerEvent
    from rtmodels.adapters.pydantic import Wire

    adapter = TypeAdapter(Annotated[RealtimeServerEvent, Wire()])
    return [
        adapter.validate_json(adapter.dump_json(event)) == event
        for event in _decode_all()
    ]


SDK_LOCK = threading.Lock()


def exchange() -> list[bool]:
    """Turn our instances into those of the SDK, and back."""
    from rtmodels.adapters.openai import from_sdk, to_sdk

    events = _decode_all()[:2]
    # pydantic 2.11 builds the deferred validators of the SDK without a lock, and other
    # threads see them half-built.
    with SDK_LOCK:
        for event in events:
            to_sdk(event)
    return [from_sdk(to_sdk(event)) == event for event in events]


JOBS: dict[str, Any] = {
    "recurse": recurse,
    "configure_own": configure_own,
    "load_names": load_names,
    "describe": describe,
    "log": log,
    "change_version": change_version,
    "accumulate": accumulate,
    "pickle_values": pickle_values,
}
if find_spec("orjson"):  # which has no build for every Python
    JOBS["JsonAdapter"] = partial(adapt, "JsonAdapter", "tolerant")
if find_spec("msgspec"):
    JOBS["MsgpackAdapter"] = partial(adapt, "MsgpackAdapter", "tolerant")
for each in ("strict", "tolerant", "forgiving"):
    JOBS[f"DictAdapter, {each}"] = partial(adapt, "DictAdapter", each)
FRAMEWORKS = {"queue": queue, "wire": wire, "validate": validate, "exchange": exchange}


def main(kind: str, threads: int, order: str, interval: str) -> None:
    """Do all jobs in each of *threads*, and print what came of it."""
    from rtmodels import configure

    jobs = FRAMEWORKS if kind == "frameworks" else JOBS

    for converter, mode, binary in CONVERTERS:
        configure(converter, mode=mode, binary=binary)
    if interval != "usual":
        sys.setswitchinterval(float(interval))
    barrier = threading.Barrier(threads)
    results: dict[str, list[Any]] = {name: [] for name in jobs}
    errors: list[BaseException] = []

    def work(index: int) -> None:
        names = list(jobs)
        if order == "mixed":
            start = index * 7 % len(names)
            names = names[start:] + names[:start]
        barrier.wait()
        try:
            for name in names:
                results[name].append(jobs[name]())
        except BaseException as exc:
            errors.append(exc)
            raise

    workers = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not errors
    assert all(len(result) == threads for result in results.values())
    assert len(IDENTITIES) == (kind == "core")
    different = {
        name: [x for n, x in enumerate(result) if n == 0 or x != result[0]]
        for name, result in results.items()
    }
    print(json.dumps(different))


main(sys.argv[2], int(sys.argv[3]), *sys.argv[4:])
