"""The one table of what the beta and the GA call the same things, read both ways."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from attrs import field, frozen

from rtmodels.schema._model import Unknown
from rtmodels.schema.beta.events.conversation import (
    BetaConversationItemInputAudioTranscriptionCompletedEvent,
)
from rtmodels.schema.beta.events.output_audio_buffer import (
    BetaOutputAudioBufferAudioClearedEvent,
    BetaOutputAudioBufferAudioStartedEvent,
    BetaOutputAudioBufferAudioStoppedEvent,
)
from rtmodels.schema.beta.events.response import (
    BetaResponseAudioDeltaEvent,
    BetaResponseAudioDoneEvent,
    BetaResponseAudioTranscriptDeltaEvent,
    BetaResponseAudioTranscriptDoneEvent,
    BetaResponseCreatedEvent,
    BetaResponseCreateEvent,
    BetaResponseDoneEvent,
    BetaResponseFunctionCallArgumentsDoneEvent,
    BetaResponseTextDeltaEvent,
    BetaResponseTextDoneEvent,
)
from rtmodels.schema.beta.events.session import (
    BetaSessionCreatedEvent,
    BetaSessionUpdatedEvent,
    BetaSessionUpdateEvent,
)
from rtmodels.schema.beta.events.transcription_session import (
    BetaTranscriptionSessionCreatedEvent,
    BetaTranscriptionSessionUpdatedEvent,
    BetaTranscriptionSessionUpdateEvent,
)
from rtmodels.schema.beta.response import (
    RealtimeBetaResponse,
    RealtimeBetaResponseCreateParams,
)
from rtmodels.schema.beta.session import (
    RealtimeBetaSessionCreateRequest,
    RealtimeBetaSessionCreateResponse,
    RealtimeBetaTranscriptionSessionCreateRequest,
    RealtimeBetaTranscriptionSessionCreateResponse,
    RealtimeSession,
)
from rtmodels.schema.events.conversation import (
    ConversationItemAddedEvent,
    ConversationItemCreatedEvent,
    ConversationItemInputAudioTranscriptionCompletedEvent,
)
from rtmodels.schema.events.output_audio_buffer import (
    OutputAudioBufferClearedEvent,
    OutputAudioBufferStartedEvent,
    OutputAudioBufferStoppedEvent,
)
from rtmodels.schema.events.response import (
    ResponseCreatedEvent,
    ResponseCreateEvent,
    ResponseDoneEvent,
    ResponseFunctionCallArgumentsDoneEvent,
    ResponseOutputAudioDeltaEvent,
    ResponseOutputAudioDoneEvent,
    ResponseOutputAudioTranscriptDeltaEvent,
    ResponseOutputAudioTranscriptDoneEvent,
    ResponseOutputTextDeltaEvent,
    ResponseOutputTextDoneEvent,
)
from rtmodels.schema.events.session import (
    SessionCreatedEvent,
    SessionUpdatedEvent,
    SessionUpdateEvent,
)
from rtmodels.schema.response import RealtimeResponse, RealtimeResponseCreateParams
from rtmodels.schema.session import (
    RealtimeSessionCreateRequest,
    RealtimeSessionCreateResponse,
)
from rtmodels.schema.transcription import (
    RealtimeTranscriptionSessionCreateRequest,
    RealtimeTranscriptionSessionCreateResponse,
)
from rtmodels.versions._words import (
    FORMATS,
    INPUT_FORMATS,
    ITEMS,
    MODALITIES,
    SAME,
    TURN_DETECTION,
    VOICES,
    Words,
)

__all__ = ["EVENTS", "OBJECTS", "Move", "Twins"]


@frozen
class Move:
    """A key of the beta, and where in an object of the GA the same is said."""

    beta: str
    ga: str
    """That place: the keys that lead to it, with dots between them."""

    words: Words = SAME

    @cached_property
    def way(self) -> tuple[str, ...]:
        """Give all of these keys but the last."""
        return tuple(self.ga.split(".")[:-1])

    @cached_property
    def name(self) -> str:
        """Give the last of them."""
        return self.ga.rpartition(".")[2]


@frozen(eq=False)
class Twins:
    """A class of the beta, and the GA's for the same thing.

    Keys that have the same name in both need no mention.
    """

    beta: type
    ga: type
    moves: tuple[Move, ...] = ()
    """The keys that are elsewhere, or are named or worded otherwise."""

    implied: Mapping[str, str] = field(factory=dict, kw_only=True)
    """What the GA requires, and goes without saying in the beta."""

    required: Mapping[str, Any] = field(factory=dict, kw_only=True)
    """What the GA requires, and what to say there if the beta says nothing."""

    mark: str = field(default="", kw_only=True)
    """A key by which an object shows that it is of this class of the beta's.

    Of those that share a class of the GA's, the one without a mark is the usual one.
    """

    @cached_property
    def needed(self) -> tuple[tuple[str, Any], ...]:
        """Give all that the GA requires, and what to say there."""
        return (*self.implied.items(), *self.required.items())


EVENTS = (
    Twins(ConversationItemCreatedEvent, ConversationItemAddedEvent),
    Twins(
        BetaConversationItemInputAudioTranscriptionCompletedEvent,
        ConversationItemInputAudioTranscriptionCompletedEvent,
        required={"usage": Unknown(type="unknown", payload={"type": "unknown"})},
    ),
    Twins(
        BetaOutputAudioBufferAudioStartedEvent,
        OutputAudioBufferStartedEvent,
        required={"response_id": ""},
    ),
    Twins(
        BetaOutputAudioBufferAudioStoppedEvent,
        OutputAudioBufferStoppedEvent,
        required={"response_id": ""},
    ),
    Twins(
        BetaOutputAudioBufferAudioClearedEvent,
        OutputAudioBufferClearedEvent,
        required={"response_id": ""},
    ),
    Twins(BetaResponseCreateEvent, ResponseCreateEvent),
    Twins(BetaResponseCreatedEvent, ResponseCreatedEvent),
    Twins(BetaResponseDoneEvent, ResponseDoneEvent),
    Twins(BetaResponseTextDeltaEvent, ResponseOutputTextDeltaEvent),
    Twins(BetaResponseTextDoneEvent, ResponseOutputTextDoneEvent),
    Twins(BetaResponseAudioDeltaEvent, ResponseOutputAudioDeltaEvent),
    Twins(BetaResponseAudioDoneEvent, ResponseOutputAudioDoneEvent),
    Twins(
        BetaResponseAudioTranscriptDeltaEvent, ResponseOutputAudioTranscriptDeltaEvent
    ),
    Twins(BetaResponseAudioTranscriptDoneEvent, ResponseOutputAudioTranscriptDoneEvent),
    Twins(
        BetaResponseFunctionCallArgumentsDoneEvent,
        ResponseFunctionCallArgumentsDoneEvent,
        required={"name": ""},
    ),
    Twins(BetaSessionUpdateEvent, SessionUpdateEvent),
    Twins(BetaSessionCreatedEvent, SessionCreatedEvent),
    Twins(BetaSessionUpdatedEvent, SessionUpdatedEvent),
    Twins(BetaTranscriptionSessionUpdateEvent, SessionUpdateEvent),
    Twins(BetaTranscriptionSessionCreatedEvent, SessionCreatedEvent),
    Twins(BetaTranscriptionSessionUpdatedEvent, SessionUpdatedEvent),
)
"""The events that have another name or other contents; all the rest are the same."""

_MODALITIES = Move("modalities", "output_modalities", MODALITIES)
_INPUT = (
    Move("input_audio_format", "audio.input.format", INPUT_FORMATS),
    Move("input_audio_transcription", "audio.input.transcription"),
    Move("input_audio_noise_reduction", "audio.input.noise_reduction"),
    Move("turn_detection", "audio.input.turn_detection", TURN_DETECTION),
)
_OUTPUT = (
    Move("output_audio_format", "audio.output.format", FORMATS),
    Move("voice", "audio.output.voice", VOICES),
)
_SESSION = (
    _MODALITIES,
    *_INPUT,
    *_OUTPUT,
    Move("speed", "audio.output.speed"),
    Move("max_response_output_tokens", "max_output_tokens"),
)
_REPORTED = {"type": "realtime", "object": "realtime.session"}

OBJECTS = (
    Twins(
        RealtimeBetaSessionCreateRequest,
        RealtimeSessionCreateRequest,
        _SESSION,
        implied={"type": "realtime"},
    ),
    Twins(
        RealtimeSession,
        RealtimeSessionCreateResponse,
        _SESSION,
        implied=_REPORTED,
        required={"id": ""},
    ),
    Twins(
        RealtimeBetaSessionCreateResponse,
        RealtimeSessionCreateResponse,
        _SESSION,
        implied=_REPORTED,
        required={"id": ""},
        mark="client_secret",
    ),
    Twins(
        RealtimeBetaTranscriptionSessionCreateRequest,
        RealtimeTranscriptionSessionCreateRequest,
        _INPUT,
        implied={"type": "transcription"},
    ),
    Twins(
        RealtimeBetaTranscriptionSessionCreateResponse,
        RealtimeTranscriptionSessionCreateResponse,
        _INPUT,
        implied={"type": "transcription", "object": "realtime.transcription_session"},
        required={"id": ""},
    ),
    Twins(
        RealtimeBetaResponseCreateParams,
        RealtimeResponseCreateParams,
        (_MODALITIES, *_OUTPUT, Move("input", "input", ITEMS)),
    ),
    Twins(
        RealtimeBetaResponse,
        RealtimeResponse,
        (_MODALITIES, *_OUTPUT, Move("output", "output", ITEMS)),
    ),
)
"""Sessions, responses, and the requests for them."""
