"""The figures and pictures of the docs are those of the committed results."""

import re
from xml.etree import ElementTree as ET

import pytest

from benchmarks.archive_report import make_section, make_sentence
from benchmarks.chart import draw_decode, draw_history
from benchmarks.goals import SHOWN, make_ratio_rows
from benchmarks.history import Record
from benchmarks.hostile import ATTACKS
from benchmarks.results import Ratio, Results

from ..paths import ROOT

RESULTS = ROOT / "benchmarks" / "results"
SPEED = (ROOT / "docs" / "speed.md").read_text()


def read_texts(path):
    """Return the texts in an SVG, in their order."""
    return [node.text for node in ET.parse(path).iter() if node.tag.endswith("}text")]  # noqa: S314 - our own file


@pytest.fixture(scope="module")
def goals():
    """Return the measurements that the tables of ratios and their picture show."""
    return Results.load(RESULTS / "goals.json.gz")


@pytest.mark.parametrize("operation", SHOWN)
def test_tables_of_ratios_are_those_of_the_results(goals, operation):
    """Each row is in the page as the results have it."""
    for row in make_ratio_rows(goals, operation):
        assert f"| {' | '.join(row)} |\n" in SPEED


def test_the_machine_is_that_of_the_results(goals):
    """The page names the interpreter and the processor."""
    machines = re.findall("measured on (.*?), 20", SPEED)

    assert {*machines} == {"{python}, {processor}".format(**goals.machine)}


def test_the_picture_of_decoding_is_that_of_the_results(goals, tmp_path):
    """It shows the same figures, with the same labels."""
    draw_decode(goals, tmp_path / "decode")

    drawn = read_texts(tmp_path / "decode.svg")
    assert read_texts(RESULTS / "decode.svg") == drawn


def test_the_picture_and_the_table_agree(goals):
    """A reader finds each figure of the table in the picture."""
    texts = read_texts(RESULTS / "decode.svg")
    figures = {
        cell.partition(",")[0]
        for row in make_ratio_rows(goals, "decode")
        for cell in row[1:]
    }

    assert figures <= {*texts}


def test_figures_of_archives_are_those_of_the_results():
    """The paragraph and all tables."""
    results = Results.load(RESULTS / "archives.json.gz")
    _, _, tables = make_section(results).partition("To Parquet")

    assert make_sentence(results) in SPEED
    assert tables in SPEED


def test_the_picture_of_the_worst_inputs_has_a_row_for_each():
    """And the page says how many there are."""
    texts = read_texts(RESULTS / "hostile.svg")
    page = (ROOT / "docs" / "reliability.md").read_text()

    assert {attack.title for attack in ATTACKS} <= {*texts}
    assert f"| {len(ATTACKS)} kinds," in page


def test_two_points_are_no_history(tmp_path):
    """A plot is drawn from three commits on."""
    ratios = {"decode/mix/rtmodels_json": Ratio(2.0, 1.9, 2.1)}
    machine = {"python": "CPython 3.13.0", "processor": "some"}
    records = [Record(name, "2025-01-01", **machine, ratios=ratios) for name in "ab"]

    draw_history(records, tmp_path / "history")

    assert not any(tmp_path.iterdir())
