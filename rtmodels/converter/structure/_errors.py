"""The collection of all errors in data that the fast pass rejected.

``_factory`` imports this module.
"""

import contextlib
from typing import Any, assert_never

from rtmodels.converter._dispatch import find_class
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
from rtmodels.converter._plan import plan_class
from rtmodels.converter._shapes import (
    STAND_INS,
    AnyJson,
    Array,
    Base64,
    ClassPlan,
    Custom,
    Discriminator,
    FieldPlan,
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
from rtmodels.converter._source import Function
from rtmodels.converter._values import REJECTIONS, Rejected
from rtmodels.errors import Issue
from rtmodels.schema._model import Unknown

__all__ = ["ErrorCollector"]


class ErrorCollector(SlowPass):
    """Collects the errors in one value that the fast pass rejected, with their paths.

    It follows the plan, and uses fast functions to skip the parts that fit.
    """

    def __init__(self, context: Context, root: Any) -> None:
        """Prepare for a value of the type *root*, whose hook is running."""
        super().__init__(context, root)
        self.strict = context.options.strict
        self.report = Report()

    def collect_all(self, shape: Shape, value: object) -> tuple[Issue, ...]:
        """Return the issues of *value*, at most the first hundred."""
        with contextlib.suppress(FullError):
            self._collect(shape, value, None)
        return tuple(self.report.issues)

    def _collect(self, shape: Shape, value: Any, path: Path) -> None:
        """Add the issues of *value* at *path*, which does not fit."""
        match shape:
            case Scalar() | Literals() | Base64():
                self._collect_scalar(shape, value, path, self._expected(shape, shape))
            case Nullable(inner):
                if value is not None:
                    self._collect(inner, value, path)

            case UntaggedUnion():
                self._collect_untagged(shape, value, path)
            case AnyJson(kind):
                if kind is dict and value.__class__ is not dict:
                    self._add_kind(shape, value, path)
                else:
                    self._report_any_json(value, path)

            case Array(item):
                self._collect_array(item, value, path)
            case Map(item):
                self._collect_map(item, value, path)
            case Object(cls):
                self._collect_object(cls, value, path)
            case TaggedUnion():
                self._collect_tagged(shape, value, path)

            case Custom(type_):
                self._collect_custom(type_, value, path)
            case _:
                assert_never(shape)

    def _add_kind(self, shape: Shape, value: object, path: Path) -> None:
        """Add the issue that *value* is of another JSON type."""
        self.report.add(path, shape_text(shape), kind_name(value))

    def _collect_custom(self, type_: Any, value: object, path: Path) -> None:
        """Call the user-defined hook, and add the errors that it raises."""
        # The fast pass has dropped the error of this hook, so the hook runs again. That
        # may repeat side effects, but only for a value that is rejected as a whole.
        try:
            self.context.converter.structure(value, type_)
        except Exception as exc:  # noqa: BLE001 - becomes an issue
            self.report.add_exception(exc, path, type_)

    def _expected(self, shape: Shape, whole: Shape) -> str:
        """Return the text for values of *shape*, a scalar and a member of *whole*."""
        if isinstance(shape, Literals) and shape.closed == "strict" and not self.strict:
            return shape.kind.__name__
        return shape_text(whole)

    def _collect_scalar(
        self,
        shape: Scalar | Literals | Base64,
        value: object,
        path: Path,
        expected: str,
    ) -> None:
        """Add the issue that the scalar *value* does not fit."""
        # If the type is nearly right, the mistake is in the value, and the message has
        # to show it. Otherwise the type is enough, and no payload gets out.
        cls = json_class(shape)
        is_near = value.__class__ in (cls, STAND_INS.get(cls))
        got = preview(value) if is_near else kind_name(value)
        self.report.add(path, expected, got)

    def _collect_untagged(
        self, shape: UntaggedUnion, value: object, path: Path
    ) -> None:
        """Add the issues of *value* by the member with its JSON type."""
        member = by_class(shape.shapes).get(value.__class__)
        if member is None:
            self._add_kind(shape, value, path)
        elif isinstance(member, Scalar | Literals | Base64):
            self._collect_scalar(member, value, path, self._expected(member, shape))
        else:
            self._collect(member, value, path)

    def _collect_array(self, item: Shape, value: Any, path: Path) -> None:
        """Add the issues of those items of an array that do not fit."""
        if value.__class__ is not list:
            self._add_kind(Array(item), value, path)
            return
        function = self.context.nested(item, shape_text(item))
        for index, element in enumerate(value):
            if not fits(function, element):
                self._collect(item, element, (path, index))

    def _collect_map(self, item: Shape, value: Any, path: Path) -> None:
        """Add the issues of those values of an object that do not fit."""
        if value.__class__ is not dict:
            self._add_kind(Map(item), value, path)
            return

        function = self.context.nested(item, shape_text(item))
        for key, element in value.items():
            if key.__class__ is not str:
                self.report.add(path, "string keys", preview(key))
            elif not fits(function, element):
                self._collect(item, element, (path, key))

    def _collect_tagged(self, shape: TaggedUnion, value: Any, path: Path) -> None:
        """Add the issues by the class for the tag, or the issue of the tag itself."""
        if not self.is_builtin(shape.union):
            self._collect_custom(shape.union, value, path)
            return

        if value.__class__ is not dict:
            self._add_kind(shape, value, path)
            return

        try:
            cls = find_class(shape, value)
        except Rejected:
            self._collect_tag(shape.discriminator, value, path)
            return

        if cls is not Unknown:
            self._collect_object(cls, value, path)
        elif self.strict or not shape.unknown:
            self._collect_tag(shape.discriminator, value, path)
        elif self.is_builtin(Unknown):
            self._report_any_json(value, path)
        else:
            self._collect_custom(Unknown, value, path)

    def _collect_tag(
        self, discriminator: Discriminator, obj: dict[str, Any], path: Path
    ) -> None:
        """Add the issue of the tag of *obj*."""
        key = discriminator.key
        if key not in obj:
            self.report.add((path, key), "str", "nothing")
            return

        tag = obj[key]
        if not isinstance(tag, str):
            self.report.add((path, key), "str", kind_name(tag))
            return

        # A known tag may lead to a second key, and the issue is there.
        case = discriminator.cases.get(tag)
        if isinstance(case, Discriminator):
            self._collect_tag(case, obj, path)
        else:
            self.report.add((path, key), f"a known {key}", preview(tag))

    def _collect_object(self, cls: type, value: Any, path: Path) -> None:
        """Add the issues of the fields of *cls*, and of keys that are no fields."""
        if not self.is_builtin(cls):
            self._collect_custom(cls, value, path)
            return

        if value.__class__ is not dict:
            self._add_kind(Object(cls), value, path)
            return

        plan, before = plan_class(cls), len(self.report.issues)
        for field, function in self.context.fields(cls):
            # The function is for other values; null and absence depend on the field.
            element = value.get(field.name)
            if element is None or not fits(function, element):
                self._collect_field(field, value, (path, field.name))

        # An unchanged number of issues proves that all fields fit. Only then may the
        # validators of the class see the values.
        if not plan.fills_slots and len(self.report.issues) == before:
            self._collect_from_init(plan, value, path)

        for key, element in value.items():
            if key not in plan.names:
                self._collect_extra(key, element, path)

    def _collect_extra(self, key: Any, element: object, path: Path) -> None:
        """Add the issues of a key that is no field."""
        if key.__class__ is not str:
            self.report.add(path, "string keys", preview(key))
        elif self.strict:
            self.report.add((path, key), "no such key", kind_name(element))
        else:
            self._report_any_json(element, (path, key))

    def _report_any_json(self, value: Any, path: Path) -> None:
        """Add the issues of a value of unknown shape."""
        options = self.context.options
        report_any_json(value, path, self.report, options.max_depth, nan=options.nan)

    def _collect_from_init(
        self, plan: ClassPlan, value: dict[str, Any], path: Path
    ) -> None:
        """Add the errors of the validators of a user-defined class."""
        values = {
            field.alias: function(value[field.name])
            for field, function in self.context.fields(plan.cls)
            if value.get(field.name) is not None
        }

        try:
            plan.cls(**values)
        except Exception as exc:  # noqa: BLE001 - becomes an issue
            self.report.add_exception(exc, path, plan.cls)

    def _collect_field(self, field: FieldPlan, obj: dict[str, Any], path: Path) -> None:
        """Add the issues of one field, whose value may be null or missing."""
        if field.name not in obj:
            if field.required:
                self.report.add(path, shape_text(field.shape), "nothing")
        elif obj[field.name] is not None:
            self._collect(field.shape, obj[field.name], path)
        elif not field.nullable and (field.required or self.strict):
            self.report.add(path, shape_text(field.shape), "null")


def fits(function: Function, value: object) -> bool:
    """Return whether *function*, a fast one, accepts *value*."""
    try:
        function(value)
    except REJECTIONS:
        return False
    return True
