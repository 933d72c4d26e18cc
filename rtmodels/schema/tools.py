"""What the model may call, and whether it must."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from rtmodels.schema._model import Model, Unknown
from rtmodels.schema.mcp import MCPTool, ToolChoiceMCP

__all__ = [
    "RealtimeFunctionTool",
    "RealtimeTool",
    "ToolChoice",
    "ToolChoiceFunction",
    "ToolChoiceOptions",
]


@frozen(kw_only=True, repr=False)
class RealtimeFunctionTool(Model):
    """A function of the client's that the model may ask to have called."""

    type: Literal["function"] | None = "function"
    """Tells functions from MCP servers."""

    name: str | None = None
    """What the model calls the function."""

    description: str | None = None
    """When and how to call it, and what to tell the user meanwhile, for the model."""

    parameters: Mapping[str, Any] | None = field(default=None, hash=False)
    """The arguments that it takes, as a JSON Schema."""


RealtimeTool: TypeAlias = RealtimeFunctionTool | MCPTool | Unknown
"""A function that the client runs, or an MCP server that the Realtime server calls."""

ToolChoiceOptions: TypeAlias = Literal["none", "auto", "required"]
"""Whether the model calls no tool, calls one if it sees fit, or must call one."""


@frozen(kw_only=True, repr=False)
class ToolChoiceFunction(Model):
    """An instruction that the model must call a certain function."""

    name: str
    """The function to call."""

    type: Literal["function"] = "function"
    """Tells this choice from that of an MCP server."""


ToolChoice: TypeAlias = (
    ToolChoiceOptions | str | ToolChoiceFunction | ToolChoiceMCP | Unknown
)
"""How free the model is to call tools: a word, or the tool that it must call."""
