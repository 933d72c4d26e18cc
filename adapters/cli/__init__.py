"""The command ``rtmodels``, which checks recordings and prints JSON Schemas.

The folder holds what the commands need; no other package imports from it. The files
are read by `rtmodels.adapters._recordings` and `rtmodels.adapters.archive`.
"""

import sys
from collections.abc import Sequence
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path

from rtmodels.errors import MissingDependencyError

try:
    import rich  # noqa: F401 - cyclopts needs it too, and would take the blame
    from cyclopts import App, CycloptsError

    from rtmodels.adapters.cli._archive import convert, stats
    from rtmodels.adapters.cli._check import check
    from rtmodels.adapters.cli._schema import schema
except ModuleNotFoundError as _exc:
    _missing = MissingDependencyError(_exc.name or "cyclopts", extra="cli")
    # `python -m` sets the first argument to -m while it imports this package.
    _as_module = sys.argv[0] == "-m" and __name__ in sys.orig_argv
    if _as_module or Path(sys.argv[0]).stem == "rtmodels":
        # A shell gets one line, and no traceback.
        sys.stderr.write(f"rtmodels: {_missing}\n")
        sys.exit(2)
    raise _missing from _exc

__all__ = ["app"]

_commands: App = App(
    name="rtmodels",
    help="Look into recordings of Realtime sessions, and into the protocol.",
    version=lambda: f"rtmodels {version('rtmodels')}",
)
"""The application behind `app`, with all commands."""

_commands.command(convert)
_commands.command(stats)
_commands.command(check)
_commands.command(schema)


def app(tokens: Sequence[str] | None = None) -> None:
    """Run the command line and exit; misuse exits with 2, as an unreadable file does.

    Args:
        tokens: The arguments; those that the program was started with by default.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        _commands(tokens, exit_on_error=False)
    except CycloptsError:
        sys.exit(2)
