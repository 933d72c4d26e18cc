"""The command ``rtmodels``, which checks, converts and sums up recordings."""

# Nothing else imports from this package. `rtmodels.adapters._recordings` and
# `rtmodels.adapters.archive` read the files.

import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path

from rtmodels.errors import MissingDependencyError
from rtmodels.native import available

try:
    import rich  # noqa: F401 - else a missing rich is reported inside cyclopts
    from cyclopts import App, CycloptsError

    from rtmodels.adapters.cli._archive import convert, stats
    from rtmodels.adapters.cli._check import check
    from rtmodels.adapters.cli._refusing import refuse_pandas, refuse_threads
    from rtmodels.adapters.cli._schema import schema
    from rtmodels.adapters.cli._terminal import PipeConsole
    from rtmodels.adapters.cli._translate import translate
except ModuleNotFoundError as _exc:
    _missing = MissingDependencyError(_exc.name or "cyclopts", extra="cli")
    # `python -m` sets the first argument to -m while it imports the package, and to the
    # path of the file that it runs afterwards.
    _as_module = sys.argv[0] == "-m" or Path(sys.argv[0]).name == "__main__.py"
    _as_module = _as_module and not {"rtmodels", __name__}.isdisjoint(sys.orig_argv)
    if _as_module or Path(sys.argv[0]).stem == "rtmodels":
        # A program that imports this module gets an exception, but a shell user needs
        # one line and no traceback.
        sys.stderr.write(f"rtmodels: {_missing}\n")
        sys.exit(2)
    raise _missing from _exc

__all__ = ["app"]

_commands: App = App(
    name="rtmodels",
    help="Check, convert and sum up recordings of Realtime and Live sessions.",
    help_format="plaintext",  # the parser of Markdown takes as long to load as the rest
    version=lambda: (
        f"rtmodels {version('rtmodels')} ({'native' if available else 'pure Python'})"
    ),
)
"""The application with all commands; `app` runs it."""

for _command in (convert, stats, check, schema, translate):
    _commands.command(_command, help_format="markdown")
_commands.register_install_completion_command(
    help="Install completion of commands, options and files for a shell."
)

# Shells report a program that a closed pipe (signal 13) ended as 128 + 13.
CLOSED_PIPE = 141
"""The exit status of a command whose reader has left, as of ``cat`` or ``grep``."""


def app(tokens: Sequence[str] | None = None) -> None:
    """Run the command line and exit, with status 2 for wrong arguments.

    If the reader of its output leaves, as ``head`` does, it exits with status 141.

    Args:
        tokens: The arguments; by default those of the program.
    """
    # A program that calls this function may use pandas and threads itself.
    if tokens is None:
        refuse_pandas()
        refuse_threads()

    # Text from the wire may hold characters that the encoding of a pipe lacks.
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")

    # cyclopts would exit with 1, which means here that a message is invalid. It has
    # printed the error by now.
    try:
        try:
            _commands(tokens, console=PipeConsole(), exit_on_error=False)
        finally:
            sys.stdout.flush()
    except CycloptsError:
        sys.exit(2)
    except MissingDependencyError as exc:
        sys.stderr.write(f"rtmodels: {exc}\n")
        sys.exit(2)
    except BrokenPipeError:
        # Python flushes standard output once more when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(CLOSED_PIPE)
