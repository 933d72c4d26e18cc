"""The library on JSON, in strict mode."""

from benchmarks.contenders import native_methods
from rtmodels import RealtimeServerEvent
from rtmodels.adapters import JsonAdapter

label = "rtmodels native, JSON, strict"

decode, encode = native_methods(JsonAdapter(RealtimeServerEvent, mode="strict"))
