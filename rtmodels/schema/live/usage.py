"""What a Live session has used so far."""

from attrs import frozen

from rtmodels.schema._model import Model

__all__ = [
    "LiveSessionUsage",
]


@frozen(kw_only=True, repr=False)
class LiveSessionUsage(Model):
    """The time that a session has used.

    Each report holds totals, not differences.
    """

    seconds: float
    """Total time, in seconds.

    It may have a fraction.
    """

    active_seconds: int | None = None
    """Time in which the model was running, in seconds."""

    paused_seconds: int | None = None
    """Time in which inference was paused, in seconds."""
