"""Runs ``rtmodels convert`` and ``rtmodels stats``.

It needs the extra ``arrow`` too, so only `_archive` imports it, when a command runs.
"""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters._recordings.paths import expand
from rtmodels.adapters.archive._convert import (
    Conversion,
    describe_failure,
    find_format,
)
from rtmodels.adapters.archive._reading import read_any, tabulate
from rtmodels.adapters.cli._stats_report import print_report
from rtmodels.adapters.cli._terminal import Bar, amount, printable
from rtmodels.errors import MissingDependencyError

try:
    from rich.console import Console
except ModuleNotFoundError as exc:
    raise MissingDependencyError("rich", extra="cli") from exc

INTERRUPTED = 130
"""The exit status of a command that the user stopped, as shells have it."""


def run_convert(files: Sequence[str], *, overwrite: bool, options: ReadOptions) -> int:
    """Convert all *files* but the last into that one; return the exit status."""
    *inputs, last = files

    output = Path(last)
    if not inputs:
        return _fail("name the files to read, and then the one to write")
    if output.exists() and not overwrite:
        return _fail(f"{output}: there already; --overwrite replaces it")
    try:
        find_format(output)
        found = tuple(file for path in inputs for file in expand(path))
    except (OSError, ValueError) as exc:
        return _fail(describe_failure(exc))

    with Bar(_make_console(stderr=True)) as bar:
        run = Conversion(found, output, options, _tell, bar.move)
        rest = f"what is done is in {run.partial}, the same command goes on with it"
        try:
            run.run()
        except OSError as exc:
            return _fail(f"{run.partial}: {exc.strerror or exc}; {rest}")
        except KeyboardInterrupt:
            _tell(f"stopped; {rest}")
            return INTERRUPTED

    totals = run.totals
    sys.stderr.write(
        f"{amount(totals.messages, 'message')}, {totals.invalid:,} not valid,"
        f" {totals.lost:,} left out{', went on with an earlier run' * run.resumed}\n"
    )
    return 2 if totals.failures else 1 if totals.invalid else 0


def run_stats(files: Sequence[str], *, plot: str | None, options: ReadOptions) -> int:
    """Sum up *files*, and draw that if *plot* is given; return the exit status."""
    failures: list[Exception] = []

    def report(exc: Exception) -> None:
        failures.append(exc)
        _tell(describe_failure(exc))

    draw = None
    if plot is not None:
        from rtmodels.adapters.archive import _plot  # noqa: PLC0415 - matplotlib

        draw = partial(_plot.plot, path=plot)
        try:
            _plot.check_ending(Path(plot))
        except ValueError as exc:
            return _fail(str(exc))

    console = _make_console(stderr=False)
    with Bar(console) as bar:
        batches = read_any(files, options, report, bar.move)
        tables = tabulate(batches, mode=options.mode, upgrade=options.upgrade)
    print_report(console, tables)

    if draw is not None:
        try:
            draw(tables)
        except OSError as exc:
            report(exc)
    return 2 if failures else 0


def _make_console(*, stderr: bool) -> Console:
    """Build a console that takes text from the wire as it is."""
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def _tell(text: str) -> None:
    """Write a line to standard error."""
    sys.stderr.write(f"rtmodels: {printable(text)}\n")


def _fail(text: str) -> int:
    """Write a line to standard error; return the exit status."""
    _tell(text)
    return 2
