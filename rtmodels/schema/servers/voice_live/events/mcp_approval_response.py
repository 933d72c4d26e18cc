"""The event with which a client of Voice Live answers a request for approval."""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import Model

__all__ = ["VoiceLiveMcpApprovalResponseEvent"]


@frozen(kw_only=True, repr=False)
class VoiceLiveMcpApprovalResponseEvent(Model):
    """Grants or refuses a call of an MCP tool.

    Microsoft's SDK names the event without saying what is in it; the keys are those of
    `VoiceLiveMCPApprovalResponseItem`, by which its reference answers such requests.
    """

    type: Literal["mcp_approval_response"] = "mcp_approval_response"

    event_id: str | None = None

    approval_request_id: str | None = None
    """The `VoiceLiveMCPApprovalRequestItem` that this answers."""

    approve: bool | None = None
    """Whether the call may go ahead."""
