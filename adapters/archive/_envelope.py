"""Takes events out of the records that a log keeps them in."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from rtmodels.adapters._wire_format import is_msgpack
from rtmodels.errors import MissingDependencyError

try:
    import msgspec
except ModuleNotFoundError as exc:
    raise MissingDependencyError("msgspec", extra="arrow") from exc

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

UNITS = ((1e11, "seconds"), (1e14, "milliseconds"), (1e17, "microseconds"))
"""Below which number a time is in which unit; any larger one is in nanoseconds.

So each unit reaches from 1973 or earlier to the year 5138.
"""


class Opened(NamedTuple):
    """An event, and what its record says about it."""

    message: bytes
    received_at: datetime | None
    session: str | None


class Envelope:
    """The keys under which records have the event, its time and its session."""

    def __init__(
        self, event_key: str | None, time_key: str | None, session_key: str | None
    ) -> None:
        """Build the decoders; a key that is ``None`` is in no record."""
        keys = {"event": event_key, "time": time_key, "session": session_key}
        defaults = {"event": msgspec.Raw(), "time": None, "session": None}
        given = {name: key for name, key in keys.items() if key is not None}

        def record(kind: Any) -> Any:
            return msgspec.defstruct(
                "Record",
                [
                    (name, msgspec.Raw if name == "event" else kind, defaults[name])
                    for name in given
                ],
                namespace={k: v for k, v in defaults.items() if k not in given},
                rename=given,
            )

        self._json = msgspec.json.Decoder(record(object)).decode
        self._msgpack = msgspec.msgpack.Decoder(record(msgspec.Raw)).decode

    def open(self, message: bytes) -> Opened:
        """Extract the event from *message*; if none is there, the message is the event.

        What is wrong with a message is found out when it is decoded, and not here.
        """
        decode = self._msgpack if is_msgpack(message) else self._json
        try:
            record = decode(message)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return Opened(message, None, None)
        return Opened(
            bytes(record.event) or message,
            read_time(read_scalar(record.time)),
            read_session(read_scalar(record.session)),
        )


def read_scalar(value: object) -> object:
    """Read what stands in a record of MessagePack, if it holds no other values.

    Keys that are integers can be chosen such that a dict of them takes very long.
    """
    if not isinstance(value, msgspec.Raw):
        return value
    head = memoryview(value)[0]
    if 0x80 <= head <= 0x9F or 0xDC <= head <= 0xDF:  # noqa: PLR2004 - maps and arrays
        return None
    return msgspec.msgpack.decode(value)


def read_time(value: object) -> datetime | None:
    """Read a time: a number since 1970, ISO 8601, or a timestamp of MessagePack."""
    try:
        match value:
            case bool():
                return None
            case int() | float():
                return EPOCH + _read_span(value)
            case str():
                return _to_utc(datetime.fromisoformat(value))
            case datetime():
                return _to_utc(value)
    except (ValueError, OverflowError):
        pass
    return None


def _read_span(number: float) -> timedelta:
    """Read a number whose unit is told by its magnitude."""
    for limit, unit in UNITS:
        if abs(number) < limit:
            return timedelta(**{unit: number})
    return timedelta(microseconds=number // 1000)


def _to_utc(time: datetime) -> datetime:
    """Move *time* to UTC, which it is in if it does not say."""
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def read_session(value: object) -> str | None:
    """Read what names a session: text, or a whole number."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number or isinstance(value, str) else None


def make_envelope(
    event_key: str | None, time_key: str | None, session_key: str | None
) -> Envelope | None:
    """Build the envelope with these keys; without any, a line is the event itself."""
    if event_key is time_key is session_key is None:
        return None
    return Envelope(event_key, time_key, session_key)
