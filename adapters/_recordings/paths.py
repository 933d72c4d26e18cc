"""Expansion of paths, patterns and URLs to files."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from errno import ENOENT
from glob import glob
from pathlib import Path

from rtmodels.errors import RtmodelsError

WILDCARDS = frozenset("*?[")


def expand(path: str | os.PathLike[str]) -> list[str]:
    """Return the files that *path* names, or matches as a pattern, in sorted order.

    Raises:
        OSError: No file matches the pattern, or the file system cannot be searched.
    """
    # A file that exists wins over a pattern: its name may contain brackets.
    file = os.fspath(path)
    with name_errors(file):
        if is_url(file):
            from rtmodels.adapters._recordings.urls import (  # noqa: PLC0415 - fsspec
                expand_url,
            )

            found = expand_url(file)
        elif WILDCARDS.isdisjoint(file) or Path(file).exists():
            found = [file]
        else:
            found = sorted(glob(file, recursive=True))  # noqa: PTH207 - may be absolute

        if not found:
            raise FileNotFoundError(ENOENT, "No file matches", file)
    return found


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
            exc.errno, exc.strerror = ENOENT, os.strerror(ENOENT)
        if exc.strerror is not None:
            exc.filename = file
        elif file not in str(exc):
            exc.args = (f"{file}: {exc}",)
        raise
    except Exception as exc:
        # Each file system of fsspec raises its own classes.
        raise OSError(f"{file}: {exc}") from exc
