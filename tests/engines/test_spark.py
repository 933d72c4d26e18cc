"""PySpark, with two workers on the machine's Java."""

import os
import shutil

import pytest

pytest.importorskip("pyspark", reason="pyspark is not installed")
pytest.importorskip("pandas", reason="pandas is not installed, which PySpark needs")
if not (shutil.which("java") or "JAVA_HOME" in os.environ):
    pytest.skip("there is no Java for Spark", allow_module_level=True)

from pyspark import SparkContext

from ..processes import PATIENCE, find_children, wait_for_end
from .recipes import (
    check_encoded,
    check_lines,
    check_same,
    run_recipe,
    write_archive,
)

SETTINGS = {
    "spark.driver.memory": "1g",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}

# PySpark leaves sockets to the garbage collector, and warns of pandas 3.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore:PySpark does not yet:FutureWarning"
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Yield an archive and the recipe's variables, while Spark runs."""
    before = set(find_children())
    folder = tmp_path_factory.mktemp("spark")
    archive = write_archive(folder)
    options = [f"--conf {key}={value}" for key, value in SETTINGS.items()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_SUBMIT_ARGS", " ".join([*options, "pyspark-shell"]))
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        names = run_recipe("PySpark", folder)
        names["spark"].sparkContext.setLogLevel("ERROR")
        yield archive, names
        stop(names["spark"])
        wait_for_end(before)


def stop(spark):
    """Stop Spark, and its Java too, which would stay until this process ends."""
    gateway = SparkContext._gateway  # noqa: SLF001 - there is no public way
    spark.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait(PATIENCE)
    SparkContext._gateway = SparkContext._jvm = None  # noqa: SLF001


def test_the_table_is_that_of_one_process(run):
    """Every column has a type of Spark's, and comes back from it."""
    archive, names = run

    table = names["events"].toArrow()

    check_same(table, archive)
    check_encoded(table, archive)


def test_a_column_of_text_is_decoded(run):
    """The name of the file comes along."""
    archive, names = run

    table = names["lines"].toArrow()

    assert len(set(table["file"].to_pylist())) == 3
    check_lines(table, archive)


def test_responses_are_counted(run):
    """The answer is that of a loop over the JSON."""
    archive, names = run

    rows = {day: tuple(counts) for day, *counts in names["days"].collect()}
    assert rows == archive.days
