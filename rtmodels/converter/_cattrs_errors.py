"""Errors of built-in hooks in the form that `cattrs.transform_error` explains.

cattrs finds paths and reasons in the groups of exceptions that it raises itself. A
single exception is no more to it than a value that is invalid. So a hook that cattrs
calls raises a `ValidationError` that is such a group as well.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ClassValidationError,
    IterableValidationError,
    IterableValidationNote,
)

from rtmodels.errors import Issue, ValidationError

__all__ = ["group_issues"]


class _GroupedError(ValidationError):
    """A `ValidationError` that is also a group of cattrs, with a member for each issue.

    It is shown and pickled as the `ValidationError` that it was made from.
    """

    def __new__(cls, issues: Any) -> Any:
        """Make the group for *issues*, or a plain error if *issues* is a text."""
        if isinstance(issues, str):
            return ValidationError(issues)
        members = [_make_member(issue) for issue in issues]
        group: Any = cls  # checkers take a group's members for a type variable
        return BaseValidationError.__new__(group, "", members, object)

    # The group's own methods show and pickle the members.
    __str__ = BaseException.__str__
    __repr__ = BaseException.__repr__

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as a `ValidationError`."""
        return ValidationError, (self.issues,), vars(self)

    if not TYPE_CHECKING:  # type checkers know the method of groups as generic

        def derive(self, excs: Any) -> BaseValidationError:
            """Return a group of some of the members, which ``except*`` splits off."""
            return ClassValidationError("", excs, object)


class _ObjectError(_GroupedError, ClassValidationError):
    """The error for an object, whose issues are at keys."""


class _ArrayError(_GroupedError, IterableValidationError):
    """The error for an array, whose issues are at indexes."""


# Tracebacks, and tools that store errors as text, show the name of the class.
for _cls in (_ObjectError, _ArrayError):
    _cls.__name__ = _cls.__qualname__ = ValidationError.__name__
    _cls.__module__ = ValidationError.__module__


def group_issues(error: ValidationError) -> ValidationError:
    """Return *error* as a group of cattrs, or itself if it has no issues."""
    if not error.issues:
        return error

    is_array = any(isinstance(step, int) for step in error.issues[0].loc[:1])
    cls: Any = _ArrayError if is_array else _ObjectError
    grouped: ValidationError = cls(error.issues)
    vars(grouped).update(vars(error))
    return grouped


def _make_member(issue: Issue) -> Exception:
    """Return the exception for *issue*, whose note has the path for cattrs."""
    text = f"at {issue.path}"
    match issue.loc:
        case ():
            return _make_reason(issue)

        case (int(index), *rest) if rest:
            inner = _make_member(replace(issue, loc=tuple(rest)))
            is_array = isinstance(rest[0], int)
            group: Any = IterableValidationError if is_array else ClassValidationError
            member: Exception = group(text, [inner], object)
            member.add_note(IterableValidationNote(text, index, None))

        case (int(index),):
            member = _make_reason(issue)
            member.add_note(IterableValidationNote(text, index, None))

        case _:
            member = _make_reason(issue)
            name = issue.path.removeprefix("$").removeprefix(".")
            member.add_note(AttributeValidationNote(text, name, None))

    return member


def _make_reason(issue: Issue) -> Exception:
    """Return the exception of which cattrs shows most of what *issue* says."""
    # A KeyError is a missing field to cattrs. Of all others that it expects, it shows
    # the text of a TypeError only.
    if issue.got == "nothing":
        return KeyError(issue.expected)
    return TypeError(f"expected {issue.expected}, got {issue.got}")
