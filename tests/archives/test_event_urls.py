"""Files that fsspec opens: the same as local ones, under their URLs."""

import gzip
import zipfile
from io import BytesIO

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from rtmodels.adapters.archive import read_events
from rtmodels.adapters.archive._files import EventFile

from .event_files import (
    LINES,
    TEXTS,
    messages_of,
    places_of,
    read_until_error,
    to_zstd,
)

pytestmark = pytest.mark.needs("arrow")


class Throttled(MemoryFileSystem):
    """A file system whose errors have no number, as those of object stores."""

    protocol = "throttled"

    def open(self, *_, **__):
        """Raise an error without a number."""
        raise OSError("slow down")


class Unreachable(MemoryFileSystem):
    """A file system that calls every error a missing file, as that of HTTP does."""

    protocol = "unreachable"

    def open(self, path, *_, **__):
        """Raise an error whose cause is another one."""
        raise FileNotFoundError(path) from ConnectionError("cannot connect")


@pytest.fixture
def memory():
    """Yield an empty file system that lives in memory only."""
    system = fsspec.filesystem("memory")
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


@pytest.mark.parametrize("compress", [bytes, gzip.compress, to_zstd])
def test_a_url_is_read(memory, compress):
    """It is the name of the file."""
    memory.pipe("/logs/a.log", compress(LINES))

    batches = list(read_events("memory://logs/a.log"))

    assert messages_of(batches) == TEXTS
    assert set(places_of(batches, "file")) == {"memory://logs/a.log"}


def test_a_star_in_a_url_makes_a_pattern(memory):
    """What it finds is sorted, and named by its own URL."""
    for name in ("b.jsonl", "a.jsonl", "a.txt"):
        memory.pipe(f"/logs/{name}", b"{}\n")

    names = places_of(read_events("memory://logs/*.jsonl"), "file")

    assert names == ["memory:///logs/a.jsonl", "memory:///logs/b.jsonl"]


def test_urls_can_be_chained(memory):
    """A pattern looks into an archive that is somewhere else."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("logs/a.jsonl", b"{}\n")
    memory.pipe("/all.zip", archive.getvalue())

    batches = list(read_events("zip://logs/*::memory://all.zip"))

    assert messages_of(batches) == [b"{}"]
    assert places_of(batches, "file") == ["zip://logs/a.jsonl::memory://all.zip"]


def test_an_archive_stays_open_while_a_file_in_it_is_read(tmp_path):
    """A file system of fsspec closes its archive when it is freed."""
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as file:
        file.writestr("a.jsonl", LINES)

    batches = read_events(f"zip://a.jsonl::file://{tmp_path.as_posix()}/all.zip")

    assert messages_of(batches) == TEXTS


@pytest.mark.needs("cli")
@pytest.mark.parametrize(
    "url", ["file:///a.jsonl", "s3://b/a.jsonl", "x::file://a.mpk"]
)
def test_a_url_is_no_output(tmp_path, monkeypatch, capsys, url):
    """The error says so before anything is read."""
    from rtmodels.adapters.cli import app  # noqa: PLC0415 - needs an extra of its own

    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.jsonl").write_bytes(LINES)

    with pytest.raises(SystemExit) as exit_:
        app(["convert", "log.jsonl", url])

    assert exit_.value.code == 2
    assert "is a URL; the output has to be a local path" in capsys.readouterr().err


def test_a_question_mark_makes_no_pattern(memory):
    """A query follows it."""
    memory.pipe("/a.log?x=1", b"{}\n")

    assert messages_of(read_events("memory://a.log?x=1")) == [b"{}"]


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_reading_a_url_resumes_behind_any_batch(memory, compress):
    """It can be measured and watched as well."""
    memory.pipe("/a.log", compress(LINES))
    with EventFile("memory://a.log", batch_rows=3) as file:
        _, position = next(iter(file))

        assert file.length == memory.size("/a.log")
        assert 0 < file.position <= file.length
    with EventFile("memory://a.log", start=position) as file:
        assert messages_of(batch for batch, _ in file) == TEXTS[3:]


@pytest.mark.parametrize(
    ("url", "kind", "match"),
    [
        ("memory://none.log", FileNotFoundError, r"No such .*'memory://none\.log'"),
        ("memory://none/*.log", FileNotFoundError, r"No file matches: 'memory://none/"),
        ("nothing://a.log", OSError, r"nothing://a\.log: Protocol not known"),
        ("zip://a::memory://log", OSError, r"zip://a::memory://log: File is not a zip"),
        ("throttled://a", OSError, r"^throttled://a: slow down"),
        ("unreachable://a", OSError, r"cannot connect: 'unreachable://a'"),
    ],
)
def test_an_error_names_the_url(memory, url, kind, match):
    """It is an `OSError`, whatever the file system raises."""
    memory.pipe("/log", LINES)
    for system in (Throttled, Unreachable):
        fsspec.register_implementation(system.protocol, system, clobber=True)

    assert not read_until_error(read_events(url), kind, match)


def test_a_truncated_file_is_read_as_far_as_it_goes(memory):
    """Reading it once more for the last bytes works here as well."""
    memory.pipe("/a.gz", gzip.compress(LINES)[:-20])

    batches = read_until_error(
        read_events("memory://a.gz"), ValueError, r"^memory://a\.gz:\d+: bad gzip data"
    )

    assert messages_of(batches)[:5] == TEXTS[:5]
