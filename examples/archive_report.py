"""Report what recorded sessions have used, hour by hour.

Records are JSON Lines with the event in `message` and the time in `received_at`, as a
logger writes them; plain, gzip or zstd::

    pip install 'rtmodels[arrow]'
    python archive_report.py 'logs/*.jsonl.gz'
"""

import sys

from rtmodels.adapters.archive import read_events, tabulate

COLUMNS = ["responses", "errors", "input_tokens", "output_tokens", "first_audio_ms"]


def report(paths: list[str]) -> None:
    """Print a line for each hour, and what all responses have used."""
    batches = read_events(paths, event_key="message", time_key="received_at")
    tables = tabulate(batches)

    print(f"{'hour':16}", *COLUMNS, sep="  ")
    for row in tables.per("hour").to_pylist():
        hour = f"{row['start']:%Y-%m-%d %H:%M}" if row["start"] else "unknown"
        print(f"{hour:16}", *(show(row, name) for name in COLUMNS), sep="  ")

    usage = tables.usage()
    heard, spoken = usage.input_audio_tokens, usage.output_audio_tokens
    print(f"\naudio: {heard:,} tokens heard, {spoken:,} tokens spoken")


def show(row: dict[str, float | None], name: str) -> str:
    """Return a cell, which is as wide as its column."""
    value = row[name]
    return ("-" if value is None else f"{value:,.0f}").rjust(len(name))


if __name__ == "__main__":
    report(sys.argv[1:])
