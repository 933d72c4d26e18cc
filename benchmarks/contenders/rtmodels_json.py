"""The library on JSON, in tolerant mode."""

from benchmarks.contenders import native_methods
from rtmodels import RealtimeServerEvent
from rtmodels.adapters import JsonAdapter

label = "rtmodels native, JSON"

decode, encode = native_methods(JsonAdapter(RealtimeServerEvent))
