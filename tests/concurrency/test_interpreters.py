"""Several interpreters in one process, and what their C libraries say to that."""

import subprocess
import sys
import textwrap

import pytest

from ..processes import PATIENCE

pytestmark = [
    pytest.mark.needs("msgpack"),
    pytest.mark.skipif(
        sys.version_info < (3, 12), reason="all interpreters share one GIL before 3.12"
    ),
]

RUN = """
    import sys
    kind, program = sys.argv[1:]
    if sys.version_info >= (3, 13):
        import _interpreters
        interpreter = _interpreters.create(kind)
        failure = _interpreters.exec(interpreter, program)
        if failure:
            print(f"{failure.type.__name__}: {failure.msg}")
        _interpreters.destroy(interpreter)
    else:
        import _xxsubinterpreters
        interpreter = _xxsubinterpreters.create(isolated=kind == "isolated")
        try:
            _xxsubinterpreters.run_string(interpreter, program)
        except _xxsubinterpreters.RunFailedError as failure:
            print(failure)
        _xxsubinterpreters.destroy(interpreter)
"""
IMPORT = "from rtmodels.adapters import {}Adapter as Adapter"
ROUND_TRIP = """
from rtmodels import InputAudioBufferAppendEvent as Append
from rtmodels import RealtimeClientEvent
adapter = Adapter(RealtimeClientEvent)
event = Append(audio=b"sound", extra={"x": 1})
back = adapter.decode(adapter.encode(event))
assert back.__class__ is Append and back == event and back.extra == event.extra
print("equal")
"""


def run(kind, program):
    """Run *program* in a new interpreter; return its output or its error."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(RUN), kind, program],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("name", ["Dict", "Json", "Msgpack"])
def test_an_interpreter_that_shares_the_gil_can_do_all(name):
    """Those of the legacy kind load every library."""
    assert run("legacy", IMPORT.format(name) + ROUND_TRIP) == "equal"


def test_dicts_need_no_shared_gil():
    """The schema, the converter and dicts work in an interpreter with its own GIL."""
    assert run("isolated", IMPORT.format("Dict") + ROUND_TRIP) == "equal"


@pytest.mark.parametrize("name", ["Json", "Msgpack"])
def test_a_library_that_cannot_share_says_so(name):
    """Both orjson and msgspec reject an interpreter's own GIL with an `ImportError`."""
    outcome = run("isolated", IMPORT.format(name) + ROUND_TRIP)

    refused = outcome.startswith("ImportError: ") and "interpreters" in outcome
    assert refused or outcome == "equal"


def test_an_import_that_is_refused_breaks_nothing_else():
    """After orjson failed to import, dicts work in the same interpreter."""
    program = f"""
try:
    {IMPORT.format("Json")}
except ImportError:
    pass
{IMPORT.format("Dict")}
"""
    assert run("isolated", program + ROUND_TRIP) == "equal"
