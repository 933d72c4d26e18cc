"""The library on dicts: the cost when the JSON is parsed already."""

from rtmodels import RealtimeServerEvent
from rtmodels.adapters import DictAdapter

label = "rtmodels, dicts (no parsing)"

adapter = DictAdapter(RealtimeServerEvent)
decode = adapter.decode
encode = adapter.encode
