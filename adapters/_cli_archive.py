"""The commands for archives: ``rtmodels convert`` and ``rtmodels stats``.

What they need beside the command line, pyarrow above all, is loaded when they run.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeAlias

from rtmodels.adapters._terminal import Bar, amount, printable, refuse_option
from rtmodels.converter import Reading
from rtmodels.errors import MissingDependencyError

try:
    from cyclopts import Parameter
    from rich.console import Console
except ImportError as exc:
    raise MissingDependencyError(exc.name or "cyclopts", extra="cli") from exc

INTERRUPTED = 130
"""The exit status of a command that the user stopped, as shells have it."""

Key: TypeAlias = Annotated[str | None, Parameter(show_default=False)]

File = Annotated[
    str,
    Parameter(
        name="FILE", required=True, allow_leading_hyphen=True, validator=refuse_option
    ),
]


def convert(
    *files: File,
    reading: Reading = "tolerant",
    event_key: Key = None,
    time_key: Key = None,
    session_key: Key = None,
    overwrite: Annotated[bool, Parameter(negative="", show_default=False)] = False,
) -> int:
    """Convert recorded events; the last FILE is the one to write.

    It is written as JSON Lines (.jsonl, .ndjson), MessagePack (.msgpack, .mpk) or
    Parquet (.parquet), the first two also compressed (.gz, .zst). The files to read may
    be any of these, JSON arrays too, compressed or not, patterns or URLs; what is in
    them tells, and not their names.

    A run that breaks off goes on where it was when the same command is given again.
    Until all is done the output is called FILE.partial.

    The exit status is 0 if all is well, 1 if messages are not what the schema says,
    and 2 if a file cannot be read to its end or the output cannot be written. What can
    be converted is converted all the same.

    Args:
        files: The files to read, and then the one to write.
        reading: How much to put up with: ``strict``, ``tolerant`` or ``forgiving``.
        event_key: The key under which the records of a log have their event.
        time_key: The key under which they have the time when it was received.
        session_key: The key under which they have its session.
        overwrite: Replace the output if it is there already.
    """
    with _told_what_is_missing():
        from rtmodels.adapters.archive._convert import (  # noqa: PLC0415 - pyarrow
            Conversion,
            describe_failure,
            find_format,
        )
        from rtmodels.adapters.archive._options import Options  # noqa: PLC0415
        from rtmodels.adapters.archive._sources import expand  # noqa: PLC0415
    *inputs, output = files
    if not inputs:
        return _fail("name the files to read, and then the one to write")
    if Path(output).exists() and not overwrite:
        return _fail(f"{output}: there already; --overwrite replaces it")
    try:
        find_format(Path(output))
        found = tuple(file for path in inputs for file in expand(path))
    except (OSError, ValueError) as exc:
        return _fail(describe_failure(exc))
    console = Console(stderr=True, markup=False, emoji=False, highlight=False)
    with Bar(console) as bar:
        options = Options(reading, event_key, time_key, session_key)
        run = Conversion(found, Path(output), options, _tell, bar.move)
        try:
            run.run()
        except OSError as exc:
            reason = exc.strerror or exc
            return _fail(f"{run.partial}: {reason}; {_how_to_go_on(run.partial)}")
        except KeyboardInterrupt:
            _tell(f"stopped; {_how_to_go_on(run.partial)}")
            return INTERRUPTED
    totals = run.totals
    sys.stderr.write(
        f"{amount(totals.messages, 'message')}, {totals.invalid:,} not valid,"
        f" {totals.lost:,} left out{', went on with an earlier run' * run.resumed}\n"
    )
    return 2 if totals.failures else 1 if totals.invalid else 0


def stats(
    *files: File,
    plot: Annotated[str | None, Parameter(show_default=False)] = None,
    reading: Reading = "tolerant",
    event_key: Key = None,
    time_key: Key = None,
    session_key: Key = None,
) -> int:
    """Sum up recorded responses: how they ended, what they took, how long they took.

    The files may be all that ``rtmodels convert`` reads and writes. The exit status is
    0, or 2 if a file cannot be read to its end or the plot cannot be written.

    Args:
        files: The files to read.
        plot: Draw responses over time, tokens and latencies into this .svg or .png.
        reading: How much to put up with: ``strict``, ``tolerant`` or ``forgiving``.
        event_key: The key under which the records of a log have their event.
        time_key: The key under which they have the time when it was received.
        session_key: The key under which they have its session.
    """
    with _told_what_is_missing():
        from rtmodels.adapters.archive import tabulate  # noqa: PLC0415 - pyarrow
        from rtmodels.adapters.archive._convert import (  # noqa: PLC0415
            describe_failure,
        )
        from rtmodels.adapters.archive._options import Options  # noqa: PLC0415
        from rtmodels.adapters.archive._reading import read_any  # noqa: PLC0415
        from rtmodels.adapters.archive._report import print_report  # noqa: PLC0415

        if plot is not None:
            from rtmodels.adapters.archive._plot import plot as draw  # noqa: PLC0415
    failures = []

    def report(exc: Exception) -> None:
        failures.append(exc)
        _tell(describe_failure(exc))

    console = Console(markup=False, emoji=False, highlight=False)
    options = Options(reading, event_key, time_key, session_key)
    with Bar(console) as bar:
        batches = read_any(files, options, report, bar.move)
        tables = tabulate(batches, reading=reading)
    print_report(console, tables)
    if plot is not None:
        try:
            draw(tables, Path(plot))
        except (OSError, ValueError) as exc:
            report(exc)
    return 2 if failures else 0


@contextmanager
def _told_what_is_missing() -> Iterator[None]:
    """Say which package a command lacks, without a traceback."""
    try:
        yield
    except MissingDependencyError as exc:
        sys.exit(_fail(str(exc)))


def _tell(text: str) -> None:
    """Write a line to standard error."""
    sys.stderr.write(f"rtmodels: {printable(text)}\n")


def _fail(text: str) -> int:
    """Write a line to standard error; give the exit status."""
    _tell(text)
    return 2


def _how_to_go_on(partial: Path) -> str:
    """Say what is there so far, and how to get the rest."""
    return f"what is done is in {partial}, the same command goes on with it"
