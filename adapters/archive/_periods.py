"""Totals of an archive by hour or by day."""

from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from rtmodels.adapters._recordings.times import Instant
from rtmodels.adapters.archive._packing import TableRows, pc
from rtmodels.adapters.archive._rows import PeriodRow
from rtmodels.errors import MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

Period: TypeAlias = Literal["hour", "day"]
"""The length of a period, which begins on the hour, or at midnight UTC."""

TOKENS = ("input_tokens", "output_tokens", "total_tokens")
LATENCIES = ("first_token_ms", "first_audio_ms", "wait_ms")
"""The columns of responses that are added up, and those whose median is taken."""

QUANTILES = (0.5, 0.95)
"""The median, and the value that 95 % stay below."""


def sum_up(
    responses: pa.Table, items: pa.Table, errors: pa.Table, period: Period
) -> pa.Table:
    """Build the table that `Tables.per` returns.

    Raises:
        ValueError: There are rows, and none of them has a time.
    """
    begun = pc.coalesce(responses["created_at"], responses["ended_at"])
    starts = {
        "responses": _floor(begun, period),
        "items": _floor(items["received_at"], period),
        "errors": _floor(errors["received_at"], period),
    }

    rows: dict[Instant | None, PeriodRow] = {}
    for name, column in starts.items():
        for start, count in _count(column):
            row = rows.setdefault(start, PeriodRow(start=start))
            setattr(row, name, count)
    if rows and rows.keys() <= {None}:
        raise ValueError("no event has a time: read the log with the key of the time")

    for group in _group(responses, starts["responses"]):
        _fill(rows[group["start"]], group)

    table = TableRows(PeriodRow)
    for start in sorted(rows, key=lambda start: (start is None, start)):
        table.add(rows[start])
    return table.to_table()


def _floor(times: pa.ChunkedArray, period: Period) -> pa.ChunkedArray:
    """Return the start of the period of each time, in microseconds."""
    # Without a zone, no database of time zones is needed.
    naive = times.cast(pa.timestamp("us"))
    return pc.floor_temporal(naive, unit=period).cast(pa.int64())


def _count(starts: pa.ChunkedArray) -> Iterator[tuple[Instant | None, int]]:
    """Iterate over the periods, each with its number of rows."""
    for each in pc.value_counts(starts).to_pylist():
        yield each["values"], each["counts"]


def _group(responses: pa.Table, starts: pa.ChunkedArray) -> list[dict[str, Any]]:
    """Return the sums of tokens and the latencies of each period."""
    wanted = [
        *((column, "sum") for column in TOKENS),
        *((column, "list") for column in LATENCIES),
    ]
    columns = responses.select([*TOKENS, *LATENCIES]).append_column("start", starts)
    groups: list[dict[str, Any]] = (
        columns.group_by("start", use_threads=False).aggregate(wanted).to_pylist()
    )
    return groups


def _fill(row: PeriodRow, group: dict[str, Any]) -> None:
    """Complete the *row* of a period with the values of its responses."""
    for column in TOKENS:
        setattr(row, column, group[f"{column}_sum"])

    for column in LATENCIES:
        known = [value for value in group[f"{column}_list"] if value is not None]
        if known:
            middle, high = find_quantiles(pa.array(known))
            setattr(row, column, middle)
            if column == "wait_ms":
                row.wait_p95_ms = high


def find_quantiles(values: "pa.Array | pa.ChunkedArray") -> list[Any]:
    """Return the quantiles of *values*, at least one of which is not null."""
    quantiles: list[Any] = pc.quantile(values, q=list(QUANTILES)).to_pylist()
    return quantiles
