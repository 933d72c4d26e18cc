"""msgspec on its own Structs, in a tagged union."""

from typing import Union

import msgspec
from msgspec import UNSET, UnsetType

from benchmarks.mirror import Mirror, Twin

label = "msgspec, tagged Structs"


def make_struct(twin: Twin) -> type:
    """Make the Struct for *twin*; msgspec keeps the tag itself."""
    fields = [
        (field.name, field.annotation, *(() if field.required else (UNSET,)))
        for field in twin.fields
        if twin.tag is None or field.name != "type"
    ]
    return msgspec.defstruct(
        twin.name,
        fields,
        frozen=True,
        kw_only=True,
        tag=twin.tag,
        tag_field=twin.tag and "type",
    )


mirror = Mirror(make_struct, absent=UnsetType)
decode = msgspec.json.Decoder(Union[tuple(mirror.events.values())]).decode
encode = msgspec.json.Encoder().encode
