"""The time and the session of a message, taken from the event that was decoded from it.

A log whose records are the events themselves has the time and the session among the
keys of each event. No class declares them, so decoding leaves them in ``extra``, and
the message need not be parsed a second time.
"""

from collections.abc import Mapping
from typing import Any

from rtmodels import Unknown
from rtmodels.adapters._recordings.envelope import Envelope, read_session
from rtmodels.adapters._recordings.options import ReadOptions
from rtmodels.adapters._recordings.times import Instant, read_instant
from rtmodels.adapters._wire_format import is_msgpack

NOTHING: Mapping[Any, Any] = {}
"""The undeclared keys of an event that has none."""


def make_stamps(envelope: Envelope | None, options: ReadOptions) -> "Stamps | None":
    """Build what finds the keys of *envelope* in events, if they are there.

    What was inside a record has none of its keys.
    """
    if envelope is None or options.event_key is not None:
        return None
    return Stamps(envelope, upgrade=options.upgrade)


class Stamps:
    """Finds the time and the session of each message of a log."""

    def __init__(self, envelope: Envelope, *, upgrade: bool = False) -> None:
        """Look for the keys of *envelope*; *upgrade* is how events are decoded."""
        given = envelope.given
        self._envelope = envelope
        self._time_key = given.get("time")
        self._session_key = given.get("session")
        self._keys = [*given.values()]

        # An upgrade moves keys to and from `extra`.
        self._opens_all = upgrade

        self.missing = envelope.missing
        """The keys that no message has had so far, which every one has to be read for.

        The envelope removes them as it finds them.
        """

    def read(self, message: bytes, event: Any) -> tuple[Instant | None, str | None]:
        """Return the time of *message* and its session, as `Envelope.open` does.

        Args:
            message: The whole record.
            event: What was decoded from it; ``None`` if that failed.

        Returns:
            The time in microseconds since 1970, UTC; and the name of the session.
        """
        if event is None or self._opens_all or self.missing:
            return self._open(message)

        is_unknown = event.__class__ is Unknown
        kept = event.payload if is_unknown else event.extra
        found: Mapping[Any, Any] = kept or NOTHING
        session: Any
        time, session = found.get(self._time_key), found.get(self._session_key)
        # Nearly all logs have both, as a number and as a string.
        is_usual = time.__class__ is int and session.__class__ is str
        if is_usual and session.isascii():
            return read_instant(time), session
        return self._read_unusual(message, event, found)

    def _read_unusual(
        self, message: bytes, event: Any, found: Mapping[Any, Any]
    ) -> tuple[Instant | None, str | None]:
        """Return the same where a value is missing, or is of another type."""
        # MessagePack has values of types that JSON lacks.
        if is_msgpack(message):
            return self._open(message)

        for key in self._keys:
            # A field of the class may have the same name.
            if key not in found and hasattr(event, key):
                return self._open(message)

        time, session = found.get(self._time_key), found.get(self._session_key)
        if not isinstance(session, str):
            session = read_session(session)
        elif not session.isascii():
            # Only the envelope refuses half a surrogate, which no column can hold.
            return self._open(message)
        return read_instant(time), session

    def _open(self, message: bytes) -> tuple[Instant | None, str | None]:
        """Parse *message* for its time and its session."""
        _, received_at, session = self._envelope.open(message)
        return read_instant(received_at), session
