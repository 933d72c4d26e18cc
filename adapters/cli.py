"""The command ``rtmodels``, which checks recordings and prints JSON Schemas."""

import json as jsonlib
import re
import sys
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, get_origin

import rtmodels
from rtmodels import Model, Unknown
from rtmodels.adapters._response_audit import Audit
from rtmodels.adapters._session_tally import (
    CLIENT_TYPES,
    Direction,
    Finding,
    Tally,
    make_decoder,
    rank,
)
from rtmodels.converter import Mode
from rtmodels.errors import MissingDependencyError

try:
    import rich  # noqa: F401 - cyclopts needs it too, and would take the blame
    from cyclopts import App, CycloptsError, Parameter
    from rich.console import Console
    from rich.filesize import decimal
    from rich.table import Table
    from rich.text import Text

    from rtmodels.adapters._cli_archive import convert, stats
    from rtmodels.adapters._terminal import (
        MAX_NAME,
        Bar,
        add_total,
        amount,
        make_table,
        printable,
        refuse_option,
    )
except ModuleNotFoundError as _exc:
    _missing = MissingDependencyError(_exc.name or "cyclopts", extra="cli")
    if __name__ == "__main__" or Path(sys.argv[0]).stem == "rtmodels":
        # Somebody typed the command, and needs no traceback.
        sys.stderr.write(f"rtmodels: {_missing}\n")
        sys.exit(2)
    raise _missing from _exc

__all__ = ["app", "check", "commands", "convert", "schema", "stats"]

SENDER_STYLES = {"client": "cyan", "server": "dim"}

_NAMES: list[str] = vars(rtmodels)["__all__"]
"""The public names, which checkers learn in another way."""

commands: App = App(
    name="rtmodels",
    help="Look into recordings of Realtime sessions, and into the protocol.",
    version=lambda: f"rtmodels {version('rtmodels')}",
)
"""The application behind `app`, with all commands."""


commands.command(convert)
commands.command(stats)


def app(tokens: Sequence[str] | None = None) -> None:
    """Run the command line and exit; misuse exits with 2, as an unreadable file does.

    Args:
        tokens: The arguments; those that the program was started with by default.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        commands(tokens, exit_on_error=False)
    except CycloptsError:
        sys.exit(2)


@commands.command
def check(
    *files: Annotated[
        str,
        Parameter(
            name="FILE",
            required=True,
            allow_leading_hyphen=True,
            validator=refuse_option,
        ),
    ],
    direction: Direction = "auto",
    mode: Mode = "tolerant",
    json: Annotated[bool, Parameter(negative="", show_default=False)] = False,
) -> int:
    """Check recorded messages against the schema and each other, and add them up.

    A file holds JSON Lines, a JSON array or one JSON document, plain or gzip.

    The exit status is 0 if every message is in order, 1 if any is not, and 2 if a
    file cannot be read. A *done* event that contradicts its deltas is not in order; a
    response that never ended is only reported, since any recording may break off.

    Args:
        files: Files to check; ``-`` is standard input.
        direction: Who sent the messages; ``auto`` goes by the type of each.
        mode: What to let pass: ``strict``, nothing that the schema does not have;
            ``tolerant``, new types, keys and words; ``forgiving``, wrong values too.
        json: Print one JSON object, without a table.
    """
    console = Console(markup=False, emoji=False, highlight=False)
    tally = Tally(make_decoder(direction, mode))
    with Bar(console, hidden=json) as bar:
        for file in files:
            tally.read(file, bar.move)
    if json:
        console.out(jsonlib.dumps(tally.summarize(), indent=2))
    else:
        _print_report(console, tally)
    for file, reason in tally.unreadable:
        sys.stderr.write(f"rtmodels: {printable(file)}: {reason}\n")
    if tally.unreadable:
        return 2
    return 1 if tally.issue_count or tally.audit.mismatch_count else 0


@commands.command
def schema(
    type_: Annotated[str, Parameter(name="TYPE")],
    /,
    *,
    mode: Mode = "tolerant",
    output: Annotated[
        str, Parameter(name=("--output", "-o"), allow_leading_hyphen=True)
    ] = "-",
) -> int:
    """Print a type as a JSON Schema document, of the dialect 2020-12.

    The exit status is 0, or 2 if there is no such type or the file cannot be written.

    Args:
        type_: A class, union or alias, by the name that it has in ``rtmodels``, such as
            ``RealtimeServerEvent``.
        mode: Whose rules to describe: ``strict``, ``tolerant`` or ``forgiving``.
        output: The file to write; ``-`` is standard output.
    """
    if not _is_type(type_):
        types = filter(_is_type, _NAMES)
        near = "".join(f"\n  {name}" for name in _find_near(type_, types))
        hint = f" Did you mean one of these?{near}" if near else ""
        sys.stderr.write(f"rtmodels: No type {printable(type_)}.{hint}\n")
        return 2
    text = jsonlib.dumps(
        rtmodels.json_schema(getattr(rtmodels, type_), mode=mode), indent=2
    )
    if output == "-":
        Console(markup=False, emoji=False, highlight=False).out(text)
        return 0
    try:
        Path(output).write_text(text + "\n", encoding="utf-8")
    except OSError as exc:
        sys.stderr.write(f"rtmodels: {printable(output)}: {exc.strerror}\n")
        return 2
    return 0


def _is_type(name: str) -> bool:
    """Tell whether *name* is that of a type, which has a schema."""
    value = getattr(rtmodels, name) if name in _NAMES else None
    is_class = isinstance(value, type) and issubclass(value, (Model, Unknown))
    return is_class or get_origin(value) is not None


def _find_near(name: str, names: Iterable[str]) -> list[str]:
    """Find *names* that are like *name*, which may also be the type of an event."""
    plain = {re.sub(r"\W|_", "", known).lower(): known for known in names}
    near = get_close_matches(re.sub(r"\W|_", "", name).lower(), plain)
    return [plain[key] for key in near]


def _print_report(console: Console, tally: Tally) -> None:
    """Print *tally* as tables, and what to make of it."""
    tables = []
    if tally.frames:
        tables.append(_tabulate_events(tally))
    if tally.audit.ends:
        tables.append(_tabulate_responses(tally.audit))
    if tally.usage:
        tables.append(_tabulate_tokens(tally.usage))
    if tally.heard.size or tally.spoken.size:
        tables.append(_tabulate_audio(tally))
    for table in tables:
        console.print(table)
        console.print()
    for finding in tally.findings:
        console.print(_describe_finding(finding), soft_wrap=True)
    for line, style in tally.audit.describe():
        console.print(Text(printable(line), style), soft_wrap=True)
    if tally.issue_count or not tally.audit.mismatch_count:
        console.print(_describe_issues(tally), soft_wrap=True)
    console.print(_describe_speed(tally), soft_wrap=True)


def _tabulate_events(tally: Tally) -> Table:
    """List the types, the most frequent first, and what is not among them."""
    table = make_table("Event", "Count")
    table.add_column("From")
    for type_, count in rank(tally.events):
        sender = "client" if type_ in CLIENT_TYPES else "server"
        table.add_row(type_, f"{count:,}", Text(sender, SENDER_STYLES[sender]))
    for type_, count in rank(tally.unknown):
        name = printable(type_)[:MAX_NAME] or "(no type)"
        table.add_row(name, f"{count:,}", "unknown", style="yellow")
    if tally.invalid:
        table.add_row("(not valid)", f"{tally.invalid:,}", style="red")
    add_total(table, tally.frames)
    return table


def _tabulate_responses(audit: Audit) -> Table:
    """List how the responses ended."""
    table = make_table("Responses", "Count")
    for end, count in rank(audit.ends):
        table.add_row(printable(end)[:MAX_NAME], f"{count:,}")
    return table


def _tabulate_tokens(usage: dict[str, Any]) -> Table:
    """Lay out *usage*: a row for each way, a column for each kind of token."""
    taken = usage.get("input_token_details", {})
    made = usage.get("output_token_details", {})
    cached = taken.get("cached_tokens_details", {})
    rows = (
        ("input", usage.get("input_tokens"), _kinds(taken)),
        ("  cached", taken.get("cached_tokens"), _kinds(cached)),
        ("output", usage.get("output_tokens"), _kinds(made)),
    )
    kinds = dict.fromkeys(kind for _, _, row in rows for kind in row)
    table = make_table("Tokens", "Count", *kinds)
    for name, count, row in rows:
        cells = [count, *map(row.get, kinds)]
        if any(cell is not None for cell in cells):
            table.add_row(name, *("" if n is None else f"{n:,}" for n in cells))
    if "total_tokens" in usage:
        add_total(table, usage["total_tokens"])
    return table


def _kinds(details: dict[str, Any]) -> dict[str, int]:
    """Give the counts in *details* the names of columns."""
    return {
        key.removesuffix("_tokens").capitalize(): count
        for key, count in details.items()
        if isinstance(count, int) and key != "cached_tokens"
    }


def _tabulate_audio(tally: Tally) -> Table:
    """Tell how much audio went each way."""
    table = make_table("Audio", "Seconds", "Bytes")
    for name, track in (("input", tally.heard), ("output", tally.spoken)):
        seconds = "?" if track.seconds is None else f"{track.seconds:,.1f}"
        table.add_row(name, seconds, f"{track.size:,}")
    return table


def _describe_speed(tally: Tally) -> Text:
    """Tell how much was read, and how fast."""
    return Text(
        f"{amount(tally.frames, 'frame')}, {decimal(tally.size)}"
        f" in {tally.seconds:.2f} s:"
        f" {tally.frames_per_second:,} frames/s,"
        f" {decimal(tally.bytes_per_second)}/s"
    )


def _describe_finding(finding: Finding) -> Text:
    """Tell where an issue is, and what."""
    place = printable(finding.file)
    if finding.line is not None:
        place += f":{finding.line}"
    return Text.assemble(
        (place, "bold"),
        ": ",
        (printable(finding.path), "cyan"),
        printable(f": expected {finding.expected}, got {finding.got}"),
    )


def _describe_issues(tally: Tally) -> Text:
    """Tell how many issues there are, and in how many frames."""
    if not tally.issue_count:
        return Text("No issues.", "green")
    more = tally.issue_count - len(tally.findings)
    return Text(
        (f"... and {more:,} more.\n" if more else "")
        + f"{amount(tally.issue_count, 'issue')} in {amount(tally.invalid, 'frame')}.",
        "red",
    )


if __name__ == "__main__":
    app()
