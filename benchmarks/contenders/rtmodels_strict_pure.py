"""The library on JSON, in strict mode, in pure Python."""

from benchmarks.contenders import pure_methods
from rtmodels import RealtimeServerEvent
from rtmodels.adapters import JsonAdapter

label = "rtmodels pure, JSON, strict"

decode, encode = pure_methods(JsonAdapter(RealtimeServerEvent, mode="strict"))
