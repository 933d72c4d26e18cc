"""What is compiled and imported while strangers' data is decoded: none of it is theirs.

Python tells audit hooks of everything that it compiles, runs or imports. A hook cannot
be removed again, so that each test has a process of its own.
"""

import inspect
import json
import subprocess
import sys
from textwrap import dedent

import pytest

from rtmodels import (
    RealtimeClientEvent,
    RealtimeResponse,
    RealtimeServerEvent,
    make_converter,
)
from rtmodels.converter._binding import find_hook

from ..storm import find_places, make_pieces

pytestmark = pytest.mark.needs("msgpack")

MARK = "xyzzy"
"""What stands in keys, tags and values of the payloads, and nowhere in the library."""

PRELUDE = f"""
import json
import linecache
import sys

import msgspec

from rtmodels import RealtimeServerEvent, RtmodelsError
from rtmodels.adapters import DictAdapter, JsonAdapter, MsgpackAdapter

MARK = {MARK!r}
CODE = f"{{MARK}}'] + __import__('os').getcwd() + ['"
WIRES = {{
    DictAdapter: dict, JsonAdapter: json.dumps, MsgpackAdapter: msgspec.msgpack.encode
}}
ADAPTERS = [
    (make(RealtimeServerEvent, mode=mode, upgrade=upgrade), wire)
    for make, wire in WIRES.items()
    for mode in ("strict", "tolerant", "forgiving")
    for upgrade in (False, True)
]
seen = []


def watch(event, arguments):
    if event in ("compile", "exec", "import", "open", "subprocess.Popen"):
        seen.append((event, repr(arguments)))


def hostile(word):
    item = {{
        "type": "message", "role": word, "id": word, word: word,
        "content": [{{"type": word, word: [word]}}, {{"type": "text", "text": word}}],
    }}
    response = {{"status": word, "output": [item], "metadata": {{word: word}}, word: 1}}
    done = {{"type": "response.done", "event_id": word, "response": response}}
    session = {{
        "type": "realtime", "model": word,
        "tools": [{{"type": word}}, {{}}, {{"name": word}}],
        "max_output_tokens": word, "instructions": word, "audio": {{word: word}},
    }}
    untagged = {{
        "type": "realtime", "tools": [{{}}, {{"name": "f"}}],
        "audio": {{"input": {{"format": {{}}}}, "output": {{"format": {{"rate": 8}}}}}},
    }}
    yield {{"type": word, word: word}}
    yield {{"type": [word]}}
    yield done
    yield done | {{word: [word], "event_id": [word]}}
    yield {{"type": "response.done", "event_id": word, "response": {{"output": word}}}}
    yield {{"type": "session.created", "event_id": word, "session": session}}
    yield {{"type": "session.created", "event_id": word, "session": untagged}}


def decode_all(words):
    for word in words:
        for payload in hostile(word):
            for adapter, wire in ADAPTERS:
                try:
                    adapter.encode(adapter.decode(wire(payload)))
                except RtmodelsError as exc:
                    str(exc)
"""


def run(program, given=None):
    """Run *program* in a new process with *given* as its input; return its output."""
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + dedent(program)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_nothing_from_the_wire_is_ever_compiled_or_imported():
    """From the first use on; what is generated has names of our classes only."""
    seen, sources = run("""
        sys.addaudithook(watch)
        decode_all([MARK, CODE, MARK + "\\n", "__class__", "os"])
        sources = [
            "".join(lines) + name
            for name, (_, _, lines, _) in list(linecache.cache.items())
            if name.startswith("<rtmodels")
        ]
        print(json.dumps([seen, sources]))
    """)

    assert len(sources) > 20
    assert sum(event == "compile" for event, _ in seen) > 20
    assert not [arguments for _, arguments in seen if MARK in arguments]
    assert not [source for source in sources if MARK in source]


def test_tracebacks_and_debuggers_see_the_lines_of_what_is_generated():
    """The text of a function is found as that of a function in a file is."""
    hook = find_hook(RealtimeResponse, make_converter())
    lines = inspect.getsource(hook.fast).splitlines()

    assert lines[0] == "def structure_RealtimeResponse(obj):"
    assert lines[-1] == "    return self"


def test_each_text_is_named_after_the_class_and_field_that_it_reads():
    """A traceback or a profile of one faulty frame shows what each function is for."""
    names = run("""
        payload = {
            "type": "response.done", "event_id": 1, "response": {
                "status": 5, "max_output_tokens": "Inf", "metadata": {"a": 1},
                "output": [{"type": "message", "role": "assistant", "content": 5}],
            },
        }
        try:
            DictAdapter(RealtimeServerEvent).decode(payload)
        except RtmodelsError:
            pass
        print(json.dumps([name for name in linecache.cache if "<rtmodels" in name]))
    """)

    assert "<rtmodels structure RealtimeResponse>" in names
    assert "<rtmodels structure RealtimeResponse.max_output_tokens>" in names
    assert "<rtmodels structure message by role>" in names
    assert not [
        name for name in names if name.removeprefix("<rtmodels structure") == ">"
    ]
    scalars = ("status", "event_id", "id", "object")
    assert not [
        name for name in names if name.endswith(tuple(f".{s}>" for s in scalars))
    ]


def test_after_the_first_use_nothing_is_compiled_or_imported_at_all():
    """New tags, keys and words, in hundreds, teach the library nothing."""
    seen, before, after = run("""
        decode_all(["a"])
        before = len(linecache.cache)
        sys.addaudithook(watch)
        decode_all([CODE, *(f"{MARK}{i}" for i in range(200))])
        print(json.dumps([seen, before, len(linecache.cache)]))
    """)

    assert seen == []
    assert before == after > 20


def test_no_input_of_any_kind_is_compiled_for_more_than_once():
    """A storm on every container of every event, twice: the second finds all made."""
    storm = [
        place.fill(piece, 2)
        for union in (RealtimeServerEvent, RealtimeClientEvent)
        for place in {p[1:2] + p[3:]: p for p in find_places(union)}.values()
        for piece in make_pieces(place.shape)
    ]
    first, second = run(
        """
        from rtmodels import RealtimeClientEvent, RtmodelsError, downgrade, upgrade

        EVENTS = RealtimeServerEvent | RealtimeClientEvent
        DOWN = JsonAdapter(EVENTS, downgrade=True)
        adapters = [
            JsonAdapter(EVENTS, mode=mode, upgrade=upgrade)
            for mode in ("strict", "tolerant", "forgiving")
            for upgrade in (False, True)
        ]
        storm = list(map(json.dumps, json.load(sys.stdin)))
        sys.addaudithook(watch)
        counts = []
        for _ in range(2):
            for frame in storm:
                for adapter in adapters:
                    try:
                        event = adapter.decode(frame)
                        adapter.encode(event)
                        DOWN.encode(event)
                        upgrade(downgrade(event, lost=[]), lost=[])
                    except RtmodelsError as exc:
                        str(exc)
            counts.append(sum(event == "compile" for event, _ in seen))
        print(json.dumps(counts))
        """,
        storm,
    )

    assert len(storm) > 1000
    assert first == second > 100
