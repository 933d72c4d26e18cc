"""Where the classes are meant to differ from OpenAI's schema, and why."""

from typing import Any, NamedTuple

from rtmodels import (
    UNSET,
    AudioTranscription,
    ItemPhase,
    NoiseReduction,
    RealtimeBetaClientSecret,
    RealtimeBetaModel,
    RealtimeBetaSessionCreateRequestClientSecret,
    RealtimeBetaSessionCreateRequestInputAudioTranscription,
    RealtimeBetaToolChoice,
    RealtimeBetaTurnDetection,
    RealtimeBetaVoice,
    RealtimeTool,
    RealtimeTruncation,
    SemanticVadEagerness,
    SessionInclude,
    TranscriptTextUsage,
    Unset,
)

OWN_NAMES = {
    ".*EventPart": "ResponseContentPart",
    "Realtime(?!Translation).*NoiseReduction": "NoiseReduction",
    "Live.*OutputText": "LiveOutputText",
    "LiveDecision.*InputImage": "LiveDecisionInputImage",
    "LiveDecision.*InputJson": "LiveDecisionInputJson",
    "LiveDecision.*Refusal": "LiveDecisionRefusal",
    "LiveSessionForkResponseSession": "LiveSessionCreateResponseSession",
    ".*Tracing": "RealtimeTracingConfiguration",
    "VoiceIdsOrCustomVoice": "CustomVoice",
    ".*Expires(After|At)": "ClientSecretExpiresAfter",
    "RealtimeBeta((?!Request).)*ClientSecret": "RealtimeBetaClientSecret",
    ".*InputItemReference": "ResponseItemReference",
    "RealtimeBeta.*ResponseAudioOutput": "RealtimeSessionCreateResponseAudioOutput",
    "RealtimeBeta.*TurnDetection": "RealtimeBetaTurnDetection",
}
"""What we call inline objects, by a pattern of their names by rule."""

BETA_NAMES = {
    "BetaOutputAudioBufferAudioClearedEvent": "OutputAudioBufferClearedEvent",
    "BetaOutputAudioBufferAudioStartedEvent": "OutputAudioBufferStartedEvent",
    "BetaOutputAudioBufferAudioStoppedEvent": "OutputAudioBufferStoppedEvent",
    "BetaResponseAudioDeltaEvent": "ResponseOutputAudioDeltaEvent",
    "BetaResponseAudioDoneEvent": "ResponseOutputAudioDoneEvent",
    "BetaResponseAudioTranscriptDeltaEvent": "ResponseOutputAudioTranscriptDeltaEvent",
    "BetaResponseAudioTranscriptDoneEvent": "ResponseOutputAudioTranscriptDoneEvent",
    "BetaResponseTextDeltaEvent": "ResponseOutputTextDeltaEvent",
    "BetaResponseTextDoneEvent": "ResponseOutputTextDoneEvent",
}
"""Events by the names that the live beta had for them, and what they became."""

UNPUBLISHED = {
    **{name: f"the live beta's name for {later}" for name, later in BETA_NAMES.items()},
    "RealtimeBetaVoiceObject": "what Azure has for a voice",
}
"""Classes that are not in OpenAI's schema, and why we have them."""


LEFT_OUT: dict[str, str] = {}
"""Keys that no field can have as its name, and why; they stay in ``extra``."""


class Known(NamedTuple):
    """A field that is meant to differ from OpenAI's schema."""

    cls: str
    field: str
    type: Any
    reason: str

    @property
    def default(self) -> Any:
        """Return the default for the type; all these fields are optional."""
        return UNSET if Unset in getattr(self.type, "__args__", ()) else None


SENT = "OpenAI's server sends it"
SWITCH_OFF = "null is how a client switches it off"
BETA_SENT = "the beta's servers send it"
BETA_TAKES = "the beta's servers take it"
NOT_ALWAYS = "the beta's servers leave it out at times"
NULL_SEEN = "the beta's servers send null"

GA = [
    Known("ResponseOutputTextDeltaEvent", "obfuscation", str | None, SENT),
    Known("ResponseOutputAudioTranscriptDeltaEvent", "obfuscation", str | None, SENT),
    Known("ResponseFunctionCallArgumentsDeltaEvent", "obfuscation", str | None, SENT),
    Known(
        "ConversationItemInputAudioTranscriptionDeltaEvent",
        "obfuscation",
        str | None,
        SENT,
    ),
    Known(
        "RealtimeConversationItemMessageAssistant",
        "phase",
        ItemPhase | str | None,
        SENT,
    ),
    Known(
        "RealtimeResponseUsageOutputTokenDetails",
        "reasoning_tokens",
        int | None,
        SENT,
    ),
    Known("RealtimeResponseStatusDetailsError", "message", str | None, SENT),
    Known("NoiseReduction", "strength", float | None, "the beta has the same class"),
    *(
        Known(f"{session}AudioInput", field, type_ | None | Unset, SWITCH_OFF)
        for session in (
            "RealtimeSessionCreateRequest",
            "RealtimeTranscriptionSessionCreateRequest",
        )
        for field, type_ in (
            ("noise_reduction", NoiseReduction),
            ("transcription", AudioTranscription),
        )
    ),
]

TRANSLATION = [
    Known(
        "RealtimeTranslationSession",
        "include",
        tuple[SessionInclude | str, ...] | None | Unset,
        SENT,
    ),
]

BETA_EVENTS = [
    Known(
        "BetaConversationItemInputAudioTranscriptionCompletedEvent",
        "usage",
        TranscriptTextUsage | None,
        NOT_ALWAYS,
    ),
    Known(
        "BetaResponseFunctionCallArgumentsDoneEvent",
        "name",
        str | None,
        NOT_ALWAYS,
    ),
]

TURNS = RealtimeBetaTurnDetection | None | Unset
BETA_MODELS = [
    *(
        Known(cls, "voice", RealtimeBetaVoice | None, "Azure has objects for voices")
        for cls in (
            "RealtimeBetaResponse",
            "RealtimeBetaResponseCreateParams",
            "RealtimeBetaSessionCreateRequest",
            "RealtimeBetaSessionCreateResponse",
            "RealtimeSession",
        )
    ),
    *(
        Known(cls, "tools", tuple[RealtimeTool, ...] | None, "Voice Live has others")
        for cls in (
            "RealtimeBetaResponseCreateParams",
            "RealtimeBetaSessionCreateRequest",
            "RealtimeBetaSessionCreateResponse",
            "RealtimeSession",
        )
    ),
    *(
        Known(cls, "custom_voice_id", str | None | Unset, BETA_SENT)
        for cls in ("RealtimeBetaResponse", "RealtimeSession")
    ),
    Known("RealtimeSession", "truncation", RealtimeTruncation | None, BETA_SENT),
    Known("RealtimeBetaResponse", "temperature", float | None | Unset, NULL_SEEN),
    *(
        Known(
            cls,
            "tool_choice",
            RealtimeBetaToolChoice | None,
            "a tool can be chosen here too",
        )
        for cls in (
            "RealtimeBetaSessionCreateRequest",
            "RealtimeBetaSessionCreateResponse",
            "RealtimeSession",
        )
    ),
    Known("RealtimeBetaSessionCreateRequest", "turn_detection", TURNS, SWITCH_OFF),
    Known(
        "RealtimeBetaSessionCreateRequest",
        "input_audio_transcription",
        RealtimeBetaSessionCreateRequestInputAudioTranscription | None | Unset,
        SWITCH_OFF,
    ),
    *(
        Known(
            "RealtimeBetaSessionCreateRequestInputAudioTranscription",
            field,
            str | None,
            BETA_TAKES,
        )
        for field in ("language", "prompt")
    ),
    Known(
        "RealtimeBetaSessionCreateRequest",
        "model",
        RealtimeBetaModel | None,
        BETA_TAKES,
    ),
    Known(
        "RealtimeBetaSessionCreateRequest",
        "input_audio_noise_reduction",
        NoiseReduction | None | Unset,
        BETA_TAKES,
    ),
    Known(
        "RealtimeBetaSessionCreateRequest",
        "client_secret",
        RealtimeBetaSessionCreateRequestClientSecret | None,
        "required in session.update, where it makes no sense: servers make secrets",
    ),
    *(
        Known(
            "RealtimeBetaSessionCreateRequestClientSecret",
            field,
            type_ | None,
            "servers make secrets; clients only say how long one is valid",
        )
        for field, type_ in (("value", str), ("expires_at", int))
    ),
    Known(
        "RealtimeBetaSessionCreateResponse",
        "client_secret",
        RealtimeBetaClientSecret | None,
        "the secret is what one asks for; the schema has it in the request",
    ),
]

TRANSCRIPTION = "RealtimeBetaTranscriptionSessionCreate{}".format
BETA_TRANSCRIPTION = [
    Known(TRANSCRIPTION("Request"), "turn_detection", TURNS, SWITCH_OFF),
    Known(
        TRANSCRIPTION("Request"),
        "input_audio_noise_reduction",
        NoiseReduction | None | Unset,
        SWITCH_OFF,
    ),
    Known(
        TRANSCRIPTION("Response"),
        "client_secret",
        RealtimeBetaClientSecret | None | Unset,
        "events do not have it, and REST bodies null",
    ),
    Known(TRANSCRIPTION("Response"), "turn_detection", TURNS, NULL_SEEN),
    Known(TRANSCRIPTION("Response"), "id", str | None, BETA_SENT),
    Known(TRANSCRIPTION("Response"), "object", str | None, BETA_SENT),
    Known(TRANSCRIPTION("Response"), "expires_at", int | None, BETA_SENT),
    Known(
        TRANSCRIPTION("Response"),
        "input_audio_noise_reduction",
        NoiseReduction | None | Unset,
        BETA_SENT,
    ),
    Known(
        TRANSCRIPTION("Response"),
        "include",
        tuple[SessionInclude | str, ...] | None | Unset,
        BETA_SENT,
    ),
]

BETA_TURN_DETECTION = [
    Known(
        "RealtimeBetaTurnDetection",
        "type",
        str | None,
        "transcription sessions too find turns in more than one way",
    ),
    Known("RealtimeBetaTurnDetection", "create_response", bool | None, BETA_TAKES),
    Known("RealtimeBetaTurnDetection", "interrupt_response", bool | None, BETA_TAKES),
    Known(
        "RealtimeBetaTurnDetection", "idle_timeout_ms", int | None | Unset, BETA_SENT
    ),
    Known(
        "RealtimeBetaTurnDetection",
        "eagerness",
        SemanticVadEagerness | str | None,
        BETA_TAKES,
    ),
]

KNOWN = [
    *GA,
    *TRANSLATION,
    *BETA_EVENTS,
    *BETA_MODELS,
    *BETA_TRANSCRIPTION,
    *BETA_TURN_DETECTION,
]
