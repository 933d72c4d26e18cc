"""What events add up to: the response, and the conversation, behind the deltas.

    accumulator = ConversationAccumulator()
    for frame in websocket:
        accumulator.feed(frame)
    for item in accumulator.items:
        print(item)

`ResponseAccumulator` holds responses as they grow, `ConversationAccumulator` the items
of the conversation as well. Both give frozen objects of the schema at any moment, check
what the deltas add up to against what the *done* events say, and keep a `Mismatch` for
whatever does not fit.
"""

from rtmodels.accumulate._audio import bytes_per_second
from rtmodels.accumulate._conversation import ConversationAccumulator
from rtmodels.accumulate._mismatch import Mismatch, MismatchKind
from rtmodels.accumulate._responses import ResponseAccumulator
from rtmodels.accumulate._transcription import Transcription, TranscriptionStatus

__all__ = [
    "ConversationAccumulator",
    "Mismatch",
    "MismatchKind",
    "ResponseAccumulator",
    "Transcription",
    "TranscriptionStatus",
    "bytes_per_second",
]
