"""What type checkers make of the accumulators; checked, and never run."""

from typing import assert_type

from rtmodels import (
    ConversationAccumulator,
    Mismatch,
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseAccumulator,
    ResponseDoneEvent,
    Transcription,
)
from rtmodels.adapters import MsgpackAdapter


def feeding_gives_an_event(frame: bytes, text: str, event: ResponseDoneEvent) -> None:
    """Take what a websocket gives, or what an adapter made of it."""
    accumulator = ResponseAccumulator(audio=False)
    assert_type(accumulator.feed(frame), RealtimeServerEvent)
    assert_type(accumulator.feed(text), RealtimeServerEvent)
    assert_type(accumulator.feed(event), RealtimeServerEvent)
    accumulator.feed({"type": "response.done"})  # type: ignore[arg-type]


def frames_are_decoded_to_events() -> None:
    """Take the ``decode`` of an adapter for events, and of no other."""
    ResponseAccumulator(decode=MsgpackAdapter(RealtimeServerEvent).decode)
    ResponseAccumulator(decode=MsgpackAdapter(str).decode)  # type: ignore[arg-type]


def responses_are_frozen(accumulator: ResponseAccumulator) -> None:
    """Give the classes of the schema."""
    assert_type(accumulator.response(), RealtimeResponse | None)
    assert_type(accumulator.pop("resp_1"), RealtimeResponse | None)
    assert_type(accumulator.running, tuple[str, ...])
    assert_type(accumulator.mismatches, tuple[Mismatch, ...])
    assert_type(accumulator.text("item_1"), str)
    assert_type(accumulator.transcript("item_1", 0), str)
    assert_type(accumulator.audio("item_1"), bytes)


def items_are_frozen(accumulator: ConversationAccumulator) -> None:
    """Give the union of the schema."""
    assert_type(accumulator.items, tuple[RealtimeConversationItem, ...])
    assert_type(accumulator.item("item_1"), RealtimeConversationItem | None)
    assert_type(accumulator.transcription("item_1"), Transcription | None)
