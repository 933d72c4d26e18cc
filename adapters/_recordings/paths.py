"""Finds the files that a path, a pattern or a URL means."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from errno import ENOENT
from glob import glob
from pathlib import Path

from rtmodels.errors import RtmodelsError

WILDCARDS = frozenset("*?[")


def expand(path: str | os.PathLike[str]) -> list[str]:
    """Return the files that *path* means, sorted if it is a pattern.

    Raises:
        OSError: No file matches the pattern, or the file system cannot be searched.
    """
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


@contextmanager
def name_errors(file: str) -> Generator[None]:
    """Turn every error inside into an `OSError` that names *file*."""
    try:
        yield
    except RtmodelsError:
        raise
    except OSError as exc:
        if exc.strerror is None and isinstance(exc, FileNotFoundError):
            exc.errno, exc.strerror = ENOENT, os.strerror(ENOENT)
        if exc.strerror is not None:
            exc.filename = file
        elif file not in str(exc):
            exc.args = (f"{file}: {exc}",)
        raise
    except Exception as exc:  # each file system of fsspec has errors of its own
        raise OSError(f"{file}: {exc}") from exc
