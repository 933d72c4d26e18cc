"""The keys by which objects of two protocols with the same ``type`` are told apart.

The Realtime API, its translations and the Live API share some types of events. Each has
a key that the other lacks. The converter's plan imports this.
"""

from collections.abc import Mapping
from typing import TypeAlias

__all__ = ["find_foreign_keys", "find_lacking_keys"]

_Table: TypeAlias = dict[str, dict[str, tuple[str, ...]]]
"""The keys for each protocol and class."""

LIVE, REALTIME = "the Live API", "the Realtime API"

_LIVE_TIMES = "start_ms", "end_ms"
_LIVE_UPDATE = "delegation", "triggers"
_REALTIME_SESSION = (
    "input_audio_format",
    "modalities",
    "object",
    "output_audio_format",
    "output_modalities",
    "turn_detection",
)

_FOREIGN: _Table = {
    LIVE: {
        "ErrorEvent": ("client_event_id",),
        "RealtimeBetaSessionCreateRequest": _LIVE_UPDATE,
        "RealtimeSession": (*_LIVE_UPDATE, "status"),
        "RealtimeTranslationSessionUpdateRequest": _LIVE_UPDATE,
        "TranslationSessionClosedEvent": ("reason", "session", "usage"),
        "TranslationSessionInputTranscriptDeltaEvent": _LIVE_TIMES,
        "TranslationSessionOutputAudioDeltaEvent": _LIVE_TIMES,
        "TranslationSessionOutputTranscriptDeltaEvent": _LIVE_TIMES,
    },
    REALTIME: {
        "LiveError": ("event_id",),
        "LiveInputTranscriptDelta": ("elapsed_ms",),
        "LiveOutputAudioDelta": ("channels", "elapsed_ms", "format", "sample_rate"),
        "LiveOutputTranscriptDelta": ("elapsed_ms",),
        "LiveResponseCreate": ("response",),
        "LiveSessionResource": _REALTIME_SESSION,
        "LiveSessionUpdateConfig": (*_REALTIME_SESSION, "type"),
    },
}

_LACKING: _Table = {
    LIVE: {
        "RealtimeSessionCreateRequest": ("type",),
        "RealtimeSessionCreateResponse": ("type",),
        "RealtimeTranslationSession": ("type",),
        "TranslationSessionOutputAudioDeltaEvent": ("event_id",),
    },
}


def find_foreign_keys(name: str) -> Mapping[str, str]:
    """Return the keys that objects of another protocol have, and the class has not.

    Each has the name of that protocol. *name* is the name of the class.
    """
    return _find(_FOREIGN, name)


def find_lacking_keys(name: str) -> Mapping[str, str]:
    """Return the keys that the class requires, and objects of another protocol lack."""
    return _find(_LACKING, name)


def _find(table: _Table, name: str) -> Mapping[str, str]:
    """Return the keys of the class called *name*, each with its protocol."""
    return {
        key: protocol
        for protocol, classes in table.items()
        for key in classes.get(name, ())
    }
