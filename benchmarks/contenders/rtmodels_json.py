"""The library on JSON, in tolerant mode."""

from rtmodels import RealtimeServerEvent
from rtmodels.adapters import JsonAdapter

label = "rtmodels, JSON"

adapter = JsonAdapter(RealtimeServerEvent)
decode = adapter.decode
encode = adapter.encode
