"""Times what happens once in a process: imports, the first frame, the first session."""

import os
import subprocess
import sys
from collections.abc import Mapping
from resource import RUSAGE_CHILDREN, getrusage

import orjson

from benchmarks import ROOT
from benchmarks.cases import make_cases
from benchmarks.contenders import NATIVE_LIBRARY, PURE, PURE_LIBRARY
from benchmarks.measure import Effort, Progress
from benchmarks.results import Results
from benchmarks.worker import Timing
from rtmodels.adapters._recordings.protocols import load_protocol
from rtmodels.native import available

IMPORTS = {
    "rtmodels": "import rtmodels",
    "adapter": "from rtmodels.adapters import JsonAdapter",
    "events": (
        "from rtmodels import RealtimeServerEvent\n"
        "from rtmodels.adapters import JsonAdapter\n"
        "JsonAdapter(RealtimeServerEvent)"
    ),
    "extension": "import rtmodels.native._extension",
    "openai": "from openai.types.realtime import RealtimeServerEvent",
}
"""The imports that are timed, after cattrs and orjson."""

TIMED_IMPORT = """
import cattrs, orjson
{}
from time import process_time
start = process_time()
{}
print(process_time() - start)
"""

BEFORE = {"extension": "import rtmodels.adapters.json"}
"""What else is imported before the clock starts; it has to leave out the extension."""

FIRST_DECODE = """
import sys
from benchmarks.contenders.{} import decode
decode(sys.stdin.buffer.read())
"""

FIRST_SESSION = """
import sys
from rtmodels import RealtimeServerEvent
from rtmodels.adapters import JsonAdapter
from time import process_time
frames = sys.stdin.buffer.read().splitlines()
start = process_time()
adapter = JsonAdapter(RealtimeServerEvent, {})
for frame in frames:
    adapter.decode(frame)
print(process_time() - start)
"""

SESSIONS = {
    "session/tolerant/native": ("", {}),
    "session/upgrade/native": ("upgrade=True", {}),
    "session/tolerant/pure": ("", {"RTMODELS_PURE": "1"}),
    "session/upgrade/pure": ("upgrade=True", {"RTMODELS_PURE": "1"}),
}
"""The options and the environment for each first session."""

FIRST = (
    NATIVE_LIBRARY,
    PURE_LIBRARY,
    "openai_sdk",
    "openai_pydantic",
    "floor_orjson",
)
"""Contenders that need not derive classes from those of rtmodels first."""


def time_processes(effort: Effort, progress: Progress) -> Results:
    """Time imports and first decodes, each in fresh processes, and in turns."""
    taken: dict[str, list[float]] = {}
    frame = next(
        case.frames[0] for case in make_cases() if case.kind == "response.done"
    )

    session = read_session()
    for round_ in range(effort.starts):
        progress(f"starting processes, round {round_ + 1} of {effort.starts}")
        for title in IMPORTS:
            if title != "extension" or available:
                seconds = time_import(title)
                taken.setdefault(f"import/{title}/-", []).append(seconds)
        for title, (options, environment) in SESSIONS.items():
            if environment or available:
                seconds = time_first_session(session, options, environment)
                taken.setdefault(title, []).append(seconds)
        for name in FIRST:
            if name != NATIVE_LIBRARY or available:
                seconds = time_first_decode(name, frame)
                taken.setdefault(f"first/response.done/{name}", []).append(seconds)

    results = Results()
    sdk = taken["first/response.done/openai_sdk"]
    for name, values in taken.items():
        floors = sdk if name.startswith("first/") else []
        results.add(Timing(name, values, floors))

    native = taken.get(f"first/response.done/{NATIVE_LIBRARY}")
    if native:
        pure = taken[f"first/response.done/{PURE_LIBRARY}"]
        results.add(
            Timing(f"first_to_pure/response.done/{NATIVE_LIBRARY}", native, pure)
        )
    return results


def time_import(title: str) -> float:
    """Return the processor time of one of `IMPORTS`, in a new interpreter."""
    code = TIMED_IMPORT.format(BEFORE.get(title, ""), IMPORTS[title])
    pure = {"RTMODELS_PURE": "1"} if title == "extension" else {}
    return float(run_code(code, b"", pure))


def time_first_decode(contender: str, frame: bytes) -> float:
    """Return the processor time of a process that decodes one frame, in all."""
    pure = {"RTMODELS_PURE": "1"} if contender.endswith(PURE) else {}
    before = getrusage(RUSAGE_CHILDREN)
    run_code(FIRST_DECODE.format(contender), frame, pure)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def read_session() -> bytes:
    """Return the frames of the server in the sample session, with every type."""
    lines = (ROOT / "tests" / "data" / "voice_session.jsonl").read_bytes().splitlines()
    client_types = load_protocol("realtime").client_types
    return b"\n".join(
        line for line in lines if orjson.loads(line)["type"] not in client_types
    )


def time_first_session(
    session: bytes, options: str, environment: Mapping[str, str]
) -> float:
    """Return the processor time of an adapter and *session*, without the imports."""
    code = FIRST_SESSION.replace("{}", options)
    return float(run_code(code, session, environment))


def run_code(code: str, given: bytes, environment: Mapping[str, str]) -> bytes:
    """Run *code* in a new interpreter, with *environment* added to this one's."""
    # Unlike a fork, a new interpreter has imported nothing yet.
    process = subprocess.run(
        [sys.executable, "-c", code],
        input=given,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | environment,
        check=True,
    )
    return process.stdout
