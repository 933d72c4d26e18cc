"""Translation sessions, in which the server repeats speech in another language.

They have events of their own, over a connection of their own: audio goes in all the
time, audio and both transcripts come out, and there are no turns or responses. What
``event_id`` and ``type`` mean is said in `rtmodels.schema.events`.
"""

from typing import Literal, TypeAlias

from attrs import field, frozen

from rtmodels._display import redact
from rtmodels.schema._model import UNSET, Model, Unknown, Unset
from rtmodels.schema.audio import NoiseReductionType
from rtmodels.schema.client_secret import ClientSecretExpiresAfter
from rtmodels.schema.events.error import ErrorEvent
from rtmodels.schema.session import SessionInclude

__all__ = [
    "RealtimeTranslationClientEvent",
    "RealtimeTranslationClientSecretCreateRequest",
    "RealtimeTranslationClientSecretCreateResponse",
    "RealtimeTranslationServerEvent",
    "RealtimeTranslationSession",
    "RealtimeTranslationSessionAudio",
    "RealtimeTranslationSessionAudioInput",
    "RealtimeTranslationSessionAudioInputNoiseReduction",
    "RealtimeTranslationSessionAudioInputTranscription",
    "RealtimeTranslationSessionAudioOutput",
    "RealtimeTranslationSessionCreateRequest",
    "RealtimeTranslationSessionUpdateRequest",
    "TranslationSessionCloseEvent",
    "TranslationSessionClosedEvent",
    "TranslationSessionCreatedEvent",
    "TranslationSessionInputAudioBufferAppendEvent",
    "TranslationSessionInputTranscriptDeltaEvent",
    "TranslationSessionOutputAudioDeltaEvent",
    "TranslationSessionOutputTranscriptDeltaEvent",
    "TranslationSessionUpdateEvent",
    "TranslationSessionUpdatedEvent",
]


@frozen(kw_only=True, repr=False)
class RealtimeTranslationSessionAudioInputTranscription(Model):
    """The transcript of what the speaker says, in the speaker's own language."""

    model: str
    """The model that transcribes."""


@frozen(kw_only=True, repr=False)
class RealtimeTranslationSessionAudioInputNoiseReduction(Model):
    """Filtering of the speaker's audio before it is translated."""

    type: NoiseReductionType | str
    """The kind of microphone to filter for."""

    strength: float | None = None
    """How much noise to filter."""


@frozen(kw_only=True, repr=False)
class RealtimeTranslationSessionAudioInput(Model):
    """How the speaker's audio is cleaned and transcribed."""

    transcription: RealtimeTranslationSessionAudioInputTranscription | None | Unset = (
        UNSET
    )
    """How to write down the original; null means not at all."""

    noise_reduction: (
        RealtimeTranslationSessionAudioInputNoiseReduction | None | Unset
    ) = UNSET
    """How to filter noise; null switches that off."""


@frozen(kw_only=True, repr=False)
class RealtimeTranslationSessionAudioOutput(Model):
    """How the translation is to be."""

    language: str | None = None
    """The language to translate into, as a code such as ``es``."""


@frozen(kw_only=True, repr=False)
class RealtimeTranslationSessionAudio(Model):
    """The audio settings of a translation session, in both directions."""

    input: RealtimeTranslationSessionAudioInput | None = None
    """How the original is read."""

    output: RealtimeTranslationSessionAudioOutput | None = None
    """What it is translated into."""


@frozen(kw_only=True, repr=False)
class RealtimeTranslationSession(Model):
    """The settings of a translation session as the server reports them."""

    id: str
    """Which session this is: ``sess_...``."""

    expires_at: int
    """When the session ends by itself, in Unix seconds."""

    model: str
    """The model that translates."""

    audio: RealtimeTranslationSessionAudio
    """How speech is read, and what it is translated into."""

    type: Literal["translation"] = "translation"
    """Tells sessions that translate from those that answer or transcribe."""

    include: tuple[SessionInclude | str, ...] | None | Unset = UNSET
    """What the server sends on top of the usual."""


@frozen(kw_only=True, repr=False)
class RealtimeTranslationSessionCreateRequest(Model):
    """The settings that a client secret gives a translation session."""

    model: str
    """The model to translate with."""

    audio: RealtimeTranslationSessionAudio | None = None
    """How to read speech, and what to translate it into."""


@frozen(kw_only=True, repr=False)
class RealtimeTranslationSessionUpdateRequest(Model):
    """The settings of a translation session that can change on the way."""

    audio: RealtimeTranslationSessionAudio | None = None
    """How to read speech from now on, and what to translate it into."""


@frozen(kw_only=True, repr=False)
class RealtimeTranslationClientSecretCreateRequest(Model):
    """What a backend asks of a client secret for one translation session."""

    session: RealtimeTranslationSessionCreateRequest
    """The settings for the session."""

    expires_after: ClientSecretExpiresAfter | None = None
    """How long the secret is to be of use; ten minutes, if left out."""


@frozen(kw_only=True, repr=False)
class RealtimeTranslationClientSecretCreateResponse(Model):
    """A new client secret for a translation session."""

    value: str = field(repr=redact)
    """The secret itself: ``ek_...``."""

    expires_at: int
    """Until when it can open a session, in Unix seconds."""

    session: RealtimeTranslationSession
    """The settings that the session will start with."""


@frozen(kw_only=True, repr=False)
class TranslationSessionUpdateEvent(Model):
    """Asks to change a translation session; what it leaves out stays as it is."""

    session: RealtimeTranslationSessionUpdateRequest
    """The settings to change."""

    type: Literal["session.update"] = "session.update"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class TranslationSessionInputAudioBufferAppendEvent(Model):
    """Hands over more of the original speech, silence included; there is no answer."""

    audio: bytes
    """Signed 16-bit little-endian PCM, one channel, 24000 samples a second."""

    type: Literal["session.input_audio_buffer.append"] = (
        "session.input_audio_buffer.append"
    )

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class TranslationSessionCloseEvent(Model):
    """Asks to end the session once all that was handed over has been translated."""

    type: Literal["session.close"] = "session.close"

    event_id: str | None = None


@frozen(kw_only=True, repr=False)
class TranslationSessionCreatedEvent(Model):
    """The translation session has begun: its first event."""

    event_id: str

    session: RealtimeTranslationSession
    """The settings that the session starts with."""

    type: Literal["session.created"] = "session.created"


@frozen(kw_only=True, repr=False)
class TranslationSessionUpdatedEvent(Model):
    """The settings that a `TranslationSessionUpdateEvent` asked for are in force."""

    event_id: str

    session: RealtimeTranslationSession
    """All settings, changed or not."""

    type: Literal["session.updated"] = "session.updated"


@frozen(kw_only=True, repr=False)
class TranslationSessionClosedEvent(Model):
    """The translation session is over: its last event."""

    event_id: str

    type: Literal["session.closed"] = "session.closed"


@frozen(kw_only=True, repr=False)
class TranslationSessionInputTranscriptDeltaEvent(Model):
    """Some more words of the original; sent if transcription is on."""

    event_id: str

    delta: str
    """The text to append to what came before."""

    type: Literal["session.input_transcript.delta"] = "session.input_transcript.delta"

    elapsed_ms: int | None | Unset = UNSET
    """Where in the stream of audio this belongs, in steps of 200 milliseconds."""


@frozen(kw_only=True, repr=False)
class TranslationSessionOutputTranscriptDeltaEvent(Model):
    """Some more words of the translation."""

    event_id: str

    delta: str
    """The text to append to what came before."""

    type: Literal["session.output_transcript.delta"] = "session.output_transcript.delta"

    elapsed_ms: int | None | Unset = UNSET
    """Where in the stream of audio this belongs, in steps of 200 milliseconds."""


@frozen(kw_only=True, repr=False)
class TranslationSessionOutputAudioDeltaEvent(Model):
    """Some more of the spoken translation; play it after what came before."""

    event_id: str

    delta: bytes
    """The next stretch of audio, as *format*, *sample_rate* and *channels* say."""

    type: Literal["session.output_audio.delta"] = "session.output_audio.delta"

    sample_rate: int | None = None
    """Samples a second, in hertz; 24000 unless said otherwise."""

    channels: int | None = None
    """How many channels there are; one unless said otherwise."""

    format: Literal["pcm16"] | str | None = None
    """How the samples are encoded: signed 16-bit little-endian PCM."""

    elapsed_ms: int | None | Unset = UNSET
    """Where in the stream of audio this belongs, in steps of 200 milliseconds."""


RealtimeTranslationClientEvent: TypeAlias = (
    TranslationSessionUpdateEvent
    | TranslationSessionInputAudioBufferAppendEvent
    | TranslationSessionCloseEvent
    | Unknown
)
"""What a client sends in a translation session."""

RealtimeTranslationServerEvent: TypeAlias = (
    ErrorEvent
    | TranslationSessionCreatedEvent
    | TranslationSessionUpdatedEvent
    | TranslationSessionClosedEvent
    | TranslationSessionInputTranscriptDeltaEvent
    | TranslationSessionOutputTranscriptDeltaEvent
    | TranslationSessionOutputAudioDeltaEvent
    | Unknown
)
"""What a server sends in a translation session."""
