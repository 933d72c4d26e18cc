"""Dask, with two worker processes."""

import pyarrow as pa
import pytest

pytest.importorskip("dask.dataframe", reason="dask[dataframe] is not installed")
pytest.importorskip("distributed", reason="dask[distributed] is not installed")

from ..processes import find_children, wait_for_end
from .recipes import (
    check_encoded,
    check_lines,
    check_same,
    run_recipe,
    write_archive,
)

# Dask leaves sockets to the garbage collector, and warns of ports in use.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Yield an archive and the recipe's variables, while its workers run."""
    before = set(find_children())
    folder = tmp_path_factory.mktemp("dask")
    archive = write_archive(folder)
    names = run_recipe("Dask", folder)
    yield archive, names
    names["client"].shutdown()
    wait_for_end(before)


def test_two_processes_work(run):
    """None of the work is done in this one."""
    _, names = run

    assert len(names["client"].run(lambda: None)) == 2


def test_the_table_is_that_of_one_process(run):
    """The batches of a bag are all there."""
    archive, names = run

    table = pa.Table.from_batches(names["events"].compute())

    check_same(table, archive)
    check_encoded(table, archive)


def test_lines_of_a_bag_are_decoded(run):
    """The messages come as text, one by one."""
    archive, names = run

    check_lines(pa.Table.from_batches(names["lines"].compute()), archive)


def test_responses_are_counted(run):
    """The answer is that of a loop over the JSON."""
    archive, names = run

    rows = names["days"].itertuples()
    assert {day: tuple(counts) for day, *counts in rows} == archive.days
