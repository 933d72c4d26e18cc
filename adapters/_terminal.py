"""How the commands write on a terminal: tables, numbers and foreign text."""

from rtmodels.errors import MissingDependencyError

try:
    from rich.box import SIMPLE
    from rich.table import Table
except ImportError as exc:
    raise MissingDependencyError("rich", extra="cli") from exc

MAX_NAME = 100
"""No more characters than this of a foreign word get into a table."""


def make_table(title: str, *columns: str) -> Table:
    """Make a table whose first column is text and whose other columns are numbers."""
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
    """Say *number* and *noun*, the latter in the plural if it takes that."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def printable(text: str) -> str:
    """Escape what would do something to a terminal, or cannot be written to it."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
