"""Draws the cost of archives."""

from pathlib import Path
from typing import Any

from benchmarks.archive_report import (
    LOGS,
    SPEEDUP,
    find_peaks,
    find_speed,
    find_speedup,
)
from benchmarks.archives import COMMANDS, MEGABYTE, RIVALS, RTMODELS
from benchmarks.chart import NATIVE, THEIRS, FuncFormatter, pick_color, plt, save
from benchmarks.converters import LABELS
from benchmarks.results import Results


def draw_archives(results: Results, stem: Path) -> None:
    """Draw how fast archives are converted, by one process and two, and the memory."""
    figure, (speeds, workers, memory) = plt.subplots(
        1, 3, figsize=(12.6, 3.4), width_ratios=(5, 2, 4)
    )
    draw_speeds(results, speeds)

    speedup = find_speedup(results)
    bars = workers.bar(["one", "two"], [1, speedup], color=[THEIRS, NATIVE])
    workers.bar_label(bars, ["1", f"{speedup:.2f}"], padding=2, fontsize=8)
    workers.axhline(SPEEDUP, color="#999999", linewidth=0.6, zorder=0)
    workers.set_title("rtmodels convert,\none process and two")
    workers.set_ylabel("times as fast as one")

    for command, color in zip(COMMANDS, (NATIVE, THEIRS), strict=True):
        sizes, peaks = zip(*sorted(find_peaks(results, command).items()), strict=True)
        label = f"rtmodels {command}"
        memory.plot(sizes, peaks, marker="o", markersize=3, color=color, label=label)
    memory.set_xscale("log")
    memory.set_xticks(sizes, [f"{size:,g}" for size in sizes])
    memory.minorticks_off()
    memory.set_ylim(bottom=0)
    memory.set_title("The most memory")
    memory.set_xlabel("MB of JSON Lines")
    memory.set_ylabel("MB")
    memory.legend(fontsize=7, frameon=False)

    machine = f"{results.machine['python']}, {results.machine['processor']}"
    remark = "only rtmodels validates, and has columns for what is nested"
    figure.supxlabel(f"{machine}; {remark}", fontsize=8)
    save(figure, stem)


def draw_speeds(results: Results, axis: Any) -> None:
    """Draw how many events a second each contender converts."""
    rows = [
        (log, name) for log, rivals in RIVALS.items() for name in (RTMODELS, *rivals)
    ]
    rows.reverse()

    speeds = [find_speed(results, log, name) for log, name in rows]
    bars = axis.barh(
        [f"{LABELS[name]}\n{LOGS[log].lower()}" for log, name in rows],
        speeds,
        color=[pick_color(name) for _, name in rows],
    )
    labels = [
        f"{speed:,.0f}; {speed * results.sizes[log] / MEGABYTE:,.0f} MB/s"
        for speed, (log, _) in zip(speeds, rows, strict=True)
    ]
    axis.bar_label(bars, labels, padding=2, fontsize=8)

    axis.set_xlim(0, max(speeds) * 1.5)
    axis.tick_params(axis="y", labelsize=7)
    axis.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.0f}"))
    axis.set_title("From JSON Lines to Parquet, on one core")
    axis.set_xlabel("events a second")
