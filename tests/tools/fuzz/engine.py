"""Fuzzes one target in a new process, by atheris."""

import contextlib
import os
import re
import sys
import traceback
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from types import CodeType
from typing import Any

import atheris

with atheris.instrument_imports(include=["rtmodels"]):
    from rtmodels.converter import _source

    from .laws import BrokenLawError
    from .targets import TARGETS, Check

HERE = str(Path(__file__).parent)
MAX_SIZE = 8192
MAX_SECONDS = 20
"""No input takes longer, on a busy machine."""
MAX_MEGABYTES = 4096
MAX_FOUND = 20
"""So many different faults are enough for one run."""


def compile_instrumented(text: str, filename: str, mode: str) -> CodeType:
    """Compile *text* as the converter's generator does, and count its branches."""
    code: CodeType = atheris.patch_code(compile(text, filename, mode), True)  # noqa: FBT003
    return code


# What the generator looks up before the builtin; hooks are most of what runs.
_source.compile = compile_instrumented  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Job:
    """One target, and how long to fuzz it."""

    name: str
    seeds: list[bytes]
    check: Check
    folder: Path
    """What it leaves: log, corpus, faults."""
    runs: int
    seconds: int
    seed: int
    first: bool
    """Whether to stop at the first fault."""

    @property
    def log(self) -> Path:
        """What libFuzzer said."""
        return self.folder / f"{self.name}.log"

    def start(self) -> Any:
        """Start a process that does it; forked, so as to instrument only once."""
        process = get_context("fork").Process(target=fuzz, args=(self,))
        process.start()
        return process


@dataclass
class Recorder:
    """Runs a check on inputs, and writes down which ones break what."""

    check: Check
    prefix: Path
    first: bool = False
    found: set[str] = field(default_factory=set)
    count: int = 0

    def __call__(self, data: bytes) -> None:
        """Try *data*."""
        self.count += 1
        try:
            self.check(data)
        except Exception as exc:  # noqa: BLE001 - any that gets here is a fault
            self.record(data, exc)

    def record(self, data: bytes, exc: Exception) -> None:
        """Write *data* and *exc* to files, if the like was not found before."""
        kind = describe(exc)
        if kind in self.found or len(self.found) >= MAX_FOUND:
            return
        self.found.add(kind)
        name = f"{self.prefix}-{sha256(kind.encode()).hexdigest()[:8]}"
        Path(f"{name}.input").write_bytes(data)
        story = "".join(traceback.format_exception(exc))
        Path(f"{name}.txt").write_text(
            f"{kind}\ninput {self.count}: {data!r}\n\n{story}", errors="replace"
        )
        if self.first:
            os._exit(1)


def describe(exc: Exception) -> str:
    """Return in one line what kind of fault *exc* is, without its input."""
    if isinstance(exc, BrokenLawError):
        return f"broken: {exc.args[0]}"
    frames = traceback.extract_tb(exc.__traceback__)
    at = next((f for f in reversed(frames) if not f.filename.startswith(HERE)), None)
    place = f"{Path(at.filename).name}:{at.lineno}" if at else "here"
    return f"{type(exc).__name__} at {place}"


def fuzz(job: Job) -> None:
    """Do *job* in this process, which libFuzzer ends."""
    log = os.open(job.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    prefix = job.folder / job.name
    recorder = Recorder(job.check, prefix, job.first)
    given, kept = (job.folder / kind / job.name for kind in ("seeds", "corpus"))
    for folder in (given, kept):
        folder.mkdir(parents=True, exist_ok=True)
    for seed in job.seeds:
        (given / sha256(seed).hexdigest()[:16]).write_bytes(seed)
    atheris.Setup(
        [
            "fuzz",
            f"-runs={job.runs}",
            f"-seed={job.seed}",
            f"-max_total_time={job.seconds}",
            f"-max_len={MAX_SIZE}",
            f"-timeout={MAX_SECONDS}",
            f"-rss_limit_mb={MAX_MEGABYTES}",
            f"-artifact_prefix={prefix}-",
            "-print_final_stats=1",
            str(kept),
            str(given),
        ],
        recorder,
        custom_mutator=TARGETS[job.name].mutator(job.seeds, mutate_bytes),
    )
    atheris.Fuzz()


def mutate_bytes(data: bytes, max_size: int) -> bytes:
    """Mutate *data* as libFuzzer does, by a function that `Setup` puts in place."""
    mutated: bytes = atheris.Mutate(data, max_size)
    return mutated


def warm_up(name: str) -> tuple[list[bytes], Check]:
    """Make the seeds and the check of a target, and all hooks that these need.

    That happens before processes are forked, so that they share the hooks, and so that
    making them does not look like new branches.
    """
    target = TARGETS[name]
    seeds, check = target.make_seeds(), target.make_check()
    for seed in seeds:
        with contextlib.suppress(Exception):
            check(seed)
    return seeds, check


@dataclass(frozen=True)
class Result:
    """What came of a job."""

    name: str
    runs: int
    before: int
    """Branches that the seeds reached."""
    after: int
    corpus: int
    faults: tuple[Path, ...]
    crashed: bool
    """Whether the process ended otherwise than after its last input."""


def read_result(job: Job, status: int) -> Result:
    """Read what the process of *job*, which ended with *status*, has left."""
    log = job.log.read_text(errors="replace")
    covered = [int(number) for number in re.findall(r" cov: (\d+)", log)]
    inited = re.search(r"INITED cov: (\d+)", log)
    runs = re.search(r"number_of_executed_units: (\d+)", log)
    corpus = re.findall(r" corp: (\d+)", log)
    crashed = status != 0 or runs is None
    if crashed:
        sys.stderr.write(f"{job.name}: status {status}\n{log[-3000:]}\n")
    return Result(
        job.name,
        int(runs[1]) if runs else 0,
        int(inited[1]) if inited else 0,
        covered[-1] if covered else 0,
        int(corpus[-1]) if corpus else 0,
        tuple(sorted(job.folder.glob(f"{job.name}-*.txt"))),
        crashed,
    )
