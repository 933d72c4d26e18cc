"""A turn of the model in the beta: how a client asks for one, and what comes of it.

`RealtimeConversationItemWithReference` is an older form of what it could refer to.
"""

from typing import Literal, TypeAlias

from attrs import field, frozen

from rtmodels.schema._model import UNSET, Model, Unset
from rtmodels.schema.beta.audio import RealtimeBetaAudioFormat, RealtimeBetaVoice
from rtmodels.schema.content import Prompt
from rtmodels.schema.items import ItemStatus, RealtimeConversationItem
from rtmodels.schema.response import (
    MaxOutputTokens,
    Metadata,
    OutputModality,
    RealtimeResponseStatusDetails,
    ResponseConversation,
    ResponseItemReference,
    ResponseStatus,
)
from rtmodels.schema.tools import RealtimeTool, ToolChoice
from rtmodels.schema.usage import RealtimeResponseUsage

__all__ = [
    "ItemWithReferenceContentType",
    "ItemWithReferenceRole",
    "ItemWithReferenceType",
    "RealtimeBetaResponse",
    "RealtimeBetaResponseCreateParams",
    "RealtimeConversationItemWithReference",
    "RealtimeConversationItemWithReferenceContent",
]


@frozen(kw_only=True, repr=False)
class RealtimeBetaResponse(Model):
    """One turn of the beta's model, reported as it begins and as it ends.

    It differs from `RealtimeResponse` in where the settings for audio are.
    """

    id: str | None = None
    """Which response this is: ``resp_...``."""

    object: Literal["realtime.response"] | str | None = None
    """What the object is: always a Realtime response."""

    status: ResponseStatus | str | None = None
    """How far the response has come."""

    status_details: RealtimeResponseStatusDetails | None = None
    """Why it ended that way, when there is more to say than the status does."""

    output: tuple[RealtimeConversationItem, ...] | None = None
    """The items that the model produced, in order."""

    metadata: Metadata | None | Unset = field(default=UNSET, hash=False)
    """The notes that the client attached when it asked for the response."""

    usage: RealtimeResponseUsage | None = None
    """The tokens that the response cost."""

    conversation_id: str | None = None
    """The conversation, ``conv_...``, that the output joined; none if out of band."""

    voice: RealtimeBetaVoice | None = None
    """The voice that speaks."""

    modalities: tuple[OutputModality | str, ...] | None = None
    """What the model was to answer in."""

    output_audio_format: RealtimeBetaAudioFormat | str | None = None
    """How the samples are encoded."""

    temperature: float | None | Unset = UNSET
    """How varied the answer was to be, from 0.6 to 1.2; null on Azure."""

    max_output_tokens: MaxOutputTokens | None = None
    """The limit on output tokens that applied."""

    custom_voice_id: str | None | Unset = UNSET
    """The custom voice that speaks; always null in what has been seen."""


@frozen(kw_only=True, repr=False)
class RealtimeBetaResponseCreateParams(Model):
    """What a client asks of one response in the beta; the session decides the rest."""

    modalities: tuple[OutputModality | str, ...] | None = None
    """What to answer in: ``("text",)``, or ``("audio", "text")`` for speech."""

    instructions: str | None = None
    """What to tell the model, in place of the session's instructions."""

    voice: RealtimeBetaVoice | None = None
    """The voice to use; it cannot change once the model has spoken in the session."""

    output_audio_format: RealtimeBetaAudioFormat | str | None = None
    """How to encode the samples."""

    tools: tuple[RealtimeTool, ...] | None = None
    """What the model may call, in place of the session's tools."""

    tool_choice: ToolChoice | None = None
    """Whether the model may, must or must not call a tool."""

    temperature: float | None = None
    """How varied the answer is to be, from 0.6 to 1.2."""

    max_output_tokens: MaxOutputTokens | None = None
    """The most tokens that the response may take."""

    conversation: ResponseConversation | None = None
    """Whether the output joins the conversation."""

    metadata: Metadata | None | Unset = field(default=UNSET, hash=False)
    """Notes that come back with the response, to tell it from others."""

    prompt: Prompt | None | Unset = UNSET
    """A stored prompt template to use."""

    input: tuple[RealtimeConversationItem | ResponseItemReference, ...] | None = None
    """What the model is to see in place of the conversation; empty hides all of it."""

    max_response_output_tokens: MaxOutputTokens | None = None
    """The most tokens that the response may take, by the name that servers go by."""


ItemWithReferenceContentType: TypeAlias = Literal[
    "input_text", "input_audio", "item_reference", "text"
]
"""What one piece of such an item holds, or that it points at another item."""


@frozen(kw_only=True, repr=False)
class RealtimeConversationItemWithReferenceContent(Model):
    """One piece of an item; *type* says which of the other fields it has."""

    type: ItemWithReferenceContentType | str | None = None
    """Whether this piece is text, audio or a reference."""

    text: str | None = None
    """What is written, in an ``input_text`` or ``text``."""

    id: str | None = None
    """The item pointed at, in an ``item_reference``."""

    audio: bytes | None = None
    """What is said, in an ``input_audio``, in the session's input format."""

    transcript: str | None = None
    """The words in *audio*."""


ItemWithReferenceType: TypeAlias = Literal[
    "message", "function_call", "function_call_output"
]
"""What such an item is."""

ItemWithReferenceRole: TypeAlias = Literal["user", "assistant", "system"]
"""Who speaks in a message."""


@frozen(kw_only=True, repr=False)
class RealtimeConversationItemWithReference(Model):
    """An item of any kind in one class; *type* says which of the fields it has."""

    id: str | None = None
    """Which item this is, or for a reference, which it points at."""

    type: ItemWithReferenceType | str | None = None
    """Whether the item is a message, a function call or its output."""

    object: Literal["realtime.item"] | str | None = None
    """What the object is: always a Realtime item."""

    status: ItemStatus | str | None = None
    """How far the item has come; what a client sends here has no effect."""

    role: ItemWithReferenceRole | str | None = None
    """Who speaks, in a message."""

    content: tuple[RealtimeConversationItemWithReferenceContent, ...] | None = None
    """The pieces of a message."""

    call_id: str | None = None
    """The call, ``call_...``, in a function call and in its output."""

    name: str | None = None
    """The function to call, in a function call."""

    arguments: str | None = None
    """What to call it with, in a function call: a JSON object, as text."""

    output: str | None = None
    """What the function gave back, in a function call's output."""
