"""Gathers issues, and puts paths, types and values into words."""

from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
)

from rtmodels._display import MAX_TEXT, truncate
from rtmodels.converter.plan import (
    Anything,
    Array,
    Base64,
    Either,
    Foreign,
    Maybe,
    Scalar,
    Shape,
    Words,
)
from rtmodels.errors import EncodeError, Issue, ValidationError

MAX_ISSUES = 100
MAX_BITS = 64
"""Integers longer than this are not shown."""
MAX_STEPS = 20
"""A path longer than this is shown without its middle."""

Path: TypeAlias = "tuple[Path, Any] | None"
"""The way from the root: all but the last step, and the last: a key or an index."""


class FullError(Exception):
    """There are as many issues as a report takes."""


@dataclass(slots=True)
class Report:
    """The issues found so far."""

    issues: list[Issue] = field(default_factory=list)

    def add(self, path: Path, expected: str, got: str) -> None:
        """Add one issue; raise `FullError` when there are enough."""
        self._append(Issue(show_path(path), expected, got))

    def _append(self, issue: Issue) -> None:
        """Append *issue*; raise `FullError` when there are enough."""
        self.issues.append(issue)
        if len(self.issues) >= MAX_ISSUES:
            raise FullError

    def add_exception(self, exc: Exception, path: Path, type_: Any) -> None:
        """Add what a hook of the user's, or cattrs on its behalf, complains about."""
        match exc:
            case ValidationError() | EncodeError():
                for issue in exc.issues:
                    rest = issue.path.removeprefix("$")
                    self._append(replace(issue, path=show_path(path) + rest))
            case ClassValidationError() | IterableValidationError():
                noted, bare = exc.group_exceptions()
                for inner, note in noted:
                    step = (
                        note.name
                        if isinstance(note, AttributeValidationNote)
                        else note.index
                    )
                    self.add_exception(inner, (path, step), note.type)
                for inner in bare:
                    self.add_exception(inner, path, type_)
            case BaseValidationError():
                for inner in exc.exceptions:
                    self.add_exception(inner, path, type_)
            case ForbiddenExtraKeysError():
                for key in sorted(exc.extra_fields, key=str):
                    self.add((path, key), "no such key", "a value")
            case KeyError(args=(str() as key,)) if path and path[1] == key:
                self.add(path, show_type(type_), "nothing")
            case _:
                self.add(
                    path,
                    show_type(type_),
                    f"{type(exc).__name__}: {truncate(str(exc))}",
                )


def show_path(path: Path) -> str:
    """Write *path* down: ``$.response.output[0].role``."""
    steps: list[str] = []
    while path is not None:
        path, step = path
        if isinstance(step, int):
            steps.append(f"[{step}]")
        elif isinstance(step, str) and step.isidentifier() and len(step) <= MAX_TEXT:
            steps.append(f".{step}")
        else:
            steps.append(f"[{truncate(repr(step))}]")
    if len(steps) > MAX_STEPS:
        steps[MAX_STEPS // 2 : -MAX_STEPS // 2] = ["..."]
    return "$" + "".join(reversed(steps))


def show_type(type_: Any) -> str:
    """Name a type."""
    return type_.__name__ if isinstance(type_, type) else truncate(str(type_))


def show_kind(value: object) -> str:
    """Name the JSON type of *value*, or its class where JSON has no such type."""
    match value:
        case None:
            return "null"
        case dict():
            return "object"
        case list():
            return "array"
        case _:
            return type(value).__name__


def show_value(value: object) -> str:
    """Show the beginning of *value*, if it is a scalar, or else its type."""
    match value:
        case int() if value.bit_length() > MAX_BITS:
            return show_kind(value)
        case int() | float():
            return truncate(repr(value))
        case str():
            return truncate(repr(value[:MAX_TEXT]))
        case _:
            return show_kind(value)


def explain_failure(exc: Exception) -> tuple[Issue, ...]:
    """Say that *exc* came out of data as it was looked at.

    Only code that the data brings along does that, such as a mapping or an iterator of
    the user's. The issue shows the type and the first 40 characters of *exc*.
    """
    got = f"{type(exc).__name__}: {truncate(str(exc))}"
    return (Issue("$", "readable data", got),)


def show_shape(shape: Shape) -> str:
    """Say what *shape* takes."""
    match shape:
        case Scalar(kind) | Words(kind=kind, outside="always"):
            return "number" if kind is float else kind.__name__
        case Words(values=(value,)):
            return repr(value)
        case Words(values=values):
            return "one of " + ", ".join(map(repr, values))
        case Base64():
            return "base64 text"
        case Array():
            return "array"
        case Maybe(inner):
            return show_shape(inner) + " or null"
        case Either(shapes):
            return " or ".join(map(show_shape, shapes))
        case Foreign(type_):
            return show_type(type_)
        case Anything(kind) if kind is object:
            return "JSON value"
        case _:
            return "object"
