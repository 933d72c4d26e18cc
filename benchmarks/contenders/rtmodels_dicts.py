"""The library on dicts: the cost when the JSON is parsed already."""

from benchmarks.contenders import native_methods
from rtmodels import RealtimeServerEvent
from rtmodels.adapters import DictAdapter

label = "rtmodels native, dicts (no parsing)"

decode, encode = native_methods(DictAdapter(RealtimeServerEvent))
