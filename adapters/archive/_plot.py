"""Plot of the tables of an archive: activity, tokens and latencies."""

from datetime import UTC
from pathlib import Path
from typing import Any, Final

from rtmodels._display import truncate
from rtmodels.adapters._recordings.events import UNENDED
from rtmodels.adapters.archive._extent import count_sessions, find_span, list_files
from rtmodels.adapters.archive._packing import pc
from rtmodels.adapters.archive._tables import Tables
from rtmodels.errors import MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

try:
    import matplotlib as mpl
    from matplotlib import dates as _dates
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine
    from matplotlib.ticker import (
        FuncFormatter,
        LogLocator,
        MaxNLocator,
        NullFormatter,
        PercentFormatter,
    )
except ModuleNotFoundError as exc:
    raise MissingDependencyError("matplotlib", extra="plot") from exc

# Its functions have no annotations, which strict type checkers refuse to call.
dates: Any = _dates
"""The locators and formatters of axes of time."""

STYLE: Any = {
    "svg.hashsalt": "rtmodels",  # the same picture is the same file
    "svg.fonttype": "none",
    "font.size": 9,
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "timezone": "UTC",
}

PLOT_ENDINGS = (".png", ".svg")
"""The supported file extensions."""

OTHER = "(other)"
"""Label for every status that is newer than the library."""

# A colour means the same in the whole picture, so no two panels share one.
STATUSES = {
    "completed": "#3f6ea3",
    "cancelled": "#d8a02e",
    "incomplete": "#8a6bb1",
    "failed": "#b3261e",
    OTHER: "#4d9078",
    UNENDED: "#c0c7d1",
}
"""The ways in which responses end, and a colour for each."""

TOKENS = {"input_tokens": ("input", "#9c7a54"), "output_tokens": ("output", "#2a9db0")}
"""The label and colour of each token column."""

LATENCY_STYLES = {
    "first_token_ms": ("first token", "#7a8699", "dotted"),
    "first_audio_ms": ("first audio", "#6f9a2d", "dashed"),
    "wait_ms": ("wait", "#23294a", "solid"),
}
"""The label, colour and line of each latency column."""

MAX_NAME = 60
"""Maximum length of the name of a file in the title."""

DATE_FORMATS = ["%Y", "%b", "%b-%d", "%H:%M", "%H:%M", ":%S.%f"]
OFFSET_FORMATS = ["", "%Y", "%Y", "%Y-%b-%d", "%Y-%b-%d", "%Y-%b-%d %H:%M"]
"""What a label on an axis of time says, and what they all share, for steps of a year,
a month, a day, an hour, a minute and a second."""

BINS = 40
"""Maximum number of bars in a histogram."""

# A logarithmic axis has no zero.
LEAST_MS = 1.0
"""Shortest latency to draw; shorter ones are drawn as this one."""

MANY_LABELS = 100
"""Ratio of the ends of an axis above which only the powers of ten are labelled."""

MAX_POWERS = 7
"""Maximum number of powers of ten that are labelled."""

MAX_DATES = 6
"""Maximum number of labels on an axis of time."""


def plot(tables: Tables, path: str | Path) -> None:
    """Draw *tables* in three panels, and write the picture to *path*.

    The panels show when responses began, how many tokens each used, and how long
    callers waited. The title names the files, the number of sessions and the time span.
    The same tables always produce the same SVG, byte for byte.

    Args:
        tables: The tables to draw.
        path: The file to write, which ends in ``.png`` or ``.svg``.

    Raises:
        ValueError: The extension is not supported.
        OSError: The file cannot be written.
    """
    ending = check_ending(Path(path))

    # Without pyplot, no display is needed, no figure stays open, and the caller's own
    # figures and settings are left alone.
    with mpl.rc_context(STYLE):
        figure = make_figure(tables)

        # A date in the file would make every run differ.
        metadata = {"Date": None} if ending == ".svg" else None
        figure.savefig(path, format=ending[1:], dpi=150, metadata=metadata)


def make_figure(tables: Tables) -> Figure:
    """Draw *tables* in three panels under one title."""
    # The legend of one panel must not run into that of the next.
    layout = ConstrainedLayoutEngine(wspace=0.1)
    figure = Figure(figsize=(12.6, 4.2), layout=layout)
    for axes, (title, draw) in zip(figure.subplots(1, 3), PANELS, strict=True):
        axes.set_title(title, loc="left", pad=20)
        draw(axes, tables.responses)

    # The name of a file may have a dollar sign, which would begin a formula.
    if title := _describe(tables):
        figure.suptitle(title, x=0.01, ha="left", fontsize=11, parse_math=False)
    return figure


def _describe(tables: Tables) -> str:
    """Return the title of the picture; it is empty if there are no rows."""
    files = list_files(tables)
    if not files:
        return ""

    # Fonts have no glyphs for control characters, and SVG allows none.
    name = "".join(
        char if char.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for char in Path(files[0]).name
    )
    others = f" and {len(files) - 1:,} more" if len(files) > 1 else ""
    sessions = count_sessions(tables)
    parts = [
        truncate(name, MAX_NAME) + others,
        f"{sessions:,} session{'' if sessions == 1 else 's'}",
    ]
    if span := find_span(tables):
        parts.append(f"{span[0]} to {span[1]} UTC")
    return ", ".join(parts)


def check_ending(path: Path) -> str:
    """Return the extension of *path*, which selects the format.

    Raises:
        ValueError: The extension is not supported.
    """
    ending = path.suffix.lower()
    if ending not in PLOT_ENDINGS:
        raise ValueError(
            f"{path}: the name of a plot must end in {' or '.join(PLOT_ENDINGS)}"
        )
    return ending


def _draw_activity(axes: Axes, responses: pa.Table) -> None:
    """Draw the number of responses over time, and how they ended.

    Without receive times, the horizontal axis is the order of the responses.
    """
    times = pc.coalesce(responses["created_at"], responses["ended_at"]).to_pylist()
    dated = any(time is not None for time in times)
    places = times if dated else range(1, len(times) + 1)

    groups: dict[str, list[Any]] = {status: [] for status in STATUSES}
    for status, place in zip(responses["status"].to_pylist(), places, strict=True):
        if place is not None:
            end = UNENDED if status is None else status
            groups[end if end in STATUSES else OTHER].append(place)

    groups = {status: group for status, group in groups.items() if group}
    if not groups:
        _mark_empty(axes, "no responses")
        return

    axes.hist(
        list(groups.values()),
        bins=min(BINS, len(times)),
        range=None if dated else (0.5, len(times) + 0.5),
        stacked=True,
        color=[STATUSES[status] for status in groups],
        label=list(groups),
    )

    if dated:
        locator = dates.AutoDateLocator(tz=UTC, minticks=3, maxticks=MAX_DATES)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(
            dates.ConciseDateFormatter(
                locator, tz=UTC, formats=DATE_FORMATS, offset_formats=OFFSET_FORMATS
            )
        )
    else:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    # At the right, an axis of time says which day or minute its labels belong to.
    axes.set_xlabel(
        "received, UTC" if dated else "in order; no receive times", loc="left"
    )
    axes.set_ylabel("responses")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    _add_legend(axes)


def _draw_tokens(axes: Axes, responses: pa.Table) -> None:
    """Draw the distribution of tokens per response, leaving out zeros."""
    groups = {
        name: [count for count in responses[name].to_pylist() if count and count > 0]
        for name in TOKENS
    }

    counts = [count for group in groups.values() for count in group]
    if not counts:
        _mark_empty(axes, "no usage in the log")
        return

    # The axis is logarithmic, so the bars get the same width there by equal ratios.
    low, high = min(counts) / 1.1, max(counts) * 1.1
    edges = [low * (high / low) ** (index / BINS) for index in range(BINS + 1)]
    for name, group in groups.items():
        label, color = TOKENS[name]
        axes.hist(group, bins=edges, color=color, alpha=0.75, label=label)

    _scale(axes, low, high)
    axes.set_xlabel("tokens of one response")
    axes.set_ylabel("responses")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    _add_legend(axes)


def _draw_latency(axes: Axes, responses: pa.Table) -> None:
    """Draw the share of responses that arrived within each latency."""
    groups = {
        name: [
            max(value, LEAST_MS) for value in responses[name].drop_null().to_pylist()
        ]
        for name in LATENCY_STYLES
    }

    values = [value for group in groups.values() for value in group]
    if not values:
        _mark_empty(axes, "no latency: the log has no receive times")
        return

    for name, group in groups.items():
        if group:
            label, color, line = LATENCY_STYLES[name]
            axes.ecdf(group, color=color, linestyle=line, label=label)

    _scale(axes, min(values) / 1.1, max(values) * 1.1)
    axes.set_xlabel("milliseconds")
    axes.set_ylabel("share of responses")
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.grid(axis="y", color="#e3e7ed", linewidth=0.6)
    _add_legend(axes)


def _scale(axes: Axes, low: float, high: float) -> None:
    """Set a logarithmic horizontal axis from *low* to *high*, with plain numbers."""
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    wide = high / low > MANY_LABELS
    axes.xaxis.set_major_locator(
        LogLocator(subs=(1,) if wide else (1, 2, 5), numticks=MAX_POWERS)
    )
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.12g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())


def _add_legend(axes: Axes) -> None:
    """Draw the legend above the panel, where it hides no data."""
    legend = axes.legend(
        loc="lower left",
        bbox_to_anchor=(-0.02, 0.99),
        ncols=len(STATUSES),
        fontsize=7,
        frameon=False,
        handlelength=0.9,
        handletextpad=0.4,
        columnspacing=0.8,
    )

    # The layout would make the panel narrow to fit a long legend.
    legend.set_in_layout(False)


def _mark_empty(axes: Axes, why: str) -> None:
    """Write in an empty panel *why* it has no data."""
    axes.set_xticks([])
    axes.set_yticks([])

    axes.text(
        0.5,
        0.5,
        why,
        transform=axes.transAxes,
        ha="center",
        va="center",
        color="#7a8699",
    )


PANELS: Final = (
    ("Responses over time", _draw_activity),
    ("Tokens", _draw_tokens),
    ("Latency", _draw_latency),
)
"""The title of each panel, from left to right, and the function that draws it."""
