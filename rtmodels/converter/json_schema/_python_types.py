"""The JSON Schema of Python's own types, and of classes outside of rtmodels.

The builder of schemas imports this module; so does what describes Python functions.
"""

import inspect
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    MutableSequence,
    Sequence,
)
from dataclasses import MISSING, dataclass, is_dataclass
from dataclasses import fields as dataclass_fields
from datetime import date, datetime, time
from enum import Enum
from math import isfinite
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)
from uuid import UUID

import attrs

Schema: TypeAlias = dict[str, Any]

Field: TypeAlias = tuple[str, Any, Any]
"""The name, the type and the default of a key.

The default is ``inspect.Parameter.empty`` if the key is required.
"""

JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}
"""The names of scalar types in JSON Schema."""

_SCALARS: Mapping[Any, Schema] = {
    Any: {},
    object: {},
    **{cls: {"type": name} for cls, name in JSON_TYPES.items()},
    NoneType: {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    time: {"type": "string", "format": "time"},
    UUID: {"type": "string", "format": "uuid"},
}

_ARRAYS = {list, Sequence, MutableSequence, Collection, Iterable}
_SETS = {set, frozenset}
_MAPS = {dict, Mapping, MutableMapping}


@dataclass(frozen=True, slots=True)
class PythonTypes:
    """Describes types of Python; classes become definitions of a larger document."""

    refer: Callable[[Any, str, Callable[[], Schema]], Schema]
    """Returns a reference to the definition of a type; see `SchemaBuilder.refer`."""

    describe_builtin: Callable[[Any], Schema | None]
    """Returns the schema of a type of rtmodels, or None for any other type."""

    closed: bool
    """Whether objects accept no other keys than those of their class."""

    def describe_fields(self, fields: Iterable[Field]) -> Schema:
        """Return the schema of an object with these keys."""
        properties: dict[str, Schema] = {}
        required = []
        for name, type_, default in fields:
            try:
                schema = self.describe(type_)
            except TypeError as exc:
                raise TypeError(f"{name}: {exc}") from None

            if default is inspect.Parameter.empty:
                required.append(name)
            elif _is_json(value := _to_value(default)):
                schema = {**schema, "default": value}
            properties[name] = schema

        schema = {"type": "object", "properties": properties, "required": required}
        return {**schema, "additionalProperties": False} if self.closed else schema

    def describe_root(self, type_: Any) -> Schema:
        """Return the schema of *type_* itself, instead of a reference to it."""
        return self._define(type_) if _is_named(type_) else self.describe(type_)

    def describe(self, type_: Any) -> Schema:
        """Return the schema of a type; raise a `TypeError` if there is none."""
        origin, args = get_origin(type_) or type_, get_args(type_)
        if origin is Annotated:
            texts = [text for text in args[1:] if isinstance(text, str)]
            schema = self.describe(args[0])
            return {**schema, "description": texts[0]} if texts else schema
        if origin in (Required, NotRequired):
            return self.describe(args[0])

        known = self.describe_builtin(type_)
        if known is not None:
            return known
        if origin in (Union, UnionType):
            return {"anyOf": [self.describe(member) for member in args]}
        if origin is Literal:
            return _describe_values(args)

        if origin in _ARRAYS | _SETS | _MAPS or origin is tuple:
            return self._describe_collection(origin, args)
        if type_ in _SCALARS:
            return _SCALARS[type_]
        if isinstance(type_, type) and issubclass(type_, Enum):
            return _describe_values(tuple(type_))
        return self._describe_named(type_)

    def _describe_collection(self, origin: Any, args: tuple[Any, ...]) -> Schema:
        """Return the schema of a list, set, tuple or mapping."""
        if origin in _MAPS:
            if args and self.describe(args[0]).get("type") != "string":
                raise TypeError("no JSON Schema for a mapping whose keys are not str")
            values = {"additionalProperties": self.describe(args[1])} if args else {}
            return {"type": "object", **values}
        if origin is tuple and args and args[-1] is not Ellipsis:
            items = [self.describe(item) for item in args if item != ()]
            size = {"minItems": len(items), "maxItems": len(items)}
            return {"type": "array", "prefixItems": items, **size}

        schema: Schema = {"type": "array"}
        if args:
            schema["items"] = self.describe(args[0])
        if origin in _SETS:
            schema["uniqueItems"] = True
        return schema

    def _describe_named(self, type_: Any) -> Schema:
        """Return a reference to the definition of a class or of a named type."""
        if not _is_named(type_):
            shown = type_.__qualname__ if isinstance(type_, type) else repr(type_)
            raise no_schema_error(shown)
        return self.refer(type_, type_.__name__, lambda: self._define(type_))

    def _define(self, type_: Any) -> Schema:
        """Return the schema of a class with fields, or of the type behind a name."""
        for attribute in ("__supertype__", "__value__"):
            if hasattr(type_, attribute):
                return self.describe(getattr(type_, attribute))

        hints = get_type_hints(type_, include_extras=True)
        return self.describe_fields(
            [(name, hints[name], default) for name, default in _find_fields(type_)]
        )


def no_schema_error(name: str) -> TypeError:
    """Return the error for a type that has no schema."""
    return TypeError(
        f"no JSON Schema for {name}: it is neither a type of JSON nor a class with "
        "fields"
    )


def _is_named(type_: Any) -> bool:
    """Check whether a type is a class with fields, or a name for another type."""
    if isinstance(type_, type) and (is_dataclass(type_) or attrs.has(type_)):
        return True
    # The last two are of a ``NewType`` and of a ``type`` statement.
    return (
        is_typeddict(type_)
        or hasattr(type_, "__supertype__")
        or hasattr(type_, "__value__")
    )


def _find_fields(cls: Any) -> Iterator[tuple[str, Any]]:
    """Yield the name and the default of each field that *cls* is made with."""
    required = inspect.Parameter.empty
    if is_typeddict(cls):
        for name in cls.__annotations__:
            # An ellipsis is a default that the schema does not show.
            yield name, required if name in cls.__required_keys__ else ...
    elif is_dataclass(cls):
        for field in dataclass_fields(cls):
            has_factory = field.default_factory is not MISSING
            default = required if field.default is MISSING else field.default
            if field.init:
                yield field.name, ... if has_factory else default
    else:
        for attribute in attrs.fields(cls):
            default = attribute.default
            if attribute.init:
                yield attribute.name, required if default is attrs.NOTHING else default


def _to_value(value: Any) -> Any:
    """Return the value of an enum's member, and any other value as it is."""
    return value.value if isinstance(value, Enum) else value


def _is_json(value: Any) -> bool:
    """Check whether *value* is a scalar that JSON has."""
    return isinstance(value, str | int | None) or (
        isinstance(value, float) and isfinite(value)
    )


def _describe_values(values: tuple[Any, ...]) -> Schema:
    """Return the schema of a closed set of values."""
    choices = [_to_value(value) for value in values]
    types = {type(choice) for choice in choices}
    if not types <= {str, int, float, bool, NoneType}:
        raise TypeError(f"JSON has no value {choices[0]!r}")
    shared = _SCALARS[types.pop()] if len(types) == 1 else {}
    return {**shared, "enum": choices}
