"""The library on MessagePack, where audio is binary."""

from rtmodels import RealtimeServerEvent
from rtmodels.adapters import MsgpackAdapter

label = "rtmodels, MessagePack"

adapter = MsgpackAdapter(RealtimeServerEvent)
decode = adapter.decode
encode = adapter.encode
