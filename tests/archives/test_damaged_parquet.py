"""Parquet files with damaged row groups: the others are read."""

from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest

from rtmodels.adapters.archive import _convert, _parquet, _sinks
from rtmodels.adapters.cli import app

from ..recordings import UNKNOWN, to_lines

pytestmark = pytest.mark.needs("arrow", "cli")

GROUP = 10
REST = [*range(GROUP), *range(2 * GROUP, 3 * GROUP)]


def call(*args):
    """Run the command in this process, and return its exit status."""
    with pytest.raises(SystemExit) as exit_:
        app(args)
    return exit_.value.code


def numbers(file):
    """Return the numbers of the messages in JSON Lines."""
    return [orjson.loads(line)["n"] for line in Path(file).read_bytes().splitlines()]


@pytest.fixture(autouse=True)
def log(tmp_path, monkeypatch):
    """Write ``a.parquet`` with three row groups; return the place of a column in one.

    It is the offset of the first page of ``event_id`` in the second group.
    """
    monkeypatch.chdir(tmp_path)
    for index in range(3):
        part = range(index * GROUP, (index + 1) * GROUP)
        log = to_lines([{**UNKNOWN, "n": number} for number in part])
        Path(f"{index}.jsonl").write_bytes(log)

    with monkeypatch.context() as patched:
        patched.setattr(_sinks, "GROUP_ROWS", GROUP)
        assert (
            call("convert", *(f"{index}.jsonl" for index in range(3)), "a.parquet") == 0
        )

    group = pq.read_metadata("a.parquet").row_group(1)
    columns = [group.column(index) for index in range(group.num_columns)]
    return next(
        column.dictionary_page_offset or column.data_page_offset
        for column in columns
        if column.path_in_schema == "event_id"
    )


def damage(place, *values):
    """Overwrite the bytes of ``a.parquet`` from *place* on."""
    data = bytearray(Path("a.parquet").read_bytes())
    data[place : place + len(values)] = values
    Path("a.parquet").write_bytes(data)


# A header begins with the kind of the page: index pages are skipped by readers.
DAMAGES = {
    "header": (0, (0xFF,)),
    "kind of page": (1, (2,)),
    "checksum and page": (8, (0x55,) * 24),
}


@pytest.mark.parametrize("change", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("command", ["check", "convert", "stats"])
def test_a_damaged_row_group_is_left_out(log, capsys, command, change):
    """The error names its rows, and the exit status is 2."""
    place, values = change
    damage(log + place, *values)
    capsys.readouterr()

    status = call(command, "a.parquet", *(["b.jsonl"] * (command == "convert")))

    out, err = capsys.readouterr()
    assert status == 2
    text = " ".join((out + err).split())
    assert text.count("a.parquet: rows 11 to 20 are damaged: ") == 1
    if command == "convert":
        assert numbers("b.jsonl") == REST


def test_a_large_row_group_is_reported_too(log, monkeypatch, capsys):
    """Its rows are out before their number shows that some are missing."""
    damage(log + 1, 2)
    monkeypatch.setattr(_parquet, "HELD_BYTES", 0)
    capsys.readouterr()

    assert call("convert", "a.parquet", "b.jsonl") == 2

    assert "a.parquet: rows 11 to 20 are damaged: " in capsys.readouterr().err


def test_a_run_resumes_behind_a_damaged_row_group(log, monkeypatch, capsys):
    """Its rows count as read."""
    damage(log, 0xFF)
    monkeypatch.setattr(_sinks, "SEGMENT", 1)

    # The interrupt comes in the second segment, which begins behind the damage.
    with monkeypatch.context() as patched:
        patched.setattr(_convert.Conversion, "_write", interrupt_in(2))
        assert call("convert", "a.parquet", "b.jsonl") == 130
    capsys.readouterr()

    assert call("convert", "a.parquet", "b.jsonl") == 2

    assert "resumed an earlier run" in capsys.readouterr().err
    assert numbers("b.jsonl") == REST


def interrupt_in(count):
    """Return a method that writes batches until that of this number."""
    write = _convert.Conversion._write  # noqa: SLF001 - there is no other hook
    seen = []

    def write_or_stop(self, *args):
        seen.append(1)
        if len(seen) == count:
            raise KeyboardInterrupt
        write(self, *args)

    return write_or_stop


TRUNCATED = {
    "half": lambda data: data[: len(data) // 2],
    "no end": lambda data: data[:-1],
    "no footer": lambda _: b"PAR1",
    "long footer": lambda data: data[:-8] + b"\xff\xff\xff\x7fPAR1",
}


@pytest.mark.parametrize("cut", TRUNCATED.values(), ids=TRUNCATED)
@pytest.mark.parametrize("command", ["check", "convert", "stats"])
def test_parquet_without_its_footer_is_one_error(capsys, command, cut):
    """Nothing tells where its rows are."""
    path = Path("a.parquet")
    path.write_bytes(cut(path.read_bytes()))
    capsys.readouterr()

    status = call(command, "a.parquet", *(["b.jsonl"] * (command == "convert")))

    out, err = capsys.readouterr()
    assert status == 2
    assert (out + err).count("a.parquet: ") == 1
    assert not Path("b.jsonl").exists()
