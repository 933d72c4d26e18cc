"""Terminal output of all commands: tables, numbers and a progress bar.

Text from the wire must pass through `printable` first.
"""

from math import inf
from os import fspath
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Protocol, Self

from rtmodels.errors import MissingDependencyError

try:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
except ModuleNotFoundError as exc:
    raise MissingDependencyError("rich", extra="cli") from exc

if TYPE_CHECKING:
    from rich.progress import Progress

# A bar that flashes up for a small file would only distract.
PATIENCE = 0.1
"""Seconds before the progress bar appears."""

PAUSE = 0.1
"""Seconds between two updates of the progress bar."""

MAX_NAME = 100
"""Maximum length of a string from the wire in a table."""


class PipeConsole(Console):
    """A console whose reader may leave before the end."""

    def on_broken_pipe(self) -> None:
        """Raise the error of a pipe that its reader has closed."""
        # By default, rich exits with 1, which means here that a message is invalid.
        raise BrokenPipeError


def make_console(*, stderr: bool = False) -> Console:
    """Build a console that prints text from the wire without interpreting it."""
    return PipeConsole(stderr=stderr, markup=False, emoji=False, highlight=False)


def make_count_table(title: str, *columns: str) -> Table:
    """Build a table whose first column is text and whose other columns are numbers."""
    table = Table(
        box=SIMPLE,
        show_edge=False,
        pad_edge=False,
        border_style="dim",
        header_style="bold",
        footer_style="bold",
    )

    table.add_column(title, overflow="fold")
    for name in columns:
        table.add_column(name, justify="right")
    return table


def add_total(table: Table, number: int) -> None:
    """Add *number* as the total of the first column of numbers."""
    table.show_footer = True
    table.columns[0].footer = "total"
    table.columns[1].footer = f"{number:,}"


def amount(number: int, noun: str) -> str:
    """Return *number* with *noun* in the singular or plural."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def printable(text: str) -> str:
    """Escape control characters and everything that a terminal cannot display."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def reject_option(_: object, file: str | Path) -> None:
    """Raise if *file* is a mistyped option; ``-`` alone is standard input."""
    name = fspath(file)
    if name.startswith("-") and name != "-":
        raise ValueError(f"Unknown option {name}; for a file, write ./{name}.")


class Measured(Protocol):
    """A file that is being read."""

    @property
    def position(self) -> int:
        """Bytes that have been read."""
        ...

    @property
    def length(self) -> int | None:
        """Bytes in total, if known."""
        ...


class Bar:
    """A progress bar that appears if reading takes a while."""

    def __init__(self, console: Console, *, hidden: bool = False) -> None:
        """Prepare a bar for *console*, which is shown only on a terminal."""
        # Environment variables can make rich assume a terminal, so the file is asked
        # as well. A due time of infinity is never reached.
        seen = console.is_interactive and console.file.isatty() and not hidden
        self._due = perf_counter() + PATIENCE if seen else inf
        self._file: str | None = None

        self._console = console
        self._progress: Progress | None = None

    def __enter__(self) -> Self:
        """Return the bar, which is not shown yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the bar from the terminal if it was shown."""
        if self._progress is not None:
            self._progress.stop()

    def move(self, file: str, log: Measured) -> None:
        """Update the bar to the position of *log*, whose name is *file*."""
        # Called for every message, so the common case is one comparison.
        now = perf_counter()
        if now < self._due:
            return

        self._due = now + PAUSE
        if self._progress is None:
            # Its import takes longer than most runs.
            from rtmodels.adapters.cli._progress import (  # noqa: PLC0415
                start_progress,
            )

            self._progress = start_progress(self._console)
        if file != self._file:
            self._file = file
            for task in self._progress.task_ids:
                self._progress.remove_task(task)
            self._progress.add_task(printable(file), total=log.length)

        (task,) = self._progress.task_ids
        self._progress.update(task, completed=log.position)
