"""What ``rtmodels stats`` prints of the tables of an archive."""

import json
from io import StringIO

import pytest
from rich.console import Console

from rtmodels import Issue
from rtmodels.adapters.archive._rows import MessageSource
from rtmodels.adapters.archive._tables import Tabulator
from rtmodels.adapters.cli._stats_report import print_report

from ..paths import SAMPLE
from .tabulating import (
    audio,
    created,
    done,
    feed,
    message,
    placed,
    server,
    speech,
    tabulate,
    words,
)

pytestmark = pytest.mark.needs("arrow", "cli")


def show(tables, **options):
    """Return the printed lines about *tables*, without trailing blanks."""
    file = StringIO()
    console = Console(file=file, width=100, markup=False, emoji=False, highlight=False)
    print_report(console, tables, **options)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def read_rows(lines, title):
    """Return the cells of the table whose first column is *title*."""
    (start,) = (number for number, line in enumerate(lines) if line.startswith(title))
    rows = lines[start : lines.index("", start)]
    return [line.split() for line in rows if not line.startswith("─")]


@pytest.fixture(scope="module")
def sample():
    """Return the report on the sample session, with an event every 10 ms."""
    messages = map(json.loads, SAMPLE.read_bytes().splitlines())
    return show(tabulate(*((10 * i, each) for i, each in enumerate(messages))))


def test_responses_are_counted_by_status_and_reason():
    """The most frequent come first; what never ended has no status."""
    details = {"reason": "turn_detected"}
    lines = show(
        tabulate(
            done("a", "cancelled", status_details=details),
            done("b"),
            done("c"),
            created("d"),
        )
    )

    assert read_rows(lines, "Responses") == [
        ["Responses", "Count", "Reason"],
        ["completed", "2"],
        ["cancelled", "1", "turn_detected"],
        ["(never", "ended)", "1"],
        ["total", "4"],
    ]


def test_tokens_are_summed_and_ranked(sample):
    """Kinds of tokens that were not used are left out."""
    rows = read_rows(sample, "Tokens")

    assert rows[0] == ["Tokens", "Sum", "Median", "p95"]
    assert rows[1] == ["input", "4,340", "670", "940"]
    assert rows[-1] == ["total", "4,729", "760", "1,040"]
    assert not any("image" in row for row in rows)


def test_percentiles_are_interpolated():
    """Half of one and three is two."""
    ends = (done(str(n), usage={"total_tokens": n}) for n in (1, 3))

    assert read_rows(show(tabulate(*ends)), "Tokens")[1] == ["total", "4", "2", "3"]


def test_audio_is_told_by_who_speaks(sample):
    """Both in seconds."""
    assert read_rows(sample, "Audio") == [
        ["Audio", "Seconds"],
        ["caller", "2.6"],
        ["model", "2.0"],
    ]


def test_latencies_are_ranked():
    """How many are known, and the middle, the high and the highest of them."""
    tables = tabulate(
        (0, speech()),
        (100, created("a")),
        (150, words(response_id="a")),
        (1200, created("b")),
        (1210, words(response_id="b")),
        (2400, audio(response_id="b")),
    )

    assert read_rows(show(tables), "Latency") == [
        ["Latency", "(ms)", "Count", "Median", "p95", "Max"],
        ["first", "token", "2", "30", "48", "50"],
        ["first", "audio", "1", "1,200", "1,200", "1,200"],
        ["wait", "1", "150", "150", "150"],
    ]


def test_items_are_counted_by_type_and_role(sample):
    """Equally frequent ones go by the alphabet."""
    rows = read_rows(sample, "Items")

    assert rows[1:4] == [
        ["message", "5", "assistant"],
        ["message", "4", "user"],
        ["function_call", "1"],
    ]
    assert rows[-1] == ["total", "16"]


def test_the_most_frequent_errors_are_shown():
    """The rest are summed up."""
    tabulator = Tabulator()
    errors = [
        server("error", error={"type": "server_error", "message": "", "code": code})
        for code in "abbccc"
    ]
    feed(tabulator, errors, file="a.jsonl")
    tabulator.skip(MessageSource("a.jsonl", 9), [Issue((), "JSON", "nothing")])

    assert read_rows(show(tabulator.tables(), most=2), "Errors") == [
        ["Errors", "Count", "Code"],
        ["error", "3", "c"],
        ["error", "2", "b"],
        ["...", "and", "2", "more", "2"],
        ["total", "7"],
    ]


def test_the_last_line_tells_how_much_there_is(sample):
    """And from when to when it is, in UTC."""
    assert sample[-1] == (
        "1 session, 7 responses, 16 items, 5 errors,"
        " from 2025-11-24 16:00:00 to 2025-11-24 16:00:03 UTC"
    )


def test_sessions_without_an_id_are_told_by_their_file():
    """A file counts as one session."""
    tabulator = Tabulator()
    for file in ("a.jsonl", "b.jsonl"):
        feed(tabulator, [done("a"), done("b")], file=file)

    assert show(tabulator.tables())[-1].startswith("2 sessions, 4 responses, 0 items")


def test_nothing_is_one_line():
    """Empty tables are left out."""
    assert show(tabulate()) == ["0 sessions, 0 responses, 0 items, 0 errors"]


def test_a_log_cannot_write_to_the_terminal():
    """Its text is shown as it is, and neither obeyed nor parsed as markup."""
    item = message("[red]user", name=None)
    lines = show(tabulate(placed({**item, "type": "a\x1b[2Jb"}), done(status="[b]x")))

    assert any(line.startswith("a\\x1b[2Jb") for line in lines)
    assert any(line.startswith("[b]x") for line in lines)
