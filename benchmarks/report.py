"""Prints results as tables."""

from collections.abc import Iterable, Sequence
from itertools import chain

from benchmarks.contenders import NATIVE_LIBRARY
from benchmarks.history import Change, Record
from benchmarks.hostile import MAX_SECONDS, AttackCost
from benchmarks.live import LiveCost
from benchmarks.operations import OPERATIONS
from benchmarks.results import Results
from benchmarks.scaling import Growth, find_power


def print_report(results: Results) -> None:
    """Print a table for each operation, and the notes about contenders."""
    print(f"{results.machine['python']}, {results.machine['processor']}")
    for title, operation in OPERATIONS.items():
        rows = list(make_rows(results, title))
        if rows:
            kinds = results.kinds(title)
            print(f"\n{operation.title}; ratios to {operation.floor}\n")
            heads = [f"{kind}, {results.sizes[kind]:,} B" for kind in kinds]
            print_table(["", *heads], rows)

    print_notes(results)


def make_rows(results: Results, operation: str) -> Iterable[list[str]]:
    """Make the row of each contender: its time, and the ratio to the floor."""
    kinds = results.kinds(operation)
    for contender, label in results.labels.items():
        names = [f"{operation}/{kind}/{contender}" for kind in kinds]
        if any(name in results.timings for name in names):
            yield [label, *(show_cell(results, name) for name in names)]


def show_cell(results: Results, name: str) -> str:
    """Show the value and the ratio of one timing."""
    value, ratio = results.value(name), results.ratio(name)
    if value is None or ratio is None:
        return "-"

    size = f"{value:,.0f} B" if name.startswith("memory/") else show_seconds(value)
    _, kind, contender = name.split("/")
    mark = "*" if results.is_lossy(contender, kind) else " "
    return f"{size}  {ratio.middle:6.2f}{mark}"


def show_seconds(seconds: float) -> str:
    """Show a short time in the unit that suits it."""
    for unit, factor in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def print_notes(results: Results) -> None:
    """Print which operations contenders do not support, and which data they lose."""
    lost = [note for note in results.notes if note.able]
    unable = [note for note in results.notes if not note.able]

    if unable:
        print("\nNot timed (-)\n")
    for note in unable:
        print(f"  {results.labels[note.contender]}, {note.subject}: {note.text}")

    if lost:
        print("\n* Timed, but loses what servers send against the schema\n")
    for note in lost:
        print(f"  {results.labels[note.contender]}, {note.subject}: {note.text}")


def print_table(heads: list[str], rows: list[list[str]]) -> None:
    """Print *rows* below *heads*; all columns but the first are right-aligned."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for row in [heads, ["-" * width for width in widths], *rows]:
        first, *rest = (
            cell.rjust(width) if index else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join([first, *rest]).rstrip())


def print_changes(record: Record, changes: Sequence[Change]) -> None:
    """Print the changes beyond noise."""
    print(f"\n{record.commit}: {record.python}, {record.processor}\n")
    rows = [
        [
            change.name,
            str(change.before),
            str(change.after),
            f"{change.factor - 1:+.0%}",
            "REGRESSION" if change.regression else "",
        ]
        for change in sorted(changes, key=lambda change: -change.factor)
        if change.beyond_noise
    ]

    if rows:
        print_table(["", "before", "after", "change", ""], rows)
    print(f"{len(rows)} of {len(changes)} ratios changed beyond noise.")


def print_growth(growths: Iterable[Iterable[Growth]]) -> None:
    """Print the cost of each size, and whether growth is linear."""
    for growth in chain.from_iterable(growths):
        sizes, unit = growth.series.sizes, growth.series.unit
        rows = [
            [
                f"{size:,} {unit}",
                show_seconds(ours),
                show_seconds(ours / size),
                f"{ours / floor:.2f}",
            ]
            for size, ours, floor in zip(sizes, growth.ours, growth.floor, strict=True)
        ]

        print(f"\n{growth.series.title}, {growth.name}\n")
        print_table(["", "in all", "for one", "to orjson.loads"], rows)

        powers = [growth.slope(times) for times in (growth.ours, growth.floor)]
        verdict = "linear" if growth.linear else "NOT LINEAR"
        text = "Grows with the power {:.2f}, parsing with {:.2f}".format(*powers)
        print(f"\n{text}: {verdict}.")


def print_live(costs: Sequence[LiveCost]) -> None:
    """Print the cost of each kind of frame of the Live API."""
    names = list(costs[0].ratios)
    rows = [
        [cost.kind, f"{cost.size:,}", *(f"{cost.ratios[name]:.2f}" for name in names)]
        for cost in costs
    ]
    print("\nDecoding frames of the Live API, in terms of orjson.loads\n")
    print_table(["", "bytes", *names], rows)


def print_attacks(costs: Iterable[AttackCost]) -> None:
    """Print the cost of each attack at its largest, and whether it is acceptable."""
    rows = [
        [
            cost.attack.title,
            " or ".join(sorted(cost.outcomes)),
            *(
                f"{cost.seconds(name) * 1e3:.1f} ms" if name in cost.times else "-"
                for name in ("native", "pure")
            ),
            f"{cost.time_power:.2f}",
            f"{find_power(cost.attack.sizes, cost.floor):.2f}",
            f"{cost.multiple:.1f}",
            f"{cost.power:.2f}",
            cost.verdict,
        ]
        for cost in costs
    ]

    heads = [
        "",
        "outcome",
        "native",
        "pure",
        "power",
        "parsing's",
        "bytes for 1",
        "power",
        "",
    ]
    print(
        f"CPU time for 1 MB, at most {MAX_SECONDS * 1e3:.0f} ms; memory for 1 byte.\n"
    )
    print_table(heads, rows)


def print_processes(results: Results) -> None:
    """Print the times of imports and of first decodes."""
    rows = [
        [name.removesuffix("/-"), show_seconds(results.value(name) or 0)]
        for name in results.timings
        if not name.startswith("first_to_pure/")
    ]
    print_table(["", "best"], rows)

    ratio = results.ratio(f"first_to_pure/response.done/{NATIVE_LIBRARY}")
    if ratio:
        print(f"\nThe first frame takes {ratio} times as long natively as in Python.")
