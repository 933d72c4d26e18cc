"""The native program keeps no memory, and survives when there is none."""

import gc
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

from rtmodels import UNSET, RtmodelsError, Unknown

from ..paths import ROOT
from ..processes import PATIENCE
from ..strategies import MODELS
from .twins import needs_extension

pytestmark = needs_extension

CALLS = 10_000 * settings().max_examples
"""Calls of the program; a hundred examples make a million."""

SLACK = 1 << 20
"""The bytes by which memory may grow; to leak a word in each call would be more."""

PAGES = Path("/proc/self/statm")


@pytest.fixture(scope="module")
def program_calls():
    """Return calls of programs with frames and instances, good and bad."""
    from ..tools.native.inputs import Inputs  # noqa: PLC0415 - needs msgspec

    inputs, calls = Inputs(2), []
    for number in range(3000):
        item = inputs.make(number)
        adapter = item.adapter
        with suppress(RtmodelsError):
            # Makes the programs, and describes the classes.
            value = item.data if item.kind == "odd" else adapter.decode(item.data)
            adapter.encode(value)
            if adapter._encoder:
                calls.append((adapter._encoder.encode, value))
        if item.kind != "odd" and adapter._decoder:
            calls.append((adapter._decoder.decode, item.data))
    return calls


def read_size():
    """Return the resident memory of the process, in bytes."""
    return int(PAGES.read_text().split()[1]) * 4096


def count_references():
    """Return the reference counts of what instances share."""
    shared = [*MODELS, Unknown, UNSET, None, True, False, (), "", b"", 0, 1]
    shared += [model.__slots__ for model in MODELS]
    shared += [
        attribute.default
        for model in MODELS
        for attribute in model.__attrs_attrs__
        if isinstance(attribute.default, str)
    ]
    return [sys.getrefcount(each) for each in shared]


@pytest.mark.needs("msgpack")
def test_calls_leave_no_references_blocks_or_pages_behind(program_calls):
    """Frames and instances that are accepted, and those that are given up."""

    def work():
        for call, argument in program_calls:
            call(argument)

    for _ in range(5):  # until the strings that are kept have settled
        work()
    gc.collect()
    rounds = max(1, CALLS // len(program_calls))
    references, blocks = count_references(), sys.getallocatedblocks()
    size = read_size() if PAGES.exists() else 0
    for _ in range(rounds):
        work()
    gc.collect()

    changes = [
        after - before
        for before, after in zip(references, count_references(), strict=True)
    ]
    assert all(abs(change) < rounds for change in changes), changes
    assert abs(sys.getallocatedblocks() - blocks) < rounds
    if PAGES.exists():
        assert read_size() - size < SLACK


@pytest.mark.skipif(not find_spec("_testcapi"), reason="this Python has no _testcapi")
def test_every_call_survives_without_memory():
    """Each allocation fails in turn; see `tests.native.starving`."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.native.starving"],
        capture_output=True,
        cwd=ROOT,
        env=None,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("good\n"), done.stdout
