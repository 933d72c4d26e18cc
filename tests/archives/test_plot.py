"""The picture of the tables of an archive."""

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from rtmodels.adapters.archive._plot import (
    LATENCY_STYLES,
    STATUSES,
    TOKENS,
    make_figure,
    plot,
)
from rtmodels.adapters.archive._tables import Tables, Tabulator

from ..paths import SAMPLE
from .tabulating import audio, created, done, feed, speech, tabulate, words

pytestmark = pytest.mark.needs("arrow", "plot")


def draw(tables: Tables, folder: Path) -> set[str]:
    """Plot *tables* and return the texts in the picture."""
    path = folder / "plot.svg"
    plot(tables, path)
    return read_texts(path)


def read_texts(path: Path) -> set[str]:
    """Return the texts of the SVG at *path*."""
    return set(re.findall(r">([^<>\n]+)</text>", path.read_text()))


@pytest.fixture(scope="module")
def sample():
    """Return the tables of the sample session, with an event every 10 ms."""
    messages = map(json.loads, SAMPLE.read_bytes().splitlines())
    return tabulate(*((10 * i, each) for i, each in enumerate(messages)))


@pytest.fixture(scope="module")
def picture(sample, tmp_path_factory):
    """Return the path of the picture of the sample session."""
    path = tmp_path_factory.mktemp("plots") / "sample.svg"
    plot(sample, path)
    return path


def test_the_panels_say_what_they_show(picture):
    """Each has a title, axes with a name, and a legend."""
    assert read_texts(picture) >= {
        *("Responses over time", "received, UTC", "completed", "cancelled", "failed"),
        *("Tokens", "tokens of one response", "input", "output"),
        *("Latency", "milliseconds", "first token", "first audio", "wait"),
    }


def respond(number: int, milliseconds: float) -> list[tuple[float, dict[str, Any]]]:
    """Make the events of one response, which ends in one of all ways."""
    id_ = f"resp_{number}"
    place = {"response_id": id_, "item_id": f"item_{number}"}
    statuses = ["completed", "cancelled", "incomplete", "failed", "new"]
    usage = {"input_tokens": 7**number % 9999, "output_tokens": 5**number % 999}

    events = [speech(), created(id_), words(**place), audio(**place)]
    if number % 6 < len(statuses):
        events.append(done(id_, statuses[number % 6], usage=usage))
    return [(milliseconds + 40 * step, each) for step, each in enumerate(events)]


def spread(seconds: float, *, sessions: int) -> Tables:
    """Return the tables of 60 responses over so many *seconds*."""
    tabulator = Tabulator()
    for session in range(sessions):
        events = [
            event
            for number in range(session, 60, sessions)
            for event in respond(number, 1000 * seconds * number / 59)
        ]
        feed(tabulator, events, file=f"call-{session}.jsonl", session=str(session))
    return tabulator.tables()


def find_texts(figure: Figure) -> list[list[Any]]:
    """Return the texts in *figure* that must not overlap, those of each place."""
    places: list[list[Any]] = []
    legends = []
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            labels = [*axis.get_ticklabels(), *axis.get_ticklabels(minor=True)]
            places.append([*labels, axis.label, axis.get_offset_text()])
        legends.append(axes.get_legend())

    names = {figure.get_suptitle(), *(axes.get_title("left") for axes in figure.axes)}
    titles = [text for text in figure.findobj(Text) if text.get_text() in names - {""}]
    return [*places, [*titles, *legends]]


@pytest.mark.parametrize("sessions", [1, 20])
@pytest.mark.parametrize(
    ("seconds", "labels"),
    [(20, ":10"), (7200, "17:00"), (259_200, "Nov-26"), (0.3, ":00.2"), (4e7, "2026")],
)
def test_no_text_covers_another(seconds, labels, sessions):
    """Labels, legends and titles are apart, from a second to a year."""
    figure = make_figure(spread(seconds, sessions=sessions))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()

    for place in find_texts(figure):
        boxes = [text.get_window_extent() for text in place]
        shown = [box for box in boxes if box.width > 1 and box.height > 1]
        assert shown
        for one, other in combinations(shown, 2):
            assert not one.overlaps(other), (one, other)
    axis = figure.axes[0].xaxis
    texts = [label.get_text() for label in axis.get_ticklabels()]
    assert labels in [*texts, axis.get_offset_text().get_text()]


def test_the_title_says_what_is_drawn(tmp_path):
    """It has the file, the number of sessions and the time span."""
    one = draw(tabulate((0, created()), (90_000, done())), tmp_path)
    many = draw(spread(259_200, sessions=3), tmp_path)

    begin = "2025-11-24 16:00:00"
    assert f"a.jsonl, 1 session, {begin} to 2025-11-24 16:01:30 UTC" in one
    end = "2025-11-27 16:00:00"
    assert f"call-0.jsonl and 2 more, 3 sessions, {begin} to {end} UTC" in many


def test_the_title_has_no_span_without_times(tmp_path):
    """The file and its session are known without them."""
    assert "a.jsonl, 1 session" in draw(tabulate(created(), done()), tmp_path)


def test_any_name_of_a_file_can_be_drawn(tmp_path):
    """It is neither a formula nor markup, and is cut if it is long."""
    name = "$\\frac{1}$\x1b<b>" + "x" * 100
    texts = draw(tabulate(created(), file=f"calls/{name}"), tmp_path)

    cut = "$\\frac{1}$\ufffd&lt;b&gt;" + "x" * 45 + "\u2026"
    assert f"{cut}, 1 session" in texts


def test_a_colour_means_the_same_in_all_panels():
    """Red is a failed response, and nothing else."""
    colors = [
        *STATUSES.values(),
        *(style[1] for style in (*TOKENS.values(), *LATENCY_STYLES.values())),
    ]

    assert len(set(colors)) == len(colors)


def test_an_empty_panel_says_so(tmp_path):
    """There may be nothing at all to draw."""
    assert draw(tabulate(), tmp_path) == {
        *("Responses over time", "no responses"),
        *("Tokens", "no usage in the log"),
        *("Latency", "no latency: the log has no receive times"),
    }


def test_without_receive_times_responses_are_drawn_in_order(tmp_path):
    """Their places on the time axis are unknown."""
    texts = draw(tabulate(done("a"), done("b"), created("c")), tmp_path)

    assert {"in order; no receive times", "completed", "(never ended)"} <= texts


def test_a_response_without_a_time_is_left_out_where_others_have_one(tmp_path):
    """Its place on the time axis is unknown."""
    texts = draw(tabulate((0, done("a")), created("b")), tmp_path)

    assert "completed" in texts
    assert "(never ended)" not in texts


def test_responses_at_one_moment_can_be_drawn(tmp_path):
    """A single one has no range, and a latency of zero no logarithm."""
    tables = tabulate(
        (0, speech()),
        (0, created()),
        (0, words()),
        (0, done(usage={"input_tokens": 1, "output_tokens": 0})),
    )

    assert "1" in draw(tables, tmp_path)


def test_a_status_that_nobody_knows_is_drawn(tmp_path):
    """Its name is not: it could be anything."""
    texts = draw(tabulate(done(status="$\\frac{1}$")), tmp_path)

    assert "(other)" in texts


def test_large_numbers_are_written_out(tmp_path):
    """Readers see 100,000 and not a power of ten."""
    usages = ({"input_tokens": 10**n} for n in range(7))
    ends = (done(str(n), usage=usage) for n, usage in enumerate(usages))

    assert "100,000" in draw(tabulate(*ends), tmp_path)


def test_the_same_tables_make_the_same_svg(picture, sample, tmp_path):
    """Byte by byte, so that a picture can be kept with the code."""
    path = tmp_path / "again.svg"
    plot(sample, path)

    assert path.read_bytes() == picture.read_bytes()


def test_a_png_has_the_same_shape(tmp_path):
    """Its size is that of a slide, whatever is in it."""
    path = tmp_path / "plot.PNG"
    plot(tabulate(), str(path))

    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert path.read_bytes()[16:24] == (1890).to_bytes(4) + (630).to_bytes(4)


@pytest.mark.parametrize("name", ["plot.pdf", "plot", "svg"])
def test_any_other_ending_is_refused(name, tmp_path):
    """Before anything is written."""
    with pytest.raises(ValueError, match=r"a plot must end in \.png or \.svg"):
        plot(tabulate(), tmp_path / name)

    assert not list(tmp_path.iterdir())


def test_the_settings_of_matplotlib_stay(tmp_path):
    """Users may draw pictures of their own."""
    before = dict(mpl.rcParams)
    draw(tabulate(), tmp_path)

    assert dict(mpl.rcParams) == before
