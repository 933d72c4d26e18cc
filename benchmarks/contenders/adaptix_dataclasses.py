"""adaptix on dataclasses, with orjson.

It has no support for tags, so a look-up picks the class first.
"""

from typing import Any

import orjson
from adaptix import DebugTrail, Retort, name_mapping

from benchmarks.mirror import Mirror

label = "adaptix, dataclasses by tag"

ABSENT: Any = type("Absent", (), {})()


retort = Retort(
    recipe=[name_mapping(omit_default=True)], debug_trail=DebugTrail.DISABLE
)
mirror = Mirror(lambda twin: twin.make_dataclass(ABSENT), absent=None, tagged=False)
loaders = {tag: retort.get_loader(cls) for tag, cls in mirror.events.items()}
dumpers = {cls: retort.get_dumper(cls) for cls in mirror.events.values()}


def decode(frame: bytes) -> Any:
    """Parse, and choose the class by the tag."""
    value = orjson.loads(frame)
    return loaders[value["type"]](value)


def encode(event: Any) -> bytes:
    """Write *event* by its class."""
    return orjson.dumps(dumpers[type(event)](event))
