"""Events about a response on Voice Live, its animation, video and searches."""

from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from rtmodels.schema._model import Model
from rtmodels.schema.servers.voice_live.audio import VoiceLiveAudioTimestampType
from rtmodels.schema.servers.voice_live.items import VoiceLiveConversationItem
from rtmodels.schema.servers.voice_live.response import (
    VoiceLiveResponse,
    VoiceLiveResponseCreateParams,
)

__all__ = [
    "VoiceLiveResponseAnimationBlendshapesDeltaEvent",
    "VoiceLiveResponseAnimationBlendshapesDoneEvent",
    "VoiceLiveResponseAnimationVisemeDeltaEvent",
    "VoiceLiveResponseAnimationVisemeDoneEvent",
    "VoiceLiveResponseAudioTimestampDeltaEvent",
    "VoiceLiveResponseAudioTimestampDoneEvent",
    "VoiceLiveResponseAudioTranscriptAnnotationAddedEvent",
    "VoiceLiveResponseCreateEvent",
    "VoiceLiveResponseCreatedEvent",
    "VoiceLiveResponseDoneEvent",
    "VoiceLiveResponseFileSearchCallCompletedEvent",
    "VoiceLiveResponseFileSearchCallInProgressEvent",
    "VoiceLiveResponseFileSearchCallSearchingEvent",
    "VoiceLiveResponseInvocationDeltaEvent",
    "VoiceLiveResponseMcpCallArgumentsDoneEvent",
    "VoiceLiveResponseOutputItemAddedEvent",
    "VoiceLiveResponseOutputItemDoneEvent",
    "VoiceLiveResponseVideoDeltaEvent",
    "VoiceLiveResponseWebSearchCallCompletedEvent",
    "VoiceLiveResponseWebSearchCallInProgressEvent",
    "VoiceLiveResponseWebSearchCallSearchingEvent",
]


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseCreateEvent(Model):
    """Asks the model on Voice Live to respond."""

    type: Literal["response.create"] = "response.create"

    event_id: str | None = None

    response: VoiceLiveResponseCreateParams | None = None
    """What this one response does differently from the session's settings."""

    additional_instructions: str | None = None
    """What to tell the model on top of the session's instructions."""


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseCreatedEvent(Model):
    """The model on Voice Live begins to respond."""

    event_id: str

    response: VoiceLiveResponse
    """The response in its first state: ``in_progress``, and without output."""

    type: Literal["response.created"] = "response.created"


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseDoneEvent(Model):
    """A response on Voice Live is over, whatever way it ended: its status says."""

    event_id: str

    response: VoiceLiveResponse
    """The response in its final state, with all output except the bytes of audio."""

    type: Literal["response.done"] = "response.done"


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseOutputItemAddedEvent(Model):
    """The model on Voice Live begins an item of its output."""

    event_id: str

    response_id: str
    """The response that the item belongs to."""

    output_index: int
    """The place of the item in the response's output, counted from 0."""

    item: VoiceLiveConversationItem
    """The item so far."""

    type: Literal["response.output_item.added"] = "response.output_item.added"


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseOutputItemDoneEvent(Model):
    """An item of the model's output on Voice Live is complete, or was cut short."""

    event_id: str

    response_id: str
    """The response that the item belongs to."""

    output_index: int
    """The place of the item in the response's output, counted from 0."""

    item: VoiceLiveConversationItem
    """The item in its final state, without the bytes of any audio."""

    type: Literal["response.output_item.done"] = "response.output_item.done"


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseMcpCallArgumentsDoneEvent(Model):
    """The arguments for an MCP server's tool are complete.

    Voice Live does not always repeat them.
    """

    event_id: str

    response_id: str
    """The response that the call belongs to."""

    item_id: str
    """The item that stands for the call."""

    output_index: int
    """The place of that item in the response's output, counted from 0."""

    type: Literal["response.mcp_call_arguments.done"] = (
        "response.mcp_call_arguments.done"
    )

    arguments: str | None = None
    """All the arguments, as JSON text."""


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseAnimationBlendshapesDeltaEvent(Model):
    """Some more frames of an animated face."""

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the animation belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the speech among the message's parts, counted from 0."""

    frames: tuple[tuple[float, ...], ...] | str
    """The weights of each frame, from 0.0 to 1.0, or all of them encoded as text."""

    frame_index: int
    """The place of the first of these frames, counted from 0."""

    type: Literal["response.animation_blendshapes.delta"] = (
        "response.animation_blendshapes.delta"
    )

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseAnimationBlendshapesDoneEvent(Model):
    """The frames of an animated face are complete."""

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the animation belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    type: Literal["response.animation_blendshapes.done"] = (
        "response.animation_blendshapes.done"
    )

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseAnimationVisemeDeltaEvent(Model):
    """The mouth takes another shape."""

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the shape belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the speech among the message's parts, counted from 0."""

    audio_offset_ms: int
    """When in the speech it does so, in milliseconds."""

    viseme_id: int
    """Which of Azure's shapes of the mouth."""

    type: Literal["response.animation_viseme.delta"] = "response.animation_viseme.delta"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseAnimationVisemeDoneEvent(Model):
    """The shapes of the mouth are complete."""

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the shapes belong to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the speech among the message's parts, counted from 0."""

    type: Literal["response.animation_viseme.done"] = "response.animation_viseme.done"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseAudioTimestampDeltaEvent(Model):
    """A word of the model and its place in the speech."""

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the word belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the speech among the message's parts, counted from 0."""

    audio_offset_ms: int
    """Where the word begins in the speech, in milliseconds."""

    audio_duration_ms: int
    """How long the word takes, in milliseconds."""

    text: str
    """The word as it is written."""

    timestamp_type: VoiceLiveAudioTimestampType | str
    """What the timestamp is of."""

    type: Literal["response.audio_timestamp.delta"] = "response.audio_timestamp.delta"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseAudioTimestampDoneEvent(Model):
    """The timestamps of the model's speech are complete."""

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the timestamps belong to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the speech among the message's parts, counted from 0."""

    type: Literal["response.audio_timestamp.done"] = "response.audio_timestamp.done"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseAudioTranscriptAnnotationAddedEvent(Model):
    """A source or the like for what the model says."""

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the annotation belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the speech among the message's parts, counted from 0."""

    annotation_index: int
    """The place of the annotation among those of the part, counted from 0."""

    annotation: Mapping[str, Any] = field(hash=False)
    """The annotation as the model made it."""

    type: Literal["response.audio_transcript.annotation.added"] = (
        "response.audio_transcript.annotation.added"
    )

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseVideoDeltaEvent(Model):
    """Some more of the avatar's video, where it comes as events."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    codec: str
    """How the video is encoded, such as ``h264``."""

    delta: bytes
    """The next stretch of video."""

    type: Literal["response.video.delta"] = "response.video.delta"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseInvocationDeltaEvent(Model):
    """An event of the agent that answers in place of a model."""

    delta: Mapping[str, Any] = field(hash=False)
    """The agent's event as it came."""

    type: Literal["response.invocation.delta"] = "response.invocation.delta"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseWebSearchCallInProgressEvent(Model):
    """The server has begun a search of the web."""

    response_id: str
    """The response that the search belongs to."""

    item_id: str
    """The item that stands for the search."""

    output_index: int
    """The place of that item in the response's output, counted from 0."""

    sequence_number: int
    """The place of this event among those of the response."""

    type: Literal["response.web_search_call.in_progress"] = (
        "response.web_search_call.in_progress"
    )

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseWebSearchCallSearchingEvent(Model):
    """The server is searching the web."""

    response_id: str
    """The response that the search belongs to."""

    item_id: str
    """The item that stands for the search."""

    output_index: int
    """The place of that item in the response's output, counted from 0."""

    sequence_number: int
    """The place of this event among those of the response."""

    type: Literal["response.web_search_call.searching"] = (
        "response.web_search_call.searching"
    )

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseWebSearchCallCompletedEvent(Model):
    """A search of the web is complete."""

    response_id: str
    """The response that the search belongs to."""

    item_id: str
    """The item that stands for the search."""

    output_index: int
    """The place of that item in the response's output, counted from 0."""

    sequence_number: int
    """The place of this event among those of the response."""

    type: Literal["response.web_search_call.completed"] = (
        "response.web_search_call.completed"
    )

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseFileSearchCallInProgressEvent(Model):
    """The server has begun a search of the customer's files."""

    response_id: str
    """The response that the search belongs to."""

    item_id: str
    """The item that stands for the search."""

    output_index: int
    """The place of that item in the response's output, counted from 0."""

    sequence_number: int
    """The place of this event among those of the response."""

    type: Literal["response.file_search_call.in_progress"] = (
        "response.file_search_call.in_progress"
    )

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseFileSearchCallSearchingEvent(Model):
    """The server is searching the customer's files."""

    response_id: str
    """The response that the search belongs to."""

    item_id: str
    """The item that stands for the search."""

    output_index: int
    """The place of that item in the response's output, counted from 0."""

    sequence_number: int
    """The place of this event among those of the response."""

    type: Literal["response.file_search_call.searching"] = (
        "response.file_search_call.searching"
    )

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class VoiceLiveResponseFileSearchCallCompletedEvent(Model):
    """A search of the customer's files is complete."""

    response_id: str
    """The response that the search belongs to."""

    item_id: str
    """The item that stands for the search."""

    output_index: int
    """The place of that item in the response's output, counted from 0."""

    sequence_number: int
    """The place of this event among those of the response."""

    type: Literal["response.file_search_call.completed"] = (
        "response.file_search_call.completed"
    )

    event_id: str | None = None
