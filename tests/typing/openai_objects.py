"""What checkers infer about `rtmodels.adapters.openai`: checked, and never run."""

from collections.abc import AsyncIterator, Iterator
from typing import assert_type

import openai
from openai.resources.realtime.realtime import (
    AsyncRealtimeConnection,
    RealtimeConnection,
)
from openai.types.realtime import SessionUpdateEvent

from rtmodels import (
    Model,
    RealtimeBetaServerEvent,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseCancelEvent,
    RtmodelsError,
    Unknown,
)
from rtmodels.adapters import JsonAdapter
from rtmodels.adapters.connections import log_bad_frame
from rtmodels.adapters.openai import events, from_sdk, send, to_sdk

BETA = JsonAdapter(RealtimeBetaServerEvent)


async def explain(error: RtmodelsError, frame: bytes | str) -> None:
    """Be a callback that only the async client can await."""
    log_bad_frame(error, frame)


def read(connection: RealtimeConnection) -> None:
    """Read and write with the sync client."""
    assert_type(events(connection), Iterator[RealtimeServerEvent])
    assert_type(events(connection, adapter=BETA), Iterator[RealtimeBetaServerEvent])
    events(connection, on_bad_frame=log_bad_frame)
    events(connection, on_bad_frame=explain)  # type: ignore[arg-type]
    send(connection, ResponseCancelEvent())


async def read_async(connection: AsyncRealtimeConnection) -> None:
    """Read and write with the async client."""
    assert_type(events(connection), AsyncIterator[RealtimeServerEvent])
    events(connection, adapter=BETA, on_bad_frame=explain)
    assert_type(
        events(connection, adapter=BETA), AsyncIterator[RealtimeBetaServerEvent]
    )
    assert_type(await send(connection, ResponseCancelEvent()), None)


def turn(update: SessionUpdateEvent) -> None:
    """Turn objects of the SDK into ours, and back."""
    assert_type(from_sdk(update), Model | Unknown)
    assert_type(from_sdk({"id": "resp_1"}, RealtimeResponse), RealtimeResponse)
    assert_type(to_sdk(RealtimeResponse()), openai.BaseModel)
