"""The command ``rtmodels schema``, run as people run it."""

import json
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

import pytest

from rtmodels import NoiseReduction, RealtimeServerEvent, json_schema
from rtmodels.adapters.cli import app

from ..recordings import COMMAND, run
from ..strategies import MODELS

pytestmark = pytest.mark.needs("cli")


def ask(*args: str) -> tuple[object, str, str]:
    """Run ``rtmodels schema`` in this process; give the status, and what it prints."""
    with (
        redirect_stdout(StringIO()) as output,
        redirect_stderr(StringIO()) as errors,
        pytest.raises(SystemExit) as exit_,
    ):
        app(["schema", *args])
    return exit_.value.code, output.getvalue(), errors.getvalue()


def test_a_pipe_gets_the_document():
    """It is JSON, with no colour and no line cut or wrapped."""
    result = run("schema", "RealtimeServerEvent")

    assert result.returncode == 0
    assert not result.stderr
    assert result.stdout.isascii()
    assert b"\x1b" not in result.stdout
    assert json.loads(result.stdout) == json_schema(RealtimeServerEvent)


def test_a_reader_that_leaves_gets_no_traceback():
    """``rtmodels schema ... | head`` ends in silence."""
    with subprocess.Popen(
        [*COMMAND, "schema", "RealtimeServerEvent"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()

        assert process.stderr.read() == b""


@pytest.mark.parametrize("mode", ["strict", "forgiving"])
def test_the_mode_can_be_chosen(mode):
    """The default is tolerant mode."""
    _, output, _ = ask("NoiseReduction", "--mode", mode)

    assert json.loads(output) == json_schema(NoiseReduction, mode=mode)


@pytest.mark.parametrize("option", ["-o", "--output"])
def test_the_document_can_go_into_a_file(tmp_path, option):
    """The file is what a pipe gets."""
    path = tmp_path / "schema.json"
    result = run("schema", "ToolChoice", option, path)

    assert result.returncode == 0
    assert not result.stdout
    assert path.read_bytes() == run("schema", "ToolChoice").stdout


def test_a_dash_is_standard_output():
    """As it is standard input elsewhere."""
    result = run("schema", "Metadata", "-o", "-")

    assert result.stdout == run("schema", "Metadata").stdout


def test_a_file_that_cannot_be_written_exits_with_2(tmp_path):
    """The error names it, and says why."""
    result = run("schema", "Metadata", "-o", tmp_path)

    assert result.returncode == 2
    assert not result.stdout
    assert result.stderr.decode() == f"rtmodels: {tmp_path}: Is a directory\n"


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("RealtimeServerEvents", "RealtimeServerEvent"),
        ("realtime_server_event", "RealtimeServerEvent"),
        ("response.output_audio.delta", "ResponseOutputAudioDeltaEvent"),
        ("Maxoutputtokens", "MaxOutputTokens"),
        ("unknown", "Unknown"),
    ],
)
def test_a_mistyped_name_gets_a_better_one(name, near):
    """The nearest comes first; the type of an event will do."""
    status, output, errors = ask(name)
    first, *lines = errors.splitlines()

    assert (status, output) == (2, "")
    assert first == f"rtmodels: No type named {name}. Did you mean one of these?"
    assert lines[0] == f"  {near}"


@pytest.mark.parametrize("name", ["qqq", "", "\x1b[31m", "json_schema", "DecodeError"])
def test_what_is_no_type_has_no_schema(name):
    """Functions and errors are public, and are none."""
    status, output, errors = ask(name)

    assert (status, output) == (2, "")
    assert errors.startswith("rtmodels: No type named ")
    assert "\x1b" not in errors


@pytest.mark.parametrize(
    "args",
    [
        ("schema",),
        ("schema", "Metadata", "Metadata"),
        ("schema", "--TYPE", "Metadata"),
        ("schema", "Metadata", "--mode", "lax"),
        ("schema", "Metadata", "-o"),
    ],
)
def test_misuse_exits_with_2(args):
    """A mistyped command prints nothing but what is wrong with it."""
    result = run(*args)

    assert result.returncode == 2
    assert not result.stdout
    assert b"Error" in result.stderr


@pytest.mark.parametrize("cls", MODELS, ids=lambda cls: cls.__name__)
def test_every_class_can_be_asked_for(cls):
    """The name that one imports is the name that one types."""
    status, output, _ = ask(cls.__name__)

    assert status == 0
    assert json.loads(output)["title"] == cls.__name__
