"""Every exception that leaves rtmodels."""

import re
from dataclasses import dataclass

__all__ = [
    "DecodeError",
    "EncodeError",
    "Issue",
    "MissingDependencyError",
    "RtmodelsError",
    "ValidationError",
    "VersionError",
]


_STEP = r"""(?xs)
    \.(?P<name>[^.\[]+)
    | \[(?P<index>\d+)\]
    | \[(?P<quoted>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\]
    | \[(?P<odd>.*?)\]
    | (?P<gap>\.\.\.)
"""
"""One step of an issue's path; compiled when somebody first asks for one."""


class RtmodelsError(Exception):
    """The base of every exception that this library raises."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One place in a payload that is not what the schema says."""

    path: str
    """Where, from the root of the payload: ``$.response.output[0].role``."""

    expected: str
    """What the schema has there."""

    got: str
    """What stands there: a type, or a short prefix of the offending scalar."""

    @property
    def loc(self) -> tuple[str | int, ...]:
        """The path as keys and indexes: ``("response", "output", 0, "role")``.

        Frameworks report errors so. What the path leaves out of a long key or of a deep
        place is missing here too.
        """
        return tuple(map(_read_step, re.finditer(_STEP, self.path)))

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.path}: expected {self.expected}, got {self.got}"


def _read_step(match: re.Match[str]) -> str | int:
    """Read one step of a path."""
    text = match[match.lastgroup or 0]
    match match.lastgroup:
        case "index":
            return int(text)
        case "quoted":
            from ast import literal_eval  # noqa: PLC0415 - slow to load

            return str(literal_eval(text))
        case _:
            return text


class DecodeError(RtmodelsError, ValueError):
    """The bytes are not one document of JSON or MessagePack, or are too many."""


class _IssuesError(RtmodelsError, ValueError):
    """An error that consists of the issues found."""

    def __init__(self, issues: tuple[Issue, ...]) -> None:
        super().__init__(issues)  # so that it pickles
        self.issues = issues

    def __str__(self) -> str:
        return "\n".join(map(str, self.issues))


class ValidationError(_IssuesError):
    """The payload parsed, and is not what the schema says.

    *issues* holds every problem found, in the order of the schema's fields, up to the
    first hundred.
    """


class EncodeError(_IssuesError):
    """An object holds a value that the wire cannot."""


class VersionError(_IssuesError):
    """An object says something that the other version of the protocol cannot."""


class MissingDependencyError(RtmodelsError, ImportError):
    """An adapter needs a library that is not installed."""

    def __init__(self, library: str, *, extra: str) -> None:
        super().__init__(library, extra)  # so that it pickles
        self.library = library
        self.extra = extra

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by rebuilding, since *extra* is keyword-only."""
        return _missing_dependency, (self.library, self.extra)

    def __str__(self) -> str:
        return (
            f"{self.library} is not installed; get it with "
            f"`pip install 'rtmodels[{self.extra}]'`"
        )


def _missing_dependency(library: str, extra: str) -> MissingDependencyError:
    """Rebuild a pickled error."""
    return MissingDependencyError(library, extra=extra)
