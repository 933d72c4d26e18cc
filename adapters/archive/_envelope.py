"""Extraction of events from log records that wrap them."""

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
"""Upper limit of the numbers that are times in each unit; the rest are nanoseconds.

Each unit thus covers at least the years 1973 to 5138.
"""


class Opened(NamedTuple):
    """An event, and the metadata from its record."""

    message: bytes
    received_at: datetime | None
    session: str | None


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

    def open(self, message: bytes) -> Opened:
        """Extract the event from *message*; without the key, return the whole message.

        An invalid message is returned as it is; decoding it raises the error later.
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
    """Decode a value of a MessagePack record; return None for a map or an array."""
    if not isinstance(value, msgspec.Raw):
        return value

    # Integer keys can be chosen to collide in a dict, which would then take quadratic
    # time to build. Neither a time nor a session is a map, so none is ever built.
    head = memoryview(value)[0]
    if 0x80 <= head <= 0x9F or 0xDC <= head <= 0xDF:  # noqa: PLR2004 - maps and arrays
        return None
    return msgspec.msgpack.decode(value)


def read_time(value: object) -> datetime | None:
    """Parse a time: a number since 1970, ISO 8601, or a timestamp of MessagePack."""
    try:
        match value:
            # `bool` is a subclass of `int`, so it has to come first.
            case bool():
                return None
            case int() | float():
                return EPOCH + _read_span(value)
            case str():
                return _to_utc(datetime.fromisoformat(value))
            case datetime():
                return _to_utc(value)
    except (ValueError, OverflowError):
        # A log may hold any text or number here. The event itself is still good.
        pass

    return None


def _read_span(number: float) -> timedelta:
    """Convert a number to a time span; its magnitude determines the unit."""
    for limit, unit in UNITS:
        if abs(number) < limit:
            return timedelta(**{unit: number})
    return timedelta(microseconds=number // 1000)


def _to_utc(time: datetime) -> datetime:
    """Convert *time* to UTC; a naive time is in UTC already."""
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def read_session(value: object) -> str | None:
    """Return the name of a session as text, if *value* is a string or an integer."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number or isinstance(value, str) else None


def make_envelope(
    event_key: str | None, time_key: str | None, session_key: str | None
) -> Envelope | None:
    """Build the envelope with these keys; return None if no key is given."""
    if event_key is time_key is session_key is None:
        return None
    return Envelope(event_key, time_key, session_key)
