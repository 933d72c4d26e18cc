"""The exceptions that rtmodels defines.

A payload causes no others in an adapter. Wrong arguments raise a `TypeError` or
`ValueError`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rtmodels._display import format_path

__all__ = [
    "DecodeError",
    "EncodeError",
    "Issue",
    "IssuesError",
    "MissingDependencyError",
    "RtmodelsError",
    "ValidationError",
    "VersionError",
]


class RtmodelsError(Exception):
    """The base of the exceptions that rtmodels defines."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A place in a payload that does not match the schema."""

    loc: tuple[str | int, ...]
    """The keys and indexes from the root of the payload to that place.

    For example, ``("response", "output", 0, "role")``. Keys of more than 40 characters
    end with an ellipsis after the first 39, since keys are payload as well.
    """

    expected: str
    """A description of the values that the schema allows there."""

    got: str
    """The type of the value, or a short prefix of a scalar."""

    @property
    def path(self) -> str:
        """The text of `loc`, shortened in the middle if it is long.

        For example, ``$.response.output[0].role``.
        """
        return format_path(self.loc)

    def under(self, *steps: str | int) -> "Issue":
        """Return the same issue for a payload that holds this one at *steps*."""
        return replace(self, loc=(*steps, *self.loc))

    def __str__(self) -> str:
        """Return the issue as one line of text."""
        return f"{self.path}: expected {self.expected}, got {self.got}"


class DecodeError(RtmodelsError, ValueError):
    """The bytes are not one document of JSON or MessagePack, or exceed a limit."""


class _Issues(tuple[Issue, ...]):
    """The argument of an error, for tools that store no more than its repr."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the text of the error."""
        return "\n".join(map(str, self))


class IssuesError(RtmodelsError, ValueError):
    """The base of errors that list issues.

    *issues* has all problems found, up to the first hundred. An error that is made from
    a text instead has none: ``raise type(exc)(f"frame 7: {exc}")`` makes such an error,
    and so does Celery from a result in JSON.
    """

    def __init__(self, issues: Sequence[Issue] | str) -> None:
        if isinstance(issues, list | tuple):
            super().__init__(_Issues(issues))
            self.issues: tuple[Issue, ...] = tuple(
                [issue for issue in issues if isinstance(issue, Issue)]
            )
        else:
            super().__init__(issues)
            self.issues = ()


class ValidationError(IssuesError):
    """The payload parsed, but does not match the schema.

    The issues are in the order of the fields in the schema.
    """


class EncodeError(IssuesError):
    """An object holds a value that the wire cannot hold."""


class VersionError(IssuesError):
    """An object holds a value that the other version of the protocol cannot express."""


class MissingDependencyError(RtmodelsError, ImportError):
    """An adapter needs a library that is not installed.

    Without an *extra*, *library* is the text of the error.
    """

    def __init__(self, library: str, extra: str = "") -> None:
        super().__init__(library, extra)
        self.library = library
        self.extra = extra

    def __str__(self) -> str:
        if not self.extra:
            return self.library
        return (
            f"{self.library} is not installed; get it with "
            f"`pip install 'rtmodels[{self.extra}]'`"
        )
