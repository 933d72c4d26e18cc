"""The native program keeps no memory, and survives when there is none."""

import gc
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

from rtmodels import UNSET, RtmodelsError, Unknown
from rtmodels.adapters import JsonAdapter

from ..parts import find_parts
from ..paths import ROOT
from ..processes import PATIENCE
from ..strategies import MODELS
from .twins import counting, needs_extension, outcome

pytestmark = [needs_extension, pytest.mark.needs("msgpack")]

CALLS = 10_000 * settings().max_examples
"""Calls of programs; with `RTMODELS_EXAMPLES=100`, it is a million."""

MAX_TRIES = 5
"""The strings that programs keep come and go. A leak does not."""

STARVE = """
import runpy, sys
sys.path.append(sys.argv[1])
runpy.run_module("tests.native.starving", run_name="__main__")
"""
"""The checkout comes last, so that an installed wheel is what is tested."""

PAGES = Path("/proc/self/statm")


@pytest.fixture(scope="module")
def program_calls():
    """Return calls of programs with frames and instances, good and bad."""
    from ..tools.native.inputs import Inputs  # noqa: PLC0415 - needs msgspec

    inputs, calls = Inputs(2), []
    for number in range(1000):
        item = inputs.make(number)
        value = item.data
        if item.kind != "odd":
            value = outcome(item.adapter.decode, item.data)
            calls += find_calls(item.adapter, "decode", "_decoder", item.data)
        if not isinstance(value, RtmodelsError):
            calls += find_calls(item.adapter, "encode", "_encoder", value)
    return calls


def find_calls(adapter, verb, slot, argument):
    """Return the call of a program, if there is one that runs no Python code.

    A program for text can be called by itself, and then it may give up.
    """
    with counting() as counter:
        result = outcome(getattr(adapter, verb), argument)
    if isinstance(adapter, JsonAdapter):
        program = getattr(adapter, slot)
        return [(getattr(program, verb), argument)] if program else []
    in_python = counter.give_ups or isinstance(result, RtmodelsError)
    return [] if in_python else [(getattr(adapter, verb), argument)]


def read_size():
    """Return the resident memory of the process in bytes, or 0 if it is not known."""
    return int(PAGES.read_text().split()[1]) * 4096 if PAGES.exists() else 0


@pytest.fixture(scope="module")
def shared(program_calls):
    """Return the objects that calls share: the library's, and their arguments."""
    shared = [*MODELS, Unknown, UNSET, None, True, False, (), "", b"", 0, 1]
    shared += [model.__slots__ for model in MODELS]
    shared += [
        attribute.default
        for model in MODELS
        for attribute in model.__attrs_attrs__
        if isinstance(attribute.default, str)
    ]
    return shared + [part for _, value in program_calls for part in find_parts(value)]


def test_calls_leave_no_references_blocks_or_pages_behind(program_calls, shared):
    """Frames and instances that are accepted, and those that are given up."""

    def work():
        for call, argument in program_calls:
            call(argument)

    rounds = CALLS // len(program_calls)
    changes = []
    for _ in range(MAX_TRIES):
        gc.collect()
        references = list(map(sys.getrefcount, shared))
        blocks = sys.getallocatedblocks()
        size = read_size()
        for _ in range(rounds):
            work()
        gc.collect()

        # Each call that leaks would do so in every round.
        after = zip(references, map(sys.getrefcount, shared), strict=True)
        changes = [
            (sys.getallocatedblocks() - blocks) / rounds,
            max(new - old for old, new in after) / rounds,
            (read_size() - size) / CALLS,
        ]
        if all(change < 0.5 for change in changes):
            return
    raise AssertionError(f"blocks, references and bytes for each: {changes}")


@pytest.mark.skipif(not find_spec("_testcapi"), reason="this Python has no _testcapi")
def test_every_call_survives_without_memory():
    """Each allocation fails in turn; see `tests.native.starving`."""
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", STARVE, str(ROOT)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("good\n"), done.stdout
