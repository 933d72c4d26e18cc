"""How Voice Live finds the caller's turns."""

from typing import Literal, TypeAlias

from attrs import frozen

from rtmodels.schema._model import UNSET, Model, OpenStr, Unknown, Unset
from rtmodels.schema.audio import RealtimeTurnDetectionSemanticVad

__all__ = [
    "VoiceLiveEouDetection",
    "VoiceLiveEouDetectionModel",
    "VoiceLiveEouThresholdLevel",
    "VoiceLiveSemanticVad",
    "VoiceLiveSemanticVadEn",
    "VoiceLiveSemanticVadMultilingual",
    "VoiceLiveServerVad",
    "VoiceLiveTurnDetection",
]

VoiceLiveEouDetectionModel: TypeAlias = (
    Literal[
        "semantic_detection_v1",
        "semantic_detection_v1_en",
        "semantic_detection_v1_multilingual",
        "smart_end_of_turn_detection",
    ]
    | OpenStr
)
"""A model that judges whether the caller has finished, by the words or the sound."""

VoiceLiveEouThresholdLevel: TypeAlias = Literal["low", "medium", "high", "default"]
"""How sure the model must be that the caller has finished."""


@frozen(kw_only=True, repr=False)
class VoiceLiveEouDetection(Model):
    """A second look at a pause: whether it ends what the caller has to say."""

    model: VoiceLiveEouDetectionModel
    """The model that judges."""

    threshold_level: VoiceLiveEouThresholdLevel | str | None | Unset = UNSET
    """How sure it must be."""

    timeout_ms: int | None | Unset = UNSET
    """How long to wait for more speech at most, in milliseconds."""


@frozen(kw_only=True, repr=False)
class VoiceLiveServerVad(Model):
    """Turns cut by loudness, with Voice Live's settings beside OpenAI's."""

    type: Literal["server_vad"] = "server_vad"
    """Tells this kind of turn detection from the others."""

    threshold: float | None = None
    """How loud counts as speech, from 0.0 to 1.0; higher suits noisy places."""

    prefix_padding_ms: int | None = None
    """Audio to keep from before the detected start, in milliseconds."""

    silence_duration_ms: int | None = None
    """Silence that ends a turn, in milliseconds."""

    end_of_utterance_detection: VoiceLiveEouDetection | None | Unset = UNSET
    """How to judge whether a pause ends the turn; null goes by silence alone."""

    auto_truncate: bool | None = None
    """Whether an interrupted answer is shortened to what the caller heard."""

    create_response: bool | None = None
    """Whether the end of a turn starts a response."""

    interrupt_response: bool | None = None
    """Whether the start of speech cuts a running response short."""

    speech_duration_ms: int | None | Unset = UNSET
    """Speech that it takes to begin a turn, in milliseconds."""

    appended_text_after_truncation: str | None | Unset = UNSET
    """What to append to a shortened answer, to let the model know."""

    idle_timeout_ms: int | None | Unset = UNSET
    """Silence after a response that has the model speak up again, in milliseconds."""


@frozen(kw_only=True, repr=False)
class VoiceLiveSemanticVad(Model):
    """Turns cut by Azure's model, which tells speech from noise."""

    type: Literal["azure_semantic_vad"] = "azure_semantic_vad"
    """Tells this kind of turn detection from the others."""

    threshold: float | None = None
    """How sure to be of speech, from 0.0 to 1.0; higher suits noisy places."""

    prefix_padding_ms: int | None = None
    """Audio to keep from before the detected start, in milliseconds."""

    silence_duration_ms: int | None = None
    """Silence that ends a turn, in milliseconds."""

    end_of_utterance_detection: VoiceLiveEouDetection | None | Unset = UNSET
    """How to judge whether a pause ends the turn; null goes by silence alone."""

    speech_duration_ms: int | None | Unset = UNSET
    """Speech that it takes to begin a turn, in milliseconds."""

    remove_filler_words: bool | None = None
    """Whether filler words such as *um* count as silence."""

    languages: tuple[str, ...] | None | Unset = UNSET
    """The languages to expect, as codes such as ``en``."""

    auto_truncate: bool | None = None
    """Whether an interrupted answer is shortened to what the caller heard."""

    create_response: bool | None = None
    """Whether the end of a turn starts a response."""

    interrupt_response: bool | None = None
    """Whether the start of speech cuts a running response short."""

    appended_text_after_truncation: str | None | Unset = UNSET
    """What to append to a shortened answer, to let the model know."""


@frozen(kw_only=True, repr=False)
class VoiceLiveSemanticVadEn(Model):
    """Turns cut by Azure's model for English."""

    type: Literal["azure_semantic_vad_en"] = "azure_semantic_vad_en"
    """Tells this kind of turn detection from the others."""

    threshold: float | None = None
    """How sure to be of speech, from 0.0 to 1.0; higher suits noisy places."""

    prefix_padding_ms: int | None = None
    """Audio to keep from before the detected start, in milliseconds."""

    silence_duration_ms: int | None = None
    """Silence that ends a turn, in milliseconds."""

    end_of_utterance_detection: VoiceLiveEouDetection | None | Unset = UNSET
    """How to judge whether a pause ends the turn; null goes by silence alone."""

    speech_duration_ms: int | None | Unset = UNSET
    """Speech that it takes to begin a turn, in milliseconds."""

    remove_filler_words: bool | None = None
    """Whether filler words such as *um* count as silence."""

    auto_truncate: bool | None = None
    """Whether an interrupted answer is shortened to what the caller heard."""

    create_response: bool | None = None
    """Whether the end of a turn starts a response."""

    interrupt_response: bool | None = None
    """Whether the start of speech cuts a running response short."""

    appended_text_after_truncation: str | None | Unset = UNSET
    """What to append to a shortened answer, to let the model know."""


@frozen(kw_only=True, repr=False)
class VoiceLiveSemanticVadMultilingual(Model):
    """Turns cut by Azure's model for several languages."""

    type: Literal["azure_semantic_vad_multilingual"] = "azure_semantic_vad_multilingual"
    """Tells this kind of turn detection from the others."""

    threshold: float | None = None
    """How sure to be of speech, from 0.0 to 1.0; higher suits noisy places."""

    prefix_padding_ms: int | None = None
    """Audio to keep from before the detected start, in milliseconds."""

    silence_duration_ms: int | None = None
    """Silence that ends a turn, in milliseconds."""

    end_of_utterance_detection: VoiceLiveEouDetection | None | Unset = UNSET
    """How to judge whether a pause ends the turn; null goes by silence alone."""

    speech_duration_ms: int | None | Unset = UNSET
    """Speech that it takes to begin a turn, in milliseconds."""

    remove_filler_words: bool | None = None
    """Whether filler words such as *um* count as silence."""

    languages: tuple[str, ...] | None | Unset = UNSET
    """The languages to expect, as codes such as ``en``."""

    auto_truncate: bool | None = None
    """Whether an interrupted answer is shortened to what the caller heard."""

    create_response: bool | None = None
    """Whether the end of a turn starts a response."""

    interrupt_response: bool | None = None
    """Whether the start of speech cuts a running response short."""

    appended_text_after_truncation: str | None | Unset = UNSET
    """What to append to a shortened answer, to let the model know."""


VoiceLiveTurnDetection: TypeAlias = (
    VoiceLiveServerVad
    | VoiceLiveSemanticVad
    | VoiceLiveSemanticVadEn
    | VoiceLiveSemanticVadMultilingual
    | RealtimeTurnDetectionSemanticVad
    | Unknown
)
"""How the server finds the caller's turns; the last kind needs an OpenAI model."""
