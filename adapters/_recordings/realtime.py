"""The Realtime API, as recordings have it."""

from rtmodels import RealtimeClientEvent, RealtimeServerEvent, bytes_per_second
from rtmodels.adapters._recordings.protocol import (
    Protocol,
    Sound,
)

REALTIME = Protocol(
    name="realtime",
    title="the Realtime API",
    client=(RealtimeClientEvent,),
    server=(RealtimeServerEvent,),
    starts=frozenset({"session.created"}),
    settings=frozenset({"session.created", "session.updated", "session.update"}),
    sounds={
        "input_audio_buffer.append": Sound("input", "audio"),
        "response.output_audio.delta": Sound("output", "delta"),
    },
    bytes_per_second=bytes_per_second,
    is_relayed=lambda _event, _has_joined: False,
    totals=frozenset(),
    has_connections=False,
    has_responses=True,
)
