"""A turn of the model: how a client asks for one, and what comes of it."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from attrs import field, frozen

from rtmodels.schema._model import UNSET, Model, OpenStr, Unset
from rtmodels.schema.audio import (
    RealtimeAudioFormats,
    VoiceIdsOrCustomVoice,
)
from rtmodels.schema.content import Prompt
from rtmodels.schema.items import RealtimeConversationItem
from rtmodels.schema.tools import RealtimeTool, ToolChoice
from rtmodels.schema.usage import RealtimeResponseUsage

__all__ = [
    "MaxOutputTokens",
    "Metadata",
    "OutputModality",
    "RealtimeReasoning",
    "RealtimeReasoningEffort",
    "RealtimeResponse",
    "RealtimeResponseAudio",
    "RealtimeResponseAudioOutput",
    "RealtimeResponseCreateParams",
    "RealtimeResponseCreateParamsAudio",
    "RealtimeResponseCreateParamsAudioOutput",
    "RealtimeResponseStatusDetails",
    "RealtimeResponseStatusDetailsError",
    "ResponseConversation",
    "ResponseItemReference",
    "ResponseStatus",
    "ResponseStatusDetailsReason",
    "ResponseStatusDetailsType",
]

OutputModality: TypeAlias = Literal["text", "audio"]
"""What the model answers in: writing, or speech along with its transcript."""

MaxOutputTokens: TypeAlias = int | Literal["inf"]
"""Most tokens a response may take, tool calls included; ``inf`` sets no limit."""

Metadata: TypeAlias = Mapping[str, str]
"""Notes of the client's own: up to 16, keys of 64 characters, values of 512."""

RealtimeReasoningEffort: TypeAlias = Literal[
    "minimal", "low", "medium", "high", "xhigh"
]
"""How hard a reasoning model thinks before it answers; less is quicker and cheaper."""


@frozen(kw_only=True, repr=False)
class RealtimeReasoning(Model):
    """Settings for models that think before they answer."""

    effort: RealtimeReasoningEffort | str | None = None
    """How hard to think."""


ResponseStatus: TypeAlias = Literal[
    "completed", "cancelled", "failed", "incomplete", "in_progress"
]
"""How far a response has come, or how it ended."""

ResponseStatusDetailsType: TypeAlias = Literal[
    "completed", "cancelled", "failed", "incomplete"
]
"""How a response ended: the same word as in its status."""

ResponseStatusDetailsReason: TypeAlias = Literal[
    "turn_detected", "client_cancelled", "max_output_tokens", "content_filter"
]
"""Why a response was cancelled (the first two) or left incomplete (the last two)."""


@frozen(kw_only=True, repr=False)
class RealtimeResponseStatusDetailsError(Model):
    """What made a response fail."""

    type: str | None = None
    """The kind of error, such as ``server_error``."""

    code: str | None = None
    """The error itself, as a code for programs."""

    message: str | None = None
    """The error in words."""


@frozen(kw_only=True, repr=False)
class RealtimeResponseStatusDetails(Model):
    """Why a response ended the way it did."""

    type: ResponseStatusDetailsType | str | None = None
    """How the response ended."""

    reason: ResponseStatusDetailsReason | str | None = None
    """What cut it short, if it was cancelled or is incomplete."""

    error: RealtimeResponseStatusDetailsError | None = None
    """What went wrong, if it failed."""


@frozen(kw_only=True, repr=False)
class RealtimeResponseAudioOutput(Model):
    """How the model's speech in a response sounds and is encoded."""

    format: RealtimeAudioFormats | None = None
    """How the samples are encoded."""

    voice: VoiceIdsOrCustomVoice | None = None
    """The voice that speaks."""


@frozen(kw_only=True, repr=False)
class RealtimeResponseAudio(Model):
    """The audio settings that a response was made with."""

    output: RealtimeResponseAudioOutput | None = None
    """How the speech sounds."""


@frozen(kw_only=True, repr=False)
class RealtimeResponse(Model):
    """One turn of model output, which the server reports as it begins and as it ends.

    *output* and *usage* are filled in at the end.
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

    audio: RealtimeResponseAudio | None = None
    """The audio settings used."""

    usage: RealtimeResponseUsage | None = None
    """The tokens that the response cost."""

    conversation_id: str | None = None
    """The conversation, ``conv_...``, that the output joined; none if out of band."""

    output_modalities: tuple[OutputModality | str, ...] | None = None
    """Whether the model was to speak or to write."""

    max_output_tokens: MaxOutputTokens | None = None
    """The limit on output tokens that applied."""


@frozen(kw_only=True, repr=False)
class RealtimeResponseCreateParamsAudioOutput(Model):
    """How the speech in the response asked for is to sound and to be encoded."""

    format: RealtimeAudioFormats | None = None
    """How to encode the samples."""

    voice: VoiceIdsOrCustomVoice | None = None
    """The voice to use; it cannot change once the model has spoken in the session."""


@frozen(kw_only=True, repr=False)
class RealtimeResponseCreateParamsAudio(Model):
    """The audio settings for the response asked for."""

    output: RealtimeResponseCreateParamsAudioOutput | None = None
    """How the speech is to sound."""


ResponseConversation: TypeAlias = Literal["auto", "none"] | OpenStr
"""Whether output joins the session's conversation or, out of band, stays outside it."""


@frozen(kw_only=True, repr=False)
class ResponseItemReference(Model):
    """In the input of a response: an item that the conversation already has."""

    id: str
    """Which item."""

    type: Literal["item_reference"] = "item_reference"
    """Tells a reference from the items themselves."""


@frozen(kw_only=True, repr=False)
class RealtimeResponseCreateParams(Model):
    """What a client asks of one response; what it leaves out, the session decides."""

    output_modalities: tuple[OutputModality | str, ...] | None = None
    """Whether to speak or to write."""

    instructions: str | None = None
    """What to tell the model, in place of the session's instructions."""

    audio: RealtimeResponseCreateParamsAudio | None = None
    """How the response is to sound."""

    tools: tuple[RealtimeTool, ...] | None = None
    """What the model may call, in place of the session's tools."""

    tool_choice: ToolChoice | None = None
    """Whether the model may, must or must not call a tool."""

    parallel_tool_calls: bool | None = None
    """Whether the model may call several tools at once."""

    reasoning: RealtimeReasoning | None = None
    """How hard the model is to think, if it is one that reasons."""

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
