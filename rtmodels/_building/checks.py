"""Checks of what OpenAI documents, and the types of the schema cannot express."""

from collections.abc import Mapping
from typing import Any, TypeVar, get_args

from rtmodels.schema.response import MaxOutputTokens

__all__ = [
    "check_event_id",
    "check_metadata",
    "check_range",
    "check_tokens",
    "check_word",
]

T = TypeVar("T")

MAX_EVENT_ID = 512
"""Maximum number of characters of an event's id."""

MAX_TOKENS = 4096
"""The highest limit on output tokens, apart from ``inf``."""

MAX_NOTES, MAX_KEY, MAX_VALUE = 16, 64, 512
"""Maximum number of notes in metadata, and of characters in a key and in a value."""


def check_word(name: str, value: T, words: Any) -> T:
    """Return *value*; raise a `ValueError` for a string that *words* does not list.

    Args:
        name: The argument, for the error.
        value: A string, or any other value, which passes.
        words: A ``Literal``.
    """
    allowed = get_args(words)
    if isinstance(value, str) and value not in allowed:
        listed = ", ".join(map(repr, allowed))
        raise ValueError(f"{name} must be one of {listed}, not {value!r}")
    return value


def check_range(name: str, value: float | None, low: float, high: float) -> None:
    """Raise a `ValueError` if *value* is neither None nor from *low* to *high*."""
    # Written so that NaN, which compares with nothing, is outside of every range.
    if value is not None and not low <= value <= high:
        raise ValueError(f"{name} must be from {low} to {high}, not {value}")


def check_event_id(event_id: str | None) -> str | None:
    """Return *event_id*; raise a `ValueError` if it is too long."""
    if event_id is not None and len(event_id) > MAX_EVENT_ID:
        raise ValueError(
            f"event_id must have at most {MAX_EVENT_ID} characters, "
            f"not {len(event_id):,}"
        )
    return event_id


def check_tokens(limit: MaxOutputTokens | None) -> MaxOutputTokens | None:
    """Return *limit*; raise a `ValueError` if it is outside of its range."""
    # True and False are integers as well.
    in_range = type(limit) is int and 1 <= limit <= MAX_TOKENS
    if limit is not None and limit != "inf" and not in_range:
        raise ValueError(
            f"max_output_tokens must be from 1 to {MAX_TOKENS} or 'inf', not {limit!r}"
        )
    return limit


def check_metadata(metadata: Mapping[str, str]) -> None:
    """Raise a `ValueError` if there are more or longer notes than OpenAI accepts."""
    if len(metadata) > MAX_NOTES:
        raise ValueError(
            f"metadata must have at most {MAX_NOTES} keys, not {len(metadata)}"
        )

    for key, value in metadata.items():
        if len(key) > MAX_KEY or len(value) > MAX_VALUE:
            raise ValueError(
                f"metadata[{key[:MAX_KEY]!r}] must have at most {MAX_KEY} characters "
                f"in its key and {MAX_VALUE} in its value"
            )
