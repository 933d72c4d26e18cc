"""A disk that is full while ``rtmodels convert`` writes: the next run resumes."""

import os
import sys
from errno import ENOSPC
from pathlib import Path

import pytest

from rtmodels.adapters.archive import _sinks
from rtmodels.adapters.archive._partial import PartialFile
from rtmodels.adapters.cli import app

from ..recordings import UNKNOWN, to_lines

pytestmark = [
    pytest.mark.needs("arrow", "cli"),
    pytest.mark.skipif(sys.platform == "win32", reason="has no limit of file sizes"),
]

OUTPUTS = ["all.jsonl", "all.jsonl.gz", "all.jsonl.zst", "all.msgpack", "all.parquet"]
FULL = "run the same command again to resume"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Change to a new folder with three logs, and end a segment after each."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_sinks, "SEGMENT", 1)
    monkeypatch.setattr(_sinks, "GROWTH", 1 << 40)
    for index in range(3):
        log = to_lines([{**UNKNOWN, "n": os.urandom(3000).hex()} for _ in range(9)])
        Path(f"{index}.jsonl").write_bytes(log)
    Path("whole").mkdir()


def convert(capsys, output):
    """Run the command in this process; return its exit status and its messages."""
    with pytest.raises(SystemExit) as exit_:
        app(["convert", "0.jsonl", "1.jsonl", "2.jsonl", output])
    return exit_.value.code, capsys.readouterr().err


@pytest.mark.parametrize("share", [0.01, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("output", OUTPUTS)
def test_a_run_resumes_once_there_is_space(capsys, output, share):
    """One line says so, and the output is that of a run with enough space."""
    import resource  # noqa: PLC0415 - not on Windows

    assert convert(capsys, f"whole/{output}")[0] == 0
    whole = Path(f"whole/{output}").read_bytes()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (int(len(whole) * share), before[1]))
    try:
        first = convert(capsys, output)
        second = convert(capsys, output)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    # The limit raises another error than a full disk, at the same place.
    line = f"rtmodels: {output}.partial: File too large; {FULL}\n"
    assert [first, second] == [(2, line)] * 2
    assert not Path(output).exists()

    status, told = convert(capsys, output)
    assert status == 0
    assert ("resumed" in told) == (share > 0.4)
    assert Path(output).read_bytes() == whole
    assert not [*Path().glob("*.partial*")]


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_note_that_cannot_be_written_costs_one_segment(monkeypatch, capsys, output):
    """The note before it is still valid."""
    assert convert(capsys, f"whole/{output}")[0] == 0
    write = Path.write_bytes
    notes = []

    def write_or_fail(path, data):
        if path.name.endswith(".partial.new"):
            notes.append(path)
            if len(notes) == 2:
                write(path, data[:10])
                raise OSError(ENOSPC, os.strerror(ENOSPC), os.fspath(path))
        return write(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", write_or_fail)
        status, told = convert(capsys, output)
    assert status == 2
    assert told == (f"rtmodels: {output}.partial: {os.strerror(ENOSPC)}; {FULL}\n")
    assert PartialFile(Path(output)).note.exists()

    status, told = convert(capsys, output)
    assert status == 0
    assert "resumed" in told
    assert Path(output).read_bytes() == Path(f"whole/{output}").read_bytes()
    assert not [*Path().glob("*.partial*")]
