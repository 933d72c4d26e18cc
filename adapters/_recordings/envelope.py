"""Extraction of events from log records that wrap them.

It needs msgspec, so it is imported only when an option names a key of the records.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from rtmodels._display import MAX_TEXT, truncate
from rtmodels.adapters._recordings.times import read_time
from rtmodels.adapters._wire_format import is_msgpack
from rtmodels.errors import MissingDependencyError

try:
    import msgspec
except ModuleNotFoundError as exc:
    raise MissingDependencyError("msgspec", extra="arrow") from exc

FIRST_KEYS = 8
"""Maximum number of keys of the first record that are named in a hint."""

USABLE = {
    "time": "a time: ISO 8601, or a number since 1970",
    "session": "a string or a whole number there",
}
"""What the value of each key has to be; that of the event may be anything."""

PACKED_STRINGS = {b"\xc4", b"\xc5", b"\xc6", b"\xd9", b"\xda", b"\xdb"}
"""The first bytes of long strings and of binary data in MessagePack."""


class Opened(NamedTuple):
    """An event, and the metadata from its record."""

    message: bytes
    """The event as it was encoded."""

    received_at: datetime | None
    """The time in the record."""

    session: str | None
    """The name of the session in the record."""


class Envelope:
    """The keys of the event, its time and its session in the records of a log."""

    def __init__(
        self, event_key: str | None, time_key: str | None, session_key: str | None
    ) -> None:
        """Build the decoders; a key that is ``None`` is looked up in no record."""
        keys = {"event": event_key, "time": time_key, "session": session_key}
        defaults = {"event": msgspec.Raw(), "time": None, "session": None}
        given = {name: key for name, key in keys.items() if key is not None}

        def record(kind: Any) -> Any:
            # `Raw` slices the event out of the record without parsing it, so its
            # bytes reach the output unchanged.
            fields = [
                (name, msgspec.Raw if name == "event" else kind, defaults[name])
                for name in given
            ]

            # Names without a key become class attributes: `open` can read all three,
            # and no message can set them.
            constants = {k: v for k, v in defaults.items() if k not in given}
            return msgspec.defstruct(
                "Record", fields, namespace=constants, rename=given
            )

        self._json = msgspec.json.Decoder(record(object)).decode
        self._msgpack = msgspec.msgpack.Decoder(record(msgspec.Raw)).decode
        self.given = given
        """The keys of the ``event``, the ``time`` and the ``session``, if any."""
        self.missing = dict(given)
        """Those that no record has had so far."""
        self._first: list[str] | None = None
        self._present: set[str] = set()

    def open(self, message: bytes) -> Opened:
        """Extract the event from *message*; without the key, return the whole message.

        An invalid message is returned as it is; decoding it raises the error later.
        """
        decode = self._msgpack if is_msgpack(message) else self._json
        try:
            record = decode(message)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return Opened(message, None, None)

        opened = Opened(
            read_event(bytes(record.event)) or message,
            read_time(read_scalar(record.time)),
            read_session(read_scalar(record.session)),
        )

        # Most logs have every key in their first record, and cost nothing from then on.
        if self.missing:
            self._note(message, record, opened)
        return opened

    def _note(self, message: bytes, record: Any, opened: Opened) -> None:
        """Note which keys *record* has, and whether their values can be used."""
        found = {
            "event": opened.message is not message,
            "time": opened.received_at is not None,
            "session": opened.session is not None,
        }
        for name in [*self.missing]:
            if found[name]:
                del self.missing[name]
            elif name != "event" and getattr(record, name) is not None:
                self._present.add(name)

        if self._first is None:
            self._first = list_keys(message)

    def describe_missing(self) -> Iterator[str]:
        """Iterate over the keys that no record has had, each with a hint."""
        # Without any record, another message says already that nothing was read.
        if self._first is None:
            return

        for name, key in self.missing.items():
            reason = f"the first has {', '.join(self._first) or 'no key'}"
            if name in self._present:
                yield f"--{name}-key {key}: no record has {USABLE[name]}"
            else:
                yield f"--{name}-key {key}: no record has this key; {reason}"


def list_keys(record: bytes) -> list[str]:
    """Return the first keys of *record*, for a hint."""
    module = msgspec.msgpack if is_msgpack(record) else msgspec.json
    try:
        keys = module.decode(record, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, ValueError):
        return []
    return [truncate(key, MAX_TEXT) for key in keys][:FIRST_KEYS]


def read_event(value: bytes) -> bytes:
    """Return the event in *value*, which may be a string that holds it.

    CloudWatch, Loki and others store each line of a program as a string.
    """
    decode: Callable[[bytes], Any]
    if value[:1] == b'"':
        decode = msgspec.json.decode
    elif b"\xa0" <= value[:1] <= b"\xbf" or value[:1] in PACKED_STRINGS:
        decode = msgspec.msgpack.decode
    else:
        return value

    try:
        text = decode(value)
    except (msgspec.MsgspecError, ValueError):
        return value

    # Other lines of the program are left as they are: they are no events.
    data = text.encode() if isinstance(text, str) else bytes(text)
    return data if data.lstrip()[:1] == b"{" else value


def read_scalar(value: object) -> object:
    """Decode a value of a MessagePack record; return None for a map or an array."""
    if not isinstance(value, msgspec.Raw):
        return value

    # Integer keys can be chosen to collide in a dict, which would then take quadratic
    # time to build. Neither a time nor a session is a map, so none is ever built.
    head = memoryview(value)[0]
    if 0x80 <= head <= 0x9F or 0xDC <= head <= 0xDF:  # noqa: PLR2004 - maps and arrays
        return None
    return msgspec.msgpack.decode(value)


def read_session(value: object) -> str | None:
    """Return the name of a session as text, if *value* is a string or an integer."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number or isinstance(value, str) else None
