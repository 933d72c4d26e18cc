"""The fallback for instances that the fast pass rejected: convert, or collect errors.

``_factory`` imports this module.
"""

from collections.abc import Mapping
from typing import Any, assert_never

from rtmodels.converter._hook import Context, SlowPass
from rtmodels.converter._issues import (
    Path,
    kind_name,
    preview,
    report_any_json,
    shape_text,
)
from rtmodels.converter._plan import join_names, plan_type
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
    accepted_classes,
)
from rtmodels.converter._values import Rejected, to_builtins, to_wire
from rtmodels.schema._model import Unknown

__all__ = ["UnstructureFallback"]


class UnstructureFallback(SlowPass):
    """Unstructures one value that the fast pass rejected.

    The fast pass accepts only exact classes. This one also accepts their subclasses,
    lists in place of tuples, any mapping and any buffer.
    """

    def __init__(self, context: Context) -> None:
        """Prepare for one value."""
        super().__init__(context)
        self.strict = context.options.strict
        self.binary = context.options.binary
        self.max_depth = context.options.max_depth_written
        self.nan = context.options.nan

    def convert(self, shape: Shape, value: Any, path: Path) -> Any:
        """Return the data for *value* at *path*, and report the parts without any."""
        match shape:
            case Base64():
                return self._scalar(shape, value, path, self._class_text(shape))
            case Scalar() | Literals():
                return self._scalar(shape, value, path, self.expected(shape, shape))
            case Nullable(inner):
                return None if value is None else self.rejected(inner, value, path)

            case UntaggedUnion(shapes):
                return self._untagged(shapes, value, path)

            case AnyJson(kind):
                if kind is object or isinstance(value, Mapping):
                    return self._any_json(value, path)
                return self._reject(shape, value, path)

            case Array(item):
                if isinstance(value, list | tuple):
                    return self._array(item, value, path)
                return self._reject(shape, value, path)

            case Map(item):
                if isinstance(value, Mapping):
                    return self._map(item, value, path)
                return self._reject(shape, value, path)

            case Object(cls):
                return self._object(cls, value, path)
            case TaggedUnion():
                return self._tagged(shape, value, path)
            case Custom():
                raise AssertionError("its hook converts the value")
            case _:
                assert_never(shape)

    def _reject(self, shape: Shape, value: object, path: Path) -> None:
        """Report that *value* has the wrong class."""
        got = kind_name(value)
        if isinstance(value, dict) and isinstance(shape, Object | TaggedUnion):
            got = "dict, which DictAdapter decodes"
        self.report.add(path, self._class_text(shape), got)

    def _array(self, item: Shape, value: Any, path: Path) -> list[Any]:
        """Unstructure the items of a list or a tuple."""
        function = self.context.nested(item, shape_text(item))
        return [
            self.part(function, item, element, (path, index))
            for index, element in enumerate(value)
        ]

    def _tagged(self, shape: TaggedUnion, value: Any, path: Path) -> Any:
        """Unstructure an instance of one of several classes."""
        if isinstance(value, shape.accepted(strict=self.strict)):
            if not shape.members and type(value) is Unknown:
                return self.convert(AnyJson(dict), value.payload, path)
            return self.rejected(plan_type(type(value)), value, path)

        if shape.unknown and isinstance(value, Unknown):
            self.report.add((path, "type"), "a known type", preview(value.tag))
            return None
        return self._reject(shape, value, path)

    def _object(self, cls: type, value: Any, path: Path) -> Any:
        """Unstructure an instance of *cls*, or of a subclass of it."""
        # A subclass may have a hook of its own.
        if type(value) is not cls:
            if isinstance(value, cls):
                return self.rejected(plan_type(type(value)), value, path)
            return self._reject(Object(cls), value, path)

        return self._attributes(cls, value, path)

    def _attributes(self, cls: type, value: Any, path: Path) -> dict[str, Any]:
        """Unstructure the attributes of *value*, an instance of *cls* itself."""
        # In the order of encoding: constants first.
        fields = sorted(self.context.fields(cls), key=lambda pair: not pair[0].constant)
        out: dict[str, Any] = {}
        for field, function in fields:
            element = getattr(value, field.name)
            if element is None and field.nullable:
                out[field.name] = None
            elif element is None and field.required and field.is_expected:
                expected = shape_text(field.shape)
                self.report.add((path, field.name), expected, "nothing")
            elif field.required or element is not field.missing_value:
                here = path, field.name
                out[field.name] = self.part(function, field.shape, element, here)

        self._extra(value.extra, self.context.plan(cls).names, out, path)
        return out

    def _extra(
        self, extra: Any, names: frozenset[str], out: dict[str, Any], path: Path
    ) -> None:
        """Add the keys of ``extra`` to *out*, except for those that a field has set.

        *names* are the fields of the class.
        """
        if extra is None:
            return
        if not isinstance(extra, Mapping):
            self.report.add((path, "extra"), "Mapping", kind_name(extra))
            return

        for key, value in extra.items():
            if not isinstance(key, str):
                self.report.add(path, "string keys", preview(key))
            elif key in out:
                pass
            elif self.strict:
                expected = "no value in extra" if key in names else "no such key"
                self.report.add((path, key), expected, kind_name(value))
            else:
                # An exact str: subclasses, such as enums, may override __str__.
                name = str.__str__(key)
                out[name] = self._any_json(value, (path, name))

    def _untagged(self, shapes: tuple[Shape, ...], value: Any, path: Path) -> Any:
        """Unstructure *value* by the first member that accepts its class."""
        expected = " or ".join(map(self._class_text, shapes))
        for shape in shapes:
            if isinstance(value, accepted_classes(shape)):
                if isinstance(shape, Scalar | Literals | Base64):
                    return self._scalar(shape, value, path, expected)
                return self.rejected(shape, value, path)

        self.report.add(path, expected, kind_name(value))
        return None

    def _map(self, item: Shape, value: Mapping[Any, Any], path: Path) -> dict[str, Any]:
        """Unstructure the values of a mapping."""
        function = self.context.nested(item, shape_text(item))
        out: dict[str, Any] = {}
        for key, element in value.items():
            if isinstance(key, str):
                here = path, key
                out[str.__str__(key)] = self.part(function, item, element, here)
            else:
                self.report.add(path, "string keys", preview(key))
        return out

    def _any_json(self, value: Any, path: Path) -> Any:
        """Copy a value of unknown shape."""
        try:
            return to_wire(
                value, binary=self.binary, nan=self.nan, depth=self.max_depth
            )
        except Rejected:
            report_any_json(value, path, self.report, self.max_depth, nan=self.nan)
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

    def _class_text(self, shape: Shape) -> str:
        """Return a description of the values of *shape* in an instance."""
        match shape:
            case Object(cls):
                return cls.__name__
            case Base64():
                return "bytes"
            case TaggedUnion():
                return join_names(shape.accepted(strict=self.strict), " or ")
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
