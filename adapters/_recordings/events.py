"""The events in recordings: their types, and the audio settings that they carry."""

from typing import Any, Literal, TypeAlias, get_args

import attrs

from rtmodels import RealtimeClientEvent, RealtimeServerEvent, Unknown

Event: TypeAlias = RealtimeClientEvent | RealtimeServerEvent
"""An event from either end of the wire."""

CLIENT_TYPES = frozenset(
    attrs.fields(cls).type.default
    for cls in get_args(RealtimeClientEvent)
    if cls is not Unknown
)
"""The types of the events that a client sends."""

UNENDED = "(never ended)"
"""Status shown for a response whose end is not in the recording."""


def read_audio_setting(
    holder: object, way: Literal["input", "output"], key: str
) -> Any:
    """Return the audio setting *key* for one direction; None if it is absent.

    Args:
        holder: A session of any kind, or a response.
        way: ``input`` for the caller's audio, ``output`` for the model's.
        key: The setting, such as ``format``.
    """
    audio = getattr(holder, "audio", None)
    return getattr(getattr(audio, way, None), key, None)
