"""The fallback for instances that the fast pass rejected: convert, or collect errors.

``_factory`` imports this module.
"""

import contextlib
from collections.abc import Mapping
from typing import Any, assert_never

from rtmodels.converter._hook import Context, SlowPass
from rtmodels.converter._issues import (
    FullError,
    Path,
    Report,
    kind_name,
    preview,
    report_any_json,
    shape_text,
)
from rtmodels.converter._options import MAX_DEPTH_WRITTEN
from rtmodels.converter._plan import join_names, plan_class
from rtmodels.converter._shapes import (
    AnyJson,
    Array,
    Base64,
    Custom,
    FieldPlan,
    Literals,
    Map,
    Nullable,
    Object,
    Scalar,
    Shape,
    TaggedUnion,
    UntaggedUnion,
    accepted_classes,
)
from rtmodels.converter._values import Rejected, to_builtins, to_wire
from rtmodels.errors import EncodeError
from rtmodels.schema._model import Unknown

__all__ = ["UnstructureFallback"]


class UnstructureFallback(SlowPass):
    """Unstructures one value that the fast pass rejected.

    The fast pass accepts only exact classes. This one also accepts their subclasses,
    lists in place of tuples, any mapping and any buffer.
    """

    def __init__(self, context: Context, root: Any) -> None:
        """Prepare for a value of the type *root*, whose hook is running."""
        super().__init__(context, root)
        self.options = context.options
        self.report = Report()

    def unstructure_all(self, shape: Shape, value: Any) -> Any:
        """Return the data for *value*.

        Raises:
            EncodeError: The wire cannot hold it. The error has the issues, at most the
                first hundred.
        """
        out = None
        with contextlib.suppress(FullError):
            out = self._unstructure(shape, value, None)

        if self.report.issues:
            raise EncodeError(tuple(self.report.issues))
        return out

    def _unstructure(self, shape: Shape, value: Any, path: Path) -> Any:
        """Return the data for *value* at *path*, and report the parts without any."""
        match shape:
            case Scalar() | Literals() | Base64():
                return self._scalar(shape, value, path, _class_text(shape))
            case Nullable(inner):
                return None if value is None else self._unstructure(inner, value, path)

            case UntaggedUnion(shapes):
                return self._untagged(shapes, value, path)

            case AnyJson(kind):
                if kind is object or isinstance(value, Mapping):
                    return self._any_json(value, path)
                return self._reject(shape, value, path)

            case Array(item):
                if isinstance(value, list | tuple):
                    return [
                        self._unstructure(item, element, (path, index))
                        for index, element in enumerate(value)
                    ]
                return self._reject(shape, value, path)

            case Map(item):
                if isinstance(value, Mapping):
                    return self._map(item, value, path)
                return self._reject(shape, value, path)

            case Object(cls):
                return self._object(cls, value, path)
            case TaggedUnion():
                return self._tagged(shape, value, path)
            case Custom(type_):
                return self._custom(type_, value, path)
            case _:
                assert_never(shape)

    def _reject(self, shape: Shape, value: object, path: Path) -> None:
        """Report that *value* has the wrong class."""
        self.report.add(path, _class_text(shape), kind_name(value))

    def _custom(self, type_: Any, value: Any, path: Path) -> Any:
        """Call the user-defined hook, and report the errors that it raises."""
        try:
            return self.context.converter.unstructure(value, type_)
        except Exception as exc:  # noqa: BLE001 - becomes an issue
            self.report.add_exception(exc, path, type_)
            return None

    def _tagged(self, shape: TaggedUnion, value: Any, path: Path) -> Any:
        """Unstructure an instance of one of several classes."""
        if not self.is_builtin(shape.union):
            return self._custom(shape.union, value, path)
        if isinstance(value, shape.classes):
            return self._object(type(value), value, path)
        return self._reject(shape, value, path)

    def _object(self, cls: type, value: Any, path: Path) -> Any:
        """Unstructure an instance of *cls*, or of a subclass of it."""
        if not isinstance(value, cls):
            return self._reject(Object(cls), value, path)

        # A subclass may have a hook of its own, which the converter finds.
        if type(value) is not cls or not self.is_builtin(cls):
            return self._custom(type(value), value, path)

        return self._attributes(cls, value, path)

    def _attributes(self, cls: type, value: Any, path: Path) -> Any:
        """Unstructure the attributes of *value*, an instance of *cls* itself."""
        if cls is Unknown:
            return self._unstructure(AnyJson(dict), value.payload, path)

        out: dict[str, Any] = {}
        for field in plan_class(cls).wire_fields:
            self._field(field, getattr(value, field.name), out, (path, field.name))
        self._extra(value.extra, out, path)
        return out

    def _extra(self, extra: Any, out: dict[str, Any], path: Path) -> None:
        """Add the keys of ``extra`` to *out*, except for those that a field has set."""
        if extra is None:
            return
        if not isinstance(extra, Mapping):
            self.report.add((path, "extra"), "Mapping", kind_name(extra))
            return

        for key, value in extra.items():
            if not isinstance(key, str):
                self.report.add(path, "string keys", preview(key))
            elif key not in out:
                # An exact str: subclasses, such as enums, may override __str__.
                name = str.__str__(key)
                out[name] = self._any_json(value, (path, name))

    def _field(
        self, field: FieldPlan, value: Any, out: dict[str, Any], path: Path
    ) -> None:
        """Add one attribute to *out*, unless it is absent."""
        if not field.required and value is field.missing_value:
            return

        if value is None and field.nullable:
            out[field.name] = None
        else:
            out[field.name] = self._unstructure(field.shape, value, path)

    def _untagged(self, shapes: tuple[Shape, ...], value: Any, path: Path) -> Any:
        """Unstructure *value* by the first member that accepts its class."""
        expected = " or ".join(map(_class_text, shapes))
        for shape in shapes:
            if isinstance(value, accepted_classes(shape)):
                if isinstance(shape, Scalar | Literals | Base64):
                    return self._scalar(shape, value, path, expected)
                return self._unstructure(shape, value, path)

        self.report.add(path, expected, kind_name(value))
        return None

    def _map(self, item: Shape, value: Mapping[Any, Any], path: Path) -> dict[str, Any]:
        """Unstructure the values of a mapping."""
        out: dict[str, Any] = {}
        for key, element in value.items():
            if isinstance(key, str):
                out[str.__str__(key)] = self._unstructure(item, element, (path, key))
            else:
                self.report.add(path, "string keys", preview(key))
        return out

    def _any_json(self, value: Any, path: Path) -> Any:
        """Copy a value of unknown shape."""
        try:
            return to_wire(value, binary=self.options.binary, nan=self.options.nan)
        except Rejected:
            report_any_json(
                value, path, self.report, MAX_DEPTH_WRITTEN, nan=self.options.nan
            )
            return None

    def _scalar(
        self, shape: Scalar | Literals | Base64, value: Any, path: Path, expected: str
    ) -> Any:
        """Unstructure a scalar."""
        # The fast function again, for a copy that has the exact class.
        try:
            return self.context.function(shape)(to_builtins(value))
        except Rejected:
            # bool is a subclass of int, but True is not close to any number.
            is_accepted = isinstance(value, accepted_classes(shape))
            is_near = is_accepted and not isinstance(value, bool)
            got = preview(value) if is_near else kind_name(value)

            self.report.add(path, expected, got)
            return None


def _class_text(shape: Shape) -> str:
    """Return a description of the values of *shape* in an instance."""
    match shape:
        case Object(cls):
            return cls.__name__
        case Base64():
            return "bytes"
        case TaggedUnion():
            return join_names(shape.classes, " or ")
        case (
            Scalar()
            | Literals()
            | AnyJson()
            | Nullable()
            | Array()
            | Map()
            | UntaggedUnion()
            | Custom()
        ):
            return shape_text(shape)
        case _:
            assert_never(shape)
