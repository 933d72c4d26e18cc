"""The native program in threads, in forked processes and in several interpreters."""

import os
import subprocess
import sys
import textwrap
from threading import Barrier, Thread

import orjson
import pytest

from rtmodels import RealtimeClientEvent, RealtimeServerEvent
from rtmodels.adapters import JsonAdapter

from ..paths import SAMPLE
from ..processes import PATIENCE
from .twins import counting, needs_extension, pure, same

pytestmark = [needs_extension, pytest.mark.needs("msgpack")]

THREADS = 32
EVENTS = RealtimeServerEvent | RealtimeClientEvent
FRAMES = [orjson.dumps(orjson.loads(line)) for line in SAMPLE.read_bytes().splitlines()]


@pytest.fixture
def frequent_switches():
    """Make threads take turns as often as possible."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("frequent_switches")
def test_many_threads_at_first_use_of_one_adapter():
    """All classes are compiled meanwhile, in both directions."""
    expected = [pure(JsonAdapter.decode)(JsonAdapter(EVENTS), f) for f in FRAMES]
    texts = [pure(JsonAdapter.encode)(JsonAdapter(EVENTS), e) for e in expected]
    adapter, barrier = JsonAdapter(EVENTS), Barrier(THREADS)
    results = {}

    def work(number):
        # Each thread begins with another class.
        order = [(number * 7 + step) % len(FRAMES) for step in range(len(FRAMES))]
        barrier.wait()
        values = {at: adapter.decode(FRAMES[at]) for at in order}
        results[number] = values, {at: adapter.encode(values[at]) for at in order}

    threads = [Thread(target=work, args=(number,)) for number in range(THREADS)]
    with counting() as counter:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert counter.give_ups == 0
    assert len(results) == THREADS
    for values, written in results.values():
        assert all(same(values[at], each) for at, each in enumerate(expected))
        assert [written[at] for at in range(len(texts))] == texts


FORK = """
    import os, signal, sys, threading, warnings
    from rtmodels import RealtimeServerEvent
    from rtmodels.adapters import JsonAdapter
    from rtmodels.native._extension import count_give_ups

    warnings.simplefilter("ignore", DeprecationWarning)  # of forks with threads
    sys.setswitchinterval(1e-6)
    frames = [
        b'{"type":"input_audio_buffer.cleared","event_id":"event_%d"}',
        b'{"type":"zz.unknown","event_id":"event_%d","a":[1]}',
        b'{"type":"response.done","event_id":"event_%d","response":{"id":"r"}}',
    ]
    adapter, fresh = JsonAdapter(RealtimeServerEvent), JsonAdapter(RealtimeServerEvent)
    is_over = threading.Event()

    def work(adapter, number):
        for frame in frames:
            data = frame % number
            value = adapter.decode(data)
            assert adapter.encode(value) == data, value

    def repeat():
        while not is_over.is_set():
            work(adapter, 1)

    threads = [threading.Thread(target=repeat) for _ in range(4)]
    for thread in threads:
        thread.start()
    codes = []
    for number in range(20):
        child = os.fork()
        if child == 0:
            # It ends the child if that waits for a thread that is not there.
            signal.alarm(int(sys.argv[1]))
            before = count_give_ups()
            for each in (adapter, fresh):
                for repetition in range(100):
                    work(each, repetition)
            os._exit(0 if count_give_ups() == before else 3)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    is_over.set()
    for thread in threads:
        thread.join()
    print("children:", set(codes))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_forks_while_threads_decode():
    """The child decodes with the same adapter, and with one that was not used yet."""
    assert run(FORK, str(PATIENCE // 2)) == "children: {0}"


INTERPRETERS = """
    import sys, threading
    kind, program = sys.argv[1:]
    failures = []

    def run():
        if sys.version_info >= (3, 13):
            import _interpreters
            interpreter = _interpreters.create(kind)
            failure = _interpreters.exec(interpreter, program)
            failures.append(failure and failure.formatted)
            _interpreters.destroy(interpreter)
        else:
            import _xxsubinterpreters
            interpreter = _xxsubinterpreters.create(isolated=kind == "isolated")
            try:
                _xxsubinterpreters.run_string(interpreter, program)
                failures.append(None)
            except _xxsubinterpreters.RunFailedError as failure:
                failures.append(str(failure))
            _xxsubinterpreters.destroy(interpreter)

    for count in (1, 4):
        threads = [threading.Thread(target=run) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    exec(program)
    print(failures)
"""

PROGRAM = """
import json
from rtmodels import RealtimeServerEvent, make_converter
from rtmodels.native import _compile, _extension

# An interpreter with its own GIL cannot load orjson.
codec = _compile.Codec(json.loads, repr, 1 << 20)
converter = make_converter()
decoder = _compile.make_decoder(RealtimeServerEvent, converter, codec)
encoder = _compile.make_encoder(RealtimeServerEvent, converter, codec)
for number in range(200):
    frame = b'{"type":"response.done","event_id":"e%d","response":{"id":"r"}}' % number
    value = decoder.decode(frame)
    assert type(value).__name__ == "ResponseDoneEvent", value
    assert value.event_id == "e%d" % number
    assert encoder.encode(value) == frame
    odd = b'{"type":"zz","event_id":"e%d","a":[1,{"b":2}]}' % number
    assert decoder.decode(odd).payload == json.loads(odd)
assert _extension.count_give_ups() == 0
"""


@pytest.mark.parametrize("kind", ["legacy", "isolated"])
def test_interpreters_have_programs_of_their_own(kind):
    """With a GIL of its own or a common one; several at a time, and one after another.

    The extension declares that it supports both. It has no state outside of its module.
    """
    output = run(INTERPRETERS, kind, PROGRAM)

    assert output == str([None] * 5)


def run(program, *arguments):
    """Run *program* in a process; return its output."""
    done = subprocess.run(
        [
            sys.executable,
            "-X",
            "faulthandler",
            "-c",
            textwrap.dedent(program),
            *arguments,
        ],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()
