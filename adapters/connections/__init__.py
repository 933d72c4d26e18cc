"""What the typed websocket connections of all libraries share.

Each library has a module of its own, such as `rtmodels.adapters.websockets`, whose
connection moves the frames. `TypedConnection` is the type of any of them.
"""

from rtmodels.adapters.connections._typed import TypedConnection

__all__ = ["TypedConnection"]
