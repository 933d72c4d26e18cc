"""The human-readable report of ``rtmodels check``."""

from typing import Any

from rtmodels.adapters.cli._audit import Audit
from rtmodels.adapters.cli._tally import LocatedIssue, Tally, rank
from rtmodels.adapters.cli._terminal import (
    MAX_NAME,
    add_total,
    amount,
    make_count_table,
    printable,
)
from rtmodels.errors import MissingDependencyError

try:
    from rich.console import Console
    from rich.filesize import decimal
    from rich.table import Table
    from rich.text import Text
except ModuleNotFoundError as exc:
    raise MissingDependencyError("rich", extra="cli") from exc

SENDER_STYLES = {"client": "cyan", "server": "dim", "either": ""}

TIMES = {
    "seconds": "session",
    "active_seconds": "  active",
    "paused_seconds": "  paused",
}
"""The label of each time in the usage of sessions."""


def print_check(console: Console, tally: Tally) -> None:
    """Print *tally* as tables, followed by its issues."""
    tables = []
    if tally.frames:
        tables.append(_tabulate_events(tally))
    if tally.audit.ends:
        tables.append(_tabulate_responses(tally.audit))
    if any(key.endswith("_tokens") for key in tally.usage):
        tables.append(_tabulate_tokens(tally.usage))
    if "seconds" in tally.usage:
        tables.append(_tabulate_times(tally.usage))
    if tally.heard.size or tally.spoken.size:
        tables.append(_tabulate_audio(tally))

    for table in tables:
        console.print(table)
        console.print()

    for issue in tally.issues:
        console.print(_describe_issue(issue), soft_wrap=True)
    for line, style in tally.audit.describe():
        console.print(Text(printable(line), style), soft_wrap=True)

    # Below a mismatch, or beside a file that was not read, "No issues." would read as
    # if all were well.
    is_clean = not (tally.unreadable or tally.audit.mismatch_count)
    if tally.issue_count or is_clean:
        console.print(_describe_issues(tally), soft_wrap=True)
    console.print(_describe_speed(tally), soft_wrap=True)


def _tabulate_events(tally: Tally) -> Table:
    """Build the table of event types, the most frequent first."""
    table = make_count_table("Event", "Count")
    table.add_column("From")
    for type_, count in rank(tally.events):
        sender = tally.senders[type_]
        table.add_row(type_, f"{count:,}", Text(sender, SENDER_STYLES[sender]))

    for type_, count in rank(tally.unknown):
        name = printable(type_)[:MAX_NAME] or "(no type)"
        table.add_row(name, f"{count:,}", "unknown", style="yellow")

    if tally.invalid:
        table.add_row("(invalid)", f"{tally.invalid:,}", style="red")
    add_total(table, tally.frames)
    return table


def _tabulate_responses(audit: Audit) -> Table:
    """Build the table of final statuses."""
    table = make_count_table("Responses", "Count")
    for end, count in rank(audit.ends):
        table.add_row(printable(end)[:MAX_NAME], f"{count:,}")
    return table


def _tabulate_tokens(usage: dict[str, Any]) -> Table:
    """Build the table of *usage*, with a column for each kind of token."""
    taken = usage.get("input_token_details", {})
    made = usage.get("output_token_details", {})
    cached = taken.get("cached_tokens_details", {})
    rows = (
        ("input", usage.get("input_tokens"), _kinds(taken)),
        ("  cached", taken.get("cached_tokens"), _kinds(cached)),
        ("output", usage.get("output_tokens"), _kinds(made)),
    )

    kinds = dict.fromkeys(kind for _, _, row in rows for kind in row)
    table = make_count_table("Tokens", "Count", *kinds)
    for name, count, row in rows:
        cells = [count, *map(row.get, kinds)]
        if any(cell is not None for cell in cells):
            table.add_row(name, *("" if n is None else f"{n:,}" for n in cells))

    if "total_tokens" in usage:
        add_total(table, usage["total_tokens"])
    return table


def _tabulate_times(usage: dict[str, Any]) -> Table:
    """Build the table of the time that sessions have used."""
    table = make_count_table("Usage", "Seconds")
    for key, name in TIMES.items():
        if key in usage:
            table.add_row(name, f"{usage[key]:,.1f}")
    return table


def _kinds(details: dict[str, Any]) -> dict[str, int]:
    """Return the counts in *details* by the titles of their columns."""
    return {
        key.removesuffix("_tokens").capitalize(): count
        for key, count in details.items()
        if isinstance(count, int) and key != "cached_tokens"
    }


def _tabulate_audio(tally: Tally) -> Table:
    """Build the table of audio in each direction."""
    table = make_count_table("Audio", "Seconds", "Bytes")
    for name, track in (("input", tally.heard), ("output", tally.spoken)):
        seconds = "?" if track.seconds is None else f"{track.seconds:,.1f}"
        table.add_row(name, seconds, f"{track.size:,}")
    return table


def _describe_speed(tally: Tally) -> Text:
    """Return the line on the amount of data and the speed."""
    text = (
        f"{amount(tally.frames, 'frame')}, {decimal(tally.size)}"
        f" in {tally.seconds:.2f} s"
    )
    frames, size = tally.frames_per_second, tally.bytes_per_second
    if frames is not None and size is not None:
        text += f": {frames:,} frames/s, {decimal(size)}/s"
    return Text(text)


def _describe_issue(issue: LocatedIssue) -> Text:
    """Return the line on one issue: its place, the event, the path and the cause."""
    place = printable(issue.file)
    if issue.line is not None:
        place += f":{issue.line}"

    return Text.assemble(
        (place, "bold"),
        ": " if issue.type is None else f": {printable(issue.type)}: ",
        (printable(issue.path), "cyan"),
        printable(f": expected {issue.expected}, got {issue.got}"),
    )


def _describe_issues(tally: Tally) -> Text:
    """Return the line on the number of issues."""
    if not tally.issue_count:
        return Text("No issues.", "green") if tally.frames else Text("No messages.")

    more = tally.issue_count - len(tally.issues)
    return Text(
        (f"... and {more:,} more.\n" if more else "")
        + f"{amount(tally.issue_count, 'issue')} in {amount(tally.invalid, 'frame')}.",
        "red",
    )
