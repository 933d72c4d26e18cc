"""Starts one process for each contender, and gathers what they find."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import attrs

from benchmarks.cases import Selection, make_cases
from benchmarks.measure import Effort
from benchmarks.operations import OPERATIONS
from benchmarks.results import Results, describe_machine
from benchmarks.worker import Findings, Note, Order, Timing

ROOT = Path(__file__).parent.parent

Tell = Callable[[str], None]


def start(order: Order) -> Findings:
    """Let a process of its own do what *order* says."""
    process = subprocess.run(
        [sys.executable, "-m", "benchmarks.worker"],
        input=json.dumps(asdict(order)),
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
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
    tell: Tell,
) -> Results:
    """See that *contenders* agree, then time them.

    Args:
        contenders: Their names.
        operations: The names of what to time.
        effort: How long to measure.
        selection: Which frames to use.
        tell: Is told how far things are.
    """
    results = Results(machine=describe_machine())
    results.sizes = {case.kind: case.size for case in make_cases(selection)}
    given = {"selection": attrs.asdict(selection)}
    for name in contenders:
        if not any(OPERATIONS[title].includes(name) for title in operations):
            continue
        tell(f"checking {name}")
        findings = start(Order(name, [], **given))
        results.labels[name] = findings.label
        results.notes += findings.notes
    for round_ in range(effort.processes):
        for name in results.labels:
            tell(f"timing {name}, process {round_ + 1} of {effort.processes}")
            order = Order(name, operations, attrs.asdict(effort), **given)
            findings = start(order)
            for timing in findings.timings:
                results.add(timing)
            results.notes += [n for n in findings.notes if n not in results.notes]
    return results
