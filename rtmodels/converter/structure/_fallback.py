"""The fallback for data that the fast pass rejected: structure it, or collect errors.

``_factory`` imports this module.
"""

from typing import Any, assert_never

from rtmodels.converter._dispatch import find_class, wrap_unknown
from rtmodels.converter._hook import Context, SlowPass
from rtmodels.converter._issues import (
    Path,
    kind_name,
    preview,
    report_any_json,
    shape_text,
)
from rtmodels.converter._plan import plan_type
from rtmodels.converter._shapes import (
    STAND_INS,
    AnyJson,
    Array,
    Base64,
    ClassPlan,
    Custom,
    Discriminator,
    Literals,
    Map,
    Nullable,
    Object,
    Scalar,
    Shape,
    TaggedUnion,
    UntaggedUnion,
    by_class,
    json_class,
)
from rtmodels.converter._values import Rejected
from rtmodels.converter.structure._codegen import fill_missing
from rtmodels.schema._model import Unknown

__all__ = ["StructureFallback"]


class StructureFallback(SlowPass):
    """Structures one value that the fast pass rejected, as an error or a hook demands.

    The modes `strict` and `tolerant` have no other slow pass. In forgiving mode, this
    one explains why a value could not be recovered.
    """

    def __init__(self, context: Context) -> None:
        """Prepare for one value."""
        super().__init__(context)
        self.strict = context.options.strict
        self.max_depth = context.options.max_depth

    def convert(self, shape: Shape, value: Any, path: Path) -> Any:
        """Structure *value* at *path*, and report the parts that do not fit."""
        match shape:
            case Scalar() | Literals() | Base64():
                return self._scalar(shape, value, path, shape)
            case Nullable(inner):
                return None if value is None else self.rejected(inner, value, path)

            case UntaggedUnion(shapes):
                return self._untagged(shape, by_class(shapes), value, path)

            case AnyJson(kind):
                if kind is object or value.__class__ is dict:
                    return self._any_json(value, path)
                return self._reject(shape, value, path)

            case Array(item):
                if value.__class__ is list:
                    return self._array(item, value, path)
                return self._reject(shape, value, path)
            case Map(item):
                if value.__class__ is dict:
                    return self._map(item, value, path)
                return self._reject(shape, value, path)

            case Object(cls):
                if value.__class__ is dict:
                    return self._object(cls, value, path)
                return self._reject(shape, value, path)
            case TaggedUnion():
                if value.__class__ is dict:
                    return self._tagged(shape, value, path)
                return self._reject(shape, value, path)

            case Custom():
                raise AssertionError("its hook converts the value")
            case _:
                assert_never(shape)

    def _reject(self, shape: Shape, value: object, path: Path) -> None:
        """Report that *value* is of another JSON type."""
        self.report.add(path, shape_text(shape), kind_name(value))

    def _scalar(
        self, shape: Scalar | Literals | Base64, value: Any, path: Path, whole: Shape
    ) -> Any:
        """Structure a scalar of *shape*, a member of *whole*."""
        try:
            return self.context.function(shape)(value)
        except Rejected:
            pass

        # If the type is nearly right, the mistake is in the value, and the message has
        # to show it. Otherwise the type is enough, and no payload gets out.
        cls = json_class(shape)
        is_near = value.__class__ in (cls, STAND_INS.get(cls))
        got = preview(value) if is_near else kind_name(value)
        return self.report.add(path, self.expected(shape, whole), got)

    def _untagged(
        self,
        shape: UntaggedUnion,
        members: dict[type, Shape],
        value: Any,
        path: Path,
    ) -> Any:
        """Structure *value* by the member with its JSON type."""
        member = members.get(value.__class__)
        if member is None:
            return self._reject(shape, value, path)
        if isinstance(member, Scalar | Literals | Base64):
            return self._scalar(member, value, path, shape)
        return self.rejected(member, value, path)

    def _any_json(self, value: Any, path: Path, *, nan: bool = False) -> Any:
        """Check a value of unknown shape; *nan* is as for `report_any_json`."""
        report_any_json(value, path, self.report, self.max_depth, nan=nan)
        return value

    def _array(self, item: Shape, value: list[Any], path: Path) -> tuple[Any, ...]:
        """Structure the items of an array."""
        function = self.context.nested(item, shape_text(item))
        return tuple(
            [
                self.part(function, item, element, (path, index))
                for index, element in enumerate(value)
            ]
        )

    def _map(self, item: Shape, value: dict[Any, Any], path: Path) -> dict[str, Any]:
        """Structure the values of a map."""
        function = self.context.nested(item, shape_text(item))
        out: dict[str, Any] = {}
        for key, element in value.items():
            if key.__class__ is str:
                out[key] = self.part(function, item, element, (path, key))
            else:
                self.report.add(path, "string keys", preview(key))
        return out

    def _tagged(self, shape: TaggedUnion, obj: dict[str, Any], path: Path) -> Any:
        """Structure an object by the class for its tag, or report the tag."""
        if not shape.members:
            nan = self.context.options.nan
            return wrap_unknown(self._any_json(obj, path, nan=nan))

        cls = find_class(shape, obj)
        if cls is None:
            return self._reject_tag(shape, shape.discriminator, obj, path)
        if cls is not Unknown:
            return self.rejected(Object(cls), obj, path)
        if not shape.takes_unknown(strict=self.strict):
            return self._reject_tag(shape, shape.discriminator, obj, path)
        return self.rejected(plan_type(Unknown), obj, path)

    def _reject_tag(
        self,
        shape: TaggedUnion,
        discriminator: Discriminator,
        obj: dict[str, Any],
        path: Path,
    ) -> None:
        """Report the tag of *obj*, by *discriminator* or one that it leads to."""
        key = discriminator.key
        if key not in obj:
            self._add_missing(path, key, "str", *shape.members)
            return

        tag = obj[key]
        if not isinstance(tag, str):
            self.report.add((path, key), "str", kind_name(tag))
            return

        # A known tag may lead to a second key, and the issue is there.
        case = discriminator.cases.get(tag)
        if isinstance(case, Discriminator):
            self._reject_tag(shape, case, obj, path)
        else:
            self.report.add((path, key), f"a known {key}", preview(tag))

    def _object(self, cls: type, obj: dict[str, Any], path: Path) -> Any:
        """Structure the fields of *cls*, and the keys that are no fields."""
        plan, before = self.context.plan(cls), len(self.report.issues)
        fields: dict[str, Any] = {}
        extra: dict[str, Any] = {}

        for field, function in self.context.fields(cls):
            here = path, field.name
            element = obj.get(field.name)
            if element is not None:
                fields[field.alias] = self.part(function, field.shape, element, here)
            elif field.name not in obj:
                if field.required:
                    expected = shape_text(field.shape)
                    self._add_missing(path, field.name, expected, cls)
            elif field.nullable:
                fields[field.alias] = None
            elif field.required or self.strict:
                self.report.add(here, shape_text(field.shape), "null")
            else:
                extra[field.name] = None

        self._reject_foreign(plan, obj, path)
        for key, element in obj.items():
            if key not in plan.names and key not in plan.foreign:
                self._extra(key, element, path)
                extra[key] = element

        # An unchanged number of issues proves that all fields fit. Only then may the
        # validators of the class see the values.
        if len(self.report.issues) > before:
            return None
        return self._build(plan, fields, extra, path)

    def _reject_foreign(self, plan: ClassPlan, obj: dict[str, Any], path: Path) -> None:
        """Report the keys by which *obj* is one of another protocol."""
        for key, protocol in plan.foreign.items():
            if key in obj:
                self.report.add((path, key), "no such key", f"a key of {protocol}")

    def _add_missing(self, path: Path, key: str, expected: str, *classes: type) -> None:
        """Report a missing key of *classes*; in another protocol, it may be missing."""
        lacking = (self.context.plan(cls).lacking for cls in classes)
        protocol = next((keys[key] for keys in lacking if key in keys), None)
        if protocol is not None:
            expected += f", which only {protocol} leaves out"
        self.report.add((path, key), expected, "nothing")

    def _extra(self, key: Any, element: object, path: Path) -> None:
        """Check a key that is no field, and its value."""
        if key.__class__ is not str:
            self.report.add(path, "string keys", preview(key))
        elif self.strict:
            self.report.add((path, key), "no such key", kind_name(element))
        else:
            nan = self.context.options.nan
            self._any_json(element, (path, key), nan=nan)

    def _build(
        self,
        plan: ClassPlan,
        fields: dict[str, Any],
        extra: dict[str, Any],
        path: Path,
    ) -> Any:
        """Return the instance, or report the errors of the validators of its class."""
        fill_missing(plan, fields)
        try:
            return plan.cls(**fields, extra=extra or None)
        except Exception as exc:  # noqa: BLE001 - becomes an issue
            return self.report.add_exception(exc, path, plan.cls, fields)
