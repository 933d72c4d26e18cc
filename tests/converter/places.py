"""Payloads with a marked place inside, at every depth where an object may stand."""

import copy
from typing import Any, NamedTuple

from rtmodels import RealtimeClientEvent, RealtimeResponse, RealtimeServerEvent

MODES = ("strict", "tolerant", "forgiving")
LAX = MODES[1:]

USER = {"type": "message", "role": "user", "content": [{"type": "input_text"}]}
CALL = {"type": "function_call", "name": "f", "arguments": "{}"}
MCP_LIST = {
    "type": "mcp_list_tools",
    "server_label": "s",
    "tools": [{"name": "t", "input_schema": {"type": "object"}}],
}
MCP_CALL = {
    "type": "mcp_call",
    "id": "i",
    "server_label": "s",
    "name": "n",
    "arguments": "{}",
    "error": {"type": "http_error", "code": 401, "message": "m"},
}


def done(**response: Any) -> dict[str, Any]:
    """Make a ``response.done``."""
    return {"type": "response.done", "event_id": "e", "response": response}


def added(item: Any) -> dict[str, Any]:
    """Make a ``conversation.item.added``."""
    return {"type": "conversation.item.added", "event_id": "e", "item": item}


def update(**session: Any) -> dict[str, Any]:
    """Make a ``session.update``."""
    return {"type": "session.update", "session": {"type": "realtime", **session}}


class Place(NamedTuple):
    """An object inside a payload."""

    type: Any
    payload: Any
    steps: tuple[str | int, ...]
    """The way to it, which is the same in the payload and in the instance."""

    def put(self, key: str, value: Any) -> Any:
        """Return a copy of the payload with *key* set at the place."""
        payload = copy.deepcopy(self.payload)
        target = payload
        for step in self.steps:
            target = target[step]
        target[key] = value
        return payload

    def drop(self, key: str) -> Any:
        """Return a copy of the payload without *key* at the place."""
        payload = self.put(key, None)
        target = payload
        for step in self.steps:
            target = target[step]
        del target[key]
        return payload

    def follow(self, instance: Any, upwards: int = 0) -> Any:
        """Return the object at the place, or the one so many steps above it."""
        for step in self.steps[: len(self.steps) - upwards]:
            if isinstance(step, str) and not isinstance(instance, dict):
                instance = getattr(instance, step)
            else:
                instance = instance[step]
        return instance

    def path(self, key: str | None = None) -> str:
        """Write the way down as issues have it."""
        steps = self.steps if key is None else (*self.steps, key)
        return "$" + "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in steps)


OUTPUT = ("response", "output", 0)
PLACES = {
    "event": Place(RealtimeServerEvent, done(), ()),
    "client event": Place(RealtimeClientEvent, {"type": "response.create"}, ()),
    "top-level class": Place(RealtimeResponse, {}, ()),
    "tuple element": Place(tuple[RealtimeServerEvent, ...], [done(), done()], (1,)),
    "response": Place(RealtimeServerEvent, done(), ("response",)),
    "usage details": Place(
        RealtimeServerEvent,
        done(usage={"input_token_details": {}}),
        ("response", "usage", "input_token_details"),
    ),
    "item of a response": Place(RealtimeServerEvent, done(output=[USER]), OUTPUT),
    "call of a response": Place(RealtimeServerEvent, done(output=[CALL]), OUTPUT),
    "content part": Place(
        RealtimeServerEvent, done(output=[USER]), (*OUTPUT, "content", 0)
    ),
    "item of an event": Place(RealtimeServerEvent, added(CALL), ("item",)),
    "listed tool": Place(RealtimeServerEvent, added(MCP_LIST), ("item", "tools", 0)),
    "mcp error": Place(RealtimeServerEvent, added(MCP_CALL), ("item", "error")),
    "session": Place(RealtimeClientEvent, update(), ("session",)),
    "function tool": Place(
        RealtimeClientEvent,
        update(tools=[{"type": "function", "name": "f"}]),
        ("session", "tools", 0),
    ),
    "mcp tool": Place(
        RealtimeClientEvent,
        update(tools=[{"type": "mcp", "server_label": "s"}]),
        ("session", "tools", 0),
    ),
    "turn detection": Place(
        RealtimeClientEvent,
        update(audio={"input": {"turn_detection": {"type": "server_vad"}}}),
        ("session", "audio", "input", "turn_detection"),
    ),
    "audio format": Place(
        RealtimeClientEvent,
        update(audio={"output": {"format": {"type": "audio/pcm"}}}),
        ("session", "audio", "output", "format"),
    ),
    "prompt variable": Place(
        RealtimeClientEvent,
        update(prompt={"id": "p", "variables": {"v": {"type": "input_file"}}}),
        ("session", "prompt", "variables", "v"),
    ),
    "rate limit": Place(
        RealtimeServerEvent,
        {"type": "rate_limits.updated", "event_id": "e", "rate_limits": [{}]},
        ("rate_limits", 0),
    ),
}
