"""The library on MessagePack, where audio is binary, in pure Python."""

from benchmarks.contenders import pure_methods
from rtmodels import RealtimeServerEvent
from rtmodels.adapters import MsgpackAdapter

label = "rtmodels pure, MessagePack"

decode, encode = pure_methods(MsgpackAdapter(RealtimeServerEvent))
