"""What a conversation is made of: messages, function calls and their outputs."""

from typing import Literal, TypeAlias

from attrs import frozen

from rtmodels.schema._model import Model, Unknown
from rtmodels.schema.content import (
    RealtimeConversationItemMessageAssistantContent,
    RealtimeConversationItemMessageSystemContent,
    RealtimeConversationItemMessageUserContent,
)
from rtmodels.schema.mcp import (
    RealtimeMCPApprovalRequest,
    RealtimeMCPApprovalResponse,
    RealtimeMCPListTools,
    RealtimeMCPToolCall,
)

__all__ = [
    "ItemPhase",
    "ItemStatus",
    "RealtimeConversationItem",
    "RealtimeConversationItemFunctionCall",
    "RealtimeConversationItemFunctionCallOutput",
    "RealtimeConversationItemMessageAssistant",
    "RealtimeConversationItemMessageSystem",
    "RealtimeConversationItemMessageUser",
]

ItemStatus: TypeAlias = Literal["completed", "incomplete", "in_progress"]
"""How far an item has come; ``incomplete`` means that its response was cut short."""

ItemPhase: TypeAlias = Literal["commentary", "final_answer"]
"""Whether the model talks about what it is doing, or gives its answer."""


@frozen(kw_only=True, repr=False)
class RealtimeConversationItemMessageSystem(Model):
    """A message that instructs the model in the middle of a conversation."""

    role: Literal["system"] = "system"
    """Tells system messages from the others."""

    content: tuple[RealtimeConversationItemMessageSystemContent, ...]
    """The pieces of the message."""

    type: Literal["message"] = "message"
    """Tells messages from other kinds of item."""

    id: str | None = None
    """Which item this is: ``item_...``, unless the client chose an id of its own."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    status: ItemStatus | str | None = None
    """How far the item has come; what a client sends here has no effect."""


@frozen(kw_only=True, repr=False)
class RealtimeConversationItemMessageUser(Model):
    """A message from the user: typed, spoken, or a picture."""

    role: Literal["user"] = "user"
    """Tells user messages from the others."""

    content: tuple[RealtimeConversationItemMessageUserContent, ...]
    """The pieces of the message."""

    type: Literal["message"] = "message"
    """Tells messages from other kinds of item."""

    id: str | None = None
    """Which item this is: ``item_...``, unless the client chose an id of its own."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    status: ItemStatus | str | None = None
    """How far the item has come; what a client sends here has no effect."""


@frozen(kw_only=True, repr=False)
class RealtimeConversationItemMessageAssistant(Model):
    """A message from the model, or one that a client puts into the model's mouth."""

    role: Literal["assistant"] = "assistant"
    """Tells the model's messages from the others."""

    content: tuple[RealtimeConversationItemMessageAssistantContent, ...]
    """The pieces of the message."""

    type: Literal["message"] = "message"
    """Tells messages from other kinds of item."""

    id: str | None = None
    """Which item this is: ``item_...``, unless the client chose an id of its own."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    status: ItemStatus | str | None = None
    """How far the item has come; what a client sends here has no effect."""

    phase: ItemPhase | str | None = None
    """Whether this is talk along the way or the answer, where the model says so."""


@frozen(kw_only=True, repr=False)
class RealtimeConversationItemFunctionCall(Model):
    """The model's wish to have a function called, which the client then does."""

    name: str
    """The function to call."""

    arguments: str
    """What to call it with: a JSON object, as text."""

    type: Literal["function_call"] = "function_call"
    """Tells this kind of item from the others."""

    id: str | None = None
    """Which item this is: ``item_...``, unless the client chose an id of its own."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    status: ItemStatus | str | None = None
    """How far the item has come; what a client sends here has no effect."""

    call_id: str | None = None
    """Which call this is, ``call_...``, so that its output can be matched to it."""


@frozen(kw_only=True, repr=False)
class RealtimeConversationItemFunctionCallOutput(Model):
    """What a function returned, sent by the client so that the model can continue."""

    call_id: str
    """The call that this answers: ``call_...``."""

    output: str
    """The result, as any text at all; JSON is usual, and empty is fine."""

    type: Literal["function_call_output"] = "function_call_output"
    """Tells this kind of item from the others."""

    id: str | None = None
    """Which item this is: ``item_...``, unless the client chose an id of its own."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    status: ItemStatus | str | None = None
    """How far the item has come; what a client sends here has no effect."""


RealtimeConversationItem: TypeAlias = (
    RealtimeConversationItemMessageSystem
    | RealtimeConversationItemMessageUser
    | RealtimeConversationItemMessageAssistant
    | RealtimeConversationItemFunctionCall
    | RealtimeConversationItemFunctionCallOutput
    | RealtimeMCPApprovalResponse
    | RealtimeMCPListTools
    | RealtimeMCPToolCall
    | RealtimeMCPApprovalRequest
    | Unknown
)
"""One entry of a conversation, told apart by ``type`` and, for messages, ``role``."""
