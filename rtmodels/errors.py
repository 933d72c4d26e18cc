"""Every exception that leaves rtmodels."""

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
    """The base of every exception that this library raises."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One place in a payload that does not match the schema."""

    loc: tuple[str | int, ...]
    """The keys and indexes from the root of the payload to that place.

    For example, ``("response", "output", 0, "role")``. Keys are payload too: of one
    with more than 40 characters, the first 39 are there, and an ellipsis.
    """

    expected: str
    """What the schema has there."""

    got: str
    """The value's type, or a short prefix of the offending scalar."""

    @property
    def path(self) -> str:
        """The text of `loc`, without the middle of long ones.

        For example, ``$.response.output[0].role``.
        """
        return format_path(self.loc)

    def under(self, *steps: str | int) -> "Issue":
        """Return the same issue in a payload that holds this one at *steps*."""
        return replace(self, loc=(*steps, *self.loc))

    def __str__(self) -> str:
        """Return the issue in one line."""
        return f"{self.path}: expected {self.expected}, got {self.got}"


class DecodeError(RtmodelsError, ValueError):
    """The bytes are not one document of JSON or MessagePack, or are too many."""


class IssuesError(RtmodelsError, ValueError):
    """The base of the errors that consist of issues.

    *issues* holds every problem found, up to the first hundred.
    """

    def __init__(self, issues: tuple[Issue, ...]) -> None:
        super().__init__(issues)  # so that it pickles
        self.issues = issues

    def __str__(self) -> str:
        return "\n".join(map(str, self.issues))


class ValidationError(IssuesError):
    """The payload parsed, but does not match the schema.

    Its issues are in the order of the schema's fields.
    """


class EncodeError(IssuesError):
    """An object holds a value that the wire cannot."""


class VersionError(IssuesError):
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
    """Return a pickled error, rebuilt."""
    return MissingDependencyError(library, extra=extra)
