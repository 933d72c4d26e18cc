"""The files of ``rtmodels convert`` itself: never inputs, locked, and maybe damaged."""

import json
import os
import signal
from pathlib import Path

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rtmodels.adapters.archive import _sinks
from rtmodels.adapters.cli import app
from rtmodels.adapters.cli._terminal import Bar

from ..processes import running, wait_until
from ..recordings import COMMAND, UNKNOWN, append, run, to_lines

pytestmark = pytest.mark.needs("arrow", "cli")

OUTPUTS = ["all.jsonl", "all.jsonl.gz", "all.msgpack", "all.parquet"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Change to a new folder with three logs, and end a segment after each."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_sinks, "SEGMENT", 1)
    monkeypatch.setattr(_sinks, "GROWTH", 1 << 40)
    Path("logs").mkdir()
    for index in range(3):
        Path(f"logs/{index}.jsonl").write_bytes(to_lines([{**UNKNOWN, "n": index}] * 9))
    return tmp_path


def call(capsys, *args):
    """Run the command in this process; return its exit status and its messages."""
    with pytest.raises(SystemExit) as exit_:
        app(["convert", *map(str, args)])
    return exit_.value.code, capsys.readouterr().err


def interrupt(monkeypatch, capsys, *args):
    """Run the command, and interrupt it in the third file."""
    seen = []

    def stop(*_):
        seen.append(1)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Bar, "move", stop)
        assert call(capsys, *args)[0] == 130


def numbers(file):
    """Return the numbers of the messages in JSON Lines."""
    return [orjson.loads(line)["n"] for line in Path(file).read_bytes().splitlines()]


WHOLE = [0] * 9 + [1] * 9 + [2] * 9


def by_pattern(folder):
    """Name the files of a run by a pattern."""
    return [folder / "logs" / "*.jsonl*"]


def by_url(folder):
    """Name them by the URL of a file system."""
    return [f"file://{folder}/logs/*.jsonl*"]


def by_cache(folder):
    """Name them by a URL that puts a cache in front of the file system."""
    names = sorted((folder / "logs").iterdir())
    return [f"simplecache::file://{name}" for name in names]


def by_shell(folder):
    """Name each, as a shell does that expands a pattern."""
    return sorted((folder / "logs").glob("*.jsonl*"))


def by_link(folder):
    """Name them by a folder that is a link."""
    if not (folder / "link").exists():
        (folder / "link").symlink_to(folder / "logs")
    return [folder / "link" / "*.jsonl*"]


def by_hard_link(folder):
    """Name them by other names in another folder."""
    (folder / "other").mkdir(exist_ok=True)
    for path in (folder / "logs").iterdir():
        if not (folder / "other" / path.name).exists():
            os.link(path, folder / "other" / path.name)
    return [folder / "other" / "*.jsonl*"]


NAMINGS = [by_pattern, by_url, by_cache, by_shell, by_link, by_hard_link]


@pytest.mark.parametrize("name_inputs", NAMINGS)
def test_an_interrupted_run_leaves_out_its_own_files(
    folder, monkeypatch, capsys, name_inputs
):
    """The run resumes, and the result has each message once."""
    output = folder / "logs" / "all.jsonl"
    interrupt(monkeypatch, capsys, *name_inputs(folder), output)
    assert output.with_name("all.jsonl.partial").stat().st_size

    status, told = call(capsys, *name_inputs(folder), output)

    assert status == 0
    assert told.count("left out, since this command writes it") == 2
    assert numbers(output) == WHOLE
    if name_inputs is not by_cache:
        assert "resumed an earlier run" in told
    assert not list(folder.glob("logs/*partial*"))


@pytest.mark.parametrize("name_inputs", [by_pattern, by_url, by_link, by_hard_link])
def test_a_pattern_leaves_out_the_output(folder, capsys, name_inputs):
    """To overwrite the output does not add its messages to those of the sources."""
    output = folder / "logs" / "all.jsonl"
    call(capsys, *name_inputs(folder), output)

    status, told = call(capsys, *name_inputs(folder), output, "--overwrite")

    assert status == 0
    assert "all.jsonl: left out, since this command writes it" in told
    assert numbers(output) == WHOLE


@pytest.mark.parametrize("path", ["logs/0.jsonl", "soft", "hard", "file://{}/hard"])
def test_the_output_is_not_to_be_named_as_an_input(folder, capsys, path):
    """Leaving it out would lose its messages, so the command refuses."""
    Path("soft").symlink_to("logs/0.jsonl")
    os.link("logs/0.jsonl", "hard")
    before = Path("logs/0.jsonl").read_bytes()

    status, told = call(
        capsys, path.format(folder), "logs/1.jsonl", "logs/0.jsonl", "--overwrite"
    )

    assert status == 2
    assert "is the output, and cannot be read too" in told
    assert Path("logs/0.jsonl").read_bytes() == before


def test_a_pattern_that_matches_only_the_output_is_refused(capsys):
    """The output is not replaced by an empty file."""
    before = Path("logs/0.jsonl").read_bytes()

    status, told = call(capsys, "logs/0*", "logs/0.jsonl", "--overwrite")

    assert status == 2
    assert "logs/0.jsonl: no other file to read" in told
    assert Path("logs/0.jsonl").read_bytes() == before


@pytest.mark.parametrize("output", ["all.jsonl", "all.parquet"])
def test_a_killed_run_with_a_pattern_does_not_grow(output):
    """Killed hard as often as one likes, it resumes or starts over, and ends."""
    Path("logs/big.jsonl").write_bytes(to_lines([append(96_000)]) * 600)
    command = ("convert", "logs/*", f"logs/{output}")
    note = Path(f"logs/{output}.partial.json")

    for _ in range(2):
        note.unlink(missing_ok=True)
        with running([*COMMAND, *command], signal_=signal.SIGKILL) as process:
            wait_until(lambda: note.exists() or process.poll() is not None)
            assert process.poll() is None
    again = run(*command)

    assert again.returncode == 0
    assert b"627 messages, 0 invalid" in again.stderr
    assert b"resumed an earlier run" in again.stderr


@pytest.fixture
def pipe():
    """Make a pipe for an input that ends when the test wants it to."""
    os.mkfifo("pipe")
    return Path("pipe")


@pytest.mark.parametrize("output", ["all.jsonl", "all.parquet"])
def test_a_second_run_on_the_same_output_is_refused(pipe, output):
    """It says so and ends with 2, and the first one is not disturbed."""
    command = ("convert", "pipe", output)

    with running([*COMMAND, *command]) as first, pipe.open("wb") as writer:
        wait_until(Path(f"{output}.partial").exists)
        writer.write(to_lines([UNKNOWN]))
        writer.flush()
        second = run("convert", "logs/*", output)
        overwriting = run("convert", "logs/*", output, "--overwrite")
        writer.write(to_lines([UNKNOWN]))
        writer.close()
        first.wait()

    for refused in (second, overwriting):
        assert refused.returncode == 2
        assert refused.stderr.decode() == (
            f"rtmodels: {output}.partial: another run is writing this file\n"
        )
    assert first.returncode == 0
    assert run("convert", output, "back.jsonl").returncode == 0
    assert Path("back.jsonl").read_bytes().count(b"\n") == 2
    assert not list(Path().glob("*partial*"))


def test_the_lock_ends_with_its_process(pipe):
    """A run that was killed hard does not block the next one."""
    command = [*COMMAND, "convert", "pipe", "all.jsonl"]
    with running(command, signal_=signal.SIGKILL) as process, pipe.open("wb"):
        wait_until(Path("all.jsonl.partial").exists)
        # While the pipe is open: at its end, the run would finish its work.
        process.kill()
        process.wait()

    assert run("convert", "logs/*", "all.jsonl").returncode == 0
    assert numbers("all.jsonl") == WHOLE


def test_of_several_runs_that_start_at_once_one_wins():
    """The others are refused: either the output is being written, or it exists."""
    command = [*COMMAND, "convert", "logs/*", "all.jsonl"]
    with running(command) as a, running(command) as b, running(command) as c:
        statuses = sorted(process.wait() for process in (a, b, c))

    assert statuses == [0, 2, 2]
    assert numbers("all.jsonl") == WHOLE
    assert not list(Path().glob("*partial*"))


def damages(data):
    """Make other bytes of *data*: changed, cut, longer, or something else."""
    places = st.integers(0, len(data) - 1)
    changed = st.builds(
        lambda place, byte: data[:place] + bytes([byte]) + data[place + 1 :],
        places,
        st.integers(0, 255),
    )
    lost = st.builds(lambda a, b: data[: min(a, b)] + data[max(a, b) :], places, places)
    zeros = places.map(lambda place: data[:place] + bytes(len(data) - place))
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner),
        max_leaves=4,
    )
    return (
        changed
        | lost
        | zeros
        | st.binary(max_size=9)
        | values.map(json.dumps).map(str.encode)
    )


@pytest.mark.parametrize("damaged", ["partial", "partial.json"])
@pytest.mark.parametrize("output", OUTPUTS)
def test_damaged_files_of_a_run_cost_only_time(monkeypatch, capsys, output, damaged):
    """The next run says so and starts over, and its result is that of a single run."""
    interrupt(monkeypatch, capsys, "logs/*", output)
    states = {
        ending: Path(f"{output}.{ending}").read_bytes()
        for ending in ("partial", "partial.json")
    }

    @settings(max_examples=min(20, settings().max_examples))
    @given(damages(states[damaged]))
    @example(b"")
    @example(b"[]")
    @example(b"null")
    @example(b'{"run": 1}')
    @example(b"[" * 100_000)
    @example(b"1" * 10_000)
    @example(b"\xff")
    def check(data):
        for ending, state in states.items():
            Path(f"{output}.{ending}").write_bytes(state)
        Path(f"{output}.{damaged}").write_bytes(data)
        Path(output).unlink(missing_ok=True)

        status, told = call(capsys, "logs/*", output)

        assert status == 0
        assert "27 messages, 0 invalid" in told
        # Bytes that no note promises may follow those that it does.
        intact = data[: len(states[damaged])] == states[damaged]
        whole = data == states[damaged] or damaged == "partial"
        assert ("resumed" in told) == (intact and whole)
        assert len(told.splitlines()) <= 2
        call(capsys, output, "back.jsonl", "--overwrite")
        assert numbers("back.jsonl") == WHOLE

    check()


def test_a_note_of_other_options_is_no_damage(monkeypatch, capsys):
    """Its checksum is right, so that nothing is said about it."""
    interrupt(monkeypatch, capsys, "logs/*", "all.jsonl")

    status, told = call(capsys, "logs/*", "all.jsonl", "--mode", "forgiving")

    assert status == 0
    assert told == "27 messages, 0 invalid, 0 left out\n"
