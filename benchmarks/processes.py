"""Times what happens once in a process: imports, and the first decoded frame."""

import subprocess
import sys
from time import perf_counter

from benchmarks import ROOT
from benchmarks.cases import make_cases
from benchmarks.measure import Effort, Progress
from benchmarks.results import Results
from benchmarks.worker import Timing

IMPORTS = {
    "rtmodels": "import rtmodels",
    "adapter": "from rtmodels.adapters import JsonAdapter",
    "events": (
        "from rtmodels import RealtimeServerEvent\n"
        "from rtmodels.adapters import JsonAdapter\n"
        "JsonAdapter(RealtimeServerEvent)"
    ),
    "openai": "from openai.types.realtime import RealtimeServerEvent",
}
"""The imports that are timed, after cattrs and orjson."""

TIMED_IMPORT = """
import cattrs, orjson
from time import perf_counter
start = perf_counter()
{}
print(perf_counter() - start)
"""

FIRST_DECODE = """
import sys
from benchmarks.contenders.{} import decode
decode(sys.stdin.buffer.read())
"""

FIRST = ("rtmodels_json", "openai_sdk", "openai_pydantic", "floor_orjson")
"""Contenders that need not derive classes from those of rtmodels first."""


def time_processes(effort: Effort, progress: Progress) -> Results:
    """Time imports and first decodes, each in fresh processes, and in turns."""
    taken: dict[str, list[float]] = {}
    frame = next(
        case.frames[0] for case in make_cases() if case.kind == "response.done"
    )

    for round_ in range(effort.starts):
        progress(f"starting processes, round {round_ + 1} of {effort.starts}")
        for title, code in IMPORTS.items():
            seconds = float(run_code(TIMED_IMPORT.format(code), b""))
            taken.setdefault(f"import/{title}/-", []).append(seconds)
        for name in FIRST:
            seconds = time_first_decode(name, frame)
            taken.setdefault(f"first/response.done/{name}", []).append(seconds)

    results = Results()
    sdk = taken["first/response.done/openai_sdk"]
    for name, values in taken.items():
        floors = sdk if name.startswith("first/") else []
        results.add(Timing(name, values, floors))
    return results


def time_first_decode(contender: str, frame: bytes) -> float:
    """Time a process from its start to its end, which decodes one frame."""
    start = perf_counter()
    run_code(FIRST_DECODE.format(contender), frame)
    return perf_counter() - start


def run_code(code: str, given: bytes) -> bytes:
    """Run *code* in a new interpreter."""
    # Unlike a fork, a new interpreter has imported nothing yet.
    process = subprocess.run(
        [sys.executable, "-c", code],
        input=given,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
    )
    return process.stdout
