"""DuckDB, on the Parquet that one process wrote."""

import pyarrow as pa
import pytest

pytest.importorskip("duckdb", reason="duckdb is not installed")

import duckdb

from .recipes import check_encoded, check_same, run_recipe, write_archive


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
