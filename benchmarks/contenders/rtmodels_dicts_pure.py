"""The library on dicts, in pure Python: the cost when the JSON is parsed already."""

from benchmarks.contenders import pure_methods
from rtmodels import RealtimeServerEvent
from rtmodels.adapters import DictAdapter

label = "rtmodels pure, dicts (no parsing)"

decode, encode = pure_methods(DictAdapter(RealtimeServerEvent))
