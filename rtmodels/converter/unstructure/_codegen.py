"""The code generator of the functions that turn instances into data for encoders.

For a class with a required and an optional string, `UnstructureCodegen.compile_class`
writes::

    def unstructure_Prompt(self):
        if self.__class__ is not Prompt:
            raise Rejected
        value = self.id
        if value.__class__ is not str:
            raise Rejected
        value1 = value
        out = {'id': value1}
        value = self.version
        if value is not None:
            if value.__class__ is not str:
                raise Rejected
            out['version'] = value
        extra = self.extra
        if extra is not None:
            if extra.__class__ not in EXTRA_CLASSES:
                raise Rejected
            merge_extra(out, extra, binary=False, nan=False)
        return out

attrs does not check the types of attributes, so this code does. ``_factory`` and
``_fallback`` import this module.
"""

from functools import partial
from typing import assert_never

from rtmodels.converter._hook import Context
from rtmodels.converter._plan import is_recursive
from rtmodels.converter._scalars import accepted_class
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
    python_classes,
)
from rtmodels.converter._source import (
    Function,
    Source,
    write_class_check,
    write_rejection,
    write_scalar_check,
)
from rtmodels.converter._values import (
    SavingExtra,
    check_keys,
    merge_extra,
    to_base64,
    to_wire,
)
from rtmodels.schema._model import Unknown

__all__ = ["UnstructureCodegen"]

EXTRA_CLASSES = dict, SavingExtra
"""The classes of ``extra`` whose keys are read without calling code of the user."""


class UnstructureCodegen:
    """Writes the fast functions of one converter."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.strict = context.options.strict
        self.binary = context.options.binary
        self.merge_options = f"binary={self.binary}, nan={context.options.nan}"
        depth = context.options.max_depth_written
        self.wire_options = f"{self.merge_options}, depth={depth}"

    def compile_class(self, plan: ClassPlan) -> Function:
        """Compile the function that copies each attribute of a class into a dict."""
        src = Source()
        name = f"unstructure_{plan.cls.__name__}"
        with src.block(f"def {name}(self):"):
            write_class_check(src, "self", plan.cls)
            src.line(f"return {self._write_object(src, plan, 0)}")
        return src.compile(name, f"unstructure {plan.cls.__name__}")

    def compile_value(self, shape: Shape, name: str) -> Function:
        """Compile the function for a shape that is not a class."""
        src = Source()
        with src.block("def unstructure(value):"):
            self._convert(src, shape, 0, name)
            src.line("return value")
        return src.compile("unstructure", f"unstructure {name}")

    def _write_object(self, src: Source, plan: ClassPlan, depth: int) -> str:
        """Write the lines for one instance; return the name of the result.

        Args:
            src: The function.
            plan: The class of the instance.
            depth: The number of instances around this one in the same function.
        """
        out, extra = f"out{depth or ''}", f"extra{depth or ''}"

        # One dict display with all required keys is faster than a store for each.
        pairs = [
            f"{field.name!r}: {self._write_required(src, field, plan, depth)}"
            for field in plan.wire_fields
            if field.required
        ]
        src.line(f"{out} = {{{', '.join(pairs)}}}")
        for field in plan.fields:
            if not field.required:
                self._write_optional(src, field, plan, depth)

        src.line(f"{extra} = self{depth or ''}.extra")
        with src.block(f"if {extra} is not None:"):
            # Strict mode has no undeclared keys. The fallback sorts out the rest.
            if self.strict:
                write_rejection(src)
            else:
                classes = src.bind(EXTRA_CLASSES, "EXTRA_CLASSES")
                with src.block(f"if {extra}.__class__ not in {classes}:"):
                    write_rejection(src)
                merge = src.bind(merge_extra, "merge_extra")
                src.line(f"{merge}({out}, {extra}, {self.merge_options})")
        return out

    def _write_required(
        self, src: Source, field: FieldPlan, plan: ClassPlan, depth: int
    ) -> str:
        """Write the lines that read one attribute; return the expression for it."""
        attribute = f"self{depth or ''}.{field.name}"
        if field.constant is not None:
            with src.block(f"if {attribute} != {field.constant!r}:"):
                write_rejection(src)
            return repr(field.constant)

        # Each value waits for the dict display in its own local variable, whose name no
        # global may have.
        src.line(f"value = {attribute}")
        name = f"{plan.cls.__name__}.{field.name}"
        self._convert(src, field.shape_or_null, depth, name)
        local = src.local("value")
        src.line(f"{local} = value")
        return local

    def _write_optional(
        self, src: Source, field: FieldPlan, plan: ClassPlan, depth: int
    ) -> None:
        """Write the lines that store one attribute, unless it is absent."""
        src.line(f"value = self{depth or ''}.{field.name}")
        missing = src.bind(field.missing_value, str(field.missing_value))
        with src.block(f"if value is not {missing}:"):
            name = f"{plan.cls.__name__}.{field.name}"
            self._convert(src, field.shape_or_null, depth, name)
            src.line(f"out{depth or ''}[{field.name!r}] = value")

    def _convert(self, src: Source, shape: Shape, depth: int, name: str) -> None:
        """Write the lines that check ``value``, and convert it as *shape* says.

        Args:
            src: The function.
            shape: The shape of the value.
            depth: As for `_write_object`.
            name: The owner of the shape, for titles.
        """
        match shape:
            case Scalar(kind):
                write_scalar_check(src, kind)
            case Literals(kind, values):
                write_scalar_check(src, kind)
                if accepted_class(shape, strict=self.strict) is None:
                    words = src.bind(frozenset(values), "words")
                    with src.block(f"if value not in {words}:"):
                        write_rejection(src)

            case Base64():
                write_class_check(src, "value", bytes)
                if not self.binary:
                    src.line(f"value = {src.bind(to_base64, 'to_base64')}(value)")

            case AnyJson(kind):
                if kind is dict:
                    write_class_check(src, "value", dict)
                copy = src.bind(to_wire, "to_wire")
                src.line(f"value = {copy}(value, {self.wire_options})")
            case Nullable(inner):
                with src.block("if value is not None:"):
                    self._convert(src, inner, depth, name)

            case Object(cls):
                self._convert_object(src, cls, depth, name)

            case Array(item):
                write_class_check(src, "value", tuple)
                call = self._call(src, item, "item", f"{name}[]")
                src.line(f"value = [{call} for item in value]")
            case Map(item):
                write_class_check(src, "value", dict)
                src.line(f"{src.bind(check_keys, 'check_keys')}(value)")
                call = self._call(src, item, "item", f"{name}[]")
                src.line(f"value = {{key: {call} for key, item in value.items()}}")

            case UntaggedUnion() if self.context.user_hook(shape):
                write_rejection(src)
            case UntaggedUnion(shapes):
                by_class = src.bind(self._by_class(shapes, name), "by_class")
                src.line(f"value = {by_class}[value.__class__](value)")
            case TaggedUnion() | Custom():
                src.line(f"value = {self._call(src, shape, 'value', name)}")
            case _:
                assert_never(shape)

    def _convert_object(self, src: Source, cls: type, depth: int, name: str) -> None:
        """Write the lines for an instance of *cls*, inline unless it is recursive."""
        # `Unknown` has a payload in place of fields, and its own function.
        is_builtin = cls is not Unknown and self.context.is_builtin(cls)
        if not is_builtin or is_recursive(cls):
            src.line(f"value = {self._call(src, Object(cls), 'value', name)}")
            return

        write_class_check(src, "value", cls)
        src.line(f"self{depth + 1} = value")
        plan = self.context.plan(cls)
        src.line(f"value = {self._write_object(src, plan, depth + 1)}")

    def _by_class(self, shapes: tuple[Shape, ...], name: str) -> dict[type, Function]:
        """Return the function for each class of values of *shapes*."""
        table: dict[type, Function] = {}
        for shape in shapes:
            for cls in python_classes(shape):
                store = partial(table.__setitem__, cls)
                table[cls] = self.context.late(shape, name, store)
        return table

    def _call(self, src: Source, shape: Shape, value: str, name: str) -> str:
        """Return the expression that calls the function for *shape* with *value*."""
        return self.context.write_call(src, shape, value, name)
