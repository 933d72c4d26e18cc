"""Events about asking an MCP server which tools it offers."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import Model

__all__ = [
    "McpListToolsCompletedEvent",
    "McpListToolsFailedEvent",
    "McpListToolsInProgressEvent",
]


@frozen(kw_only=True, repr=False)
class McpListToolsInProgressEvent(Model):
    """The tools of an MCP server are being fetched."""

    event_id: str

    item_id: str
    """The item that will hold the list."""

    type: Literal["mcp_list_tools.in_progress"] = "mcp_list_tools.in_progress"


@frozen(kw_only=True, repr=False)
class McpListToolsCompletedEvent(Model):
    """The tools of an MCP server are known, and the model can call them from now on."""

    event_id: str

    item_id: str
    """The item that holds the list."""

    type: Literal["mcp_list_tools.completed"] = "mcp_list_tools.completed"


@frozen(kw_only=True, repr=False)
class McpListToolsFailedEvent(Model):
    """The tools of an MCP server could not be fetched; the model has to do without."""

    event_id: str

    item_id: str
    """The item that was to hold the list."""

    type: Literal["mcp_list_tools.failed"] = "mcp_list_tools.failed"
