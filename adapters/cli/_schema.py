"""The command ``rtmodels schema``."""

import json as jsonlib
import re
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, get_origin

import rtmodels
from rtmodels import Mode, Model, Unknown
from rtmodels.adapters.cli._terminal import make_console, printable
from rtmodels.errors import MissingDependencyError

try:
    from cyclopts import Parameter
except ModuleNotFoundError as exc:
    raise MissingDependencyError(exc.name or "cyclopts", extra="cli") from exc

# The package builds `__all__` at run time, which type checkers cannot follow.
PUBLIC_NAMES: list[str] = vars(rtmodels)["__all__"]
"""The public names of the package."""


def schema(
    type_: Annotated[str, Parameter(name="TYPE")],
    /,
    *,
    mode: Mode = "tolerant",
    output: Annotated[
        str, Parameter(name=("--output", "-o"), allow_leading_hyphen=True)
    ] = "-",
) -> int:
    """Print the JSON Schema (2020-12) of a type.

    The exit status is 0, or 2 if the type does not exist or the file cannot be written.

    Args:
        type_: The name of a class, union or alias in ``rtmodels``, such as
            ``RealtimeServerEvent``.
        mode: The mode to describe: ``strict``, ``tolerant`` or ``forgiving``.
        output: The file to write; ``-`` is standard output.
    """
    if not _is_type(type_):
        types = filter(_is_type, PUBLIC_NAMES)
        near = "".join(f"\n  {name}" for name in _find_near(type_, types))
        hint = f" Did you mean one of these?{near}" if near else ""
        sys.stderr.write(f"rtmodels: No type named {printable(type_)}.{hint}\n")
        return 2

    text = jsonlib.dumps(
        rtmodels.json_schema(getattr(rtmodels, type_), mode=mode), indent=2
    )
    if output == "-":
        make_console().out(text)
        return 0

    try:
        Path(output).write_text(text + "\n", encoding="utf-8")
    except OSError as exc:
        sys.stderr.write(f"rtmodels: {printable(output)}: {exc.strerror}\n")
        return 2
    return 0


def _is_type(name: str) -> bool:
    """Check whether *name* is that of a type with a schema."""
    # Functions and errors are public as well.
    value = getattr(rtmodels, name) if name in PUBLIC_NAMES else None
    is_class = isinstance(value, type) and issubclass(value, (Model, Unknown))
    return is_class or get_origin(value) is not None


def _find_near(name: str, names: Iterable[str]) -> list[str]:
    """Return the *names* closest to *name*, which may also be the type of an event."""
    # `response.output_audio.delta` and the name of its class differ only in these.
    plain = {re.sub(r"\W|_", "", known).lower(): known for known in names}
    near = get_close_matches(re.sub(r"\W|_", "", name).lower(), plain)
    return [plain[key] for key in near]
