"""The plan: annotations turned into shapes.

No other module reads annotations. Every pass over the plan may import this one, in this
package and above it. Types whose values cannot be told apart are rejected here, before
the first value arrives.
"""

import sysconfig
import types
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, reduce
from operator import or_
from typing import Annotated, Any, Literal, Union, assert_never, get_args, get_origin

import attrs

from rtmodels._display import truncate
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
    json_class,
)
from rtmodels.schema._foreign import find_foreign_keys, find_lacking_keys
from rtmodels.schema._model import (
    EXPECTED,
    UNSET,
    Model,
    OpenStr,
    OpenUnknown,
    Unknown,
    Unset,
)

__all__ = [
    "HAS_GIL",
    "UNION_ORIGINS",
    "find_classes",
    "find_constant",
    "hook_type",
    "is_builtin_shape",
    "is_recursive",
    "is_schema_class",
    "join_names",
    "plan_class",
    "plan_type",
    "plan_user_defined",
    "type_name",
]

UNION_ORIGINS = (Union, types.UnionType)

HAS_GIL = not sysconfig.get_config_var("Py_GIL_DISABLED")
"""Whether Python has a GIL.

Without one, changing the class of an object stops all threads.
"""

MAX_NAMES = 4
"""Maximum number of classes that a message names."""

TOKEN_LIMIT: tuple[Shape, ...] = (Literals(str, ("inf",), "always"), Scalar(int))
"""The shapes of `MaxOutputTokens`."""

_SCALARS = (str, int, float, bool)
_NO_DEFAULTS = (attrs.NOTHING, None, UNSET)


@cache
def plan_class(cls: type, *, strict: bool = False) -> ClassPlan:
    """Return the plan of *cls*, a `Model`.

    Args:
        cls: The class.
        strict: Whether the plan is for strict mode, where `Expected` keys are required.

    Raises:
        TypeError: A field has a type whose values cannot be told apart.
    """
    fields = [field for field in _resolved_fields(cls) if field.name != "extra"]
    plans = tuple(
        _plan_field(field, cls, strict=strict) for field in fields if field.init
    )

    # Filling slots bypasses __init__. That is safe only if __init__ does nothing but
    # store its arguments, and if a plan can express each default.
    only_stores = all(
        field.validator is None
        and field.converter is None
        and field.init
        and (_is_constant(field) or field.default in _NO_DEFAULTS)
        for field in fields
    )
    has_init_hooks = any(
        hasattr(cls, name) for name in ("__attrs_pre_init__", "__attrs_post_init__")
    )

    return ClassPlan(
        cls,
        plans,
        names=frozenset(plan.name for plan in plans),
        foreign={} if is_user_defined(cls) else find_foreign_keys(cls.__name__),
        lacking={} if is_user_defined(cls) else find_lacking_keys(cls.__name__),
        fills_slots=only_stores and not has_init_hooks and HAS_GIL,
    )


@cache  # attrs resolves all fields again on each call
def _resolved_fields(cls: type) -> "tuple[attrs.Attribute[Any], ...]":
    """Return the fields of *cls*, with string annotations resolved to types."""
    fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(cls)
    if any(isinstance(field.type, str) for field in fields):
        attrs.resolve_types(cls, include_extras=True)
        fields = attrs.fields(cls)
    return fields


def _plan_field(
    field: "attrs.Attribute[Any]", cls: type, *, strict: bool = False
) -> FieldPlan:
    """Return the plan of one field of *cls*: its shape, and the meaning of null."""
    annotation, is_expected = _split_expected(field.type)
    members = _union_members(annotation)
    takes_null, takes_unset = _is_in(type(None), members), _is_in(Unset, members)
    is_constant = _is_constant(field)
    optional = takes_null or takes_unset
    required = field.default is attrs.NOTHING or (is_constant and not optional)
    if is_expected and strict:
        required, takes_null = True, False

    try:
        shape = _plan_value(annotation)
    except TypeError as exc:
        # The message names only types. The note adds the field that has them.
        exc.add_note(f"in {cls.__name__}.{field.name}")
        raise

    return FieldPlan(
        field.name,
        field.alias or field.name,
        shape,
        required=required,
        nullable=takes_null if required else takes_unset,
        has_literal_default=not required and is_constant,
        is_expected=is_expected,
    )


def _split_expected(annotation: Any) -> tuple[Any, bool]:
    """Return *annotation* without the mark of `Expected`, and whether it had one."""
    if get_origin(annotation) is Annotated and EXPECTED in annotation.__metadata__:
        return annotation.__origin__, True
    return annotation, False


def _is_in(cls: type, members: tuple[Any, ...]) -> bool:
    """Return whether *cls* is one of *members*, by identity: types compare slowly."""
    return any(member is cls for member in members)


def _is_constant(field: "attrs.Attribute[Any]") -> bool:
    """Return whether the default of *field* is the only value that its type allows.

    Such a default only saves callers from writing a constant. The wire still needs the
    key, unless ``None`` is allowed as well.
    """
    if field.default in _NO_DEFAULTS:
        return False
    return any(
        get_args(member) == (field.default,)
        for member in _union_members(field.type)
        if get_origin(member) is Literal
    )


def _union_members(annotation: Any) -> tuple[Any, ...]:
    """Return the members of a union, or the annotation itself as the only one."""
    # One level is enough: typing flattens unions in unions.
    is_union = get_origin(annotation) in UNION_ORIGINS
    return get_args(annotation) if is_union else (annotation,)


def plan_type(annotation: Any) -> Shape:
    """Return the shape of a type that stands alone, outside of a field.

    Raises:
        TypeError: The members of a union cannot be told apart.
    """
    shape = _plan_value(annotation)
    if isinstance(shape, Custom) or not _is_in(type(None), _union_members(annotation)):
        return shape

    # In a field, the field's plan records null. Here the shape has to.
    return Nullable(shape)


def _plan_value(annotation: Any) -> Shape:
    """Return the shape of *annotation*, leaving out None and `Unset`."""
    spelling = _spell(annotation)
    try:
        hash(spelling)
    except TypeError:
        # Metadata in Annotated may be unhashable, and so no key of the cache.
        return _plan_members.__wrapped__(annotation, spelling)
    return _plan_members(annotation, spelling)


def _spell(annotation: Any) -> Any:
    """Return *annotation* with its parts in order, as a key for the cache.

    Python considers ``A | B`` and ``B | A`` equal, and literals likewise. Their shapes
    differ: the first untagged member that fits wins, and messages keep the order.
    """
    args = get_args(annotation)
    parts = [arg if isinstance(arg, type | str) else _spell(arg) for arg in args]
    return (annotation, *parts) if parts else annotation


@cache  # every converter asks again, and many fields have the same type
def _plan_members(annotation: Any, _spelling: Any) -> Shape:
    """Return the shape of *annotation*, as `_plan_value` does."""
    classes, scalars, containers = [], [], []
    for member in _union_members(annotation):
        if member is type(None) or member is Unset:
            continue

        if is_schema_class(member) or member == OpenUnknown:
            classes.append(member)
        elif _is_scalar(member):
            scalars.append(member)
        else:
            container = _plan_container(member)
            if container is None:
                # One member without a shape leaves the whole annotation to cattrs.
                return Custom(annotation)
            containers.append(container)

    shapes = (*_plan_scalars(scalars), *_plan_classes(classes), *containers)
    if len(shapes) == 1:
        return shapes[0]

    _check_distinct(annotation, shapes)

    # In a field, the annotation may name None and `Unset` as well. Hooks are registered
    # for the union without them, which is built again here.
    present = [
        member
        for member in _union_members(annotation)
        if member is not type(None) and member is not Unset
    ]
    return UntaggedUnion(shapes, reduce(or_, present) if present else None)


def _plan_container(member: Any) -> Shape | None:
    """Return the shape of *member*, a container, bytes or Any; None for others."""
    match get_origin(member), get_args(member):
        case _ if member is bytes:
            return Base64()
        case _ if member is Any:
            return AnyJson()
        case origin, (item, dots) if origin is tuple and dots is ...:
            return Array(plan_type(item))
        case origin, (key, value) if origin is Mapping and key is str:
            return AnyJson(dict) if value is Any else Map(plan_type(value))
    return None


def _check_distinct(annotation: Any, shapes: tuple[Shape, ...]) -> None:
    """Check that the JSON type of a value tells *shapes* apart.

    Raises:
        TypeError: Two of them have the same JSON type.
    """
    # Scalars are merged by type before, so only arrays and objects can collide.
    names: dict[type, str] = {list: "arrays", dict: "objects"}
    seen: set[type] = set()
    for shape in shapes:
        cls = json_class(shape)
        if shape == AnyJson():
            raise TypeError(
                f"{type_name(annotation)} has Any in a union, but Any accepts every "
                "value: annotate it as Any alone"
            )

        if cls in seen:
            raise TypeError(
                f"{type_name(annotation)} has two kinds of JSON {names[cls]}, which "
                "cannot be told apart: keep one of them, or wrap both in your own "
                "class and register a structure hook for it"
            )

        seen.add(cls)


def type_name(type_: Any) -> str:
    """Return a short name of *type_* for messages."""
    return type_.__name__ if isinstance(type_, type) else truncate(str(type_))


def plan_user_defined(shape: Shape) -> None:
    """Plan the user-defined classes in *shape*, at any depth.

    Mistakes in these classes raise an error now, and not when the first value arrives.
    Classes of the schema hold no user-defined ones, and are planned on first use.

    Raises:
        TypeError: A field has a type whose values cannot be told apart.
    """
    # User-defined classes may be recursive, so each is visited once, from a list.
    seen: set[type] = set()
    todo = [shape]
    while todo:
        for cls in find_classes(todo.pop()):
            if is_user_defined(cls) and cls not in seen:
                seen.add(cls)
                todo += [field.shape for field in plan_class(cls).fields]


def is_user_defined(cls: type) -> bool:
    """Return whether *cls*, which gets a built-in hook, comes from outside rtmodels."""
    return not cls.__module__.startswith("rtmodels.schema")


def is_schema_class(member: Any) -> bool:
    """Return whether *member* is a class that gets a built-in hook."""
    return isinstance(member, type) and issubclass(member, (Model, Unknown))


def _is_scalar(member: Any) -> bool:
    """Return whether `_plan_scalars` accepts *member*."""
    if get_origin(member) is Literal:
        return {type(value) for value in get_args(member)} <= {str, int, bool}
    return member in _SCALARS or member == OpenStr


def _plan_scalars(members: list[Any]) -> list[Shape]:
    """Return a shape for each scalar type among *members*, with its literals."""
    literals = [
        value
        for member in members
        if get_origin(member) is Literal
        for value in get_args(member)
    ]

    shapes: list[Shape] = []
    for kind in _SCALARS if members else ():
        # By exact type: True is an int as well, and equal to 1.
        values = tuple([value for value in literals if type(value) is kind])

        if kind is str and OpenStr in members:
            shapes.append(Literals(kind, values, "never"))
        elif values:
            closed: Literal["always", "strict"]
            closed = "strict" if kind in members else "always"
            shapes.append(Literals(kind, values, closed))
        elif kind in members:
            shapes.append(Scalar(kind))

    return shapes


def _plan_classes(classes: list[Any]) -> list[Shape]:
    """Return a list of the one shape for *classes*; empty if there are no classes."""
    members = tuple([cls for cls in classes if cls not in (Unknown, OpenUnknown)])
    if not classes:
        return []
    if len(classes) == 1 and members:
        return [Object(members[0])]

    # The annotation may name None and scalars as well. Hooks are registered for the
    # union of the classes alone, which is built again here.
    union = TaggedUnion(
        _plan_discriminator("type", members),
        members,
        unknown=len(members) < len(classes),
        is_open=not members or OpenUnknown in classes,
        untagged=tuple([cls for cls in members if _may_lack_tag(cls)]),
        union=reduce(or_, classes),
    )
    return [union]


def _plan_discriminator(key: str, classes: tuple[type, ...]) -> Discriminator:
    """Sort *classes* by their constant *key*, and those with equal ones by ``role``.

    Raises:
        TypeError: Two of them are equal in both, or one has no such constant.
    """
    groups: dict[str, list[type]] = {}
    for cls in classes:
        constant = find_constant(cls, key)
        if constant is None:
            raise TypeError(
                f"{join_names(classes)} cannot be told apart: {cls.__name__} has no "
                f'constant {key!r}; declare `{key}: Literal["..."]` in it, or keep it '
                "out of the union"
            )
        groups.setdefault(constant, []).append(cls)

    cases: dict[str, type | Discriminator] = {}
    for value, group in groups.items():
        if len(group) == 1:
            cases[value] = group[0]
        elif key == "role":
            raise TypeError(
                f"{join_names(group)} cannot be told apart: they have the same type "
                "and role; change one of them, or keep it out of the union"
            )
        else:
            cases[value] = _plan_discriminator("role", tuple(group))
    return Discriminator(key, cases)


def _may_lack_tag(cls: type) -> bool:
    """Return whether the ``type`` of *cls*, a member of a union, may be missing."""
    tag = _plan_tag(cls, "type")
    return tag is not None and not tag.required


def join_names(classes: Sequence[type], separator: str = " | ") -> str:
    """Return the names of some classes of a union, at most four."""
    names = [cls.__name__ for cls in classes]
    if len(names) > MAX_NAMES:
        names[MAX_NAMES - 1 : -1] = ["..."]
    return separator.join(names)


@cache  # every union with this class asks for it
def _plan_tag(cls: type, key: str) -> FieldPlan | None:
    """Return the plan of the field *key*, which holds a tag, or None without one.

    The other fields are not planned: they may hold *cls* itself.
    """
    for field in _resolved_fields(cls):
        if field.name == key:
            return _plan_field(field, cls)
    return None


def find_constant(cls: type, key: str) -> str | None:
    """Return the only value of the field *key* of *cls*; None if it takes others."""
    tag = _plan_tag(cls, key)
    return None if tag is None else tag.constant


@cache
def is_recursive(cls: type) -> bool:
    """Return whether an instance of *cls* may hold another, at any depth."""
    # No class of the schema does, as a test makes sure. To find out here would plan all
    # classes below *cls*, most of which the program may never meet.
    if not is_user_defined(cls):
        return False

    # *cls* is not among the seen at first: it gets there if a field leads back to it.
    seen: set[type] = set()
    todo = [cls]
    while todo:
        for field in plan_class(todo.pop()).fields:
            parts = set(find_classes(field.shape)) - seen
            seen |= parts
            todo += parts

    return cls in seen


def hook_type(shape: Shape) -> Any:
    """Return the type for which a user may register a hook, or None."""
    match shape:
        case Object(cls):
            return cls
        case TaggedUnion():
            return shape.union
        case UntaggedUnion(union=union) if is_builtin_shape(shape):
            return union
        case Custom(type_):
            return type_
        case (
            Scalar()
            | Literals()
            | Base64()
            | AnyJson()
            | Nullable()
            | Array()
            | Map()
            | UntaggedUnion()
        ):
            return None
        case _:
            assert_never(shape)


def is_builtin_shape(shape: Shape) -> bool:
    """Return whether values of *shape* get a built-in hook.

    Such values are token limits, words of open sets, and those that hold objects of the
    schema, outside of maps.
    """
    match shape:
        case Object() | TaggedUnion():
            return True
        case Literals(closed=closed):
            return closed == "never"
        case Nullable(item) | Array(item):
            return is_builtin_shape(item)
        case UntaggedUnion(shapes):
            return shapes == TOKEN_LIMIT or any(map(is_builtin_shape, shapes))
        case Scalar() | Base64() | AnyJson() | Map() | Custom():
            return False
        case _:
            assert_never(shape)


def find_classes(shape: Shape) -> Iterator[type]:
    """Iterate over the classes of the objects in *shape*, but not over their fields."""
    match shape:
        case Object(cls):
            if cls is not Unknown:
                yield cls
        case TaggedUnion(members=members):
            yield from members
        case Nullable(inner) | Array(inner) | Map(inner):
            yield from find_classes(inner)
        case UntaggedUnion(shapes):
            for each in shapes:
                yield from find_classes(each)
        case Scalar() | Literals() | Base64() | AnyJson() | Custom():
            pass
        case _:
            assert_never(shape)
