"""The code generator of the functions that turn parsed data into instances.

For a class with a required and an optional string, `StructureCodegen.compile_class`
writes::

    def structure_Prompt(obj):
        if obj.__class__ is dict and len(obj) == 2:
            try:
                self = PromptDraft()
                extra = None
                value = obj['id']
                if value.__class__ is not str:
                    value = reject(value)
                self.id = value
                value = obj['version']
                if value.__class__ is not str:
                    if value is None:
                        if extra is None:
                            extra = {}
                        extra['version'] = None
                    else:
                        value = reject(value)
                self.version = value
                self.extra = extra
                self.__class__ = Prompt
                return self
            except KeyError:
                pass
        if obj.__class__ is not dict:
            raise Rejected
        self = PromptDraft()
        extra = None
        known = 1
        ...  # reads id as above
        if 'version' in obj:
            known += 1
            ...  # reads version as above
        else:
            self.version = None
        if known != len(obj):
            extra = collect_extra(obj, fields, extra, 100, take_extra)
        self.extra = extra
        self.__class__ = Prompt
        return self

The first half is for objects with exact keys: all keys of the class, and no others. It
reads each key without looking for it first, which would double the cost. It also reads
nested objects inline if their keys are exact. Otherwise, it calls their own functions.

A value that does not fit raises one of `REJECTIONS`, which do not say where. The slow
passes find the place, and run only then. In forgiving mode, the first of them consists
of such functions, too. They have no half for exact keys, and keep a misfit::

    value = obj['version']
    if value.__class__ is not str:
        if value is None:
            ...  # as above
        else:
            extra = keep_misfit(obj, 'version', extra, 100, nan=False)
            value = None
    self.version = value

``_factory`` imports this module.
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, assert_never

from rtmodels.converter._hook import Context
from rtmodels.converter._options import Options
from rtmodels.converter._plan import is_recursive
from rtmodels.converter._scalars import accepted_class, coerce_to
from rtmodels.converter._shapes import (
    AnyJson,
    Array,
    Base64,
    ClassPlan,
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
    by_class,
)
from rtmodels.converter._source import (
    Function,
    Source,
    draft_of,
    write_class_check,
    write_rejection,
    write_scalar_check,
)
from rtmodels.converter._values import (
    LEAVES,
    REJECTIONS,
    Rejected,
    check_json,
    check_keys,
    collect_extra,
    copy_json,
    ensure_lax_json,
    keep_misfit,
    reject,
)

__all__ = ["StructureCodegen", "fill_missing", "take_json"]


@dataclass(frozen=True, slots=True)
class Scope:
    """The object that the code reads, and the local variables that belong to it."""

    plan: ClassPlan

    depth: int
    """The number of objects around this one that the same function reads."""

    exact: bool
    """Whether the code assumes that the object has the key of every field.

    The number of keys suggests it. If one is missing after all, reading it raises
    `KeyError`.
    """

    def variable(self, name: str) -> str:
        """Return the name of the local variable *name* of this object."""
        return f"{name}{self.depth or ''}"

    def target(self, field: FieldPlan) -> str:
        """Return the target for the value of *field*: an attribute, or an argument."""
        if self.plan.fills_slots:
            return f"{self.variable('self')}.{field.name}"
        return f"{self.variable('values')}[{field.alias!r}]"

    def path(self, field: FieldPlan) -> str:
        """Return the name of *field* for titles."""
        return f"{self.plan.cls.__name__}.{field.name}"

    @property
    def exact_condition(self) -> str:
        """The condition under which the object may have exact keys."""
        obj = self.variable("obj")
        return f"{obj}.__class__ is dict and len({obj}) == {len(self.plan.fields)}"


class StructureCodegen:
    """Writes the fast functions of one converter."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.strict = context.options.strict
        self.recovers = context.options.recovers
        self.max_depth = context.options.max_depth
        self.take_json = take_json(context.options)
        self.take_extra = self.take_json
        if self.recovers:
            self.take_extra = partial(ensure_lax_json, nan=context.options.nan)

    def compile_class(
        self, plan: ClassPlan, checked: frozenset[str] = frozenset()
    ) -> Function:
        """Compile the function that reads the fields of a class from a dict.

        The keys in *checked* are constants that need no check: the tags by which a
        union has picked the class.
        """
        src = Source()
        name = f"structure_{plan.cls.__name__}"
        with src.block(f"def {name}(obj):"):
            # A class without optional fields gains nothing from a branch for exact
            # keys: the general code looks for no key either.
            exact = Scope(plan, 0, exact=True)
            is_optional = not all(field.required for field in plan.fields)
            if plan.fills_slots and is_optional and not self.recovers:
                with src.block(f"if {exact.exact_condition}:"):
                    with src.block("try:"):
                        self._write_object(src, exact, checked)
                        src.line("return self")

                    # The count was right and the keys were not: start again below.
                    with src.block("except KeyError:"):
                        src.line("pass")

            write_class_check(src, "obj", dict)
            if plan.fills_slots and not any(field.required for field in plan.fields):
                _write_empty(src, plan)
            result = self._write_object(src, Scope(plan, 0, exact=False), checked)
            src.line(f"return {result}")

        return src.compile(name, f"structure {plan.cls.__name__}")

    def compile_value(self, shape: Shape, name: str) -> Function:
        """Compile the function for a shape that is not a class."""
        src = Source()
        with src.block("def structure(value):"):
            # A user-defined hook for *shape* itself may be what calls this function.
            if isinstance(shape, UntaggedUnion):
                self._convert_untagged(src, shape.shapes, name)
            else:
                self._convert(src, shape, None, name)
            src.line("return value")
        return src.compile("structure", f"structure {name}")

    def _write_object(
        self, src: Source, scope: Scope, checked: frozenset[str] = frozenset()
    ) -> str:
        """Write the lines that read one object; return the expression of the result."""
        plan, self_ = scope.plan, scope.variable("self")
        cls = src.bind(plan.cls, plan.cls.__name__)
        if plan.fills_slots:
            src.line(f"{self_} = {src.bind(draft_of(plan.cls), f'{cls}Draft')}()")
        else:
            src.line(f"{scope.variable('values')} = {{}}")
        src.line(f"{scope.variable('extra')} = None")

        # Counting the known keys is cheaper than looking for unknown ones: if the count
        # equals the number of keys, there can be no others.
        if not scope.exact:
            src.line(f"known = {sum(field.required for field in plan.fields)}")

        for field in plan.fields:
            if field.name in checked:
                src.line(f"{scope.target(field)} = {field.constant!r}")
            elif field.required:
                self._write_required(src, field, scope)
            elif scope.exact:
                self._write_present(src, field, scope)
            else:
                self._write_optional(src, field, scope)

        if not scope.exact:
            self._write_extra(src, scope)

        if not plan.fills_slots:
            src.line("values['extra'] = extra")
            return f"{src.bind(_make_builder(plan.cls), 'build')}(values)"
        src.line(f"{self_}.extra = {scope.variable('extra')}")
        src.line(f"{self_}.__class__ = {cls}")
        return self_

    def _write_required(self, src: Source, field: FieldPlan, scope: Scope) -> None:
        """Write the lines that read a required key."""
        src.line(f"value = {scope.variable('obj')}[{field.name!r}]")
        self._convert(src, field.shape_or_null, scope, scope.path(field))
        value = "value" if field.constant is None else repr(field.constant)
        src.line(f"{scope.target(field)} = {value}")

    def _write_optional(self, src: Source, field: FieldPlan, scope: Scope) -> None:
        """Write the lines that read an optional key."""
        with src.block(f"if {field.name!r} in obj:"):
            src.line("known += 1")
            self._write_present(src, field, scope)

        # A draft has no defaults. A default that is a constant must not apply either:
        # encoding would add a key that was missing.
        if scope.plan.fills_slots or field.has_literal_default:
            with src.block("else:"):
                missing = src.bind(field.missing_value, str(field.missing_value))
                src.line(f"{scope.target(field)} = {missing}")

    def _write_present(self, src: Source, field: FieldPlan, scope: Scope) -> None:
        """Write the lines that read an optional key that is present."""
        src.line(f"value = {scope.variable('obj')}[{field.name!r}]")
        name = scope.path(field)
        accepted = self._accepted_class(field.shape)

        if self.recovers:
            self._write_recovery(src, field, scope, accepted)
        elif field.nullable:
            self._convert(src, field.shape_or_null, scope, name)
        else:
            # Null is rare, so the usual class of the value is compared first.
            head = f"if value.__class__ is not {accepted.__name__}:" if accepted else ""
            with src.block(head) if head else nullcontext():
                with src.block("if value is None:"):
                    self._write_null(src, field, scope)
                with src.block("else:"):
                    if accepted:
                        self._write_coercion(src, accepted)
                    else:
                        self._convert(src, field.shape, scope, name)

        if scope.plan.fills_slots or field.nullable or field.has_literal_default:
            src.line(f"{scope.target(field)} = value")
        else:
            # After a null, the class applies its own default.
            with src.block("if value is not None:"):
                src.line(f"{scope.target(field)} = value")

    def _write_recovery(
        self, src: Source, field: FieldPlan, scope: Scope, accepted: type | None
    ) -> None:
        """Write the lines that convert ``value``, or keep it in ``extra``."""
        head = f"if value.__class__ is not {accepted.__name__}:" if accepted else ""
        with src.block(head) if head else nullcontext():
            with src.block("if value is None:"):
                if field.nullable:
                    src.line("pass")
                else:
                    self._write_null(src, field, scope)

            # An exception costs more than all else that is done for a scalar.
            if accepted and coerce_to(accepted, strict=self.strict) is reject:
                with src.block("else:"):
                    self._write_misfit(src, field)
                return

            with src.block("else:"):
                with src.block("try:"):
                    self._convert(src, field.shape, scope, scope.path(field))
                with src.block(f"except {src.bind(REJECTIONS, 'REJECTIONS')}:"):
                    self._write_misfit(src, field)

    def _write_misfit(self, src: Source, field: FieldPlan) -> None:
        """Write the lines that keep a value in ``extra``, and leave the field out."""
        keep = src.bind(keep_misfit, "keep_misfit")
        missing = src.bind(field.missing_value, str(field.missing_value))
        nan = self.context.options.nan
        src.line(
            f"extra = {keep}(obj, {field.name!r}, extra, {self.max_depth}, nan={nan})"
        )
        src.line(f"value = {missing}")

    def _write_null(self, src: Source, field: FieldPlan, scope: Scope) -> None:
        """Write the lines that keep a null in ``extra`` where the schema has none."""
        if self.strict:
            write_rejection(src)
            return

        extra = scope.variable("extra")
        with src.block(f"if {extra} is None:"):
            src.line(f"{extra} = {{}}")
        src.line(f"{extra}[{field.name!r}] = None")

    def _write_extra(self, src: Source, scope: Scope) -> None:
        """Write the lines for keys without a field."""
        with src.block("if known != len(obj):"):
            if self.strict:
                write_rejection(src)
                return

            collect = src.bind(collect_extra, "collect_extra")
            names = src.bind(scope.plan.names, "fields")
            if scope.plan.foreign:
                foreign = src.bind(frozenset(scope.plan.foreign), "foreign")
                with src.block(f"if not {foreign}.isdisjoint(obj):"):
                    write_rejection(src)
            take = src.bind(self.take_extra, "take_extra")
            src.line(
                f"extra = {collect}(obj, {names}, extra, {self.max_depth}, {take})"
            )

    def _convert(
        self, src: Source, shape: Shape, scope: Scope | None, name: str
    ) -> None:
        """Write the lines that check ``value``, and convert it as *shape* says.

        Args:
            src: The function.
            shape: The shape of the value.
            scope: The object that the value belongs to, or None.
            name: The owner of the shape, for titles.
        """
        if accepted := self._accepted_class(shape):
            with src.block(f"if value.__class__ is not {accepted.__name__}:"):
                self._write_coercion(src, accepted)
            return

        match shape:
            case Scalar(kind):  # a float; the others returned above
                write_scalar_check(src, kind)
            case Literals():
                _write_literals(src, shape)
            case AnyJson(kind):
                if kind is dict:
                    write_class_check(src, "value", dict)
                with src.block(
                    f"if value.__class__ not in {src.bind(LEAVES, 'leaves')}:"
                ):
                    take = src.bind(self.take_json, "take_json")
                    src.line(f"value = {take}(value, {self.max_depth})")

            case Nullable(inner):
                with src.block("if value is not None:"):
                    self._convert(src, inner, scope, name)
            case Object():
                self._convert_object(src, shape, scope, name)

            case Array(item):
                self._convert_array(src, item, name)
            case Map(item):
                write_class_check(src, "value", dict)
                src.line(f"{src.bind(check_keys, 'check_keys')}(value)")
                call = self._call(src, item, "item", f"{name}[]")
                src.line(f"value = {{key: {call} for key, item in value.items()}}")

            case UntaggedUnion(shapes) if not self.context.user_hook(shape):
                self._convert_untagged(src, shapes, name)
            case UntaggedUnion() | TaggedUnion() | Custom():
                src.line(f"value = {self._call(src, shape, 'value', name)}")

            case Base64():
                raise AssertionError("bytes are accepted above")
            case _:
                assert_never(shape)

    def _call(self, src: Source, shape: Shape, value: str, name: str) -> str:
        """Return the expression that calls the function for *shape* with *value*."""
        return self.context.write_call(src, shape, value, name)

    def _convert_object(
        self, src: Source, shape: Object, scope: Scope | None, name: str
    ) -> None:
        """Write the lines that read an object, inline if its keys may be exact."""
        cls = shape.cls
        inner = None

        # Inline code saves a call. It is only for exact keys in exact keys, so that the
        # text stays short, and not for recursive classes, whose text would never end.
        if scope and scope.exact and self.context.is_builtin(cls):
            inner = Scope(self.context.plan(cls), scope.depth + 1, exact=True)

        if inner is None or is_recursive(cls) or not inner.plan.fills_slots:
            src.line(f"value = {self._call(src, shape, 'value', name)}")
            return

        src.line(f"{inner.variable('obj')} = value")
        with src.block(f"if {inner.exact_condition}:"):
            src.line(f"value = {self._write_object(src, inner)}")
        with src.block("else:"):
            src.line(f"value = {self._call(src, shape, 'value', name)}")

    def _convert_array(self, src: Source, item: Shape, name: str) -> None:
        """Write the lines that turn a list into a tuple."""
        write_class_check(src, "value", list)
        if self._accepted_class(item) is str:
            with src.block("for item in value:"):
                write_class_check(src, "item", str)
            src.line("value = tuple(value)")
            return

        # Most arrays have one item, and unpacking it is faster than a comprehension.
        call = self._call(src, item, "item", f"{name}[]")
        with src.block("if len(value) == 1:"):
            src.line("(item,) = value")
            src.line(f"value = ({call},)")
        with src.block("else:"):
            src.line(f"value = tuple([{call} for item in value])")

    def _convert_untagged(
        self, src: Source, shapes: tuple[Shape, ...], name: str
    ) -> None:
        """Write the lines that convert ``value`` with the function for its class."""
        table: dict[type, Function] = {}
        for cls, shape in by_class(shapes).items():
            table[cls] = self.context.late(shape, name, partial(table.__setitem__, cls))
        head = self._other_than_text(shapes)
        with src.block(head) if head else nullcontext():
            src.line(f"value = {src.bind(table, 'by_class')}[value.__class__](value)")

    def _accepted_class(self, shape: Shape) -> type | None:
        """Return the class whose instances *shape* accepts unchanged, or None."""
        if isinstance(shape, Scalar | Literals | Base64):
            return accepted_class(shape, strict=self.strict)
        return None

    def _write_coercion(self, src: Source, accepted: type) -> None:
        """Write the line that converts to *accepted*, or rejects, other values."""
        coerce = coerce_to(accepted, strict=self.strict)
        src.line(f"value = {src.bind(coerce, coerce.__name__)}(value)")

    def _other_than_text(self, shapes: tuple[Shape, ...]) -> str:
        """Return the head of a block for the values that need a conversion.

        Text that is a member of *shapes* needs none. Return no head without such text.
        """
        if any(self._accepted_class(shape) is str for shape in shapes):
            return "if value.__class__ is not str:"

        for shape in shapes:
            if isinstance(shape, Literals) and shape.closed == "always":
                conditions = [f"value != {word!r}" for word in shape.values]
                return f"if {' and '.join(conditions)}:"

        return ""


def _write_empty(src: Source, plan: ClassPlan) -> None:
    """Write the lines that return the instance without any keys."""
    # Instances are frozen, so all empty objects can share one. A list of them is what
    # costs most time and memory for its size.
    values = {field.alias: field.missing_value for field in plan.fields}
    with src.block("if not obj:"):
        src.line(f"return {src.bind(plan.cls(**values), 'empty')}")


def _write_literals(src: Source, shape: Literals) -> None:
    """Write the check that ``value`` is in a closed set."""
    if shape.closed == "always" and shape.kind is str and len(shape.values) == 1:
        with src.block(f"if value != {shape.values[0]!r}:"):
            write_rejection(src)
        return

    write_scalar_check(src, shape.kind)
    with src.block(f"if value not in {src.bind(frozenset(shape.values), 'words')}:"):
        write_rejection(src)


def take_json(options: Options) -> Callable[[Any, int], Any]:
    """Return the function that checks values of unknown shape, or copies them too."""
    # Recovery converts a plain copy of data that no parser has made.
    return check_json if options.shares or options.recovers else copy_json


def _make_builder(cls: type) -> Function:
    """Return the function that calls *cls*, whose validators may reject the values."""

    def build(values: dict[str, Any]) -> Any:
        try:
            return cls(**values)
        except Exception as exc:
            # Not lost: the fallback calls *cls* again, and reports the error.
            raise Rejected from exc

    return build


def fill_missing(plan: ClassPlan, fields: dict[str, Any]) -> None:
    """Add the values of missing keys to *fields*, the arguments for a class.

    As in the fast pass, defaults of the class do not replace them.
    """
    for field in plan.fields:
        if plan.fills_slots or field.has_literal_default:
            fields.setdefault(field.alias, field.missing_value)
