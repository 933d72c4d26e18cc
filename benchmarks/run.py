"""Starts one process for each contender, and collects the findings."""

import json
import os
import subprocess
import sys
from dataclasses import asdict

import attrs

from benchmarks import ROOT
from benchmarks.cases import Selection, make_cases
from benchmarks.contenders import PURE
from benchmarks.measure import Effort, Progress
from benchmarks.operations import OPERATIONS
from benchmarks.results import Results, describe_machine
from benchmarks.worker import Findings, Job, Note, Timing


def run_worker(job: Job) -> Findings:
    """Run *job* in a new process."""
    # Some operations make adapters of their own, which must not be native either.
    pure = {"RTMODELS_PURE": "1"} if job.contender.endswith(PURE) else {}
    process = subprocess.run(
        [sys.executable, "-m", "benchmarks.worker"],
        input=json.dumps(asdict(job)),
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | pure,
        check=True,
    )
    found = json.loads(process.stdout)
    return Findings(
        label=found["label"],
        timings=[Timing(**timing) for timing in found["timings"]],
        notes=[Note(**note) for note in found["notes"]],
    )


def run(
    contenders: list[str],
    operations: list[str],
    effort: Effort,
    selection: Selection,
    progress: Progress,
) -> Results:
    """Check that *contenders* agree, then time them.

    Args:
        contenders: Their names.
        operations: The names of what to time.
        effort: How long to measure.
        selection: Which frames to use.
        progress: Called with each step.
    """
    results = Results(machine=describe_machine())
    results.sizes = {case.kind: case.size for case in make_cases(selection)}
    given = {"selection": attrs.asdict(selection)}

    for name in contenders:
        if not any(OPERATIONS[title].includes(name) for title in operations):
            continue
        progress(f"checking {name}")
        findings = run_worker(Job(name, [], **given))
        results.labels[name] = findings.label
        results.notes += findings.notes

    for round_ in range(effort.processes):
        for name in results.labels:
            progress(f"timing {name}, process {round_ + 1} of {effort.processes}")
            job = Job(name, operations, attrs.asdict(effort), **given)
            findings = run_worker(job)

            for timing in findings.timings:
                results.add(timing)
            results.notes += [n for n in findings.notes if n not in results.notes]
    return results
