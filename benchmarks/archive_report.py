"""Prints the cost of archives, and writes it into the documents."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from attrs import frozen

from benchmarks.archives import (
    COMMANDS,
    LABELS,
    LOGS,
    MEGABYTE,
    PARTS,
    RTMODELS,
    SMALL_AUDIO,
    TASKS,
)
from benchmarks.report import print_table, show_seconds
from benchmarks.results import Results

FLAT = 1.25
"""Goal: the most memory for the largest log, relative to one that fills all buffers."""

BUFFERS = 100
"""Megabytes of messages that fill all buffers."""

TITLES = {"convert": "To Parquet", "answer": "Answers to three questions"}

MISSING = "-"

PICTURE = re.compile(r"^(!\[.*\]\(\S*/archives\.svg\)\n)(?s:.*?)(?=^## )", re.MULTILINE)
"""The chart in ``docs/speed.md``, and all that follows in its section."""

SENTENCE = re.compile(
    r"^Archives, by `python -m benchmarks archives`.*\n", re.MULTILINE
)
"""The figures of archives in short, in ``docs/speed.md``."""


@frozen
class Table:
    """A table of the report."""

    title: str
    heads: list[str]
    rows: list[list[str]]

    def to_markdown(self) -> str:
        """Write the table below its title."""
        rows = [self.heads, ["---"] * len(self.heads), *self.rows]
        cells = ([cell.replace("|", r"\|") for cell in row] for row in rows)
        lines = [f"| {' | '.join(row)} |" for row in cells]
        return "\n".join([f"{self.title}:", "", *lines])


def print_archives(results: Results) -> bool:
    """Print all tables; return whether the goal is reached."""
    machine = "{python}, {processor}, {cores} cores".format(**results.machine)
    load = "{load_before} before, {load_after} after".format(**results.machine)
    print(f"{machine}; load of the machine: {load}\n")
    for title in find_logs(results):
        print(f"{LOGS[title].title}: {describe_log(results, title)}")

    tables = [*make_cost_tables(results), make_part_table(results)]
    for table in [*tables, make_growth_table(results)]:
        print(f"\n{table.title}\n")
        print_table(table.heads, table.rows)

    for table in make_loss_tables(results):
        print(f"\n{table.title}\n")
        for label, text in table.rows:
            print(f"  {label}: {text}")

    for note in results.notes:
        if note.subject == "all":
            print(f"\nLeft out: {LABELS[note.contender]}, {note.text}.")

    growth = find_growth(results)
    text = f"The memory of convert grows {growth:.2f} times from {BUFFERS} MB on"
    print(f"\n{text}; goal: {FLAT}.")
    return growth <= FLAT


def find_logs(results: Results) -> list[str]:
    """List the logs that were measured."""
    return [title for title in LOGS if f"{title}/events" in results.sizes]


def describe_log(results: Results, title: str) -> str:
    """Return the number of events of a log, and its size."""
    events, size = (results.sizes[f"{title}/{key}"] for key in ("events", "bytes"))
    return f"{events:,} events, {size / MEGABYTE:,.3g} MB"


def make_cost_tables(results: Results) -> Iterator[Table]:
    """Make a table of each cost for each task."""
    costs: list[tuple[str, str, Callable[[float], str]]] = [
        ("{}", "seconds of processor time", show_number),
        ("{}_wall", "seconds on the clock", show_number),
        ("memory/{}", "peak memory in MB", lambda size: f"{size / MEGABYTE:,.0f}"),
    ]
    logs = find_logs(results)
    heads = ["", *(LOGS[title].title for title in logs)]

    for task, names in TASKS.items():
        for prefix, unit, show in costs:
            rows = []
            for name in names:
                places = [f"{prefix.format(task)}/{title}/{name}" for title in logs]
                values = [results.value(place) for place in places]
                if any(values):
                    cells = [show(value) if value else MISSING for value in values]
                    rows.append([LABELS[name], *cells])
            yield Table(f"{TITLES[task]}, {unit}", heads, rows)


def show_number(value: float) -> str:
    """Show seconds, with fewer digits where there are many."""
    return f"{value:,.{1 if value >= 1 else 2}f}"


def make_loss_tables(results: Results) -> Iterator[Table]:
    """Make a table for each log of what contenders lost, or why they refused it."""
    subjects = dict.fromkeys(note.subject for note in results.notes)
    for subject in subjects:
        if subject == "all":
            continue

        found: dict[str, list[str]] = {}
        for note in results.notes:
            if note.subject == subject:
                text = note.text if note.able else f"refused: {note.text}"
                found.setdefault(text, []).append(LABELS[note.contender])

        rows = [["; ".join(labels), text] for text, labels in found.items()]
        title = LOGS[subject].title if subject in LOGS else subject
        heads = ["", "what became of the lines"]
        yield Table(f"Lost or refused, {title}", heads, rows)


def make_part_table(results: Results) -> Table:
    """Make a table of the parts of a conversion."""
    rows = []
    for part, title in PARTS.items():
        name = f"part/{part}/{RTMODELS}"
        value, ratio = results.value(name), results.ratio(name)
        if value and ratio:
            rows.append([title, show_seconds(value), str(ratio)])
    title = "Parts of conversions there and back, small audio, with keys"
    return Table(title, ["", "for one event", "to orjson.loads"], rows)


def make_growth_table(results: Results) -> Table:
    """Make a table of the peak memory as a log grows."""
    sizes = sorted(find_peaks(results, "convert"))
    rows = [
        [f"rtmodels {command}", *(f"{peak:,.0f}" for _, peak in sorted(peaks.items()))]
        for command in COMMANDS.values()
        if (peaks := find_peaks(results, command))
    ]
    heads = ["", *(f"{size:,g} MB" for size in sizes)]
    return Table("Peak memory in MB as a log of full audio grows", heads, rows)


def find_peaks(results: Results, command: str) -> dict[float, float]:
    """Find the peak memory of *command* by the size of the log, both in MB."""
    head = f"memory/growth/{command}/"
    return {
        float(name.removeprefix(head)): (results.value(name) or 0) / MEGABYTE
        for name in results.timings
        if name.startswith(head)
    }


def find_growth(results: Results) -> float:
    """Find the peak memory for the largest log, relative to one that fills buffers.

    It is that of ``convert``. What ``stats`` holds are its tables, which grow.
    """
    peaks = find_peaks(results, "convert")
    full = [size for size in peaks if size >= BUFFERS]
    return peaks[max(full)] / peaks[min(full)] if full else 1


def update_archive_docs(root: Path, results: Results) -> None:
    """Write the figures into ``docs/speed.md``.

    Raises:
        ValueError: The page has no place for them, or several.
    """
    page = root / "docs" / "speed.md"
    for pattern, text in [
        (SENTENCE, make_sentence(results)),
        (PICTURE, make_section(results)),
    ]:
        document = page.read_text()
        if len(pattern.findall(document)) != 1:
            raise ValueError("docs/speed.md needs one place for figures of archives")

        def replace(match: re.Match[str], text: str = text) -> str:
            return (match[1] if match.groups() else "") + text

        page.write_text(pattern.sub(replace, document))


def make_section(results: Results) -> str:
    """Write the tables of ``docs/speed.md``, below the chart."""
    machine = "{python}, {processor}, {cores} cores".format(**results.machine)
    load = "{load_before} before and {load_after} after".format(**results.machine)
    today = datetime.now(UTC).date().isoformat()
    logs = [
        f"- {LOGS[title].title}: {describe_log(results, title)}"
        for title in find_logs(results)
    ]

    measured = f"Measured on {machine}, {today}; the load of the machine was {load}."
    tables = [t for t in make_cost_tables(results) if "on the clock" not in t.title]
    tables += [*make_loss_tables(results), make_growth_table(results)]

    blocks = [measured, "\n".join(logs), *(table.to_markdown() for table in tables)]
    return "\n" + "\n\n".join(blocks) + "\n\n\n"


def make_sentence(results: Results) -> str:
    """Write the paragraph that sums the tables up."""

    def show(task: str, log: str, name: str) -> str:
        value = results.value(f"{task}/{log}/{name}")
        return f"{show_number(value)} s" if value else MISSING

    small, large = ("small_keys", "large_keys")
    rivals = "; ".join(
        f"{label} {show('convert', small, name)} and {show('convert', large, name)}"
        for name, label in [
            ("duckdb", "DuckDB"),
            ("polars", "Polars"),
            ("openai", "openai-python with pandas"),
        ]
    )
    peaks = find_peaks(results, "convert")

    return (
        "Archives, by `python -m benchmarks archives`, as processor time of whole "
        f"processes: `rtmodels convert` writes {describe_log(results, small)}, with "
        f"{SMALL_AUDIO} bytes of audio each, to Parquet in "
        f"{show('convert', small, RTMODELS)}, and {describe_log(results, large)}, with "
        f"full audio, in {show('convert', large, RTMODELS)}; {rivals}. "
        f"`rtmodels stats` of the first takes {show('answer', small, RTMODELS)}, and "
        f"DuckDB {show('answer', small, 'duckdb')}. `convert` needs at most "
        f"{max(peaks.values()):,.0f} MB of memory for {max(peaks):,g} MB. "
        "What each loses or refuses, below, differs more than the time.\n"
    )
