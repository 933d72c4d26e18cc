"""openai-python as its connections use it: models filled without any check."""

import json
from typing import Any, cast

from openai._models import construct_type_unchecked
from openai.types.realtime import RealtimeServerEvent

label = "openai-python"


def decode(frame: bytes) -> Any:
    """Do what ``RealtimeConnection.parse_event`` does."""
    return construct_type_unchecked(
        value=json.loads(frame), type_=cast("Any", RealtimeServerEvent)
    )


def encode(event: Any) -> bytes:
    """Write *event* without absent keys, as the SDK does when it sends."""
    text: str = event.model_dump_json(by_alias=True, exclude_unset=True, warnings=False)
    return text.encode()
