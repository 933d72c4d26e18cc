"""The keys by which objects of two protocols with the same ``type`` are told apart.

The Realtime API, its translations and the Live API share some types of events. Each has
a key that the other lacks. The converter's plan imports this.
"""

from collections.abc import Mapping

__all__ = ["find_foreign_keys"]

LIVE, REALTIME = "the Live API", "the Realtime API"

_LIVE_SESSION = "client", "delegation", "status", "store", "triggers"
_LIVE_TIMES = "end_ms", "start_ms"
_REALTIME_SESSION = (
    "include",
    "input_audio_format",
    "max_output_tokens",
    "modalities",
    "object",
    "output_audio_format",
    "output_modalities",
    "temperature",
    "tool_choice",
    "tools",
    "tracing",
    "turn_detection",
    "type",
)

_FOREIGN = {
    LIVE: {
        "ErrorEvent": ("client_event_id",),
        "RealtimeBetaSessionCreateRequest": _LIVE_SESSION,
        "RealtimeSession": _LIVE_SESSION,
        "RealtimeSessionCreateRequest": _LIVE_SESSION,
        "RealtimeSessionCreateResponse": _LIVE_SESSION,
        "RealtimeTranslationSession": _LIVE_SESSION,
        "RealtimeTranslationSessionUpdateRequest": _LIVE_SESSION,
        "TranslationSessionClosedEvent": ("reason", "session", "usage"),
        "TranslationSessionInputTranscriptDeltaEvent": _LIVE_TIMES,
        "TranslationSessionOutputAudioDeltaEvent": _LIVE_TIMES,
        "TranslationSessionOutputTranscriptDeltaEvent": _LIVE_TIMES,
    },
    REALTIME: {
        "LiveError": ("event_id",),
        "LiveOutputAudioDelta": ("channels", "elapsed_ms", "format", "sample_rate"),
        "LiveInputTranscriptDelta": ("elapsed_ms",),
        "LiveOutputTranscriptDelta": ("elapsed_ms",),
        "LiveResponseCreate": ("response",),
        "LiveSessionResource": _REALTIME_SESSION,
        "LiveSessionUpdateConfig": _REALTIME_SESSION,
    },
}


def find_foreign_keys(name: str) -> Mapping[str, str]:
    """Return the foreign keys of the class called *name*, each with its protocol."""
    return {
        key: protocol
        for protocol, classes in _FOREIGN.items()
        for key in classes.get(name, ())
    }
