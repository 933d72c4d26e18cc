"""The slow pass on the way out: writes what can be written, and says what cannot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rtmodels.converter._explain import explain_anything
from rtmodels.converter._report import Path, Report, show_kind, show_shape, show_value
from rtmodels.converter._unstructure import python_classes
from rtmodels.converter._values import MAX_DEPTH_WRITTEN, Mismatch, builtin, plain
from rtmodels.converter.plan import (
    Anything,
    Array,
    Base64,
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
    plan_class,
)
from rtmodels.schema._model import Unknown

MAX_NAMES = 4
"""No more classes of a union than this are named."""


@dataclass(frozen=True, slots=True)
class Expresser:
    """Expresses on behalf of one converter.

    The fast pass takes exact classes only; this one also takes their subclasses, lists
    for tuples, any mapping and any buffer. *writer* gives the fast function for a
    shape; *own* tells whether a class is written by a hook of ours, not the user's.
    """

    unstructure: Callable[[Any, Any], Any]
    writer: Callable[[Shape], Callable[[Any], Any]]
    own: Callable[[Any], bool]
    binary: bool

    def express(self, shape: Shape, value: Any, path: Path, report: Report) -> Any:
        """Write *value*, which stands at *path*; add to *report* what cannot be."""
        match shape:
            case Foreign(type_):
                return self._express_foreign(type_, value, path, report)
            case Object(cls) if type(value) is cls and self.own(cls):
                return self._express_object(cls, value, path, report)
            case Object(cls) if isinstance(value, cls):
                return self._express_foreign(type(value), value, path, report)
            case Tagged() if isinstance(value, shape.classes):
                return self.express(Object(type(value)), value, path, report)
            case Maybe(inner):
                if value is None:
                    return None
                return self.express(inner, value, path, report)
            case Either(shapes):
                return self._express_either(shapes, value, path, report)
            case Array(item) if isinstance(value, list | tuple):
                return [
                    self.express(item, element, (path, index), report)
                    for index, element in enumerate(value)
                ]
            case Table(item) if isinstance(value, Mapping):
                return self._express_table(item, value, path, report)
            case Anything(kind) if kind is object or isinstance(value, Mapping):
                return self._express_anything(value, path, report)
            case Scalar() | Words() | Base64():
                expected = _show_class(shape)
                return self._express_leaf(shape, value, path, report, expected)
            case _:
                report.add(path, _show_class(shape), show_kind(value))
                return None

    def _express_foreign(
        self, type_: Any, value: Any, path: Path, report: Report
    ) -> Any:
        """Ask the user's hook, and add its complaint."""
        try:
            return self.unstructure(value, type_)
        except Exception as exc:  # noqa: BLE001 - whatever it is, it gets its path here
            report.add_exception(exc, path, type_)
            return None

    def _express_object(self, cls: type, value: Any, path: Path, report: Report) -> Any:
        """Write an instance of one of our classes, field by field."""
        if cls is Unknown:
            return self.express(Anything(dict), value.payload, path, report)
        out: dict[str, Any] = {}
        for field in plan_class(cls).wire_fields:
            self._express_field(
                field, getattr(value, field.name), out, (path, field.name), report
            )
        self._express_extra(value.extra, out, path, report)
        return out

    def _express_extra(
        self, extra: Any, out: dict[str, Any], path: Path, report: Report
    ) -> None:
        """Write into *out* what is in ``extra`` and no field has said."""
        if extra is None:
            return
        if not isinstance(extra, Mapping):
            report.add((path, "extra"), "Mapping", show_kind(extra))
            return
        for key, value in extra.items():
            if not isinstance(key, str):
                report.add(path, "string keys", show_value(key))
            elif key not in out:
                name = str.__str__(key)
                out[name] = self._express_anything(value, (path, name), report)

    def _express_field(
        self,
        field: FieldPlan,
        value: Any,
        out: dict[str, Any],
        path: Path,
        report: Report,
    ) -> None:
        """Write one attribute into *out*, unless it is absent."""
        if not field.required and value is field.absent:
            return
        if value is None and field.nullable:
            out[field.name] = None
        else:
            out[field.name] = self.express(field.shape, value, path, report)

    def _express_either(
        self, shapes: tuple[Shape, ...], value: Any, path: Path, report: Report
    ) -> Any:
        """Write *value* as the one shape whose classes it is of."""
        expected = " or ".join(map(_show_class, shapes))
        for shape in shapes:
            if isinstance(value, _accepted(shape)):
                if isinstance(shape, Scalar | Words | Base64):
                    return self._express_leaf(shape, value, path, report, expected)
                return self.express(shape, value, path, report)
        report.add(path, expected, show_kind(value))
        return None

    def _express_table(
        self, item: Shape, value: Mapping[Any, Any], path: Path, report: Report
    ) -> dict[str, Any]:
        """Write the values of a mapping."""
        out: dict[str, Any] = {}
        for key, element in value.items():
            if isinstance(key, str):
                out[str.__str__(key)] = self.express(item, element, (path, key), report)
            else:
                report.add(path, "string keys", show_value(key))
        return out

    def _express_anything(self, value: Any, path: Path, report: Report) -> Any:
        """Write a value of unknown shape."""
        try:
            return plain(value, binary=self.binary)
        except Mismatch:
            explain_anything(value, path, report, MAX_DEPTH_WRITTEN)
            return None

    def _express_leaf(
        self, shape: Shape, value: Any, path: Path, report: Report, expected: str
    ) -> Any:
        """Write a scalar."""
        try:
            return self.writer(shape)(builtin(value))
        except Mismatch:
            near = isinstance(value, _accepted(shape)) and not isinstance(value, bool)
            report.add(path, expected, show_value(value) if near else show_kind(value))
            return None


def _accepted(shape: Shape) -> tuple[type, ...]:
    """List the classes that, with their subclasses, *shape* is written from."""
    match shape:
        case Base64():
            return (bytes, bytearray, memoryview)
        case Array():
            return (list, tuple)
        case Table() | Anything():
            return (Mapping,)
        case _:
            return python_classes(shape)


def _show_class(shape: Shape) -> str:
    """Say what an instance has where *shape* is written."""
    match shape:
        case Object(cls):
            return cls.__name__
        case Base64():
            return "bytes"
        case Tagged():
            names = [cls.__name__ for cls in shape.classes]
            if len(names) > MAX_NAMES:
                names[MAX_NAMES - 1 : -1] = ["..."]
            return " or ".join(names)
        case _:
            return show_shape(shape)
