"""Plot of the tables of an archive: activity, tokens and latencies."""

from pathlib import Path
from typing import Any, Final

from rtmodels.adapters._recordings.events import UNENDED
from rtmodels.adapters.archive._packing import pc
from rtmodels.adapters.archive._tables import Tables
from rtmodels.errors import MissingDependencyError

try:
    import pyarrow as pa
except ModuleNotFoundError as exc:
    raise MissingDependencyError("pyarrow", extra="arrow") from exc

try:
    import matplotlib as mpl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import (
        FuncFormatter,
        LogLocator,
        MaxNLocator,
        NullFormatter,
        PercentFormatter,
    )
except ModuleNotFoundError as exc:
    raise MissingDependencyError("matplotlib", extra="plot") from exc

STYLE: Any = {
    "svg.hashsalt": "rtmodels",  # the same picture is the same file
    "svg.fonttype": "none",
    "font.size": 9,
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "date.converter": "concise",
    "timezone": "UTC",
}

PLOT_ENDINGS = (".png", ".svg")
"""The supported file extensions."""

OTHER = "(other)"
"""Label for every status that is newer than the library."""

STATUSES = {
    "completed": "#3f6ea3",
    "cancelled": "#d8a02e",
    "incomplete": "#8a6bb1",
    "failed": "#b3261e",
    OTHER: "#4d9078",
    UNENDED: "#c0c7d1",
}
"""The ways in which responses end, and a colour for each."""

LATENCY_STYLES = {
    "first_token_ms": ("first token", "#7a8699"),
    "first_audio_ms": ("first audio", "#3f6ea3"),
    "wait_ms": ("wait", "#b3261e"),
}
"""The label and colour of each latency column."""

TOKENS = {"input_tokens": ("input", "#7a8699"), "output_tokens": ("output", "#3f6ea3")}
"""The label and colour of each token column."""

BINS = 40
"""Maximum number of bars in a histogram."""

# A logarithmic axis has no zero.
LEAST_MS = 1.0
"""Shortest latency to draw; shorter ones are drawn as this one."""

MANY_LABELS = 500
"""Ratio of the ends of an axis above which only the powers of ten are labelled."""


def plot(tables: Tables, path: str | Path) -> None:
    """Draw *tables* in three panels, and write the picture to *path*.

    The panels show when responses began, how many tokens each used, and how long
    callers waited. The same tables always produce the same SVG, byte for byte.

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
        figure = Figure(figsize=(12.6, 3.8), layout="constrained")
        for axes, (title, draw) in zip(figure.subplots(1, 3), PANELS, strict=True):
            axes.set_title(title, loc="left", pad=20)
            draw(axes, tables.responses)

        # A date in the file would make every run differ.
        metadata = {"Date": None} if ending == ".svg" else None
        figure.savefig(path, format=ending[1:], dpi=150, metadata=metadata)


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

    if not dated:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("received, UTC" if dated else "in order; no receive times")
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
            label, color = LATENCY_STYLES[name]
            axes.ecdf(group, color=color, label=label)

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
    axes.xaxis.set_major_locator(LogLocator(subs=(1,) if wide else (1, 2, 5)))
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
        handlelength=1,
        columnspacing=1,
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
