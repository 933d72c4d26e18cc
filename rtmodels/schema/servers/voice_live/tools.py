"""What the model may call on Voice Live."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from attrs import field, frozen

from rtmodels._display import redact
from rtmodels.schema._model import Model, Unknown
from rtmodels.schema.mcp import MCPApprovalPolicy
from rtmodels.schema.tools import RealtimeFunctionTool

__all__ = ["VoiceLiveMCPServer", "VoiceLiveTool"]


@frozen(kw_only=True, repr=False)
class VoiceLiveMCPServer(Model):
    """An MCP server whose tools the model may use, called by Voice Live itself."""

    server_label: str
    """The name by which items mention this MCP server."""

    server_url: str
    """The web address of the MCP server."""

    type: Literal["mcp"] = "mcp"
    """Tells MCP servers from functions."""

    authorization: str | None = field(default=None, repr=redact)
    """An access token for the MCP server."""

    headers: Mapping[str, str] | None = field(default=None, hash=False, repr=redact)
    """HTTP headers to send to the MCP server, by name."""

    allowed_tools: tuple[str, ...] | None = None
    """The tools to offer to the model, by name; all of them by default."""

    require_approval: Mapping[str, tuple[str, ...]] | MCPApprovalPolicy | str | None = (
        field(default=None, hash=False)
    )
    """Which calls wait for approval: one policy, or the names of tools by policy."""


VoiceLiveTool: TypeAlias = RealtimeFunctionTool | VoiceLiveMCPServer | Unknown
"""A function that the client runs, or an MCP server that Voice Live calls."""
