"""Registration of the built-in hooks with a cattrs converter."""

import contextlib
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

__all__ = ["configure", "find_options"]

_TOKEN_LIMIT = UntaggedUnion((Literals(str, ("inf",), "always"), Scalar(int)))


def configure(
    converter: Converter,
    *,
    mode: Mode = "tolerant",
    binary: bool = False,
    max_depth: int = MAX_DEPTH,
) -> Converter:
    """Register hooks for the types of rtmodels with *converter*, and return it.

    Nothing else about the converter changes.

    A hook that you register for one of the classes, or for a union of them, replaces
    the built-in hook, even where the class or union is nested inside another class.
    Register hooks before the first use of the converter. Register hooks for unions, and
    hook factories, after `configure`.

    A union of classes that neither ``type`` nor ``role`` tells apart raises a
    `TypeError`, unless a hook is registered for exactly that union.

    Args:
        converter: Any cattrs converter. Its settings stay as they are.
        mode: How much to accept: ``strict``, ``tolerant`` or ``forgiving``.
        binary: Whether to unstructure audio to bytes, for MessagePack, rather than to
            base64 text. Structuring accepts both. In forgiving mode, NaN and infinity
            are then kept as well.
        max_depth: Maximum nesting depth, in levels, of values that no schema class
            describes: from 1 to 200, the most that encoders can write.

    Raises:
        ValueError: *mode* is unknown, or *max_depth* is out of range.
    """
    options = Options(mode, binary, max_depth)

    def structure_factory(type_: Any, converter: Converter) -> Callable[..., Any]:
        # cattrs keeps hooks for unions in a private registry, and asks factories before
        # it: without this look-up, a registered hook would lose to the built-in one.
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

    # All hooks of a converter share one context. cattrs stores it like a hook, and so
    # makes a new one for a copy of the converter, and after another hook has been
    # registered: functions that were compiled with the old hooks stay behind.
    converter.register_structure_hook_factory(
        _is_context, partial(_make_context_hook, StructureContext, options)
    )
    converter.register_unstructure_hook_factory(
        _is_context, partial(_make_context_hook, UnstructureContext, options)
    )

    return converter


def find_options(converter: Converter) -> Options:
    """Return the settings with which *converter* was configured, or the defaults."""
    # A converter that was not configured has no hook for the context.
    with contextlib.suppress(Exception):
        context: Context = converter.get_structure_hook(_ContextOf)(None, _ContextOf)
        return context.options
    return Options()


class _ContextOf:
    """The key of the context: the hook for this class returns it."""


def _make_context_hook(
    cls: type[Context], options: Options, _: Any, converter: Converter
) -> Callable[..., Context]:
    """Return the hook that returns the context of *converter*."""
    context = cls(converter, options)
    return lambda *_: context


def _is_context(type_: Any) -> bool:
    """Return whether *type_* is the key of the context."""
    return type_ is _ContextOf


def is_builtin_type(type_: Any) -> bool:
    """Return whether *type_* gets a built-in hook.

    Such types are the classes of the schema, unions and tuples of them, and
    `MaxOutputTokens`.
    """
    if is_schema_class(type_):
        return True

    if get_origin(type_) is not tuple and get_origin(type_) not in UNION_ORIGINS:
        return False

    try:
        shape = plan_type(type_)
    except TypeError:
        # cattrs asks about every type that it meets, so this function must not raise.
        # The factory raises the same error, for the caller who asked for the type.
        return any(map(_mentions_schema_class, get_args(type_)))

    return shape in (_TOKEN_LIMIT, Nullable(_TOKEN_LIMIT)) or _holds_objects(shape)


def _mentions_schema_class(type_: Any) -> bool:
    """Return whether *type_* mentions a class of the schema, at any depth."""
    return is_schema_class(type_) or any(map(_mentions_schema_class, get_args(type_)))


def _holds_objects(shape: Shape) -> bool:
    """Return whether *shape* holds classes of the schema, outside of maps."""
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
