"""Arrow, by pyarrow: messages become the rows of a table, and rows messages again.

::

    from rtmodels import RealtimeClientEvent
    from rtmodels.adapters.arrow import ArrowAdapter

    adapter = ArrowAdapter(RealtimeClientEvent)
    batch = adapter.decode([b'{"type": "response.cancel", "response_id": "resp_1"}'])
    messages = adapter.encode(batch)

The schema has one column for each key that any of the classes has. An object is a
struct, and so is a union: its struct has the keys of all members, and ``type`` tells
which of them a row is. Thus ``response`` is one column, for all events that have it.
Where a key has values of several JSON types, its struct has a field for each: text and
audio come as ``delta.string`` and ``delta.binary``, a limit of tokens as
``max_output_tokens.integer`` or ``max_output_tokens.unlimited``. Audio is binary.

JSON text holds what has no form of its own: in the column ``unknown`` whole objects of
a type that is newer than the library, in ``extra`` undeclared keys and explicit nulls.
A null in any other column means that the key is absent.
"""

from rtmodels.adapters.arrow._adapter import ArrowAdapter, OnIssue
from rtmodels.adapters.arrow._batches import (
    BatchDecoder,
    count_dropped,
    decode_batches,
)
from rtmodels.adapters.arrow._messages import WireFormat

__all__ = [
    "ArrowAdapter",
    "BatchDecoder",
    "OnIssue",
    "WireFormat",
    "count_dropped",
    "decode_batches",
]
