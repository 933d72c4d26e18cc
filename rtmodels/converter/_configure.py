"""Registers the hooks for built-in types with a cattrs converter."""

from collections.abc import Callable
from functools import partial
from typing import Any, assert_never, get_args, get_origin

from cattrs import Converter

from rtmodels.converter._hook import Context, Hook
from rtmodels.converter._options import MAX_DEPTH, Mode, Options
from rtmodels.converter._plan import UNION_ORIGINS, is_schema_class, plan_type
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
from rtmodels.converter.structure._factory import StructureContext
from rtmodels.converter.unstructure._factory import UnstructureContext

__all__ = ["configure"]

_TOKEN_LIMIT = UntaggedUnion((Literals(str, ("inf",), "always"), Scalar(int)))


def configure(
    converter: Converter,
    *,
    mode: Mode = "tolerant",
    binary: bool = False,
    max_depth: int = MAX_DEPTH,
) -> Converter:
    """Teach *converter* the types of rtmodels, and return it.

    Nothing else about it changes. A hook that you register for one of the classes, or
    for a union of them, wins over the built-in one, also where that class or union is
    nested inside another class. Register it before the first use; hooks for unions, and
    hook factories, after `configure`. A union of classes that no ``type`` or ``role``
    tells apart is a `TypeError`, unless a hook is registered for that very union.

    Args:
        converter: Any cattrs converter; its own settings stay as they are.
        mode: How much to accept: ``strict``, ``tolerant`` or ``forgiving``.
        binary: Unstructure audio to bytes, as MessagePack has them, not to base64 text.
            Structuring accepts either.
        max_depth: Maximum nesting depth, in levels, of values that no schema class
            describes: from 1 to 200, since no more can be written.

    Raises:
        ValueError: There is no such *mode*, or *max_depth* is out of range.
    """
    options = Options(mode, binary, max_depth)

    def structure_factory(type_: Any, converter: Converter) -> Callable[..., Any]:
        # cattrs keeps hooks for unions in a registry of its own and asks factories
        # first: a hook registered there before would lose against the built-in one.
        registered = getattr(converter, "_union_struct_registry", {}).get(type_)
        if registered is not None:
            hook: Callable[..., Any] = registered
            return hook
        context: Context = converter.get_structure_hook(_ContextOf)(None, _ContextOf)
        return context.make_hook(type_)

    def unstructure_factory(type_: Any, converter: Converter) -> Hook:
        context: Context = converter.unstructure(None, _ContextOf)
        return context.make_hook(type_)

    converter.register_structure_hook_factory(is_builtin_type, structure_factory)
    converter.register_unstructure_hook_factory(is_builtin_type, unstructure_factory)

    # All hooks of a converter share one context. cattrs keeps it as it keeps hooks:
    # each copy of a converter has its own, and so it has after a hook is registered.
    converter.register_structure_hook_factory(
        _is_context, partial(_make_context_hook, StructureContext, options)
    )
    converter.register_unstructure_hook_factory(
        _is_context, partial(_make_context_hook, UnstructureContext, options)
    )
    return converter


class _ContextOf:
    """What a converter structures or unstructures to its context."""


def _make_context_hook(
    cls: type[Context], options: Options, _: Any, converter: Converter
) -> Callable[..., Context]:
    """Return the hook that returns the context of *converter*."""
    context = cls(converter, options)
    return lambda *_: context


def _is_context(type_: Any) -> bool:
    """Return whether *type_* stands for the context of a converter."""
    return type_ is _ContextOf


def is_builtin_type(type_: Any) -> bool:
    """Return whether *type_* gets a built-in hook.

    That is a class of the schema, a union or a tuple of such, or `MaxOutputTokens`.
    """
    if is_schema_class(type_):
        return True
    if get_origin(type_) is not tuple and get_origin(type_) not in UNION_ORIGINS:
        return False
    try:
        shape = plan_type(type_)
    except TypeError:  # the factory raises it, where the caller sees it
        return any(map(_mentions_schema_class, get_args(type_)))
    return shape in (_TOKEN_LIMIT, Nullable(_TOKEN_LIMIT)) or _holds_objects(shape)


def _mentions_schema_class(type_: Any) -> bool:
    """Return whether a class of the schema is in *type_*, at whatever depth."""
    return is_schema_class(type_) or any(map(_mentions_schema_class, get_args(type_)))


def _holds_objects(shape: Shape) -> bool:
    """Return whether classes of the schema are in *shape*, outside of maps."""
    match shape:
        case Object() | TaggedUnion():
            return True
        case Nullable(item) | Array(item):
            return _holds_objects(item)
        case UntaggedUnion(shapes):
            return any(map(_holds_objects, shapes))
        case Scalar() | Literals() | Base64() | AnyJson() | Map() | Custom():
            return False
        case _:
            assert_never(shape)
