"""Draws charts, as SVG for the README and as PNG."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

import matplotlib as mpl
from attrs import frozen

mpl.use("agg")
mpl.rcParams.update(
    {
        "svg.hashsalt": "rtmodels",  # the same picture is the same file
        "svg.fonttype": "none",
        "font.size": 9,
        "font.family": "sans-serif",
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
)

from matplotlib import pyplot as plt  # noqa: E402 - after the backend is chosen
from matplotlib.ticker import FuncFormatter, NullFormatter  # noqa: E402

from benchmarks.cases import TITLES  # noqa: E402
from benchmarks.contenders import LIBRARIES, PURE_LIBRARY  # noqa: E402
from benchmarks.contenders import PURE as PURE_SUFFIX  # noqa: E402
from benchmarks.history import Record  # noqa: E402
from benchmarks.results import Results, show_ratio  # noqa: E402

NATIVE, PURE, THEIRS, FLOOR = "#b3261e", "#e39a94", "#7a8699", "#c9d1dc"

PANELS_IN_ROW = 4

POINTS = 3
"""The fewest points of a history that make a line: two show no course."""


@frozen
class Line:
    """One line of a plot."""

    label: str
    xs: Sequence[float | str]
    ys: Sequence[float]


@frozen
class Panel:
    """One plot among several in a picture."""

    title: str
    x_label: str
    y_label: str
    lines: Sequence[Line]
    log: bool = True


def draw_decode(results: Results, stem: Path) -> None:
    """Draw the time of each contender to decode, relative to the floor."""
    kinds = results.kinds("decode")
    names = [
        name
        for name in reversed(results.labels)
        if any(f"decode/{kind}/{name}" in results.timings for kind in kinds)
    ]

    height = 1.1 + 0.2 * len(names)
    figure, axes = plt.subplots(
        1, len(kinds), sharey=True, figsize=(1.7 * len(kinds) + 2, height)
    )
    for axis, kind in zip(axes, kinds, strict=True):
        ratios = [results.ratio(f"decode/{kind}/{name}") for name in names]
        widths = [ratio.middle if ratio else 0 for ratio in ratios]

        bars = axis.barh(
            [results.labels[name] for name in names],
            widths,
            color=[pick_color(name) for name in names],
        )
        axis.bar_label(
            bars, [show_ratio(w) if w else "-" for w in widths], padding=2, fontsize=8
        )

        axis.set_xscale("log")
        axis.set_xlim(min(w for w in widths if w) / 2, max(widths) * 4)
        axis.axvline(1, color="#999999", linewidth=0.6, zorder=0)
        axis.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
        axis.xaxis.set_minor_formatter(NullFormatter())

        size = results.sizes[kind]
        title = fill(TITLES[kind], 22)
        axis.set_title(f"{title}\n{size:,} bytes", fontsize=8)

    machine = f"{results.machine['python']}, {results.machine['processor']}"
    remark = "openai-python and pydantic leave audio as base64"
    figure.supxlabel(
        f"time to decode; orjson.loads = 1; {machine}; {remark}", fontsize=8
    )
    save(figure, stem)


def pick_color(contender: str) -> str:
    """Choose the colour of a bar."""
    if contender.startswith("floor"):
        return FLOOR
    if contender.startswith("rtmodels"):
        return PURE if contender.endswith(PURE_SUFFIX) else NATIVE
    return THEIRS


def draw_panels(panels: Sequence[Panel], stem: Path) -> None:
    """Draw *panels* side by side, in as many rows as they need."""
    columns = min(len(panels), PANELS_IN_ROW)
    rows = -(-len(panels) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(4.2 * columns, 3.4 * rows), squeeze=False
    )
    for axis in axes.flat[len(panels) :]:
        axis.set_visible(False)

    for axis, panel in zip(axes.flat, panels, strict=False):
        for line in panel.lines:
            axis.plot(line.xs, line.ys, marker="o", markersize=3, label=line.label)

        if panel.log:
            axis.set_xscale("log")
            axis.set_yscale("log")
            axis.minorticks_off()
        else:
            axis.set_ylim(0, axis.get_ylim()[1] * 1.3)  # above is room for the legend

        axis.set_title(panel.title)
        axis.set_xlabel(panel.x_label)
        axis.set_ylabel(panel.y_label)
        axis.legend(fontsize=7, frameon=False)
    save(figure, stem)


def draw_history(records: Sequence[Record], stem: Path) -> None:
    """Draw the ratios of decoding and encoding from commit to commit."""
    machines = sorted({(record.python, record.processor) for record in records})

    panels = [
        Panel(
            f"{operation}, {'pure' if contender == PURE_LIBRARY else 'native'}\n"
            f"{python}, {processor}",
            "",
            "ratio to parsing" if operation == "decode" else "ratio to writing",
            [
                Line(kind, [r.commit for r in own if name in r.ratios], ys)
                for kind in TITLES
                for name in [f"{operation}/{kind}/{contender}"]
                if len(ys := [r.ratios[name].middle for r in own if name in r.ratios])
                >= POINTS
            ],
            log=False,
        )
        for python, processor in machines
        for own in [
            [r for r in records if (r.python, r.processor) == (python, processor)]
        ]
        for operation in ("decode", "encode")
        for contender in LIBRARIES
    ]

    panels = [panel for panel in panels if panel.lines]
    if panels:
        draw_panels(panels, stem)


def save(figure: Any, stem: Path) -> None:
    """Write *figure* as SVG and as PNG."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    figure.tight_layout()
    # Some labels are longer than what `tight_layout` reserves for them.
    fit = {"bbox_inches": "tight", "pad_inches": 0.1}
    figure.savefig(stem.with_suffix(".svg"), metadata={"Date": None}, **fit)
    figure.savefig(stem.with_suffix(".png"), dpi=150, **fit)
    plt.close(figure)
