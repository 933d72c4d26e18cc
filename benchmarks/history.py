"""The ratios that were measured on each commit, in a file of the repository."""

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from attrs import asdict, frozen

from benchmarks import ROOT
from benchmarks.results import Ratio, Results

HISTORY = ROOT / "benchmarks" / "results" / "history.jsonl"

ALLOWED_SLOWDOWN = 1.10
"""Growth beyond this is a regression, if it is beyond noise as well."""


class NoRecordError(LookupError):
    """The history has no record of this name."""


@frozen
class Record:
    """The ratios of one commit, on one interpreter and processor."""

    commit: str
    date: str
    python: str
    processor: str
    ratios: dict[str, Ratio]
    """By ``operation/kind/contender``."""

    subject: str = ""
    """The first line of the commit's message; empty in the oldest records."""

    orjson: str = ""
    """The version that the ratios are relative to; empty in the oldest records."""

    @property
    def title(self) -> str:
        """The commit, its subject and when it was measured, in one line."""
        subject = f" ({self.subject})" if self.subject else ""
        return f"{self.commit}{subject}, measured on {self.date}"


@frozen
class Change:
    """How a ratio has changed."""

    name: str
    before: Ratio
    after: Ratio

    @property
    def factor(self) -> float:
        """The new cost relative to the old one."""
        return self.after.middle / self.before.middle

    @property
    def beyond_noise(self) -> bool:
        """Whether the two ranges lie apart, extremes aside."""
        return self.after.low > self.before.high or self.after.high < self.before.low

    @property
    def regression(self) -> bool:
        """Whether the new one is slower by more than is tolerated."""
        return self.beyond_noise and self.factor > ALLOWED_SLOWDOWN


def make_record(results: Results, commit: str, subject: str = "") -> Record:
    """Build a record of this library's ratios in *results*."""
    ratios = {
        name: ratio
        for name in results.timings
        if "/rtmodels" in name and (ratio := results.ratio(name))
    }
    today = datetime.now(UTC).date().isoformat()
    return Record(commit, today, ratios=ratios, subject=subject, **results.machine)


def find_commit() -> str:
    """Return the commit that is checked out, marked as dirty if files have changed."""
    return _ask_git("describe", "--always", "--dirty", "--exclude=*")


def find_subject() -> str:
    """Return the subject of the commit that is checked out."""
    return _ask_git("log", "-1", "--format=%s")


def _ask_git(*arguments: str) -> str:
    """Return the output of one command of git."""
    command = ["git", *arguments]
    process = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    return process.stdout.strip()


def append(record: Record) -> None:
    """Add *record* to the history."""
    with HISTORY.open("a") as file:
        file.write(json.dumps(_pack(record)) + "\n")


def read_history() -> list[Record]:
    """Read all records, oldest first."""
    lines = HISTORY.read_text().splitlines() if HISTORY.exists() else []
    return [_unpack(json.loads(line)) for line in lines]


def find_baseline(python: str, processor: str) -> Record | None:
    """Return the newest record of the same Python, its patch version aside.

    Records of the same processor come first, since ratios depend on it: base64 and
    copies of long strings differ by up to 45 per cent between two processors.
    """
    release = _drop_patch(python)
    records = [r for r in read_history() if _drop_patch(r.python) == release]
    alike = [record for record in records if record.processor == processor]
    return next(reversed(alike or records), None)


def _drop_patch(python: str) -> str:
    """Return ``CPython 3.13t`` for ``CPython 3.13.1t``."""
    # A build without the GIL has other ratios, and so its mark stays.
    return re.sub(r"^(\D+ \d+\.\d+)\.\w*?(t?)$", r"\1\2", python)


def find_records(name: str) -> list[Record]:
    """Return the records of *name*: a file of results, or a commit in the history.

    A commit has one record for each interpreter and processor: the newest.
    """
    if Path(name).is_file():
        return [make_record(Results.load(Path(name)), name)]

    found = {
        (record.python, record.processor): record
        for record in read_history()
        if record.commit == name
        or record.commit.startswith(name)
        or name.startswith(record.commit)
    }
    if not found:
        raise NoRecordError(f"{name} is no file, and no commit in {HISTORY.name}")

    return list(found.values())


def compare_records(before: str, after: str) -> Iterator[tuple[Record, list[Change]]]:
    """Iterate over the changes for each interpreter and processor that both have."""
    old = {(item.python, item.processor): item for item in find_records(before)}
    for record in find_records(after):
        base = old.get((record.python, record.processor))
        if base:
            changes = [
                Change(name, base.ratios[name], ratio)
                for name, ratio in record.ratios.items()
                if name in base.ratios
            ]
            yield record, changes


def _pack(record: Record) -> dict[str, object]:
    """Write ratios as short lists: middle, low, high."""
    ratios = {
        name: [round(number, 4) for number in asdict(ratio).values()]
        for name, ratio in record.ratios.items()
    }
    return asdict(record) | {"ratios": ratios}


def _unpack(row: dict[str, object]) -> Record:
    """Read what `_pack` wrote."""
    ratios = {name: Ratio(*numbers) for name, numbers in row.pop("ratios").items()}
    return Record(**row, ratios=ratios)
