"""What type checkers let pass as a type to describe; checked, and never run."""

from typing import Any, assert_type

from rtmodels import (
    MaxOutputTokens,
    RealtimeResponse,
    RealtimeServerEvent,
    json_schema,
)

assert_type(json_schema(RealtimeResponse), dict[str, Any])
json_schema(RealtimeServerEvent, mode="strict")
json_schema(tuple[RealtimeServerEvent, ...], ref="#/components/schemas/{}")
json_schema(RealtimeResponse | None)
json_schema(MaxOutputTokens)
json_schema(RealtimeResponse, mode="lax")  # type: ignore[arg-type]
json_schema(5)  # type: ignore[arg-type]
