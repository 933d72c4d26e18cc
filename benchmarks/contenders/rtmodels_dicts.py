"""The library on dicts: what it costs when somebody else has parsed the JSON."""

from rtmodels import RealtimeServerEvent
from rtmodels.adapters import DictAdapter

label = "rtmodels, dicts (no parsing)"

adapter = DictAdapter(RealtimeServerEvent)
decode = adapter.decode
encode = adapter.encode
