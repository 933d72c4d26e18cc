"""The voices that speak on Voice Live."""

from typing import Literal, TypeAlias

from attrs import frozen

from rtmodels.schema._model import Model, OpenStr, Unknown
from rtmodels.schema.audio import VoiceIdsShared

__all__ = [
    "VoiceLiveAvatarVoiceSyncVoice",
    "VoiceLiveCustomVoice",
    "VoiceLiveOpenAIVoice",
    "VoiceLivePersonalVoice",
    "VoiceLivePersonalVoiceModels",
    "VoiceLiveRealtimeNativeVoice",
    "VoiceLiveRealtimeNativeVoiceName",
    "VoiceLiveStandardVoice",
    "VoiceLiveVoice",
]


@frozen(kw_only=True, repr=False)
class VoiceLiveOpenAIVoice(Model):
    """A voice of OpenAI's, as an object."""

    name: VoiceIdsShared
    """Which voice."""

    type: Literal["openai"] = "openai"
    """Tells OpenAI's voices from Azure's."""


@frozen(kw_only=True, repr=False)
class VoiceLiveStandardVoice(Model):
    """A voice that Azure offers to everyone."""

    name: str
    """Which voice, such as ``en-US-AvaNeural``."""

    type: Literal["azure-standard"] = "azure-standard"
    """Tells this kind of voice from the others."""

    temperature: float | None = None
    """How varied the delivery is, from 0.0 to 1.0; for HD voices."""

    custom_lexicon_url: str | None = None
    """The web address of a lexicon of pronunciations."""

    custom_text_normalization_url: str | None = None
    """The web address of rules for numbers, dates and the like."""

    prefer_locales: tuple[str, ...] | None = None
    """The accents to prefer, each for its language, such as ``en-GB``."""

    locale: str | None = None
    """The one accent to speak everything with, such as ``en-US``."""

    style: str | None = None
    """The speaking style, such as ``cheerful``."""

    pitch: str | None = None
    """How high to speak, as in SSML: ``low``, ``+10%``."""

    rate: str | None = None
    """How fast to speak, as in SSML: ``slow``, ``1.5``."""

    volume: str | None = None
    """How loud to speak, as in SSML: ``soft``, ``+6dB``."""


@frozen(kw_only=True, repr=False)
class VoiceLiveCustomVoice(Model):
    """A voice that was trained for one customer of Azure."""

    name: str
    """Which voice, by the name it was given."""

    endpoint_id: str
    """The deployment that speaks with it."""

    type: Literal["azure-custom"] = "azure-custom"
    """Tells this kind of voice from the others."""

    temperature: float | None = None
    """How varied the delivery is, from 0.0 to 1.0; for HD voices."""

    custom_lexicon_url: str | None = None
    """The web address of a lexicon of pronunciations."""

    custom_text_normalization_url: str | None = None
    """The web address of rules for numbers, dates and the like."""

    prefer_locales: tuple[str, ...] | None = None
    """The accents to prefer, each for its language, such as ``en-GB``."""

    locale: str | None = None
    """The one accent to speak everything with, such as ``en-US``."""

    style: str | None = None
    """The speaking style, such as ``cheerful``."""

    pitch: str | None = None
    """How high to speak, as in SSML: ``low``, ``+10%``."""

    rate: str | None = None
    """How fast to speak, as in SSML: ``slow``, ``1.5``."""

    volume: str | None = None
    """How loud to speak, as in SSML: ``soft``, ``+6dB``."""


VoiceLivePersonalVoiceModels: TypeAlias = (
    Literal[
        "DragonLatestNeural",
        "PhoenixLatestNeural",
        "PhoenixV2Neural",
        "DragonHDOmniLatestNeural",
        "MAI-Voice-1",
    ]
    | OpenStr
)
"""A model that speaks with a copied voice."""


@frozen(kw_only=True, repr=False)
class VoiceLivePersonalVoice(Model):
    """A copy of one person's voice."""

    name: str
    """Which voice, by its speaker profile."""

    model: VoiceLivePersonalVoiceModels
    """The model that speaks with it."""

    type: Literal["azure-personal"] = "azure-personal"
    """Tells this kind of voice from the others."""

    temperature: float | None = None
    """How varied the delivery is, from 0.0 to 1.0."""

    custom_lexicon_url: str | None = None
    """The web address of a lexicon of pronunciations."""

    custom_text_normalization_url: str | None = None
    """The web address of rules for numbers, dates and the like."""

    prefer_locales: tuple[str, ...] | None = None
    """The accents to prefer, each for its language, such as ``en-GB``."""

    locale: str | None = None
    """The one accent to speak everything with, such as ``en-US``."""

    style: str | None = None
    """The speaking style, such as ``cheerful``."""

    pitch: str | None = None
    """How high to speak, as in SSML: ``low``, ``+10%``."""

    rate: str | None = None
    """How fast to speak, as in SSML: ``slow``, ``1.5``."""

    volume: str | None = None
    """How loud to speak, as in SSML: ``soft``, ``+6dB``."""


@frozen(kw_only=True, repr=False)
class VoiceLiveAvatarVoiceSyncVoice(Model):
    """The voice that belongs to the session's avatar."""

    model: VoiceLivePersonalVoiceModels
    """The model that speaks with it."""

    type: Literal["avatar-voice-sync"] = "avatar-voice-sync"
    """Tells this kind of voice from the others."""

    temperature: float | None = None
    """How varied the delivery is, from 0.0 to 1.0."""

    custom_lexicon_url: str | None = None
    """The web address of a lexicon of pronunciations."""

    custom_text_normalization_url: str | None = None
    """The web address of rules for numbers, dates and the like."""

    prefer_locales: tuple[str, ...] | None = None
    """The accents to prefer, each for its language, such as ``en-GB``."""

    locale: str | None = None
    """The one accent to speak everything with, such as ``en-US``."""

    style: str | None = None
    """The speaking style, such as ``cheerful``."""

    pitch: str | None = None
    """How high to speak, as in SSML: ``low``, ``+10%``."""

    rate: str | None = None
    """How fast to speak, as in SSML: ``slow``, ``1.5``."""

    volume: str | None = None
    """How loud to speak, as in SSML: ``soft``, ``+6dB``."""


VoiceLiveRealtimeNativeVoiceName: TypeAlias = (
    Literal[
        "aarti",
        "andrew",
        "ava",
        "denise",
        "diya",
        "elsa",
        "florian",
        "francisca",
        "meera",
        "xiaoxiao",
        "yunxi",
        "ximena",
    ]
    | OpenStr
)
"""The name of a voice that the model ``azure-realtime`` has."""


@frozen(kw_only=True, repr=False)
class VoiceLiveRealtimeNativeVoice(Model):
    """A voice of the model ``azure-realtime``, which takes no other kind."""

    name: VoiceLiveRealtimeNativeVoiceName
    """Which voice."""

    type: Literal["azure-realtime-native"] = "azure-realtime-native"
    """Tells this kind of voice from the others."""


VoiceLiveVoice: TypeAlias = (
    VoiceIdsShared
    | VoiceLiveOpenAIVoice
    | VoiceLiveStandardVoice
    | VoiceLiveCustomVoice
    | VoiceLivePersonalVoice
    | VoiceLiveAvatarVoiceSyncVoice
    | VoiceLiveRealtimeNativeVoice
    | Unknown
)
"""A voice of OpenAI's by name, or any voice as an object; servers report objects."""
