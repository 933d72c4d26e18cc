"""The library on MessagePack, where audio is binary."""

from benchmarks.contenders import native_methods
from rtmodels import RealtimeServerEvent
from rtmodels.adapters import MsgpackAdapter

label = "rtmodels native, MessagePack"

decode, encode = native_methods(MsgpackAdapter(RealtimeServerEvent))
