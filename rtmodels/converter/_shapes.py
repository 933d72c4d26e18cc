"""The kinds of shapes that a value on the wire may have, as plain data.

`rtmodels.converter._plan` makes them from annotations; every pass over the plan reads
them, in this package and above it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
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
    """A str, an int, a float (which an int may stand for) or a bool."""

    kind: type
    """The class of the value."""


@dataclass(frozen=True, slots=True)
class Literals:
    """A set of strings, of ints or of bools that the schema names."""

    kind: type
    """The class of all the values."""

    values: tuple[Any, ...]
    """The values that the schema names."""

    closed: Literal["always", "strict", "never"]
    """When other values of *kind* are rejected.

    ``always`` for constants and the "inf" of a token limit, ``strict`` for closed sets,
    which only strict mode enforces, ``never`` for open sets.
    """


@dataclass(frozen=True, slots=True)
class Base64:
    """Bytes, which are base64 text in JSON."""


@dataclass(frozen=True, slots=True)
class AnyJson:
    """Any JSON value, or with *kind* ``dict`` any JSON object."""

    kind: type = object
    """``dict`` where it has to be an object."""


@dataclass(frozen=True, slots=True)
class Object:
    """An instance of one class."""

    cls: type
    """That class."""


@dataclass(frozen=True, slots=True, eq=False)
class Discriminator:
    """Which class each value of *key* stands for, or which key decides next.

    It is equal to itself only, so that shapes can be keys of dicts.
    """

    key: str
    """The key that decides: ``type`` or ``role``."""

    cases: "Mapping[str, type | Discriminator]"
    """What each value of the key stands for."""


@dataclass(frozen=True, slots=True)
class TaggedUnion:
    """An instance of one of several classes, told apart by a tag."""

    discriminator: Discriminator
    """Which class each tag stands for."""

    members: tuple[type, ...]
    """The classes, without `Unknown`."""

    unknown: bool
    """Whether `Unknown` is a member."""

    untagged: tuple[type, ...]
    """The members whose tag may be missing, in order."""

    union: Any
    """The union itself, for which a hook may be registered."""

    @property
    def classes(self) -> tuple[type, ...]:
        """The classes of all instances."""
        return (*self.members, Unknown) if self.unknown else self.members


@dataclass(frozen=True, slots=True)
class Nullable:
    """A shape, or null; in a field, the field itself says what null means."""

    shape: "Shape"
    """The shape of values other than null."""


@dataclass(frozen=True, slots=True)
class Array:
    """A tuple of equal items."""

    item: "Shape"
    """The shape of each item."""


@dataclass(frozen=True, slots=True)
class Map:
    """A mapping from any string to equal values."""

    value: "Shape"
    """The shape of each value."""


@dataclass(frozen=True, slots=True)
class UntaggedUnion:
    """Several shapes that the JSON type of the value tells apart."""

    shapes: "tuple[Shape, ...]"
    """One shape for each JSON type."""


@dataclass(frozen=True, slots=True)
class Custom:
    """A user-defined type, left to the converter."""

    type: Any
    """The annotation as it stands."""


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
"""What a value on the wire looks like."""


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One key of an object on the wire, which is also one attribute of the class."""

    name: str
    """The key, and the attribute."""

    alias: str
    """The parameter of ``__init__``."""

    shape: Shape
    """The values it takes, apart from null and absence."""

    required: bool
    """Whether the key has to be there."""

    nullable: bool
    """Whether null is a value here; where it is not, an optional null is extra."""

    has_literal_default: bool
    """Whether the default is a constant, although the key may be missing."""

    @property
    def missing_value(self) -> Unset | None:
        """The attribute's value when the key is missing."""
        return UNSET if self.nullable else None

    @property
    def constant(self) -> str | None:
        """The only string allowed here, where there is only one."""
        match self.shape:
            case Literals(values=(str() as value,), closed="always"):
                return value
        return None

    @property
    def shape_or_null(self) -> Shape:
        """The values it takes, null included where null is one."""
        return Nullable(self.shape) if self.nullable else self.shape


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """The keys of one class, in the order of its fields."""

    cls: type
    """The class."""

    fields: tuple[FieldPlan, ...]
    """All its fields but ``extra``."""

    names: frozenset[str]
    """The names of the fields."""

    fills_slots: bool
    """Whether to store into the slots of a draft: ``__init__`` would do no more."""

    @property
    def wire_fields(self) -> list[FieldPlan]:
        """The fields in the order in which they are written: constants first."""
        return sorted(self.fields, key=lambda field: field.constant is None)


STAND_INS: dict[type, type] = {bytes: str, int: float, float: int}
"""Base64 text stands in for bytes, 12.0 for 12 and 1 for 1.0."""


def by_class(shapes: tuple[Shape, ...]) -> dict[type, Shape]:
    """Return the shape that takes a value, for each class that a parser may give it."""
    table = {json_class(shape): shape for shape in shapes}
    for cls, stand_in in STAND_INS.items():
        if cls in table:
            table.setdefault(stand_in, table[cls])
    return table


def json_class(shape: Shape) -> type:
    """Return the class that a parser gives to values of *shape*."""
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
    """Return the classes of the values that *shape* has in an instance."""
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
    """Return the classes that, with their subclasses, values of *shape* may have.

    The fallback of unstructuring takes these.
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
