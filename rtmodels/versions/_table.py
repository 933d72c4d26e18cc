"""The one table of differences between the beta and the GA.

It holds data only, which is read in both directions. Every module of this package may
import it; it imports nothing but the schema and the plan of its classes.
"""

from collections.abc import Mapping
from copy import copy
from functools import cache, cached_property
from typing import Any, get_args

import attrs
from attrs import frozen

from rtmodels.converter._plan import plan_class
from rtmodels.converter._shapes import Array, Object, Shape, TaggedUnion
from rtmodels.schema._model import Unknown
from rtmodels.schema.beta import RealtimeBetaClientEvent, RealtimeBetaServerEvent
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
from rtmodels.schema.events import RealtimeClientEvent, RealtimeServerEvent
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

__all__ = [
    "EVENT_PAIRS",
    "OBJECT_PAIRS",
    "PART_TYPES",
    "UNION_PAIRS",
    "ClassPair",
    "FieldMap",
    "ValueMap",
    "classes_by_tag",
    "field_defaults",
    "find_nested",
    "tag_of",
]

SAMPLING_RATE = "input_audio_sampling_rate"
"""The key for the sampling rate of ``pcm16`` in Azure's Voice Live."""


@frozen(kw_only=True, eq=False)
class ValueMap:
    """JSON values of the beta, each with its equivalent in the GA.

    Values that are not among *pairs* are the same in both versions. Where one value has
    several counterparts, the first of them is used.
    """

    pairs: tuple[tuple[Any, Any], ...] = ()
    """The beta's value, and the GA's."""

    def upgrade(self, value: Any, _: Mapping[str, Any], /) -> Any:
        """Return the GA's value for *value*; subclasses may look at its siblings."""
        # A copy: instances must not share an object with the table.
        for beta, ga in self.pairs:
            if beta == value:
                return copy(ga)
        return value

    def downgrade(self, value: Any, _: Mapping[str, Any], /) -> Any:
        """Return the beta's value for *value*; subclasses may look at its siblings."""
        for beta, ga in self.pairs:
            if ga == value:
                return copy(beta)
        return value


@frozen(kw_only=True, eq=False)
class InputFormatMap(ValueMap):
    """Formats of input audio, whose rate Voice Live states in a key beside them."""

    def upgrade(self, value: Any, siblings: Mapping[str, Any], /) -> Any:
        """Copy the rate from the key beside the format into the format."""
        ga, rate = super().upgrade(value, siblings), siblings.get(SAMPLING_RATE)
        if isinstance(rate, int) and isinstance(ga, dict) and "rate" in ga:
            return {**ga, "rate": rate}
        return ga

    def downgrade(self, value: Any, siblings: Mapping[str, Any], /) -> Any:
        """Omit the rate if the key beside the format states it too."""
        # The key beside the format is not touched, so the rate is not lost.
        rate = siblings.get(SAMPLING_RATE)
        for beta, format_ in self.pairs:
            if isinstance(rate, int) and value == {**format_, "rate": rate}:
                return beta
        return super().downgrade(value, siblings)


@frozen(kw_only=True, eq=False)
class VoiceMap(ValueMap):
    """Voices, which Azure wraps in an object that names their provider."""

    def upgrade(self, value: Any, _: Mapping[str, Any], /) -> Any:
        """Return the bare name of a voice of OpenAI, and other voices unchanged."""
        match value:
            case {"name": str() as name, "type": "openai", **rest} if not rest:
                return name
        return value

    def downgrade(self, value: Any, _: Mapping[str, Any], /) -> Any:
        """Return the voice unchanged: servers of the beta accept bare names too."""
        return value


@frozen(kw_only=True, eq=False)
class DefaultsMap(ValueMap):
    """Objects in which the beta may omit keys that the GA requires."""

    def upgrade(self, value: Any, _: Mapping[str, Any], /) -> Any:
        """Add the defaults of the beta for the keys that are absent."""
        # The one pair says what an empty object means.
        ((_, defaults),) = self.pairs
        return {**defaults, **value} if isinstance(value, dict) else value


@frozen(kw_only=True, eq=False)
class NestedMap(ValueMap):
    """Objects that are the same in both versions, except for the value at one place."""

    path: tuple[str, ...]
    values: ValueMap

    def upgrade(self, value: Any, _: Mapping[str, Any], /) -> Any:
        """Upgrade the value at the place, if there is one."""
        return self._convert(value, self.path, self.values.upgrade)

    def downgrade(self, value: Any, _: Mapping[str, Any], /) -> Any:
        """Downgrade the value at the place, if there is one."""
        return self._convert(value, self.path, self.values.downgrade)

    def _convert(self, value: Any, path: tuple[str, ...], convert: Any) -> Any:
        """Return a copy of *value* with what is at *path* converted."""
        if not path:
            return convert(value, {})
        if not isinstance(value, dict) or path[0] not in value:
            return value
        return {**value, path[0]: self._convert(value[path[0]], path[1:], convert)}


PART_TYPES = (("text", "output_text"), ("audio", "output_audio"))
"""The types of the parts of assistant messages, in the beta and in the GA."""

# An upgrade uses the first pair of each name. The others are for downgrades.
_FORMAT_PAIRS = (
    ("pcm16", {"type": "audio/pcm", "rate": 24000}),
    ("pcm16", {"type": "audio/pcm"}),
    ("g711_ulaw", {"type": "audio/pcmu"}),
    ("g711_ulaw", {"type": "audio/pcmu", "rate": 8000}),
    ("g711_alaw", {"type": "audio/pcma"}),
    ("g711_alaw", {"type": "audio/pcma", "rate": 8000}),
)

SAME_VALUES = ValueMap()
AUDIO_FORMATS = ValueMap(pairs=_FORMAT_PAIRS)
INPUT_AUDIO_FORMATS = InputFormatMap(pairs=_FORMAT_PAIRS)
MODALITIES = ValueMap(
    pairs=((["audio", "text"], ["audio"]), (["text", "audio"], ["audio"]))
)
TURN_DETECTION = DefaultsMap(pairs=(({}, {"type": "server_vad"}),))
NESTED_TURN_DETECTION = NestedMap(
    path=("input", "turn_detection"), values=TURN_DETECTION
)
VOICES = VoiceMap(pairs=(({"name": "alloy", "type": "openai"}, "alloy"),))


@frozen
class FieldMap:
    """A key of the beta, and the place in an object of the GA that means the same."""

    beta: str
    ga: str
    """The keys that lead to that place, with dots between them."""

    values: ValueMap = SAME_VALUES

    @cached_property
    def ga_path(self) -> tuple[str, ...]:
        """The keys that lead to the place in the GA."""
        return tuple(self.ga.split("."))

    @cached_property
    def ga_parent(self) -> tuple[str, ...]:
        """All of these keys but the last."""
        return self.ga_path[:-1]

    @cached_property
    def ga_key(self) -> str:
        """The last of these keys."""
        return self.ga_path[-1]


def _classes(one: Shape, other: Shape) -> frozenset[type]:
    """Return the classes that *one* and *other* have in common."""
    classes = [
        {shape.cls} if isinstance(shape, Object) else set(shape.classes)
        for shape in (one, other)
        if isinstance(shape, Object | TaggedUnion)
    ]
    return frozenset.intersection(*map(frozenset, classes)) if classes else frozenset()


@frozen(eq=False)
class ClassPair:
    """A class of the beta, and its equivalent in the GA.

    Fields that have the same name and values in both need no mention.
    """

    beta: type
    ga: type
    fields: tuple[FieldMap, ...] = ()
    """The fields that differ in place, name or values."""

    constants: Mapping[str, str] = attrs.field(factory=dict, kw_only=True)
    """Fields of the GA that always have one value, and that the beta may omit."""

    placeholders: Mapping[str, Any] = attrs.field(factory=dict, kw_only=True)
    """Fields that the GA requires, with their values where the beta has none."""

    # Classes of the beta that share a class of the GA are told apart by what an upgrade
    # saves, or else by these two.
    marker: str = attrs.field(default="", kw_only=True)
    """A key that only objects of this class of the beta have."""

    is_default: bool = attrs.field(default=True, kw_only=True)
    """Whether a downgrade makes this class of any instance of the GA's class.

    Otherwise it makes this class only of what was upgraded from it. If a class of
    events has no default, a downgrade returns other instances as they are.
    """

    items: str = attrs.field(default="", kw_only=True)
    """The field of both that holds items, whose parts have other types."""

    @cached_property
    def shared_fields(self) -> dict[str, frozenset[type] | None]:
        """The fields whose values are instances of the same classes in both versions.

        A set lists the classes that the items of an array may have; ``None`` stands for
        any value.
        """
        names = field_defaults(self.beta).keys() & field_defaults(self.ga).keys()
        betas, gas = (
            {field.name: field for field in plan_class(cls).fields}
            for cls in (self.beta, self.ga)
        )
        moved = {f.beta for f in self.fields} | {f.ga_path[0] for f in self.fields}

        shared: dict[str, frozenset[type] | None] = {}
        for name in sorted(names - moved - self.constants.keys()):
            match betas[name].shape, gas[name].shape:
                case _ if betas[name] == gas[name]:
                    shared[name] = None
                case Array(one), Array(other) if classes := _classes(one, other):
                    shared[name] = classes
        return shared

    @cached_property
    def additions(self) -> tuple[tuple[str, Any], ...]:
        """The constants and the placeholders: all that an upgrade may have to add."""
        return (*self.constants.items(), *self.placeholders.items())

    @cached_property
    def fields_by_parent(self) -> list[tuple[tuple[str, ...], list[FieldMap]]]:
        """The differing fields, grouped by the object of the GA that holds them."""
        # Each parent is then copied once, however many keys move into it.
        groups: dict[tuple[str, ...], list[FieldMap]] = {}
        for field in self.fields:
            groups.setdefault(field.ga_parent, []).append(field)
        return list(groups.items())


UNION_PAIRS = (
    (RealtimeBetaServerEvent, RealtimeServerEvent),
    (RealtimeBetaClientEvent, RealtimeClientEvent),
)
"""The events of servers and of clients, in the beta and in the GA."""

EVENT_PAIRS = (
    ClassPair(ConversationItemCreatedEvent, ConversationItemAddedEvent),
    ClassPair(
        BetaConversationItemInputAudioTranscriptionCompletedEvent,
        ConversationItemInputAudioTranscriptionCompletedEvent,
        placeholders={"usage": Unknown(tag="unknown", payload={"type": "unknown"})},
    ),
    # Servers of the beta sent these names first, and later those of the GA.
    ClassPair(
        BetaOutputAudioBufferAudioStartedEvent,
        OutputAudioBufferStartedEvent,
        placeholders={"response_id": ""},
        is_default=False,
    ),
    ClassPair(
        BetaOutputAudioBufferAudioStoppedEvent,
        OutputAudioBufferStoppedEvent,
        placeholders={"response_id": ""},
        is_default=False,
    ),
    ClassPair(
        BetaOutputAudioBufferAudioClearedEvent,
        OutputAudioBufferClearedEvent,
        placeholders={"response_id": ""},
        is_default=False,
    ),
    ClassPair(BetaResponseCreateEvent, ResponseCreateEvent),
    ClassPair(BetaResponseCreatedEvent, ResponseCreatedEvent),
    ClassPair(BetaResponseDoneEvent, ResponseDoneEvent),
    ClassPair(BetaResponseTextDeltaEvent, ResponseOutputTextDeltaEvent),
    ClassPair(BetaResponseTextDoneEvent, ResponseOutputTextDoneEvent),
    ClassPair(BetaResponseAudioDeltaEvent, ResponseOutputAudioDeltaEvent),
    ClassPair(BetaResponseAudioDoneEvent, ResponseOutputAudioDoneEvent),
    ClassPair(
        BetaResponseAudioTranscriptDeltaEvent, ResponseOutputAudioTranscriptDeltaEvent
    ),
    ClassPair(
        BetaResponseAudioTranscriptDoneEvent, ResponseOutputAudioTranscriptDoneEvent
    ),
    ClassPair(
        BetaResponseFunctionCallArgumentsDoneEvent,
        ResponseFunctionCallArgumentsDoneEvent,
        placeholders={"name": ""},
    ),
    ClassPair(BetaSessionUpdateEvent, SessionUpdateEvent),
    ClassPair(BetaSessionCreatedEvent, SessionCreatedEvent),
    ClassPair(BetaSessionUpdatedEvent, SessionUpdatedEvent),
    ClassPair(BetaTranscriptionSessionUpdateEvent, SessionUpdateEvent),
    ClassPair(BetaTranscriptionSessionCreatedEvent, SessionCreatedEvent),
    ClassPair(BetaTranscriptionSessionUpdatedEvent, SessionUpdatedEvent),
)
"""Events that differ in name or contents; all others are the same in both versions."""

_MODALITIES_FIELD = FieldMap("modalities", "output_modalities", MODALITIES)
_INPUT_FIELDS = (
    FieldMap("input_audio_format", "audio.input.format", INPUT_AUDIO_FORMATS),
    FieldMap("input_audio_transcription", "audio.input.transcription"),
    FieldMap("input_audio_noise_reduction", "audio.input.noise_reduction"),
    FieldMap("turn_detection", "audio.input.turn_detection", TURN_DETECTION),
)
_OUTPUT_FIELDS = (
    FieldMap("output_audio_format", "audio.output.format", AUDIO_FORMATS),
    FieldMap("voice", "audio.output.voice", VOICES),
)
_SESSION_FIELDS = (
    _MODALITIES_FIELD,
    *_INPUT_FIELDS,
    *_OUTPUT_FIELDS,
    FieldMap("speed", "audio.output.speed"),
    FieldMap("max_response_output_tokens", "max_output_tokens"),
)
_REPORTED_CONSTANTS = {"type": "realtime", "object": "realtime.session"}

OBJECT_PAIRS = (
    ClassPair(
        RealtimeBetaSessionCreateRequest,
        RealtimeSessionCreateRequest,
        _SESSION_FIELDS,
        constants={"type": "realtime"},
    ),
    ClassPair(
        RealtimeSession,
        RealtimeSessionCreateResponse,
        _SESSION_FIELDS,
        constants=_REPORTED_CONSTANTS,
        placeholders={"id": ""},
    ),
    ClassPair(
        RealtimeBetaSessionCreateResponse,
        RealtimeSessionCreateResponse,
        (FieldMap("audio", "audio", NESTED_TURN_DETECTION), *_SESSION_FIELDS),
        constants=_REPORTED_CONSTANTS,
        placeholders={"id": ""},
        marker="client_secret",
    ),
    ClassPair(
        RealtimeBetaTranscriptionSessionCreateRequest,
        RealtimeTranscriptionSessionCreateRequest,
        _INPUT_FIELDS,
        constants={"type": "transcription"},
    ),
    ClassPair(
        RealtimeBetaTranscriptionSessionCreateResponse,
        RealtimeTranscriptionSessionCreateResponse,
        _INPUT_FIELDS,
        constants={"type": "transcription", "object": "realtime.transcription_session"},
        placeholders={"id": ""},
    ),
    ClassPair(
        RealtimeBetaResponseCreateParams,
        RealtimeResponseCreateParams,
        (_MODALITIES_FIELD, *_OUTPUT_FIELDS),
        items="input",
    ),
    ClassPair(
        RealtimeBetaResponse,
        RealtimeResponse,
        (_MODALITIES_FIELD, *_OUTPUT_FIELDS),
        items="output",
    ),
)
"""Sessions, responses, and the requests for them."""


@cache
def find_nested(pair: ClassPair) -> tuple[str, ClassPair] | None:
    """Return the field of two events that holds one of `OBJECT_PAIRS`, and that pair.

    Return ``None`` if no field does.
    """
    # Found by the annotation, so that the table need not name the field.
    for field in attrs.fields(pair.beta):
        for nested in OBJECT_PAIRS:
            if nested.beta in (field.type, *get_args(field.type)):
                return field.name, nested
    return None


@cache
def field_defaults(cls: type) -> dict[str, Any]:
    """Return the default of each field of *cls* that has a key on the wire."""
    return {f.name: f.default for f in attrs.fields(cls) if f.name != "extra"}


def tag_of(cls: type) -> str:
    """Return the ``type`` of a class of events."""
    return str(field_defaults(cls).get("type", ""))


def classes_by_tag(union: Any) -> dict[str, type]:
    """Return the class for each ``type`` in *union*, a union of events."""
    return {tag_of(cls): cls for cls in get_args(union) if cls is not Unknown}
