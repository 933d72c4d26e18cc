"""The functions for one type and one converter, as adapters and versions call them."""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar, assert_never

from cattrs import Converter

from rtmodels.converter._configure import register_hooks
from rtmodels.converter._hook import Hook
from rtmodels.converter._issues import FullError, Report
from rtmodels.converter._options import Mode, Options
from rtmodels.converter._plan import plan_class, plan_type
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
from rtmodels.errors import EncodeError, ValidationError

if TYPE_CHECKING:
    from typing_extensions import TypeForm

__all__ = [
    "adapter_converter",
    "base64_fields",
    "find_hook",
    "structure_function",
    "unstructure_function",
]

T = TypeVar("T")


def adapter_converter(
    mode: Mode, *, binary: bool, max_depth: int, parsed: bool
) -> Converter:
    """Return a new converter as `make_converter` does.

    Its instances share values of unknown shape with the input if that is always
    *parsed*, since nothing else refers to what a parser of an adapter returns.
    """
    return register_hooks(Converter(), Options(mode, binary, max_depth, shares=parsed))


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
        except ValidationError:
            raise
        except Exception as exc:
            # User-defined hooks may raise anything; callers handle this one error.
            raise ValidationError(_issues(exc, type_)) from exc

        return instance

    return structure


def unstructure_function(
    type_: "TypeForm[T]", converter: Converter
) -> Callable[[T], Any]:
    """Return the function that unstructures instances of *type_*.

    The function raises no exception but `EncodeError`. Inside a user-defined class, the
    paths begin at the object of the schema, since cattrs does not report where that is.
    The arguments are those of `structure_function`.
    """
    hook = converter.get_unstructure_hook(type_)
    if isinstance(hook, Hook):
        return hook.bind()

    def unstructure(value: T) -> Any:
        try:
            return hook(value)
        except EncodeError:
            raise
        except Exception as exc:
            raise EncodeError(_issues(exc, type_)) from exc

    return unstructure


def find_hook(type_: Any, converter: Converter) -> Hook | None:
    """Return the structure hook for *type_* if it is built-in, and otherwise None."""
    hook = converter.get_structure_hook(type_)
    return hook if isinstance(hook, Hook) else None


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


def _issues(exc: Exception, type_: Any) -> tuple[Any, ...]:
    """Return the issues in an exception of a user-defined hook."""
    report = Report()
    with suppress(FullError):
        report.add_exception(exc, None, type_)
    return tuple(report.issues)
