"""Python functions as tools: their parameters as a JSON Schema."""

import inspect
import re
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
from dataclasses import MISSING, is_dataclass
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

from rtmodels._building.checks import check_word
from rtmodels.schema.mcp import MCPTool, ToolChoiceMCP
from rtmodels.schema.tools import (
    RealtimeFunctionTool,
    RealtimeTool,
    ToolChoiceFunction,
    ToolChoiceOptions,
)

__all__ = [
    "ToolChoiceArgument",
    "ToolsArgument",
    "function_tool",
    "to_tool_choice",
    "to_tools",
]

ToolsArgument: TypeAlias = Iterable[Callable[..., Any] | RealtimeTool]
"""Tools, and functions to describe as tools."""

ToolChoiceArgument: TypeAlias = ToolChoiceOptions | ToolChoiceFunction | ToolChoiceMCP
"""How free the model is to call tools; its words are a closed set."""

Schema: TypeAlias = dict[str, Any]

Field: TypeAlias = tuple[str, Any, Any]
"""The name, the type and the default of a key.

The default is ``Parameter.empty`` if the key is required.
"""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""The names that OpenAI accepts for functions."""

_SCALARS: Mapping[Any, Schema] = {
    Any: {},
    object: {},
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    time: {"type": "string", "format": "time"},
    UUID: {"type": "string", "format": "uuid"},
}

_ARRAYS = {list, Sequence, MutableSequence, Collection, Iterable}
_SETS = {set, frozenset}
_MAPS = {dict, Mapping, MutableMapping}


def function_tool(function: Callable[..., Any]) -> RealtimeFunctionTool:
    """Return the `RealtimeFunctionTool` that describes a Python function to the model.

    ::

        def get_weather(
            city: Annotated[str, "The city, in English"],
            unit: Literal["celsius", "fahrenheit"] = "celsius",
        ) -> dict[str, Any]:
            '''Return the weather in a city. Say that you are looking it up.'''

    The tool has the name of the function, its docstring as the description, and a JSON
    Schema of its annotations. The model reads all of them, and a string in
    ``Annotated`` as well.

    The model's call is an item with ``arguments``, which are JSON:
    ``get_weather(**json.loads(item.arguments))``. For a parameter that is a class or an
    enum, they have the value that ``cattrs.structure`` accepts.

    Args:
        function: A function, coroutine function or bound method whose parameters are
            annotated with built-in types, ``Literal``, enums, dates, dataclasses,
            classes of attrs and ``TypedDict``, and with unions and collections of
            these.

    Raises:
        TypeError: *function* has no name, a parameter has no annotation or another
            type, or it cannot be passed by name.
    """
    name = getattr(function, "__name__", "")
    if not _NAME.fullmatch(name):
        raise TypeError(
            f"{function!r} cannot be a tool: define a function with a name of ASCII "
            "letters, digits and underscores"
        )

    describer = _Describer()
    try:
        parameters = describer.describe_fields(_find_parameters(function))
    except (NameError, TypeError, ValueError) as exc:
        raise TypeError(f"{name}: {exc}") from exc

    if describer.definitions:
        parameters["$defs"] = describer.definitions
    return RealtimeFunctionTool(
        name=name, description=inspect.getdoc(function), parameters=parameters
    )


def to_tools(tools: ToolsArgument | None) -> tuple[RealtimeTool, ...] | None:
    """Return the tools, with functions described."""
    if tools is None:
        return None
    return tuple([function_tool(tool) if callable(tool) else tool for tool in tools])


def to_tool_choice(
    choice: ToolChoiceArgument | None, tools: tuple[RealtimeTool, ...] | None
) -> ToolChoiceArgument | None:
    """Return *choice*; raise a `ValueError` if it names a tool that *tools* lacks."""
    match choice:
        case ToolChoiceFunction(name=name):
            names = {t.name for t in tools or () if isinstance(t, RealtimeFunctionTool)}
        case ToolChoiceMCP(server_label=name):
            names = {t.server_label for t in tools or () if isinstance(t, MCPTool)}
        case _:
            return check_word("tool_choice", choice, ToolChoiceOptions)

    # Without tools, the choice is among those of the session.
    if tools is not None and name not in names:
        raise ValueError(f"tool_choice names {name!r}, which is not among the tools")
    return choice


class _Describer:
    """Builds the JSON Schema of types; classes become definitions."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}
        self._references: dict[Any, Schema] = {}

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

        return {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }

    def describe(self, type_: Any) -> Schema:
        """Return the schema of a type; raise a `TypeError` if there is none."""
        origin, args = get_origin(type_) or type_, get_args(type_)
        if origin is Annotated:
            texts = [text for text in args[1:] if isinstance(text, str)]
            schema = self.describe(args[0])
            return {**schema, "description": texts[0]} if texts else schema
        if origin in (Required, NotRequired):
            return self.describe(args[0])
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
                raise TypeError("the keys of JSON objects are strings")
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
        if type_ in self._references:
            return self._references[type_]
        if not _is_named(type_):
            shown = type_.__qualname__ if isinstance(type_, type) else repr(type_)
            raise TypeError(
                f"{shown} is neither a type of JSON nor a class with fields"
            )

        # Two classes may have the same name. The reference comes before the fields,
        # which may refer to their own class.
        name: str = type_.__name__
        while name in self.definitions:
            name += "_"
        reference = self._references[type_] = {"$ref": f"#/$defs/{name}"}
        self.definitions[name] = {}
        self.definitions[name] = self._describe_definition(type_)
        return reference

    def _describe_definition(self, type_: Any) -> Schema:
        """Return the schema of a class with fields, or of the type behind a name."""
        for attribute in ("__supertype__", "__value__"):
            if hasattr(type_, attribute):
                return self.describe(getattr(type_, attribute))

        hints = get_type_hints(type_, include_extras=True)
        return self.describe_fields(
            [(name, hints[name], default) for name, default in _find_fields(type_)]
        )


def _find_parameters(function: Any) -> Iterator[Field]:
    """Yield name, type and default of each parameter; raise a `TypeError` for others.

    Others have no annotation, or cannot be passed by name.
    """
    # Unlike those of a signature, type hints also resolve names inside of others.
    is_class = isinstance(function, type)
    annotated = function.__init__ if is_class else function
    hints = get_type_hints(annotated, include_extras=True)

    for name, parameter in inspect.signature(function).parameters.items():
        if name not in hints:
            raise TypeError(f"the parameter {name} has no annotation")
        if parameter.kind not in (
            parameter.POSITIONAL_OR_KEYWORD,
            parameter.KEYWORD_ONLY,
        ):
            raise TypeError(f"the parameter {name} cannot be passed by name")
        yield name, hints[name], parameter.default


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
