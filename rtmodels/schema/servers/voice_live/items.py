"""What a conversation on Voice Live is made of."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from rtmodels.schema._model import UNSET, Model, Unknown, Unset
from rtmodels.schema.content import MessageImageDetail, UserContentType
from rtmodels.schema.items import (
    ItemStatus,
    RealtimeConversationItemFunctionCall,
    RealtimeConversationItemFunctionCallOutput,
    RealtimeConversationItemMessageSystem,
)
from rtmodels.schema.mcp import MCPListToolsTool

__all__ = [
    "VoiceLiveAssistantContentPart",
    "VoiceLiveAssistantContentType",
    "VoiceLiveAssistantMessageItem",
    "VoiceLiveConversationItem",
    "VoiceLiveFileSearchCallItem",
    "VoiceLiveFileSearchCallStatus",
    "VoiceLiveFileSearchResult",
    "VoiceLiveMCPApprovalRequestItem",
    "VoiceLiveMCPApprovalResponseItem",
    "VoiceLiveMCPCallItem",
    "VoiceLiveMCPListToolItem",
    "VoiceLiveUserContentPart",
    "VoiceLiveUserMessageItem",
    "VoiceLiveWebSearchCallItem",
    "VoiceLiveWebSearchCallStatus",
]


@frozen(kw_only=True, repr=False)
class VoiceLiveUserContentPart(Model):
    """One piece of what the user said, wrote or showed."""

    type: UserContentType | str | None = None
    """Whether this piece is text, audio or an image."""

    text: str | None = None
    """What the user wrote, in an ``input_text``."""

    audio: bytes | None | Unset = UNSET
    """What the user said, in an ``input_audio``; null in what the server reports."""

    image_url: str | None = None
    """A picture, in an ``input_image``: its web address, or a ``data:`` URL."""

    detail: MessageImageDetail | str | None = None
    """How closely to look at the picture, in an ``input_image``."""

    transcript: str | None | Unset = UNSET
    """The words in *audio*; null until they are known."""


@frozen(kw_only=True, repr=False)
class VoiceLiveUserMessageItem(Model):
    """A message from the user, as Voice Live reports it."""

    role: Literal["user"] = "user"
    """Tells user messages from the others."""

    content: tuple[VoiceLiveUserContentPart, ...]
    """The pieces of the message."""

    type: Literal["message"] = "message"
    """Tells messages from other kinds of item."""

    id: str | None = None
    """Which item this is: ``item_...``, unless the client chose an id of its own."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    status: ItemStatus | str | None = None
    """How far the item has come."""


VoiceLiveAssistantContentType: TypeAlias = Literal["text", "audio", "output_text"]
"""What one piece of an assistant message holds; clients may write ``output_text``."""


@frozen(kw_only=True, repr=False)
class VoiceLiveAssistantContentPart(Model):
    """One piece of what the model said or wrote, by the beta's names."""

    type: VoiceLiveAssistantContentType | str | None = None
    """Whether this piece is text or audio."""

    text: str | None = None
    """What the model wrote, in a ``text``."""

    audio: bytes | None | Unset = UNSET
    """What the model said, in an ``audio``, in the session's output format."""

    transcript: str | None | Unset = UNSET
    """The words in *audio*."""


@frozen(kw_only=True, repr=False)
class VoiceLiveAssistantMessageItem(Model):
    """A message from the model, as Voice Live reports it."""

    role: Literal["assistant"] = "assistant"
    """Tells the model's messages from the others."""

    content: tuple[VoiceLiveAssistantContentPart, ...]
    """The pieces of the message."""

    type: Literal["message"] = "message"
    """Tells messages from other kinds of item."""

    id: str | None = None
    """Which item this is: ``item_...``, unless the client chose an id of its own."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    status: ItemStatus | str | None = None
    """How far the item has come."""


@frozen(kw_only=True, repr=False)
class VoiceLiveMCPListToolItem(Model):
    """The tools that Voice Live found an MCP server to have."""

    server_label: str
    """The MCP server that was asked."""

    type: Literal["mcp_list_tools"] = "mcp_list_tools"
    """Tells this kind of item from the others."""

    id: str | None = None
    """Which item this is."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    tools: tuple[MCPListToolsTool, ...] | None = None
    """The tools it has, once they are known."""


@frozen(kw_only=True, repr=False)
class VoiceLiveMCPCallItem(Model):
    """One call of an MCP tool, made by Voice Live itself."""

    server_label: str
    """The MCP server that has the tool."""

    name: str
    """The tool called."""

    arguments: str
    """What the tool is called with: a JSON object, as text."""

    type: Literal["mcp_call"] = "mcp_call"
    """Tells this kind of item from the others."""

    id: str | None = None
    """Which item this is."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    approval_request_id: str | None | Unset = UNSET
    """The `VoiceLiveMCPApprovalRequestItem` before the call, if there was one."""

    output: str | None | Unset = UNSET
    """What the tool gave back, as text."""

    error: Mapping[str, Any] | str | None | Unset = field(default=UNSET, hash=False)
    """Why the call failed, if it did."""


@frozen(kw_only=True, repr=False)
class VoiceLiveMCPApprovalRequestItem(Model):
    """Voice Live's request to be let call an MCP tool."""

    server_label: str
    """The MCP server that has the tool."""

    name: str
    """The tool that the model wants to call."""

    type: Literal["mcp_approval_request"] = "mcp_approval_request"
    """Tells this kind of item from the others."""

    id: str | None = None
    """Which item this is; the answer names it."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    arguments: str | None = None
    """What it wants to call the tool with: a JSON object, as text."""


@frozen(kw_only=True, repr=False)
class VoiceLiveMCPApprovalResponseItem(Model):
    """The client's answer to a `VoiceLiveMCPApprovalRequestItem`."""

    approval_request_id: str
    """The request that this answers."""

    approve: bool
    """Whether the call may go ahead."""

    type: Literal["mcp_approval_response"] = "mcp_approval_response"
    """Tells this kind of item from the others."""

    id: str | None = None
    """Which item this is; the server chooses unless the client does."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    reason: str | None | Unset = UNSET
    """Why, in words for the model."""


VoiceLiveWebSearchCallStatus: TypeAlias = Literal[
    "in_progress", "searching", "completed", "failed"
]
"""How far a search of the web has come."""


@frozen(kw_only=True, repr=False)
class VoiceLiveWebSearchCallItem(Model):
    """A search of the web, made by Voice Live itself."""

    status: VoiceLiveWebSearchCallStatus | str
    """How far the search has come."""

    type: Literal["web_search_call"] = "web_search_call"
    """Tells this kind of item from the others."""

    id: str | None = None
    """Which item this is."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""


@frozen(kw_only=True, repr=False)
class VoiceLiveFileSearchResult(Model):
    """A passage of a file that a search found."""

    attributes: Mapping[str, Any] | None = field(default=None, hash=False)
    """Notes that were attached to the file, by name."""

    file_id: str | None = None
    """Which file."""

    filename: str | None = None
    """What the file is called."""

    score: float | None = None
    """How well the passage fits, from 0.0 to 1.0."""

    text: str | None = None
    """The passage itself."""


VoiceLiveFileSearchCallStatus: TypeAlias = Literal[
    "in_progress", "searching", "completed", "incomplete", "failed"
]
"""How far a search of files has come."""


@frozen(kw_only=True, repr=False)
class VoiceLiveFileSearchCallItem(Model):
    """A search of the customer's files, made by Voice Live itself."""

    status: VoiceLiveFileSearchCallStatus | str
    """How far the search has come."""

    type: Literal["file_search_call"] = "file_search_call"
    """Tells this kind of item from the others."""

    id: str | None = None
    """Which item this is."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    queries: tuple[str, ...] | None | Unset = UNSET
    """What was searched for."""

    results: tuple[VoiceLiveFileSearchResult, ...] | None | Unset = UNSET
    """What was found, if the session's ``include`` asks for it."""


VoiceLiveConversationItem: TypeAlias = (
    RealtimeConversationItemMessageSystem
    | VoiceLiveUserMessageItem
    | VoiceLiveAssistantMessageItem
    | RealtimeConversationItemFunctionCall
    | RealtimeConversationItemFunctionCallOutput
    | VoiceLiveMCPApprovalResponseItem
    | VoiceLiveMCPListToolItem
    | VoiceLiveMCPCallItem
    | VoiceLiveMCPApprovalRequestItem
    | VoiceLiveWebSearchCallItem
    | VoiceLiveFileSearchCallItem
    | Unknown
)
"""One entry of a conversation, whichever side sends it."""
