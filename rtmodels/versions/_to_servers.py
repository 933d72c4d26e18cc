"""OpenAI's events as another server writes them: the reverse of `_servers`.

A table says which keys of a written event have another place or name in a dialect.
Only the package itself imports this module.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

__all__ = ["to_server"]

JsonObject: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str, ...]
Move: TypeAlias = Callable[[JsonObject], JsonObject]


def to_server(dialect: str, event_type: str) -> Move | None:
    """Return the function that moves the keys of a written event of *event_type*.

    It changes the event that it is given. The result is ``None`` where *dialect* has
    the keys of OpenAI's version that it is based on.
    """
    return _MOVES.get((dialect, event_type))


def _take(value: JsonObject, path: Path) -> Any:
    """Remove what is at *path*, and the objects around it that are empty then."""
    key, *rest = path
    if key not in value:
        return _MISSING
    if not rest:
        return value.pop(key)

    inner = value[key]
    taken = _take(inner, tuple(rest)) if isinstance(inner, dict) else _MISSING
    if inner == {} and taken is not _MISSING:
        del value[key]
    return taken


_MISSING: Any = object()
"""The value at a path that leads nowhere."""


def _rename_keys(holder: str, names: Mapping[Path, str]) -> Move:
    """Make the function that moves keys of the object *holder* to its top."""

    def move(event: JsonObject) -> JsonObject:
        held = event.get(holder)
        if isinstance(held, dict):
            for path, name in names.items():
                value = _take(held, path)
                if value is not _MISSING:
                    held.setdefault(name, value)
        return event

    return move


def _rename_values(holder: str, names: Mapping[str, Mapping[str, str]]) -> Move:
    """Make the function that replaces words of the object *holder*, by key."""

    def move(event: JsonObject) -> JsonObject:
        held = event.get(holder)
        if isinstance(held, dict):
            for key, words in names.items():
                word = held.get(key)
                if isinstance(word, str) and word in words:
                    held[key] = words[word]
        return event

    return move


def _drop_session_type(event: JsonObject) -> JsonObject:
    """Move the keys of a session to where xAI has them, which has no ``type``."""
    session = event.get("session")
    if isinstance(session, dict):
        session.pop("type", None)
    return _XAI_SESSION(event)


def _raise_usage(event: JsonObject) -> JsonObject:
    """Move what a response cost out of the response."""
    response = event.get("response")
    if isinstance(response, dict) and response.get("usage"):
        event["usage"] = response.pop("usage")
    return event


def _rename_details(event: JsonObject) -> JsonObject:
    """Rename the details of what a response cost."""
    response = event.get("response")
    usage = response.get("usage") if isinstance(response, dict) else None
    if isinstance(usage, dict):
        for side in ("input", "output"):
            details = usage.pop(f"{side}_token_details", _MISSING)
            if details is not _MISSING:
                usage[f"{side}_tokens_details"] = details
    return event


_XAI_SESSION = _rename_keys(
    "session",
    {
        ("output_modalities",): "modalities",
        ("max_output_tokens",): "max_response_output_tokens",
        ("audio", "input", "turn_detection"): "turn_detection",
        ("audio", "output", "voice"): "voice",
    },
)

_PCM = {"pcm16": "pcm"}
_QWEN_SESSION = _rename_values(
    "session", {"input_audio_format": _PCM, "output_audio_format": _PCM}
)
_GLM_SESSION = _rename_values("session", {"output_audio_format": _PCM})

_SESSION_EVENTS = ("session.update", "session.created", "session.updated")

_MOVES: Mapping[tuple[str, str], Move] = {
    **{("xai", name): _drop_session_type for name in _SESSION_EVENTS},
    **{("qwen", name): _QWEN_SESSION for name in _SESSION_EVENTS},
    **{("glm", name): _GLM_SESSION for name in _SESSION_EVENTS},
    ("glm", "response.done"): _raise_usage,
    ("qwen", "response.done"): _rename_details,
    ("xai", "response.done"): _raise_usage,
}
"""The events with keys of another place or name, by dialect and ``type``."""
