"""What the guard of ``.ci/run`` decides; nothing here is timed for its speed."""

from collections import Counter

import pytest

pytest.importorskip("cyclopts")
pytest.importorskip("matplotlib")
pytest.importorskip("msgspec")
pytest.importorskip("pyperf")

from benchmarks import __main__ as commands
from benchmarks import history
from benchmarks.cases import Selection
from benchmarks.contenders import PURE
from benchmarks.guard import CASES, TRIES, check_cases, make_measure
from benchmarks.history import Record
from benchmarks.measure import ONCE
from benchmarks.results import Ratio, Results
from benchmarks.worker import Timing
from rtmodels.native import available

CASE = "decode/deltas/rtmodels_json_pure"
MACHINE = {"python": "CPython 3.13.1", "processor": "some", "orjson": "3.0"}


class Measure:
    """Returns ratios from a script; for all other cases, the recorded 2.0."""

    def __init__(self, script):
        self.script = {name: iter(ratios) for name, ratios in script.items()}
        self.calls = []

    def __call__(self, name):
        """Return the next ratio of the case *name*."""
        self.calls.append(name)
        return next(self.script[name]) if name in self.script else 2.0


@pytest.fixture
def records(tmp_path, monkeypatch):
    """Return a function that appends a record to a new history."""
    monkeypatch.setattr(history, "HISTORY", tmp_path / "history.jsonl")

    def add(commit, python="CPython 3.13.0", processor="some", names=CASES):
        ratios = {name: Ratio(2.0, 1.9, 2.1) for name in names}
        record = Record(
            commit, "2025-01-01", python, processor, ratios, "Faster", "3.0"
        )
        history.append(record)
        return record

    return add


@pytest.fixture
def guard(monkeypatch):
    """Return a function that runs the command with ratios from a script."""

    def run(script, *, native=True, **machine):
        measure = Measure(script)
        monkeypatch.setattr(commands, "available", native)
        monkeypatch.setattr(commands, "make_measure", lambda: measure)
        monkeypatch.setattr(commands, "describe_machine", lambda: MACHINE | machine)
        return commands.app(["guard"], result_action="return_value")

    return run


def test_the_cases_are_both_ways_of_all_kinds():
    """Five kinds of frames, decoded and encoded, with and without the extension."""
    assert len(CASES) == 20
    assert {
        "decode/response.done/rtmodels_json",
        "encode/mix/rtmodels_json",
        "encode/mix/rtmodels_json_pure",
    } < {*CASES}


@pytest.mark.parametrize(
    ("ratios", "tries", "over"),
    [
        ([2.0], 1, False),
        ([2.5], 1, False),
        ([1.0], 1, False),
        ([9.0, 2.4], 2, False),
        ([9.0, 2.6, 2.0], 3, False),
        ([9.0, 2.6, 2.51], 3, True),
    ],
)
def test_one_good_try_passes(ratios, tries, over):
    """A case is over only if all three tries are, and the lowest ratio counts."""
    measure = Measure({CASE: ratios})

    checks = {
        check.name: check for check in check_cases(dict.fromkeys(CASES, 2.0), measure)
    }

    assert checks[CASE].over is over
    assert checks[CASE].best == min(ratios)
    assert Counter(measure.calls) == {**dict.fromkeys(CASES, 1), CASE: tries}


def test_a_try_over_the_limit_is_repeated_after_all_other_cases():
    """A short disturbance cannot spoil all tries of one case."""
    measure = Measure({CASE: [9.0] * TRIES})

    check_cases(dict.fromkeys(CASES, 2.0), measure)

    assert measure.calls == [*CASES, CASE, CASE]


def test_different_cases_over_in_different_tries_pass():
    """Three bad tries of the whole are not three bad tries of a case."""
    first, second = CASES[:2]
    measure = Measure({first: [9.0, 9.0, 2.0], second: [9.0, 2.0]})

    checks = check_cases(dict.fromkeys(CASES, 2.0), measure)

    assert not any(check.over for check in checks)


def test_a_case_without_record_is_not_measured():
    """It is listed, and passes."""
    measure = Measure({})

    checks = check_cases({CASE: 2.0}, measure)

    assert [check.name for check in checks] == list(CASES)
    assert measure.calls == [CASE]
    assert not any(check.over for check in checks)


def test_the_command_passes_with_ratios_as_recorded(records, guard, capsys):
    """Each case has a row with both ratios, and the record is named."""
    records("aaa1111")

    assert guard({CASE: [2.2]}) == 0

    printed = capsys.readouterr()
    assert "compared with aaa1111 (Faster), measured on 2025-01-01" in printed.out
    assert ["decode/deltas,", "pure", "2.00", "2.20", "ok"] in map(
        str.split, printed.out.splitlines()
    )
    assert len(printed.out.splitlines()) == 4 + len(CASES)
    assert not printed.err


def test_the_command_fails_and_names_the_case(records, guard, capsys):
    """The message has both ratios, the record, and how to replace it on purpose."""
    records("aaa1111")

    assert guard({CASE: [3.0, 2.9, 3.1]}) == 1

    printed = capsys.readouterr()
    assert "TOO SLOW" in printed.out
    assert f"{CASE} is too slow: the best of 3 ratios to orjson is 2.90" in printed.err
    assert "recorded: 2.00; limit: 2.50" in printed.err
    assert "aaa1111 (Faster)" in printed.err
    assert "python -m benchmarks track" in printed.err
    assert "encode" not in printed.err


def test_a_failure_names_what_else_is_different(records, guard, capsys):
    """Ratios also depend on the processor and on orjson."""
    records("aaa1111")

    guard({CASE: [3.5] * TRIES}, processor="other", orjson="4.0")

    message = capsys.readouterr().err
    assert "recorded with processor some; this is other" in message
    assert "recorded with orjson 3.0; this is 4.0" in message


def test_the_command_lists_cases_without_record(records, guard, capsys):
    """The rest is compared."""
    records("aaa1111", names=[CASE])

    assert guard({}) == 0

    assert capsys.readouterr().out.count("skipped: no record") == len(CASES) - 1


def test_the_command_skips_what_needs_the_extension(records, guard, capsys):
    """Without it, only the pure cases are measured."""
    records("aaa1111")

    assert guard({CASE: [2.2]}, native=False) == 0

    rows = capsys.readouterr().out.splitlines()
    skipped = [row for row in rows if row.endswith("skipped: no extension")]
    assert len(skipped) == len(CASES) // 2
    assert all(", native" in row for row in skipped)


def test_the_command_passes_without_any_record(records, guard, capsys):
    """The command prints that it has nothing to compare with."""
    records("aaa1111", python="CPython 3.12.0")

    assert guard({}) == 0

    message = "the history has no record of CPython 3.13.1: all cases are skipped"
    assert message in capsys.readouterr().err


def test_the_baseline_is_the_newest_record_of_the_same_python(records):
    """The patch version may differ; a build without the GIL is another Python."""
    for commit, python in [
        ("aaa", "CPython 3.13.0"),
        ("bbb", "CPython 3.13.2"),
        ("ccc", "CPython 3.13.2t"),
        ("ddd", "CPython 3.12.1"),
        ("eee", "CPython 3.14.0rc1"),
    ]:
        records(commit, python)

    assert find("CPython 3.13.0") == "bbb"
    assert find("CPython 3.13.9t") == "ccc"
    assert find("CPython 3.14.1") == "eee"
    assert find("CPython 3.1.0") is None
    assert find("PyPy 3.13.0") is None


@pytest.mark.parametrize(
    ("processor", "ratio", "status"),
    [("some", 2.5, 0), ("some", 2.6, 1), ("other", 3.1, 0), ("other", 3.3, 1)],
)
def test_more_is_allowed_where_the_record_is_of_another_processor(
    records, guard, processor, ratio, status
):
    """Ratios differ between processors, but by less than what a mistake costs."""
    records("aaa1111", processor="some")

    assert guard({CASE: [ratio] * TRIES}, processor=processor) == status


def test_the_baseline_is_of_the_same_processor_if_there_is_one(records):
    """Another processor counts only where nothing better is known."""
    records("aaa", processor="some")
    records("bbb", processor="other")

    assert find("CPython 3.13.0", "some") == "aaa"
    assert find("CPython 3.13.0", "third") == "bbb"


def test_older_records_can_be_read(records):
    """They have neither subject nor version of orjson."""
    records("aaa")
    line = history.HISTORY.read_text()
    history.HISTORY.write_text(
        line.replace(', "subject": "Faster", "orjson": "3.0"', "")
    )

    [record] = history.read_history()

    assert (record.subject, record.orjson) == ("", "")
    assert record.title == "aaa, measured on 2025-01-01"


def test_the_repository_has_a_baseline_for_each_case():
    """Without it the guard checks nothing."""
    record = history.find_baseline("CPython 3.13.0", "any")

    assert {*CASES} <= {*record.ratios}


def test_each_case_can_be_measured():
    """One sample each, of the smallest frames."""
    measure = make_measure(ONCE, Selection(smallest=True))

    cases = [name for name in CASES if available or name.endswith(PURE)]
    assert len(cases) >= 10
    assert all(measure(name) > 0 for name in cases)


@pytest.mark.parametrize(("options", "recorded"), [([], 1), (["--once"], 0)])
@pytest.mark.usefixtures("records")
def test_track_records_what_the_guard_reads(options, recorded, monkeypatch):
    """A record names the commit, its subject, the Python and the version of orjson."""
    results = Results(machine=MACHINE)
    results.add(Timing(CASE, [4.0], [2.0]))
    monkeypatch.setattr(commands, "run", lambda *_: results)
    monkeypatch.setattr(history, "find_commit", lambda: "bbb2222")
    monkeypatch.setattr(history, "find_subject", lambda: "Faster")
    monkeypatch.setattr(Results, "dump", lambda *_: None)

    assert commands.app(["track", *options], result_action="return_value") == 0

    assert len(history.read_history()) == recorded
    for record in history.read_history():
        assert (record.commit, record.subject) == ("bbb2222", "Faster")
        assert (record.python, record.orjson) == ("CPython 3.13.1", "3.0")
        assert record.ratios[CASE].middle == pytest.approx(2.0)


@pytest.mark.usefixtures("records")
def test_track_records_no_ratios_of_other_frames(tmp_path, monkeypatch):
    """They are no baseline for the generated sessions."""
    monkeypatch.setattr(commands, "run", lambda *_: Results(machine=MACHINE))
    monkeypatch.setattr(Results, "dump", lambda *_: None)
    option = f"--frames={tmp_path / 'recording.jsonl'}"

    assert commands.app(["track", option], result_action="return_value") == 0

    assert not history.read_history()


def find(python, processor="some"):
    """Return the commit of the baseline."""
    record = history.find_baseline(python, processor)
    return record and record.commit
