"""Recorded messages of the Live API, on each of its connections."""

from base64 import b64encode
from typing import Any

SECOND = 48_000
"""The bytes of a second of audio in the default format."""


def server(type_: str, **keys: Any) -> dict[str, Any]:
    """Make a message from the server."""
    return {"type": type_, "event_id": "event_1", **keys}


def session(id_: str = "live_1", **keys: Any) -> dict[str, Any]:
    """Make the settings that the server reports."""
    return {
        "id": id_,
        "expires_at": 1_790_210_434,
        "model": "gpt-live-1",
        "status": "active",
        "audio": {"output": {"voice": "marin"}, **keys},
    }


def start(model: str | None = "gpt-live-1", **audio: Any) -> dict[str, Any]:
    """Start a session; a fork names no model."""
    settings: dict[str, Any] = {"audio": audio} if audio else {}
    if model is not None:
        settings["model"] = model
    return {"type": "session.start", "session": settings}


def started(id_: str = "live_1", **audio: Any) -> dict[str, Any]:
    """Answer that it has started."""
    return server("session.started", session=session(id_, **audio))


def closed(
    seconds: float, id_: str = "live_1", reason: str = "close_requested"
) -> dict[str, Any]:
    """End a session."""
    usage = {"seconds": seconds}
    return server("session.closed", reason=reason, session=session(id_), usage=usage)


def usage(seconds: float, **keys: Any) -> dict[str, Any]:
    """Report the totals so far."""
    return server("session.usage.updated", usage={"seconds": seconds, **keys})


def heard(size: int = SECOND) -> dict[str, Any]:
    """Send *size* bytes of audio to the model."""
    audio = b64encode(bytes(size)).decode()
    return {"type": "session.input_audio.append", "audio": audio}


def spoken(size: int = SECOND, **times: int) -> dict[str, Any]:
    """Bring *size* bytes of the model's audio; a sideband has times."""
    delta = b64encode(bytes(size)).decode()
    return {"type": "session.output_audio.delta", "delta": delta, **times}


def words(side: str, text: str, begin: int, end: int) -> dict[str, Any]:
    """Bring some words of one side, ``input`` or ``output``."""
    times = {"start_ms": begin, "end_ms": end}
    return server(f"session.{side}_transcript.delta", delta=text, **times)


def delegated(id_: str = "item_1", target: str = "responses") -> dict[str, Any]:
    """Delegate a task."""
    task = {"id": id_, "type": "delegation", "target": target}
    if target == "responses":
        task["response_id"] = f"resp_{id_}"
    return server("session.delegation.created", offset_ms=3800, delegation=task)


def responded(status: str = "completed", id_: str = "item_1") -> dict[str, Any]:
    """End the response that works on a task."""
    response = {"id": f"resp_{id_}", "object": "response", "status": status}
    event = {"type": f"response.{status}", "response": response}
    return server("response.event", delegation_id=id_, event=event)


def key(digit: str, **keys: Any) -> dict[str, Any]:
    """Press a key of a telephone, or report that it was pressed."""
    return {"type": "transport.dtmf.send", "event": digit, **keys}


TALK = [
    words("input", "What", 600, 800),
    words("input", " time is it?", 800, 1800),
    delegated(),
    words("output", "Let me see.", 2000, 3000),
    responded(),
    words("output", " It is noon.", 3000, 4500),
    words("input", "Thanks.", 5000, 5500),
]
"""Three turns, with a task."""

PRIMARY = [start(), started(), heard(), spoken(), *TALK, usage(5.5), closed(6.0)]
"""A new session, as its first connection has it."""

FORK = [start(None), started("live_2"), heard(), usage(3.0), closed(4.0, "live_2")]
"""A session that continues a stored one."""

SIDEBAND = [
    started(),
    heard(),
    spoken(start_ms=0, end_ms=1000),
    key("1"),
    key("1", event_id="event_2", client_event_id="event_1"),
    server("session.paused"),
    server("session.resumed"),
    usage(5.5),
    closed(6.0),
]
"""A session that another connection has started."""
