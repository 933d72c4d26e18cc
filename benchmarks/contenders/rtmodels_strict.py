"""The library on JSON, in the strict reading."""

from rtmodels import RealtimeServerEvent
from rtmodels.adapters import JsonAdapter

label = "rtmodels, JSON, strict"

adapter = JsonAdapter(RealtimeServerEvent, reading="strict")
decode = adapter.decode
encode = adapter.encode
