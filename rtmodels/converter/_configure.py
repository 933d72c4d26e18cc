"""Registration of the built-in hooks with a cattrs converter."""

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, TypeAlias, get_args, get_origin
from weakref import ref

from cattrs import Converter

from rtmodels.converter._hook import Context, Hook
from rtmodels.converter._options import MAX_DEPTH, Mode, Options
from rtmodels.converter._plan import (
    UNION_ORIGINS,
    is_builtin_shape,
    is_schema_class,
    plan_type,
)
from rtmodels.converter.structure._factory import StructureContext
from rtmodels.converter.unstructure._factory import UnstructureContext
from rtmodels.schema._model import Extra

__all__ = [
    "Verb",
    "configure",
    "find_context_hook",
    "find_options",
    "is_configured",
    "make_converter",
    "make_untouched",
    "register_hooks",
]

Verb: TypeAlias = Literal["decode", "encode"]
"""The direction of a conversion."""


def make_converter(
    *, mode: Mode = "tolerant", binary: bool = False, max_depth: int = MAX_DEPTH
) -> Converter:
    """Return a new cattrs converter that supports the types of rtmodels.

    Args:
        mode: How much to accept: ``strict``, ``tolerant`` or ``forgiving``.
        binary: Whether to unstructure audio to bytes, for MessagePack, rather than to
            base64 text.
        max_depth: Maximum nesting depth, in levels, of values that no schema class
            describes: from 1 to 200.

    Raises:
        ValueError: *mode* is unknown, or *max_depth* is out of range.
    """
    return configure(Converter(), mode=mode, binary=binary, max_depth=max_depth)


def configure(
    converter: Converter,
    *,
    mode: Mode = "tolerant",
    binary: bool = False,
    max_depth: int = MAX_DEPTH,
) -> Converter:
    """Register hooks for the types of rtmodels with *converter*, and return it.

    Nothing else about the converter changes.

    A hook that you register for one of the classes, for a union of them, or for an
    alias such as `ToolChoice`, replaces the built-in hook, even where the type is
    nested inside another class. Register hooks before the first use of the converter.
    Register hooks for unions, and hook factories, after `configure`.

    If a conversion succeeds, your hook has been called once for each value. A nested
    structure hook gets a copy of the value, which it may change. If the conversion
    fails in forgiving mode, the hook may have been called twice, with equal copies.

    To change what a built-in hook does, wrap it::

        built_in = converter.get_structure_hook(RealtimeResponse)
        converter.register_structure_hook(
            RealtimeResponse, lambda value, type_: built_in(rename(value), type_)
        )

    cattrs' `make_dict_structure_fn` and `make_dict_unstructure_fn` raise a `TypeError`
    for the classes of rtmodels, since their functions would lose undeclared keys.

    A `ValidationError` that the converter raises is also a group of exceptions, whose
    paths and reasons `cattrs.transform_error` lists.

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
    return register_hooks(converter, Options(mode, binary, max_depth))


def register_hooks(converter: Converter, options: Options) -> Converter:
    """Register the hooks of `configure` with *converter*, and return it."""

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

    # cattrs asks for the hooks of attributes to write its own function for a class.
    converter.register_structure_hook_factory(
        _is_extra, partial(_refuse_extra, "structure")
    )
    converter.register_unstructure_hook_factory(
        _is_extra, partial(_refuse_extra, "unstructure")
    )

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


def make_untouched(options: Options) -> Converter:
    """Return a new converter whose contexts know that it has no user-defined hooks."""
    converter = register_hooks(Converter(), options)
    for verb in get_args(Verb):
        hook = find_context_hook(converter, verb)
        # Only cattrs may hold the hook: native programs notice when it dies.
        is_untouched = partial(_is_current, ref(hook), converter, verb)
        hook(None, None).has_only_builtin = is_untouched
    return converter


def _is_current(
    hook: "ref[Callable[..., Context]]", converter: Converter, verb: Verb
) -> bool:
    """Return whether no hook has been registered since *converter* returned *hook*."""
    return find_context_hook(converter, verb) is hook()


def find_options(converter: Converter) -> Options:
    """Return the settings with which *converter* was configured."""
    return find_context_hook(converter, "decode")(None, _ContextOf).options


def is_configured(converter: Converter) -> bool:
    """Check whether *converter* has the hooks of `configure`."""
    try:
        find_options(converter)
    except Exception:  # noqa: BLE001 - it may be any object
        return False
    return True


def find_context_hook(converter: Converter, verb: Verb) -> Callable[..., Context]:
    """Return the function that returns the context for one direction.

    Only the cache of cattrs holds it: it dies when another hook is registered.
    """
    if verb == "decode":
        return converter.get_structure_hook(_ContextOf)
    return converter.get_unstructure_hook(_ContextOf)


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


def _is_extra(type_: Any) -> bool:
    """Return whether *type_* is that of the attribute ``extra``."""
    return bool(type_ == Extra)


def _refuse_extra(verb: str, _: Any, __: Converter) -> Callable[..., Any]:
    """Raise the error for a function of cattrs that would read or write ``extra``."""
    raise TypeError(
        f"make_dict_{verb}_fn would lose undeclared keys of a class of rtmodels; wrap "
        f"the built-in hook instead: built_in = converter.get_{verb}_hook(cls), then "
        f"converter.register_{verb}_hook(cls, ...) with a function that calls built_in"
    )


def is_builtin_type(type_: Any) -> bool:
    """Return whether *type_* gets a built-in hook.

    Such types are the classes of the schema, open sets, unions and tuples of them, and
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

    return is_builtin_shape(shape)


def _mentions_schema_class(type_: Any) -> bool:
    """Return whether *type_* mentions a class of the schema, at any depth."""
    return is_schema_class(type_) or any(map(_mentions_schema_class, get_args(type_)))
