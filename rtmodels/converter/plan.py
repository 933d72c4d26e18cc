"""What annotations say, as plain data; nothing else reads annotations.

Hooks are generated from it, and so is whatever else has to know the form of a class.
"""

import sysconfig
import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin

import attrs

from rtmodels.schema._model import UNSET, Model, OpenStr, Unknown, Unset

__all__ = [
    "HAS_GIL",
    "STAND_INS",
    "UNION_ORIGINS",
    "Anything",
    "Array",
    "Base64",
    "Branch",
    "ClassPlan",
    "Either",
    "FieldPlan",
    "Foreign",
    "Maybe",
    "Object",
    "Scalar",
    "Shape",
    "Table",
    "Tagged",
    "Words",
    "by_class",
    "find_classes",
    "is_recursive",
    "is_schema_class",
    "json_class",
    "plan_class",
    "plan_type",
]

UNION_ORIGINS = (Union, types.UnionType)

HAS_GIL = not sysconfig.get_config_var("Py_GIL_DISABLED")
"""Whether an object changes its class in no time: elsewhere all threads stop for it."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A str, an int, a float (which an int may stand for) or a bool."""

    kind: type
    """The class of the value."""


@dataclass(frozen=True, slots=True)
class Words:
    """A set of strings or of ints.

    *outside* says what becomes of another value of the same type: nothing takes it
    (``never``: a constant, or the "inf" of a token limit), only strict mode
    refuses it (``tolerant``: a closed set), or every mode takes it (``always``).
    """

    kind: type
    """The class of all the values."""

    values: tuple[Any, ...]
    """The values that the schema names."""

    outside: Literal["never", "tolerant", "always"]
    """What becomes of another value."""


@dataclass(frozen=True, slots=True)
class Base64:
    """Bytes, which are base64 text on JSON."""


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON value, or with *kind* ``dict`` any JSON object."""

    kind: type = object
    """``dict`` where it has to be an object."""


@dataclass(frozen=True, slots=True)
class Object:
    """An instance of one class."""

    cls: type
    """That class."""


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """Which class each value of *key* stands for, or which key decides next.

    It is equal to itself only, so that shapes can be keys.
    """

    key: str
    """The key that decides, such as ``type`` or ``role``."""

    cases: "Mapping[str, type | Branch]"
    """What each value of the key stands for."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """An instance of one of several classes, told apart by a tag."""

    branch: Branch
    """Which class each tag stands for."""

    members: tuple[type, ...]
    """The classes, without `Unknown`."""

    unknown: bool
    """Whether `Unknown` is a member."""

    untagged: tuple[type, ...]
    """The members whose tag may be missing, in order."""

    union: Any
    """The union itself, as a hook may be registered for it."""

    @property
    def classes(self) -> tuple[type, ...]:
        """The classes of all instances."""
        return (*self.members, Unknown) if self.unknown else self.members


@dataclass(frozen=True, slots=True)
class Maybe:
    """A shape, or null; in a field, the field itself says what null means."""

    shape: "Shape"
    """What stands there when it is not null."""


@dataclass(frozen=True, slots=True)
class Array:
    """A tuple of equal items."""

    item: "Shape"
    """The shape of each item."""


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping from any string to equal values."""

    value: "Shape"
    """The shape of each value."""


@dataclass(frozen=True, slots=True)
class Either:
    """Several shapes that the JSON type of the value tells apart."""

    shapes: "tuple[Shape, ...]"
    """One shape for each JSON type."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A type of the user's, left to the converter."""

    type: Any
    """The annotation as it stands."""


Shape: TypeAlias = (
    Scalar
    | Words
    | Base64
    | Anything
    | Object
    | Tagged
    | Maybe
    | Array
    | Table
    | Either
    | Foreign
)
"""What a value on the wire looks like."""


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One key of an object on the wire, which is also one attribute of the class."""

    name: str
    """The key, and the attribute."""

    alias: str
    """What ``__init__`` calls it."""

    shape: Shape
    """What values it takes, leaving aside null and absence."""

    required: bool
    """Whether the key has to be there."""

    nullable: bool
    """Whether null is a value here; where it is not, an optional null is extra."""

    preset: bool
    """Whether ``__init__`` has a constant here, which it must be told is absent."""

    @property
    def absent(self) -> Unset | None:
        """What stands in the attribute when the key is missing."""
        return UNSET if self.nullable else None

    @property
    def constant(self) -> str | None:
        """The one string that may stand here, where there is only one."""
        match self.shape:
            case Words(values=(str() as value,), outside="never"):
                return value
            case _:
                return None


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """The keys of one class, in the order of its fields."""

    cls: type
    """The class."""

    fields: tuple[FieldPlan, ...]
    """All its fields but ``extra``."""

    names: frozenset[str]
    """The names of the fields."""

    draftable: bool
    """Whether to fill a draft, and not to call ``__init__``, which would just store."""

    @property
    def wire_fields(self) -> list[FieldPlan]:
        """The fields in the order in which they are written: constants first."""
        return sorted(self.fields, key=lambda field: field.constant is None)


@cache
def plan_class(cls: type) -> ClassPlan:
    """Read the fields of *cls*, a `Model`."""
    _resolve(cls)
    fields = [field for field in attrs.fields(cls) if field.name != "extra"]
    plain = all(
        field.validator is None
        and field.converter is None
        and field.init
        and (_is_constant(field) or field.default in (attrs.NOTHING, None, UNSET))
        for field in fields
    )
    hooked = any(
        hasattr(cls, name) for name in ("__attrs_pre_init__", "__attrs_post_init__")
    )
    plans = tuple(_plan_field(field) for field in fields if field.init)
    names = frozenset(field.name for field in plans)
    return ClassPlan(cls, plans, names, plain and not hooked and HAS_GIL)


def _resolve(cls: type) -> None:
    """Make real types of annotations that are text."""
    if any(isinstance(field.type, str) for field in attrs.fields(cls)):
        attrs.resolve_types(cls, include_extras=True)


def _plan_field(field: "attrs.Attribute[Any]") -> FieldPlan:
    """Read one field: its shape, and what absent and null mean."""
    members = set(_members(field.type))
    optional = not members.isdisjoint((type(None), Unset))
    required = field.default is attrs.NOTHING or (_is_constant(field) and not optional)
    nullable = type(None) in members if required else Unset in members
    shape = _plan_value(field.type)
    preset = not required and _is_constant(field)
    alias = field.alias or field.name
    return FieldPlan(field.name, alias, shape, required, nullable, preset)


def _is_constant(field: "attrs.Attribute[Any]") -> bool:
    """Tell whether the default only spares the caller from writing a constant.

    The wire still needs such a key, unless ``None`` is allowed too.
    """
    return any(
        get_args(member) == (field.default,)
        for member in _members(field.type)
        if get_origin(member) is Literal
    )


def _members(annotation: Any) -> Iterable[Any]:
    """Yield the members of a union, or the annotation itself."""
    if get_origin(annotation) in UNION_ORIGINS:
        for member in get_args(annotation):
            yield from _members(member)
    else:
        yield annotation


def plan_type(annotation: Any) -> Shape:
    """Read the annotation of whatever is not a field."""
    shape = _plan_value(annotation)
    if type(None) in _members(annotation) and not isinstance(shape, Foreign):
        return Maybe(shape)
    return shape


def _plan_value(annotation: Any) -> Shape:
    """Read an annotation, leaving aside None and `Unset` in it."""
    members = [
        member
        for member in _members(annotation)
        if member is not type(None) and member is not Unset
    ]
    classes = [member for member in members if is_schema_class(member)]
    others = [member for member in members if not is_schema_class(member)]
    shapes = [*_plan_scalars(others), *_plan_classes(classes)]
    for member in others:
        match get_origin(member), get_args(member):
            case _ if member is bytes:
                shapes.append(Base64())
            case _ if member is Any:
                shapes.append(Anything())
            case origin, (item, dots) if origin is tuple and dots is ...:
                shapes.append(Array(plan_type(item)))
            case origin, (key, value) if origin is Mapping and key is str:
                shapes.append(
                    Anything(dict) if value is Any else Table(plan_type(value))
                )
            case _ if not _is_scalar(member):
                return Foreign(annotation)
    return shapes[0] if len(shapes) == 1 else Either(tuple(shapes))


def is_schema_class(member: Any) -> bool:
    """Tell whether *member* is one of the classes that get hooks."""
    return isinstance(member, type) and issubclass(member, (Model, Unknown))


def _is_scalar(member: Any) -> bool:
    """Tell whether `_plan_scalars` has dealt with *member*."""
    if get_origin(member) is Literal:
        return all(type(value) in (str, int, bool) for value in get_args(member))
    return member in (str, int, float, bool, OpenStr)


def _plan_scalars(members: list[Any]) -> Iterable[Shape]:
    """Yield a shape for each scalar type among *members*, literals joined to theirs."""
    literals = [
        value
        for member in members
        if get_origin(member) is Literal
        for value in get_args(member)
    ]
    for kind in (str, int, float, bool):
        values = tuple(value for value in literals if type(value) is kind)
        if kind is str and OpenStr in members:
            yield Words(kind, values, "always")
        elif values:
            yield Words(kind, values, "tolerant" if kind in members else "never")
        elif kind in members:
            yield Scalar(kind)


def _plan_classes(classes: list[type]) -> Iterable[Shape]:
    """Yield the one shape that takes instances of all *classes*."""
    members = tuple(cls for cls in classes if cls is not Unknown)
    if len(classes) == 1 and members:
        yield Object(members[0])
    elif classes:
        unknown = len(members) < len(classes)
        branch = _plan_branch("type", members)
        untagged = tuple(cls for cls in members if not _plan_key(cls, "type").required)
        yield Tagged(branch, members, unknown, untagged, reduce(or_, classes))


def _plan_branch(key: str, classes: Iterable[type]) -> Branch:
    """Sort *classes* by their constant *key*, and equal ones by ``role``."""
    groups: dict[str, list[type]] = {}
    for cls in classes:
        tag = _plan_key(cls, key).constant
        if tag is None:
            raise TypeError(f"{cls.__name__} has no constant {key!r} to tell it by")
        groups.setdefault(tag, []).append(cls)
    cases: dict[str, type | Branch] = {}
    for tag, group in groups.items():
        if len(group) > 1 and key == "role":
            names = ", ".join(cls.__name__ for cls in group)
            raise TypeError(f"{names} cannot be told apart")
        cases[tag] = group[0] if len(group) == 1 else _plan_branch("role", group)
    return Branch(key, cases)


@cache  # each union that a class is in asks for it
def _plan_key(cls: type, key: str) -> FieldPlan:
    """Read the one field that holds a tag; others may hold the class itself.

    Raises:
        TypeError: There is none.
    """
    _resolve(cls)
    for field in attrs.fields(cls):
        if field.name == key:
            return _plan_field(field)
    raise TypeError(f"{cls.__name__} has no constant {key!r} to tell it by")


@cache
def is_recursive(cls: type) -> bool:
    """Tell whether an instance of *cls* may hold another, at whatever depth."""
    seen: set[type] = set()
    todo = [cls]
    while todo:
        for field in plan_class(todo.pop()).fields:
            parts = set(find_classes(field.shape)) - seen
            seen |= parts
            todo += parts
    return cls in seen


def find_classes(shape: Shape) -> Iterable[type]:
    """Yield the classes of the objects in *shape*, but not what is in these."""
    match shape:
        case Object(cls) if cls is not Unknown:
            yield cls
        case Tagged(members=members):
            yield from members
        case Maybe(inner) | Array(inner) | Table(inner):
            yield from find_classes(inner)
        case Either(shapes):
            for each in shapes:
                yield from find_classes(each)


STAND_INS: dict[type, type] = {bytes: str, int: float, float: int}
"""Base64 text stands in for bytes, 12.0 for 12 and 1 for 1.0."""


def by_class(shapes: tuple[Shape, ...]) -> dict[type, Shape]:
    """Tell which of *shapes* takes a value, by the class that a parser gave it."""
    native = {json_class(shape): shape for shape in shapes}
    for cls, stand_in in STAND_INS.items():
        if cls in native:
            native.setdefault(stand_in, native[cls])
    return native


def json_class(shape: Shape) -> type:
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
