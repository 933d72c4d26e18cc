"""The commands for archives, ``rtmodels convert`` and ``rtmodels stats``, as typed.

What they do is in `_archive_runs`, which is imported when one runs: it needs pyarrow.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, TypeAlias

from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters.cli._terminal import refuse_option
from rtmodels.errors import MissingDependencyError

try:
    from cyclopts import Parameter
except ModuleNotFoundError as exc:
    raise MissingDependencyError("cyclopts", extra="cli") from exc

Settings: TypeAlias = Annotated[ReadOptions, Parameter(name="*")]

DEFAULTS = ReadOptions()

File: TypeAlias = Annotated[
    str,
    Parameter(
        name="FILE", required=True, allow_leading_hyphen=True, validator=refuse_option
    ),
]


def convert(
    *files: File,
    overwrite: Annotated[bool, Parameter(negative="", show_default=False)] = False,
    options: Settings = DEFAULTS,
) -> int:
    """Convert recorded events; the last FILE is the one to write.

    It is written as JSON Lines (.jsonl, .ndjson), MessagePack (.msgpack, .mpk) or
    Parquet (.parquet), the first two also compressed (.gz, .zst). The files to read may
    be any of these, JSON arrays too, compressed or not, patterns or URLs; what is in
    them tells, and not their names.

    A run that breaks off resumes when the same command is given again.
    Until all is done the output is called FILE.partial.

    The exit status is 0 if all is well, 1 if messages are not what the schema says,
    and 2 if a file cannot be read to its end or the output cannot be written. What can
    be converted is converted all the same.

    Args:
        files: The files to read, and then the one to write.
        overwrite: Replace the output if it is there already.
        options: How to find the events in the files, and how to read them.
    """
    with _exiting_if_missing():
        from rtmodels.adapters.cli import _archive_runs  # noqa: PLC0415 - pyarrow

        return _archive_runs.run_convert(files, overwrite=overwrite, options=options)


def stats(
    *files: File,
    plot: Annotated[str | None, Parameter(show_default=False)] = None,
    options: Settings = DEFAULTS,
) -> int:
    """Sum up recorded responses: how they ended, what they took, how long they took.

    The files may be all that ``rtmodels convert`` reads and writes. The exit status is
    0, or 2 if a file cannot be read to its end or the plot cannot be written.

    Args:
        files: The files to read.
        plot: Draw responses over time, tokens and latencies into this .svg or .png.
        options: How to find the events in the files, and how to read them.
    """
    with _exiting_if_missing():
        from rtmodels.adapters.cli import _archive_runs  # noqa: PLC0415 - pyarrow

        return _archive_runs.run_stats(files, plot=plot, options=options)


@contextmanager
def _exiting_if_missing() -> Generator[None]:
    """Exit with the name of the package that a command lacks, without a traceback."""
    try:
        yield
    except MissingDependencyError as exc:
        sys.stderr.write(f"rtmodels: {exc}\n")
        sys.exit(2)
