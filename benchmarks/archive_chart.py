"""Draws the cost of archives."""

from pathlib import Path
from typing import Any

from benchmarks.archive_report import describe_log, find_peaks, show_number
from benchmarks.archives import COMMANDS, LABELS, TASKS
from benchmarks.chart import FLOOR, NATIVE, PURE, THEIRS, plt, save
from benchmarks.results import Results

PANELS = (
    ("convert", "small", "To Parquet, 300 bytes of audio an event"),
    ("convert", "large", "To Parquet, full audio"),
    ("answer", "small", "Answers to three questions, 300 bytes of audio an event"),
)
"""The task, the log without keys, and the title of each panel of bars."""

HEIGHT = 0.38
"""The height of a bar, where two contenders are 1 apart."""


def draw_archives(results: Results, stem: Path) -> None:
    """Draw the processor time of each contender, and the memory."""
    figure, axes = plt.subplots(2, 2, figsize=(12.6, 9), height_ratios=(3, 2))
    *bars, memory = axes.flat
    for axis, (task, log, title) in zip(bars, PANELS, strict=True):
        draw_times(results, axis, task, log)
        axis.set_title(title)

    draw_memory(results, memory)
    machine = "{python}, {processor}, {cores} cores".format(**results.machine)
    remark = "only rtmodels validates; what each loses or refuses is in docs/speed.md"
    figure.supxlabel(f"{machine}; {remark}", fontsize=8)
    save(figure, stem)


def draw_times(results: Results, axis: Any, task: str, log: str) -> None:
    """Draw the time of each contender, for a log with keys and one without."""
    names = [n for n in reversed(TASKS[task]) if f"{task}/{log}/{n}" in results.timings]
    longest = 0.0

    for offset, title in ((HEIGHT / 2, log), (-HEIGHT / 2, f"{log}_keys")):
        has_keys = title != log
        seconds = [results.value(f"{task}/{title}/{name}") or 0 for name in names]
        bars = axis.barh(
            [index + offset for index in range(len(names))],
            seconds,
            HEIGHT,
            color=[pick_color(name, has_keys=has_keys) for name in names],
        )
        axis.bar_label(bars, list(map(show_number, seconds)), padding=2, fontsize=7)
        longest = max(longest, *seconds)

    axis.set_yticks(range(len(names)), [LABELS[name] for name in names], fontsize=8)
    axis.set_xlim(0, longest * 1.12)
    axis.set_xlabel(
        f"seconds of processor time, start-up included; {describe_log(results, log)}\n"
        "upper bar: without times and sessions; lower bar: with them"
    )


def pick_color(name: str, *, has_keys: bool) -> str:
    """Choose the colour of a bar."""
    if name.startswith("rtmodels"):
        return NATIVE if has_keys else PURE
    return THEIRS if has_keys else FLOOR


def draw_memory(results: Results, axis: Any) -> None:
    """Draw the peak memory of the commands, as a log grows."""
    styles = ((NATIVE, 5, "bottom"), (THEIRS, -5, "top"))
    for command, style in zip(COMMANDS.values(), styles, strict=True):
        color, shift, edge = style
        peaks_by_size = find_peaks(results, command)
        sizes, peaks = zip(*sorted(peaks_by_size.items()), strict=True)
        axis.plot(sizes, peaks, marker="o", markersize=3, color=color)

        texts = [f"{peak:,.0f}" for peak in peaks]
        texts[-1] = f"{command}: {texts[-1]}"
        for size, peak, text in zip(sizes, peaks, texts, strict=True):
            axis.annotate(
                text,
                (size, peak),
                xytext=(0, shift),
                textcoords="offset points",
                ha="center",
                va=edge,
                color=color,
                fontsize=7,
            )

    axis.set_xscale("log")
    axis.set_xticks(sizes, [f"{size:,g}" for size in sizes])
    axis.minorticks_off()
    axis.set_ylim(0, axis.get_ylim()[1] * 1.2)
    axis.set_title("Peak memory as a log grows, full audio")
    axis.set_xlabel("size of the log in MB")
    axis.set_ylabel("peak memory in MB")
