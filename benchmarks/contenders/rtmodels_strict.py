"""The library on JSON, in strict mode."""

from rtmodels import RealtimeServerEvent
from rtmodels.adapters import JsonAdapter

label = "rtmodels, JSON, strict"

adapter = JsonAdapter(RealtimeServerEvent, mode="strict")
decode = adapter.decode
encode = adapter.encode
