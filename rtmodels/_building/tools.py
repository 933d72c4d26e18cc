"""Python functions as tools."""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias, get_type_hints

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

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""The names that OpenAI accepts for functions."""


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

    # The other helpers do without the converter, which this module brings.
    from rtmodels.converter.json_schema._builder import (  # noqa: PLC0415
        describe_fields,
    )

    try:
        parameters = describe_fields(_find_parameters(function))
    except (NameError, TypeError, ValueError) as exc:
        raise TypeError(f"{name}: {exc}") from exc

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


def _find_parameters(function: Any) -> Iterator[tuple[str, Any, Any]]:
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
