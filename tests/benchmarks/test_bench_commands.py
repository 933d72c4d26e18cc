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

from benchmarks import history, hostile
from benchmarks.__main__ import app
from benchmarks.chart import draw_decode, draw_history
from benchmarks.contenders import LIBRARIES, PURE_LIBRARY
from benchmarks.goals import COLUMNS, DOCUMENT, print_ratios, update_docs
from benchmarks.history import Record
from benchmarks.hostile import ATTACKS, Attack, AttackCost
from benchmarks.measure import FAST
from benchmarks.results import Ratio, Results
from benchmarks.scaling import Growth, Series
from benchmarks.worker import Timing
from rtmodels.native import available

from ..paths import ROOT


def run_default(output, *contenders, **environment):
    """Run ``python -m benchmarks`` on decoding alone, and return what it prints."""
    command = f"{sys.executable} -m benchmarks --once --operation decode --output"
    chosen = [word for name in contenders for word in ("--contender", name)]
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONSAFEPATH"}

    process = subprocess.run(
        [*command.split(), str(output), *chosen],
        cwd=ROOT,
        env=inherited | environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return process.stdout


def test_contenders_are_compared(tmp_path):
    """The table names the interpreter, the contenders and what they are compared to."""
    output = tmp_path / "results.json"

    printed = run_default(output, "rtmodels_json_pure", "floor_orjson")

    assert "Decode; ratios to orjson.loads" in printed
    assert "rtmodels pure, JSON" in printed
    assert "mix" in Results.load(output).sizes


def test_without_the_extension_its_contender_is_left_out(tmp_path):
    """The reason is printed, and the pure contender is timed."""
    output = tmp_path / "results.json"

    printed = run_default(output, *LIBRARIES, RTMODELS_PURE="1")

    assert "not installed: the extension in C" in printed
    timed = Results.load(output).timings
    assert {name.rpartition("/")[2] for name in timed} == {PURE_LIBRARY}


@pytest.mark.skipif(not available, reason="the extension is not installed")
def test_with_the_extension_both_are_timed(tmp_path):
    """Each has a process of its own."""
    output = tmp_path / "results.json"

    run_default(output, *LIBRARIES)

    timed = Results.load(output).timings
    assert {name.rpartition("/")[2] for name in timed} == {*LIBRARIES}


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
    records = [Record(name, "2025-01-01", **machine, ratios=ratios) for name in "abc"]

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

    assert len(rows) == len(ATTACKS) + 4
    ends = dict(re.split(" {2,}", row)[:2] for row in rows[4:])
    assert ends["issues"] == "ValidationError"
    assert ends["colliding keys, MessagePack"] == "DecodeError"
    assert ends["unknown tags"] == "accepted"
    assert ends["tools without a type"] == "accepted"
    assert ends["items without a type: losses"] == "accepted"


def test_a_costly_attack_is_measured_again(monkeypatch):
    """The best of all tries counts; the others are measured once."""
    tries = {"slow once": [9.0, 0.1], "slow": [9.0, 8.0, 7.0], "cheap": [0.1]}
    attacks = [Attack(title, bytes) for title in tries]
    monkeypatch.setattr(
        hostile,
        "measure_attack",
        lambda attack, *_: make_cost(attack, tries[attack.title].pop(0)),
    )

    costs = hostile.measure_attacks(attacks, FAST, bool)

    assert [cost.verdict for cost in costs] == ["linear", "SLOW", "linear"]
    assert costs[1].seconds("pure") == pytest.approx(7.0)
    assert not any(tries.values())


def test_an_attack_must_end_in_the_same_way_natively():
    """To accept what the Python code rejects is worse than to be slow."""
    cost = make_cost(Attack("some", bytes), 0.1, outcomes=("accepted", "DecodeError"))

    assert cost.verdict == "NOT THE SAME"
    assert cost.fails


def make_cost(attack, seconds, outcomes=("accepted",)):
    """Make the cost of an attack that takes *seconds* for 1 MB in pure Python."""
    costs = [size * 1e-6 * seconds for size in attack.sizes]
    series = Series(attack.title, "bytes", attack.sizes, [], {}, len)
    growth = Growth(series, "pure", costs, costs)
    return AttackCost(attack, {"pure": growth}, list(attack.sizes), frozenset(outcomes))


@pytest.fixture
def ratios():
    """Return some ratios, of which one is over its goal."""
    results = Results(machine={"python": "CPython 3.13.0", "processor": "some"})
    for name, ratio in [
        ("decode/deltas/rtmodels_json", 0.3),
        ("decode/mix/rtmodels_json", 0.9),
        ("decode/mix/rtmodels_json_pure", 2.0),
        ("encode/audio/openai_sdk", 16.2),
    ]:
        results.add(Timing(name, [ratio], [1.0]))
    return results


def test_ratios_are_printed_below_the_goals(ratios, capsys):
    """A ratio over its goal is marked."""
    print_ratios(ratios, "decode")

    rows = [re.split(" {2,}", line) for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["decode", *COLUMNS.values()]
    assert rows[2] == ["goal", "0.42", "0.60", "0.60", "0.25", "0.50"]
    assert rows[3] == ["rtmodels", "0.30", "-", "-", "-", "0.900 MISSED"]
    assert rows[4] == ["rtmodels without the extension", *"----", "2.00"]


@pytest.fixture
def documents(tmp_path):
    """Copy the documents with the tables, and return the folder."""
    (tmp_path / "docs").mkdir()
    (tmp_path / DOCUMENT).write_text((ROOT / DOCUMENT).read_text())
    return tmp_path


def test_ratios_are_written_into_the_documents(ratios, documents):
    """The tables are replaced, and the machine and the day."""
    update_docs(documents, ratios)

    speed = (documents / DOCUMENT).read_text()
    assert "measured on CPython 3.13.0, some, 20" in speed
    assert "| rtmodels | 0.30 | - | - | - | 0.90 |\n" in speed
    assert "| rtmodels without the extension | - | - | - | - | 2.00 |\n" in speed
    assert "| openai-python | - | - | - | 16, still base64 | - |\n" in speed


def test_nothing_else_in_the_documents_changes(ratios, documents):
    """All lines but those of the tables, and with the machine, stay."""
    update_docs(documents, ratios)

    before = (ROOT / DOCUMENT).read_text().splitlines()
    after = (documents / DOCUMENT).read_text().splitlines()
    changed = [line for line in before if line not in after]

    assert len(before) == len(after)
    assert all(line[0] == "|" or "measured on" in line for line in changed)


def test_a_document_without_its_table_is_an_error(ratios, documents):
    """Rather than figures that are not updated."""
    (documents / "docs" / "speed.md").write_text("| decode | all |\n|---|---|\n")

    with pytest.raises(ValueError, match="needs one table of encode"):
        update_docs(documents, ratios)


def test_first_sessions_are_timed(capsys, monkeypatch):
    """With the extension and without it, in each mode."""
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)  # they import the benchmarks

    assert app("processes --once", result_action="return_value") == 0

    printed = capsys.readouterr().out
    assert ("session/tolerant/native" in printed) == available
    assert "session/upgrade/pure" in printed


def test_the_live_api_is_timed(capsys):
    """Each kind of frame has a row."""
    assert app(["live", "--once"], result_action="return_value") == 0
    printed = capsys.readouterr().out

    for kind in ("transcripts", "audio", "response.event", "mix"):
        assert f"\n{kind} " in printed
