"""What responses and transcriptions cost, and how sure the transcriber was."""

from typing import Literal, TypeAlias

from attrs import frozen

from rtmodels.schema._model import Model, Unknown

__all__ = [
    "LogProbProperties",
    "RealtimeResponseUsage",
    "RealtimeResponseUsageInputTokenDetails",
    "RealtimeResponseUsageInputTokenDetailsCachedTokensDetails",
    "RealtimeResponseUsageOutputTokenDetails",
    "TranscriptTextUsage",
    "TranscriptTextUsageDuration",
    "TranscriptTextUsageTokens",
    "TranscriptTextUsageTokensInputTokenDetails",
    "TranscriptionLanguage",
]


@frozen(kw_only=True, repr=False)
class RealtimeResponseUsageInputTokenDetailsCachedTokensDetails(Model):
    """The input tokens that came from the cache, by what they stood for."""

    text_tokens: int | None = None
    """Cached tokens of text."""

    image_tokens: int | None = None
    """Cached tokens of images."""

    audio_tokens: int | None = None
    """Cached tokens of audio."""


@frozen(kw_only=True, repr=False)
class RealtimeResponseUsageInputTokenDetails(Model):
    """The input tokens of a response, by what they stood for and whether cached."""

    cached_tokens: int | None = None
    """Tokens that the server had processed before and took from its cache."""

    text_tokens: int | None = None
    """Tokens of text, instructions and tools included, cached or not."""

    image_tokens: int | None = None
    """Tokens of images, cached or not."""

    audio_tokens: int | None = None
    """Tokens of audio, cached or not."""

    cached_tokens_details: (
        RealtimeResponseUsageInputTokenDetailsCachedTokensDetails | None
    ) = None
    """What the cached tokens stood for."""


@frozen(kw_only=True, repr=False)
class RealtimeResponseUsageOutputTokenDetails(Model):
    """The output tokens of a response, by what the model made with them."""

    text_tokens: int | None = None
    """Tokens of text."""

    audio_tokens: int | None = None
    """Tokens of audio."""

    reasoning_tokens: int | None = None
    """Tokens that the model spent on thinking before it answered."""


@frozen(kw_only=True, repr=False)
class RealtimeResponseUsage(Model):
    """The tokens that one response is billed for; it comes when the response ends."""

    total_tokens: int | None = None
    """Input and output tokens together."""

    input_tokens: int | None = None
    """Tokens read: the conversation so far, instructions and tools."""

    output_tokens: int | None = None
    """Tokens that the model produced."""

    input_token_details: RealtimeResponseUsageInputTokenDetails | None = None
    """What the input tokens stood for."""

    output_token_details: RealtimeResponseUsageOutputTokenDetails | None = None
    """What the output tokens went into."""


@frozen(kw_only=True, repr=False)
class TranscriptTextUsageTokensInputTokenDetails(Model):
    """The input tokens of a transcription, by what they stood for."""

    text_tokens: int | None = None
    """Tokens of the prompt that steers the transcript."""

    audio_tokens: int | None = None
    """Tokens of the speech."""


@frozen(kw_only=True, repr=False)
class TranscriptTextUsageTokens(Model):
    """The cost of a transcription by a model that bills tokens."""

    input_tokens: int
    """Tokens read: the speech and the prompt."""

    output_tokens: int
    """Tokens of the transcript."""

    total_tokens: int
    """Input and output tokens together."""

    type: Literal["tokens"] = "tokens"
    """Tells this way of billing from the other."""

    input_token_details: TranscriptTextUsageTokensInputTokenDetails | None = None
    """What the input tokens stood for."""


@frozen(kw_only=True, repr=False)
class TranscriptTextUsageDuration(Model):
    """The cost of a transcription by a model that bills time."""

    seconds: float
    """The length of the speech, in seconds."""

    type: Literal["duration"] = "duration"
    """Tells this way of billing from the other."""


TranscriptTextUsage: TypeAlias = (
    TranscriptTextUsageTokens | TranscriptTextUsageDuration | Unknown
)
"""What a transcription cost; it is billed apart from the response."""


@frozen(kw_only=True, repr=False)
class LogProbProperties(Model):
    """One token of a transcript, and how sure the transcriber was of it."""

    token: str
    """The text of the token."""

    logprob: float
    """The natural logarithm of the token's probability: 0.0 is certainty."""

    bytes: tuple[int, ...]
    """The token in UTF-8, one integer from 0 to 255 for each byte."""


@frozen(kw_only=True, repr=False)
class TranscriptionLanguage(Model):
    """A language that the transcriber heard in the speech."""

    code: str
    """Which language, as a code such as ``en``."""
