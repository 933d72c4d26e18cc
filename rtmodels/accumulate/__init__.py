"""Accumulators: what the events of a session add up to.

    adapter = JsonAdapter(RealtimeServerEvent)
    accumulator = ConversationAccumulator()
    for frame in websocket:
        accumulator.feed(adapter.decode(frame))
    for item in accumulator.items:
        print(item)

`ResponseAccumulator` keeps the responses, `ConversationAccumulator` the items of the
conversation as well. `LiveAccumulator` is for sessions of the Live API, and keeps
turns, audio, usage and delegations. All accept decoded events, dicts and JSON, and
return frozen objects at any moment. The first two compare the sum of the deltas with
the values in the *done* events, and record each difference as a `Mismatch`; Live has no
such events. `TokenUsage` sums up what responses and transcriptions used.

This package imports the schema; only `_decode` imports more, the converter and the
versions, and is loaded for data that is not decoded yet. The public names are imported
on first use, so that neither protocol loads the other. Inside, from the bottom up:
`_audio`, `_buffer`, `_decode` and `_event`, which both use; for Realtime, `_mismatch`,
`_placeholders`, `_parts`, `_state`, `_order`, `_response`, `_resumption`,
`_response_accumulator` and `_conversation_accumulator`; for Live, `_delegation` and
`_live_accumulator`. `_usage` needs none of them.
"""

from typing import TYPE_CHECKING

from rtmodels._lazy import export_lazily

__all__ = [
    "ConversationAccumulator",
    "LeftOut",
    "LiveAccumulator",
    "LiveDelegatedCall",
    "LiveDelegatedTask",
    "LiveRole",
    "LiveTurn",
    "Mismatch",
    "MismatchKind",
    "Price",
    "ResponseAccumulator",
    "Resumption",
    "TokenUsage",
    "Transcription",
    "TranscriptionStatus",
    "bytes_per_second",
]

if TYPE_CHECKING:
    from rtmodels.accumulate._audio import bytes_per_second
    from rtmodels.accumulate._conversation_accumulator import (
        ConversationAccumulator,
        Transcription,
        TranscriptionStatus,
    )
    from rtmodels.accumulate._delegation import LiveDelegatedCall, LiveDelegatedTask
    from rtmodels.accumulate._live_accumulator import (
        LiveAccumulator,
        LiveRole,
        LiveTurn,
    )
    from rtmodels.accumulate._mismatch import Mismatch, MismatchKind
    from rtmodels.accumulate._response_accumulator import ResponseAccumulator
    from rtmodels.accumulate._resumption import LeftOut, Resumption
    from rtmodels.accumulate._usage import Price, TokenUsage
else:
    __getattr__, __dir__, _ = export_lazily(
        __name__,
        {
            "rtmodels.accumulate._audio": ["bytes_per_second"],
            "rtmodels.accumulate._conversation_accumulator": [
                "ConversationAccumulator",
                "Transcription",
                "TranscriptionStatus",
            ],
            "rtmodels.accumulate._delegation": [
                "LiveDelegatedCall",
                "LiveDelegatedTask",
            ],
            "rtmodels.accumulate._live_accumulator": [
                "LiveAccumulator",
                "LiveRole",
                "LiveTurn",
            ],
            "rtmodels.accumulate._mismatch": ["Mismatch", "MismatchKind"],
            "rtmodels.accumulate._response_accumulator": ["ResponseAccumulator"],
            "rtmodels.accumulate._resumption": ["LeftOut", "Resumption"],
            "rtmodels.accumulate._usage": ["Price", "TokenUsage"],
        },
    )
