"""Processes that tests start, and that end with the test whatever its outcome."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PATIENCE = 300
"""Seconds after which a wait has failed, and is not slow because the machine is busy.

Tests wait for events. This limit only keeps a broken one from waiting for ever.
"""

STAYING = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
"""What Python itself starts once, and ends with the process that started it."""


@contextmanager
def running(
    command: list[Any], *, signal_: int = signal.SIGTERM, **options: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """Run *command* while the block lasts; then end it, and all that it started."""
    # A new session makes it the leader of a process group, which is killed as one.
    with subprocess.Popen(command, start_new_session=True, **options) as process:
        try:
            yield process
        finally:
            end(process, signal_)


def end(process: subprocess.Popen[bytes], signal_: int) -> None:
    """Send *signal_* to *process*, wait for its end, and kill the rest of its group."""
    try:
        process.send_signal(signal_)
        process.wait(PATIENCE)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def run_python(
    *arguments: Any, folder: Path | None = None, **variables: str
) -> "subprocess.CompletedProcess[str]":
    """Run Python in *folder*, with *variables* in its environment, to its end."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, **variables},
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def run_pytest(folder: Path) -> str:
    """Run the tests in *folder* in a pytest of their own, and return its report."""
    options = ("-p", "no:xdist", "-q", "--rootdir", folder, "-c", "/dev/null")
    variables = {"PYTHONSAFEPATH": "", "PYTEST_ADDOPTS": ""}
    return run_python(
        "-m", "pytest", *options, folder, folder=folder, **variables
    ).stdout


def wait_until(condition: Callable[[], Any]) -> None:
    """Wait until *condition()* holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def wait_for_end(before: set[int] | None = None) -> None:
    """Wait until no process is left that this one started, but for those *before*."""
    deadline = time.monotonic() + PATIENCE
    while children := find_children(before):
        assert time.monotonic() < deadline, f"still running: {children}"
        time.sleep(0.02)


def find_children(before: set[int] | None = None) -> dict[int, str]:
    """Return the commands of the processes that this one started, by id.

    Only Linux lists them. Those *before*, and helpers of multiprocessing, are left out.
    """
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    ids = {int(text) for task in tasks for text in task.read_text().split()}
    commands = {id_: read_command(id_) for id_ in ids - (before or set())}

    return {
        id_: command
        for id_, command in commands.items()
        if command and not any(name in command for name in STAYING)
    }


def read_command(id_: int) -> str:
    """Return the command line of a process; nothing if the process has ended."""
    try:
        return Path(f"/proc/{id_}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
