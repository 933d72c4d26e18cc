"""Writes the functions that turn parsed data into instances.

For a class with a required and an optional string, `StructureWriter.write_class`
writes::

    def structure_Prompt(obj):
        if obj.__class__ is dict and len(obj) == 2:
            try:
                self = PromptDraft()
                extra = None
                value = obj['id']
                if value.__class__ is not str:
                    raise Mismatch
                self.id = value
                value = obj['version']
                if value.__class__ is not str:
                    if value is None:
                        if extra is None:
                            extra = {}
                        extra['version'] = None
                    else:
                        raise Mismatch
                self.version = value
                self.extra = extra
                self.__class__ = Prompt
                return self
            except KeyError:
                pass
        if obj.__class__ is not dict:
            raise Mismatch
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
            extra = leftover(obj, fields, extra, 100)
        self.extra = extra
        self.__class__ = Prompt
        return self

The first half is for dense objects, which have all keys of the class and no other: to
look for each key first would cost as much again as reading it. In there, objects inside
are read in line if they are dense too, and otherwise by a function of their own.

What does not fit raises one of `MISFITS`. Nothing says where: that is for the slow pass
in `_explain`, which runs only then.
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from rtmodels.converter._draft import draft_of
from rtmodels.converter._scalars import (
    write_class_check,
    write_failure,
    write_scalar_check,
)
from rtmodels.converter._source import Source
from rtmodels.converter._unions import Lookup
from rtmodels.converter._values import (
    LEAVES,
    Mismatch,
    check,
    check_keys,
    leftover,
    to_bytes,
    to_int,
)
from rtmodels.converter.plan import (
    Anything,
    Array,
    Base64,
    ClassPlan,
    Either,
    FieldPlan,
    Maybe,
    Object,
    Scalar,
    Shape,
    Table,
    Tagged,
    Words,
    by_class,
    is_recursive,
    plan_class,
)

Read: TypeAlias = Callable[[Any], Any]
Fields: TypeAlias = list[tuple[FieldPlan, Read]]
"""The fields of a class, each with the function that reads its values."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The object that is being read, and the local variables that belong to it."""

    plan: ClassPlan
    depth: int
    """How many others it is in, of those that the same function reads."""

    dense: bool
    """Whether it has as many keys as its class has fields, and so surely all of them.

    Where that turns out to be wrong, it is a `KeyError`.
    """

    def name(self, variable: str) -> str:
        """Give the name that *variable* has here."""
        return f"{variable}{self.depth or ''}"

    def place(self, field: FieldPlan) -> str:
        """Say where the value of *field* goes: into the draft, or the arguments."""
        if self.plan.draftable:
            return f"{self.name('self')}.{field.name}"
        return f"{self.name('values')}[{field.alias!r}]"

    @property
    def is_dense(self) -> str:
        """Write the condition under which the object is read as a dense one."""
        obj = self.name("obj")
        return f"{obj}.__class__ is dict and len({obj}) == {len(self.plan.fields)}"


@dataclass(frozen=True, slots=True)
class StructureWriter:
    """Writes for one mode.

    *reader* gives the function for a nested shape; *lookup* tells how a union is read,
    and *own* whether a class is, where that is our business and not that of a hook of
    the user's. Values of unknown shape may nest *max_depth* levels deep.
    """

    reader: Callable[[Shape], Read]
    lookup: Callable[[Tagged], Lookup | None]
    own: Callable[[type], bool]
    strict: bool
    max_depth: int

    def write_class(
        self, plan: ClassPlan, verified: frozenset[str] = frozenset()
    ) -> Source:
        """Write ``structure(obj)``, which reads each field of a class out of a dict.

        The keys in *verified* are constants that somebody has looked at: the tags by
        which a union has picked the class.
        """
        src = Source()
        with src.block(f"def structure_{plan.cls.__name__}(obj):"):
            dense = Scope(plan, 0, dense=True)
            if plan.draftable and not all(field.required for field in plan.fields):
                with src.block(f"if {dense.is_dense}:"):
                    with src.block("try:"):
                        self._write_object(src, dense, verified)
                        src.line("return self")
                    with src.block("except KeyError:"):
                        src.line("pass")
            write_class_check(src, "obj", dict)
            result = self._write_object(src, Scope(plan, 0, dense=False), verified)
            src.line(f"return {result}")
        return src

    def write_value(self, shape: Shape, name: str) -> Source:
        """Write ``structure(value)`` for a shape that is not a class."""
        src = Source()
        with src.block(f"def {name}(value):"):
            self._convert(src, shape, None)
            src.line("return value")
        return src

    def _write_object(
        self, src: Source, scope: Scope, verified: frozenset[str] = frozenset()
    ) -> str:
        """Write the lines that read one object; give the expression for the result."""
        plan, self_ = scope.plan, scope.name("self")
        cls = src.bind(plan.cls, plan.cls.__name__)
        if plan.draftable:
            src.line(f"{self_} = {src.bind(draft_of(plan.cls), f'{cls}Draft')}()")
        else:
            src.line(f"{scope.name('values')} = {{}}")
        src.line(f"{scope.name('extra')} = None")
        if not scope.dense:
            src.line(f"known = {sum(field.required for field in plan.fields)}")
        for field in plan.fields:
            if field.name in verified:
                src.line(f"{scope.place(field)} = {field.constant!r}")
            elif field.required:
                self._write_required(src, field, scope)
            elif scope.dense:
                self._write_present(src, field, scope)
            else:
                self._write_optional(src, field, scope)
        if not scope.dense:
            self._write_leftover(src, scope)
        if not plan.draftable:
            src.line("values['extra'] = extra")
            return f"{src.bind(make_builder(plan.cls), 'build')}(values)"
        src.line(f"{self_}.extra = {scope.name('extra')}")
        src.line(f"{self_}.__class__ = {cls}")
        return self_

    def _write_required(self, src: Source, field: FieldPlan, scope: Scope) -> None:
        """Write the lines that read a key that must be there."""
        src.line(f"value = {scope.name('obj')}[{field.name!r}]")
        shape = Maybe(field.shape) if field.nullable else field.shape
        self._convert(src, shape, scope)
        value = "value" if field.constant is None else repr(field.constant)
        src.line(f"{scope.place(field)} = {value}")

    def _write_optional(self, src: Source, field: FieldPlan, scope: Scope) -> None:
        """Write the lines that read a key that need not be there."""
        with src.block(f"if {field.name!r} in obj:"):
            src.line("known += 1")
            self._write_present(src, field, scope)
        if scope.plan.draftable or field.preset:
            with src.block("else:"):
                absent = src.bind(field.absent, str(field.absent))
                src.line(f"{scope.place(field)} = {absent}")

    def _write_present(self, src: Source, field: FieldPlan, scope: Scope) -> None:
        """Write the lines that read a key that need not be there, and is."""
        src.line(f"value = {scope.name('obj')}[{field.name!r}]")
        native = self._native(field.shape)
        if field.nullable:
            self._convert(src, Maybe(field.shape), scope)
        else:
            # A null is rare: what most values are is looked at before it.
            head = f"if value.__class__ is not {native.__name__}:" if native else ""
            with src.block(head) if head else nullcontext():
                with src.block("if value is None:"):
                    self._write_null(src, field, scope)
                with src.block("else:"):
                    if native:
                        self._coerce(src, native)
                    else:
                        self._convert(src, field.shape, scope)
        if scope.plan.draftable or field.nullable or field.preset:
            src.line(f"{scope.place(field)} = value")
        else:  # a null leaves the class its default
            with src.block("if value is not None:"):
                src.line(f"{scope.place(field)} = value")

    def _write_null(self, src: Source, field: FieldPlan, scope: Scope) -> None:
        """Write the lines that remember a null where the schema has none."""
        if self.strict:
            write_failure(src)
            return
        extra = scope.name("extra")
        with src.block(f"if {extra} is None:"):
            src.line(f"{extra} = {{}}")
        src.line(f"{extra}[{field.name!r}] = None")

    def _write_leftover(self, src: Source, scope: Scope) -> None:
        """Write the lines that deal with what the fields did not take."""
        with src.block("if known != len(obj):"):
            if self.strict:
                write_failure(src)
            else:
                gather = f"{src.bind(leftover, 'leftover')}(obj, "
                src.line(
                    f"extra = {gather}{src.bind(scope.plan.names, 'fields')}, extra, "
                    f"{self.max_depth})"
                )

    def _call(self, src: Source, shape: Shape, value: str) -> str:
        """Write the expression that reads *value*, by the function for *shape*."""
        if isinstance(shape, Tagged):
            lookup = self.lookup(shape)
            if lookup is not None:
                key, find = lookup.key, src.bind(lookup.find, f"by_{lookup.key}")
                tag = (
                    f"{value}.get({key!r})" if lookup.optional else f"{value}[{key!r}]"
                )
                return f"{find}({tag}, {src.bind(lookup.unknown, 'unknown')})({value})"
        if isinstance(shape, Object):
            make, hint = partial(self.reader, shape), f"read_{shape.cls.__name__}"
            return f"{src.bind_late(shape, make, hint)}({value})"
        return f"{src.bind(self.reader(shape), 'read')}({value})"

    def _convert(self, src: Source, shape: Shape, scope: Scope | None) -> None:
        """Write the lines that check ``value``, and make of it what *shape* says.

        It belongs to the object in *scope*, if to any.
        """
        if native := self._native(shape):
            with src.block(f"if value.__class__ is not {native.__name__}:"):
                self._coerce(src, native)
            return
        match shape:
            case Scalar():  # a float
                write_scalar_check(src, float)
            case Words(values=(str() as value,), outside="never"):
                with src.block(f"if value != {value!r}:"):
                    write_failure(src)
            case Words(kind, values):
                write_scalar_check(src, kind)
                with src.block(
                    f"if value not in {src.bind(frozenset(values), 'words')}:"
                ):
                    write_failure(src)
            case Anything(kind):
                if kind is dict:
                    write_class_check(src, "value", dict)
                leaves = src.bind(LEAVES, "leaves")
                with src.block(f"if value.__class__ not in {leaves}:"):
                    src.line(f"{src.bind(check, 'check')}(value, {self.max_depth})")
            case Maybe(inner):
                with src.block("if value is not None:"):
                    self._convert(src, inner, scope)
            case Object(cls) if scope and scope.dense and self.own(cls):
                self._convert_dense(src, shape, scope)
            case Array(item):
                self._convert_array(src, item)
            case Table(item):
                write_class_check(src, "value", dict)
                src.line(f"{src.bind(check_keys, 'check_keys')}(value)")
                pairs = "for key, item in value.items()"
                read = self._call(src, item, "item")
                src.line(f"value = {{key: {read} {pairs}}}")
            case Either(shapes):
                table = {cls: self.reader(s) for cls, s in by_class(shapes).items()}
                readers = src.bind(table, "readers")
                head = self._other_than_text(shapes)
                with src.block(head) if head else nullcontext():
                    src.line(f"value = {readers}[value.__class__](value)")
            case _:
                src.line(f"value = {self._call(src, shape, 'value')}")

    def _convert_dense(self, src: Source, shape: Object, scope: Scope) -> None:
        """Write the lines that read an object, in line if it is dense too."""
        inner = Scope(plan_class(shape.cls), scope.depth + 1, dense=True)
        if is_recursive(shape.cls) or not inner.plan.draftable:
            src.line(f"value = {self._call(src, shape, 'value')}")
            return
        src.line(f"{inner.name('obj')} = value")
        with src.block(f"if {inner.is_dense}:"):
            src.line(f"value = {self._write_object(src, inner)}")
        with src.block("else:"):
            src.line(f"value = {self._call(src, shape, 'value')}")

    def _convert_array(self, src: Source, item: Shape) -> None:
        """Write the lines that turn a list into a tuple."""
        write_class_check(src, "value", list)
        if self._native(item) is str:
            with src.block("for item in value:"):
                write_class_check(src, "item", str)
            src.line("value = tuple(value)")
            return
        read = self._call(src, item, "item")
        with src.block("if len(value) == 1:"):  # as most are
            src.line("(item,) = value")
            src.line(f"value = ({read},)")
        with src.block("else:"):
            src.line(f"value = tuple([{read} for item in value])")

    def _native(self, shape: Shape) -> type | None:
        """Tell the class whose instances *shape* takes as they are, if there is one."""
        match shape:
            case Scalar(kind) if kind is not float:
                return kind
            case Words(kind, _, outside):
                lax = outside == "tolerant" and not self.strict
                return kind if lax or outside == "always" else None
            case Base64():
                return bytes
            case _:
                return None

    def _coerce(self, src: Source, native: type) -> None:
        """Write the line for a value that is no *native*, but may stand for one."""
        if native is bytes:
            src.line(f"value = {src.bind(to_bytes, 'to_bytes')}(value)")
        elif native is int and not self.strict:
            src.line(f"value = {src.bind(to_int, 'to_int')}(value)")
        else:
            write_failure(src)

    def _other_than_text(self, shapes: tuple[Shape, ...]) -> str:
        """Write the head of the block for what is not the text among *shapes*.

        Such text needs no conversion; where there is none, there is no head.
        """
        if any(self._native(shape) is str for shape in shapes):
            return "if value.__class__ is not str:"
        for shape in shapes:
            if isinstance(shape, Words) and shape.outside == "never":
                conditions = [f"value != {word!r}" for word in shape.values]
                return f"if {' and '.join(conditions)}:"
        return ""


def make_builder(cls: type) -> Read:
    """Make the function that calls *cls*, whose own rules may refuse the values."""

    def build(values: dict[str, Any]) -> Any:
        try:
            return cls(**values)
        except Exception as exc:  # the slow pass calls it again, and tells
            raise Mismatch from exc

    return build
