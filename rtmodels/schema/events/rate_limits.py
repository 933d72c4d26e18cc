"""The event that says how much use is still allowed."""

from typing import Literal, TypeAlias

from attrs import frozen

from rtmodels.schema._model import Model

__all__ = ["RateLimitName", "RateLimitsUpdatedEvent", "RateLimitsUpdatedEventRateLimit"]

RateLimitName: TypeAlias = Literal["requests", "tokens"]
"""What a rate limit counts."""


@frozen(kw_only=True, repr=False)
class RateLimitsUpdatedEventRateLimit(Model):
    """One limit, and what is left of it."""

    name: RateLimitName | str | None = None
    """What is counted."""

    limit: int | None = None
    """The most that is allowed, in requests or tokens."""

    remaining: int | None = None
    """How much is left, in requests or tokens."""

    reset_seconds: float | None = None
    """How long until the whole limit is available again, in seconds."""


@frozen(kw_only=True, repr=False)
class RateLimitsUpdatedEvent(Model):
    """The server has counted a response against the account's rate limits.

    It may first set aside more tokens than the response then turns out to need.
    """

    event_id: str

    rate_limits: tuple[RateLimitsUpdatedEventRateLimit, ...]
    """The limits that apply."""

    type: Literal["rate_limits.updated"] = "rate_limits.updated"
