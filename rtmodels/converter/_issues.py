"""Paths, reports, and the wording of types and values in error messages.

The slow passes of this package import this module. Versions and adapters use its
wording, and its issues of exceptions.
"""

import contextlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from math import inf
from typing import Any, TypeAlias, TypeGuard, assert_never

import attrs
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
)

from rtmodels._display import MAX_ISSUES, MAX_TEXT, message_of, truncate
from rtmodels.converter._plan import type_name
from rtmodels.converter._shapes import (
    AnyJson,
    Array,
    Base64,
    Custom,
    Literals,
    Map,
    Nullable,
    Object,
    Scalar,
    Shape,
    TaggedUnion,
    UntaggedUnion,
)
from rtmodels.errors import Issue, IssuesError

__all__ = [
    "FullError",
    "Path",
    "Report",
    "WireLimits",
    "exception_issues",
    "kind_name",
    "preview",
    "report_any_json",
    "shape_text",
]

_find_surrogate = re.compile("[\ud800-\udfff]").search

MAX_BITS = 64
"""Maximum length of the integers that messages show."""

Path: TypeAlias = "tuple[Path, Any] | None"
"""A path during a walk over data: the path of the parent, and one step.

None is the root. Paths share their beginnings, so that a step is cheap. Only the paths
of issues become flat tuples.
"""


class FullError(Exception):
    """A report has reached its maximum number of issues."""


@dataclass(slots=True)
class Report:
    """The issues found so far."""

    issues: list[Issue] = field(default_factory=list)

    causes: list[Exception] = field(default_factory=list)
    """The exceptions that issues describe."""

    @property
    def cause(self) -> Exception | None:
        """The exceptions that issues describe, as one; None without any."""
        if len(self.causes) > 1:
            return ExceptionGroup("several hooks failed", self.causes)
        return self.causes[0] if self.causes else None

    def add(self, path: Path, expected: str, got: str) -> None:
        """Add one issue; raise `FullError` if that fills the report."""
        self._append(Issue(_flatten(path), expected, got))

    def _append(self, issue: Issue) -> None:
        """Append *issue*; raise `FullError` if that fills the report."""
        self.issues.append(issue)
        if len(self.issues) >= MAX_ISSUES:
            raise FullError

    def add_exception(
        self, exc: Exception, path: Path, type_: Any, value: object
    ) -> None:
        """Add the issues in an exception that a user-defined hook or class has raised.

        Args:
            exc: The exception.
            path: The place of *value*.
            type_: The type of the hook, or the class.
            value: The argument of the hook.
        """
        self.causes.append(exc)
        self._add(exc, path, type_, value)

    def _add(self, exc: Exception, path: Path, type_: Any, value: object) -> None:
        """Add the issues in an exception, or in one of those that it groups."""
        match exc:
            # Users can make such errors from anything, so only true issues count.
            case IssuesError(issues=tuple() as issues) if any(map(_is_issue, issues)):
                root = exc._root  # noqa: SLF001 - private to the package
                steps = _flatten(_find(value, root, path))
                for issue in filter(_is_issue, issues):
                    self._append(issue.under(*steps))

            # cattrs adds the place of an error as a note. Errors without one, such as
            # those of a validator, concern the object itself.
            case ClassValidationError() | IterableValidationError():
                noted, bare = exc.group_exceptions()
                for inner, note in noted:
                    step = (
                        note.name
                        if isinstance(note, AttributeValidationNote)
                        else note.index
                    )
                    self._add(inner, (path, step), note.type, _follow(value, step))
                for inner in bare:
                    self._add(inner, path, type_, value)

            case BaseValidationError():
                for inner in exc.exceptions:
                    self._add(inner, path, type_, value)
            case ForbiddenExtraKeysError():
                for key in sorted(exc.extra_fields, key=str):
                    self.add((path, key), "no such key", "a value")

            # cattrs reports a missing key as the KeyError of its look-up. Any other
            # KeyError comes from inside a hook, and is shown as it is.
            case KeyError(args=(str() as key,)) if path and path[1] == key:
                self.add(path, type_name(type_), "nothing")
            case _:
                self.add(path, type_name(type_), _exception_text(exc))


def _flatten(path: Path) -> tuple[str | int, ...]:
    """Return the steps of *path* from the root."""
    steps: list[str | int] = []
    while path is not None:
        path, step = path
        if not isinstance(step, int):
            step = truncate(step if isinstance(step, str) else repr(step))
        steps.append(step)

    return tuple(reversed(steps))


def exception_issues(exc: Exception) -> tuple[Issue, ...]:
    """Return the issue for *exc*, which was raised when the data was read.

    Only data with code in it raises exceptions, such as a user-defined mapping. The
    issue shows the type of *exc* and the first 40 characters of its message.
    """
    return (Issue((), "readable data", _exception_text(exc)),)


def _exception_text(exc: Exception) -> str:
    """Return the type of *exc* and the beginning of its message."""
    name = type(exc).__name__
    text = " ".join(truncate(message_of(exc)).split())  # in one line
    return f"{name}: {text}" if text else name


def _is_issue(issue: object) -> TypeGuard[Issue]:
    """Return whether *issue* is one, with a path that is one."""
    return (
        isinstance(issue, Issue)
        and isinstance(issue.loc, tuple)
        and all(isinstance(step, str | int) for step in issue.loc)
    )


def _find(value: object, target: int | None, path: Path) -> Path:
    """Return the path of the object with the `id` *target* in *value*, at *path*.

    cattrs reports where in a payload an error is only if the converter has *detailed
    validation*, and only in structuring. Return *path* itself if *value* does not hold
    the object: a hook may have made it.
    """
    todo: list[tuple[object, Path]] = [(value, path)]
    seen = set()
    while todo:
        inner, place = todo.pop()
        if id(inner) == target:
            return place
        if id(inner) not in seen:
            seen.add(id(inner))
            todo += [(part, (place, step)) for step, part in _parts(inner)]
    return path


def _parts(value: object) -> Iterable[tuple[Any, object]]:
    """Return the values that *value* holds, each with the step that leads to it."""
    match value:
        case dict():
            return value.items()
        case list() | tuple():
            return enumerate(value)

    names: Iterable[str] = ()
    cls = type(value)
    if attrs.has(cls):
        names = [field.name for field in attrs.fields(cls)]
    elif is_dataclass(cls):
        names = [field.name for field in fields(cls)]
    return [(name, getattr(value, name, None)) for name in names]


def _follow(value: object, step: Any) -> object:
    """Return the value to which *step* leads in *value*, or None."""
    return next((part for name, part in _parts(value) if name == step), None)


def kind_name(value: object) -> str:
    """Return the JSON type of *value*, or its class if JSON has no such type."""
    match value:
        case None:
            return "null"
        case dict():
            return "object"
        case list():
            return "array"
        case _:
            return type(value).__name__


def preview(value: object) -> str:
    """Return the beginning of *value* if it is a scalar, and otherwise its type."""
    # Limited before repr: Python cannot convert huge integers to text, and the text of
    # a huge string would be built only to be cut.
    match value:
        case int() if value.bit_length() > MAX_BITS:
            return kind_name(value)
        case int() | float():
            return truncate(repr(value))
        case str():
            return truncate(repr(value[:MAX_TEXT]))
        case _:
            return kind_name(value)


def shape_text(shape: Shape) -> str:
    """Return a description of the values that *shape* accepts."""
    match shape:
        case Literals(kind, values, closed) if closed != "never":
            shown = ", ".join(map(repr, values))
            return shown if len(values) == 1 else f"one of {shown}"

        case Scalar(kind) | Literals(kind):
            return "number" if kind is float else kind.__name__
        case Base64():
            return "base64 text"
        case Array():
            return "array"
        case Nullable(inner):
            return f"{shape_text(inner)} or null"

        case UntaggedUnion(shapes):
            return " or ".join(map(shape_text, shapes))
        case Custom(type_):
            return type_name(type_)
        case AnyJson(kind):
            return "JSON value" if kind is object else "object"

        case Object() | TaggedUnion() | Map():
            return "object"
        case _:
            assert_never(shape)


def report_any_json(
    value: Any, path: Path, report: Report, max_depth: int, *, nan: bool
) -> None:
    """Add an issue for each part of *value*, of unknown shape, that is not JSON.

    Nesting deeper than *max_depth* levels is an issue as well. NaN and infinity are
    none if *nan* is true.
    """
    # Containers without an issue, each with the levels that it was allowed. One that
    # several others hold is visited once, for the reason that `ensure_lax_json` gives.
    clean: set[tuple[int, int]] = set()

    def visit(value: Any, path: Path, depth: int) -> None:
        before = len(report.issues)
        if (id(value), depth) in clean:
            return

        match value:
            # The limit also ends the recursion for data that holds itself.
            case Mapping() | list() | tuple() if not depth:
                report.add(path, f"no more than {max_depth} levels", "one more")
            case Mapping():
                for key, item in value.items():
                    if isinstance(key, str):
                        visit(item, (path, key), depth - 1)
                    else:
                        report.add(path, "string keys", preview(key))
            case list() | tuple():
                for index, item in enumerate(value):
                    visit(item, (path, index), depth - 1)

            case float() if not (nan or -inf < value < inf):
                report.add(path, "finite number", repr(value))
            case memoryview() if not _is_readable(value):
                report.add(path, "readable data", "a released memoryview")
            case str() | int() | float() | bytes() | bytearray() | memoryview() | None:
                pass
            case _:
                report.add(path, "JSON value", kind_name(value))

        # Lists and dicts only: others may make new objects each time, whose ids recur.
        is_known = isinstance(value, list | dict) and bool(value)
        if is_known and len(report.issues) == before:
            clean.add((id(value), depth))

    visit(value, path, max_depth)


def _is_readable(view: memoryview) -> bool:
    """Return whether *view* has not been released."""
    try:
        view.nbytes  # noqa: B018 - raises
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class WireLimits:
    """The values of a converter's output that a wire format holds."""

    ints: range
    ints_text: str
    """A description of these integers."""

    surrogates: bool = False
    """Whether text may contain lone surrogates."""

    def find_issues(self, wire: object) -> tuple[Issue, ...]:
        """Return the issues for which an encoder with these limits rejected *wire*."""
        report = Report()
        with contextlib.suppress(FullError):
            self._visit(wire, None, report)
        return tuple(report.issues)

    def _visit(self, value: Any, path: Path, report: Report) -> None:
        """Add the parts of *value* at *path* that are beyond the limits."""
        match value:
            case dict():
                for key, item in value.items():
                    self._visit(key, (path, key), report)
                    self._visit(item, (path, key), report)
            case list():
                for index, item in enumerate(value):
                    self._visit(item, (path, index), report)

            case str() if not self.surrogates and _find_surrogate(value):
                report.add(path, "text in UTF-8", "a lone surrogate")
            case int() if value not in self.ints:
                report.add(path, self.ints_text, f"{value.bit_length()} bits")
