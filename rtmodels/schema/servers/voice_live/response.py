"""A turn of the model on Voice Live: what a client asks for, and what comes of it."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from rtmodels.schema._model import UNSET, Model, Unknown, Unset
from rtmodels.schema.response import (
    MaxOutputTokens,
    Metadata,
    RealtimeResponseStatusDetails,
    ResponseConversation,
    ResponseStatus,
)
from rtmodels.schema.servers.voice_live.audio import VoiceLiveOutputAudioFormat
from rtmodels.schema.servers.voice_live.items import (
    VoiceLiveAssistantMessageItem,
    VoiceLiveConversationItem,
)
from rtmodels.schema.servers.voice_live.tools import VoiceLiveTool
from rtmodels.schema.servers.voice_live.voice import VoiceLiveVoice
from rtmodels.schema.tools import ToolChoice
from rtmodels.schema.usage import RealtimeResponseUsage

__all__ = [
    "VoiceLiveInterimResponseConfig",
    "VoiceLiveInterimResponseTrigger",
    "VoiceLiveLlmInterimResponseConfig",
    "VoiceLiveModality",
    "VoiceLiveReasoningEffort",
    "VoiceLiveResponse",
    "VoiceLiveResponseCreateParams",
    "VoiceLiveStaticInterimResponseConfig",
]

VoiceLiveModality: TypeAlias = Literal["text", "audio", "animation", "avatar"]
"""What the model answers in, and what accompanies its speech."""

VoiceLiveReasoningEffort: TypeAlias = Literal[
    "none", "minimal", "low", "medium", "high", "xhigh"
]
"""How hard a reasoning model thinks before it answers, if at all."""

VoiceLiveInterimResponseTrigger: TypeAlias = Literal["latency", "tool"]
"""What makes the server speak meanwhile: a long wait, or a call of a tool."""


@frozen(kw_only=True, repr=False)
class VoiceLiveStaticInterimResponseConfig(Model):
    """Words of the client's own to bridge a wait with."""

    type: Literal["static_interim_response"] = "static_interim_response"
    """Tells given words from those that a model makes."""

    triggers: tuple[VoiceLiveInterimResponseTrigger | str, ...] | None = None
    """What makes the server speak."""

    latency_threshold_ms: int | None = None
    """How long a wait has to be, in milliseconds."""

    texts: tuple[str, ...] | None = None
    """What to say; the server picks one."""


@frozen(kw_only=True, repr=False)
class VoiceLiveLlmInterimResponseConfig(Model):
    """A model that finds words to bridge a wait with."""

    type: Literal["llm_interim_response"] = "llm_interim_response"
    """Tells words that a model makes from given ones."""

    triggers: tuple[VoiceLiveInterimResponseTrigger | str, ...] | None = None
    """What makes the server speak."""

    latency_threshold_ms: int | None = None
    """How long a wait has to be, in milliseconds."""

    model: str | None = None
    """The model that finds the words."""

    instructions: str | None = None
    """What that model is told."""

    max_completion_tokens: int | None = None
    """The most tokens that the words may take."""


VoiceLiveInterimResponseConfig: TypeAlias = (
    VoiceLiveStaticInterimResponseConfig | VoiceLiveLlmInterimResponseConfig | Unknown
)
"""How the server bridges the wait for a response."""


@frozen(kw_only=True, repr=False)
class VoiceLiveResponse(Model):
    """One turn of a model on Voice Live, reported as it begins and as it ends."""

    id: str | None = None
    """Which response this is: ``resp_...``."""

    object: Literal["realtime.response"] | str | None = None
    """What the object is: always a Realtime response."""

    status: ResponseStatus | str | None = None
    """How far the response has come."""

    status_details: RealtimeResponseStatusDetails | None | Unset = UNSET
    """Why it ended that way; null when there is no more to say than the status does."""

    output: tuple[VoiceLiveConversationItem, ...] | None = None
    """The items that the model produced, in order."""

    usage: RealtimeResponseUsage | None | Unset = UNSET
    """The tokens that the response cost; null until it has ended."""

    conversation_id: str | None = None
    """The conversation, ``conv_...``, that the output joined."""

    voice: VoiceLiveVoice | None = None
    """The voice that speaks."""

    modalities: tuple[VoiceLiveModality | str, ...] | None = None
    """What the model was to answer in."""

    output_audio_format: VoiceLiveOutputAudioFormat | str | None = None
    """How the samples are encoded."""

    temperature: float | None | Unset = UNSET
    """How varied the answer was to be, from 0.6 to 1.2; null is the model's default."""

    max_output_tokens: MaxOutputTokens | None = None
    """The limit on output tokens that applied."""

    metadata: Metadata | None | Unset = field(default=UNSET, hash=False)
    """The notes that the client attached when it asked for the response."""


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseCreateParams(Model):
    """What a client asks of one response on Voice Live."""

    commit: bool | None = None
    """Whether the output joins the conversation."""

    cancel_previous: bool | None = None
    """Whether to break off a response that is under way."""

    append_input_items: tuple[VoiceLiveConversationItem, ...] | None = None
    """What the model is to see after the conversation."""

    input_items: tuple[VoiceLiveConversationItem, ...] | None = None
    """What the model is to see in place of the conversation; empty hides all of it."""

    modalities: tuple[VoiceLiveModality | str, ...] | None = None
    """What to answer in."""

    instructions: str | None = None
    """What to tell the model, in place of the session's instructions."""

    voice: VoiceLiveVoice | None = None
    """The voice to use."""

    output_audio_format: VoiceLiveOutputAudioFormat | str | None = None
    """How to encode the samples."""

    tools: tuple[VoiceLiveTool, ...] | None = None
    """What the model may call, in place of the session's tools."""

    tool_choice: ToolChoice | None = None
    """Whether the model may, must or must not call a tool."""

    temperature: float | None = None
    """How varied the answer is to be, from 0.6 to 1.2."""

    max_output_tokens: MaxOutputTokens | None = None
    """The most tokens that the response may take."""

    pre_generated_assistant_message: VoiceLiveAssistantMessageItem | None = None
    """A text to speak, in place of an answer by the model."""

    reasoning_effort: VoiceLiveReasoningEffort | str | None = None
    """How hard the model is to think, if it is one that reasons."""

    metadata: Metadata | None = field(default=None, hash=False)
    """Notes that come back with the response, to tell it from others."""

    interim_response: VoiceLiveInterimResponseConfig | None = None
    """How to bridge the wait for the response."""

    invoke_input: Mapping[str, Any] | None = field(default=None, hash=False)
    """What to hand to the agent that answers in place of a model."""

    conversation: ResponseConversation | None = None
    """Whether the output joins the conversation, in OpenAI's words."""

    max_response_output_tokens: MaxOutputTokens | None = None
    """The limit of *max_output_tokens*, by the name that sessions have for it."""
