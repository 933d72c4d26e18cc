"""Small sessions as messages, and the tables that they are summed up in."""

from base64 import b64encode
from collections.abc import Iterable
from typing import Any

from rtmodels import RealtimeClientEvent, RealtimeServerEvent
from rtmodels.adapters import DictAdapter
from rtmodels.adapters._recordings.events import Event
from rtmodels.adapters._recordings.times import Instant
from rtmodels.adapters.archive._rows import MessageSource
from rtmodels.adapters.archive._tables import Tables, Tabulator

START = 1_764_000_000_000_000
"""When the sessions begin, in microseconds."""

decode = DictAdapter(RealtimeClientEvent | RealtimeServerEvent).decode

PLACE = {
    "response_id": "resp_1",
    "item_id": "item_1",
    "output_index": 0,
    "content_index": 0,
}


def server(type_: str, **keys: Any) -> dict[str, Any]:
    """Make a message from the server."""
    return {"type": type_, "event_id": "event_1", **keys}


def created(id_: str = "resp_1", **keys: Any) -> dict[str, Any]:
    """Begin a response."""
    return server("response.created", response={"id": id_, **keys})


def done(id_: str = "resp_1", status: str = "completed", **keys: Any) -> dict[str, Any]:
    """End a response."""
    return server("response.done", response={"id": id_, "status": status, **keys})


def audio(size: int = 48_000, **place: Any) -> dict[str, Any]:
    """Bring *size* bytes of audio, of which a second has 48,000 by default."""
    delta = b64encode(bytes(size)).decode()
    return server("response.output_audio.delta", **PLACE | place, delta=delta)


def words(
    type_: str = "response.output_audio_transcript.delta", **place: Any
) -> dict[str, Any]:
    """Bring some words."""
    keys = PLACE | place
    if "arguments" in type_:
        del keys["content_index"]
        keys["call_id"] = "call_1"
    return server(type_, **keys, delta="Hi")


def message(role: str, *content: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """Make an item that is a message."""
    item = {"id": "item_1", "type": "message", "role": role, "content": [*content]}
    return {**item, **keys}


def placed(item: dict[str, Any], step: str = "added") -> dict[str, Any]:
    """Build the event that adds *item* to the conversation."""
    return server(f"conversation.item.{step}", item=item)


def settings(
    type_: str = "session.created", id_: str = "sess_1", **output: Any
) -> dict[str, Any]:
    """Build an event with the settings of a session and its audio output."""
    session = {
        "id": id_,
        "object": "realtime.session",
        "type": "realtime",
        "model": "gpt-realtime",
        "audio": {"output": {"voice": "marin", **output}},
    }
    return server(type_, session=session)


def speech(step: str = "stopped", item: str = "item_0", ms: int = 0) -> dict[str, Any]:
    """Build the event for the start or the end of the caller's speech."""
    place = {"started": "start", "stopped": "end"}[step]
    type_ = f"input_audio_buffer.speech_{step}"
    return server(type_, item_id=item, **{f"audio_{place}_ms": ms})


def at(milliseconds: float) -> Instant:
    """Return the time so many milliseconds after the session began."""
    return Instant(START + round(milliseconds * 1000))


def feed(
    tabulator: Tabulator,
    messages: Iterable[dict[str, Any] | tuple[float, dict[str, Any]]],
    **source: Any,
) -> None:
    """Tabulate *messages*, each with the milliseconds when it came, if they are known.

    Their lines are counted from 1.
    """
    place = MessageSource(**source)
    for line, each in enumerate(messages, start=1):
        time, sent = each if isinstance(each, tuple) else (None, each)
        place.line, place.received_at = line, None if time is None else at(time)
        tabulator.add(place, decode(sent))


def tabulate(
    *messages: dict[str, Any] | tuple[float, dict[str, Any]],
    file: str | None = "a.jsonl",
    session: str | None = None,
) -> Tables:
    """Return the tables for *messages* in one file."""
    tabulator = Tabulator()
    feed(tabulator, messages, file=file, session=session)
    return tabulator.tables()


def tabulate_events(sources: Iterable[tuple[MessageSource, Event]]) -> Tables:
    """Return the tables for events that are decoded already."""
    tabulator = Tabulator()
    for source, event in sources:
        tabulator.add(source, event)
    return tabulator.tables()


def only(rows: Any) -> dict[str, Any]:
    """Return the only row of a table, without its nulls."""
    (row,) = rows.to_pylist()
    return {key: value for key, value in row.items() if value is not None}
