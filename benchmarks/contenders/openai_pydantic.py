"""The models of openai-python, validated by pydantic in a discriminated union."""

from typing import Annotated, Any, get_args

from openai.types.realtime import RealtimeServerEvent
from pydantic import Field, TypeAdapter

label = "pydantic, tagged union"

Union = get_args(RealtimeServerEvent)[0]
adapter: TypeAdapter[Any] = TypeAdapter(Annotated[Union, Field(discriminator="type")])
decode = adapter.validate_json


def encode(event: Any) -> bytes:
    """Write *event* without absent keys."""
    return adapter.dump_json(event, by_alias=True, exclude_unset=True, warnings=False)
