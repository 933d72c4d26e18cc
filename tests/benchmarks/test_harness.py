"""Agreement, ratios and the history; nothing here asserts how fast anything is."""

from types import FunctionType, SimpleNamespace

import orjson
import pytest

pytest.importorskip("pyperf")
pytest.importorskip("msgspec")

from benchmarks import history
from benchmarks.agreement import check_agreement, find_differences
from benchmarks.contenders import pure_methods
from benchmarks.frames import FrameMaker
from benchmarks.history import Change, Record
from benchmarks.measure import (
    COLD_CALLS,
    FAST,
    ONCE,
    Race,
    measure_memory,
    run_cold_race,
    run_race,
)
from benchmarks.results import Ratio, Results
from benchmarks.wires import Contender
from benchmarks.worker import Note, Timing
from rtmodels import RealtimeServerEvent
from rtmodels.adapters import JsonAdapter

FRAME = orjson.dumps(FrameMaker().response_done(1))


def contender(change):
    """Make a contender that decodes to a dict which *change* has been at."""

    def decode(frame):
        value = orjson.loads(frame)
        change(value)
        return value

    module = SimpleNamespace(decode=decode, encode=orjson.dumps)
    return Contender("test", module, "json")


def fail(_):
    """Raise what a library might."""
    raise RuntimeError("no   such thing")


def test_who_loses_nothing_agrees():
    """The check notes nothing."""
    agreement = check_agreement(contender(bool), [FRAME])

    assert agreement.agrees
    assert not agreement.note


def test_who_drops_an_undeclared_null_is_timed_with_a_note():
    """Real servers send it, and the schema has it not."""
    agreement = check_agreement(
        contender(lambda value: value["response"].pop("status_details")), [FRAME]
    )

    assert agreement.agrees
    assert agreement.note == "drops $.response.status_details"


def test_who_drops_a_declared_key_does_not_agree():
    """The schema has that key."""
    agreement = check_agreement(
        contender(lambda value: value["response"].pop("output")), [FRAME]
    )

    assert not agreement.agrees
    assert agreement.note == "response.done: differs at $.response.output"


def test_who_fails_does_not_agree():
    """The reason is told in one line."""
    agreement = check_agreement(contender(fail), [FRAME])

    assert not agreement.agrees
    assert agreement.note == "response.done: RuntimeError: no such thing"


@pytest.mark.parametrize(
    ("sent", "got", "expected"),
    [
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": None}, {}, ["$.a"]),
        ({}, {"a": 1}, ["$.a"]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, ["$.a[].b"]),
        ({"a": [1]}, {"a": []}, ["$.a"]),
    ],
)
def test_differences_have_paths(sent, got, expected):
    """Items of a list share one path, so that a long list is one note."""
    assert list(find_differences(sent, got)) == expected


def test_a_race_times_both_sides_equally_often():
    """Each sample is a pair."""
    samples = run_race(Race(lambda: None, lambda: sum(range(99)), 1), ONCE)

    assert len(samples.values) == len(samples.floors) == ONCE.samples


def test_a_cold_race_times_both_sides_equally_often():
    """Each sample is a pair of medians, without what the clock itself takes."""
    calls = []

    samples = run_cold_race(calls.append, calls.append, [("floor", "rival")] * 99, ONCE)

    assert len(samples.values) == len(samples.floors) == ONCE.samples
    assert all(seconds > 0 for seconds in samples.values + samples.floors)
    assert calls.count("floor") == calls.count("rival")
    assert len(calls) <= 4 * 2 * COLD_CALLS


def test_pure_methods_are_those_without_the_extension():
    """They are Python functions, and return the same as the adapter."""
    adapter = JsonAdapter(RealtimeServerEvent)

    decode, encode = pure_methods(adapter)

    assert isinstance(decode.__func__, FunctionType)
    assert isinstance(encode.__func__, FunctionType)
    assert decode(FRAME) == adapter.decode(FRAME)
    assert encode(decode(FRAME)) == adapter.encode(decode(FRAME))


def test_memory_is_that_of_what_is_kept():
    """A thousand bytes weigh a thousand bytes, and what bytes add."""
    assert 1_000 <= measure_memory(bytes, [1_000]) < 1_100


def test_a_ratio_takes_the_best_of_each_block():
    """A sample that something else slowed down has no say."""
    results = Results()
    results.add(Timing("decode/mix/x", [2.0] * 9 + [50.0], [1.0] * 10))
    results.add(Timing("decode/mix/x", [4.0, 9.0], [1.0, 9.0]))

    assert results.ratio("decode/mix/x").middle == pytest.approx(3.0)
    assert results.value("decode/mix/x") == pytest.approx(3.0)
    assert results.ratio("decode/mix/y") is None


def test_results_survive_a_file(tmp_path):
    """What pyperf has written and read is what was measured."""
    results = Results(
        machine={"python": "CPython 3.13.0", "processor": "some"},
        labels={"x": "X"},
        notes=[Note("x", "mix", "drops $.a", able=True)],
        sizes={"mix": 1_900},
    )
    results.add(Timing("decode/mix/x", [0.5, 0.25], [0.125, 0.25]))
    results.add(Timing("import/rtmodels/-", [0.5], []))

    results.dump(tmp_path / "results.json")

    assert Results.load(tmp_path / "results.json") == results


@pytest.mark.parametrize(
    ("after", "beyond_noise", "regression"),
    [
        (Ratio(2.0, 1.9, 2.1), False, False),
        (Ratio(2.3, 1.9, 2.5), False, False),
        (Ratio(2.15, 2.12, 2.2), True, False),
        (Ratio(2.3, 2.2, 2.4), True, True),
        (Ratio(1.0, 0.9, 1.1), True, False),
    ],
)
def test_a_regression_is_large_and_beyond_noise(after, beyond_noise, regression):
    """More than a tenth, and what was measured lies apart."""
    change = Change("decode/mix/x", Ratio(2.0, 1.9, 2.1), after)

    assert change.beyond_noise is beyond_noise
    assert change.regression is regression


def test_the_history_compares_commits(tmp_path, monkeypatch):
    """A commit is found by the start of its name, on the same machine only."""
    monkeypatch.setattr(history, "HISTORY", tmp_path / "history.jsonl")
    for commit, python, middle in [
        ("aaa1111", "CPython 3.11.0", 9.0),
        ("aaa1111", "CPython 3.13.0", 2.0),
        ("bbb2222", "CPython 3.13.0", 3.0),
    ]:
        ratios = {"decode/mix/x": Ratio(middle, middle - 0.1, middle + 0.1)}
        history.append(Record(commit, "2025-01-01", python, "some", ratios))

    [(record, [change])] = history.compare_records("aaa", "bbb2222")

    assert record.python == "CPython 3.13.0"
    assert change.factor == pytest.approx(1.5)
    assert change.regression
    with pytest.raises(history.NoRecordError, match="ccc is no file, and no commit"):
        history.find_records("ccc")


def test_fast_is_faster_than_full():
    """``--fast`` uses one process for each contender."""
    assert FAST.processes == 1
