"""What type checkers make of the accumulators; checked, and never run."""

from decimal import Decimal
from typing import Literal, assert_type

from rtmodels import (
    ConversationAccumulator,
    ConversationItemCreateEvent,
    LeftOut,
    LiveAccumulator,
    LiveCloseReason,
    LiveDecisionEvent,
    LiveDelegatedCall,
    LiveDelegatedTask,
    LiveDelegationTarget,
    LiveOutputAudioDelta,
    LiveRole,
    LiveServerEvent,
    LiveSessionClosed,
    LiveSessionResource,
    LiveSessionUsage,
    LiveSessionUsageUpdatedContextWindow,
    LiveTurn,
    Mismatch,
    MismatchKind,
    Price,
    RealtimeAudioFormats,
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseAccumulator,
    ResponseDoneEvent,
    Resumption,
    TokenUsage,
    Transcription,
    TranscriptionStatus,
    bytes_per_second,
)
from rtmodels.adapters import JsonAdapter


def events_are_fed(frame: bytes, event: ResponseDoneEvent) -> None:
    """Accept events, the result of ``decode``, JSON and dicts."""
    accumulator = ResponseAccumulator(audio=False)
    decode = JsonAdapter(RealtimeServerEvent).decode
    assert_type(accumulator.feed(event), ResponseDoneEvent)
    assert_type(accumulator.feed(decode(frame)), RealtimeServerEvent)
    assert_type(accumulator.feed(frame), RealtimeServerEvent)
    assert_type(accumulator.feed({"type": "response.done"}), RealtimeServerEvent)
    assert_type(accumulator.feed(JsonAdapter(str).decode(frame)), RealtimeServerEvent)
    accumulator.feed(1)  # type: ignore[call-overload]


def responses_are_frozen(accumulator: ResponseAccumulator) -> None:
    """Check that responses have the types of the schema."""
    assert_type(accumulator.response(), RealtimeResponse | None)
    assert_type(accumulator.pop("resp_1"), RealtimeResponse | None)
    assert_type(accumulator.running, tuple[str, ...])
    assert_type(accumulator.interrupted, tuple[str, ...])
    assert_type(accumulator.response_ids, tuple[str, ...])
    assert_type(accumulator.pop_mismatches(), tuple[Mismatch, ...])
    assert_type(accumulator.arguments("item_1"), str)
    assert_type(accumulator.mismatches, tuple[Mismatch, ...])
    assert_type(accumulator.mismatch_count, int)
    assert_type(accumulator.text("item_1"), str)
    assert_type(accumulator.transcript("item_1", 0), str)
    assert_type(accumulator.audio("item_1"), bytes)


def items_are_frozen(accumulator: ConversationAccumulator) -> None:
    """Check that items have the type of the schema's union."""
    assert_type(accumulator.items, tuple[RealtimeConversationItem, ...])
    assert_type(accumulator.item("item_1"), RealtimeConversationItem | None)
    assert_type(accumulator.transcription("item_1"), Transcription | None)
    accumulator.items = ()  # type: ignore[misc]


def conversations_are_resumed(accumulator: ConversationAccumulator) -> None:
    """Return events of a client, and what they lack."""
    resumption = accumulator.resume()
    assert_type(resumption, Resumption)
    assert_type(resumption.events, tuple[ConversationItemCreateEvent, ...])
    assert_type(resumption.left_out, tuple[LeftOut, ...])
    for each in resumption.left_out:
        assert_type(each.item_id, str | None)
        assert_type(each.content_index, int | None)
        assert_type(each.reason, str)


def mismatches_tell_what_and_where(mismatch: Mismatch) -> None:
    """Check that a mismatch has a kind, an item, and a flag for contradictions."""
    assert_type(mismatch.is_contradiction, bool)
    assert_type(mismatch.kind, MismatchKind)
    assert_type(mismatch.item_id, str | None)
    Mismatch(kind="text")  # type: ignore[call-arg]


def transcriptions_have_a_status(transcription: Transcription) -> None:
    """Check that the words for it are known."""
    assert_type(transcription.status, TranscriptionStatus)
    Transcription(status="done")  # type: ignore[arg-type]


def formats_have_a_rate(audio_format: RealtimeAudioFormats | None) -> None:
    """Return no rate for a format that is new."""
    assert_type(bytes_per_second(audio_format), int | None)
    bytes_per_second("pcm16")  # type: ignore[arg-type]


def live_events_are_fed(frame: bytes, event: LiveSessionClosed) -> None:
    """Accept events of the Live API as well."""
    accumulator = LiveAccumulator(audio=False, max_audio_bytes=2**20)
    decode = JsonAdapter(LiveServerEvent).decode
    assert_type(accumulator.feed(event), LiveSessionClosed)
    assert_type(accumulator.feed(decode(frame)), LiveServerEvent)
    assert_type(accumulator.feed(frame), LiveServerEvent)
    accumulator.feed(None)  # type: ignore[call-overload]


def live_sessions_are_frozen(accumulator: LiveAccumulator) -> None:
    """Check that all but the raw objects have the types of the schema."""
    assert_type(accumulator.session, LiveSessionResource | None)
    assert_type(accumulator.close_reason, LiveCloseReason | str | None)
    assert_type(accumulator.usage, LiveSessionUsage | None)
    assert_type(accumulator.context_window, LiveSessionUsageUpdatedContextWindow | None)
    assert_type(accumulator.turn, LiveTurn | None)
    assert_type(accumulator.turns, tuple[LiveTurn, ...])
    assert_type(accumulator.pop_turns(), tuple[LiveTurn, ...])
    assert_type(accumulator.audio, bytes)
    assert_type(accumulator.pop_audio(), bytes)
    assert_type(accumulator.audio_offset, int)
    assert_type(accumulator.audio_deltas, tuple[LiveOutputAudioDelta, ...])
    assert_type(accumulator.delegations, tuple[LiveDelegatedTask, ...])
    assert_type(accumulator.delegation("item_1"), LiveDelegatedTask | None)
    assert_type(accumulator.pop_delegation("item_1"), LiveDelegatedTask | None)
    assert_type(accumulator.decisions, tuple[LiveDecisionEvent, ...])
    assert_type(accumulator.pop_decisions(), tuple[LiveDecisionEvent, ...])
    accumulator.turns = ()  # type: ignore[misc]


def turns_have_a_role(turn: LiveTurn) -> None:
    """Check that the words for it are known."""
    assert_type(turn.role, LiveRole)
    turn.transcript = ""  # type: ignore[misc]
    LiveTurn(role="model", transcript="", start_ms=0, end_ms=0)  # type: ignore[arg-type]


def tasks_have_calls(task: LiveDelegatedTask) -> None:
    """Check that a call has what its answer needs."""
    assert_type(task.target, LiveDelegationTarget | str | None)
    assert_type(task.status, str | None)
    assert_type(task.calls, tuple[LiveDelegatedCall, ...])
    for call in task.calls:
        assert_type((call.call_id, call.name, call.arguments), tuple[str, str, str])


def usage_adds_up(
    event: RealtimeServerEvent,
    response: RealtimeResponse,
    events: list[RealtimeServerEvent],
    prices: dict[str, Price],
) -> None:
    """Check that usage is taken from models, and that sums are usage again."""
    used = TokenUsage.of(event) + TokenUsage.of(response)
    assert_type(used, TokenUsage)
    assert_type(sum([used, used]), TokenUsage | Literal[0])
    assert_type(sum([used, used], TokenUsage()), TokenUsage)
    assert_type(TokenUsage.of_all(events), TokenUsage)
    assert_type(used.input_text_tokens, int)
    assert_type(used.input_tokens + used.cached_tokens, int)
    assert_type(used.output_tokens + used.total_tokens, int)
    assert_type(used.cost(prices), Decimal)
    used.cost({"output_text_tokens": 2, "output_audio_tokens": "0.5"})
    TokenUsage.of({"type": "response.done"})  # type: ignore[arg-type]
    used + 1  # type: ignore[operator]
