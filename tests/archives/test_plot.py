"""The picture of the tables of an archive."""

import json
import re
from pathlib import Path

import matplotlib as mpl
import pytest

from rtmodels.adapters.archive._plot import plot
from rtmodels.adapters.archive._tables import Tables

from ..paths import SAMPLE
from .tabulating import created, done, speech, tabulate, words

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
    assert path.read_bytes()[16:24] == (1890).to_bytes(4) + (570).to_bytes(4)


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
