"""What the commands share to write on a terminal: tables, numbers and progress.

Text from the wire goes through `printable` first.
"""

from math import inf
from time import perf_counter
from typing import Protocol, Self

from rtmodels.errors import MissingDependencyError

try:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
    from rich.table import Table
except ModuleNotFoundError as exc:
    raise MissingDependencyError("rich", extra="cli") from exc

PATIENCE = 0.1
"""So many seconds go by before a progress bar comes."""

PAUSE = 0.1
"""So many seconds lie between two of its movements."""

MAX_NAME = 100
"""No more characters than this of a foreign word get into a table."""


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
    """Put *number* under the first column of numbers."""
    table.show_footer = True
    table.columns[0].footer = "total"
    table.columns[1].footer = f"{number:,}"


def amount(number: int, noun: str) -> str:
    """Return *number* and *noun*, the latter in the plural if it takes that."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def printable(text: str) -> str:
    """Escape what would do something to a terminal, or cannot be written to it."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def refuse_option(_: object, name: str) -> None:
    """Raise if *name* is a mistyped option, and not the ``-`` of standard input."""
    if name.startswith("-") and name != "-":
        raise ValueError(f"Unknown option {name}; write ./{name} for a file.")


class Measured(Protocol):
    """A file that is being read."""

    @property
    def position(self) -> int:
        """How much has been read."""
        ...

    @property
    def length(self) -> int | None:
        """How much there is, if that is known."""
        ...


class Bar:
    """A progress bar, which comes if the reading takes a while."""

    def __init__(self, console: Console, *, hidden: bool = False) -> None:
        """Prepare a bar for *console*; only a terminal gets it."""
        seen = console.is_interactive and console.file.isatty() and not hidden
        self._due = perf_counter() + PATIENCE if seen else inf
        self._file: str | None = None
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            DownloadColumn(),
            console=console,
            transient=True,
            expand=True,
        )

    def __enter__(self) -> Self:
        """Wait to be needed."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wipe the bar off the terminal, if it came."""
        if self._progress.live.is_started:
            self._progress.stop()

    def move(self, file: str, log: Measured) -> None:
        """Show how far into *file* the reading of *log* has come."""
        now = perf_counter()
        if now < self._due:
            return
        self._due = now + PAUSE
        if file != self._file:
            self._begin(file, log)
        (task,) = self._progress.task_ids
        self._progress.update(task, completed=log.position)

    def _begin(self, file: str, log: Measured) -> None:
        """Start over with *file*, and come out if that has not happened yet."""
        self._file = file
        for task in self._progress.task_ids:
            self._progress.remove_task(task)
        self._progress.add_task(
            printable(file), total=log.length, completed=log.position
        )
        self._progress.start()
