"""Remote tools over MCP, the Model Context Protocol, which the server calls itself.

A session offers an `MCPTool`. The server fetches the list of its tools, asks for
approval where it must, calls a tool, and puts each of these steps into the
conversation as an item.
"""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from rtmodels._display import redact
from rtmodels.schema._model import UNSET, Model, Unknown, Unset

__all__ = [
    "CallableToolAllowedCaller",
    "MCPApprovalPolicy",
    "MCPConnectorId",
    "MCPListToolsTool",
    "MCPTool",
    "MCPToolFilter",
    "MCPToolRequireApproval",
    "RealtimeMCPApprovalRequest",
    "RealtimeMCPApprovalResponse",
    "RealtimeMCPError",
    "RealtimeMCPHTTPError",
    "RealtimeMCPListTools",
    "RealtimeMCPProtocolError",
    "RealtimeMCPToolCall",
    "RealtimeMCPToolExecutionError",
    "ToolChoiceMCP",
]

MCPConnectorId: TypeAlias = Literal[
    "connector_dropbox",
    "connector_gmail",
    "connector_googlecalendar",
    "connector_googledrive",
    "connector_microsoftteams",
    "connector_outlookcalendar",
    "connector_outlookemail",
    "connector_sharepoint",
]
"""A service that OpenAI itself connects to, with no MCP server of one's own."""

CallableToolAllowedCaller: TypeAlias = Literal["direct", "programmatic"]
"""Who may call a tool: the model itself, or a program that the model has written."""

MCPApprovalPolicy: TypeAlias = Literal["always", "never"]
"""Whether every call of every tool waits for approval, or none does."""


@frozen(kw_only=True, repr=False)
class MCPToolFilter(Model):
    """A selection among the tools of one MCP server."""

    tool_names: tuple[str, ...] | None = None
    """The tools selected, by name."""

    read_only: bool | None = None
    """Whether to select the tools that the MCP server declares to change nothing."""


@frozen(kw_only=True, repr=False)
class MCPToolRequireApproval(Model):
    """The need for approval, tool by tool."""

    always: MCPToolFilter | None = None
    """The tools whose every call waits for approval."""

    never: MCPToolFilter | None = None
    """The tools that the server may call at once."""


@frozen(kw_only=True, repr=False)
class MCPTool(Model):
    """An MCP server whose tools the model may use.

    One of *server_url*, *connector_id* and *tunnel_id* says where it is.
    """

    server_label: str
    """The name by which items and tool choices mention this MCP server."""

    type: Literal["mcp"] = "mcp"
    """Tells MCP servers from functions."""

    server_url: str | None = None
    """The web address of the MCP server."""

    connector_id: MCPConnectorId | str | None = None
    """A service with a built-in connector, in place of an address."""

    tunnel_id: str | None = None
    """A tunnel into a private network: ``tunnel_`` and 32 small letters or digits."""

    authorization: str | None = field(default=None, repr=redact)
    """An OAuth access token for the MCP server or connector."""

    server_description: str | None = None
    """What the MCP server is for, as a hint to the model."""

    headers: Mapping[str, str] | None | Unset = field(
        default=UNSET, hash=False, repr=redact
    )
    """HTTP headers to send to the MCP server, by name."""

    allowed_tools: tuple[str, ...] | MCPToolFilter | None | Unset = UNSET
    """The tools to offer to the model, by name or by filter."""

    allowed_callers: tuple[CallableToolAllowedCaller | str, ...] | None | Unset = UNSET
    """Who may call the tools; at least one."""

    require_approval: (
        MCPToolRequireApproval | MCPApprovalPolicy | str | None | Unset
    ) = UNSET
    """Which calls wait until a `RealtimeMCPApprovalResponse` lets them through."""

    defer_loading: bool | None = None
    """Whether the tools stay out of the model's sight until it searches for them."""


@frozen(kw_only=True, repr=False)
class MCPListToolsTool(Model):
    """One tool, as its MCP server describes it."""

    name: str
    """What the model calls the tool."""

    input_schema: Mapping[str, Any] = field(hash=False)
    """The arguments that the tool takes, as a JSON Schema."""

    description: str | None | Unset = UNSET
    """What the tool does, in words for the model."""

    annotations: Mapping[str, Any] | None | Unset = field(default=UNSET, hash=False)
    """Hints about the tool, such as ``readOnlyHint``."""


@frozen(kw_only=True, repr=False)
class RealtimeMCPListTools(Model):
    """The conversation item with the tools that an MCP server was found to have."""

    server_label: str
    """The MCP server that was asked."""

    tools: tuple[MCPListToolsTool, ...]
    """The tools it has."""

    type: Literal["mcp_list_tools"] = "mcp_list_tools"
    """Tells this kind of item from the others."""

    id: str | None = None
    """Which item this is."""


@frozen(kw_only=True, repr=False)
class RealtimeMCPProtocolError(Model):
    """A call that failed because the MCP server answered with a protocol error."""

    code: int
    """The JSON-RPC error code, such as -32602 for bad parameters."""

    message: str
    """What went wrong, in words."""

    type: Literal["protocol_error"] = "protocol_error"
    """Tells this kind of error from the others."""


@frozen(kw_only=True, repr=False)
class RealtimeMCPToolExecutionError(Model):
    """A call that reached the tool, and that the tool itself could not carry out."""

    message: str
    """What went wrong, in words."""

    type: Literal["tool_execution_error"] = "tool_execution_error"
    """Tells this kind of error from the others."""


@frozen(kw_only=True, repr=False)
class RealtimeMCPHTTPError(Model):
    """A call that the MCP server turned down with an HTTP error status."""

    code: int
    """The HTTP status, such as 401."""

    message: str
    """What went wrong, in words."""

    type: Literal["http_error"] = "http_error"
    """Tells this kind of error from the others."""


RealtimeMCPError: TypeAlias = (
    RealtimeMCPProtocolError
    | RealtimeMCPToolExecutionError
    | RealtimeMCPHTTPError
    | Unknown
)
"""Why a call of an MCP tool failed."""


@frozen(kw_only=True, repr=False)
class RealtimeMCPToolCall(Model):
    """The conversation item for one call of an MCP tool, made by the server itself."""

    id: str
    """Which item this is."""

    server_label: str
    """The MCP server that has the tool."""

    name: str
    """The tool called."""

    arguments: str
    """What the tool is called with: a JSON object, as text."""

    type: Literal["mcp_call"] = "mcp_call"
    """Tells this kind of item from the others."""

    approval_request_id: str | None | Unset = UNSET
    """The `RealtimeMCPApprovalRequest` that came before the call, if there was one."""

    output: str | None | Unset = UNSET
    """What the tool gave back, as text."""

    error: RealtimeMCPError | None | Unset = UNSET
    """Why the call failed, if it did."""


@frozen(kw_only=True, repr=False)
class RealtimeMCPApprovalRequest(Model):
    """The conversation item with which the server asks to be let call an MCP tool."""

    id: str
    """Which item this is; the answer names it."""

    server_label: str
    """The MCP server that has the tool."""

    name: str
    """The tool that the model wants to call."""

    arguments: str
    """What it wants to call the tool with: a JSON object, as text."""

    type: Literal["mcp_approval_request"] = "mcp_approval_request"
    """Tells this kind of item from the others."""


@frozen(kw_only=True, repr=False)
class RealtimeMCPApprovalResponse(Model):
    """The conversation item with which a client grants or refuses a call."""

    id: str
    """Which item this is, chosen by the client."""

    approval_request_id: str
    """The `RealtimeMCPApprovalRequest` that this answers."""

    approve: bool
    """Whether the call may go ahead."""

    type: Literal["mcp_approval_response"] = "mcp_approval_response"
    """Tells this kind of item from the others."""

    reason: str | None | Unset = UNSET
    """Why, in words for the model."""


@frozen(kw_only=True, repr=False)
class ToolChoiceMCP(Model):
    """An instruction that the model must use a certain MCP server."""

    server_label: str
    """The MCP server to use."""

    type: Literal["mcp"] = "mcp"
    """Tells this choice from that of a function."""

    name: str | None | Unset = UNSET
    """The one tool to use; without it, any tool of the MCP server will do."""
