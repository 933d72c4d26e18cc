"""Ray Data, with two workers."""

import os

import pyarrow as pa
import pytest

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ["RAY_ENABLE_UV_RUN_RUNTIME_ENV"] = "0"
pytest.importorskip("ray.data", reason="ray[data] is not installed")

import ray

from ..processes import find_children, wait_for_end
from .recipes import (
    check_encoded,
    check_lines,
    check_same,
    run_recipe,
    write_archive,
)

MEGABYTE = 1 << 20


# Ray leaves files to the garbage collector, and sets options that it deprecates.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::DeprecationWarning:ray"
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Yield an archive and the recipe's variables, while its workers run."""
    before = set(find_children())
    folder = tmp_path_factory.mktemp("ray")
    archive = write_archive(folder)
    ray.init(
        num_cpus=2,
        object_store_memory=200 * MEGABYTE,
        include_dashboard=False,
        log_to_driver=False,
    )
    ray.data.DataContext.get_current().enable_progress_bars = False
    try:
        yield archive, run_recipe("Ray Data", folder)
    finally:
        ray.shutdown()
    wait_for_end(before)


def collect(dataset):
    """Bring the whole of *dataset* here."""
    parts = dataset.iter_batches(batch_format="pyarrow", batch_size=None)
    return pa.concat_tables(parts)


def test_the_table_is_that_of_one_process(run):
    """Tables go through the object store and stay what they are."""
    archive, names = run

    table = collect(names["events"])

    check_same(table, archive)
    check_encoded(table, archive)


def test_a_column_of_text_is_decoded(run):
    """The path that Ray adds comes along."""
    archive, names = run

    table = collect(names["lines"])

    assert len(set(table["path"].to_pylist())) == 3
    check_lines(table, archive)


def test_responses_are_counted(run):
    """The answer is that of a loop over the JSON."""
    archive, names = run

    days = {day: tuple(row) for day, *row in map(dict.values, names["days"])}
    assert days == archive.days
