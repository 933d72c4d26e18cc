"""Recorded messages, and the command run on them."""

import json
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import pytest

from .paths import SAMPLE

MESSAGES = [json.loads(line) for line in SAMPLE.read_bytes().splitlines()]
COMMAND = [sys.executable, "-m", "rtmodels.adapters.cli"]

CLIENT = {"type": "response.cancel"}
SERVER = {"type": "input_audio_buffer.cleared", "event_id": "event_1"}
UNKNOWN = {"type": "future.event", "event_id": "event_1", "news": 1}
INVALID = {"type": "input_audio_buffer.cleared", "event_id": 1}


def append(size: int) -> dict[str, Any]:
    """Make the event that sends *size* bytes of audio."""
    audio = b64encode(bytes(size)).decode()
    return {"type": "input_audio_buffer.append", "audio": audio}


def delta(size: int) -> dict[str, Any]:
    """Make the event that brings *size* bytes of audio."""
    return {
        "type": "response.output_audio.delta",
        "event_id": "event_1",
        "response_id": "resp_1",
        "item_id": "item_1",
        "output_index": 0,
        "content_index": 0,
        "delta": b64encode(bytes(size)).decode(),
    }


def settings(type_: str, **formats: Any) -> dict[str, Any]:
    """Make the event *type_*, which sets the audio *formats*."""
    audio = {way: {"format": format_} for way, format_ in formats.items()}
    session: dict[str, Any] = {"type": "realtime", "audio": audio}
    if type_ != "session.update":
        session |= {"id": "sess_1", "object": "realtime.session"}
    return {"type": type_, "event_id": "event_1", "session": session}


def to_lines(messages: Iterable[Any]) -> bytes:
    """Write *messages* as JSON Lines; those that are bytes stand as they are."""
    return b"".join(
        (item if isinstance(item, bytes) else json.dumps(item).encode()) + b"\n"
        for item in messages
    )


def environment(**changes: str) -> dict[str, str]:
    """Return the environment without the variables that set colours and widths."""
    decisive = {"NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS", "LINES"}
    kept = {name: value for name, value in os.environ.items() if name not in decisive}
    return {**kept, "TERM": "xterm-256color", **changes}


def run(
    *args: str | bytes | Path, stdin: bytes = b"", **changes: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the command as people do, its output going to pipes."""
    return subprocess.run(
        [*COMMAND, *args],
        check=False,
        capture_output=True,
        env=environment(**changes),
        input=stdin,
    )


def tell(log: bytes, *options: str) -> tuple[Any, str]:
    """Run ``rtmodels check`` on *log*; return the exit status and the output.

    It does so in this process, since to start one takes half a second.
    """
    from rtmodels.adapters.cli import app  # noqa: PLC0415 - others take the messages

    with (
        NamedTemporaryFile() as file,
        redirect_stdout(StringIO()) as output,
        redirect_stderr(StringIO()),
    ):
        file.write(log)
        file.flush()
        with pytest.raises(SystemExit) as exit_:
            app(["check", file.name, *options])
    return exit_.value.code, output.getvalue()


def check(log: bytes, *options: str) -> tuple[Any, dict[str, Any]]:
    """Run ``rtmodels check --json`` on *log*; return the status and the object."""
    status, output = tell(log, "--json", *options)
    return status, json.loads(output)
