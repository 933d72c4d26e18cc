"""Accumulators: the responses and the conversation that the deltas add up to.

    adapter = JsonAdapter(RealtimeServerEvent)
    accumulator = ConversationAccumulator()
    for frame in websocket:
        accumulator.feed(adapter.decode(frame))
    for item in accumulator.items:
        print(item)

`ResponseAccumulator` keeps the responses, `ConversationAccumulator` the items of the
conversation as well. Both accept decoded events, and return frozen objects of the
schema at any moment. They compare the sum of the deltas with the values in the *done*
events, and record each difference as a `Mismatch`.

This package may import the schema, and nothing above it. Inside, from the bottom up:
`_audio`, `_mismatch`, `_placeholders`, `_parts`, `_state`, `_order`, `_response`,
`_response_accumulator`, `_conversation_accumulator`.
"""

from rtmodels.accumulate._audio import bytes_per_second
from rtmodels.accumulate._conversation_accumulator import (
    ConversationAccumulator,
    Transcription,
    TranscriptionStatus,
)
from rtmodels.accumulate._mismatch import Mismatch, MismatchKind
from rtmodels.accumulate._response_accumulator import ResponseAccumulator

__all__ = [
    "ConversationAccumulator",
    "Mismatch",
    "MismatchKind",
    "ResponseAccumulator",
    "Transcription",
    "TranscriptionStatus",
    "bytes_per_second",
]
