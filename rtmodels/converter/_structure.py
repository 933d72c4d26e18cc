"""Writes the functions that turn parsed data into instances.

For a class with a required and an optional string, `write_class` writes::

    def structure_Prompt(obj):
        if obj.__class__ is not dict:
            raise Mismatch
        self = PromptDraft()
        known = 1
        value = obj['id']
        if value.__class__ is not str:
            raise Mismatch
        self.id = value
        value = obj.get('version')
        if value is not None:
            known += 1
            if value.__class__ is not str:
                raise Mismatch
        self.version = value
        self.extra = None if known == len(obj) else leftover(obj, fields, nulls)
        self.__class__ = Prompt
        return self

What does not fit raises `Mismatch`, a missing key `KeyError`. Nothing says where: that
is for the slow pass in `_explain`, which runs only then. Nulls that the schema does not
have are not counted, so that they end up in ``extra`` (or in the strict reading fail)
along with the keys that nobody knows.
"""

from collections.abc import Callable
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
from rtmodels.schema._model import UNSET

Read: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class StructureWriter:
    """Writes for one reading; *reader* gives the function for a nested shape."""

    reader: Callable[[Shape], Read]
    strict: bool

    def write_class(self, plan: ClassPlan) -> Source:
        """Write ``structure(obj)``, which reads each field of a class out of a dict."""
        src = Source()
        cls = src.bind(plan.cls, plan.cls.__name__)
        with src.block(f"def structure_{plan.cls.__name__}(obj):"):
            write_class_check(src, "obj", dict)
            if plan.draftable:
                src.line(f"self = {src.bind(draft_of(plan.cls), f'{cls}Draft')}()")
            else:
                src.line("values = {}")
            src.line(f"known = {sum(field.required for field in plan.fields)}")
            for field in plan.fields:
                self._write_field(src, field, drafting=plan.draftable)
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

    def _write_field(self, src: Source, field: FieldPlan, *, drafting: bool) -> None:
        """Write the lines that read one key into one attribute."""
        store = f"self.{field.name}" if drafting else f"values[{field.alias!r}]"
        if field.required:
            src.line(f"value = obj[{field.name!r}]")
            if field.nullable:
                with src.block("if value is not None:"):
                    self._convert(src, field.shape)
            else:
                self._convert(src, field.shape)
            src.line(f"{store} = value")
            return
        if field.nullable:
            unset = src.bind(UNSET, "UNSET")
            src.line(f"value = obj.get({field.name!r}, {unset})")
            with src.block(f"if value is not {unset}:"):
                src.line("known += 1")
                with src.block("if value is not None:"):
                    self._convert(src, field.shape)
        else:
            src.line(f"value = obj.get({field.name!r})")
            with src.block("if value is not None:"):
                src.line("known += 1")
                self._convert(src, field.shape)
        if drafting:
            src.line(f"{store} = value")
        else:  # the class knows its default
            absent = src.bind(field.absent, str(field.absent))
            with src.block(f"if value is not {absent}:"):
                src.line(f"{store} = value")

    def _write_extra(self, src: Source, plan: ClassPlan) -> None:
        """Write the lines that deal with what the fields did not take."""
        if self.strict:
            with src.block("if known != len(obj):"):
                write_failure(src)
            rest = "None"
        else:
            fields = src.bind(frozenset(field.name for field in plan.fields), "fields")
            nulls = src.bind(
                frozenset(
                    field.name
                    for field in plan.fields
                    if not field.required and not field.nullable
                ),
                "nulls",
            )
            gather = f"{src.bind(leftover, 'leftover')}(obj, {fields}, {nulls})"
            rest = f"None if known == len(obj) else {gather}"
        store = "self.extra" if plan.draftable else "values['extra']"
        src.line(f"{store} = {rest}")

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
            case Array(item):
                write_class_check(src, "value", list)
                read = src.bind(self.reader(item), "read_item")
                src.line(f"value = tuple([{read}(item) for item in value])")
            case Table(item):
                write_class_check(src, "value", dict)
                src.line(f"{src.bind(check_keys, 'check_keys')}(value)")
                read = src.bind(self.reader(item), "read_item")
                pairs = "for key, item in value.items()"
                src.line(f"value = {{key: {read}(item) {pairs}}}")
            case Either(shapes):
                readers = {cls: self.reader(s) for cls, s in by_class(shapes).items()}
                src.line(
                    f"value = {src.bind(readers, 'readers')}[value.__class__](value)"
                )
            case _:
                src.line(f"value = {src.bind(self.reader(shape), 'read')}(value)")

    def _convert_scalar(self, src: Source, kind: type) -> None:
        """Write the check of a scalar; the strict reading does not take 12.0 for 12."""
        if kind is int and not self.strict:
            with src.block("if value.__class__ is not int:"):
                src.line(f"value = {src.bind(to_int, 'to_int')}(value)")
        else:
            write_scalar_check(src, kind)


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
