"""The command ``rtmodels``, run as people run it: in a pipe and on a terminal."""

import json
import os
import pty
import signal
import subprocess
import sys
import termios
from contextlib import contextmanager
from importlib.util import find_spec
from select import select
from time import monotonic

import pytest

from ..processes import PATIENCE
from ..recordings import (
    COMMAND,
    INVALID,
    SAMPLE,
    SERVER,
    UNKNOWN,
    environment,
    run,
    tell,
    to_lines,
)

pytestmark = pytest.mark.needs("cli")

ESCAPE = "\x1b"


def test_the_entry_point_is_the_command():
    """What the installer makes of the metadata runs the same function."""
    program = (
        "import sys; from importlib.metadata import entry_points\n"
        "(entry,) = entry_points(group='console_scripts', name='rtmodels')\n"
        "sys.argv = ['rtmodels', '--version']; entry.load()()"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )

    assert result.stdout == run("--version").stdout.decode()


def test_the_version_is_that_of_the_package():
    """``--version`` gives the name and the number."""
    result = run("--version")

    assert result.returncode == 0
    assert result.stdout.startswith(b"rtmodels 0.")


@pytest.mark.parametrize("pure", ["0", "1"])
def test_the_version_tells_whether_the_extension_is_used(pure, monkeypatch):
    """A variable of the environment switches it off."""
    monkeypatch.setenv("RTMODELS_PURE", pure)
    # The tests may themselves run without the extension that is there.
    has_extension = find_spec("rtmodels.native._extension") is not None
    expected = "native" if has_extension and pure == "0" else "pure Python"

    assert run("--version").stdout.decode().endswith(f" ({expected})\n")


@pytest.mark.parametrize("args", [(), ("--help",)])
def test_help_lists_the_commands(args):
    """``rtmodels`` on its own says what there is to say."""
    result = run(*args)

    assert result.returncode == 0
    assert b"check" in result.stdout


def test_help_names_every_option_and_status():
    """``check --help`` is all that a user needs to know."""
    result = run("check", "--help")
    text = " ".join(result.stdout.decode().split())

    assert result.returncode == 0
    assert "Usage: rtmodels check [OPTIONS] FILE..." in text
    for option in ("--direction", "--mode", "--json"):
        assert option in text
    assert "0 if every message is valid, 1 if any is not, and 2 if a file" in text


@pytest.mark.parametrize(
    "args",
    [
        ("chek",),
        ("check",),
        ("check", "--jsno", SAMPLE),
        ("check", SAMPLE, "--mode", "lax"),
        ("check", SAMPLE, "--direction", "up"),
        ("check", SAMPLE, "--no-json"),
    ],
)
def test_misuse_exits_with_2(args):
    """A mistyped command prints nothing but what is wrong with it."""
    result = run(*args)

    assert result.returncode == 2
    assert not result.stdout
    assert b"Error" in result.stderr


def test_a_file_with_the_name_of_an_option_needs_a_path():
    """An option is never mistaken for a file."""
    result = run("check", "--", "-x.jsonl")

    assert result.returncode == 2
    assert b"./-x.jsonl" in result.stderr


def test_a_pipe_gets_no_colour_and_no_bar():
    """Neither a table nor a message has an escape sequence in it."""
    result = run("check", "missing.jsonl", "-", stdin=to_lines([UNKNOWN, INVALID, 42]))

    assert ESCAPE.encode() not in result.stdout + result.stderr


def test_what_the_wire_says_does_nothing_to_a_terminal():
    """Control characters are escaped, and markup is only text."""
    hostile = {"type": f"{ESCAPE}[31m[bold]\r\x07 :boom:\u202e"}

    _, report = tell(to_lines([hostile]))

    assert "\\x1b[31m[bold]\\r\\x07 :boom:\\u202e" in report


def test_a_long_type_does_not_flood_the_table():
    """Its beginning will do."""
    _, report = tell(to_lines([{"type": "x" * 5000}]))

    assert report.count("x") == 100


def test_output_that_cannot_hold_a_character_has_it_escaped():
    """An old terminal is no reason to fail."""
    log = to_lines([{"type": "grüezi.wohl"}])

    result = run("check", "-", stdin=log, PYTHONIOENCODING="ascii")

    assert result.returncode == 0
    assert b"gr\\xfcezi.wohl" in result.stdout


def test_json_names_files_that_are_not_text():
    """A name in another encoding comes through, in output and in messages."""
    result = run("check", "--json", b"gr\xfcezi")

    assert json.loads(result.stdout)["files"] == ["gr\udcfcezi"]
    assert result.stderr.startswith(b"rtmodels: gr\\udcfcezi: No such file")


@pytest.mark.parametrize(
    "args",
    [
        ("check", SAMPLE),
        ("check", SAMPLE, "--json"),
        ("check", "--help"),
        ("schema", "RealtimeResponse"),
        ("--version",),
        pytest.param(("stats", SAMPLE), marks=pytest.mark.needs("arrow")),
    ],
)
def test_a_reader_that_leaves_gets_no_traceback(args):
    """``rtmodels check ... | head`` ends in silence, with the status of ``cat``."""
    with subprocess.Popen(
        [*COMMAND, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()

        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 141


def test_the_package_is_the_command():
    """``python -m rtmodels`` needs no script on the path."""
    result = subprocess.run(
        [sys.executable, "-m", "rtmodels", "--version"], check=True, capture_output=True
    )

    assert result.stdout == run("--version").stdout


@pytest.mark.parametrize("module", ["rtmodels", "rtmodels.adapters.cli"])
def test_a_module_without_its_libraries_is_one_line_to_users(tmp_path, module):
    """It says what to install, as the script does."""
    (tmp_path / "cyclopts.py").write_text("raise ModuleNotFoundError(name='cyclopts')")
    path = os.pathsep.join([str(tmp_path), *sys.path])

    result = subprocess.run(
        [sys.executable, "-m", module, "check"],
        check=False,
        capture_output=True,
        env=environment(PYTHONPATH=path),
        text=True,
    )

    assert result.returncode == 2
    assert result.stderr == (
        "rtmodels: cyclopts is not installed; "
        "get it with `pip install 'rtmodels[cli]'`\n"
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["check", "--mo"], "--mode"),
        (["stats", "--mode", "f"], "forgiving"),
        (["check", "log"], "log.jsonl"),
        (["st"], "stats"),
    ],
)
def test_shells_complete(tmp_path, words, expected):
    """Commands, options, their values and the names of files are completed."""
    script, log = tmp_path / "completion.bash", tmp_path / "log.jsonl"
    log.touch()
    installed = run(
        *("--install-completion", "--shell", "bash", "--output", script),
        HOME=str(tmp_path),
    )
    line = " ".join(["rtmodels", *words])
    program = (
        f"source {script}; cd {tmp_path}; COMP_WORDS=({line})\n"
        f"COMP_CWORD={len(words)}; _rtmodels; echo ${{COMPREPLY[@]}}"
    )

    result = subprocess.run(
        ["/bin/bash", "--norc", "-c", program],
        check=True,
        capture_output=True,
        text=True,
    )

    assert installed.returncode == 0
    assert result.stdout == f"{expected}\n"


class Terminal:
    """A terminal of 80 columns, with the command running on it."""

    def __init__(self, process, screen):
        """Begin with an empty screen."""
        self.process = process
        self.text = ""
        self._screen = screen

    def read(self, seconds):
        """Read what comes within *seconds*; return whether more may come."""
        if select([self._screen], [], [], seconds)[0]:
            try:
                data = os.read(self._screen, 65536)
            except OSError:  # Linux says so when the last program leaves
                return False
            self.text += data.decode()
            return bool(data)
        return True

    def read_to_end(self):
        """Read until the end of the output, and return the exit status."""
        while self.read(PATIENCE):
            pass
        return self.process.wait(PATIENCE)

    def wait_for_bar(self):
        """Send messages one by one until a bar comes."""
        deadline = monotonic() + PATIENCE
        while "━" not in self.text:
            assert monotonic() < deadline
            self.process.stdin.write(to_lines([SERVER]))
            self.process.stdin.flush()
            self.read(0.02)


@contextmanager
def on_terminal(*args):
    """Run the command with *args* on a terminal, its standard input being a pipe."""
    screen, tty = pty.openpty()
    termios.tcsetwinsize(tty, (50, 80))
    with subprocess.Popen(
        [*COMMAND, *map(str, args)],
        stdin=subprocess.PIPE,
        stdout=tty,
        stderr=tty,
        env=environment(),
    ) as process:
        os.close(tty)
        try:
            yield Terminal(process, screen)
        finally:
            process.kill()
            os.close(screen)


def test_a_terminal_gets_colour():
    """The table has styles, and the types stand in it as in a pipe."""
    with on_terminal("check", SAMPLE) as terminal:
        status = terminal.read_to_end()

    assert status == 0
    assert f"{ESCAPE}[1mEvent" in terminal.text
    assert f"{ESCAPE}[32mNo issues." in terminal.text


def test_a_terminal_gets_a_bar_if_the_input_is_long():
    """It goes away before the table comes."""
    with on_terminal("check", "-") as terminal:
        terminal.wait_for_bar()
        terminal.process.stdin.close()
        status = terminal.read_to_end()
    bar, wiped, table = terminal.text.rpartition(f"{ESCAPE}[2K")

    assert status == 0
    assert "━" in bar
    assert wiped
    assert "input_audio_buffer.cleared" in table


def test_json_on_a_terminal_is_json():
    """It has neither colour nor bar."""
    with on_terminal("check", "--json", SAMPLE) as terminal:
        terminal.read_to_end()

    assert json.loads(terminal.text)["frames"] == 306


@pytest.fixture
def interruptible():
    """Enable SIGINT, which a shell disables for programs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_is_quiet():
    """Ctrl-C ends the command with the status that shells expect."""
    with on_terminal("check", "-") as terminal:
        terminal.wait_for_bar()
        terminal.process.send_signal(signal.SIGINT)
        status = terminal.read_to_end()

    assert status == 130
    assert "Traceback" not in terminal.text
    assert terminal.text.endswith(f"{ESCAPE}[2K")


@pytest.mark.parametrize("library", ["cyclopts", "rich"])
def test_a_missing_library_is_named_to_importers(library):
    """The import fails with the extra to install."""
    program = (
        f"import sys; sys.modules[{library!r}] = None\n"
        "from rtmodels import MissingDependencyError\n"
        "try: import rtmodels.adapters.cli\n"
        "except MissingDependencyError as exc: print(exc.library, exc.extra)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )

    assert result.stdout == f"{library} cli\n"


@pytest.mark.parametrize("library", ["cyclopts", "rich"])
def test_a_missing_library_is_one_line_to_users(library):
    """The command says what to install, and nothing else."""
    program = (
        f"import sys; sys.modules[{library!r}] = None\n"
        "sys.argv = ['/usr/bin/rtmodels', 'check']\n"
        "import rtmodels.adapters.cli"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )

    assert result.returncode == 2
    assert result.stderr == (
        f"rtmodels: {library} is not installed; "
        "get it with `pip install 'rtmodels[cli]'`\n"
    )
