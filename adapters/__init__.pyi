# Written by `python -m tests.tools.api --write` from the index in __init__.py.

from rtmodels.adapters.dicts import DictAdapter
from rtmodels.adapters.json import JsonAdapter
from rtmodels.adapters.msgpack import MsgpackAdapter

__all__ = [
    "DictAdapter",
    "JsonAdapter",
    "MsgpackAdapter",
]
