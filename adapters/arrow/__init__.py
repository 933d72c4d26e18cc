"""Arrow, by pyarrow: messages become rows of a table, and rows become messages again.

::

    from rtmodels import RealtimeClientEvent
    from rtmodels.adapters.arrow import ArrowAdapter

    adapter = ArrowAdapter(RealtimeClientEvent)
    batch = adapter.decode([b'{"type": "response.cancel", "response_id": "resp_1"}'])
    messages = adapter.encode(batch)

The schema has one column for each key that any of the classes has. An object is a
struct. So is a union: its struct has the keys of all members, and ``type`` tells which
member a row is. Thus ``response`` is a single column for all events that have one.
Audio is binary.

A key with values of several JSON types is a struct with a field for each type. Text and
audio are ``delta.string`` and ``delta.binary``; a limit of tokens is
``max_output_tokens.integer`` or ``max_output_tokens.unlimited``.

Two columns hold JSON text. In ``unknown`` are whole objects whose type is newer than
the library, in ``extra`` undeclared keys and explicit nulls. A null in any other column
means that the key is absent.

A column of floats turns ``3`` into ``3.0``, so ``extra`` holds such an integer as well,
and `ArrowAdapter.encode` restores it. Two notations are not restored: ``12.0`` in a
field of integers becomes ``12``, as in every adapter, and ``3`` becomes ``3.0`` among
the items of a list and the values of a map, which only user-defined classes have.
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
