"""Times in the records of a log, in any of the notations that loggers use."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

UNITS = ((1e11, "seconds"), (1e14, "milliseconds"), (1e17, "microseconds"))
"""Upper limit of the numbers that are times in each unit; the rest are nanoseconds.

Each unit thus covers at least the years 1973 to 5138.
"""


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
