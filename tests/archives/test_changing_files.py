"""Files that change before, between or during the runs of ``rtmodels convert``."""

import os
from itertools import chain
from pathlib import Path

import fsspec
import orjson
import pytest

from rtmodels.adapters.archive import _sinks
from rtmodels.adapters.cli import app
from rtmodels.adapters.cli._terminal import Bar

from ..recordings import UNKNOWN, to_lines

pytestmark = pytest.mark.needs("arrow", "cli")

INDEXES = (0, 1, 2)
WHOLE = [0] * 3 + [1] * 3 + [2] * 3


def write(system, name, number, count=3):
    """Write a log whose messages have this *number*."""
    system.pipe(name, to_lines([{**UNKNOWN, "n": number}] * count))


@pytest.fixture(params=["paths", "memory"])
def logs(request, tmp_path, monkeypatch):
    """Write three logs; return their file system, their names there, and as inputs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_sinks, "SEGMENT", 1)
    if request.param == "paths":
        system = fsspec.filesystem("file")
        names = [str(tmp_path / f"{index}.jsonl") for index in INDEXES]
        inputs = names
    else:
        system = fsspec.filesystem("memory")
        names = [f"/changing/{index}.jsonl" for index in INDEXES]
        inputs = [f"memory:/{name}" for name in names]
    for index, name in enumerate(names):
        write(system, name, index)
    yield system, names, inputs
    for name in names:
        if system.exists(name):
            system.rm(name)


def convert(capsys, *args):
    """Run the command in this process; return its exit status and its messages."""
    with pytest.raises(SystemExit) as exit_:
        app(["convert", *args, "all.jsonl"])
    return exit_.value.code, capsys.readouterr().err


def convert_while(monkeypatch, capsys, inputs, act):
    """Run the command, and *act* when it has read the first of *inputs*."""
    acts = [act]

    def move(*_):
        if acts:
            acts.pop()()

    with monkeypatch.context() as patched:
        patched.setattr(Bar, "move", move)
        return convert(capsys, *inputs)


def interrupt_in_second(monkeypatch, capsys, inputs, act=lambda: None):
    """Interrupt the command in its second file, and *act* just before."""
    seen = []

    def move(*_):
        seen.append(1)
        if len(seen) == 2:
            act()
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Bar, "move", move)
        assert convert(capsys, *inputs)[0] == 130


def numbers():
    """Return the numbers of the messages in the output."""
    data = Path("all.jsonl").read_bytes()
    return [orjson.loads(line)["n"] for line in data.splitlines()]


def test_a_file_that_vanishes_is_named(logs, monkeypatch, capsys):
    """It was there when the pattern was expanded; the others are read."""
    system, names, inputs = logs

    status, told = convert_while(
        monkeypatch, capsys, inputs, lambda: system.rm(names[1])
    )

    assert status == 2
    assert told.splitlines()[0] == (f"rtmodels: {inputs[1]}: {os.strerror(2)}")
    assert numbers() == [0] * 3 + [2] * 3


def test_a_file_is_read_as_it_is_when_its_turn_comes(logs, monkeypatch, capsys):
    """What was written since the start of the run is read too."""
    system, names, inputs = logs

    status, _ = convert_while(
        monkeypatch, capsys, inputs, lambda: write(system, names[1], 7, count=5)
    )

    assert status == 0
    assert numbers() == [0] * 3 + [7] * 5 + [2] * 3


def test_an_unchanged_run_resumes(logs, monkeypatch, capsys):
    """Files of other file systems are compared by what these say of them."""
    _, _, inputs = logs
    interrupt_in_second(monkeypatch, capsys, inputs)

    status, told = convert(capsys, *inputs)

    assert status == 0
    assert "resumed an earlier run" in told
    assert numbers() == WHOLE


@pytest.mark.parametrize("index", INDEXES)
@pytest.mark.parametrize("when", ["after", "during"])
def test_a_run_starts_over_if_a_file_was_replaced(
    logs, monkeypatch, capsys, when, index
):
    """A place in the old file means nothing in the new one."""
    system, names, inputs = logs

    def replace():
        write(system, names[index], 7, count=4)

    if when == "during":
        interrupt_in_second(monkeypatch, capsys, inputs, replace)
    else:
        interrupt_in_second(monkeypatch, capsys, inputs)
        replace()
    status, told = convert(capsys, *inputs)

    expected = [[0] * 3, [1] * 3, [2] * 3]
    expected[index] = [7] * 4
    assert status == 0
    assert "resumed" not in told
    assert numbers() == [*chain.from_iterable(expected)]


def test_a_run_starts_over_if_there_is_a_new_file(tmp_path, monkeypatch, capsys):
    """The pattern is expanded again."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_sinks, "SEGMENT", 1)
    system = fsspec.filesystem("file")
    for index in (1, 2):
        write(system, str(tmp_path / f"{index}.log.jsonl"), index)
    interrupt_in_second(monkeypatch, capsys, ["*.log.jsonl"])
    write(system, str(tmp_path / "0.log.jsonl"), 0)

    assert convert(capsys, "*.log.jsonl")[0] == 0

    assert numbers() == WHOLE
