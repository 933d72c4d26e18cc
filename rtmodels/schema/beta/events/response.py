"""Events about a response of the beta: asking for one, and watching it grow.

Where the GA has ``output_audio`` and ``output_text``, the beta's servers say ``audio``
and ``text``. The schema that was published for the beta has the GA's words all the
same; events by those names are the GA's classes.
"""

from typing import Literal

from attrs import frozen

from rtmodels.schema._model import Model
from rtmodels.schema.beta.response import (
    RealtimeBetaResponse,
    RealtimeBetaResponseCreateParams,
)

__all__ = [
    "BetaResponseAudioDeltaEvent",
    "BetaResponseAudioDoneEvent",
    "BetaResponseAudioTranscriptDeltaEvent",
    "BetaResponseAudioTranscriptDoneEvent",
    "BetaResponseCreateEvent",
    "BetaResponseCreatedEvent",
    "BetaResponseDoneEvent",
    "BetaResponseFunctionCallArgumentsDoneEvent",
    "BetaResponseTextDeltaEvent",
    "BetaResponseTextDoneEvent",
]


@frozen(kw_only=True, repr=False)
class BetaResponseCreateEvent(Model):
    """Asks the beta's model to respond.

    Turn detection does this by itself when the caller finishes; send it where that is
    off, and after typed messages and tool outputs.
    """

    type: Literal["response.create"] = "response.create"

    event_id: str | None = None

    response: RealtimeBetaResponseCreateParams | None = None
    """What this one response does differently from the session's settings."""


@frozen(kw_only=True, repr=False)
class BetaResponseCreatedEvent(Model):
    """The beta's model begins to respond."""

    event_id: str

    response: RealtimeBetaResponse
    """The response in its first state: ``in_progress``, and without output."""

    type: Literal["response.created"] = "response.created"


@frozen(kw_only=True, repr=False)
class BetaResponseDoneEvent(Model):
    """A response of the beta is over, whatever way it ended: its status says."""

    event_id: str

    response: RealtimeBetaResponse
    """The response in its final state, with all output except the bytes of audio."""

    type: Literal["response.done"] = "response.done"


@frozen(kw_only=True, repr=False)
class BetaResponseTextDeltaEvent(Model):
    """The beta's model has written some more text."""

    event_id: str

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the text belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the text among the message's parts, counted from 0."""

    delta: str
    """The text to append to what came before."""

    type: Literal["response.text.delta"] = "response.text.delta"

    obfuscation: str | None = None
    """Random filler, so that a frame's size does not betray the length of the text."""


@frozen(kw_only=True, repr=False)
class BetaResponseTextDoneEvent(Model):
    """A text of the beta's is complete, or was cut short."""

    event_id: str

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the text belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the text among the message's parts, counted from 0."""

    text: str
    """The whole text."""

    type: Literal["response.text.done"] = "response.text.done"


@frozen(kw_only=True, repr=False)
class BetaResponseAudioDeltaEvent(Model):
    """The beta's model has spoken some more; play it after what came before."""

    event_id: str

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the speech belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the speech among the message's parts, counted from 0."""

    delta: bytes
    """The next stretch of audio, in the output format that the response uses."""

    type: Literal["response.audio.delta"] = "response.audio.delta"


@frozen(kw_only=True, repr=False)
class BetaResponseAudioDoneEvent(Model):
    """The beta's speech is complete, or was cut short; its audio is not repeated."""

    event_id: str

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the speech belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the speech among the message's parts, counted from 0."""

    type: Literal["response.audio.done"] = "response.audio.done"


@frozen(kw_only=True, repr=False)
class BetaResponseAudioTranscriptDeltaEvent(Model):
    """Some more words of what the beta's model says, often well ahead of the audio."""

    event_id: str

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the speech belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the speech among the message's parts, counted from 0."""

    delta: str
    """The text to append to what came before."""

    type: Literal["response.audio_transcript.delta"] = "response.audio_transcript.delta"

    obfuscation: str | None = None
    """Random filler, so that a frame's size does not betray the length of the text."""


@frozen(kw_only=True, repr=False)
class BetaResponseAudioTranscriptDoneEvent(Model):
    """The words of what the beta's model says are complete, or were cut short."""

    event_id: str

    response_id: str
    """The response that the message belongs to."""

    item_id: str
    """The message that the speech belongs to."""

    output_index: int
    """The place of the message in the response's output, counted from 0."""

    content_index: int
    """The place of the speech among the message's parts, counted from 0."""

    transcript: str
    """All the words, including those that the caller may not have heard."""

    type: Literal["response.audio_transcript.done"] = "response.audio_transcript.done"


@frozen(kw_only=True, repr=False)
class BetaResponseFunctionCallArgumentsDoneEvent(Model):
    """The arguments for a client's function are complete, or were cut short.

    The beta does not always repeat which function: the call's item says.
    """

    event_id: str

    response_id: str
    """The response that the call belongs to."""

    item_id: str
    """The item that stands for the call."""

    output_index: int
    """The place of that item in the response's output, counted from 0."""

    call_id: str
    """Which call it is; the function's output has to name it."""

    arguments: str
    """All the arguments as JSON text, which the server does not check."""

    type: Literal["response.function_call_arguments.done"] = (
        "response.function_call_arguments.done"
    )

    name: str | None = None
    """The function to call."""
