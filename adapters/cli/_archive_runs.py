"""Implementation of ``rtmodels convert`` and ``rtmodels stats``.

It needs the extra ``arrow``, and so `_archive` imports it only when a command runs.
"""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rtmodels.adapters._recordings.found import HintError
from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters._recordings.paths import expand, is_parquet
from rtmodels.adapters.archive._convert import (
    Conversion,
    describe_failure,
    find_format,
)
from rtmodels.adapters.archive._partial import PartialFile
from rtmodels.adapters.archive._periods import Period
from rtmodels.adapters.archive._reading import tabulate_files
from rtmodels.adapters.cli._stats_report import print_report
from rtmodels.adapters.cli._terminal import Bar, amount, make_console, printable

# Shells report a program that Ctrl-C (signal 2) ended as 128 + 2.
INTERRUPTED = 130
"""The exit status of a command that the user interrupted."""


NO_TIMES = "--per {}: no event has a time; name its key with --time-key"
"""What is wrong with a log that has no times."""


def run_convert(files: Sequence[str], *, overwrite: bool, options: ReadOptions) -> int:
    """Convert all *files* but the last to that one; return the exit status."""
    *inputs, last = files
    output = Path(last)
    if not inputs:
        return _fail("no output file; name the files to read, then the file to write")

    # Patterns are expanded at once: a mistyped one must not stop a run half-way.
    try:
        find_format(output)
        found, left_out = PartialFile(output).find_inputs(inputs)
    except (OSError, ValueError) as exc:
        return _fail(describe_failure(exc))
    for file in left_out:
        _tell(f"{file}: left out, since this command writes it")

    with Bar(make_console(stderr=True)) as bar:
        run = Conversion(tuple(found), output, options, _tell, bar.move, overwrite)
        hint = "run the same command again to resume"
        try:
            run.run()
        except (BlockingIOError, FileExistsError) as exc:
            return _fail(describe_failure(exc))
        except OSError as exc:
            return _fail(f"{run.partial}: {exc.strerror or exc}; {hint}")
        except KeyboardInterrupt:
            _tell(f"interrupted; {hint}")
            return INTERRUPTED

    # Standard output stays empty, as the output of the command is a file.
    totals = run.totals
    text = (
        f"{amount(totals.messages, 'message')}, {totals.invalid:,} invalid,"
        f" {totals.lost:,} left out"
    )
    if run.resumed:
        text += ", resumed an earlier run"
    if totals.has_nothing:
        text += f"; {printable(last)} is not written"
    sys.stderr.write(f"{text}\n")
    return 2 if totals.failures else 1 if totals.invalid else 0


def run_stats(
    files: Sequence[str],
    *,
    per: Period | None,
    plot: str | None,
    options: ReadOptions,
) -> int:
    """Sum up *files*, and draw the plot if one is given; return the exit status.

    *per* is the length of the periods that have totals of their own, if any.
    """
    failures: list[Exception] = []

    def report(exc: Exception) -> None:
        failures.append(exc)
        _tell(describe_failure(exc))

    # A plot with a wrong name should fail at once, and not after hours of reading.
    draw = None
    if plot is not None:
        from rtmodels.adapters.archive import _plot  # noqa: PLC0415 - matplotlib

        draw = partial(_plot.plot, path=plot)
        try:
            _plot.check_ending(Path(plot))
        except ValueError as exc:
            return _fail(str(exc))

    if per is not None and not _may_have_times(files, options):
        return _fail(NO_TIMES.format(per))

    console = make_console()
    with Bar(console) as bar:
        tables = tabulate_files(files, options, report, bar.move)

    periods = None
    if per is not None:
        try:
            periods = tables.per(per)
        except ValueError:
            report(HintError(NO_TIMES.format(per)))
    print_report(console, tables, periods=periods, period=per)

    if draw is not None:
        try:
            draw(tables)
        except OSError as exc:
            report(exc)
    return 2 if failures else 0


def _may_have_times(files: Sequence[str], options: ReadOptions) -> bool:
    """Check that there is a key of the times in *options*, or one file is Parquet."""
    if options.time_key is not None:
        return True
    # A file that cannot be opened is reported when it is read.
    try:
        return any(is_parquet(file) for path in files for file in expand(path))
    except OSError:
        return True


def _tell(text: str) -> None:
    """Write a line to standard error."""
    sys.stderr.write(f"rtmodels: {printable(text)}\n")


def _fail(text: str) -> int:
    """Write a line to standard error; return the exit status."""
    _tell(text)
    return 2
