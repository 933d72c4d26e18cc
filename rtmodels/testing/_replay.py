"""The step that plays a recording to any client that connects."""

import os
from collections.abc import Generator, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, TypeAlias

import orjson
from attrs import frozen

from rtmodels import (
    Model,
    RealtimeClientEvent,
    RealtimeServerEvent,
)
from rtmodels.adapters._recordings.found import FoundMessages
from rtmodels.adapters._recordings.protocols import load_protocol
from rtmodels.adapters._recordings.reader import RecordingReader
from rtmodels.adapters._recordings.times import Instant, read_instant
from rtmodels.adapters.json import JsonAdapter
from rtmodels.testing._connection import Connection, Step, Waiting
from rtmodels.testing._steps import Expect

__all__ = ["replay"]

Source: TypeAlias = (
    str | os.PathLike[str] | Iterable[bytes | str | Mapping[str, Any] | Model]
)
"""A path or URL of a recording, or its messages."""


@frozen
class Recorded:
    """One message of a recording."""

    event: Any
    is_client: bool
    received_at: Instant | None


@frozen
class Replay:
    """A step that plays a recording."""

    messages: tuple[Recorded, ...]
    wait_for: tuple[type, ...]
    timed: bool

    replaces_greeting: ClassVar[bool] = True
    """The recording has the beginning of the session, so the server sends none."""

    def play(self, connection: Connection) -> Generator[Waiting, None, None]:
        """Send the server's messages, and wait for some of the client's."""
        connection.is_automatic = False
        before: Instant | None = None
        for message in self.messages:
            if message.is_client:
                if isinstance(message.event, self.wait_for):
                    yield from Expect(type(message.event)).play(connection)
                continue

            if self.timed and message.received_at is not None:
                if before is not None and message.received_at > before:
                    seconds = (message.received_at - before) / 1_000_000
                    yield Waiting(f"{seconds:g} s", seconds=seconds)
                before = message.received_at
            connection.send(message.event)


def replay(
    source: Source,
    *,
    wait_for: type | tuple[type, ...] = (),
    timed: bool = False,
    event_key: str | None = None,
    time_key: str | None = None,
) -> Step:
    """Play a recording of the GA or the beta, in the version that the server speaks.

    The server's messages are sent in order with the ids that they have. While and after
    they are played, nothing is acknowledged, and the server does not greet if this is
    the first step. The client's messages in the recording are left out.

    Args:
        source: A path or a URL, of JSON Lines for example, or the messages: bytes,
            text, mappings or events. Files are read as ``rtmodels check`` reads them.
        wait_for: The classes of events at which the replay waits for the client: where
            the recording has such an event, the client has to send one of that class.
        timed: Keep the distances between the messages. It takes *time_key*.
        event_key: Key of the event in each record of a log. A record without this key
            is itself the event.
        time_key: Key of the time in each record: ISO 8601, or a number since 1970.

    Raises:
        ValueError: The source holds no messages of a server, or a record is damaged.
        OSError: The file cannot be read.
    """
    if timed and time_key is None:
        raise ValueError("timed=True takes a time_key")

    messages = tuple(
        _read_message(message, event_key, time_key) for message in _read(source)
    )
    if all(message.is_client for message in messages):
        raise ValueError("the recording holds no messages of a server")
    classes = wait_for if isinstance(wait_for, tuple) else (wait_for,)
    return Replay(messages, classes, timed)


def _read(source: Source) -> Iterator[Any]:
    """Iterate over the messages of *source*, none of them parsed."""
    if not isinstance(source, str | os.PathLike):
        yield from source
        return

    with RecordingReader(os.fspath(source)) as reader:
        for found in reader:
            if isinstance(found, FoundMessages):
                yield from found.messages
            elif isinstance(found, OSError):
                raise found
            else:
                raise ValueError(f"{reader.name}: {found}")  # noqa: TRY004 - damage


def _read_message(
    message: Any, event_key: str | None, time_key: str | None
) -> Recorded:
    """Return what *message* of a recording holds."""
    if isinstance(message, Model):
        type_ = getattr(message, "type", None)
        return Recorded(message, _is_client(type_), None)

    record = orjson.loads(message) if isinstance(message, bytes | str) else message
    event = record.get(event_key, record) if event_key else record
    if isinstance(event, str):
        event = orjson.loads(event)
    time = read_instant(record.get(time_key)) if time_key else None

    is_client = _is_client(event.get("type"))
    return Recorded(_decode(event, is_client=is_client), is_client, time)


def _is_client(type_: Any) -> bool:
    """Check whether clients send events of *type_*, in either version."""
    return (
        type_ in load_protocol("realtime").client_types
        or type_ == "transcription_session.update"
    )


def _decode(event: Mapping[str, Any], *, is_client: bool) -> Any:
    """Return *event* as a class of the GA."""
    return _find_adapter(is_client).decode(orjson.dumps(event))


@cache
def _find_adapter(is_client: bool) -> Any:  # noqa: FBT001 - a cache of two
    """Return the adapter for events of clients, or of servers."""
    union: Any = RealtimeClientEvent if is_client else RealtimeServerEvent
    return JsonAdapter(union, mode="forgiving", upgrade=True)
