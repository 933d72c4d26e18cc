"""The plan described for the extension, which compiles it: tuples of plain data.

================  ==================================================================
shape             ``(kind, argument)``; the argument depends on the kind, see `Kind`
class reference   ``(number, class)``
class             ``(fields, order of encoding, whether undeclared keys are kept)``
field             ``(name, shape, required, null rule, missing value, constant)``
branch            ``(key, cases)``
case              ``(tag, class reference or None, branch or None)``
================  ==================================================================

A program describes its root at once, and each class when its first value arrives: to
walk all classes of the protocol would take 30 ms. Adapters import this module.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, assert_never
from weakref import ref

from cattrs import Converter

from rtmodels.converter._configure import find_context_hook
from rtmodels.converter._dispatch import wrap_unknown
from rtmodels.converter._hook import LOCK, Context, Hook
from rtmodels.converter._options import MAX_DEPTH_WRITTEN
from rtmodels.converter._plan import is_recursive, plan_class, plan_type
from rtmodels.converter._scalars import accepted_class
from rtmodels.converter._shapes import (
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
)
from rtmodels.native import available
from rtmodels.schema._model import Unknown

if available:
    from rtmodels.native._extension import Method, Program

if TYPE_CHECKING:
    from rtmodels.native._extension import Method, Program

__all__ = ["make_decoder", "make_encoder", "try_program"]

F = TypeVar("F", bound=Callable[..., Any])

Verb: TypeAlias = Literal["decode", "encode"]
Spec: TypeAlias = tuple[Any, ...]
"""A description, as the table above has them."""


class Kind(IntEnum):
    """The kinds of shapes, in the order of ``Kind`` in ``c/program.h``."""

    OTHER = 0
    """A shape that is left to Python; no argument."""

    STR = 1
    INT = 2
    FLOAT = 3
    BOOL = 4

    WORDS = 5
    """One of the strings in the argument, a tuple."""

    BASE64 = 6
    ANY = 7
    DICT = 8

    OBJECT = 9
    """The argument is a class reference."""

    TAGGED = 10
    """The argument is ``(branch, class references, whether it has Unknown)``."""

    NULLABLE = 11
    """The argument is a shape, as in the next two."""

    ARRAY = 12
    MAP = 13

    UNTAGGED = 14
    """The argument has a shape for a string, a number, a bool, an object, an array."""


class NullRule(IntEnum):
    """What null means in a field, in the order of ``NullRule`` in ``c/program.h``."""

    REJECTED = 0
    KEPT = 1
    ALLOWED = 2


SCALAR_KINDS = {str: Kind.STR, int: Kind.INT, float: Kind.FLOAT, bool: Kind.BOOL}
OTHER: Spec = (Kind.OTHER, None)


@dataclass(slots=True, eq=False)
class Describer:
    """Describes the classes that one program needs."""

    context: Context

    _classes: list[type] = field(default_factory=list, init=False)
    _numbers: dict[type, int] = field(default_factory=dict, init=False)

    @property
    def strict(self) -> bool:
        """Whether to accept only what the schema names."""
        return self.context.options.strict

    def describe(self, shape: Shape) -> Spec:
        """Return the description of *shape*."""
        match shape:
            case Scalar(kind):
                return SCALAR_KINDS[kind], None
            case Literals(kind, values):
                if accepted_class(shape, strict=self.strict) is not None:
                    return SCALAR_KINDS[kind], None
                return (Kind.WORDS, values) if kind is str else OTHER
            case Base64():
                return Kind.BASE64, None
            case AnyJson(kind):
                return (Kind.DICT if kind is dict else Kind.ANY), None

            case Object(cls):
                is_builtin = self._is_builtin(cls)
                return (Kind.OBJECT, self._refer_to(cls)) if is_builtin else OTHER
            case TaggedUnion():
                return self._describe_tagged(shape)

            case Nullable(inner):
                return Kind.NULLABLE, self.describe(inner)
            case Array(inner):
                return Kind.ARRAY, self.describe(inner)
            case Map(inner):
                return Kind.MAP, self.describe(inner)
            case UntaggedUnion(shapes):
                return self._describe_untagged(shapes)

            case Custom():
                return OTHER
            case _:
                assert_never(shape)

    def describe_class(self, number: int) -> Spec | None:
        """Return the description of a class; None if it is left to Python."""
        with LOCK:
            cls = self._classes[number]
            if not self._is_builtin(cls):
                return None

            # The program makes instances as drafts are made, without ``__init__``, and
            # its recursion is bounded by the depth of the classes.
            plan = plan_class(cls)
            has_new = cls.__new__ is not object.__new__
            if not plan.fills_slots or has_new or is_recursive(cls):
                return None

            fields = tuple([self._describe_field(field) for field in plan.fields])
            return fields, _encoding_order(plan), not self.strict

    def _describe_field(self, plan: FieldPlan) -> Spec:
        """Return the description of a field."""
        null = NullRule.ALLOWED
        if not plan.nullable:
            is_rejected = plan.required or self.strict
            null = NullRule.REJECTED if is_rejected else NullRule.KEPT

        shape = self.describe(plan.shape)
        missing, constant = plan.missing_value, plan.constant
        return plan.name, shape, plan.required, null, missing, constant

    def _describe_tagged(self, shape: TaggedUnion) -> Spec:
        """Return the description of a tagged union."""
        if not shape.members or not self._is_builtin(shape.union):
            return OTHER

        # Hooks for the members are looked up when their classes are described.
        has_unknown = shape.unknown and not self.strict and self._is_builtin(Unknown)
        branch = self._describe_branch(shape.discriminator)
        members = tuple([self._refer_to(cls) for cls in shape.members])
        return Kind.TAGGED, (branch, members, has_unknown)

    def _describe_branch(self, discriminator: Discriminator) -> Spec:
        """Return the description of a branch."""
        cases = []
        for tag, case in discriminator.cases.items():
            if isinstance(case, Discriminator):
                cases.append((tag, None, self._describe_branch(case)))
            else:
                cases.append((tag, self._refer_to(case), None))
        return discriminator.key, tuple(cases)

    def _describe_untagged(self, shapes: tuple[Shape, ...]) -> Spec:
        """Return the description of a union without tags."""
        table = by_class(shapes)
        if table.get(int) is not table.get(float):
            # The text of a number does not tell which of the two it is.
            table.pop(int, None)

        classes = (str, int, bool, dict, list)
        members = [self.describe(table[cls]) if cls in table else OTHER for cls in classes]
        return Kind.UNTAGGED, tuple(members)

    def _refer_to(self, cls: type) -> Spec:
        """Return the reference to a class, which gets a number on first use."""
        if cls not in self._numbers:
            self._numbers[cls] = len(self._classes)
            self._classes.append(cls)
        return self._numbers[cls], cls

    def _is_builtin(self, type_: Any) -> bool:
        """Return whether the hook for *type_* is built-in, and of the same converter."""
        hook = self.context.get_hook(type_)
        context = hook.context if isinstance(hook, Hook) else None
        return context is not None and context.converter is self.context.converter


def _encoding_order(plan: ClassPlan) -> tuple[int, ...]:
    """Return the numbers of the fields in the order in which they are encoded."""
    numbers = {field.name: number for number, field in enumerate(plan.fields)}
    required = [field for field in plan.wire_fields if field.required]
    optional = [field for field in plan.fields if not field.required]
    return tuple([numbers[field.name] for field in (*required, *optional)])


def make_decoder(
    type_: Any,
    converter: Converter,
    *,
    loads: Callable[[bytes], Any],
    dumps: Callable[[float], bytes],
    max_bytes: int,
) -> "Program | None":
    """Return the program that decodes *type_*, or None if that is left to Python.

    Args:
        type_: The type.
        converter: A configured converter, whose hooks and options apply.
        loads: Parses values of unknown shape.
        dumps: Writes floats.
        max_bytes: Maximum size of a document.
    """
    hook = converter.get_structure_hook(type_)
    return _make_program("decode", hook, type_, converter, loads, dumps, max_bytes)


def make_encoder(
    type_: Any,
    converter: Converter,
    *,
    loads: Callable[[bytes], Any],
    dumps: Callable[[float], bytes],
) -> "Program | None":
    """Return the program that encodes *type_*; the arguments are the same."""
    hook = converter.get_unstructure_hook(type_)
    return _make_program("encode", hook, type_, converter, loads, dumps, 0)


def _make_program(
    verb: Verb,
    hook: Callable[..., Any],
    type_: Any,
    converter: Converter,
    loads: Callable[[bytes], Any],
    dumps: Callable[[float], bytes],
    max_bytes: int,
) -> "Program | None":
    """Return a program for one direction, or None if that is left to Python."""
    if not available or not isinstance(hook, Hook):
        return None

    # cattrs drops this function when another hook is registered. The program watches
    # it, so that it does not bypass the new hook.
    context_hook = find_context_hook(converter, verb)
    context = context_hook(None, None)
    options = context.options
    max_depth = options.max_depth
    if verb == "encode":
        if options.binary:
            return None
        max_depth = max_depth if options.strict else MAX_DEPTH_WRITTEN

    with LOCK:
        describer = Describer(context)
        root = describer.describe(plan_type(type_))

    if root == OTHER:
        return None
    return Program(
        describer.describe_class,
        root,
        loads,
        dumps,
        wrap_unknown,
        Unknown,
        ref(context_hook),
        max_bytes,
        max_depth,
    )


def try_program(
    verb: Verb, slot: str, bind: Callable[[Any], object]
) -> Callable[[F], F]:
    """Return a decorator for a method that is to try a program first.

    Without the extension, it returns the method unchanged.

    Args:
        verb: What the program does.
        slot: The attribute of the instance with the program, or None. It must be one of
            ``__slots__``.
        bind: Sets the attribute. It is called on first use, and when hooks have changed.
    """

    def decorate(function: F) -> F:
        if not available:
            return function
        method: Any = Method(function, slot, bind, verb)
        return method  # type: ignore[no-any-return]

    return decorate
