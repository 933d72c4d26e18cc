"""The functions for one type and one converter, as adapters and versions call them."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar, assert_never

from cattrs import Converter

from rtmodels.converter._configure import find_options, is_configured, make_untouched
from rtmodels.converter._hook import Hook
from rtmodels.converter._issues import FullError, Report, exception_issues
from rtmodels.converter._options import Mode, Options
from rtmodels.converter._plan import hook_type, plan_class, plan_type
from rtmodels.converter._shapes import (
    AnyJson,
    Array,
    Base64,
    Custom,
    Literals,
    Map,
    Nullable,
    Object,
    Scalar,
    Shape,
    TaggedUnion,
    UntaggedUnion,
)
from rtmodels.errors import EncodeError, Issue, ValidationError
from rtmodels.schema._model import Unknown

if TYPE_CHECKING:
    from typing_extensions import TypeForm

__all__ = [
    "adapter_converter",
    "base64_fields",
    "calls_user_hooks",
    "find_hook",
    "find_options",
    "is_configured",
    "structure_function",
    "unstructure_function",
    "without_hooks",
]

T = TypeVar("T")


def adapter_converter(
    mode: Mode, *, binary: bool, max_depth: int, parsed: bool
) -> Converter:
    """Return a new converter as `make_converter` does.

    Its instances share values of unknown shape with the input if that is always
    *parsed*, since nothing else refers to what a parser of an adapter returns.
    """
    return make_untouched(Options(mode, binary, max_depth, shares=parsed))


def without_hooks(converter: Converter) -> Converter:
    """Return a new converter with the options of *converter*, and no other hooks."""
    return make_untouched(find_options(converter))


def structure_function(
    type_: "TypeForm[T]", converter: Converter, *, parsed: bool = False
) -> Callable[[Any], T]:
    """Return the function that structures parsed data as *type_*.

    The function raises no exception but `ValidationError`, even if hooks raise others.

    Args:
        type_: A class of the schema, a union or tuple of such classes, or any other
            type that *converter* supports.
        converter: A configured converter.
        parsed: Whether a parser makes all the data, which then consists of plain dicts,
            lists and scalars.
    """
    builtin = find_hook(type_, converter)
    if builtin is not None:
        return builtin.bind(parsed=parsed)

    hook = converter.get_structure_hook(type_)

    def structure(value: Any) -> T:
        try:
            instance: T = hook(value, type_)
        except Exception as exc:
            # User-defined hooks may raise anything; callers handle this one error.
            raise ValidationError(_issues(exc, type_, value)) from exc

        return instance

    return structure


def unstructure_function(
    type_: "TypeForm[T]", converter: Converter
) -> Callable[[T], Any]:
    """Return the function that unstructures instances of *type_*.

    The function raises no exception but `EncodeError`. The arguments are those of
    `structure_function`.
    """
    hook = converter.get_unstructure_hook(type_)
    if isinstance(hook, Hook):
        return hook.bind()

    def unstructure(value: T) -> Any:
        try:
            return hook(value)
        except Exception as exc:
            raise EncodeError(_issues(exc, type_, value)) from exc

    return unstructure


def find_hook(type_: Any, converter: Converter) -> Hook | None:
    """Return the structure hook for *type_* if it is built-in, and otherwise None."""
    hook = converter.get_structure_hook(type_)
    return hook if isinstance(hook, Hook) else None


def calls_user_hooks(type_: Any, converter: Converter) -> bool:
    """Check whether structuring *type_* may call a user-defined hook, at any depth.

    This plans all classes in *type_*, which takes milliseconds.
    """
    if find_hook(type_, converter) is None:
        return True

    # Classes may be recursive, so each shape is visited once, from a list.
    seen: set[Shape] = set()
    todo = [plan_type(type_)]
    while todo:
        shape = todo.pop()
        if shape not in seen:
            seen.add(shape)
            part = hook_type(shape)
            if part is not None and find_hook(part, converter) is None:
                return True
            todo += _parts(shape)

    return False


def _parts(shape: Shape) -> Iterable[Shape]:
    """Return the shapes of the parts of *shape*."""
    match shape:
        case Nullable(inner) | Array(inner) | Map(inner):
            return (inner,)
        case UntaggedUnion(shapes):
            return shapes
        case TaggedUnion(members=members):
            unknown = [plan_type(Unknown)] if shape.unknown else []
            return [*map(Object, members), *unknown]
        case Object(cls):
            return [field.shape for field in plan_class(cls).fields]
        case Scalar() | Literals() | Base64() | AnyJson() | Custom():
            return ()
        case _:
            assert_never(shape)


def base64_fields(type_: Any, converter: Converter) -> dict[str, str]:
    """Return the base64 field of each audio event in *type_*, by its ``type``.

    Audio events are the classes with exactly one required base64 field. Those with a
    user-defined hook are left out.
    """
    if find_hook(type_, converter) is None:
        return {}

    found = {}
    for cls in _root_classes(plan_type(type_)):
        fields = {
            field.name: field for field in plan_class(cls).fields if field.required
        }

        tag = fields["type"].constant if "type" in fields else None
        keys = [name for name, field in fields.items() if field.shape == Base64()]

        if tag and len(keys) == 1 and find_hook(cls, converter):
            found[tag] = keys[0]

    return found


def _root_classes(shape: Shape) -> tuple[type, ...]:
    """Return the classes of instances of *shape* itself, not of its parts."""
    match shape:
        case Object(cls):
            return (cls,)
        case TaggedUnion(members=members):
            return members
        case (
            Scalar()
            | Literals()
            | Base64()
            | AnyJson()
            | Nullable()
            | Array()
            | Map()
            | UntaggedUnion()
            | Custom()
        ):
            return ()
        case _:
            assert_never(shape)


def _issues(exc: Exception, type_: Any, value: object) -> tuple[Issue, ...]:
    """Return the issues in an exception of a user-defined hook for *value*."""
    report = Report()
    try:
        report.add_exception(exc, None, type_, value)
    except FullError:
        pass
    except Exception as hostile:  # noqa: BLE001 - of code in *value* or *exc*
        return exception_issues(hostile)
    return tuple(report.issues)
