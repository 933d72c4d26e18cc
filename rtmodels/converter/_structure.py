"""Writes the functions that turn parsed data into instances.

For a class with a required and an optional string, `StructureWriter.write_class`
writes::

    def structure_Prompt(obj):
        if obj.__class__ is not dict:
            raise Mismatch
        self = PromptDraft()
        known = 1
        extra = None
        value = obj['id']
        if value.__class__ is not str:
            raise Mismatch
        self.id = value
        if 'version' in obj:
            known += 1
            value = obj['version']
            if value is None:
                if extra is None:
                    extra = {}
                extra['version'] = None
            elif value.__class__ is not str:
                raise Mismatch
            self.version = value
        else:
            self.version = None
        if known != len(obj):
            extra = leftover(obj, fields, extra)
        self.extra = extra
        self.__class__ = Prompt
        return self

What does not fit raises one of `MISFITS`. Nothing says where: that is for the slow pass
in `_explain`, which runs only then.
"""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, TypeAlias

from rtmodels.converter._draft import draft_of
from rtmodels.converter._plan import (
    Anything,
    Array,
    Base64,
    ClassPlan,
    Either,
    FieldPlan,
    Maybe,
    Scalar,
    Shape,
    Table,
    Tagged,
    Words,
)
from rtmodels.converter._scalars import (
    write_class_check,
    write_failure,
    write_scalar_check,
)
from rtmodels.converter._source import Source
from rtmodels.converter._values import (
    LEAVES,
    Mismatch,
    check,
    check_keys,
    leftover,
    to_bytes,
    to_int,
)

Read: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class StructureWriter:
    """Writes for one reading.

    *reader* gives the function for a nested shape; *table* the look-up table of a
    union, from tag to function, where that is all there is to it.
    """

    reader: Callable[[Shape], Read]
    table: Callable[[Tagged], Mapping[str, Read] | None]
    strict: bool

    def write_class(
        self, plan: ClassPlan, verified: frozenset[str] = frozenset()
    ) -> Source:
        """Write ``structure(obj)``, which reads each field of a class out of a dict.

        The keys in *verified* are constants that somebody has looked at: the tags by
        which a union has picked the class.
        """
        src = Source()
        cls = src.bind(plan.cls, plan.cls.__name__)
        with src.block(f"def structure_{plan.cls.__name__}(obj):"):
            write_class_check(src, "obj", dict)
            if plan.draftable:
                src.line(f"self = {src.bind(draft_of(plan.cls), f'{cls}Draft')}()")
            else:
                src.line("values = {}")
            src.line(f"known = {sum(field.required for field in plan.fields)}")
            src.line("extra = None")
            for field in plan.fields:
                if field.name in verified:
                    src.line(f"{_place(field, plan)} = {field.constant!r}")
                elif field.required:
                    self._write_required(src, field, plan)
                else:
                    self._write_optional(src, field, plan)
            self._write_extra(src, plan)
            if plan.draftable:
                src.line(f"self.__class__ = {cls}")
                src.line("return self")
            else:
                src.line(f"return {src.bind(make_builder(plan.cls), 'build')}(values)")
        return src

    def write_value(self, shape: Shape, name: str) -> Source:
        """Write ``structure(value)`` for a shape that is not a class."""
        src = Source()
        with src.block(f"def {name}(value):"):
            self._convert(src, shape)
            src.line("return value")
        return src

    def _write_required(self, src: Source, field: FieldPlan, plan: ClassPlan) -> None:
        """Write the lines that read a key that must be there."""
        src.line(f"value = obj[{field.name!r}]")
        shape = Maybe(field.shape) if field.nullable else field.shape
        self._convert(src, shape)
        value = "value" if field.constant is None else repr(field.constant)
        src.line(f"{_place(field, plan)} = {value}")

    def _write_optional(self, src: Source, field: FieldPlan, plan: ClassPlan) -> None:
        """Write the lines that read a key that need not be there."""
        with src.block(f"if {field.name!r} in obj:"):
            src.line("known += 1")
            src.line(f"value = obj[{field.name!r}]")
            if field.nullable:
                with src.block("if value is not None:"):
                    self._convert(src, field.shape)
            else:
                with src.block("if value is None:"):
                    self._write_null(src, field)
                with src.block("else:"):
                    self._convert(src, field.shape)
                    if not plan.draftable:  # a null leaves the class its default
                        src.line(f"{_place(field, plan)} = value")
            if plan.draftable or field.nullable:
                src.line(f"{_place(field, plan)} = value")
        if plan.draftable:
            with src.block("else:"):
                absent = src.bind(field.absent, str(field.absent))
                src.line(f"{_place(field, plan)} = {absent}")

    def _write_null(self, src: Source, field: FieldPlan) -> None:
        """Write the lines that remember a null where the schema has none."""
        if self.strict:
            write_failure(src)
            return
        with src.block("if extra is None:"):
            src.line("extra = {}")
        src.line(f"extra[{field.name!r}] = None")

    def _write_extra(self, src: Source, plan: ClassPlan) -> None:
        """Write the lines that deal with what the fields did not take."""
        with src.block("if known != len(obj):"):
            if self.strict:
                write_failure(src)
            else:
                names = frozenset(field.name for field in plan.fields)
                gather = f"{src.bind(leftover, 'leftover')}(obj, "
                src.line(f"extra = {gather}{src.bind(names, 'fields')}, extra)")
        place = "self.extra" if plan.draftable else "values['extra']"
        src.line(f"{place} = extra")

    def _call(self, src: Source, shape: Shape, value: str) -> str:
        """Write the expression that reads *value*, by the function for *shape*."""
        if isinstance(shape, Tagged):
            table, key = self.table(shape), shape.branch.key
            if table is not None:
                tag = f"{value}.get({key!r})" if shape.untagged else f"{value}[{key!r}]"
                return f"{src.bind(table, f'by_{key}')}[{tag}]({value})"
        return f"{src.bind(self.reader(shape), 'read')}({value})"

    def _convert(self, src: Source, shape: Shape) -> None:
        """Write the lines that check ``value``, and make of it what *shape* says."""
        match shape:
            case Scalar(kind):
                self._convert_scalar(src, kind)
            case Words(values=(str() as value,), outside="never"):
                with src.block(f"if value != {value!r}:"):
                    write_failure(src)
            case Words(kind, values, outside):
                self._convert_scalar(src, kind)
                if outside == "never" or (self.strict and outside == "tolerant"):
                    words = src.bind(frozenset(values), "words")
                    with src.block(f"if value not in {words}:"):
                        write_failure(src)
            case Base64():
                with src.block("if value.__class__ is not bytes:"):
                    src.line(f"value = {src.bind(to_bytes, 'to_bytes')}(value)")
            case Anything(kind):
                if kind is dict:
                    write_class_check(src, "value", dict)
                leaves = src.bind(LEAVES, "leaves")
                with src.block(f"if value.__class__ not in {leaves}:"):
                    src.line(f"{src.bind(check, 'check')}(value)")
            case Maybe(inner):
                with src.block("if value is not None:"):
                    self._convert(src, inner)
            case Array(item) if self._takes_any_text(item):
                write_class_check(src, "value", list)
                with src.block("for item in value:"):
                    write_class_check(src, "item", str)
                src.line("value = tuple(value)")
            case Array(item):
                write_class_check(src, "value", list)
                read = self._call(src, item, "item")
                src.line(f"value = tuple([{read} for item in value]) if value else ()")
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

    def _takes_any_text(self, shape: Shape) -> bool:
        """Tell whether *shape* takes every string as it is."""
        match shape:
            case Scalar(kind):
                return kind is str
            case Words(kind, _, outside):
                lax = outside == "tolerant" and not self.strict
                return kind is str and (lax or outside == "always")
            case _:
                return False

    def _other_than_text(self, shapes: tuple[Shape, ...]) -> str:
        """Write the head of the block for what is not the text among *shapes*.

        Such text needs no conversion; where there is none, there is no head.
        """
        if any(map(self._takes_any_text, shapes)):
            return "if value.__class__ is not str:"
        for shape in shapes:
            if isinstance(shape, Words) and shape.outside == "never":
                return f"if value not in {shape.values!r}:"
        return ""

    def _convert_scalar(self, src: Source, kind: type) -> None:
        """Write the check of a scalar; the strict reading does not take 12.0 for 12."""
        if kind is int and not self.strict:
            with src.block("if value.__class__ is not int:"):
                src.line(f"value = {src.bind(to_int, 'to_int')}(value)")
        else:
            write_scalar_check(src, kind)


def _place(field: FieldPlan, plan: ClassPlan) -> str:
    """Say where the value of *field* goes: into the draft, or among the arguments."""
    return f"self.{field.name}" if plan.draftable else f"values[{field.alias!r}]"


def make_builder(cls: type) -> Read:
    """Make the function that calls *cls*, whose own rules may refuse the values."""

    def build(values: dict[str, Any]) -> Any:
        try:
            return cls(**values)
        except Exception as exc:  # the slow pass calls it again, and tells
            raise Mismatch from exc

    return build


def by_class(shapes: tuple[Shape, ...]) -> dict[type, Shape]:
    """Tell which of *shapes* takes a value, by the class that a parser gave it.

    Base64 text stands in for bytes, 12.0 for 12 and 1 for 1.0.
    """
    native = {_json_class(shape): shape for shape in shapes}
    stand_ins = {bytes: str, int: float, float: int}
    for cls, stand_in in stand_ins.items():
        if cls in native:
            native.setdefault(stand_in, native[cls])
    return native


def _json_class(shape: Shape) -> type:
    """Tell the class that a parser gives what *shape* takes."""
    match shape:
        case Scalar(kind) | Words(kind=kind):
            return kind
        case Base64():
            return bytes
        case Array():
            return list
        case _:
            return dict
