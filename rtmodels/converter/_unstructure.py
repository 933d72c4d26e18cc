"""Writes the functions that turn instances into what the wire holds.

For a class with a required and an optional string, `UnstructureWriter.write_class`
writes::

    def unstructure_Prompt(self):
        if self.__class__ is not Prompt:
            raise Mismatch
        value = self.id
        if value.__class__ is not str:
            raise Mismatch
        value1 = value
        out = {'id': value1}
        value = self.version
        if value is not None:
            if value.__class__ is not str:
                raise Mismatch
            out['version'] = value
        extra = self.extra
        if extra is not None:
            if extra.__class__ is not dict:
                raise Mismatch
            merge(out, extra, binary=False)
        return out

Nothing enforces the types of an instance before this, so it happens here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from rtmodels.converter._scalars import (
    write_class_check,
    write_failure,
    write_scalar_check,
)
from rtmodels.converter._source import Source
from rtmodels.converter._values import check_keys, merge, plain, to_base64
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
    is_recursive,
    plan_class,
)
from rtmodels.schema._model import Unknown

Write: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class UnstructureWriter:
    """Writes for one kind of wire.

    *writer* gives the function for a nested shape; *writers* those for the classes of a
    union, and *own* tells whether a class is written by ours, where that is our
    business and not that of a hook of the user's.
    """

    writer: Callable[[Shape], Write]
    writers: Callable[[Tagged], Mapping[type, Write] | None]
    own: Callable[[type], bool]
    binary: bool
    """Whether the wire holds bytes, or base64 text for them."""

    def write_class(self, plan: ClassPlan) -> Source:
        """Write ``unstructure(self)``, which puts each attribute into a dict."""
        src = Source()
        with src.block(f"def unstructure_{plan.cls.__name__}(self):"):
            write_class_check(src, "self", plan.cls)
            src.line(f"return {self._write_object(src, plan, 0)}")
        return src

    def write_value(self, shape: Shape, name: str) -> Source:
        """Write ``unstructure(value)`` for a shape that is not a class."""
        src = Source()
        with src.block(f"def {name}(value):"):
            self._convert(src, shape, 0)
            src.line("return value")
        return src

    def _write_object(self, src: Source, plan: ClassPlan, depth: int) -> str:
        """Write the lines that write one instance; give the name of the result.

        It is in *depth* others, of those that the same function writes.
        """
        out, extra = f"out{depth or ''}", f"extra{depth or ''}"
        pairs = [
            f"{field.name!r}: {self._write_required(src, field, depth)}"
            for field in plan.wire_fields
            if field.required
        ]
        src.line(f"{out} = {{{', '.join(pairs)}}}")
        for field in plan.fields:
            if not field.required:
                self._write_optional(src, field, depth)
        src.line(f"{extra} = self{depth or ''}.extra")
        with src.block(f"if {extra} is not None:"):
            write_class_check(src, extra, dict)
            add = src.bind(merge, "merge")
            src.line(f"{add}({out}, {extra}, binary={self.binary})")
        return out

    def _write_required(self, src: Source, field: FieldPlan, depth: int) -> str:
        """Write the lines that read one attribute; give the name it has then."""
        attribute = f"self{depth or ''}.{field.name}"
        if field.constant is not None:
            with src.block(f"if {attribute} != {field.constant!r}:"):
                write_failure(src)
            return repr(field.constant)
        src.line(f"value = {attribute}")
        self._convert(src, Maybe(field.shape) if field.nullable else field.shape, depth)
        name = src.local("value")  # no class or word is called so
        src.line(f"{name} = value")
        return name

    def _write_optional(self, src: Source, field: FieldPlan, depth: int) -> None:
        """Write the lines that put one attribute under its key, unless it is absent."""
        src.line(f"value = self{depth or ''}.{field.name}")
        absent = src.bind(field.absent, str(field.absent))
        with src.block(f"if value is not {absent}:"):
            shape = Maybe(field.shape) if field.nullable else field.shape
            self._convert(src, shape, depth)
            src.line(f"out{depth or ''}[{field.name!r}] = value")

    def _convert(self, src: Source, shape: Shape, depth: int) -> None:
        """Write the lines that check ``value``, and make of it what the wire holds."""
        match shape:
            case Scalar(kind):
                write_scalar_check(src, kind)
            case Words(kind, values, outside):
                write_scalar_check(src, kind)
                if outside == "never":
                    words = src.bind(frozenset(values), "words")
                    with src.block(f"if value not in {words}:"):
                        write_failure(src)
            case Base64():
                write_class_check(src, "value", bytes)
                if not self.binary:
                    src.line(f"value = {src.bind(to_base64, 'to_base64')}(value)")
            case Anything(kind):
                if kind is dict:
                    write_class_check(src, "value", dict)
                copy = src.bind(plain, "plain")
                src.line(f"value = {copy}(value, binary={self.binary})")
            case Maybe(inner):
                with src.block("if value is not None:"):
                    self._convert(src, inner, depth)
            case Object(cls) if self._is_inline(cls):
                write_class_check(src, "value", cls)
                src.line(f"self{depth + 1} = value")
                out = self._write_object(src, plan_class(cls), depth + 1)
                src.line(f"value = {out}")
            case Array(item):
                write_class_check(src, "value", tuple)
                src.line(f"value = [{self._call(src, item, 'item')} for item in value]")
            case Table(item):
                write_class_check(src, "value", dict)
                src.line(f"{src.bind(check_keys, 'check_keys')}(value)")
                write = self._call(src, item, "item")
                src.line(f"value = {{key: {write} for key, item in value.items()}}")
            case Either(shapes):
                writers = {
                    cls: self.writer(s) for s in shapes for cls in python_classes(s)
                }
                src.line(
                    f"value = {src.bind(writers, 'writers')}[value.__class__](value)"
                )
            case _:
                src.line(f"value = {self._call(src, shape, 'value')}")

    def _is_inline(self, cls: type) -> bool:
        """Tell whether the function for a class that holds *cls* writes that too."""
        return cls is not Unknown and self.own(cls) and not is_recursive(cls)

    def _call(self, src: Source, shape: Shape, value: str) -> str:
        """Write the expression that writes *value*, by the function for *shape*."""
        writers = self.writers(shape) if isinstance(shape, Tagged) else None
        if writers is not None:
            return f"{src.bind(writers, 'writers')}[{value}.__class__]({value})"
        return f"{src.bind(self.writer(shape), 'write')}({value})"


def python_classes(shape: Shape) -> tuple[type, ...]:
    """List the classes of the values that *shape* has in an instance."""
    match shape:
        case Scalar(kind) | Words(kind=kind):
            return (float, int) if kind is float else (kind,)
        case Base64():
            return (bytes,)
        case Array():
            return (tuple,)
        case Object(cls):
            return (cls,)
        case Tagged():
            return shape.classes
        case _:
            return (dict,)
