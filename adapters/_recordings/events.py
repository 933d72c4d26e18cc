"""What recordings hold: the types of their events, and the audio settings in these."""

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
"""Shown as the status of a response that the recording has no end of."""


def read_audio_setting(
    holder: object, way: Literal["input", "output"], key: str
) -> Any:
    """Return the setting *key* of one way of the audio, or None.

    Args:
        holder: A session of any kind, or a response.
        way: ``input`` is what the caller says, ``output`` what the model says.
        key: Such as ``format``.
    """
    audio = getattr(holder, "audio", None)
    return getattr(getattr(audio, way, None), key, None)
