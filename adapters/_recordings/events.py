"""The events in recordings: their types, and the audio settings that they carry."""

from functools import cache
from typing import Any, Literal, TypeAlias, get_args

import attrs

from rtmodels import (
    RealtimeClientEvent,
    RealtimeServerEvent,
    RtmodelsError,
    SessionCreatedEvent,
    SessionUpdatedEvent,
    SessionUpdateEvent,
    Unknown,
)
from rtmodels._display import truncate
from rtmodels.adapters._json_text import load_json
from rtmodels.adapters._wire_format import is_msgpack

Event: TypeAlias = RealtimeClientEvent | RealtimeServerEvent
"""An event from either end of the wire."""


def _list_types(union: Any) -> frozenset[str]:
    """Return the wire types of the classes in *union*."""
    classes = (cls for cls in get_args(union) if cls is not Unknown)
    return frozenset(attrs.fields(cls).type.default for cls in classes)


CLIENT_TYPES = _list_types(RealtimeClientEvent)
"""The types of the events that a client sends."""

TYPES = CLIENT_TYPES | _list_types(RealtimeServerEvent)
"""The types of all events."""


@cache
def list_beta_types() -> frozenset[str]:
    """Return the types of the events that exist only in the beta."""
    # Imported late: few recordings need the classes of the beta.
    from rtmodels import (  # noqa: PLC0415
        RealtimeBetaClientEvent,
        RealtimeBetaServerEvent,
    )

    beta = _list_types(RealtimeBetaClientEvent) | _list_types(RealtimeBetaServerEvent)
    return beta - TYPES


MAX_TYPE = 100
"""Maximum number of characters of a type that are shown."""

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


def starts_session(event: Event, known: str | None, *, has_begun: bool) -> bool:
    """Check whether *event* belongs to another session than the events before it.

    Args:
        event: The next event with the same key, or in the same file.
        known: The id of the session so far, if the server has said it.
        has_begun: Whether the server has sent any event of that session. A client may
            send events before the server's first one arrives: these belong to the
            session that starts then.
    """
    match event:
        case SessionCreatedEvent():
            return has_begun
        case SessionUpdatedEvent() | SessionUpdateEvent():
            # A log that begins or was cut in the middle may lack `session.created`.
            id_ = getattr(event.session, "id", None)
            return known is not None and id_ not in (None, known)
        case _:
            return False


def read_type(message: bytes) -> str | None:
    """Return the start of the ``type`` of an encoded *message*, if it has one."""
    try:
        if not is_msgpack(message):
            return name_type(load_json(message, lax=True))

        from rtmodels.adapters._msgpack import load_msgpack  # noqa: PLC0415 - an extra

        return name_type(load_msgpack(message, len(message)))
    except (RtmodelsError, ValueError):
        return None


def name_type(value: Any) -> str | None:
    """Return the start of the ``type`` of a parsed message, if it has one."""
    type_ = value.get("type") if isinstance(value, dict) else None
    return truncate(type_, MAX_TYPE) if isinstance(type_, str) else None
