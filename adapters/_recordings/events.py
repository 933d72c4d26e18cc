"""The events in recordings: their types, and the audio settings that they carry."""

from functools import cache
from typing import Any, Literal, TypeAlias

from rtmodels import Model, RealtimeClientEvent, RealtimeServerEvent, RtmodelsError
from rtmodels._display import truncate
from rtmodels.adapters._json_text import load_json
from rtmodels.adapters._recordings.protocol import (
    Protocol,
    list_classes,
    type_of,
)
from rtmodels.adapters._recordings.protocols import (
    load_protocol,
)
from rtmodels.adapters._wire_format import is_msgpack

Event: TypeAlias = RealtimeClientEvent | RealtimeServerEvent
"""An event of the Realtime API, from either end of the wire."""


@cache
def list_beta_types() -> frozenset[str]:
    """Return the types of the events that exist only in the beta of Realtime."""
    # Imported late: few recordings need the classes of the beta.
    from rtmodels import (  # noqa: PLC0415
        RealtimeBetaClientEvent,
        RealtimeBetaServerEvent,
    )

    unions = RealtimeBetaClientEvent, RealtimeBetaServerEvent
    beta = {type_of(cls) for union in unions for cls in list_classes(union)}
    return frozenset(beta - load_protocol("realtime").classes.keys())


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
        key: The setting, such as ``format``. Some sessions have one for both.
    """
    audio = getattr(holder, "audio", None)
    both = getattr(audio, key, None)
    return getattr(getattr(audio, way, None), key, both)


def read_settings(event: Any, protocol: Protocol) -> Model | None:
    """Return the settings of a session in *event*, which may be partial, if any."""
    if event.type not in protocol.settings:
        return None
    return event.session if isinstance(event.session, Model) else None


def starts_session(
    event: Any, protocol: Protocol, known: str | None, *, has_begun: bool
) -> bool:
    """Check whether *event* belongs to another session than the events before it.

    Args:
        event: The next event with the same key, or in the same file.
        protocol: Its protocol.
        known: The id of the session so far, if the server has said it.
        has_begun: Whether the server has sent any event of that session. A client may
            send events before the server's first one arrives: these belong to the
            session that starts then.
    """
    if event.type not in protocol.settings:
        return False

    id_ = getattr(event.session, "id", None)
    if event.type in protocol.starts:
        is_same = protocol.has_connections and id_ is not None and id_ == known
        return has_begun and not is_same

    # A log that begins or was cut in the middle may lack the start of a session.
    return known is not None and id_ not in (None, known)


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
