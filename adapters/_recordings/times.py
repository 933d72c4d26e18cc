"""Times in the records of a log, in any of the notations that loggers use."""

from datetime import UTC, datetime, timedelta
from math import modf
from typing import NewType

Instant = NewType("Instant", int)
"""A time, in microseconds since the beginning of 1970, UTC."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAIVE_EPOCH = EPOCH.replace(tzinfo=None)

DAY = 86_400
"""Seconds in a day."""

RANGE = range(-62_135_596_800 * 1_000_000, 253_402_300_800 * 1_000_000)
"""The times of the years 1 to 9999, in microseconds since 1970."""

UNITS = ((10**11, 1_000_000), (10**14, 1000), (10**17, 1))
"""Upper limit of the numbers that are seconds, milliseconds and microseconds.

The second of each is the number of microseconds in the unit. The numbers beyond are
nanoseconds. Each unit thus covers at least the years 1973 to 5138.
"""

LEAST_MS, MOST_MS = UNITS[0][0], UNITS[1][0]
"""The numbers that are milliseconds, for a test that is fast."""


def read_time(value: object) -> datetime | None:
    """Parse a time: a number since 1970, ISO 8601, or a timestamp of MessagePack."""
    time = read_instant(value)
    return None if time is None else EPOCH + timedelta(microseconds=time)


def read_instant(value: object) -> Instant | None:
    """Parse a time as `read_time` does, without an object for it."""
    # `match` takes five times as long, and every message of a log may have a time.
    # Most are of this kind.
    if type(value) is int and LEAST_MS <= value < MOST_MS:
        return Instant(value * 1000)
    try:
        if isinstance(value, (int, float)):
            # `bool` is a subclass of `int`, and no time.
            if isinstance(value, bool):
                return None
            time = _scale(value)
        elif isinstance(value, str):
            time = _measure(datetime.fromisoformat(value))
        elif isinstance(value, datetime):
            time = _measure(value)
        else:
            return None
    except (ValueError, OverflowError):
        # A log may hold any text or number here. The event itself is still good.
        return None

    # A call of `Instant` would be one for each message.
    return time if time in RANGE else None  # type: ignore[return-value]


def _scale(number: float) -> int:
    """Convert a number to microseconds; its magnitude determines the unit."""
    size = abs(number)
    for limit, factor in UNITS:
        if size < limit:
            if isinstance(number, int):
                return number * factor
            return _round_product(number, factor)

    return int(number // 1000)


def _round_product(number: float, factor: int) -> int:
    """Return the whole number that is nearest to *number* times *factor*."""
    # Only the fraction is multiplied as a float: the whole would lose digits.
    if factor == 1:
        return round(number)
    fraction, whole = modf(number)
    return int(whole) * factor + round(fraction * factor)


def _measure(time: datetime) -> int:
    """Return the microseconds from 1970 to *time*; a naive time is in UTC already."""
    span = time - (NAIVE_EPOCH if time.tzinfo is None else EPOCH)
    return (span.days * DAY + span.seconds) * 1_000_000 + span.microseconds
