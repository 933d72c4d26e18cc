"""The plan described for the extension, which compiles it: tuples of plain data.

================  ==================================================================
shape             ``(kind, argument)``; the argument depends on the kind, see `Kind`
class reference   ``(number, class)``
class             ``(fields, order of encoding, whether undeclared keys are kept,
                  foreign keys)``
field             ``(name, shape, required, null rule, missing value, constant)``
branch            ``(key, cases)``
case              ``(tag, class reference, branch, finish)``, all but *tag* or None
================  ==================================================================

A program describes its root at once, and each class when its first value arrives: to
walk all classes of the protocol would take 30 ms. Adapters import this module.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, assert_never, cast
from weakref import ref

from cattrs import Converter

from rtmodels.converter._configure import Verb, find_context_hook, find_options
from rtmodels.converter._dispatch import wrap_unknown
from rtmodels.converter._hook import LOCK, Context, Hook
from rtmodels.converter._plan import hook_type, is_recursive, plan_type
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
from rtmodels.converter._values import SavingExtra, check_json, copy_json
from rtmodels.native import available
from rtmodels.schema._model import Unknown

if TYPE_CHECKING or available:
    from rtmodels.native._extension import Function, Method, Program

__all__ = [
    "CasePlan",
    "Codec",
    "Restriction",
    "make_decoder",
    "make_encoder",
    "try_program",
    "with_program",
]

F = TypeVar("F", bound=Callable[..., Any])

ObjectVerb: TypeAlias = Literal["structure", "unstructure"]
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

    INTS = 6
    """One of the integers in the argument, a tuple."""

    BASE64 = 7
    ANY = 8
    DICT = 9

    OBJECT = 10
    """The argument is a class reference."""

    TAGGED = 11
    """The argument is ``(branch, class references, whether it has Unknown)``."""

    NULLABLE = 12
    """The argument is a shape, as in the next two."""

    ARRAY = 13
    MAP = 14

    UNTAGGED = 15
    """The argument has a shape for a string, a number, a bool, an object, an array."""


class NullRule(IntEnum):
    """What null means in a field, in the order of ``NullRule`` in ``c/program.h``."""

    REJECTED = 0
    KEPT = 1
    ALLOWED = 2


SCALAR_KINDS = {str: Kind.STR, int: Kind.INT, float: Kind.FLOAT, bool: Kind.BOOL}
LITERAL_KINDS = {str: Kind.WORDS, int: Kind.INTS}
OTHER: Spec = (Kind.OTHER, None)


@dataclass(frozen=True, slots=True)
class Restriction:
    """An object that has to be of one class, and to have no undeclared keys."""

    cls: type
    """That class."""

    key: str = ""
    """The field that holds it; empty if it is the whole."""


@dataclass(frozen=True, slots=True)
class CasePlan:
    """What to do with the objects that have one tag."""

    cls: type | None
    """Their class; None to leave them to Python."""

    restriction: Restriction | None = None
    """Which objects of that class are not left to Python."""

    finish: Callable[[Any], Any] | None = None
    """Converts the instance."""


@dataclass(slots=True, eq=False)
class Describer:
    """Describes the classes that one program needs."""

    context: Context

    _classes: list[tuple[type, Restriction | None]] = field(
        default_factory=list, init=False
    )
    _numbers: dict[tuple[type, Restriction | None], int] = field(
        default_factory=dict, init=False
    )

    @property
    def strict(self) -> bool:
        """Whether to accept only what the schema names."""
        return self.context.options.strict

    def describe(self, shape: Shape) -> Spec:
        """Return the description of *shape*."""
        type_ = hook_type(shape)
        if type_ is not None and not self._is_builtin(type_):
            return OTHER

        match shape:
            case Scalar(kind):
                return SCALAR_KINDS[kind], None
            case Literals(kind, values):
                if accepted_class(shape, strict=self.strict) is not None:
                    return SCALAR_KINDS[kind], None
                return (LITERAL_KINDS[kind], values) if kind in LITERAL_KINDS else OTHER
            case Base64():
                return Kind.BASE64, None
            case AnyJson(kind):
                return (Kind.DICT if kind is dict else Kind.ANY), None

            case Object(cls):
                return Kind.OBJECT, self._refer_to(cls)
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
            cls, restriction = self._classes[number]
            if not self._is_builtin(cls):
                return None

            # The program makes instances as drafts are made, without ``__init__``, and
            # its recursion is bounded by the depth of the classes.
            plan = self.context.plan(cls)
            has_new = any("__new__" in vars(base) for base in cls.__mro__[:-1])
            if not plan.fills_slots or has_new or is_recursive(cls):
                return None

            fields = tuple(
                [self._describe_field(field, restriction) for field in plan.fields]
            )
            is_open = not self.strict and (restriction is None or restriction.key != "")
            return fields, _encoding_order(plan), is_open, tuple(plan.foreign)

    def _describe_field(self, plan: FieldPlan, restriction: Restriction | None) -> Spec:
        """Return the description of a field of an object with *restriction*."""
        null = NullRule.ALLOWED
        if not plan.nullable:
            is_rejected = plan.required or self.strict
            null = NullRule.REJECTED if is_rejected else NullRule.KEPT

        if restriction is not None and restriction.key == plan.name:
            shape = self._describe_restricted(plan.shape, restriction.cls)
        else:
            shape = self.describe(plan.shape)
        missing, constant = plan.missing_value, plan.constant
        return plan.name, shape, plan.required, null, missing, constant

    def _describe_tagged(self, shape: TaggedUnion) -> Spec:
        """Return the description of a tagged union."""
        # Hooks for the members are looked up when their classes are described.
        has_unknown = shape.takes_unknown(strict=self.strict)
        has_unknown = has_unknown and self._is_builtin(Unknown)
        branch = self._describe_branch(shape.discriminator)
        members = tuple([self._refer_to(cls) for cls in shape.members])
        return Kind.TAGGED, (branch, members, has_unknown)

    def _describe_branch(self, discriminator: Discriminator) -> Spec:
        """Return the description of a branch."""
        cases: list[Spec] = []
        for tag, case in discriminator.cases.items():
            if isinstance(case, Discriminator):
                cases.append((tag, None, self._describe_branch(case), None))
            else:
                cases.append((tag, self._refer_to(case), None, None))

        # A branch has one case at least. `Unknown` alone has none, so this one leaves
        # objects with an empty tag to Python.
        return discriminator.key, tuple(cases or [("", None, None, None)])

    def _describe_restricted(self, shape: Shape, cls: type) -> Spec:
        """Return the description of *shape* that leaves all but *cls* to Python."""
        restriction = Restriction(cls)
        match shape:
            case Object(only) if only is cls and self._is_builtin(cls):
                return Kind.OBJECT, self._refer_to(cls, restriction)
            case TaggedUnion(Discriminator(key, cases)) if self._is_builtin(
                shape.union
            ):
                plans = {
                    tag: CasePlan(cls if case is cls else None, restriction)
                    for tag, case in cases.items()
                }
                return self.describe_cases(key, plans, has_unknown=False)
            case _:
                return OTHER

    def describe_cases(
        self, key: str, plans: Mapping[str, CasePlan], *, has_unknown: bool
    ) -> Spec:
        """Return the description of a union, for decoding.

        Args:
            key: The key of the tag.
            plans: What to do with the objects that have each tag.
            has_unknown: Whether `Unknown` is a member.
        """
        cases = []
        for tag, plan in plans.items():
            reference = None
            if plan.cls is not None:
                reference = self._refer_to(plan.cls, plan.restriction)
            cases.append((tag, reference, None, plan.finish))

        has_unknown = has_unknown and not self.strict and self._is_builtin(Unknown)
        return Kind.TAGGED, ((key, tuple(cases)), (), has_unknown)

    def _describe_untagged(self, shapes: tuple[Shape, ...]) -> Spec:
        """Return the description of a union without tags."""
        table = by_class(shapes)
        if table.get(int) is not table.get(float):
            # The text of a number does not tell which of the two it is.
            table.pop(int, None)

        classes = (str, int, bool, dict, list)
        members = [
            self.describe(table[cls]) if cls in table else OTHER for cls in classes
        ]
        return Kind.UNTAGGED, tuple(members)

    def _refer_to(self, cls: type, restriction: Restriction | None = None) -> Spec:
        """Return the reference to a class, which gets a number on first use."""
        key = cls, restriction
        if key not in self._numbers:
            self._numbers[key] = len(self._classes)
            self._classes.append(key)
        return self._numbers[key], cls

    def _is_builtin(self, type_: Any) -> bool:
        """Return whether the hook for *type_* is the converter's own and built-in."""
        if self.context.has_only_builtin():
            return True
        hook = self.context.get_hook(type_)
        context = hook.context if isinstance(hook, Hook) else None
        return context is not None and context.converter is self.context.converter


def _encoding_order(plan: ClassPlan) -> tuple[int, ...]:
    """Return the numbers of the fields in the order in which they are encoded."""
    numbers = {field.name: number for number, field in enumerate(plan.fields)}
    required = [field for field in plan.wire_fields if field.required]
    optional = [field for field in plan.fields if not field.required]
    return tuple([numbers[field.name] for field in (*required, *optional)])


@dataclass(frozen=True, slots=True)
class Codec:
    """What a program uses for single values, and its limit.

    The last three settings are for programs that convert objects, not text.
    """

    loads: Callable[..., Any] | None
    """Parses values of unknown shape; for objects, takes a value and the depth."""

    dumps: Callable[[float], bytes] | None = None
    """Writes floats; None for objects."""

    max_bytes: int = 0
    """Maximum size of a document; not for objects."""

    shares: bool = False
    """Whether instances share values of unknown shape with the input."""

    binary: bool = False
    """Whether bytes in such values stay bytes."""

    nan: bool = False
    """Whether such values may be NaN and infinity."""


def make_decoder(
    type_: Any,
    converter: Converter,
    codec: Codec,
    cases: Mapping[str, CasePlan] | None = None,
) -> "Program | None":
    """Return the program that decodes *type_*, or None if that is left to Python.

    Args:
        type_: The type.
        converter: A configured converter, whose hooks and options apply.
        codec: What to use for single values.
        cases: What to do with the objects that have each ``type``, if that is not what
            the plan of *type_* says. *type_* is a union then.
    """
    hook = converter.get_structure_hook(type_)
    if not available or not isinstance(hook, Hook):
        return None

    # cattrs drops this function when another hook is registered. The program watches
    # it, so that it does not bypass the new hook.
    context_hook = find_context_hook(converter, "decode")
    describer = Describer(context_hook(None, None))
    with LOCK:
        if cases is None:
            root = describer.describe(plan_type(type_))
        else:
            root = describer.describe_cases("type", cases, has_unknown=True)

    max_depth = describer.context.options.max_depth
    return _make_program(describer, root, codec, context_hook, max_depth)


def make_encoder(type_: Any, converter: Converter, codec: Codec) -> "Program | None":
    """Return the program that encodes *type_*, or None; arguments as above."""
    hook = converter.get_unstructure_hook(type_)
    if not available or not isinstance(hook, Hook):
        return None

    context_hook = find_context_hook(converter, "encode")
    describer = Describer(context_hook(None, None))
    options = describer.context.options
    if options.binary is not codec.binary:
        return None

    with LOCK:
        root = describer.describe(plan_type(type_))
    return _make_program(
        describer, root, codec, context_hook, options.max_depth_written
    )


def _make_program(
    describer: Describer,
    root: Spec,
    codec: Codec,
    context_hook: Callable[..., Any],
    max_depth: int,
) -> "Program | None":
    """Return the program with *root*, or None if that is left to Python."""
    if root == OTHER:
        return None
    return Program(
        describer.describe_class,
        root,
        codec.loads,
        codec.dumps,
        wrap_unknown,
        Unknown,
        SavingExtra,
        ref(context_hook),
        codec.max_bytes,
        max_depth,
        codec.shares,
        codec.binary,
        codec.nan,
    )


def _make_object_program(
    verb: ObjectVerb,
    type_: Any,
    converter: Converter,
    cases: Mapping[str, CasePlan] | None,
) -> "Program | None":
    """Return the program that converts objects, or None; arguments as above."""
    options = find_options(converter)
    if verb == "structure":
        # Decoding accepts bytes in either form of the wire, and never NaN.
        take = check_json if options.shares else copy_json
        codec = Codec(take, shares=options.shares, binary=True)
        return make_decoder(type_, converter, codec, cases)

    codec = Codec(None, binary=options.binary, nan=options.nan)
    return make_encoder(type_, converter, codec)


def with_program(
    verb: ObjectVerb,
    function: F,
    type_: Any,
    converter: Converter,
    cases: Mapping[str, CasePlan] | None = None,
) -> F:
    """Return a function that tries a program first, and otherwise calls *function*.

    Without the extension, that is *function* itself. The program is made on the first
    call, and made anew when hooks have changed.

    Args:
        verb: What *function* does.
        function: Converts objects, as ``structure_function`` and
            ``unstructure_function`` of the converter return it.
        type_: As for `make_decoder`.
        converter: As for `make_decoder`.
        cases: As for `make_decoder`.
    """
    if not available:
        return function
    make = partial(_make_object_program, verb, type_, converter, cases)
    return cast("F", Function(function, make, verb))


def try_program(
    verb: Verb, slot: str, bind: Callable[[Any], object]
) -> Callable[[F], F]:
    """Return a decorator for a method that is to try a program first.

    Without the extension, it returns the method unchanged.

    Args:
        verb: What the program does.
        slot: The attribute with the program, or None. It must be one of ``__slots__``.
        bind: Sets the attribute. It is called on first use, and when hooks have
            changed.
    """

    def decorate(function: F) -> F:
        if not available:
            return function
        return cast("F", Method(function, slot, bind, verb))

    return decorate
