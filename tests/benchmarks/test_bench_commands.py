"""``python -m benchmarks`` and its commands, at their smallest."""

import os
import re
import subprocess
import sys

import pytest

pytest.importorskip("cyclopts")
pytest.importorskip("matplotlib")
pytest.importorskip("msgspec")
pytest.importorskip("pyperf")

from benchmarks import history
from benchmarks.__main__ import app
from benchmarks.chart import draw_decode, draw_history
from benchmarks.history import Record
from benchmarks.hostile import ATTACKS
from benchmarks.results import Ratio, Results
from benchmarks.worker import Timing

from ..paths import ROOT


def test_contenders_are_compared(tmp_path):
    """The table names the interpreter, the contenders and what they are compared to."""
    output = tmp_path / "results.json"
    command = f"{sys.executable} -m benchmarks --once --operation decode --output"
    chosen = "--contender rtmodels_json --contender floor_orjson"
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONSAFEPATH"}

    process = subprocess.run(
        [*command.split(), str(output), *chosen.split()],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )

    assert "Decode; ratios to orjson.loads" in process.stdout
    assert "rtmodels, JSON" in process.stdout
    assert "mix" in Results.load(output).sizes


@pytest.mark.parametrize(("middle", "expected"), [(2.1, 0), (2.5, 1)])
def test_compare_exits_with_1_on_a_regression(tmp_path, middle, expected, capsys):
    """So that a script can tell."""
    paths = []
    for number in (2.0, middle):
        results = Results({"python": "CPython 3.13.0", "processor": "some"})
        results.add(Timing("decode/mix/rtmodels_json", [number], [1.0]))
        paths.append(tmp_path / f"{number}.json")
        results.dump(paths[-1])

    assert call("compare", *map(str, paths)) == expected
    assert ("REGRESSION" in capsys.readouterr().out) == bool(expected)


def test_compare_says_what_it_does_not_know(capsys):
    """No traceback for a name that was mistyped."""
    assert call("compare", "nowhere", "nothing") == 2
    assert "nowhere is no file" in capsys.readouterr().err


def test_charts_are_drawn(tmp_path):
    """Each is an SVG and a PNG; the same figures give the same SVG."""
    machine = {"python": "CPython 3.13.0", "processor": "some"}
    results = Results(
        machine, labels={"rtmodels_json": "ours", "floor_orjson": "theirs"}
    )
    for kind in ("deltas", "mix"):
        results.sizes[kind] = 100
        for contender in results.labels:
            results.add(Timing(f"decode/{kind}/{contender}", [2.0], [1.0]))
    ratios = {"decode/mix/rtmodels_json": Ratio(2.0, 1.9, 2.1)}
    records = [Record(name, "2025-01-01", **machine, ratios=ratios) for name in "ab"]

    draw_history(records, tmp_path / "history")
    pictures = set()
    for stem in ("first", "second"):
        draw_decode(results, tmp_path / stem)
        assert (tmp_path / f"{stem}.png").exists()
        pictures.add((tmp_path / f"{stem}.svg").read_bytes())

    assert (tmp_path / "history.svg").exists()
    assert len(pictures) == 1


def test_the_history_in_the_repository_can_be_read():
    """Each line is a record with ratios of our own adapters."""
    for record in history.read_history():
        assert all("/rtmodels" in name for name in record.ratios)


def call(*arguments):
    """Run one command in this process."""
    return app(arguments, result_action="return_value")


def test_the_worst_inputs_are_taken_or_refused(capsys):
    """Each has its row, and what became of it."""
    assert app(["hostile", "--once"], result_action="return_value") == 0
    rows = capsys.readouterr().out.splitlines()

    assert len(rows) == len(ATTACKS) + 2
    ends = dict(re.split(" {2,}", row)[:2] for row in rows[2:])
    assert ends["issues"] == "ValidationError"
    assert ends["colliding keys, MessagePack"] == "DecodeError"
    assert ends["unknown tags"] == "accepted"
    assert ends["tools without a type"] == "accepted"
    assert ends["items without a type: losses"] == "accepted"
