"""The report of ``rtmodels stats`` on the tables of an archive.

It needs the extra ``arrow``, so only `_archive_runs` imports it.
"""

from collections.abc import Iterator, Mapping

from rtmodels.adapters._recordings.events import UNENDED
from rtmodels.adapters.archive._extent import count_sessions, find_span
from rtmodels.adapters.archive._packing import pc
from rtmodels.adapters.archive._periods import Period, find_quantiles
from rtmodels.adapters.archive._tables import Tables
from rtmodels.adapters.cli._terminal import (
    MAX_NAME,
    add_total,
    amount,
    make_count_table,
    printable,
)
from rtmodels.errors import MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

try:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text
except ModuleNotFoundError as exc:
    raise MissingDependencyError("rich", extra="cli") from exc

MOST = 10
"""Maximum number of kinds of error that are shown; the rest are only counted."""

LATENCY_COLUMNS = {
    "first token": "first_token_ms",
    "first audio": "first_audio_ms",
    "wait": "wait_ms",
}
"""The latency columns by their labels."""


# With a million tokens an hour, the table is 78 columns wide.
PERIOD_COLUMNS = {
    "Responses": "responses",
    "Items": "items",
    "Errors": "errors",
    "Tokens": "total_tokens",
    "First\ntoken": "first_token_ms",
    "First\naudio": "first_audio_ms",
    "Wait\n(ms)": "wait_ms",
    "p95": "wait_p95_ms",
}
"""The columns of periods by their labels."""

PERIOD_TITLES: Mapping[Period, tuple[str, str]] = {
    "hour": ("Hour (UTC)", "%Y-%m-%d %H"),
    "day": ("Day (UTC)", "%Y-%m-%d"),
}
"""The label of the first column, and the form of what is in it."""

NO_TIME = "(no time)"
"""Shown in place of the period of what has no time."""


def print_report(
    console: Console,
    tables: Tables,
    *,
    periods: pa.Table | None = None,
    period: Period | None = None,
    most: int = MOST,
) -> None:
    """Print the totals of *tables*.

    Percentiles are interpolated, as in spreadsheets.

    Args:
        console: The console to print to.
        tables: The tables to sum up.
        periods: The totals by *period*, if these are to be shown.
        period: The length of a period.
        most: How many kinds of error to show, the most frequent first.
    """
    for table in _lay_out(tables, most):
        console.print(table)
        console.print()
    if periods is not None and period is not None and periods.num_rows:
        console.print(_list_periods(periods, period))
        console.print()
    console.print(_describe_size(tables), soft_wrap=True)


def _lay_out(tables: Tables, most: int) -> Iterator[Table]:
    """Iterate over the tables of the report that have any rows."""
    responses, items, errors = tables.responses, tables.items, tables.errors
    yield from _list_events(tables.events)
    yield from _list_usage(tables.sessions)
    if responses.num_rows:
        columns = "status", "reason"
        table = _list_groups(responses, "Responses", "Reason", *columns, none=UNENDED)
        add_total(table, responses.num_rows)
        yield table

    yield from _list_tokens(responses)
    yield from _list_audio(tables)
    yield from _list_latencies(responses)

    if items.num_rows:
        table = _list_groups(items, "Items", "Role", "type", "role")
        add_total(table, items.num_rows)
        yield table

    delegations = tables.delegations
    if delegations.num_rows:
        table = _list_groups(delegations, "Delegated to", "Status", "target", "status")
        add_total(table, delegations.num_rows)
        yield table

    if errors.num_rows:
        table = _list_groups(errors, "Errors", "Code", "kind", "code", most=most)
        add_total(table, errors.num_rows)
        yield table


def _list_groups(
    rows: pa.Table,
    title: str,
    detail: str,
    *keys: str,
    most: int | None = None,
    none: str = "",
) -> Table:
    """Build the table of counts for each pair of *keys*, the most frequent first.

    *none* is shown instead of null in the first column.
    """
    # Sorting by the keys as well makes reports of the same archive equal.
    groups = rows.group_by(list(keys)).aggregate([([], "count_all")])
    order = [("count_all", "descending"), *((key, "ascending") for key in keys)]
    ranked = groups.sort_by(order).to_pylist()
    shown = ranked[:most]

    table = make_count_table(title, "Count")
    table.add_column(detail)
    for group in shown:
        name, more = (group[key] for key in keys)
        table.add_row(_cell(name or none), f"{group['count_all']:,}", _cell(more))

    if len(shown) < len(ranked):
        rest = sum(group["count_all"] for group in ranked[len(shown) :])
        table.add_row(f"... and {len(ranked) - len(shown):,} more", f"{rest:,}")
    return table


def _cell(word: str | None) -> Text:
    """Build a table cell for a *word* from the wire."""
    return Text(printable(word or "")[:MAX_NAME])


def _list_tokens(responses: pa.Table) -> Iterator[Table]:
    """Yield the table of tokens by kind, in total and by response, if there are any."""
    table = make_count_table("Tokens", "Sum", "Median", "p95")
    for name in responses.column_names:
        total = pc.sum(responses[name]).as_py() if name.endswith("_tokens") else None
        if total:
            kind = name.removesuffix("_tokens").replace("_", " ")
            middle, high = find_quantiles(responses[name])
            table.add_row(kind, f"{total:,}", f"{middle:,.0f}", f"{high:,.0f}")

    if table.rows:
        yield table


def _list_events(events: pa.Table) -> Iterator[Table]:
    """Yield the table of events by type, the most frequent first, if there are any."""
    if not events.num_rows:
        return

    groups = events.group_by("type").aggregate([("count", "sum")])
    order = [("count_sum", "descending"), ("type", "ascending")]
    table = make_count_table("Events", "Count")
    for group in groups.sort_by(order).to_pylist():
        table.add_row(_cell(group["type"]), f"{group['count_sum']:,}")
    add_total(table, pc.sum(events["count"]).as_py())
    yield table


def _list_usage(sessions: pa.Table) -> Iterator[Table]:
    """Yield the table of the time that sessions have used, by how they ended."""
    if not sessions.num_rows:
        return

    # Several logs may be of one session. Each has the totals of all of it.
    name = pc.coalesce(sessions["session_id"], sessions["session"], sessions["file"])
    times = [f"{kind}seconds" for kind in ("", "active_", "paused_")]
    single = (
        sessions.append_column("name", name)
        .group_by("name")
        .aggregate([("reason", "max"), *((time, "max") for time in times)])
    )
    groups = single.group_by("reason_max").aggregate(
        [([], "count_all"), *((f"{time}_max", "sum") for time in times)]
    )

    table = make_count_table("Sessions", "Count", "Seconds", "Active", "Paused")
    order = [("count_all", "descending"), ("reason_max", "ascending")]
    for group in groups.sort_by(order).to_pylist():
        lengths = (group[f"{time}_max_sum"] for time in times)
        cells = ("" if length is None else f"{length:,.1f}" for length in lengths)
        end = group["reason_max"] or UNENDED
        table.add_row(_cell(end), f"{group['count_all']:,}", *cells)
    add_total(table, single.num_rows)
    yield table


def _list_audio(tables: Tables) -> Iterator[Table]:
    """Yield the table of how long each side spoke, as far as known."""
    # The caller's audio is in no response, and so has to be added up from the items.
    # In the Live API that of the model is in none either.
    responses, items, sessions = tables.responses, tables.items, tables.sessions
    heard = items.filter(pc.equal(items["role"], "user"))
    is_answer = pc.equal(items["role"], "assistant")
    said = items.filter(pc.and_(is_answer, pc.is_null(items["response_id"])))
    answers = pc.sum(responses["audio_seconds"]).as_py()
    turns = pc.sum(said["audio_seconds"]).as_py()
    lengths = (
        ("caller", pc.sum(heard["audio_seconds"]).as_py()),
        ("model", (answers or 0) + (turns or 0)),
        ("stream to the model", pc.sum(sessions["input_audio_seconds"]).as_py()),
        ("stream from the model", pc.sum(sessions["output_audio_seconds"]).as_py()),
    )

    table = make_count_table("Audio", "Seconds")
    for name, seconds in lengths:
        if seconds:
            table.add_row(name, f"{seconds:,.1f}")
    if table.rows:
        yield table


def _list_latencies(responses: pa.Table) -> Iterator[Table]:
    """Yield the table of latencies, if the log has receive times."""
    table = make_count_table("Latency (ms)", "Count", "Median", "p95", "Max")
    for name, column in LATENCY_COLUMNS.items():
        values = responses[column].drop_null()
        if len(values):
            cells = (*find_quantiles(values), pc.max(values).as_py())
            table.add_row(name, f"{len(values):,}", *(f"{cell:,.0f}" for cell in cells))
    if table.rows:
        yield table


def _list_periods(periods: pa.Table, period: Period) -> Table:
    """Build the table of totals by *period*; columns without any value are left out."""
    title, form = PERIOD_TITLES[period]
    shown = {
        label: name
        for label, name in PERIOD_COLUMNS.items()
        if any(periods[name].to_pylist())
    }
    # Of the Live API, whose turns are items, there is nothing else to count.
    if "Responses" in shown:
        shown.pop("Items", None)

    table = make_count_table(title, *shown)
    for row in periods.to_pylist():
        start = NO_TIME if row["start"] is None else f"{row['start']:{form}}"
        cells = (row[name] for name in shown.values())
        numbers = ("" if cell is None else f"{cell:,.0f}" for cell in cells)
        table.add_row(start, *numbers)
    return table


def _describe_size(tables: Tables) -> Text:
    """Return the line on the size of the archive and its time span."""
    counts = [
        amount(count_sessions(tables), "session"),
        amount(tables.responses.num_rows, "response"),
        amount(tables.items.num_rows, "item"),
        amount(tables.errors.num_rows, "error"),
    ]
    span = find_span(tables)
    when = "" if span is None else f", from {span[0]} to {span[1]} UTC"
    return Text(", ".join(counts) + when)
