"""What responses and transcriptions used, as numbers that add up."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias

from attrs import fields_dict, frozen

from rtmodels.schema._model import Model, Unknown
from rtmodels.schema.usage import TranscriptTextUsageDuration

__all__ = ["Price", "TokenUsage"]

Price: TypeAlias = Decimal | int | float | str
"""A price; a float counts as the decimal number that it prints as."""

MILLION: Final = 1_000_000
SECONDS_PER_MINUTE: Final = 60

UNPRICED: Final = {"responses", "transcriptions", "reasoning_tokens"}
"""Fields without a price: counts, and tokens that another field has already."""

CACHED: Final = {
    f"input_{kind}_tokens": f"cached_{kind}_tokens"
    for kind in ("text", "audio", "image", "other")
}
"""The field of the cached tokens among those of each field."""


@frozen(kw_only=True)
class TokenUsage:
    """What responses and transcriptions used, in tokens by modality and by cache.

    Instances add up with ``+`` and with `sum`. ``TokenUsage()`` is zero. Field names
    are those of the columns of `Tables.responses` where both have the same number.
    """

    responses: int = 0
    """Number of responses that reported their usage."""

    input_text_tokens: int = 0
    """Text tokens read, cached or not."""

    input_audio_tokens: int = 0
    """Audio tokens read, cached or not."""

    input_image_tokens: int = 0
    """Image tokens read, cached or not."""

    input_other_tokens: int = 0
    """Tokens read whose modality the server did not report."""

    cached_text_tokens: int = 0
    """Text tokens among those read that came from the cache."""

    cached_audio_tokens: int = 0
    """Audio tokens among those read that came from the cache."""

    cached_image_tokens: int = 0
    """Image tokens among those read that came from the cache."""

    cached_other_tokens: int = 0
    """Tokens from the cache whose modality the server did not report.

    They may be among the text, audio and image tokens read.
    """

    output_text_tokens: int = 0
    """Text tokens that the model generated."""

    output_audio_tokens: int = 0
    """Audio tokens that the model generated."""

    output_other_tokens: int = 0
    """Generated tokens that are neither, or whose modality was not reported."""

    reasoning_tokens: int = 0
    """Generated tokens that were spent on reasoning; other fields count them too."""

    transcriptions: int = 0
    """Number of transcriptions that reported their usage."""

    transcription_text_tokens: int = 0
    """Text tokens that transcribers read."""

    transcription_audio_tokens: int = 0
    """Audio tokens that transcribers read."""

    transcription_other_tokens: int = 0
    """Tokens that transcribers read whose modality was not reported."""

    transcription_output_tokens: int = 0
    """Tokens of the transcripts."""

    transcription_seconds: Decimal = Decimal()
    """Seconds of speech, if the transcriber bills time."""

    @property
    def input_tokens(self) -> int:
        """Tokens that responses read."""
        return sum(getattr(self, name) for name in CACHED)

    @property
    def cached_tokens(self) -> int:
        """Tokens among them that came from the cache."""
        return sum(getattr(self, name) for name in CACHED.values())

    @property
    def output_tokens(self) -> int:
        """Tokens that the model generated."""
        return (
            self.output_text_tokens
            + self.output_audio_tokens
            + self.output_other_tokens
        )

    @property
    def total_tokens(self) -> int:
        """Tokens read and generated for responses, without transcriptions."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: "TokenUsage") -> "TokenUsage":
        """Return the sum of both."""
        if not isinstance(other, TokenUsage):
            return NotImplemented
        return TokenUsage(
            **{name: getattr(self, name) + getattr(other, name) for name in FIELDS}
        )

    def __radd__(self, other: int) -> "TokenUsage":
        """Return self for 0, which `sum` starts with."""
        return self if other == 0 else NotImplemented

    @classmethod
    def of(cls, source: Model | Unknown | None) -> "TokenUsage":
        """Return the usage in an event, a response, or a usage object.

        Zero if there is none, as in all events but ``response.done`` and
        ``conversation.item.input_audio_transcription.completed``, and for the type
        ``unknown``. The Live API reports totals of time and no tokens, so its events
        are zero as well: see `LiveAccumulator.usage`.
        """
        kind = getattr(source, "type", None)
        if kind == "response.done":
            # xAI reports the usage beside the response, and an empty one inside it.
            inside = _of_response(_read_usage(getattr(source, "response", None)))
            return _of_response(_read_usage(source)) if inside == ZERO else inside
        if kind == "conversation.item.input_audio_transcription.completed":
            return _of_transcription(_read_usage(source))

        if kind in ("tokens", "duration"):
            return _of_transcription(source)
        if getattr(source, "object", None) == "realtime.response":
            return _of_response(_read_usage(source))
        return _of_response(source)

    @classmethod
    def of_all(cls, sources: Iterable[Model | Unknown]) -> "TokenUsage":
        """Return the sum over the events or the responses of one session.

        Responses and transcriptions with the same id count once.
        """
        total = cls()
        seen: set[object] = set()
        for source in sources:
            used = cls.of(source)
            if used == ZERO:
                continue

            key = _identify(source)
            if key is None or key not in seen:
                total += used
                seen.add(key)
        return total

    def cost(self, prices: Mapping[str, Price]) -> Decimal:
        """Return the cost at *prices*, in their currency.

        Args:
            prices: Prices by field name: of a million tokens, and for
                ``transcription_seconds`` of a minute. The prices of ``input_...`` are
                for tokens that did not come from the cache. Each cached token of
                unknown modality costs the price of ``cached_other_tokens``, and takes
                the place of one at the price of ``input_other_tokens``.

        Raises:
            ValueError: A key is not the name of a field with a price, a price is not
                a number, or there is no price for something that was used.
        """
        amounts = {name: Decimal(getattr(self, name)) for name in PRICED}
        for name, cached in CACHED.items():
            amounts[name] -= amounts[cached]

        unknown = sorted(prices.keys() - amounts.keys())
        if unknown:
            raise ValueError(f"no such price: {', '.join(unknown)}")
        missing = [name for name in PRICED if amounts[name] and name not in prices]
        if missing:
            raise ValueError(f"no price for {', '.join(missing)}")

        cost = Decimal()
        for name, price in prices.items():
            is_time = name == "transcription_seconds"
            unit = SECONDS_PER_MINUTE if is_time else MILLION
            cost += amounts[name] * _read_price(name, price) / unit
        return cost


FIELDS: Final = tuple(fields_dict(TokenUsage))
PRICED: Final = tuple(name for name in FIELDS if name not in UNPRICED)
ZERO: Final = TokenUsage()


def _read_price(name: str, price: Price) -> Decimal:
    """Return *price* as a decimal number."""
    try:
        number = Decimal(str(price))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(f"the price of {name} is not a number: {str(price)[:40]!r}")
    return number


def _read_usage(source: Any) -> Any:
    """Return the usage object in *source*, if there is one."""
    return getattr(source, "usage", None) or None


def _identify(source: Any) -> object:
    """Return what repeated reports of the same usage have in common, if known."""
    item = getattr(source, "item_id", None)
    if item is not None:
        return item, getattr(source, "content_index", None)
    return getattr(getattr(source, "response", source), "id", None)


def _find_count(details: Any, name: str) -> int | None:
    """Return the number in *details*, if it is reported."""
    number = getattr(details, name, None)
    return number if isinstance(number, int) else None


def _of_response(usage: Any) -> TokenUsage:
    """Return what a response used."""
    taken = getattr(usage, "input_token_details", None)
    made = getattr(usage, "output_token_details", None)
    stored = getattr(taken, "cached_tokens_details", None)

    reported = {"reasoning_tokens": _find_count(made, "reasoning_tokens")}
    for kind in ("text", "audio", "image"):
        reported[f"input_{kind}_tokens"] = _find_count(taken, f"{kind}_tokens")
        reported[f"cached_{kind}_tokens"] = _find_count(stored, f"{kind}_tokens")
    for kind in ("text", "audio"):
        reported[f"output_{kind}_tokens"] = _find_count(made, f"{kind}_tokens")
    totals = {
        "input": _find_count(usage, "input_tokens"),
        "cached": _find_count(taken, "cached_tokens"),
        "output": _find_count(usage, "output_tokens"),
        "total": _find_count(usage, "total_tokens"),
    }
    if all(count is None for count in (*reported.values(), *totals.values())):
        return ZERO

    # The rest keeps the sums equal to the totals that the server reports.
    counts: dict[str, Any] = {name: count or 0 for name, count in reported.items()}
    for way in ("input", "cached", "output"):
        told = sum(count for name, count in counts.items() if name.startswith(way))
        counts[f"{way}_other_tokens"] = max(0, (totals[way] or 0) - told)
    return TokenUsage(responses=1, **counts)


def _of_transcription(usage: Any) -> TokenUsage:
    """Return what a transcription used."""
    if isinstance(usage, TranscriptTextUsageDuration):
        # A sum of floats would depend on their order.
        seconds = Decimal(str(usage.seconds))
        return TokenUsage(transcriptions=1, transcription_seconds=seconds)
    if getattr(usage, "type", None) != "tokens":
        return ZERO

    details = getattr(usage, "input_token_details", None)
    text = _find_count(details, "text_tokens") or 0
    audio = _find_count(details, "audio_tokens") or 0
    read = _find_count(usage, "input_tokens") or 0
    return TokenUsage(
        transcriptions=1,
        transcription_text_tokens=text,
        transcription_audio_tokens=audio,
        transcription_other_tokens=max(0, read - text - audio),
        transcription_output_tokens=_find_count(usage, "output_tokens") or 0,
    )
