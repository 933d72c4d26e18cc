"""The shapes that a value on the wire may have, as plain data.

`rtmodels.converter._plan` makes them from annotations. Every pass over the plan reads
them, in this package and above it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, assert_never

from rtmodels.schema._model import UNSET, Unknown, Unset

__all__ = [
    "STAND_INS",
    "AnyJson",
    "Array",
    "Base64",
    "ClassPlan",
    "Custom",
    "Discriminator",
    "FieldPlan",
    "Literals",
    "Map",
    "Nullable",
    "Object",
    "Scalar",
    "Shape",
    "TaggedUnion",
    "UntaggedUnion",
    "accepted_classes",
    "by_class",
    "json_class",
    "python_classes",
]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A str, an int, a bool, or a float, which may be an int on the wire."""

    kind: type
    """The class of the value."""


@dataclass(frozen=True, slots=True)
class Literals:
    """A set of strings, ints or bools that the schema lists."""

    kind: type
    """The class of all the values."""

    values: tuple[Any, ...]
    """The values that the schema lists."""

    closed: Literal["always", "strict", "never"]
    """When other values of *kind* are rejected.

    ``always`` is for constants, and for the "inf" of a token limit. ``strict`` is for
    closed sets, which only strict mode enforces. ``never`` is for open sets.
    """


@dataclass(frozen=True, slots=True)
class Base64:
    """Bytes, which are base64 text in JSON."""


@dataclass(frozen=True, slots=True)
class AnyJson:
    """Any JSON value, or any JSON object if *kind* is ``dict``."""

    kind: type = object
    """``dict`` if the value has to be an object."""


@dataclass(frozen=True, slots=True)
class Object:
    """An instance of one class."""

    cls: type
    """That class."""


@dataclass(frozen=True, slots=True, eq=False)
class Discriminator:
    """The class for each value of *key*, or the key to look at next.

    A discriminator is equal only to itself, so that shapes can be keys of dicts.
    """

    key: str
    """The key that decides: ``type`` or ``role``."""

    cases: "Mapping[str, type | Discriminator]"
    """The class, or the next discriminator, for each value of the key."""


@dataclass(frozen=True, slots=True)
class TaggedUnion:
    """An instance of one of several classes, told apart by a tag."""

    discriminator: Discriminator
    """The class for each tag."""

    members: tuple[type, ...]
    """The classes, without `Unknown`."""

    unknown: bool
    """Whether `Unknown` is a member."""

    is_open: bool
    """Whether strict mode accepts an `Unknown` as well."""

    untagged: tuple[type, ...]
    """The members whose tag may be missing, in the order of the union."""

    union: Any
    """The union itself, for which users may register a hook."""

    @property
    def classes(self) -> tuple[type, ...]:
        """The classes of all instances."""
        return (*self.members, Unknown) if self.unknown else self.members

    def takes_unknown(self, *, strict: bool) -> bool:
        """Return whether an object with an unknown tag is accepted."""
        return self.unknown and (self.is_open or not strict)

    def accepted(self, *, strict: bool) -> tuple[type, ...]:
        """Return the classes of the instances that encoding accepts."""
        return self.classes if self.takes_unknown(strict=strict) else self.members


@dataclass(frozen=True, slots=True)
class Nullable:
    """A shape, or null.

    For a field, its `FieldPlan` says instead whether null is allowed.
    """

    shape: "Shape"
    """The shape of values other than null."""


@dataclass(frozen=True, slots=True)
class Array:
    """A tuple whose items have one shape."""

    item: "Shape"
    """The shape of each item."""


@dataclass(frozen=True, slots=True)
class Map:
    """A mapping from strings to values of one shape."""

    value: "Shape"
    """The shape of each value."""


@dataclass(frozen=True, slots=True)
class UntaggedUnion:
    """Several shapes, told apart by the JSON type of the value."""

    shapes: "tuple[Shape, ...]"
    """One shape for each JSON type."""

    union: Any = field(compare=False)
    """The union itself, without None, for which users may register a hook."""


@dataclass(frozen=True, slots=True)
class Custom:
    """A user-defined type, whose hook the converter has."""

    type: Any
    """The annotation, unchanged."""


Shape: TypeAlias = (
    Scalar
    | Literals
    | Base64
    | AnyJson
    | Object
    | TaggedUnion
    | Nullable
    | Array
    | Map
    | UntaggedUnion
    | Custom
)
"""The form of a value on the wire."""


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One key of an object on the wire, which is also one attribute of the class."""

    name: str
    """The key, and the attribute."""

    alias: str
    """The name of the parameter of ``__init__``."""

    shape: Shape
    """The shape of its values, leaving out null and absence."""

    required: bool
    """Whether the key has to be there."""

    nullable: bool
    """Whether the schema allows null.

    If not, a null in an optional field moves to ``extra``.
    """

    has_literal_default: bool
    """Whether the default is a constant, although the key may be missing."""

    is_expected: bool
    """Whether the key is required in strict mode only."""

    @property
    def missing_value(self) -> Unset | None:
        """The attribute's value when the key is missing."""
        return UNSET if self.nullable else None

    @property
    def constant(self) -> str | None:
        """The string that is the only value allowed, or None."""
        match self.shape:
            case Literals(values=(str() as value,), closed="always"):
                return value
        return None

    @property
    def shape_or_null(self) -> Shape:
        """The shape of its values, including null if the schema allows it."""
        return Nullable(self.shape) if self.nullable else self.shape


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """The keys of one class, in the order of its fields."""

    cls: type
    """The class."""

    fields: tuple[FieldPlan, ...]
    """All fields except ``extra``."""

    names: frozenset[str]
    """The names of the fields."""

    foreign: Mapping[str, str]
    """The keys that no object of the class has, and the protocol that has them.

    An object with such a key is another protocol's, of the same type.
    """

    lacking: Mapping[str, str]
    """The required keys that such an object lacks, and the protocol."""

    fills_slots: bool
    """Whether a draft may replace ``__init__``, which only stores its arguments."""

    @property
    def wire_fields(self) -> list[FieldPlan]:
        """The fields in the order of encoding: constants first."""
        return sorted(self.fields, key=lambda field: field.constant is None)


STAND_INS: dict[type, type] = {bytes: str, int: float, float: int}
"""The class that may replace another on the wire.

Base64 text replaces bytes, 12.0 replaces 12, and 1 replaces 1.0.
"""


def by_class(shapes: tuple[Shape, ...]) -> dict[type, Shape]:
    """Return the shape for each class that a parser may give to a value."""
    table = {json_class(shape): shape for shape in shapes}

    # A member with exactly the class of the value comes before a stand-in: with int and
    # float in one union, 1 is the int.
    for cls, stand_in in STAND_INS.items():
        if cls in table:
            table.setdefault(stand_in, table[cls])

    return table


def json_class(shape: Shape) -> type:
    """Return the class of the values that a parser makes for *shape*."""
    match shape:
        case Scalar(kind) | Literals(kind):
            return kind
        case Base64():
            return bytes
        case Array():
            return list
        case Nullable(inner):
            return json_class(inner)
        case Object() | TaggedUnion() | Map() | AnyJson() | UntaggedUnion() | Custom():
            return dict
        case _:
            assert_never(shape)


def python_classes(shape: Shape) -> tuple[type, ...]:
    """Return the classes of the values of *shape* in an instance."""
    match shape:
        case Scalar(kind) | Literals(kind):
            return (float, int) if kind is float else (kind,)
        case Base64():
            return (bytes,)
        case Array():
            return (tuple,)
        case Object(cls):
            return (cls,)
        case TaggedUnion():
            return shape.classes
        case Nullable(inner):
            return (*python_classes(inner), type(None))
        case Map() | AnyJson() | UntaggedUnion() | Custom():
            return (dict,)
        case _:
            assert_never(shape)


def accepted_classes(shape: Shape) -> tuple[type, ...]:
    """Return the classes that the fallback of unstructuring accepts for *shape*.

    It accepts their subclasses as well.
    """
    match shape:
        case Base64():
            return (bytes, bytearray, memoryview)
        case Array():
            return (list, tuple)
        case Map() | AnyJson():
            return (Mapping,)
        case (
            Scalar()
            | Literals()
            | Object()
            | TaggedUnion()
            | Nullable()
            | UntaggedUnion()
            | Custom()
        ):
            return python_classes(shape)
        case _:
            assert_never(shape)
