"""The common base of the typed websocket connections.

Each supported library has a module, such as `rtmodels.adapters.websockets`, with a
connection that sends and receives its frames. `TypedConnection` is their common type.
"""

from rtmodels.adapters.connections._typed import TypedConnection

__all__ = ["TypedConnection"]
