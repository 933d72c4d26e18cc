"""Paths, reports, and the words for types and values in error messages.

The slow passes of this package import it; versions and adapters take from it the words
and the issues of exceptions.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, TypeAlias, assert_never

from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
)

from rtmodels._display import MAX_ISSUES, MAX_TEXT, truncate
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
from rtmodels.errors import EncodeError, Issue, ValidationError

__all__ = [
    "FullError",
    "Path",
    "Report",
    "exception_issues",
    "kind_name",
    "preview",
    "report_any_json",
    "shape_text",
    "wire_issues",
]

MAX_BITS = 64
"""Integers longer than this are not shown."""

Path: TypeAlias = "tuple[Path, Any] | None"
"""A path while data is walked: all steps but the last, and the last; None is the root.

It shares its beginning with other paths: only those of issues become flat tuples.
"""


class FullError(Exception):
    """A report holds as many issues as it may."""


@dataclass(slots=True)
class Report:
    """The issues found so far."""

    issues: list[Issue] = field(default_factory=list)

    def add(self, path: Path, expected: str, got: str) -> None:
        """Add one issue; raise `FullError` when there are enough."""
        self._append(Issue(_flatten(path), expected, got))

    def _append(self, issue: Issue) -> None:
        """Append *issue*; raise `FullError` when there are enough."""
        self.issues.append(issue)
        if len(self.issues) >= MAX_ISSUES:
            raise FullError

    def add_exception(self, exc: Exception, path: Path, type_: Any) -> None:
        """Add the issues of what a user-defined hook raised, or cattrs for it."""
        match exc:
            case ValidationError() | EncodeError():
                steps = _flatten(path)
                for issue in exc.issues:
                    self._append(issue.under(*steps))
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
    """Return the issue that *exc* came out of data as it was looked at.

    Only code that the data brings along raises that, such as a user-defined mapping.
    The issue shows the type and the first 40 characters of *exc*.
    """
    return (Issue((), "readable data", _exception_text(exc)),)


def _exception_text(exc: Exception) -> str:
    """Return the type of *exc* and the beginning of its message."""
    return f"{type(exc).__name__}: {truncate(str(exc))}"


def kind_name(value: object) -> str:
    """Return the JSON type of *value*, or its class where JSON has no such type."""
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
    """Return the beginning of *value*, if it is a scalar, or else its type."""
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
    """Return what *shape* takes, in words."""
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


def report_any_json(value: Any, path: Path, report: Report, max_depth: int) -> None:
    """Add what is not JSON in *value*, whose shape is unknown.

    It may nest *max_depth* levels deep.
    """

    def visit(value: Any, path: Path, depth: int) -> None:
        match value:
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
            case float() if not -inf < value < inf:
                report.add(path, "finite number", repr(value))
            case memoryview() if not _is_readable(value):
                report.add(path, "readable data", "a released memoryview")
            case str() | int() | float() | bytes() | bytearray() | memoryview() | None:
                pass
            case _:
                report.add(path, "JSON value", kind_name(value))

    visit(value, path, max_depth)


def _is_readable(view: memoryview) -> bool:
    """Return whether *view* has not been released."""
    try:
        view.nbytes  # noqa: B018 - raises
    except ValueError:
        return False
    return True


def wire_issues(wire: object) -> tuple[Issue, ...]:
    """Return what in *wire* neither JSON nor MessagePack can hold.

    *wire* is what a converter unstructured; an encoder refused it. That leaves integers
    beyond 64 bits, and text with half of a surrogate pair.
    """
    report = Report()
    with contextlib.suppress(FullError):
        _report_wire(wire, None, report)
    return tuple(report.issues)


def _report_wire(value: Any, path: Path, report: Report) -> None:
    """Add what cannot be written of *value* at *path*."""
    match value:
        case dict():
            for key, item in value.items():
                _report_wire(key, (path, key), report)
                _report_wire(item, (path, key), report)
        case list():
            for index, item in enumerate(value):
                _report_wire(item, (path, index), report)
        case str() if any("\ud800" <= char <= "\udfff" for char in value):
            report.add(path, "text in UTF-8", "a lone surrogate")
        case int() if not -(2**63) <= value < 2**64:
            report.add(path, "64-bit int", f"{value.bit_length()} bits")
