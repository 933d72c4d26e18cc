"""Expansion of paths, patterns and URLs to files."""

import os
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from errno import ENOENT
from glob import escape, glob
from pathlib import Path

from rtmodels.adapters._recordings.names import FORMATS, is_recording
from rtmodels.errors import RtmodelsError

WILDCARDS = frozenset("*?[")

_ANY_DEPTH = re.compile(
    rf"(?:^|(?<=[/{re.escape(os.sep)}]))\*\*(?:[/{re.escape(os.sep)}]|$)"
)
"""The part of a pattern that stands for directories at any depth."""

STDIN = "-"
"""The name of standard input among the files of a command."""

NO_RECORDING = f"No recording in this directory; names end in {', '.join(FORMATS)}"

PARQUET_MAGIC = b"PAR1"
"""The first bytes of a Parquet file."""


def expand(path: str | os.PathLike[str]) -> list[str]:
    """Return the files that *path* names, or matches as a pattern, in sorted order.

    Of a directory, return the recordings in it, at any depth. Links to files are
    followed; links to directories are not, unless *path* or a part of it names them.

    Raises:
        OSError: No file matches the pattern, there is no recording in the directory, or
            the file system cannot be searched.
    """
    # A file that exists wins over a pattern: its name may contain brackets.
    file = os.fspath(path)
    with name_errors(file):
        if is_url(file):
            from rtmodels.adapters._recordings.urls import (  # noqa: PLC0415 - fsspec
                expand_url,
            )

            found = expand_url(file)
        elif Path(file).is_dir():
            found = list_recordings(file)
        elif WILDCARDS.isdisjoint(file) or Path(file).exists():
            found = [file]
        else:
            found = _match(file)

        if not found:
            is_directory = file.endswith("/") or Path(file).is_dir()
            reason = NO_RECORDING if is_directory else "No file matches"
            raise FileNotFoundError(ENOENT, reason, file)
    return found


def _match(pattern: str) -> list[str]:
    """Return the files that *pattern* matches, and those in matching directories."""
    names = sorted({*_glob(pattern)})

    # `logs/**` matches a directory and the files in it.
    found: dict[str, None] = {}
    for name in names:
        found.update(
            dict.fromkeys(list_recordings(name) if Path(name).is_dir() else [name])
        )
    return [*found]


def _glob(pattern: str) -> Iterator[str]:
    """Iterate over the names that *pattern* matches, some of them more than once."""
    # The standard `glob` follows links to directories. One to a directory above would
    # name each file up to 40 times, and two of them more often than a run can list.
    before, *after = _ANY_DEPTH.split(pattern, maxsplit=1)
    if not after:
        yield from glob(pattern)  # noqa: PTH207 - may be absolute
        return

    for top in glob(before) if before else [""]:  # noqa: PTH207
        for folder, inner, files in os.walk(top or os.curdir):
            inner[:] = [name for name in inner if not name.startswith(".")]
            shown = Path(folder) if top else Path(folder).relative_to(os.curdir)
            if after[0]:
                yield from _glob(str(Path(escape(str(shown)), after[0])))
            else:
                visible = (name for name in files if not name.startswith("."))
                yield from (str(shown / name) for name in visible)


def list_recordings(directory: str) -> list[str]:
    """Return the files in *directory*, at any depth, that have names of recordings."""
    top = Path(directory)
    return [
        str(path)
        for path in sorted(top.rglob("*"))
        if is_recording(path.relative_to(top).as_posix()) and path.is_file()
    ]


def is_parquet(file: str) -> bool:
    """Check by the first bytes of *file* whether it is a local Parquet file.

    Raises:
        OSError: The file cannot be opened.
    """
    # Parquet is read from its end, and so needs a file that can seek. From a pipe, a
    # look at the first bytes would take them away.
    if is_url(file) or file == STDIN or not Path(file).is_file():
        return False

    with Path(file).open("rb") as opened:
        return opened.read(len(PARQUET_MAGIC)) == PARQUET_MAGIC


def is_url(file: str) -> bool:
    """Check whether fsspec has to open *file*."""
    return "://" in file


def find_local_path(file: str) -> str | None:
    """Return the path of *file*; None if it is a URL of anything but local files."""
    if not is_url(file):
        return file

    from rtmodels.adapters._recordings.urls import (  # noqa: PLC0415 - fsspec
        find_local_url,
    )

    return find_local_url(file)


@contextmanager
def name_errors(file: str) -> Generator[None]:
    """Convert every error inside to an `OSError` that names *file*."""
    try:
        yield
    except RtmodelsError:
        raise
    except OSError as exc:
        # fsspec often raises a message alone. Completed and not replaced, the error
        # keeps its class.
        if exc.strerror is None and isinstance(exc, FileNotFoundError):
            # It raises this class for servers that it cannot reach as well.
            cause = exc.__cause__
            is_missing = cause is None or isinstance(cause, FileNotFoundError)
            exc.errno = ENOENT
            exc.strerror = os.strerror(ENOENT) if is_missing else str(cause)
        if exc.strerror is not None:
            exc.filename = file
        elif file not in str(exc):
            exc.args = (f"{file}: {exc}",)
        raise
    except Exception as exc:
        # Each file system of fsspec raises its own classes.
        raise OSError(f"{file}: {exc}") from exc
