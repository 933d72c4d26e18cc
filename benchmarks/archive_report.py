"""Prints the cost of archives, and whether the goals are reached."""

from collections.abc import Iterator

from benchmarks.archives import COMMANDS, MEGABYTE, PARTS, RIVALS, RTMODELS
from benchmarks.converters import LABELS
from benchmarks.report import print_table, show_seconds
from benchmarks.results import Results

SPEEDUP = 1.8
"""Goal: two processes are this many times as fast as one."""

FLAT = 1.25
"""Goal: the most memory for the largest log, relative to one that fills all buffers."""

BUFFERS = 100
"""Megabytes of messages that fill all buffers."""

LOGS = {"both": "Both directions", "server": "What servers send"}


def print_archives(results: Results) -> bool:
    """Print all tables; return whether both goals are reached."""
    print(f"{results.machine['python']}, {results.machine['processor']}")
    for log, title in LOGS.items():
        size = results.sizes[log]
        print(f"\n{title}, to Parquet on one core; {size:,} bytes an event\n")
        heads = ["", "for one", "on the clock", "events/s", "MB/s", "to ours"]
        print_table(heads, list(_make_rows(results, log)))

    print("\nParts of conversions there and back\n")
    heads = ["", "for one", "to orjson.loads"]
    print_table(heads, list(_make_part_rows(results)))

    print("\nThe most memory, in MB\n")
    sizes = sorted(find_peaks(results, "convert"))
    rows = [
        [f"rtmodels {command}", *(f"{peak:,.0f}" for _, peak in peaks)]
        for command in COMMANDS
        if (peaks := sorted(find_peaks(results, command).items()))
    ]
    print_table(["", *(f"of {size:,g} MB" for size in sizes)], rows)

    speedup, growth = find_speedup(results), find_growth(results)
    print(f"\nTwo processes are {speedup:.2f} times as fast as one; goal: {SPEEDUP}.")
    print(f"Memory grows {growth:.2f} times from {BUFFERS} MB on; goal: {FLAT}.")
    return speedup >= SPEEDUP and growth <= FLAT


def _make_rows(results: Results, log: str) -> Iterator[list[str]]:
    """Make a row for each contender."""
    for name in (RTMODELS, *RIVALS[log]):
        speed = find_speed(results, log, name)
        ratio = results.ratio(f"archive/{log}/{name}")
        yield [
            LABELS[name],
            show_seconds(1 / speed),
            show_seconds(results.value(f"archive_wall/{log}/{name}") or 0),
            f"{speed:,.0f}",
            f"{speed * results.sizes[log] / MEGABYTE:,.0f}",
            str(ratio),
        ]


def _make_part_rows(results: Results) -> Iterator[list[str]]:
    """Build a row for each part of the conversion."""
    for part, title in PARTS.items():
        name = f"archive_part/{part}/{RTMODELS}"
        value, ratio = results.value(name), results.ratio(name)
        yield [title, show_seconds(value or 0), str(ratio)]


def find_speed(results: Results, log: str, contender: str) -> float:
    """Find how many events *contender* converts in a second of processor time."""
    seconds = results.value(f"archive/{log}/{contender}")
    return 1 / seconds if seconds else 0


def find_speedup(results: Results) -> float:
    """Find how much faster two processes are than one."""
    ratio = results.ratio(f"archive_workers/both/{RTMODELS}")
    return 1 / ratio.middle if ratio else 0


def find_peaks(results: Results, command: str) -> dict[float, float]:
    """Find the peak memory of *command* by the size of the log, both in MB."""
    head = f"memory/{command}/"
    return {
        float(name.removeprefix(head)): (results.value(name) or 0) / MEGABYTE
        for name in results.timings
        if name.startswith(head)
    }


def find_growth(results: Results) -> float:
    """Find the peak memory for the largest log, relative to one that fills buffers."""
    growths = [1.0]
    for command in COMMANDS:
        peaks = find_peaks(results, command)
        full = [size for size in peaks if size >= BUFFERS]
        if full:
            growths.append(peaks[max(full)] / peaks[min(full)])
    return max(growths)
