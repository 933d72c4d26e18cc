"""DuckDB, on the Parquet that one process wrote, and on the log itself."""

import re

import pyarrow as pa
import pytest

pytest.importorskip("duckdb", reason="duckdb is not installed")

import duckdb

from benchmarks.archive import Contents, write_log

from .recipes import (
    check_encoded,
    check_same,
    count_responses,
    run_recipe,
    write_archive,
)

DIRECTLY = re.escape("Convert, or query the log directly?")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return an archive, the recipe's variables and the whole table."""
    folder = tmp_path_factory.mktemp("duckdb")
    archive = write_archive(folder)
    run_recipe("Parquet", folder)
    names = run_recipe("DuckDB", folder)
    table = pa.table(duckdb.read_parquet(str(folder / "events.parquet")))
    return archive, names, table


def test_the_table_is_that_of_one_process(run):
    """Parquet and DuckDB keep every column."""
    archive, _, table = run

    check_same(table, archive)


def test_the_table_encodes_to_the_messages(run):
    """What DuckDB hands over is Arrow again."""
    archive, _, table = run

    check_encoded(table, archive)


def test_responses_are_counted(run):
    """The answer is that of a loop over the JSON."""
    archive, names, _ = run

    assert {day: tuple(row) for day, *row in names["days"]} == archive.days


def test_nested_columns_are_queried(run):
    """Lists, audio and JSON text are within reach."""
    archive, names, _ = run

    assert dict(names["items"]) == archive.items
    assert names["audio"] == archive.audio
    assert names["last"] == archive.last


def test_a_clean_log_is_queried_directly(tmp_path):
    """The answer is that of a loop over the JSON."""
    (tmp_path / "logs").mkdir()
    log = tmp_path / "logs" / "log.jsonl"
    write_log(log, 5_000, 0, Contents(audio_bytes=0, stamps=True))

    names = run_recipe(DIRECTLY, tmp_path)

    expected = count_responses(log.read_bytes().splitlines())
    assert {day: tuple(row) for day, *row in names["days"]} == expected
    assert expected


def test_a_broken_line_stops_a_direct_query(tmp_path):
    """So the docs say when to convert."""
    write_archive(tmp_path)

    with pytest.raises(duckdb.InvalidInputException, match="Malformed JSON"):
        run_recipe(DIRECTLY, tmp_path)
