"""Symbolic links: among the files to read, and in place of those that are written."""

import sys
from pathlib import Path

import pytest

from rtmodels.adapters._recordings.paths import expand
from rtmodels.adapters.cli import app

from ..recordings import UNKNOWN, to_lines

pytestmark = [
    pytest.mark.needs("arrow", "cli"),
    pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege"),
]

LOG = to_lines([UNKNOWN] * 3)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Change to a new folder with two logs and links of all kinds."""
    monkeypatch.chdir(tmp_path)
    for name in ("logs/sub/b.jsonl", "logs/.hidden/d.jsonl", "other/c.jsonl"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(LOG)
    Path("logs/link.jsonl").symlink_to("../other/c.jsonl")
    Path("logs/folder").symlink_to("../other")
    Path("logs/loop").symlink_to("..")
    Path("logs/loop2").symlink_to("..")


def convert(capsys, *args):
    """Run the command in this process; return its exit status and its messages."""
    with pytest.raises(SystemExit) as exit_:
        app(["convert", *args])
    return exit_.value.code, capsys.readouterr().err


FOUND = {
    "logs": ["logs/link.jsonl", "logs/sub/b.jsonl"],
    "logs/**": ["logs/link.jsonl", "logs/sub/b.jsonl"],
    "logs/**/*.jsonl": ["logs/link.jsonl", "logs/sub/b.jsonl"],
    "**/*.jsonl": ["logs/link.jsonl", "logs/sub/b.jsonl", "other/c.jsonl"],
    "lo*/**/sub/**": ["logs/sub/b.jsonl"],
    "logs/**/**/b*": ["logs/sub/b.jsonl"],
    "logs/folder": ["logs/folder/c.jsonl"],
    "logs/fold*/*": ["logs/folder/c.jsonl"],
}


@pytest.mark.parametrize("path", FOUND)
def test_links_to_folders_are_followed_if_they_are_named(path):
    """Those below a folder are not, so that no loop of them is endless."""
    assert expand(path) == FOUND[path]


@pytest.mark.parametrize("target", ["missing.jsonl", "logs/bad.jsonl"])
def test_a_link_that_leads_nowhere_is_an_error(capsys, target):
    """It is named, and the other files are read."""
    Path("logs/bad.jsonl").symlink_to(Path(target).absolute())

    status, told = convert(capsys, "logs/*.jsonl", "all.jsonl")

    assert status == 2
    assert told.startswith("rtmodels: logs/bad.jsonl: ")
    assert Path("all.jsonl").read_bytes() == LOG


@pytest.mark.parametrize("target", ["other/c.jsonl", "missing.jsonl"])
def test_the_output_replaces_a_link_and_not_its_target(capsys, target):
    """It does so only if that is asked for, even if the target is missing."""
    Path("all.jsonl").symlink_to(target)
    Path("other/c.jsonl").write_bytes(b"")

    status, told = convert(capsys, "logs/sub", "all.jsonl")
    assert status == 2
    assert "all.jsonl: already exists" in told

    assert convert(capsys, "--overwrite", "logs/sub", "all.jsonl")[0] == 0
    assert not Path("all.jsonl").is_symlink()
    assert Path("all.jsonl").read_bytes() == LOG
    assert Path("other/c.jsonl").read_bytes() == b""
    assert not Path("missing.jsonl").exists()


@pytest.mark.parametrize("target", ["other/c.jsonl", "missing.jsonl"])
def test_a_partial_file_that_is_a_link_is_refused(capsys, target):
    """Its target keeps its contents."""
    Path("all.jsonl.partial").symlink_to(target)

    status, told = convert(capsys, "logs/sub", "all.jsonl")

    assert status == 2
    assert told == "rtmodels: all.jsonl.partial: is a symbolic link; remove it\n"
    assert Path("other/c.jsonl").read_bytes() == LOG
    assert not Path("missing.jsonl").exists()


@pytest.mark.parametrize("name", ["all.jsonl.partial.new", "all.jsonl.partial.json"])
def test_a_note_is_never_written_through_a_link(capsys, name):
    """The link is removed."""
    Path(name).symlink_to("other/c.jsonl")

    assert convert(capsys, "logs/sub", "all.jsonl")[0] == 0

    assert Path("other/c.jsonl").read_bytes() == LOG
    assert not Path(name).is_symlink()


def test_a_folder_is_no_output(capsys):
    """The error comes before anything is read."""
    Path("all.jsonl").mkdir()

    status, told = convert(capsys, "--overwrite", "logs/sub", "all.jsonl")

    assert (status, told) == (2, "rtmodels: all.jsonl: is a directory\n")
