"""The slow pass of forgiving mode: keeps what does not fit as it came."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from rtmodels.converter._structure import Fields, make_builder
from rtmodels.converter._unions import choose, wrap_unknown
from rtmodels.converter._values import MISFITS, Mismatch, check_kept
from rtmodels.converter.plan import (
    Array,
    Either,
    Maybe,
    Object,
    Shape,
    Table,
    Tagged,
    by_class,
    plan_class,
    plan_type,
)
from rtmodels.schema._model import Unknown

Read: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Salvager:
    """Salvages on behalf of one converter.

    What does not fit is given up at the nearest place that can do without it: an
    optional field stays absent, and the value is kept in ``extra``; an object in a
    union becomes `Unknown`. Where no such place is above it, `Mismatch` comes out.

    *reader* gives the fast function for a shape, and *fields* the fields of a class,
    each with such a function; *own* tells whether a class or a union is read by ours,
    rather than by a hook of the user's. What is kept may nest *max_depth* levels deep.
    """

    reader: Callable[[Shape], Read]
    fields: Callable[[type], Fields]
    own: Callable[[Any], bool]
    max_depth: int

    def salvage(self, shape: Shape, value: Any) -> Any:
        """Read *value* as well as can be."""
        return self._salvage_with(self.reader(shape), shape, value)

    def _salvage_with(self, read: Read, shape: Shape, value: Any) -> Any:
        """Read *value* by *read*, the fast function for *shape*, or else give way."""
        try:
            return read(value)
        except MISFITS:
            return self.give_way(shape, value)

    def give_way(self, shape: Shape, value: Any) -> Any:
        """Read *value*, which does not fit as it is."""
        match shape:
            case Maybe(inner):
                return self.salvage(inner, value)
            case Array(item) if value.__class__ is list:
                read = self.reader(item)
                return tuple([self._salvage_with(read, item, e) for e in value])
            case Either(shapes) if value.__class__ in by_class(shapes):
                return self.salvage(by_class(shapes)[value.__class__], value)
            case _ if value.__class__ is not dict:
                raise Mismatch
            case Table(item) if all(key.__class__ is str for key in value):
                return {key: self.salvage(item, value[key]) for key in value}
            case Tagged() if self.own(shape.union):
                return self._salvage_tagged(shape, value)
            case Object(cls) if self.own(cls):
                return self._salvage_object(cls, value)
            case _:
                raise Mismatch

    def _salvage_tagged(self, shape: Tagged, value: dict[str, Any]) -> Any:
        """Read *value* as the class that its tag stands for, or else keep it whole."""
        try:
            cls = choose(shape, value)
            if cls is not Unknown:
                return self.salvage(Object(cls), value)
        except Mismatch:
            pass
        if not shape.unknown:
            raise Mismatch
        return self._keep(value)

    def _keep(self, value: dict[str, Any]) -> Any:
        """Make an `Unknown` of *value*, or what the user's hook makes of it."""
        if not self.own(Unknown):
            return self.reader(plan_type(Unknown))(value)
        check_kept(value, self.max_depth)
        return wrap_unknown(value)

    def _salvage_object(self, cls: type, value: dict[str, Any]) -> Any:
        """Read *value* field by field, and leave in ``extra`` what does not fit."""
        plan = plan_class(cls)
        extra = dict(value)
        fields: dict[str, Any] = {}
        for field, read in self.fields(cls):
            element = value.get(field.name)
            if element is None and (field.name not in value or not field.nullable):
                if field.required:
                    raise Mismatch
                continue
            try:
                if element is not None:
                    element = self._salvage_with(read, field.shape, element)
            except Mismatch:
                if field.required:
                    raise
            else:
                fields[field.alias] = element
                del extra[field.name]
        for field in plan.fields:
            if plan.draftable or field.preset:
                fields.setdefault(field.alias, field.absent)
        check_kept(extra, self.max_depth + 1)  # itself is one of ours
        return make_builder(cls)({**fields, "extra": extra or None})
