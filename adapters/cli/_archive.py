"""The arguments and help of ``rtmodels convert`` and ``rtmodels stats``.

`_archive_runs` implements the commands. It needs pyarrow, and so is imported only when
one of them runs.
"""

from typing import Annotated, Literal

from rtmodels.adapters.cli._inputs import DEFAULTS, File, Settings, to_names
from rtmodels.adapters.cli._refusing import loading
from rtmodels.errors import MissingDependencyError

try:
    from cyclopts import Parameter
except ModuleNotFoundError as exc:
    raise MissingDependencyError("cyclopts", extra="cli") from exc


def convert(
    *files: File,
    overwrite: Annotated[bool, Parameter(negative="", show_default=False)] = False,
    options: Settings = DEFAULTS,
) -> int:
    """Convert recorded events; the last FILE is the output.

    The extension of the output selects its format: JSON Lines (.jsonl, .ndjson),
    MessagePack (.msgpack, .mpk) or Parquet (.parquet). The first two may be compressed
    (.gz, .zst). The files to read may be in any of these formats or JSON arrays,
    compressed or not. FILE may also be a directory, a pattern or a URL, and ``-`` is
    standard input. In a directory, links to other directories are not followed. The
    formats are detected from the contents, not from the names.

    All files have to be of one protocol, the Realtime API or the Live API: that of the
    first file, unless ``--protocol`` names one.

    If a run is interrupted, run the same command again to resume it. The output is
    called FILE.partial until it is complete; FILE.partial.json holds the progress. If
    either is damaged, the run starts over. Patterns leave out these files and the
    output. While a run writes, a second one with the same output is refused.

    The exit status is 0 on success, 1 if any message does not match the schema, and 2
    if a file cannot be read to its end, or not with these options, or if the output
    cannot be written. Invalid messages and unreadable files do not stop the conversion
    of the rest. If no file can be read, none is written.

    Args:
        files: The files to read, followed by the file to write.
        overwrite: Replace the output if it exists.
        options: How to find the events in the files, and how to read them.
    """
    with loading():
        from rtmodels.adapters.cli import _archive_runs  # noqa: PLC0415 - pyarrow

    return _archive_runs.run_convert(
        to_names(files), overwrite=overwrite, options=options
    )


def stats(
    *files: File,
    per: Annotated[Literal["hour", "day"] | None, Parameter(show_default=False)] = None,
    plot: Annotated[str | None, Parameter(show_default=False)] = None,
    options: Settings = DEFAULTS,
) -> int:
    """Sum up recorded responses: how they ended, their tokens and their latencies.

    Of sessions of the Live API it sums up what there is instead: events by type, the
    time that they used, what each side said, and the tasks that the model delegated.

    FILE may be whatever ``rtmodels convert`` reads. A response whose end was recorded
    twice counts once, and is among the errors as ``response_repeated``.

    The exit status is 0, or 2 if a file cannot be read to its end, or not with these
    options, or if the plot cannot be written, or if ``--per`` finds no times.

    Args:
        files: The files to read.
        per: Also count responses, tokens and errors by hour or day, UTC, with the
            median latencies. It needs the times of events, as from ``--time-key``.
        plot: Plot responses over time, tokens and latencies to this .svg or .png file.
        options: How to find the events in the files, and how to read them.
    """
    with loading():
        from rtmodels.adapters.cli import _archive_runs  # noqa: PLC0415 - pyarrow

    return _archive_runs.run_stats(to_names(files), per=per, plot=plot, options=options)
