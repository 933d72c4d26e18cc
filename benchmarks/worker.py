"""The process of one contender: checks it or times it, and prints the findings."""

import json
import sys
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.agreement import Agreement, check_agreement
from benchmarks.cases import Case, Selection, make_cases
from benchmarks.contenders import STRICT
from benchmarks.measure import Effort
from benchmarks.operations import OPERATIONS, NotApplicableError
from benchmarks.wires import Contender, open_contender


@dataclass(frozen=True)
class Job:
    """The task of a worker."""

    contender: str
    operations: list[str]
    """The operations to time; if empty, the worker checks that the contender agrees."""

    effort: dict[str, Any] = field(default_factory=dict)
    selection: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Note:
    """Something to know about a contender."""

    contender: str
    subject: str
    """The kind of frame, or the operation, concerned."""

    text: str
    able: bool
    """Whether it was timed nevertheless."""


@dataclass(frozen=True)
class Timing:
    """The samples of one process, for one operation on one kind of frame."""

    name: str
    """``operation/kind/contender``."""

    values: list[float]
    """Seconds per frame, or bytes per event."""

    floors: list[float]
    """The same for the floor, each taken next to its value."""


@dataclass(frozen=True)
class Findings:
    """The findings of a worker."""

    label: str
    timings: list[Timing] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def run_job(job: Job) -> Findings:
    """Check or time the contender of *job*."""
    try:
        contender = open_contender(job.contender)
    except ImportError as exc:
        note = Note(job.contender, "all", f"not installed: {exc}", able=False)
        return Findings(job.contender, notes=[note])

    cases = make_cases(Selection(**job.selection))
    findings = Findings(contender.module.label)

    if job.operations:
        for case in cases:
            time_case(contender, case, job, findings)
    else:
        prepare = "strict" if job.contender in STRICT else "decode"
        for case in cases:
            agreement = check_agreement(contender, OPERATIONS[prepare].frames(case))
            add_note(findings, contender.name, case.kind, agreement)
    return findings


def add_note(findings: Findings, name: str, kind: str, agreement: Agreement) -> None:
    """Add the note of *agreement*, if it has one."""
    if agreement.note:
        note = Note(name, kind, agreement.note, able=agreement.agrees)
        findings.notes.append(note)


def time_case(contender: Contender, case: Case, job: Job, findings: Findings) -> None:
    """Time all operations on one kind of frame, if the contender agrees about it."""
    for title in job.operations:
        operation = OPERATIONS[title]
        if case.kind not in operation.kinds or not operation.includes(contender.name):
            continue

        frames = operation.frames(case)
        if not check_agreement(contender, frames).agrees:
            continue

        try:
            samples = operation.measure(contender, frames, Effort(**job.effort))
        except NotApplicableError as exc:
            note = Note(contender.name, title, str(exc), able=False)
            if note not in findings.notes:
                findings.notes.append(note)
            continue

        name = f"{title}/{case.kind}/{contender.name}"
        findings.timings.append(Timing(name, samples.values, samples.floors))


if __name__ == "__main__":
    json.dump(asdict(run_job(Job(**json.load(sys.stdin)))), sys.stdout)
