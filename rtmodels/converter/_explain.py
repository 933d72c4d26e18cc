"""The slow pass: finds every place where parsed data does not fit, and says why."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from cattrs import Converter

from rtmodels.converter._report import (
    FullError,
    Path,
    Report,
    show_kind,
    show_shape,
    show_value,
)
from rtmodels.converter._structure import Fields
from rtmodels.converter._unions import choose
from rtmodels.converter._values import MISFITS, Mismatch
from rtmodels.converter.plan import (
    STAND_INS,
    Anything,
    Array,
    Base64,
    Branch,
    ClassPlan,
    Either,
    FieldPlan,
    Foreign,
    Maybe,
    Object,
    Scalar,
    Shape,
    Table,
    Tagged,
    Words,
    by_class,
    json_class,
    plan_class,
)
from rtmodels.errors import Issue
from rtmodels.schema._model import Unknown


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains on behalf of one converter.

    *reader* gives the fast function for a shape, *fields* the fields of a class, each
    with such a function, which tells in no time that there is nothing to explain. *own*
    tells whether a class is read by ours, rather than by a hook of the user's.
    """

    converter: Converter
    reader: Callable[[Shape], Callable[[Any], Any]]
    fields: Callable[[type], Fields]
    own: Callable[[Any], bool]
    strict: bool
    max_depth: int

    def explain(self, shape: Shape, value: object) -> tuple[Issue, ...]:
        """List what is wrong with *value*, which the fast pass does not take."""
        report = Report()
        with contextlib.suppress(FullError):
            self._explain(shape, value, None, report)
        return tuple(report.issues)

    def _explain(self, shape: Shape, value: Any, path: Path, report: Report) -> None:
        """Add what is wrong with *value*, which stands at *path* and does not fit."""
        match shape:
            case Foreign(type_):
                self._explain_foreign(type_, value, path, report)
            case Object(cls) if not self.own(cls):
                self._explain_foreign(cls, value, path, report)
            case Tagged() if not self.own(shape.union):
                self._explain_foreign(shape.union, value, path, report)
            case Scalar() | Words() | Base64():
                self._explain_leaf(shape, value, path, report)
            case Either(shapes):
                self._explain_either(shapes, value, path, report)
            case Anything() if value.__class__ is dict or shape.kind is object:
                explain_anything(value, path, report, self.max_depth)
            case Maybe(inner):
                if value is not None:
                    self._explain(inner, value, path, report)
            case Array(item) if value.__class__ is list:
                read = self.reader(item)
                for index, element in enumerate(value):
                    if not fits(read, element):
                        self._explain(item, element, (path, index), report)
            case _ if isinstance(shape, Array) or value.__class__ is not dict:
                report.add(path, show_shape(shape), show_kind(value))
            case Table(item):
                read = self.reader(item)
                for key, element in value.items():
                    if key.__class__ is not str:
                        report.add(path, "string keys", show_value(key))
                    elif not fits(read, element):
                        self._explain(item, element, (path, key), report)
            case Tagged():
                self._explain_tagged(shape, value, path, report)
            case Object(cls):
                self._explain_object(cls, value, path, report)

    def _explain_foreign(
        self, type_: Any, value: object, path: Path, report: Report
    ) -> None:
        """Ask the user's hook, and add its complaints."""
        try:
            self.converter.structure(value, type_)
        except Exception as exc:  # noqa: BLE001 - whatever it is, it gets its path here
            report.add_exception(exc, path, type_)

    def _explain_leaf(
        self,
        shape: Shape,
        value: object,
        path: Path,
        report: Report,
        expected: str | None = None,
    ) -> None:
        """Add the issue that the scalar *value* does not fit."""
        if isinstance(shape, Words) and shape.outside == "tolerant" and not self.strict:
            expected = shape.kind.__name__
        native = json_class(shape)
        near = value.__class__ in (native, STAND_INS.get(native))
        got = show_value(value) if near else show_kind(value)
        report.add(path, expected or show_shape(shape), got)

    def _explain_either(
        self, shapes: tuple[Shape, ...], value: object, path: Path, report: Report
    ) -> None:
        """Explain by the one shape that goes with the JSON type of *value*."""
        shape = by_class(shapes).get(value.__class__)
        match shape:
            case None:
                report.add(path, show_shape(Either(shapes)), show_kind(value))
            case Scalar() | Words() | Base64():
                expected = show_shape(Either(shapes))
                self._explain_leaf(shape, value, path, report, expected)
            case _:
                self._explain(shape, value, path, report)

    def _explain_tagged(
        self, shape: Tagged, value: dict[str, Any], path: Path, report: Report
    ) -> None:
        """Explain as the class that the tag stands for, or say what the tag lacks."""
        try:
            cls = choose(shape, value)
        except Mismatch:
            _explain_tag(shape.branch, value, path, report)
            return
        if cls is not Unknown:
            self._explain(Object(cls), value, path, report)
        elif self.strict or not shape.unknown:
            _explain_tag(shape.branch, value, path, report)
        elif self.own(Unknown):
            explain_anything(value, path, report, self.max_depth)
        else:
            self._explain_foreign(Unknown, value, path, report)

    def _explain_object(
        self, cls: type, value: dict[str, Any], path: Path, report: Report
    ) -> None:
        """Go through the fields of *cls*, and the keys that it does not know."""
        plan, before = plan_class(cls), len(report.issues)
        for field, read in self.fields(cls):
            element = value.get(field.name)
            if element is None or not fits(read, element):
                self._explain_field(field, value, (path, field.name), report)
        if not plan.draftable and len(report.issues) == before:
            self._explain_rules(plan, value, path, report)
        for key, element in value.items():
            if key in plan.names:
                continue
            if key.__class__ is not str:
                report.add(path, "string keys", show_value(key))
            elif self.strict:
                report.add((path, key), "no such key", show_kind(element))
            else:
                explain_anything(element, (path, key), report, self.max_depth)

    def _explain_rules(
        self, plan: ClassPlan, value: dict[str, Any], path: Path, report: Report
    ) -> None:
        """Add what the validators of a user's class have against fields that fit."""
        values = {
            field.alias: self.reader(field.shape)(value[field.name])
            for field in plan.fields
            if value.get(field.name) is not None
        }
        try:
            plan.cls(**values)
        except Exception as exc:  # noqa: BLE001 - whatever it is, it gets its path here
            report.add_exception(exc, path, plan.cls)

    def _explain_field(
        self, field: FieldPlan, obj: dict[str, Any], path: Path, report: Report
    ) -> None:
        """Explain the value of one field, if it has one."""
        if field.name not in obj:
            if field.required:
                report.add(path, show_shape(field.shape), "nothing")
        elif obj[field.name] is not None:
            self._explain(field.shape, obj[field.name], path, report)
        elif not field.nullable and (field.required or self.strict):
            report.add(path, show_shape(field.shape), "null")


def fits(read: Callable[[Any], Any], value: object) -> bool:
    """Tell whether *read*, a fast function, takes *value*."""
    try:
        read(value)
    except MISFITS:
        return False
    return True


def _explain_tag(
    branch: Branch, obj: dict[str, Any], path: Path, report: Report
) -> None:
    """Add what is wrong with the tag of *obj*."""
    at: Path = (path, branch.key)
    if branch.key not in obj:
        report.add(at, "str", "nothing")
        return
    tag = obj[branch.key]
    if not isinstance(tag, str):
        report.add(at, "str", show_kind(tag))
        return
    match branch.cases.get(tag):
        case Branch() as nested:
            _explain_tag(nested, obj, path, report)
        case _:
            report.add(at, f"a known {branch.key}", show_value(tag))


def explain_anything(value: Any, path: Path, report: Report, max_depth: int) -> None:
    """Add what keeps *value*, whose shape nobody knows, from passing.

    It may nest *max_depth* levels deep.
    """

    def explain(value: Any, path: Path, depth: int) -> None:
        match value:
            case Mapping() | list() | tuple() if not depth:
                report.add(path, f"no more than {max_depth} levels", "one more")
            case Mapping():
                for key, item in value.items():
                    if isinstance(key, str):
                        explain(item, (path, key), depth - 1)
                    else:
                        report.add(path, "string keys", show_value(key))
            case list() | tuple():
                for index, item in enumerate(value):
                    explain(item, (path, index), depth - 1)
            case float() if not -inf < value < inf:
                report.add(path, "finite number", repr(value))
            case memoryview() if not is_readable(value):
                report.add(path, "readable data", "a released memoryview")
            case str() | int() | float() | bytes() | bytearray() | memoryview() | None:
                pass
            case _:
                report.add(path, "JSON value", show_kind(value))

    explain(value, path, max_depth)


def is_readable(view: memoryview) -> bool:
    """Tell whether *view* has not been released."""
    try:
        view.nbytes  # noqa: B018 - raises
    except ValueError:
        return False
    return True


def explain_unwritable(wire: object) -> tuple[Issue, ...]:
    """List what in *wire* neither JSON nor MessagePack can hold.

    *wire* is what a converter unstructured; an encoder refused it. That leaves integers
    beyond 64 bits, and text with half of a surrogate pair.
    """
    report = Report()
    with contextlib.suppress(FullError):
        _explain_unwritable(wire, None, report)
    return tuple(report.issues)


def _explain_unwritable(value: Any, path: Path, report: Report) -> None:
    """Add what cannot be written of *value*, which stands at *path*."""
    match value:
        case dict():
            for key, item in value.items():
                _explain_unwritable(key, (path, key), report)
                _explain_unwritable(item, (path, key), report)
        case list():
            for index, item in enumerate(value):
                _explain_unwritable(item, (path, index), report)
        case str() if any("\ud800" <= char <= "\udfff" for char in value):
            report.add(path, "text in UTF-8", "a lone surrogate")
        case int() if not -(2**63) <= value < 2**64:
            report.add(path, "64-bit int", f"{value.bit_length()} bits")
