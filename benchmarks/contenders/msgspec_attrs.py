"""msgspec on attrs classes, which it decodes natively.

It does not support unions of attrs classes. So the tag is read first, which parses a
frame twice; within an event, the classes of each union are merged into one.
"""

from typing import Any

import attrs
import msgspec
from msgspec import UNSET, UnsetType

from benchmarks.mirror import Mirror, Twin

label = "msgspec, attrs classes by tag"


def make_class(twin: Twin) -> type:
    """Make the attrs class for *twin*."""
    fields = {
        field.name: attrs.field(type=field.annotation)
        if field.required
        else attrs.field(type=field.annotation, default=UNSET)
        for field in twin.fields
    }
    return attrs.make_class(twin.name, fields, frozen=True, slots=True, kw_only=True)


class Tag(msgspec.Struct):
    """The part of a frame that determines the class."""

    type: str


mirror = Mirror(make_class, absent=UnsetType, tagged=False)
peek = msgspec.json.Decoder(Tag).decode
decoders = {tag: msgspec.json.Decoder(cls).decode for tag, cls in mirror.events.items()}
encode = msgspec.json.Encoder().encode


def decode(frame: bytes) -> Any:
    """Read the tag, then the whole frame."""
    return decoders[peek(frame).type](frame)
