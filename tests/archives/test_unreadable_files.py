"""Files that cannot be opened or read, and what is reported of several files."""

import gzip
import os
from pathlib import Path

import pytest

from rtmodels import DecodeError
from rtmodels.adapters._recordings.reader import Position
from rtmodels.adapters.archive import read_events
from rtmodels.adapters.archive._files import EventFile

from .event_files import (
    LINES,
    TEXTS,
    messages_of,
    places_of,
    read_until_error,
    to_array,
)

pytestmark = pytest.mark.needs("arrow")

MEMORY = Path("/proc/self/mem")
"""A file whose first byte is an input/output error."""


def test_a_missing_file_is_named(tmp_path):
    """The error is the one that opening a file raises."""
    with pytest.raises(FileNotFoundError, match=r"No such file .*/none\.jsonl'"):
        list(read_events(tmp_path / "none.jsonl"))


def test_a_pattern_that_matches_nothing_is_an_error(tmp_path):
    """It is more likely a mistake than an empty archive."""
    with pytest.raises(FileNotFoundError, match=r"No file matches: '.*/\*\.jsonl'"):
        list(read_events(tmp_path / "*.jsonl"))


def test_a_folder_without_recordings_is_an_error(tmp_path):
    """Files with other names are not read, and neither are hidden ones."""
    for name in ("notes.txt", ".hidden.jsonl", "a.parquet.partial.json"):
        (tmp_path / name).write_bytes(LINES)

    with pytest.raises(FileNotFoundError, match="No recording in this directory"):
        list(read_events(tmp_path))


def test_a_folder_stands_for_the_recordings_in_it(tmp_path):
    """They are read in the order of their paths, compressed or not."""
    (tmp_path / "day").mkdir()
    (tmp_path / "b.json").write_bytes(b"[2]")
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b"1"))
    (tmp_path / "day" / "c.ndjson").write_bytes(b"3")

    batches = list(read_events(tmp_path))

    assert messages_of(batches) == [b"1", b"2", b"3"]
    assert messages_of(read_events(tmp_path / "**")) == [b"1", b"2", b"3"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path):
    """Nothing of it is read."""
    path = tmp_path / "log"
    path.touch(mode=0)

    with pytest.raises(PermissionError, match=str(path)):
        list(read_events(path))


def test_a_name_that_no_file_can_have_is_an_error_of_the_system():
    """Python itself raises a `ValueError`."""
    with pytest.raises(OSError, match="embedded null"):
        list(read_events("a\0b"))


@pytest.mark.skipif(not MEMORY.exists(), reason="only Linux has such a file")
def test_a_read_error_names_the_file():
    """The system does not say it."""
    with pytest.raises(OSError, match=r"Input/output error: '/proc/self/mem'"):
        list(read_events(MEMORY))


def test_a_file_that_vanishes_is_named(tmp_path):
    """The others were read before."""
    for name in "ab":
        (tmp_path / name).write_bytes(LINES)
    batches = read_events(tmp_path / "[ab]")

    first = next(batches)
    (tmp_path / "b").unlink()

    assert messages_of([first]) == TEXTS
    with pytest.raises(FileNotFoundError, match="/b'"):
        next(batches)


def test_reported_errors_stop_nothing(tmp_path):
    """Each file is read as far as it goes, and all errors are told in order."""
    (tmp_path / "a").write_bytes(b"[1")
    (tmp_path / "b").write_bytes(gzip.compress(LINES)[:-9])
    (tmp_path / "c").write_bytes(b'{"long":"line"}\n{}\n')
    errors = []
    paths = [tmp_path / name for name in ("a", "none", "*.none", ".", "b", "c")]

    batches = list(read_events(paths, report=errors.append, max_bytes=250))

    assert messages_of(batches) == [b"1", *TEXTS, b'{"long":"line"}', b"{}"]
    assert list(map(type, errors)) == [
        DecodeError,
        FileNotFoundError,
        FileNotFoundError,
        FileNotFoundError,
        DecodeError,
    ]
    assert all(str(tmp_path) in str(error) for error in errors)


def test_the_first_error_is_raised_without_a_report(tmp_path):
    """The files behind it are not read."""
    (tmp_path / "a").write_bytes(LINES)

    batches = read_until_error(
        read_events([tmp_path / name for name in ("a", "none", "a")]),
        FileNotFoundError,
        "none",
    )

    assert messages_of(batches) == TEXTS


def test_errors_come_after_the_batches_before_them(tmp_path):
    """A caller that stores positions can tell which errors came before them."""
    path = tmp_path / "log"
    path.write_bytes(b'1\n2\n"long"\n3\n')
    seen = []
    with EventFile(str(path), max_bytes=5, report=seen.append) as file:
        for batch, position in file:
            seen.append((messages_of([batch]), position))

    assert seen[0] == ([b"1", b"2"], Position(4, 2))
    assert str(seen[1]).startswith(f"{path}:3: ")
    assert seen[2] == ([b"3"], Position(13, 4))


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_a_file_that_got_shorter_is_an_error(tmp_path, compress):
    """The file ends before the position from which reading should resume."""
    path = tmp_path / "log"
    path.write_bytes(compress(LINES))

    with (
        EventFile(str(path), start=Position(len(LINES) + 1, 21)) as file,
        pytest.raises(DecodeError, match=rf"^{path}:21: the file is shorter"),
    ):
        list(file)


@pytest.mark.skipif(not MEMORY.exists(), reason="only Linux lists open files so")
@pytest.mark.parametrize(
    "data",
    [LINES, gzip.compress(LINES), to_array(TEXTS)],
    ids=["lines", "gzip", "array"],
)
def test_whoever_stops_early_leaves_no_file_open(tmp_path, data):
    """Closing the iterator closes the file."""
    path = tmp_path / "log"
    path.write_bytes(data)
    batches = read_events(path, batch_rows=1)

    def is_open():
        links = Path("/proc/self/fd").iterdir()
        return any(link.is_symlink() and link.readlink() == path for link in links)

    next(batches)

    assert is_open()
    batches.close()
    assert not is_open()


@pytest.mark.parametrize("option", ["batch_rows", "batch_bytes", "max_bytes"])
@pytest.mark.parametrize("limit", [0, -1, 1 << 31])
def test_a_limit_that_makes_no_sense_is_refused_at_once(option, limit):
    """Before anything is read."""
    with pytest.raises(ValueError, match=f"^{option} must be from 1 to 2,147"):
        read_events("none.jsonl", **{option: limit})


def test_lines_of_one_path_need_no_list(tmp_path):
    """A path is not mistaken for a list of characters."""
    path = tmp_path / "log"
    path.write_bytes(b"{}\n")

    assert places_of(read_events(str(path))) == [1]
