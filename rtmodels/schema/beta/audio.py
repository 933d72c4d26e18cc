"""How the beta encodes and voices audio, and cuts it into turns."""

from typing import Literal, TypeAlias

from attrs import frozen

from rtmodels.schema._model import UNSET, Model, Unset
from rtmodels.schema.audio import SemanticVadEagerness, VoiceIdsShared

__all__ = [
    "RealtimeBetaAudioFormat",
    "RealtimeBetaTurnDetection",
    "RealtimeBetaVoice",
    "RealtimeBetaVoiceObject",
]

RealtimeBetaAudioFormat: TypeAlias = Literal["pcm16", "g711_ulaw", "g711_alaw"]
"""16-bit PCM at 24000 hertz, or one of the codecs of the telephone at 8000 hertz."""


@frozen(kw_only=True, repr=False)
class RealtimeBetaVoiceObject(Model):
    """A voice that is more than a name: a custom one, or one of Azure's."""

    id: str | None = None
    """Which custom voice of OpenAI's: ``voice_...``."""

    name: str | None = None
    """Which voice of Azure's, such as ``en-US-AvaNeural``."""

    type: str | None = None
    """Where Azure finds the voice: ``openai``, ``azure-standard`` and others."""


RealtimeBetaVoice: TypeAlias = VoiceIdsShared | RealtimeBetaVoiceObject
"""A built-in voice by name, or another voice as an object."""


@frozen(kw_only=True, repr=False)
class RealtimeBetaTurnDetection(Model):
    """How turns are found, of either kind in one object; *type* says which kind."""

    type: str | None = None
    """The kind: by loudness, ``server_vad``, or by meaning, ``semantic_vad``."""

    threshold: float | None = None
    """How loud counts as speech, from 0.0 to 1.0; higher suits noisy places."""

    prefix_padding_ms: int | None = None
    """Audio to keep from before the detected start, in milliseconds."""

    silence_duration_ms: int | None = None
    """Silence that ends a turn, in milliseconds."""

    create_response: bool | None = None
    """Whether the end of a turn starts a response."""

    interrupt_response: bool | None = None
    """Whether the start of speech cuts a running response short."""

    idle_timeout_ms: int | None | Unset = UNSET
    """Silence after a response that has the model speak up again, in milliseconds."""

    eagerness: SemanticVadEagerness | str | None = None
    """How soon to answer, if turns are cut by meaning."""
