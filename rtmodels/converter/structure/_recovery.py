"""The recovery of data that the fast pass rejected, in forgiving mode.

``_factory`` imports this module.
"""

from typing import Any, assert_never

from rtmodels.converter._dispatch import find_class, wrap_unknown
from rtmodels.converter._hook import SlowPass
from rtmodels.converter._issues import shape_text
from rtmodels.converter._plan import plan_class, plan_type
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
    by_class,
)
from rtmodels.converter._source import Function
from rtmodels.converter._values import REJECTIONS, Rejected, ensure_lax_json
from rtmodels.converter.structure._codegen import make_builder
from rtmodels.schema._model import Unknown

__all__ = ["Recovery"]


class Recovery(SlowPass):
    """Structures values with parts that do not fit.

    Such a part is dropped at the nearest level that can do without it. An optional
    field stays absent, and its value is kept in ``extra``. An object in a union becomes
    `Unknown`. Without such a level, the whole value is `Rejected`.
    """

    def _structure(self, shape: Shape, value: Any) -> Any:
        """Structure *value*, and recover it if it does not fit."""
        function = self.context.nested(shape, shape_text(shape))
        return self._try(function, shape, value)

    def _try(self, function: Function, shape: Shape, value: Any) -> Any:
        """Structure *value* with *function*, fast and for *shape*, or recover it."""
        try:
            return function(value)
        except REJECTIONS:
            return self.recover(shape, value)

    def recover(self, shape: Shape, value: Any) -> Any:
        """Structure *value*, which does not fit as it is.

        Raises:
            Rejected: It does not fit, even without its optional parts.
        """
        match shape:
            case Nullable(inner):
                return self._structure(inner, value)
            case Array(item):
                return self._recover_array(item, value)
            case Map(item):
                return self._recover_map(item, value)

            case UntaggedUnion(shapes):
                table = by_class(shapes)
                if value.__class__ not in table:
                    raise Rejected
                return self._structure(table[value.__class__], value)

            case TaggedUnion():
                return self._recover_tagged(shape, value)
            case Object(cls):
                return self._recover_object(cls, value)

            case Scalar() | Literals() | Base64() | AnyJson() | Custom():
                raise Rejected
            case _:
                assert_never(shape)

    def _recover_array(self, item: Shape, value: Any) -> tuple[Any, ...]:
        """Structure each item of an array."""
        if value.__class__ is not list:
            raise Rejected
        function = self.context.nested(item, shape_text(item))
        return tuple([self._try(function, item, element) for element in value])

    def _recover_map(self, item: Shape, value: Any) -> dict[str, Any]:
        """Structure each value of a map."""
        if value.__class__ is not dict or any(
            key.__class__ is not str for key in value
        ):
            raise Rejected
        return {key: self._structure(item, element) for key, element in value.items()}

    def _recover_tagged(self, shape: TaggedUnion, value: Any) -> Any:
        """Structure *value* as the class for its tag, or else keep it whole."""
        if value.__class__ is not dict or not self.is_builtin(shape.union):
            raise Rejected

        # A bad tag and a class that rejects the object have the same outcome: the whole
        # object is kept, if the union has `Unknown`.
        try:
            cls = find_class(shape, value)
            if cls is not Unknown:
                return self._structure(Object(cls), value)
        except Rejected:
            pass

        if not shape.unknown:
            raise Rejected
        return self._keep(value)

    def _keep(self, value: dict[str, Any]) -> Any:
        """Return *value* as `Unknown`, by a user-defined hook if there is one."""
        if not self.is_builtin(Unknown):
            return self._structure(plan_type(Unknown), value)
        options = self.context.options
        ensure_lax_json(value, options.max_depth, nan=options.nan)
        return wrap_unknown(value)

    def _recover_object(self, cls: type, value: Any) -> Any:
        """Structure the fields that fit, and leave the others in ``extra``."""
        if value.__class__ is not dict or not self.is_builtin(cls):
            raise Rejected

        # Each field that fits is taken out of ``extra``. What remains is unknown keys,
        # nulls that the schema does not allow, and values of the wrong type.
        plan = plan_class(cls)
        extra = dict(value)
        fields: dict[str, Any] = {}

        for field, function in self.context.fields(cls):
            element = value.get(field.name)
            if element is None and (field.name not in value or not field.nullable):
                if field.required:
                    raise Rejected
                continue

            try:
                if element is not None:
                    element = self._try(function, field.shape, element)
            except Rejected:
                if field.required:
                    raise
            else:
                fields[field.alias] = element
                del extra[field.name]

        # As in the fast pass, defaults of the class do not replace missing values.
        for field in plan.fields:
            if plan.fills_slots or field.has_literal_default:
                fields.setdefault(field.alias, field.missing_value)

        # One more level than its values may have: ``extra`` itself.
        options = self.context.options
        ensure_lax_json(extra, options.max_depth + 1, nan=options.nan)
        return make_builder(cls)({**fields, "extra": extra or None})
