"""Our own classes, read by cattrs alone: its orjson converter and generated hooks.

`rtmodels.configure` is not used. The hooks here add what cattrs cannot see: the tag of
each union, the meaning of `UNSET`, and that audio is base64.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.preconf.orjson import make_converter

from rtmodels import UNSET, Model, RealtimeServerEvent, Unknown, Unset

label = "cattrs, its orjson converter"


def flatten(annotation: Any) -> list[Any]:
    """List the members of a union, or the annotation itself."""
    if get_origin(annotation) is Annotated:
        return [get_args(annotation)[0]]
    if get_origin(annotation) not in (Union, UnionType):
        return [annotation]
    return [item for part in get_args(annotation) for item in flatten(part)]


def is_special(annotation: Any) -> bool:
    """Return whether *annotation* is a union that cattrs has no strategy for."""
    members = flatten(annotation)
    return len(members) > 1 and (
        Unset in members
        or str in members
        or len([member for member in members if attrs.has(member)]) > 1
    )


def structure_model(cls: type, converter: Converter) -> Callable[..., Any]:
    """Generate the hook for a class."""
    return make_dict_structure_fn(cls, converter, extra=override(omit=True))


def unstructure_model(cls: type, converter: Converter) -> Callable[..., Any]:
    """Generate the hook for a class; a constant tag is written, other defaults not."""
    overrides = {
        field.name: override(omit_if_default=field.default in (None, UNSET))
        for field in attrs.fields(cls)
    }
    overrides["extra"] = override(omit=True)
    return make_dict_unstructure_fn(cls, converter, **overrides)


def structure_union(annotation: Any, converter: Converter) -> Callable[..., Any]:
    """Make the hook for a union: by tag if it has several classes."""
    members = [item for item in flatten(annotation) if item is not Unset]
    classes = [item for item in members if attrs.has(item) and item is not Unknown]
    if not classes:
        rest = Union[tuple(members)]
        if is_special(rest) and str not in members:
            return structure_union(rest, converter)

        hook = converter.get_structure_hook(rest) if str not in members else None
        return (lambda value, _: hook(value, rest)) if hook else lambda value, _: value

    read = structure_classes(classes, converter)
    if str in members:
        return lambda value, _: read(value) if isinstance(value, dict) else value
    if NoneType in members:
        return lambda value, _: None if value is None else read(value)
    return lambda value, _: read(value)


def structure_classes(
    classes: list[type], converter: Converter
) -> Callable[[Any], Any]:
    """Make the function that reads one of *classes*."""
    hooks = [converter.get_structure_hook(cls) for cls in classes]
    if len(classes) == 1:
        return lambda value: hooks[0](value, classes[0])

    by_tag: dict[Any, Callable[..., Any]] = {}
    by_role: dict[Any, Callable[..., Any]] = {}
    for cls, hook in zip(classes, hooks, strict=True):
        fields = attrs.fields(cls)
        if hasattr(fields, "role"):
            by_role[fields.role.default] = hook
        else:
            by_tag[fields.type.default] = hook

    by_tag.setdefault("message", lambda value, cls: by_role[value["role"]](value, cls))
    return lambda value: by_tag[value["type"]](value, None)


def is_model(cls: Any) -> bool:
    """Return whether *cls* is a class of rtmodels."""
    return isinstance(cls, type) and issubclass(cls, Model)


converter = make_converter(detailed_validation=False)
converter.register_structure_hook(bytes, lambda value, _: b64decode(value))
converter.register_unstructure_hook(bytes, lambda value: b64encode(value).decode())
converter.register_structure_hook_factory(is_model, structure_model)
converter.register_unstructure_hook_factory(is_model, unstructure_model)
converter.register_structure_hook_factory(is_special, structure_union)


def decode(frame: bytes) -> Any:
    """Parse, then structure."""
    return converter.loads(frame, RealtimeServerEvent)


encode = converter.dumps
