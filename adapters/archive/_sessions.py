"""The state of one session while its events are read: open responses and items."""

from collections.abc import Iterator
from typing import Any, get_args

import attrs
from attrs import define, field

from rtmodels import (
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeResponseStatusDetails,
    RealtimeResponseUsage,
    RealtimeResponseUsageInputTokenDetails,
    RealtimeResponseUsageInputTokenDetailsCachedTokensDetails,
    RealtimeResponseUsageOutputTokenDetails,
    Unknown,
    bytes_per_second,
)
from rtmodels.adapters._recordings.events import read_audio_setting
from rtmodels.adapters._recordings.times import Instant
from rtmodels.adapters.archive._rows import ItemRow, MessageSource, ResponseRow

NO_DETAILS = RealtimeResponseStatusDetails()
NO_INPUT = RealtimeResponseUsageInputTokenDetails()
NO_CACHED = RealtimeResponseUsageInputTokenDetailsCachedTokensDetails()
NO_OUTPUT = RealtimeResponseUsageOutputTokenDetails()
"""Placeholders for details that are absent."""

COLUMNS = {
    cls: [
        key
        for key in ("type", "role", "status", "name", "call_id")
        if key in attrs.fields_dict(cls)
    ]
    for cls in get_args(RealtimeConversationItem)
}
"""The fields of each class of item that are copied to its row."""


@define(eq=False)
class OpenItem:
    """One item, and the data that is not in its row yet."""

    row: ItemRow

    # A response out of band outputs items as well. Those get no row.
    placed: bool = False
    """Whether an event placed it in the conversation."""

    texts: dict[int, str] = field(factory=dict)
    """The text of each part."""

    speech_start_ms: int | None = None
    """Where turn detection heard it begin."""

    truncated: bool = False
    """Whether an event stated how much of its audio remains."""

    def take(self, item: RealtimeConversationItem) -> None:
        """Record the values of *item*; those that it lacks stay as they were."""
        if isinstance(item, Unknown):
            self.row.type = item.tag or self.row.type
        for key in COLUMNS.get(item.__class__, ()):
            value = getattr(item, key)
            if value:
                setattr(self.row, key, value)

        # A transcript may have come earlier than the item, which has none of it.
        for index, words in read_words(item):
            if words:
                self.texts[index] = words

    def to_row(self) -> ItemRow:
        """Complete the row with the data known so far, and return it."""
        if self.texts:
            self.row.text = "\n".join(self.texts[i] for i in sorted(self.texts))
        return self.row


@define(eq=False)
class OpenResponse:
    """One response, and the data that is not in its row yet."""

    row: ResponseRow

    rate: int | None
    """Bytes per second of its audio, if known."""

    sizes: dict[str, int] = field(factory=dict)
    """Bytes of audio of each item."""

    item_count: int | None = None
    """Number of its items, if ``response.done`` lists them."""

    turn_ended_at: Instant | None = None
    first_token_at: Instant | None = None
    first_audio_at: Instant | None = None

    def describe(self, state: RealtimeResponse) -> None:
        """Record the settings in *state*, the first or last state of the response."""
        row = self.row
        row.conversation_id = state.conversation_id or row.conversation_id
        row.voice = read_audio_setting(state, "output", "voice") or row.voice
        audio_format = read_audio_setting(state, "output", "format")
        if audio_format is not None:
            self.rate = bytes_per_second(audio_format)

    def finish(self, final: RealtimeResponse) -> None:
        """Record the end of the response, whose last state is *final*."""
        self.describe(final)

        row, details = self.row, final.status_details or NO_DETAILS
        row.status = final.status
        row.reason = details.reason
        if details.error is not None:
            row.error_type, row.error_code = details.error.type, details.error.code

        if final.output is not None:
            self.item_count = len(final.output)
        if final.usage is not None:
            count_tokens(row, final.usage)

    def to_row(self, items: dict[str, OpenItem]) -> ResponseRow:
        """Complete the row with the data known so far, and return it.

        The rows of its *items* get the length of their audio.
        """
        row, rate = self.row, self.rate
        seen = len(self.sizes)
        row.item_count = seen if self.item_count is None else self.item_count

        for item_id, size in self.sizes.items():
            if size and rate and not items[item_id].truncated:
                items[item_id].row.audio_seconds = size / rate

        # Audio tokens without audio deltas: the audio was sent over WebRTC, say. Its
        # length is unknown then, not zero.
        size = sum(self.sizes.values())
        known = size or not row.output_audio_tokens
        row.audio_seconds = size / rate if rate and known else None

        row.first_token_ms = measure_ms(row.created_at, self.first_token_at)
        row.first_audio_ms = measure_ms(row.created_at, self.first_audio_at)

        # Text usually comes before audio, but a caller who listens waits for the audio.
        silent = self.first_audio_at is None
        answered_at = self.first_token_at if silent else self.first_audio_at
        row.wait_ms = measure_ms(self.turn_ended_at, answered_at)
        return row


def count_tokens(row: ResponseRow, usage: RealtimeResponseUsage) -> None:
    """Copy the counts in *usage* to *row*."""
    # A count that is absent stays null: zero would claim that none were used.
    taken = usage.input_token_details or NO_INPUT
    cached = taken.cached_tokens_details or NO_CACHED
    made = usage.output_token_details or NO_OUTPUT

    row.input_tokens = usage.input_tokens
    row.input_text_tokens = taken.text_tokens
    row.input_audio_tokens = taken.audio_tokens
    row.input_image_tokens = taken.image_tokens
    row.cached_tokens = taken.cached_tokens
    row.cached_text_tokens = cached.text_tokens
    row.cached_audio_tokens = cached.audio_tokens
    row.cached_image_tokens = cached.image_tokens

    row.output_tokens = usage.output_tokens
    row.output_text_tokens = made.text_tokens
    row.output_audio_tokens = made.audio_tokens
    row.reasoning_tokens = made.reasoning_tokens
    row.total_tokens = usage.total_tokens


@define(eq=False)
class Session:
    """The state of one session."""

    key: str | None
    """Its key in the log, if the log has one for sessions."""

    id: str | None = None
    """The id that the server assigned."""

    model: str | None = None
    voice: str | None = None

    rate: int | None = bytes_per_second(None)
    """Bytes per second of the model's audio, if known."""

    speech_stopped_at: Instant | None = None
    committed_at: Instant | None = None
    asked_at: Instant | None = None
    """When the caller's turn last ended, by three kinds of event."""

    responses: dict[str | None, OpenResponse] = field(factory=dict)
    """Responses that have not ended, by id."""

    over: set[str | None] = field(factory=set)
    """The ids of the responses that have ended."""

    items: dict[str, OpenItem] = field(factory=dict)
    """All items by id, in the order in which they were first named."""

    @property
    def name(self) -> str | None:
        """Its name in the tables."""
        return self.id if self.key is None else self.key

    @property
    def has_begun(self) -> bool:
        """Whether the server has sent any event of it."""
        return bool(self.id or self.responses or self.over or self.items)

    def follow(self, settings: Any) -> None:
        """Copy the values in *settings*, which may be partial."""
        self.id = getattr(settings, "id", None) or self.id
        self.model = getattr(settings, "model", None) or self.model

        # A custom voice is an object with an id.
        voice = read_audio_setting(settings, "output", "voice")
        self.voice = getattr(voice, "id", voice) or self.voice
        audio_format = read_audio_setting(settings, "output", "format")
        if audio_format is not None:
            self.rate = bytes_per_second(audio_format)

    def end_turn(self) -> Instant | None:
        """Return when the caller's turn ended, if known, and start a new turn."""
        # In order of accuracy. The end of speech is what the caller perceives; a commit
        # or a request may follow much later.
        signs = (self.speech_stopped_at, self.committed_at, self.asked_at)
        self.speech_stopped_at = self.committed_at = self.asked_at = None
        return next((sign for sign in signs if sign is not None), None)

    def find_response(
        self, source: MessageSource, response_id: str | None
    ) -> OpenResponse:
        """Return a response, and create it if it is new."""
        response = self.responses.get(response_id)
        if response is None:
            response = self._open_response(source, response_id)
        return response

    def _open_response(
        self, source: MessageSource, response_id: str | None
    ) -> OpenResponse:
        """Create a response; one that has already ended is not tracked again."""
        row = ResponseRow(
            file=source.file,
            line=source.line,
            session=self.name,
            response_id=response_id or None,
            model=self.model,
            voice=self.voice,
        )

        response = OpenResponse(row, self.rate)

        # A late delta after `response.done` gets an object that is thrown away, so that
        # the response has one row only.
        if response_id and response_id not in self.over:
            self.responses[response_id] = response
        return response

    def close_response(self, response_id: str | None) -> None:
        """Drop a response that has ended, and remember its id."""
        if response_id:
            del self.responses[response_id]
            self.over.add(response_id)

    def find_item(self, source: MessageSource, item_id: str) -> OpenItem:
        """Return an item, and create it if it is new."""
        item = self.items.get(item_id)
        if item is None:
            row = ItemRow(
                file=source.file,
                line=source.line,
                session=self.name,
                received_at=source.received_at,
                item_id=item_id,
            )
            item = self.items[item_id] = OpenItem(row)
        return item

    def join_item(
        self, source: MessageSource, response: OpenResponse, item_id: str
    ) -> OpenItem:
        """Return an item that *response* outputs, and create it if it is new."""
        item = self.find_item(source, item_id)
        item.row.response_id = response.row.response_id
        response.sizes.setdefault(item_id, 0)
        return item

    def to_rows(self) -> tuple[list[ResponseRow], list[ItemRow]]:
        """Return the rows of open responses and of all items, as far as known."""
        # Responses come first: they set the length of their items.
        responses = [each.to_row(self.items) for each in self.responses.values()]
        placed = [item for item in self.items.values() if item.placed]
        return responses, [item.to_row() for item in placed]


def read_id(item: RealtimeConversationItem) -> str | None:
    """Return the id of *item*, which may be of an unknown type."""
    id_ = item.payload.get("id") if isinstance(item, Unknown) else item.id
    return id_ if isinstance(id_, str) else None


def read_words(item: Any) -> Iterator[tuple[int, str | None]]:
    """Iterate over the text of each part of *item*, with the index of the part."""
    content = getattr(item, "content", None)
    if content is None:
        yield 0, getattr(item, "arguments", None) or getattr(item, "output", None)
    else:
        for index, part in enumerate(content):
            yield index, part.text or getattr(part, "transcript", None)


def measure_ms(start: Instant | None, end: Instant | None) -> float | None:
    """Return the time from *start* to *end*, if both are known."""
    return None if start is None or end is None else (end - start) / 1000
