"""The files and the options that ``check``, ``convert`` and ``stats`` take alike."""

from os import fspath
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from rtmodels.adapters._recordings.options import (
    ReadOptions,
    check_keys,
    check_protocol,
)
from rtmodels.adapters.cli._terminal import reject_option
from rtmodels.errors import MissingDependencyError

try:
    from cyclopts import Parameter
except ModuleNotFoundError as exc:
    raise MissingDependencyError("cyclopts", extra="cli") from exc

# The values are strings, which may be URLs. Only with `Path` among the types do shells
# complete the names of files.
File: TypeAlias = Annotated[
    str | Path,
    Parameter(
        name="FILE", required=True, allow_leading_hyphen=True, validator=reject_option
    ),
]
"""A file to read or, in one place, to write."""


def _check_settings(_: object, options: ReadOptions) -> None:
    """Raise `ValueError` if *options* contradict each other."""
    check_keys(options)
    check_protocol(options)


Settings: TypeAlias = Annotated[
    ReadOptions, Parameter(name="*", validator=_check_settings)
]
"""How to find the events in the files, and how to read them."""

SideOption: TypeAlias = Literal["auto", "client", "server"]
"""Which end of the wire sent the messages; ``auto`` decides by the type of each."""

DEFAULTS = ReadOptions()


def to_names(files: tuple[str | Path, ...]) -> list[str]:
    """Return the names of *files* as they were given."""
    return [fspath(file) for file in files]
