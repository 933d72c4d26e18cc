"""What a build without the GIL generates, made here on any build.

Objects change their class there at a price that all threads pay, so that generated
functions call the classes instead of filling drafts.
"""

import subprocess
import sys

import pytest

from ..paths import SAMPLE

PROGRAM = """
import json, sys, sysconfig
sysconfig.get_config_vars()["Py_GIL_DISABLED"] = int(sys.argv[2])

from rtmodels import RealtimeServerEvent, RealtimeClientEvent, RtmodelsError
from rtmodels.adapters import DictAdapter

adapters = [
    DictAdapter(type_, mode=mode, **versions)
    for type_ in (RealtimeServerEvent, RealtimeClientEvent)
    for mode in ("strict", "tolerant", "forgiving")
    for versions in ({}, {"upgrade": True}, {"downgrade": True})
]
for line in open(sys.argv[1]):
    payload = json.loads(line)
    for event in (payload, payload | {"x": [1]}, payload | {"event_id": 5}):
        for adapter in adapters:
            try:
                value = adapter.decode(event)
                print(type(value).__name__, value, getattr(value, "extra", None))
                print(adapter.encode(value))
            except RtmodelsError as exc:
                print(repr(exc))
"""


def run(gil_disabled, program=PROGRAM):
    """Return the program's output for the sample session."""
    return subprocess.run(
        [sys.executable, "-c", program, SAMPLE, str(gil_disabled)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.complete
def test_every_build_gives_the_same():
    """Values, what is encoded from them, and errors."""
    usual, other = run(0), run(1)

    assert usual.count("ResponseDoneEvent") > 1
    assert "ValidationError" in usual
    assert other == usual


def test_no_object_changes_its_class_where_that_stops_all_threads():
    """In none of the generated sources."""
    program = PROGRAM.replace("open(sys.argv[1])", "list(open(sys.argv[1]))[:50]") + (
        "\nimport linecache; print('SOURCES'); print(*("
        "''.join(entry[2]) for name, entry in linecache.cache.items()"
        " if name.startswith('<rtmodels')))"
    )
    for disabled in (0, 1):
        sources = run(disabled, program).partition("SOURCES")[2]

        assert sources.count("def structure_") > 10
        assert (".__class__ = " in sources) == (not disabled)
